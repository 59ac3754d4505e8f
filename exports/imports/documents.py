"""Files that an editor imported and that are more than a row of picks, kept in the store as they were written.

The strict profile writes such a file back as long as its picks are still what it says; the clean one takes the words
of its items, without the quirks that import has named by line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from exports.content.entry import Entry
from exports.formats.archive import Archive
from exports.formats.segments import key_of_url
from exports.imports.document_items import items_of
from exports.imports.reader import read_again
from newsarchive.storage.collections import EDITIONS, Edition, Editions
from newsarchive.storage.contract import DocumentStore


def read_edition(edition: Edition) -> Archive:
    """What an imported file says, in the form in which it was read. Raises UnreadableMarkdownError."""
    return read_again(edition.text, edition.name, edition.family, edition.form)


def day_key(of: str, day: date) -> str:
    """The key of the files of a day: `daily/2025-11-13`."""
    return f"{of}/{day.isoformat()}"


def file_key(of: str, name: str) -> str:
    """The key of the files of a name, which have no day: `fulltext/essays`."""
    return f"{of}/{name}"


async def keep_edition(store: DocumentStore, key: str, edition: Edition) -> None:
    """Keep a file, after those with another text that are kept under its key."""
    held = [it for it in await editions(store, key) if it.text != edition.text and it.name != edition.name]
    await store.put_document(EDITIONS, key, Editions(files=(*held, edition)))


async def editions(store: DocumentStore, key: str) -> Sequence[Edition]:
    """The files of a key, the one imported last comes last."""
    kept = await store.get_document(EDITIONS, key)
    return kept.files if kept else ()


def with_words(entries: Sequence[Entry], files: Sequence[Edition]) -> list[Entry]:
    """The entries with what imported posts of their day say of them; the file imported last wins."""
    said = {key: it for edition in files for key, it in items_of(read_edition(edition), edition.name).items()}
    found = [(entry, said.get(key_of_url(entry.pick.url))) for entry in entries]
    return [
        replace(entry, words=it.words, pictures=it.pictures, published_day=it.published)
        if it and (it.words or it.pictures)
        else entry
        for entry, it in found
    ]
