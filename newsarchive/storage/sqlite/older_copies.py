"""A store's file as it was before it was brought up to date, kept beside it: the way back for an older program."""

from __future__ import annotations

import logging
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from newsarchive.errors import StorePermissionError, StoreUnwritableError
from newsarchive.storage.sqlite.file import clear_errors, pragma

logger = logging.getLogger(__name__)

KEPT = 2
"""Copies beside a file; older ones are removed."""
_ROOM = 1.1
"""Times the size of the file that has to be free: the copy, and what the migration itself writes before it is folded in."""


def copy_into(source: sqlite3.Connection, target: Path) -> None:
    """Copy what a connection sees at this moment into a new file of its own, by SQLite's backup; others may write meanwhile."""
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def keep_copy(path: Path, version: int, newest: int) -> Path:
    """Copy a file of an older version that is about to be brought up to date; what a transaction has open is not in it.

    Raises StoreUnwritableError or StorePermissionError where there is no room or right: then the file stays as it is.
    """
    at = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    kept = path.with_name(f"{path.name}.schema-{version}.{at}")
    part = kept.with_name(f"{kept.name}.part")
    with (
        clear_errors(path),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source,
    ):
        needed = int(int(pragma(source, "page_count")) * int(pragma(source, "page_size")) * _ROOM)
        free = shutil.disk_usage(path.parent).free
        if free < needed:
            raise StoreUnwritableError(
                f"{path} has to be brought up to date, and beside it is no room for a copy of it before that:"
                f" {needed / 1e6:,.0f} MB are needed and {free / 1e6:,.0f} MB free"
            )
        try:
            copy_into(source, part)
            part.rename(kept)
        except OSError as error:
            raise StorePermissionError(
                f"{path} has to be brought up to date, and no copy of it can be made beside it ({error.strerror})"
            ) from None
        finally:
            part.unlink(missing_ok=True)
    logger.warning(
        "%s is brought up to date (schema %d to %d); as it was, it is kept in %s",
        path,
        version,
        newest,
        kept.name,
    )
    left_over = [one for _, _, one in copies_of(path, ".part")]
    for old in [*left_over, *(one for _, _, one in copies_of(path)[:-KEPT])]:
        old.unlink(missing_ok=True)
    return kept


def copies_of(path: Path, ending: str = "") -> list[tuple[str, int, Path]]:
    """The copies beside a file, oldest first: when each was made, its version, its path."""
    named = re.compile(re.escape(path.name) + r"\.schema-([0-9]+)\.([0-9]{8}T[0-9]{6}Z)" + re.escape(ending))
    found = ((named.fullmatch(one.name), one) for one in path.parent.iterdir())
    return sorted((match[2], int(match[1]), one) for match, one in found if match)


def way_back(path: Path, newest: int) -> str:
    """What to say to an older program of a file that it cannot read: which copy it can."""
    for at, version, kept in reversed(copies_of(path)):
        if version <= newest:
            return (
                f"; or go back to {kept} (schema {version}, as the store was at {at}): copy that to another place and name"
                " it with --store. What was stored since is only in the newer one"
            )
    return ""
