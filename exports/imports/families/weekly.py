"""A weekly: `1、[title](url)` items under `##` sections, numbered anew in each.

Seen in ruanyf/weekly, issues 1 (2018) to 407 (2026).
"""

from __future__ import annotations

import re

from exports.formats.archive import Archive, ArchiveItem, archive_of
from newsarchive.markdown.document import Document, heading
from newsarchive.markdown.links import link_texts, links_in

_ITEM = re.compile(r"(\d{1,3})、(.*)")
_ISSUE = re.compile(r"第\s*\d{1,5}\s*期|周刊|weekly", re.IGNORECASE)


def recognise(document: Document) -> bool:
    """A title that names an issue, and items numbered `1、`."""
    if document.front_matter is not None or not document.title or not _ISSUE.search(document.title):
        return False
    return any(_ITEM.match(line.text) for line in document.structure)


def read(document: Document) -> Archive:
    """All items; `url` is the first link of an item's line."""
    items: list[ArchiveItem] = []
    section: str | None = None
    for line in document.structure:
        if (found := heading(line.text)) and found.level == 2:
            section = found.text
        elif match := _ITEM.fullmatch(line.text.rstrip()):
            links = links_in(match[2])
            short, words = _parts(match[2].strip())
            items.append(
                ArchiveItem(
                    line.number,
                    n=int(match[1]),
                    title=link_texts(match[2]).strip(),
                    short=short,
                    words=words,
                    url=links[0].url if links else None,
                    section=section,
                )
            )
    return archive_of("weekly", document, items, date=None)


def _parts(line: str) -> tuple[str, str]:
    """Title and words of a line that begins with its link and says more, or has more links."""
    links = links_in(line)
    title = links[0].text.strip() if links else ""
    begins = title and line.startswith(f"[{links[0].text}](")
    words = (
        line[line.find(")", line.find("](")) + 1 :].lstrip(" ：:，,")
        if begins
        else line
        if len(links) > 1
        else ""
    )
    return title if begins and words else "", words
