"""Opening a SQLite file that several processes share, and telling what went wrong with it in one line."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from newsarchive.errors import (
    NewsarchiveError,
    NoStoreError,
    RecordRefusedError,
    StorePermissionError,
    StoreUnreachableError,
    StoreUnwritableError,
    StoreVersionError,
)

BUSY_SECONDS = 10.0
"""How long a writer waits for the others before it gives up. A crawl stands still meanwhile, and then waits in its own way."""
_PAUSE_SECONDS = 0.01
_CACHE = 16_000_000
"""Bytes, of a writer of a file that is larger when it is opened. A hundred articles change some 4,000 pages of a large store; where
they have no room (SQLite's own 2 MB) each is written more than once: a batch takes 1.6 times as long. A crawl that fills a new file
holds no more memory at its end than soon after it began.
"""
_LOG_PAGES = 8000
"""Pages of 4 KB in the log before they are folded into the file. A batch of a hundred articles changes thousands, mostly those of the batch
before: with SQLite's own 1,000 they are folded in after each batch, and a page of a crawl of 20,000 costs a sixth more.
"""
_LEAST_ROOM = 64 * 1024
"""Bytes that SQLite needs beside the file before it can write anything."""
_NO_PLACE = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
    }
)
"""Codes of a file beside which nothing can be made: another user's, read-only, or on a full disk."""


def connect(path: Path, application_id: int, *, create: bool) -> sqlite3.Connection:
    """Open (or create) a file marked with `application_id`, in WAL mode; transactions are begun by hand.

    Raises NoStoreError, StorePermissionError, StoreUnreachableError, or StoreVersionError for another program's file,
    which is left as it was.
    """
    _check_kind(path)
    if create:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorePermissionError(
                f"{path.parent} cannot be made ({error.strerror}): choose another place"
            ) from None
    else:
        _check_content(path)
    _check_right_to_write(path)
    with clear_errors(path):
        connection = _connected(path, "rwc" if create else "rw")
        try:
            _refuse_foreign(path, connection, application_id, may_be_empty=create)
            _use_log(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
            if path.stat().st_size > _CACHE:
                connection.execute(f"PRAGMA cache_size = -{_CACHE // 1000}")
        except BaseException:
            connection.close()
            raise
    return connection


def connect_for_reading(path: Path, application_id: int) -> sqlite3.Connection:
    """Open a file to read it only: nothing is made, folded in or changed, on a read-only or full disk either.

    Raises NoStoreError, StorePermissionError, StoreUnreachableError or StoreVersionError.
    """
    _check_kind(path)
    _check_content(path)
    with clear_errors(path):
        try:
            return _reading(path, application_id, _shared(path))
        except sqlite3.OperationalError as error:
            if _primary_code(error) not in _NO_PLACE:
                raise
            return _reading(path, application_id, _alone(path))


def _shared(path: Path) -> tuple[str, str]:
    """How to read beside others that write. SQLite makes two files for that.

    It takes them away again only from a connection that might write, which also would fold in what a killed writer has
    left in its log: so only where there is none.
    """
    return ("ro", "") if _has_log(path) else ("rw", "PRAGMA query_only = ON")


def _alone(path: Path) -> tuple[str, str]:
    """How to read where no file can be made: nobody else can write there either.

    With a log this needs SQLite's way without locks, which keeps the log's index in memory.
    """
    if _has_log(path):
        return "ro&vfs=unix-none", "PRAGMA locking_mode = EXCLUSIVE"
    return "ro&immutable=1", ""


def _has_log(path: Path) -> bool:
    real = path.resolve()
    log = real.with_name(f"{real.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _reading(path: Path, application_id: int, way: tuple[str, str]) -> sqlite3.Connection:
    mode, pragma_first = way
    connection = _connected(path, mode)
    try:
        connection.execute(pragma_first)
        connection.execute("PRAGMA temp_store = MEMORY")
        _refuse_foreign(path, connection, application_id, may_be_empty=False)
    except BaseException:
        connection.close()
        raise
    return connection


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)


def _check_kind(path: Path) -> None:
    try:
        if path.is_dir():
            raise StoreVersionError(f"{path} is a directory, not a SQLite file: name a file in it")
        if path.exists() and not path.is_file():
            raise StoreVersionError(f"{path} is no regular file: choose another path")
    except OSError as error:
        raise StorePermissionError(f"{path} cannot be looked at ({error.strerror})") from None


def _check_content(path: Path) -> None:
    if not path.exists():
        raise NoStoreError(
            f"there is no store at {path}: `newsarchive crawl` makes one, --store and NEWSARCHIVE_STORE name another"
        )
    if not path.stat().st_size:
        raise StoreVersionError(f"{path} is an empty file, and no newsarchive store: it is left as it is")


def _check_right_to_write(path: Path) -> None:
    """SQLite would open a file that may not be written all the same, and fail at the first write only."""
    effective = os.access in os.supports_effective_ids
    for place in (path, path.parent):
        if place.exists() and not os.access(place, os.W_OK, effective_ids=effective):
            raise StorePermissionError(f"{path} cannot be written by this user: {place} is read-only")


def pragma(connection: sqlite3.Connection, name: str) -> int | str:
    """The value of one of SQLite's settings."""
    value: int | str = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value


def _refuse_foreign(
    path: Path, connection: sqlite3.Connection, application_id: int, *, may_be_empty: bool
) -> None:
    # In one transaction: another process may be making the file just now.
    with transaction(connection, "DEFERRED"):
        owner, version = pragma(connection, "application_id"), pragma(connection, "user_version")
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if owner != application_id and (owner or version or tables):
        raise StoreVersionError(f"{path} is another program's SQLite file: choose another path")
    if owner != application_id and not may_be_empty:
        raise NoStoreError(f"there is no store in {path} yet: `newsarchive crawl` makes one of it")


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


def check_whole(path: Path, connection: sqlite3.Connection) -> None:
    """Read all pages of a file. Raises StoreVersionError for what is damaged in it."""
    with clear_errors(path):
        found = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    if found != "ok":
        raise _damaged(path, found)


def time_text(time: datetime, timespec: str = "microseconds") -> str:
    """A time as text that sorts as time does."""
    return time.astimezone(UTC).isoformat(timespec=timespec)


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
    except (sqlite3.DatabaseError, UnicodeError) as error:
        raise clear_error(path, error) from error


def _primary_code(error: sqlite3.DatabaseError) -> int:
    return _code(error) & 0xFF


def _code(error: sqlite3.DatabaseError) -> int:
    return int(getattr(error, "sqlite_errorcode", 0))


def clear_error(path: Path, error: sqlite3.DatabaseError | UnicodeError) -> NewsarchiveError:
    """The one for what SQLite raised, or what it could neither take nor give as text."""
    if isinstance(error, UnicodeDecodeError):
        return _damaged(path, "its own names are no UTF-8")
    if isinstance(error, UnicodeError):
        return RecordRefusedError(f"{path} takes no text with half a surrogate pair, which no encoding has")
    if _code(error) == sqlite3.SQLITE_IOERR_SHORT_READ or str(error).startswith("Could not decode"):
        return _damaged(path, "the file is cut short, or its text is no UTF-8")
    if "no such module" in str(error):
        return StoreVersionError(
            f"{path} cannot be opened: the SQLite of this Python has no FTS5, by which texts are searched; use another Python"
        )
    match _primary_code(error):
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
            return StorePermissionError(f"{path} cannot be written by this user ({error})")
        case sqlite3.SQLITE_NOTADB:
            return StoreVersionError(f"{path} is no readable SQLite file ({error})")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_ERROR:
            return _damaged(path, str(error))
        case sqlite3.SQLITE_FULL:
            return StoreUnwritableError(f"{path} cannot be written: the disk is full")
        case sqlite3.SQLITE_BUSY:
            return StoreUnreachableError(
                f"{path} was kept busy by another process for {BUSY_SECONDS:.0f} s: try again"
            )
        case sqlite3.SQLITE_IOERR if not _room_beside(path):
            return StoreUnwritableError(f"{path} cannot be written: the disk is full")
        case sqlite3.SQLITE_IOERR:
            return StoreUnwritableError(f"{path} failed: {error}")
        case _:
            return StoreUnreachableError(f"{path} failed: {error}")


def _room_beside(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free >= _LEAST_ROOM
    except OSError:
        return True


def _damaged(path: Path, words: str) -> StoreVersionError:
    told = " ".join(words.split())  # SQLite quotes the schema, line breaks and all
    return StoreVersionError(
        f"{path} is damaged, or no store of this newsarchive ({told}): restore it from a backup"
    )
