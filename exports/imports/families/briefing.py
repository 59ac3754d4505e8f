"""The briefing: Hexo front matter with a cover, a lead story, numbered briefs, an outlook; no source links at all.

The family of one sample of December 2025 (title `# AI日报：…`, sections 今日头条, 全球速览, 前沿洞察).
"""

from __future__ import annotations

import re

from exports.formats.archive import Archive, ArchiveItem, Remark
from newsarchive.markdown.document import Document, heading

_BRIEF = re.compile(r"(\d{1,3})\.\s+\*\*([^*]+)\*\*\s*[：:]\s*(\S.*)")
_SECTIONS = ("今日头条", "全球速览", "前沿洞察")


def recognise(document: Document) -> bool:
    """At least two of the three section headings; our own briefings may have no front matter (`briefing/1`, clean)."""
    headings = [it.text for line in document.structure if (it := heading(line.text)) and it.level == 2]
    return sum(any(name in text for text in headings) for name in _SECTIONS) >= 2


def read(document: Document) -> Archive:
    """The numbered briefs; the lead and the outlook are prose of the whole day and have no link to keep."""
    front_matter = document.front_matter or {}
    title, remarks = document.title, []
    if title and title.startswith("#"):
        title = title.lstrip("#").strip()
        remarks.append(Remark(2, "heading mark at the start of the title dropped"))
    section: str | None = None
    items: list[ArchiveItem] = []
    for line in document.structure:
        if found := heading(line.text):
            section = found.text
        elif match := _BRIEF.fullmatch(line.text.strip()):
            items.append(
                ArchiveItem(
                    line.number, n=int(match[1]), title=match[2].strip(), text=match[3], section=section
                )
            )
    cover = front_matter.get("cover_image")
    return Archive(
        family="briefing",
        text=document.text,
        title=title,
        date=document.date,
        front_matter=front_matter,
        items=tuple(items),
        cover=cover if isinstance(cover, str) else None,
        unclear=True,
        remarks=tuple(remarks),
    )
