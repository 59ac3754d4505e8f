"""Full texts: whole articles with their pictures, in a file for a month, a day, or one article.

`strict` writes F4 (docs/formats.md), of which one sample of a feed is known (May 2025): `# title`, the body with `> `
before its first line, the link to the original, and no dates. `clean` has one heading of the first level in a file, and
says source, author and date of each article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from exports.content.attribution import RIGHTS, credits_of, rights_of
from exports.content.entry import Entry, address_of, canonical, when_of
from exports.content.labels import LABELS, USUAL, Labels, any_of, every
from exports.content.wording import (
    GONE_MARK,
    ORIGINAL,
    also,
    body_below,
    link_to,
    most_common_tags,
    teaser,
)
from exports.formats.archive import Archive, ArchiveItem, Family, Remark, archive_of
from exports.formats.format import Dialect, Format, OutputPage, Selection
from exports.formats.headed import Headed
from exports.formats.items import Item, new_title, same_words
from exports.formats.markdown_lines import trimmed
from exports.formats.segments import FRONT, THE_ARTICLE, THE_TITLE, Grammar, Lines, Segment, joined
from exports.formats.words import NAME, Word
from newsarchive.editorial.days import day_start
from newsarchive.editorial.excerpts import excerpted
from newsarchive.editorial.selection import draft_text
from newsarchive.items.article import Article
from newsarchive.items.body import Body, Paragraph, Span
from newsarchive.items.record import SHANGHAI
from newsarchive.markdown.body_reader import mended_bold, read_body
from newsarchive.markdown.document import Document, HeadingLine, Line, heading
from newsarchive.markdown.escape import escape_line, safe_url, single_line
from newsarchive.markdown.links import whole_link
from newsarchive.markdown.plain_text import plain_line
from newsarchive.markdown.wrapping import unwrapped
from newsarchive.markdown.writer import write_body
from newsarchive.parsing.front_matter import parse_front_matter, split_front_matter
from newsarchive.parsing.text import one_line
from newsarchive.records.pick import Pick

_FAMILY = "full-text"
_ORIGINAL_LINE = re.compile(rf"\[{any_of(lambda it: it.original_article)}\]\(")
_SOURCE = tuple(f"{it.source}{it.colon}" for it in LABELS.values())
"""Begin the line of facts below a title."""
_END = re.compile(rf"{_ORIGINAL_LINE.pattern}|原文[：:]")
"""Begins the line that ends an article."""
_CALLED = re.compile(
    rf"^(?!{'|'.join(map(re.escape, _SOURCE))}).*(?:原文|{any_of(lambda it: it.original_article)})"
)
"""The line with an article's own link, also where a hand has typed into it; the line of facts has other ones."""
_STRUCTURE = re.compile(r"[ ]*(?:[-+*] |\d+[.)] |\||`{3}|~{3}|>)")
_SHOWN_TAG = re.compile("＜(?=[A-Za-z/!?])")


@dataclass(frozen=True, slots=True)
class Piece:
    """A full text as it is shown: `facts` and `rights` are Markdown, all else is plain.

    `written` is the whole of it in Markdown, where it stands for the body, which takes ten times as much memory.
    """

    title: str
    body: Body
    url: str
    facts: str = ""
    rights: str = RIGHTS
    published_at: datetime | None = None
    digest: str = ""
    tags: tuple[str, ...] = ()
    cover: str = ""
    identity: str = ""
    written: str = ""
    withdrawn: bool = False


def piece_of(entry: Entry, labels: Labels = USUAL, *, excerpts: bool = False) -> Piece | None:
    """The text of a story: an editor's own, else the stored article's; None where there is neither."""
    pick, article = entry.pick, entry.article
    title = plain_line(single_line(pick.title))
    body = read_body(pick.body, mended=False) if pick.body and not excerpts else None
    if article is not None:
        piece = _article_piece(excerpted(article) if excerpts else article, labels)
        return replace(
            piece,
            title=title or piece.title,
            body=piece.body if body is None else body,
            withdrawn=entry.withdrawn,
            facts=" ｜ ".join(it for it in (piece.facts, also(entry.reprints, labels)) if it),
        )
    if body is None:
        return None
    rights = labels.rights if entry.url else ""  # without a source it is the editor's own
    return Piece(
        title or entry.plain_title, body, entry.url, rights=rights, identity=pick.identity or pick.url
    )


