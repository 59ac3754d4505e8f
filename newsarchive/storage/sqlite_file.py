"""Opening a SQLite file that several processes share, and telling what went wrong with it in one line."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from newsarchive.errors import (
    NewsarchiveError,
    StorePermissionError,
    StoreUnreachableError,
    StoreVersionError,
)

BUSY_SECONDS = 30.0
"""How long a writer waits for the others before it gives up."""
_PAUSE_SECONDS = 0.01


def connect(path: Path, application_id: int) -> sqlite3.Connection:
    """Open or create a file marked with `application_id`, in WAL mode; transactions are begun by hand.

    Raises StorePermissionError, StoreUnreachableError, or StoreVersionError for another program's file, which is left
    as it was.
    """
    if path.is_dir():
        raise StoreVersionError(f"{path} is a directory, not a SQLite file: name a file in it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorePermissionError(
            f"{path.parent} cannot be made ({error.strerror}): choose another place"
        ) from None
    with clear_errors(path):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            _refuse_foreign(path, connection, application_id)
            _use_log(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            connection.close()
            raise
    return connection


def pragma(connection: sqlite3.Connection, name: str) -> int | str:
    """The value of one of SQLite's settings."""
    value: int | str = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value


def _refuse_foreign(path: Path, connection: sqlite3.Connection, application_id: int) -> None:
    # In one transaction: another process may be making the file just now.
    with transaction(connection, "DEFERRED"):
        owner, version = pragma(connection, "application_id"), pragma(connection, "user_version")
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if owner != application_id and (owner or version or tables):
        raise StoreVersionError(f"{path} is another program's SQLite file: choose another path")


def _use_log(connection: sqlite3.Connection) -> None:
    """Switch to WAL mode. SQLite does not wait by itself where two processes switch a new file at the same time."""
    end = time.monotonic() + BUSY_SECONDS
    while pragma(connection, "journal_mode") != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if _primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(_PAUSE_SECONDS)


@contextmanager
def transaction(connection: sqlite3.Connection, kind: str = "IMMEDIATE") -> Iterator[None]:
    """All or nothing. `IMMEDIATE` takes the write lock at once: what is read inside is still true when it is written."""
    connection.execute(f"BEGIN {kind}")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def clear_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into one clear line."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _clear(path, error) from error


def _primary_code(error: sqlite3.DatabaseError) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _clear(path: Path, error: sqlite3.DatabaseError) -> NewsarchiveError:
    match _primary_code(error):
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
            return StorePermissionError(f"{path} cannot be written by this user ({error})")
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return StoreVersionError(f"{path} is no readable SQLite file ({error})")
        case sqlite3.SQLITE_BUSY:
            return StoreUnreachableError(
                f"{path} was kept busy by another process for {BUSY_SECONDS:.0f} s: try again"
            )
        case _:
            return StoreUnreachableError(f"{path} failed: {error}")
