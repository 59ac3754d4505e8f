"""Rows of link lists: `- [title](url)`, `- [ ] [title](url)`, and rows grouped under `- source`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from newsarchive.markdown.document import Document, Line, heading
from newsarchive.markdown.links import MarkdownLink, whole_link

_ROW = re.compile(r"([ \t]*)[-*+][ \t]+(?:\[[ xX]\][ \t]+)?(\S.*)")
_NEXT_LINK = " - ["


class Row(NamedTuple):
    """A row of a list: its links, the first being the entry's own, and the source it stands under."""

    line: Line
    source: str | None
    links: list[MarkdownLink]


def rows(document: Document) -> Iterator[Row | Line]:
    """The rows with links; and, as they are, lines that are neither rows nor headings, sources or blank."""
    source: str | None = None
    for line in document.lines:
        match = None if line.is_code else _ROW.fullmatch(line.text.rstrip())
        if match is None:
            if line.text.strip() and (line.is_code or not heading(line.text)):
                yield line
            continue
        links = _links(match[2])
        if links:
            yield Row(line, source if match[1] else None, links)
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