def _article_piece(article: Article, labels: Labels) -> Piece:
    """An article with its title on one line; of a post without a title that is the beginning of its text."""
    at = article.published_at.astimezone(SHANGHAI) if article.published_at else None
    return Piece(
        title=one_line(article.title) or one_line(article.text)[:30] or article.identity,
        body=article.body or [Paragraph([Span(article.digest or article.title)])],
        url=article.url,
        facts=_facts(article, at, labels),
        rights=rights_of(article, labels),
        published_at=at,
        digest=plain_line(draft_text(article)),
        tags=article.tags,
        cover=address_of(article.cover),
        identity=article.identity,
    )


def _show(entries: Sequence[Entry], dialect: Dialect) -> list[tuple[Entry, Piece]]:
    """The stories of which there is a text, each article once; for a page of several as it is written there."""
    found: dict[str, tuple[Entry, Piece]] = {}
    for entry in entries:
        if piece := piece_of(entry, dialect.labels, excerpts=dialect.excerpts):
            found.setdefault(piece.identity, (entry, piece))
    if dialect.unit == "article":
        return list(found.values())
    return [
        (entry, replace(piece, body=[], written=_among_others(piece, dialect)))
        for entry, piece in found.values()
    ]


def _write(selection: Selection[Piece], dialect: Dialect) -> OutputPage:
    """The page of a month, a day, or one article."""
    day, unit, pieces = selection.day, dialect.unit, selection.stories
    times = [it.published_at for it in pieces if it.published_at]
    one = pieces[0] if unit == "article" else None
    written = "\n".join(piece.written for piece in pieces)
    if one:
        written = _strict(one) if dialect.strict else "\n".join(_below_title(one, 1, dialect))
    labels = dialect.labels
    time = labels.month_of(day) if unit == "month" else labels.date_of(day)
    page = OutputPage(
        template="fulltext/1",
        format=FORMAT.name,
        unit=unit,
        day=day,
        title=one.title if one else labels.named.format(time, dialect.name),
        body=written,
        at=max(times, default=day_start(day)),
        count=len(pieces),
        description=one.digest if one else teaser((it.title for it in pieces), len(pieces), labels),
        categories=(dialect.name,),
        tags=one.tags if one else most_common_tags(it.tags for it in pieces),
        cover=one.cover if one else "",
        source=one.url if one else "",
        identity=one.identity if one else "",
    )
    return replace(page, heading="", own_front="") if dialect.strict else page


def _among_others(piece: Piece, dialect: Dialect) -> str:
    if dialect.strict:
        return _strict(piece)
    return "\n".join([f"## {escape_line(piece.title)}\n", *_below_title(piece, 2, dialect)])


def _below_title(piece: Piece, level: int, dialect: Dialect) -> list[str]:
    """Whose it is and when it was published, the body, the note on rights, and the link to the original.

    The link ends an article for the merge too.
    """
    body, labels = body_below(piece.body, level, dialect.style), dialect.labels
    rights = f"*{piece.rights}*\n" if piece.rights else ""
    end = f"{link_to(piece.url, labels.original_article)}\n" if piece.url else ""
    gone = f"{labels.gone}\n" if piece.withdrawn else ""
    return [part for part in (f"{piece.facts}\n" if piece.facts else "", body, gone, rights, end) if part]


def _facts(article: Article, at: datetime | None, labels: Labels) -> str:
    *found, _ = credits_of(article, labels)
    facts = [
        f"{credit.label}{labels.colon}{link_to(credit.url, credit.words) if credit.url else escape_line(credit.words)}"
        for credit in found
    ]
    return " ｜ ".join(fact for fact in (*facts, when_of(at, None)) if fact)


def _strict(piece: Piece) -> str:
    gone = f"\n{GONE_MARK}\n" if piece.withdrawn else ""
    return strict_article(escape_line(piece.title), write_body(piece.body) + gone, piece.url)


def strict_article(title: str, body: str, url: str) -> str:
    """One article: the quote mark stands before its first line only, if that is not the beginning of a list or table."""
    mark = "" if _STRUCTURE.match(body) else "> "
    link = f"[{ORIGINAL}]({safe_url(url, in_brackets=True)})\n\n" if url else ""
    return f"# {title}\n\n{mark}{body.strip(chr(10))}\n\n{link}"


