"""Daily posts with front matter, in the templates that were seen.

- daily-ai-news-blog (12 to 22 November 2025), first generator: indented `1. [title](url)` and 发布时间 below;
  later: `## 1. title` or `### 1. title {#anchor}` with 🔗 原文链接, 📎 查看原文 and 📅 发布时间 lines;
- AIHeadline.news (September 2025): bullets that end in `[消息来源](url)`;
- Hextra-AI-Insight-Daily (2025): numbered paragraphs, no clear link each.
"""

from __future__ import annotations

import re

from exports.formats.archive import Archive, ArchiveItem
from exports.imports.families import hextra
from newsarchive.markdown.document import Document, find_date, heading
from newsarchive.markdown.links import links_in, whole_link

_NUMBERED_HEADING = re.compile(r"(\d{1,3})\.\s+(\S.*)")
_ANCHOR = re.compile(r"\{#([^{}]*)\}")
_SOURCE_LINE = re.compile(r"(?:>\s*)?(?:🔗|📎)")
_OWN_LINK = re.compile(r"🔗 \[原文\]\(")
_PUBLISHED = re.compile(r"(?:>\s*)?(?:📅\s*)?(?:\*\*)?发布时间[：:](?:\*\*)?\s*(\S+)")
_BARE_ITEM = re.compile(r"\s+(\d{1,3})\.\s+(\[.*)")
_BULLET = re.compile(r"[-*]\s+(\S.*)")
_SOURCE_WORDS = "消息来源"


def recognise(document: Document) -> bool:
    """Front matter and items of one of the templates; or our own posts without front matter (`daily/1`, clean)."""
    if document.front_matter is not None:
        return bool(_items(document))
    return any(_OWN_LINK.match(line.text) for line in document.structure) and bool(_headed(document))


def read(document: Document) -> Archive:
    """The items of the template that the post is written in."""
    items = _items(document)
    return Archive(
        family="hugo-daily",
        text=document.text,
        title=document.title,
        date=document.date,
        front_matter=document.front_matter,
        items=tuple(items),
        unclear=any(item.title is None for item in items),
    )


def _items(document: Document) -> list[ArchiveItem]:
    return _headed(document) or _bare(document) or _bullets(document) or hextra.items(document)


def _headed(document: Document) -> list[ArchiveItem]:
    """Items under numbered headings; headings without any source or date line are sections of other templates."""
    if not any(_SOURCE_LINE.match(line.text) for line in document.structure):
        return []
    items: list[ArchiveItem] = []
    start: tuple[int, int, str] | None = None
    url: str | None = None
    published: str | None = None
    for line in document.structure:
        found = heading(line.text)
        if found and found.level in {2, 3}:
            if start:
                items.append(_headed_item(start, url, published))
            match = _NUMBERED_HEADING.fullmatch(found.text)
            start = (line.number, int(match[1]), match[2]) if match else None
            url = published = None
        elif url is None and _SOURCE_LINE.match(line.text):
            url = next((link.url for link in links_in(line.text)), None)
        elif match := _PUBLISHED.match(line.text):
            published = _iso(match[1])
    if start:
        items.append(_headed_item(start, url, published))
    return items


def _headed_item(start: tuple[int, int, str], url: str | None, published: str | None) -> ArchiveItem:
    number, n, title = start
    anchor = _ANCHOR.search(title)
    if anchor:
        title = title[: anchor.start()].rstrip()
    return ArchiveItem(
        number, n=n, title=title, url=url, published=published, anchor=anchor[1] if anchor else None
    )


def _bare(document: Document) -> list[ArchiveItem]:
    items: list[ArchiveItem] = []
    start: tuple[int, int, str, str] | None = None
    for line in document.structure:
        match = _BARE_ITEM.fullmatch(line.text.rstrip())
        if match and (link := whole_link(match[2])):
            if start:
                items.append(ArchiveItem(start[0], n=start[1], title=start[2], url=start[3]))
            start = (line.number, int(match[1]), link.text, link.url)
        elif start and (match := _PUBLISHED.match(line.text.strip())):
            items.append(
                ArchiveItem(start[0], n=start[1], title=start[2], url=start[3], published=_iso(match[1]))
            )
            start = None
    # Without a single 发布时间 this is any numbered list of links, not that generator's post.
    if not any(item.published for item in items):
        return []
    return [*items, ArchiveItem(start[0], n=start[1], title=start[2], url=start[3])] if start else items


def _bullets(document: Document) -> list[ArchiveItem]:
    items: list[ArchiveItem] = []
    section: str | None = None
    for line in document.structure:
        if found := heading(line.text):
            section = found.text
        elif (match := _BULLET.fullmatch(line.text.rstrip())) and _SOURCE_WORDS in match[1]:
            links = links_in(match[1])
            if links and links[-1].text == _SOURCE_WORDS:
                title = match[1][: match[1].rfind(f"[{_SOURCE_WORDS}]")].rstrip()
                items.append(
                    ArchiveItem(
                        line.number, n=len(items) + 1, title=title, url=links[-1].url, section=section
                    )
                )
    return items


def _iso(written: str) -> str:
    """A day as `2025-11-13`; a full time stays as written."""
    day = find_date(written)
    return day.isoformat() if day and "T" not in written else written
