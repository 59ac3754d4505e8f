"""Remembers in the store what was written to which file: as fingerprints of its parts, not as texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exports.files.atomic import real_path
from exports.files.snapshot import Snapshot, sha256
from exports.formats.segments import Kind, SegmentPrint
from newsarchive.storage.contract import Store
from newsarchive.storage.reading import damage

_FILES = "exported_files"
_LATEST = "exported_texts"
_KINDS: dict[str, Kind] = {"h": "heading", "i": "item", "t": "text"}


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


async def recall(store: Store, root: Path, relative: str) -> LedgerEntry | None:
    """What is known of a file; None where it was never written to this folder."""
    document = await store.get_document(_FILES, _key(root, relative))
    return _ledger_entry(relative, document) if document else None


async def recall_all(store: Store, root: Path) -> dict[str, LedgerEntry]:
    """What is known of all files of an archive folder, by relative path."""
    folder = _key(root, "")
    documents = await store.documents(_FILES)
    return {
        key.removeprefix(folder): _ledger_entry(key, document)
        for key, document in documents.items()
        if key.startswith(folder)
    }


async def keep(store: Store, root: Path, relative: str, entry: LedgerEntry) -> None:
    """Keep what is known of a file."""
    await store.put_document(_FILES, _key(root, relative), _document(entry))


async def keep_latest(store: Store, relative: str, text: Snapshot, made_with: Mapping[str, str]) -> None:
    """Keep which text was made last for a relative path, and how, whatever the folder."""
    document = {"sha256": text.sha256, "made_with": dict(made_with)}
    await store.put_document(_LATEST, relative, document)


async def latest_made_with(store: Store) -> dict[str, Mapping[str, str]]:
    """How the files of all relative paths were made last."""
    documents = await store.documents(_LATEST)
    return {path: document.get("made_with", {}) for path, document in documents.items()}


async def is_latest(store: Store, relative: str, content: bytes) -> bool:
    """Whether a file is, to the byte, what was made last for its relative path: a fresh copy that nobody edited."""
    document = await store.get_document(_LATEST, relative)
    return document is not None and document.get("sha256") == sha256(content)


def _key(root: Path, relative: str) -> str:
    return f"{real_path(root).as_posix()}//{relative}"


def _document(entry: LedgerEntry) -> dict[str, Any]:
    texts = {"written": entry.written, "pending": entry.pending, "offered": entry.offered}
    document: dict[str, Any] = {name: _text_document(text) for name, text in texts.items() if text}
    document |= {"made_with": dict(entry.made_with)}
    document |= {"taken": list(entry.taken)} if entry.taken else {}
    hashes = {"result": entry.result, "offer": entry.offer, "accepted": entry.accepted}
    return document | {name: value for name, value in hashes.items() if value}


def _text_document(text: Snapshot) -> dict[str, Any]:
    sections: list[list[Any]] = []
    for it in text.prints:
        if not sections or sections[-1][0] != it.section:
            sections.append([it.section, []])
        sections[-1][1].append([it.kind[0], it.key, it.mark])
    return {"sha256": text.sha256, "parts": sections, "sections": list(text.sections.items())}


def _ledger_entry(name: str, document: Mapping[str, Any]) -> LedgerEntry:
    with damage(f"what is remembered of {name}", "the store"):
        return _read_entry(document)


def _read_entry(document: Mapping[str, Any]) -> LedgerEntry:
    return LedgerEntry(
        written=_text(document.get("written")),
        pending=_text(document.get("pending")),
        result=document.get("result", ""),
        offered=_text(document.get("offered")),
        offer=document.get("offer", ""),
        accepted=document.get("accepted", ""),
        taken=tuple(document.get("taken", ())),
        made_with=document.get("made_with", {}),
    )


def _text(document: Mapping[str, Any] | None) -> Snapshot | None:
    if not document:
        return None
    prints = tuple(
        SegmentPrint(_KINDS[kind], section, key, mark)
        for section, parts in document["parts"]
        for kind, key, mark in parts
    )
    return Snapshot(document["sha256"], prints, dict(document["sections"]))
