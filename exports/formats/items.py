"""What a file says of a story: compared with what the store would say of it, and put into its pick."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from typing import TYPE_CHECKING

from exports.content.entry import LONGEST_TITLE, Entry, canonical
from exports.content.labels import any_of, every
from exports.content.wording import AGAIN_SIGN, item_title, paragraphs_of, repeats_link, unmarked
from exports.formats.markdown_lines import FACTS, trimmed
from exports.formats.segments import Segment
from newsarchive.editorial.excerpts import first_sentences
from newsarchive.items.body import Break, Paragraph
from newsarchive.markdown.body_reader import read_body
from newsarchive.markdown.escape import safe_line, single_line
from newsarchive.markdown.plain_text import plain_line
from newsarchive.markdown.wrapping import unwrapped
from newsarchive.records.pick import Pick

if TYPE_CHECKING:
    from exports.formats.format import Dialect

DRAFT_MARKS = every(lambda it: it.draft)
"""By which it is seen that nobody has written a text, in every language."""
_DRAFT_MARK = re.compile(rf"(?:(?:\r?\n)+| )?{any_of(lambda it: it.draft)}")
_LONGEST_NAME = 30
_LINE_LENGTH = 120
"""Characters of a hand's paragraphs that make the line of a list."""
_MARKS = re.compile(r"[\\*_`\s]")
_ALIKE = 0.6
"""From which share of same signs on, words are taken for the same ones that a hand has changed."""
_MOST_COMPARED = 300
"""Signs that are compared: of long texts all would take seconds."""


@dataclass(frozen=True, slots=True)
class Item:
    """A story of a file. `title` and `words` are Markdown; `rest` are the lines that are neither.

    `front` is the title in the front matter of a file of one article that has no heading. `drafted` tells that the words are marked as
    nobody's, `inline` that the link stands in the text, `marked` that its box is ticked; `urls` are its links, its own first.
    """

    segment: Segment
    title: str = ""
    words: str = ""
    urls: tuple[str, ...] = ()
    front: str = ""
    drafted: bool = False
    inline: bool = False
    marked: bool = False
    rest: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The story's own link, empty for none."""
        return next(iter(self.urls), "")

    @property
    def name(self) -> str:
        """Some words by which a person finds it."""
        words = single_line(self.title or self.words or self.segment.raw)
        return words if len(words) <= _LONGEST_NAME else f"{words[:_LONGEST_NAME]}…"


def words_and_facts(lines: Sequence[str], url: str) -> tuple[str, tuple[str, ...], bool]:
    """The words below an item's title, the lines of facts, and whether the words are marked as nobody's."""
    words: list[str] = []
    rest: list[str] = []
    drafted = dropped = False
    for line in lines:
        if line.strip() in DRAFT_MARKS:
            drafted = dropped = True
        elif FACTS.match(line) or _is_link_again(line, url):
            rest.append(line.strip())
            dropped = True
        elif not (dropped and not line.strip()):
            words.append(line)
            dropped = False
    return unwrapped("\n".join(trimmed(words))), tuple(rest), drafted


def is_draft_mark(segment: Segment) -> bool:
    """Whether it is the mark of a whole file."""
    return segment.kind == "text" and segment.raw.strip() in DRAFT_MARKS


def without_draft_mark(raw: str) -> str:
    """A story of a file without the mark that nobody wrote its words."""
    return _DRAFT_MARK.sub("", raw)


def _is_link_again(line: str, url: str) -> bool:
    return bool(url) and line.lstrip().startswith(AGAIN_SIGN) and repeats_link(line, canonical(url))


def same_words(one: str, other: str) -> bool:
    """Whether two Markdown texts say the same in the same form, however they are written."""
    return one == other or read_body(one, mended=False) == read_body(other, mended=False)


def bare_words(words: str) -> str:
    """Words without marks, to compare them."""
    return _MARKS.sub("", words)


def same_title(one: str, other: str) -> bool:
    """Whether two titles are the same but for their marks."""
    return bare_words(one) == bare_words(other)


