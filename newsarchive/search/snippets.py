"""What is shown of an article that was found: pieces of its own words, the hits among them known. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from newsarchive.items.article import Article
from newsarchive.parsing.text import one_line
from newsarchive.search.fold import hits_of
from newsarchive.search.query import Query

BEFORE, LENGTH = 20, 80
"""Characters before the first hit of a snippet, and of all of it."""
MOST_SNIPPETS = 2
LEFT_OUT = "…"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a title or text on one line, and where in it the hits stand, each from where to where."""

    text: str
    hits: tuple[tuple[int, int], ...] = ()

    def marked(self, opening: str = "«", closing: str = "»") -> str:
        """The piece with its hits between two signs."""
        parts, at = [], 0
        for start, end in self.hits:
            parts += [self.text[at:start], opening, self.text[start:end], closing]
            at = end
        return "".join([*parts, self.text[at:]])


def title_of(article: Article, query: Query) -> Snippet:
    """The whole title."""
    line = one_line(article.title)
    return Snippet(line, tuple(hits_of(line, query.words)))


def snippets_of(article: Article, query: Query) -> list[Snippet]:
    """Pieces of the text around its first hits; its beginning where only the title or the account has the words."""
    line = one_line(article.text)
    hits = hits_of(line, query.words)
    found: list[Snippet] = []
    end = 0
    for place, (start, _) in enumerate(hits):
        if start < end and found:
            continue
        if len(found) == MOST_SNIPPETS:
            break
        begin = max(end, start - BEFORE)
        end = max(begin + LENGTH, hits[place][1])
        found.append(_piece(line, begin, end, hits))
    return found or ([_piece(line, 0, LENGTH, [])] if line else [])


def _piece(line: str, begin: int, end: int, hits: list[tuple[int, int]]) -> Snippet:
    before, after = (LEFT_OUT if begin else "", LEFT_OUT if end < len(line) else "")
    shift = len(before) - begin
    inside = [
        (start + shift, min(stop, end) + shift)
        for start, stop in hits
        if begin <= start < min(end, len(line))
    ]
    return Snippet(f"{before}{line[begin:end]}{after}", tuple(inside))
