"""Reads a Markdown archive of any family: the first family that recognises the file reads it."""

from __future__ import annotations

from exports.formats.archive import Archive
from exports.imports.families import IN_ORDER
from newsarchive.errors import UnreadableMarkdownError
from newsarchive.markdown.document import Document


def read_archive(text: str, name: str = "") -> Archive:
    """Read a Markdown archive; `name` is the file's name or path (some layouts have their date only there).

    Raises UnreadableMarkdownError for a file of none of the families, and nothing else.
    """
    document = Document(text, name)
    for family in IN_ORDER:
        if family.recognise(document):
            return family.read(document)
    first = next((line.text.strip()[:60] for line in document.lines if line.text.strip()), "")
    raise UnreadableMarkdownError(
        f"{name or 'the text'} is none of the Markdown archive formats that can be read"
        f" (its first line is {first!r});"
        " see docs/formats.md for the formats, and check that the right file was named"
    )
