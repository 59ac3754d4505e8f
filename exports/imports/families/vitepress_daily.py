"""Daily posts without front matter: `### 1. title` (or `1. ### **title**`), a paragraph, `[原文链接](url)`.

Seen in ai-daily-report, December 2025; some files have no title at all, their date is only in the file name.
"""

from __future__ import annotations

import re

from exports.formats.archive import Archive, ArchiveItem, archive_of
from newsarchive.markdown.document import Document, heading
from newsarchive.markdown.links import links_in

_NUMBERED = re.compile(r"(\d{1,3})\.\s+(\S.*)")
_LIST_HEADING = re.compile(r"(\d{1,3})\.\s+(#{2,4}\s.*)")
_LINK_WORDS = "[原文链接]("


def recognise(document: Document) -> bool:
    """No front matter, a numbered heading, and a 原文链接 below one."""
    return (
        document.front_matter is None
        and _LINK_WORDS in document.body
        and any(_start(line.text) for line in document.structure)
    )


def read(document: Document) -> Archive:
    """All numbered items; the title is the first heading above them."""
    title: str | None = None
    items: list[ArchiveItem] = []
    for line in document.structure:
        if start := _start(line.text):
            items.append(ArchiveItem(line.number, n=start[0], title=start[1]))
        elif not items and title is None and (found := heading(line.text)):
            title = found.text
        elif items and items[-1].url is None and _LINK_WORDS in line.text:
            url = next((link.url for link in links_in(line.text) if link.text == "原文链接"), None)
            last = items[-1]
            items[-1] = ArchiveItem(last.line, n=last.n, title=last.title, url=url)
    return archive_of("vitepress-daily", document, items, title=title)


def _start(text: str) -> tuple[int, str] | None:
    """An item's number and title, where a line begins one."""
    if (match := _LIST_HEADING.match(text)) and (inner := heading(match[2])):
        return int(match[1]), inner.text
    found = heading(text)
    match = _NUMBERED.fullmatch(found.text) if found and found.level in {2, 3, 4} else None
    return (int(match[1]), match[2]) if match else None
