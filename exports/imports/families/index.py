"""Index pages: a Hugo section page (`_index.md`), or a README that lists issues by year and month.

Seen in AIHeadline.news and Hextra-AI-Insight-Daily (2025) and ruanyf/weekly (2018 to 2026).
"""

from __future__ import annotations

import html
import re

from exports.formats.archive import Archive, ArchiveItem, archive_of
from exports.imports.families.hugo_templates import hextra
from newsarchive.markdown.document import Document, heading
from newsarchive.markdown.links import whole_link

_SECTION_KEYS = frozenset({"sidebar", "cascade"})
_ANCHOR = re.compile(r"<a\s+href=\"([^\"<>]*)\"[^<>]*>([^<>]*)</a>")
_ISSUE = re.compile(r"[-*]\s+第\s*(\d{1,5})\s*期\s*[：:]?\s*(\[.*)")
_YEAR = re.compile(r"\d{4}年?")
_MONTH = re.compile(r"\*\*([^*]+月)\*\*")


def recognise(document: Document) -> bool:
    """The front matter of a section page, or a list of numbered issues."""
    if document.front_matter is not None:
        return bool(_SECTION_KEYS & document.front_matter.keys()) or document.name.endswith("_index.md")
    return any(_ISSUE.match(line.text) for line in document.structure)


def read(document: Document) -> Archive:
    """The entries; a home page that repeats the latest day has that day's items."""
    items = _issues(document) if document.front_matter is None else _anchors(document) or hextra(document)
    unclear = not items or any(item.title is None for item in items)
    return archive_of("index", document, items, date=None, unclear=unclear)


def _issues(document: Document) -> list[ArchiveItem]:
    items: list[ArchiveItem] = []
    year: str | None = None
    month: str | None = None
    for line in document.structure:
        if (found := heading(line.text)) and _YEAR.fullmatch(found.text):
            year, month = found.text.removesuffix("年"), None
        elif match := _MONTH.fullmatch(line.text.strip()):
            month = match[1]
        elif (match := _ISSUE.fullmatch(line.text.rstrip())) and (link := whole_link(match[2])):
            items.append(
                ArchiveItem(
                    line.number, n=int(match[1]), title=link.text, url=link.url, year=year, month=month
                )
            )
    return items


def _anchors(document: Document) -> list[ArchiveItem]:
    return [
        ArchiveItem(line.number, title=html.unescape(match[2]).strip(), url=html.unescape(match[1]))
        for line in document.structure
        for match in _ANCHOR.finditer(line.text)
    ]
