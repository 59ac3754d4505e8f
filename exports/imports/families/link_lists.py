"""Lists of links of a day.

- All of them, flat (`- [title](url)`) or grouped by source (`- source`, `  - [ ] [title](url)`): seen in EverydayTechNews
  (2024 to 2026) and BruceFeIix/picker, `archive/daily` (2025);
- picks, grouped by source, each with the article and the link to its discussion: `archive/daily_pick` there, since 2022.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from exports.formats.archive import Archive, ArchiveItem, Remark, archive_of
from exports.imports.sentences import is_label
from newsarchive.markdown.document import Document, Line, heading
from newsarchive.markdown.links import MarkdownLink, whole_link
from newsarchive.parsing.urls import is_web_address

_ROW = re.compile(r"([ \t]*)[-*+][ \t]+(?:\[[ xX]\][ \t]+)?(\S.*)")
_NEXT_LINK = " - ["


def recognise(document: Document) -> bool:
    """No front matter, a title, and rows that are links to other sites."""
    if document.front_matter is not None or not document.title:
        return False
    return any(isinstance(row, _Row) and is_web_address(row.links[0].url) for row in _rows(document))


def recognise_picks(document: Document) -> bool:
    """A title that speaks of a selection, and rows under sources."""
    if document.front_matter is not None or "精选" not in (document.title or ""):
        return False
    return any(isinstance(row, _Row) and row.source is not None for row in _rows(document))


def read(document: Document) -> Archive:
    """All rows in the file's order; a flat list also tells which URLs stand in it twice."""
    items = _items(document)
    sources = {item.source for item in items if item.source is not None}
    counted = Counter(item.url for item in items)
    rest = [row for row in _rows(document) if not isinstance(row, _Row)]
    return archive_of(
        "daily-link-list",
        document,
        items,
        sources=len(sources) or None,
        urls_twice=None if sources else tuple(url for url, times in counted.items() if url and times > 1),
        not_understood=tuple(Remark(it.number, f"not understood: {it.text.strip()[:40]}") for it in rest),
    )


def read_picks(document: Document) -> Archive:
    """All rows; the first link is the article's, the others are kept beside it."""
    items = _items(document)
    return archive_of("daily-pick", document, items, sources=len({item.source for item in items}))


def _items(document: Document) -> list[ArchiveItem]:
    return [
        ArchiveItem(
            row.line.number,
            end=row.line.number,
            source=row.source,
            title=row.links[0].text,
            url=row.links[0].url,
            more_urls=tuple(link.url for link in row.links[1:]),
        )
        for row in _rows(document)
        if isinstance(row, _Row)
    ]


class _Row(NamedTuple):
    """A row of a list: its links, the first being the entry's own, and the source it stands under."""

    line: Line
    source: str | None
    links: list[MarkdownLink]


def _rows(document: Document) -> Iterator[_Row | Line]:
    """The rows with links; and, as they are, lines that are neither rows nor headings, sources or blank."""
    source: str | None = None
    for line in document.lines:
        match = None if line.is_code else _ROW.fullmatch(line.text.rstrip())
        if match is None:
            if line.text.strip() and (line.is_code or not heading(line.text)):
                yield line
            continue
        links = _links(match[2])
        if links and is_label(links[0].text):
            yield line  # what it leads to is told above
        elif links:
            yield _Row(line, source if match[1] else None, links)
            source = source if match[1] else None
        elif not match[1]:
            source = match[2].strip()
        else:
            yield line


def _links(text: str) -> list[MarkdownLink]:
    """The links of a row that has nothing but links; titles may hold brackets."""
    if link := whole_link(text):
        middle = link.text.find("](")
        if middle < 0 or _NEXT_LINK not in link.text[middle:]:
            return [link]
    links = [
        whole_link(part if place == 0 else f"[{part}") for place, part in enumerate(text.split(_NEXT_LINK))
    ]
    found = [link for link in links if link]
    return found if len(found) == len(links) else []