@dataclass(frozen=True, slots=True)
class OneArticle(Grammar):
    """A file of one article: below its front matter its title, if that is written there, and all else."""

    def begins_item(self, line: str) -> bool:
        """Whatever is there."""
        return bool(line.strip())

    def end_of_item(self, lines: Lines, start: int) -> int:
        """The line of the title; of the rest the file's last line that is not blank."""
        above = next((line.rstrip() for line in reversed(lines.lines[:start]) if line.strip()), "---")
        if above == "---" and lines.lines[start].removeprefix("\ufeff").startswith("# "):
            return start + 1
        return max((n + 1 for n in range(start, len(lines)) if lines.lines[n].strip()), default=start + 1)

    def key(self, raw: str) -> str:
        """There is only one of each."""
        return THE_TITLE if raw.startswith("# ") and "\n" not in raw else THE_ARTICLE


def _grammar(dialect: Dialect) -> Grammar:
    if dialect.unit == "article":
        return OneArticle()
    return Headed(levels=(1 if dialect.strict else 2,), counted=False, last=_END, called=_CALLED)


def _item(segment: Segment, segments: Sequence[Segment], dialect: Dialect) -> Item:
    lines = dialect.unescape(segment.raw.removeprefix("\ufeff")).split("\n")
    front = ""
    if dialect.unit == "article":
        title = next((dialect.unescape(it.raw) for it in segments if it.key == THE_TITLE), "")
        title = title.lstrip("\ufeff#").strip()
        front = "" if title else _front_title(segments)
    else:
        title = lines.pop(0).lstrip("#").strip()
    end = next((n for n in range(len(lines) - 1, -1, -1) if _ORIGINAL_LINE.match(lines[n])), len(lines))
    link = whole_link(lines[end]) if end < len(lines) else None
    rest = [line for line in lines[end + 1 :] if line.strip()]
    body = trimmed(lines[:end])
    if dialect.strict:
        if body and not (len(body) > 1 and body[1].startswith(">")):
            body[0] = body[0].removeprefix("> ")
    else:
        if body and body[0].startswith(_SOURCE):
            rest.insert(0, body.pop(0))
        if body and any(it in body[-1] for it in every(lambda labels: labels.rights)):
            rest.append(body.pop())
    words = unwrapped("\n".join(trimmed(body)))
    return Item(segment, title, words, (link.url,) if link else (), front, rest=tuple(rest))


def _front_title(segments: Sequence[Segment]) -> str:
    """The title in the front matter, as Markdown."""
    front = joined([it for it in segments if it.section == FRONT]).removeprefix("\ufeff")
    yaml, _ = split_front_matter(front.split("\n"))
    title = (parse_front_matter(yaml) or {}).get("title") if yaml else None
    return escape_line(_SHOWN_TAG.sub("<", title)) if isinstance(title, str) else ""


def _expected(entry: Entry, segment: Segment, dialect: Dialect) -> Item:
    piece = piece_of(entry, dialect.labels)
    if piece is None:
        return Item(segment)
    level = 1 if dialect.unit == "article" else 2
    body = write_body(piece.body) if dialect.strict else body_below(piece.body, level, dialect.style)
    return Item(segment, escape_line(piece.title), body.strip("\n"))


def _edit(entry: Entry, ours: Item, theirs: Item, dialect: Dialect) -> Pick:
    changes: dict[str, object] = {}
    if title := new_title(ours, theirs):
        changes["title"] = title
    if ours.words and not dialect.excerpts and not same_words(ours.words, theirs.words):
        changes["body"] = ours.words
    if not entry.pick.text:
        changes["text"] = ours.title or ours.front
    return entry.pick.model_copy(update=changes)


# Archives.


def _recognise_page(document: Document) -> bool:
    """Front matter, and a line that is the link to the original, as our own files have them for a tool.

    Told before other families with front matter: an article may hold numbered links and lists as those have them.
    """
    return document.front_matter is not None and any(_original_of(line) for line in document.structure)


def _recognise(document: Document) -> bool:
    """No front matter, `#` headings, and a line that is the link to the original."""
    if document.front_matter is not None:
        return False
    lines = document.structure
    return any(_level(line) == 1 for line in lines) and any(_original_of(line) for line in lines)


