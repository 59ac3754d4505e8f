"""Picks of a day, grouped by source, each with the article and the link to its discussion.

Seen in BruceFeIix/picker, `archive/daily_pick`, since 2022.
"""

from __future__ import annotations

from exports.formats.archive import Archive, ArchiveItem
from exports.imports.families.link_rows import Row, rows
from newsarchive.markdown.document import Document

_TITLE_WORD = "精选"


def recognise(document: Document) -> bool:
    """A title that speaks of a selection, and rows under sources."""
    if document.front_matter is not None or _TITLE_WORD not in (document.title or ""):
        return False
    return any(isinstance(row, Row) and row.source is not None for row in rows(document))


def read(document: Document) -> Archive:
    """All rows; the first link is the article's, the others are kept beside it."""
    items = [
        ArchiveItem(
            row.line.number,
            source=row.source,
            title=row.links[0].text,
            url=row.links[0].url,
            more_urls=tuple(link.url for link in row.links[1:]),
        )
        for row in rows(document)
        if isinstance(row, Row)
    ]
    return Archive(
        family="daily-pick",
        text=document.text,
        title=document.title,
        date=document.date,
        items=tuple(items),
        sources=len({item.source for item in items}),
    )
