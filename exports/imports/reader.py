"""Reads a Markdown archive of any family: the first family that recognises the file reads it."""

from __future__ import annotations

from typing import Protocol

from exports.formats.archive import Archive
from exports.imports.families import (
    ai_daily,
    briefing,
    daily_link_list,
    daily_pick,
    full_text,
    full_text_page,
    hexo_weekly,
    hugo_daily,
    index,
    monthly_digest,
    vitepress_daily,
    weekly,
)
from newsarchive.errors import UnreadableMarkdownError
from newsarchive.markdown.document import Document


class _FamilyModule(Protocol):
    """What every family's module has."""

    def recognise(self, document: Document) -> bool:
        """Whether the file is of this family, told by marks that the other families do not have."""

    def read(self, document: Document) -> Archive:
        """The file's content."""


# The order matters only where marks are shared: a digest's day headings are the surest, index pages the least sure.
_FAMILIES: tuple[_FamilyModule, ...] = (
    monthly_digest,
    briefing,
    full_text_page,
    hexo_weekly,
    index,
    hugo_daily,
    ai_daily,
    weekly,
    vitepress_daily,
    full_text,
    daily_pick,
    daily_link_list,
)


def read_archive(text: str, name: str = "") -> Archive:
    """Read a Markdown archive; `name` is the file's name or path (some layouts have their date only there).

    Raises UnreadableMarkdownError for a file of none of the families, and nothing else.
    """
    document = Document(text, name)
    for family in _FAMILIES:
        if family.recognise(document):
            return family.read(document)
    raise UnreadableMarkdownError(
        f"{name or 'the text'} is none of the Markdown archive formats that can be read"
        f" (its first line is {_first_line(document)!r});"
        " see docs/formats.md for the formats, and check that the right file was named"
    )


def _first_line(document: Document) -> str:
    return next((line.text.strip()[:60] for line in document.lines if line.text.strip()), "")
