"""AI dailies without front matter, in two layouts.

- juya-ai-daily (2026): `## 概览` with `- title [↗](url) `#n`` under `###` sections, then one part per item;
- ai_daily_report (December 2025): `#### **[tag]** title` under `###` sections, with 🔗, 📝 and ⏰ bullets.
"""

from __future__ import annotations

import re
from dataclasses import replace

from exports.formats.archive import Archive, ArchiveItem, archive_of
from newsarchive.markdown.document import Document, heading
from newsarchive.markdown.links import links_in, whole_link

_OVERVIEW_ITEM = re.compile(r"[-*]\s+(\S.*?)\s*`#(\d{1,3})`")
_PART = re.compile(r"##\s+(\S.*?)\s*`#(\d{1,3})`")
_TAGGED = re.compile(r"####\s+\*\*\[([^\[\]]*)\]\*\*\s*(\S.*)")
_TIME = re.compile(r"[-*]\s+⏰\s*\*?(\d{1,2}:\d{2})\*?")
_SOURCE = re.compile(r"[-*]\s+🔗")


def recognise(document: Document) -> bool:
    """No front matter, and items of one of the two layouts."""
    return document.front_matter is None and any(
        _short(line.text) and (_PART.match(line.text) or _TAGGED.match(line.text))
        for line in document.structure
    )


def read(document: Document) -> Archive:
    """The items of the overview, else of the parts; else the tagged ones."""
    issue = next(
        (
            link
            for line in document.structure[:3]
            if (it := heading(line.text)) and (link := whole_link(it.text))
        ),
        None,
    )
    titles = [it.text for line in document.structure if (it := heading(line.text)) and it.level == 1]
    title = next((text for text in titles if not whole_link(text)), titles[0] if titles else None)
    return archive_of(
        "ai-daily",
        document,
        _overview(document) or parts(document) or _tagged(document),
        title=title,
        url=issue.url if issue else None,
        cover=_cover(document) if issue else None,
    )


def _short(text: str) -> bool:
    return len(text) < 4000  # a real line has some hundred characters; lazy patterns need a bound


def _cover(document: Document) -> str | None:
    for line in document.structure[:10]:
        if line.text.startswith("![") and (link := whole_link(line.text[1:])):
            return link.url
    return None


def _overview(document: Document) -> list[ArchiveItem]:
    items: list[ArchiveItem] = []
    section: str | None = None
    for line in document.structure:
        found = heading(line.text)
        if found and found.level <= 2:
            section = None
        elif found:
            section = found.text
        elif section and _short(line.text) and (match := _OVERVIEW_ITEM.fullmatch(line.text.rstrip())):
            items.append(_linked(line.number, int(match[2]), match[1], section))
    return items


def _linked(number: int, n: int, text: str, section: str) -> ArchiveItem:
    links = links_in(text)
    if links and text.endswith(")"):
        return ArchiveItem(
            number, n=n, title=text[: text.rfind("[")].rstrip(), url=links[-1].url, section=section
        )
    return ArchiveItem(number, n=n, title=text, section=section)


def parts(document: Document) -> list[ArchiveItem]:
    """The parts below the overview, each with the story's words below it."""
    items = []
    for line in document.structure:
        if _short(line.text) and (match := _PART.fullmatch(line.text.rstrip())):
            link = whole_link(match[1])
            title = link.text if link else match[1]
            items.append(
                ArchiveItem(line.number, n=int(match[2]), title=title, url=link.url if link else None)
            )
    return items


def _tagged(document: Document) -> list[ArchiveItem]:
    items: list[ArchiveItem] = []
    section: str | None = None
    is_open = False
    for line in document.structure:
        if found := heading(line.text):
            match = _TAGGED.fullmatch(line.text.rstrip())
            is_open = match is not None
            section = section if match else found.text
            if match:
                n = len(items) + 1
                items.append(ArchiveItem(line.number, n=n, title=match[2], section=section, tag=match[1]))
        elif is_open and items[-1].url is None and _SOURCE.match(line.text):
            items[-1] = replace(items[-1], url=next((link.url for link in links_in(line.text)), None))
        elif is_open and (match := _TIME.match(line.text)):
            items[-1] = replace(items[-1], time=match[1])
    return items
