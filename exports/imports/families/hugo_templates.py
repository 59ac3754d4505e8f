"""Daily posts with front matter in templates other than the one that the daily format writes.

- daily-ai-news-blog (12 to 22 November 2025), first generator: indented `1. [title](url)` and 发布时间 below;
- AIHeadline.news (September 2025): bullets that end in `[消息来源](url)`;
- Hextra-AI-Insight-Daily (2025): numbered paragraphs, no clear link each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from exports.formats.archive import Archive, ArchiveItem
from exports.formats.daily import PUBLISHED_LINE, iso_day, post
from exports.imports.sentences import is_label, own_link, sentence
from newsarchive.markdown.document import Document, Line, heading
from newsarchive.markdown.links import links_in, whole_link

_BARE_ITEM = re.compile(r"\s+(\d{1,3})\.\s+(\[.*)")
_PARAGRAPH = re.compile(r"(\d{1,3})\.[ ]+(\S.*)")
_BULLET = re.compile(r"[-*]\s+(\S.*)")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_BOLD_LEAD = re.compile(r"\*\*(?P<title>[^*]{4,80}?)[。：:]?\s*\*\*\s*[。：:]?\s*(?P<words>\S.*)")
_SOURCE_WORDS = "消息来源"


def recognise(document: Document) -> bool:
    """Front matter and items of one of the templates."""
    return document.front_matter is not None and bool(_items(document))


def read(document: Document) -> Archive:
    """The items of the template that the post is written in."""
    return post(document, _items(document))


def _items(document: Document) -> list[ArchiveItem]:
    return _bare(document) or _bullets(document) or hextra(document)


def _bare(document: Document) -> list[ArchiveItem]:
    items: list[ArchiveItem] = []
    for line in document.structure:
        match = _BARE_ITEM.fullmatch(line.text.rstrip())
        if match and (link := whole_link(match[2])):
            items.append(ArchiveItem(line.number, n=int(match[1]), title=link.text, url=link.url))
        elif items and not items[-1].published and (match := PUBLISHED_LINE.match(line.text.strip())):
            items[-1] = replace(items[-1], published=iso_day(match[1]))
    # Without a single 发布时间 this is any numbered list of links, not that generator's post.
    return items if any(item.published for item in items) else []


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


def hextra(document: Document) -> list[ArchiveItem]:
    """The numbered paragraphs of that site, which its home page repeats, under `###` headings; their link is the last of those in the text, if any."""
    found: list[ArchiveItem] = []
    section: str | None = None
    lines = document.structure
    for place, line in enumerate(lines):
        if head := heading(line.text):
            section = head.text if head.level == 3 else None
        elif section and (match := _PARAGRAPH.match(line.text)):
            end = _end_of_paragraph(lines, place)
            text = " ".join([match[2], *(it.text.strip() for it in lines[place + 1 : end])])
            urls = [link.url for link in links_in(text)]
            if end > place + 1 and (bold := _BOLD.fullmatch(match[2].rstrip())):
                found.append(
                    ArchiveItem(
                        line.number,
                        n=int(match[1]),
                        section=section,
                        title=bold[1],
                        url=own_link(text),
                        end=lines[end - 1].number,
                    )
                )
                continue
            short, words = _lead(text, own_link(text))
            found.append(
                ArchiveItem(
                    line.number,
                    n=int(match[1]),
                    section=section,
                    short=short,
                    words=words,
                    url=urls[-1] if urls else None,
                    urls=tuple(urls),
                    text=text,
                    end=lines[end - 1].number,
                )
            )
    return found


def _lead(text: str, url: str | None) -> tuple[str, str]:
    """Title and words of a paragraph that begins with its title in bold type."""
    match = _BOLD_LEAD.fullmatch(text)
    if match is None or is_label(match["title"]):
        return "", ""
    return sentence(match["title"], url), sentence(match["words"], url)


def _end_of_paragraph(lines: Sequence[Line], start: int) -> int:
    """The place after the last line that follows at once and is neither a heading nor a paragraph of its own."""
    following = range(start + 1, len(lines))
    ends = (
        n for n in following if not (text := lines[n].text).strip() or heading(text) or _PARAGRAPH.match(text)
    )
    return next(ends, len(lines))
