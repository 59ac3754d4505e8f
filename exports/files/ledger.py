"""Remembers in the store what was written to which file: as fingerprints of its parts, not as texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from itertools import groupby
from pathlib import Path
from typing import Literal

from exports.files.atomic import real_path
from exports.files.snapshot import Snapshot, sha256
from exports.formats.segments import Kind, SegmentPrint
from newsarchive.storage.collections import (
    EXPORTED_FILES,
    EXPORTED_TEXTS,
    ExportedFile,
    ExportedText,
    TextPrint,
)
from newsarchive.storage.contract import DocumentStore

_KINDS: dict[Literal["h", "i", "t"], Kind] = {"h": "heading", "i": "item", "t": "text"}
_LETTERS = {kind: letter for letter, kind in _KINDS.items()}
_TEXTS = ("written", "pending", "offered")


@dataclass(slots=True)
class LedgerEntry:
    """What is known of one file of one archive folder.

    `written` is the text that the exporter made last, which is in the file together with the edits of hands. `pending`
    is the one that is being written, `result` the hash of the file that comes of it: a crash in between is noticed by
    it. `offered` is the text that was put beside the file for a hand to decide, `offer` the hash of that file. `accepted` is
    the hash of the edited file that was merged or taken last: it is not looked at for damage again. `taken`
    are the fingerprints of what hands have typed into it that is in the store already.
    `made_with` says how the text is made, so that it can be made again.
    """

    written: Snapshot | None = None
    pending: Snapshot | None = None
    result: str = ""
    offered: Snapshot | None = None
    offer: str = ""
    accepted: str = ""
    taken: tuple[str, ...] = ()
    made_with: Mapping[str, str] = field(default_factory=dict)


async def recall(store: DocumentStore, root: Path, relative: str) -> LedgerEntry | None:
    """What is known of a file; None where it was never written to this folder."""
    document = await store.get_document(EXPORTED_FILES, _key(root, relative))
    return _ledger_entry(document) if document else None


async def recall_all(store: DocumentStore, root: Path) -> dict[str, LedgerEntry]:
    """What is known of all files of an archive folder, by relative path."""
    folder = _key(root, "")
    documents = await store.documents(EXPORTED_FILES)
    return {
        key.removeprefix(folder): _ledger_entry(document)
        for key, document in documents.items()
        if key.startswith(folder)
    }


async def keep(store: DocumentStore, root: Path, relative: str, entry: LedgerEntry) -> None:
    """Keep what is known of a file."""
    await store.put_document(EXPORTED_FILES, _key(root, relative), _document(entry))


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


def _document(entry: LedgerEntry) -> ExportedFile:
    texts = {name: _kept(getattr(entry, name)) for name in _TEXTS}
    return ExportedFile(**{it.name: getattr(entry, it.name) for it in fields(entry)} | texts)


def _kept(text: Snapshot | None) -> TextPrint | None:
    if text is None:
        return None
    parts = tuple(
        (section, tuple((_LETTERS[it.kind], it.key, it.mark) for it in prints))
        for section, prints in groupby(text.prints, lambda it: it.section)
    )
    return TextPrint(sha256=text.sha256, parts=parts, sections=tuple(text.sections.items()))


def _ledger_entry(document: ExportedFile) -> LedgerEntry:
    return LedgerEntry(**dict(document) | {name: _text(getattr(document, name)) for name in _TEXTS})


def _text(kept: TextPrint | None) -> Snapshot | None:
    if kept is None:
        return None
    prints = tuple(
        SegmentPrint(_KINDS[kind], section, key, mark)
        for section, parts in kept.parts
        for kind, key, mark in parts
    )
    return Snapshot(kept.sha256, prints, dict(kept.sections))
