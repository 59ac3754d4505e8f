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

_OF = " of "
"""Stands between a relative path and what its archive covers; no path of ours has blanks."""


async def recall(store: DocumentStore, root: Path, relative: str) -> LedgerEntry | None:
    """What is known of a file; None where it was never written to this folder."""
    return await store.get_document(EXPORTED_FILES, _key(root, relative))


async def recall_all(store: DocumentStore, root: Path) -> dict[str, LedgerEntry]:
    """What is known of all files of an archive folder, by relative path."""
    folder = _key(root, "")
    entries = await store.documents(EXPORTED_FILES)
    return {key.removeprefix(folder): it for key, it in entries.items() if key.startswith(folder)}


def place_of(relative: str, entry: LedgerEntry | None) -> str:
    """Where a file lies, below its folder: where it was written, if no hand has renamed or moved it."""
    return (entry.at if entry else "") or relative


async def keep(store: DocumentStore, root: Path, relative: str, entry: LedgerEntry) -> None:
    """Keep what is known of a file."""
    await store.put_document(EXPORTED_FILES, _key(root, relative), entry)


async def keep_latest(
    store: DocumentStore, relative: str, text: Snapshot, made_with: Mapping[str, str]
) -> None:
    """Keep which text was made last for a relative path of an archive, and how, whatever the folder."""
    latest = ExportedText(sha256=text.sha256, made_with=dict(made_with))
    await store.put_document(EXPORTED_TEXTS, _path_in_archive(relative, made_with), latest)


async def latest_texts(store: DocumentStore) -> dict[str, list[ExportedText]]:
    """What was made last for all relative paths, of each archive that has such a path."""
    found: dict[str, list[ExportedText]] = {}
    for key, latest in (await store.documents(EXPORTED_TEXTS)).items():
        found.setdefault(key.partition(_OF)[0], []).append(latest)
    return found


async def is_as_written(
    store: DocumentStore, relative: str, entry: LedgerEntry, content: bytes, made_with: Mapping[str, str]
) -> bool:
    """Whether a file is, to the byte, what was last written; of a fresh copy of an archive: what was made last for its path.

    `made_with` says of which archive it is.
    """
    if entry.written:
        return entry.written.sha256 == sha256(content)
    key = _path_in_archive(relative, made_with)
    latest = None if entry.offered else await store.get_document(EXPORTED_TEXTS, key)
    return latest is not None and latest.sha256 == sha256(content)


def _path_in_archive(relative: str, made_with: Mapping[str, str]) -> str:
    """A relative path, with what the archive covers if that is not everything: several archives have the same paths."""
    covered = [made_with[it] for it in ("sites", "accounts", "tags") if it in made_with]
    return f"{relative}{_OF}{' '.join(covered)}" if covered else relative


def _key(root: Path, relative: str) -> str:
    return f"{real_path(root).as_posix()}//{relative}"
