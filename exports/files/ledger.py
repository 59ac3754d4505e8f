"""Remembers in the store what was written to which file: as fingerprints of its segments, not as texts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from exports.files.atomic import real_path
from exports.files.snapshot import sha256
from newsarchive.storage.collections import (
    EXPORTED_FILES,
    EXPORTED_TEXTS,
    ExportedText,
    LedgerEntry,
    Snapshot,
)
from newsarchive.storage.contract import DocumentStore


async def recall(store: DocumentStore, root: Path, relative: str) -> LedgerEntry | None:
    """What is known of a file; None where it was never written to this folder."""
    return await store.get_document(EXPORTED_FILES, _key(root, relative))


async def recall_all(store: DocumentStore, root: Path) -> dict[str, LedgerEntry]:
    """What is known of all files of an archive folder, by relative path."""
    folder = _key(root, "")
    entries = await store.documents(EXPORTED_FILES)
    return {key.removeprefix(folder): it for key, it in entries.items() if key.startswith(folder)}


async def keep(store: DocumentStore, root: Path, relative: str, entry: LedgerEntry) -> None:
    """Keep what is known of a file."""
    await store.put_document(EXPORTED_FILES, _key(root, relative), entry)


async def keep_latest(
    store: DocumentStore, relative: str, text: Snapshot, made_with: Mapping[str, str]
) -> None:
    """Keep which text was made last for a relative path, and how, whatever the folder."""
    latest = ExportedText(sha256=text.sha256, made_with=dict(made_with))
    await store.put_document(EXPORTED_TEXTS, relative, latest)


async def latest_made_with(store: DocumentStore) -> dict[str, Mapping[str, str]]:
    """How the files of all relative paths were made last."""
    return {path: latest.made_with for path, latest in (await store.documents(EXPORTED_TEXTS)).items()}


async def is_as_written(store: DocumentStore, relative: str, entry: LedgerEntry, content: bytes) -> bool:
    """Whether a file is, to the byte, what was last written; of a fresh copy of an archive: what was made last for its path."""
    if entry.written:
        return entry.written.sha256 == sha256(content)
    latest = None if entry.offered else await store.get_document(EXPORTED_TEXTS, relative)
    return latest is not None and latest.sha256 == sha256(content)


def _key(root: Path, relative: str) -> str:
    return f"{real_path(root).as_posix()}//{relative}"
