"""Records that no store takes, kept in files beside the raw pages until somebody looks at them."""

from __future__ import annotations

import json
import os
from pathlib import Path

from newsarchive.errors import OutputError
from newsarchive.items.record import Record
from newsarchive.storage.keys import key_of

FOLDER = "refused"
"""The folder of these files, inside that of the raw pages."""


def set_aside(raw: Path, kind: str, name: str, record: Record, reason: str) -> Path:
    """Keep a record and why it was refused; one of the same kind and name is replaced (its pages are all kept raw).

    Half characters are kept, as JSON's escapes. Raises OutputError.
    """
    path = raw / FOLDER / f"{kind}-{key_of(kind, name)}.json"
    document = {"kind": kind, "name": name, "reason": reason, "record": record.model_dump()}
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="ascii") as file:
            json.dump(document, file, default=str)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror}): make room, then run again") from None
    return path
