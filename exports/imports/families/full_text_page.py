"""Full texts below a publishing tool's front matter, as our own exports have them (`fulltext/1`, any target).

Item before other families with front matter: an article may hold numbered links and lists as those have them.
"""

from __future__ import annotations

from exports.formats.archive import Archive
from exports.imports.families import full_text
from newsarchive.markdown.document import Document


def recognise(document: Document) -> bool:
    """Front matter, and a line that is the link to the original."""
    if document.front_matter is None:
        return False
    return any(full_text.original_of(line) for line in document.structure)


def read(document: Document) -> Archive:
    """One item per article."""
    return full_text.read(document)
