"""The items of Hextra-AI-Insight-Daily (2025): numbered paragraphs with any number of links and pictures.

They stand in daily posts (hugo-daily) and, repeated, on the home page (index).
"""

from __future__ import annotations

import re

from exports.formats.archive import ArchiveItem
from newsarchive.markdown.document import Document, heading
from newsarchive.markdown.links import links_in

_ITEM = re.compile(r"(\d{1,3})\.[ ]+(\S.*)")


def items(document: Document) -> list[ArchiveItem]:
    """The numbered paragraphs under `###` headings; their link is the last of those in the text, if any."""
    found: list[ArchiveItem] = []
    section: str | None = None
    lines = document.structure
    for place, line in enumerate(lines):
        if head := heading(line.text):
            section = head.text if head.level == 3 else None
        elif section and (match := _ITEM.match(line.text)):
            more = lines[place + 1].text if place + 1 < len(lines) else ""
            urls = [link.url for link in links_in(match[2])]
            if more.startswith("    "):
                urls += [link.url for link in links_in(more)]
            found.append(
                ArchiveItem(
                    line.number,
                    n=int(match[1]),
                    section=section,
                    url=urls[-1] if urls else None,
                    urls=tuple(urls),
                    text=match[2],
                )
            )
    return found