def _read(document: Document) -> Archive:
    """One item per article; `text` is its Markdown body without the quote mark of the first line.

    Files of `fulltext/1`, clean, may have one heading of the first level and the articles one level below; under a
    tool's front matter that first heading may be missing, and a single article may have its title there alone.
    """
    level = _level_of_titles(document)
    items: list[ArchiveItem] = []
    remarks: list[Remark] = []
    start: Line | None = None
    body: list[str] = []
    if level == 0 and (first := next((line for line in document.lines if line.text.strip()), None)):
        start = Line(first.number, document.title or "")
    for line in document.lines:
        if "\ufffd" in line.text:
            remarks.append(Remark(line.number, "characters lost in the source (U+FFFD)"))
        if line.text.strip() == "****" and not line.is_code:
            reason = "empty bold (****), which reads as a rule; the clean profile leaves it out"
            remarks.append(Remark(line.number, reason))
        elif not line.is_code and mended_bold(line.text) != line.text:
            reason = "bold that opens before a full stop; the clean profile writes it after that"
            remarks.append(Remark(line.number, reason))
        found = _heading(line)
        begins = found if found and found.level == level else None
        if start and begins:
            _end_article(start, body, None, items, remarks)
            start = None
        if start is None:
            if begins:
                start, body = Line(line.number, begins.text), []
            elif line.text.strip() and not (found and found.level == 1):
                remarks.append(Remark(line.number, f"outside of any article: {line.text.strip()[:40]}"))
        elif url := _original_of(line):
            _end_article(start, body, url, items, remarks)
            start = None
        else:
            body.append(line.text)
    if start:
        _end_article(start, body, None, items, remarks)
    day = document.date if document.front_matter is not None else None
    return archive_of(_FAMILY, document, items, title=None, date=day, remarks=tuple(remarks))


def _end_article(
    start: Line, body: list[str], url: str | None, items: list[ArchiveItem], remarks: list[Remark]
) -> None:
    if url is None:
        remarks.append(Remark(start.number, f"article without a link to the original: {start.text[:40]}"))
    if url is not None or any(line.strip() for line in body):
        text = "\n".join(body).strip("\n").removeprefix("> ")
        items.append(ArchiveItem(start.number, n=len(items) + 1, title=start.text, url=url, text=text))


def _heading(line: Line) -> HeadingLine | None:
    return None if line.is_code else heading(line.text)


def _level(line: Line) -> int:
    found = _heading(line)
    return found.level if found else 0


def _level_of_titles(document: Document) -> int:
    """The level of the headings that begin articles; 0 where the only article has none."""
    lines = [line for line in document.structure if line.text.strip()]
    levels = [_level(line) for line in lines]
    titles = levels.count(1)
    if titles == 0:
        return 2 if levels[:1] == [2] else 0
    several = sum(_original_of(line) is not None for line in lines) > 1
    return 2 if titles == 1 and (several or levels[:2] == [1, 2]) else 1


def _original_of(line: Line) -> str | None:
    """The link to the original that a line is."""
    link = whole_link(line.text) if not line.is_code and _ORIGINAL_LINE.match(line.text) else None
    return link.url if link else None


def _rewritten(page: OutputPage, archive: Archive, dialect: Dialect) -> OutputPage:
    """An imported file below a title, its articles one level down."""
    parts = []
    for item in archive.items:
        body = body_below(read_body(item.text or ""), 2, dialect.style)
        title = f"## {escape_line(item.title or '')}\n"
        link = [f"{link_to(canonical(item.url), ORIGINAL)}\n"] if item.url else []
        parts.append("\n".join([title, body, *link]))
    return replace(page, heading=None, body="\n".join(parts), own_front=None)


FORMAT = Format(
    name="fulltext",
    words={NAME: Word("全文", "its name")},
    summary="Whole articles with their pictures: a file a month, a day, or an article.",
    units=("month", "day", "article", "file"),
    write=_write,
    grammar=_grammar,
    items=lambda segments, dialect: [_item(it, segments, dialect) for it in dialect.stories(segments)],
    show=_show,
    edit=_edit,
    expected=_expected,
    folder="fulltext",
    strict_newest_first=True,
    families=tuple(
        Family(_FAMILY, rank, recognise, _read, taken_as="fulltext")
        for rank, recognise in ((30, _recognise_page), (100, _recognise))
    ),
    pick=False,
    kept="name",
    rewrite=_rewritten,
)