def most_alike(
    ones: Mapping[int, str], others: Mapping[int, str], may_be: Callable[[int, int], bool] = lambda *_: True
) -> dict[int, int]:
    """Texts by their places, each with the one that is most alike, if it is at all and `may_be` says that it may be the same."""
    likeness = {
        (at, to): SequenceMatcher(None, one[:_MOST_COMPARED], other[:_MOST_COMPARED], autojunk=False).ratio()
        for at, one in ones.items()
        for to, other in others.items()
        if may_be(at, to)
    }
    found: dict[int, int] = {}
    for one, other in sorted(likeness, key=lambda pair: -likeness[pair]):
        if likeness[one, other] >= _ALIKE and one not in found and other not in found.values():
            found[one] = other
    return found


def odd_signs(ours: Item, dialect: Dialect) -> list[str]:
    """Whether a hand has typed signs into an item that the tool takes for its own."""
    raw = unmarked(ours.segment.raw) if dialect.marked else ours.segment.raw
    return [] if dialect.escape(dialect.unescape(raw)) == raw else ["signs that the tool takes for its own"]


def differences(ours: Item, again: Item, dialect: Dialect) -> list[str]:
    """What an item says that one of the same story, which the store would write, does not say."""
    found = ["title"] if ours.title and ours.title != again.title else []
    found += [] if same_words(ours.words, again.words) else ["words"]
    found += ["lines around the words"] if ours.rest != again.rest or ours.url != again.url else []
    return found + odd_signs(ours, dialect)


def expected(entry: Entry, segment: Segment, dialect: Dialect, *, brief: bool = False) -> Item:
    """What a file would say of a story that it does not have yet: its title, and its words (one line, if `brief`)."""
    if not entry.pick.text and entry.article is None:
        return Item(segment)
    words = safe_line(entry.line) if brief else paragraphs_of(entry, dialect.style)
    drafted = (
        dialect.of.item_marks
        and bool(dialect.labels.draft)
        and (entry.line_is_draft if brief else entry.is_draft)
    )
    return Item(segment, item_title(entry), words, drafted=drafted)


expected_line = partial(expected, brief=True)
"""The same, where a story has a title and one line."""


def new_title(ours: Item, theirs: Item) -> str:
    """The title that a hand wrote, empty where it wrote none."""
    if ours.title and not _same_line(ours.title, theirs.title):
        return ours.title
    if ours.front and not _same_line(ours.front, theirs.front):
        return ours.front
    return ""


def _same_line(one: str, other: str) -> bool:
    return one == other or plain_line(one) == plain_line(other) != ""


def post_edit(
    entry: Entry,
    ours: Item,
    theirs: Item,
    dialect: Dialect,  # noqa: ARG001
    *,
    brief: bool = False,
) -> Pick:
    """The pick with the words of a hand: one line is its text, of which every format has a use, more is for posts alone.

    Its own title and paragraphs change only where they differ. With `brief` a story has a title and one line.
    """
    pick = entry.pick
    changes: dict[str, object] = {"draft": False} if theirs.drafted and not ours.drafted else {}
    title = new_title(ours, theirs)
    reworded = not same_words(ours.words, theirs.words)
    if not title and not (reworded and (ours.words or not entry.article)):
        return pick.model_copy(update=changes)
    if entry.article is None and not ours.words:
        long = ours.title if len(ours.title) > LONGEST_TITLE else ""
        return pick.model_copy(update=changes | {"text": ours.title, "title": long, "words": ""})
    if title:
        changes["title"] = title
    elif entry.words or entry.article is None:
        changes["title"] = ours.title  # else it would be taken from the text
    if reworded:
        changes |= _words(entry, ours.words, brief=brief)
    elif entry.words and not pick.words:
        changes["words"] = entry.words
    return pick.model_copy(update=changes)


line_edit = partial(post_edit, brief=True)
"""The same, where a story has a title and one line."""


def _words(entry: Entry, words: str, *, brief: bool) -> dict[str, object]:
    if brief:
        return {"text": words, "draft": False}
    if _is_one_line(words) and not entry.words:
        return {"text": words, "draft": False, "words": ""}
    text = entry.pick.text or first_sentences(plain_line(single_line(words)), _LINE_LENGTH)
    return {"words": words, "text": text}


def _is_one_line(words: str) -> bool:
    """Whether Markdown is one paragraph on one line, so that it may stand in a list."""
    if "\n" in words.strip():
        return False
    body = read_body(words, mended=False)
    return (
        len(body) == 1
        and isinstance(body[0], Paragraph)
        and not any(isinstance(it, Break) for it in body[0].inlines)
    )
