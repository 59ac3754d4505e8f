"""Whole articles in one file: `# title`, the body with `> ` before its first line, `[原文链接](link)`.

The family of one sample of a feed (May 2025), converted with html2text. It has no dates.
"""

from __future__ import annotations

from exports.formats.archive import Archive, ArchiveItem, Remark
from newsarchive.markdown.document import Document, HeadingLine, Line, heading
from newsarchive.markdown.links import whole_link


def recognise(document: Document) -> bool:
    """No front matter, `#` headings, and a line that is the link to the original."""
    if document.front_matter is not None:
        return False
    lines = document.structure
    return any(_level(line) == 1 for line in lines) and any(original_of(line) for line in lines)


def read(document: Document) -> Archive:
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
            remarks.append(Remark(line.number, "empty bold (****), which would read as a rule"))
        found = _heading(line)
        begins = found if found and found.level == level else None
        if start and begins:
            _end_without_link(start, body, items, remarks)
            start = None
        if start is None:
            if begins:
                start, body = Line(line.number, begins.text), []
            elif line.text.strip() and not (found and found.level == 1):
                remarks.append(Remark(line.number, f"outside of any article: {line.text.strip()[:40]}"))
        elif url := original_of(line):
            items.append(_item(start, len(items) + 1, body, url))
            start = None
        else:
            body.append(line.text)
    if start:
        _end_without_link(start, body, items, remarks)
    return Archive(
        family="full-text",
        text=document.text,
        title=None,
        date=document.date if document.front_matter is not None else None,
        front_matter=document.front_matter,
        items=tuple(items),
        remarks=tuple(remarks),
    )


def _end_without_link(start: Line, body: list[str], items: list[ArchiveItem], remarks: list[Remark]) -> None:
    remarks.append(Remark(start.number, f"article without a link to the original: {start.text[:40]}"))
    if any(line.strip() for line in body):
        items.append(_item(start, len(items) + 1, body, None))


def _item(start: Line, number: int, body: list[str], url: str | None) -> ArchiveItem:
    text = "\n".join(body).strip("\n").removeprefix("> ")
    return ArchiveItem(start.number, n=number, title=start.text, url=url, text=text)


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
    several = sum(original_of(line) is not None for line in lines) > 1
    return 2 if titles == 1 and (several or levels[:2] == [1, 2]) else 1


def original_of(line: Line) -> str | None:
    """The link to the original that a line is."""
    link = whole_link(line.text) if not line.is_code and line.text.startswith("[原文链接](") else None
    return link.url if link else None
