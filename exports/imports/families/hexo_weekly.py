"""A weekly in Hexo: front matter, and items that are whole links with the number inside: `[1.title](url)`.

Seen in baiyangzuoshu.github.io, 2025.
"""

from __future__ import annotations

import re

from exports.formats.archive import Archive, ArchiveItem, archive_of
from newsarchive.markdown.document import Document, Line
from newsarchive.markdown.links import whole_link

_NUMBERED = re.compile(r"(\d{1,3})[.、]\s*(\S.*)")


def recognise(document: Document) -> bool:
    """Front matter and a line that is one numbered link."""
    return document.front_matter is not None and any(_item(line) for line in document.structure)


def read(document: Document) -> Archive:
    """All numbered links."""
    return archive_of("hexo-weekly", document, filter(None, map(_item, document.structure)))


def _item(line: Line) -> ArchiveItem | None:
    link = whole_link(line.text) if line.text.startswith("[") else None
    match = _NUMBERED.fullmatch(link.text) if link else None
    if link is None or match is None:
        return None
    return ArchiveItem(line.number, n=int(match[1]), title=match[2].strip(), url=link.url)
