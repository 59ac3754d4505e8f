"""Lists of all links of a day: flat (`- [title](url)`) or grouped by source (`- source`, `  - [ ] [title](url)`).

Seen in EverydayTechNews (2024 to 2026) and BruceFeIix/picker, `archive/daily` (2025).
"""

from __future__ import annotations

from collections import Counter

from exports.formats.archive import Archive, ArchiveItem, Remark
from exports.imports.families.link_rows import Row, rows
from newsarchive.markdown.document import Document
from newsarchive.parsing.urls import is_web_address


def recognise(document: Document) -> bool:
    """No front matter, a title, and rows that are links to other sites."""
    if document.front_matter is not None or not document.title:
        return False
    return any(isinstance(row, Row) and is_web_address(row.links[0].url) for row in rows(document))


def read(document: Document) -> Archive:
    """All rows in the file's order; a flat list also tells which URLs stand in it twice."""
    items: list[ArchiveItem] = []
    rest: list[Remark] = []
    for row in rows(document):
        if isinstance(row, Row):
            link, *more = row.links
            items.append(
                ArchiveItem(
                    row.line.number,
                    source=row.source,
                    title=link.text,
                    url=link.url,
                    more_urls=tuple(it.url for it in more),
                )
            )
        else:
            rest.append(Remark(row.number, f"not understood: {row.text.strip()[:40]}"))
    sources = {item.source for item in items if item.source is not None}
    counted = Counter(item.url for item in items)
    return Archive(
        family="daily-link-list",
        text=document.text,
        title=document.title,
        date=document.date,
        items=tuple(items),
        sources=len(sources) or None,
        urls_twice=None if sources else tuple(url for url, times in counted.items() if url and times > 1),
        not_understood=tuple(rest),
    )
