"""Tells that an export would make again what it made last, without making it.

Kept is what the files were made from: the store's change token of its articles and picks, what is kept beside the picks, what
was asked for, and the program itself. As long as all of this is the same, and each file is to the byte what it was after
the last export, nothing has to be read or made. A file that a hand has touched or taken away is another one, and is
exported as ever.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from exports.files.atomic import read_bytes, real_path
from exports.files.hand_edited import State, Written
from exports.files.snapshot import sha256
from exports.formats import FORMATS
from exports.formats.format import OutputPage
from exports.formats.layout import load_layout, prose_of
from exports.imports.documents import day_key, editions, file_key
from exports.request import ExportRequest
from newsarchive.editorial.days import done_days
from newsarchive.editorial.numbers import numbers_of
from newsarchive.editorial.selection import LeftOut
from newsarchive.editorial.withdrawals import withdrawn_identities
from newsarchive.program import fingerprint
from newsarchive.storage.collections import EXPORTS, LastExport
from newsarchive.storage.contract import DocumentStore, EditorialStore
from newsarchive.storage.reading import damage

_CODE = ("newsarchive", "exports")
_LIBRARIES = ("lxml", "markdown-it-py", "pydantic", "ruamel.yaml")
"""Those that a page's text goes through."""
_MOST_FILES = 5_000
"""What one small document can tell of (MongoDB takes 16 MB); more files are made again each time."""
_PAGE = TypeAdapter(OutputPage)


async def origin_of(store: EditorialStore, request: ExportRequest) -> str:
    """The fingerprint of all that the pages are made from. To be asked for before they are made."""
    beside: list[str] = []
    of = FORMATS[request.format]
    if of.by_day and request.month:
        beside.append((await load_layout(store, request.month)).model_dump_json())
    days = sorted(await done_days(store, request.days[0], request.days[-1])) if request.days else []
    beside += [day.isoformat() for day in days]
    keys = [file_key(request.format, request.imported)] if request.imported else []
    if of.kept == "day":
        keys += [day_key(request.format, day) for day in request.days]
    for key in keys:
        beside += [edition.model_dump_json() for edition in await editions(store, key)]
    if of.chooses and request.day:
        beside += await numbers_of(store, request.day)
    if of.prose:
        for day in request.days:
            beside += [f"{name}: {words}" for name, words in (await prose_of(store, of, day)).items()]
    if request.mark_gone:
        beside += sorted(await withdrawn_identities(store))
    parts = [fingerprint(_CODE, _LIBRARIES), await store.change_token(), _words(request), *beside]
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()


def _words(request: ExportRequest) -> str:
    return json.dumps(asdict(request), default=str)


def _key(root: Path, request: ExportRequest) -> str:
    return f"{real_path(root).as_posix()}//{_words(request)}"


async def as_exported(
    store: DocumentStore, root: Path, request: ExportRequest, origin: str
) -> tuple[list[tuple[OutputPage, Written]], LeftOut] | None:
    """What the last export of this wrote and left out, if all of it lies there as it was and would be made again; else None.

    The pages come without their texts.
    """
    held = await store.get_document(EXPORTS, _key(root, request))
    if held is None or held.origin != origin:
        return None
    for relative, name, _ in held.files:
        content = read_bytes(root, relative)
        if content is None or sha256(content) != name:
            return None
    with damage(f"what is remembered of {root}", "the store"):
        pages = [
            (_PAGE.validate_python(page), Written(root / relative, State.UNCHANGED))
            for relative, _, page in held.files
        ]
        return pages, LeftOut(**held.left_out)


async def keep_exported(  # noqa: PLR0917 - what an export is known by
    store: DocumentStore,
    root: Path,
    request: ExportRequest,
    origin: str,
    files: Sequence[tuple[OutputPage, Written]],
    left_out: LeftOut,
) -> None:
    """Keep what an export wrote (pages without their texts) and left out, and what it was made from.

    Nothing is kept where a file was left to a hand's decision.
    """
    rows: list[tuple[str, str, dict[str, Any]]] = []
    for page, written in files:
        relative = written.path.relative_to(root).as_posix()
        content = read_bytes(root, relative)
        if written.state is State.CONFLICT or content is None or len(files) > _MOST_FILES:
            await store.delete_document(EXPORTS, _key(root, request))
            return
        rows.append((relative, sha256(content), _PAGE.dump_python(page, mode="json")))
    export = LastExport(origin=origin, files=tuple(rows), left_out=asdict(left_out))
    await store.put_document(EXPORTS, _key(root, request), export)
