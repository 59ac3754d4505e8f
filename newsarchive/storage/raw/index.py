"""The index beside the WARC files: what lies where, and what was learnt of it. It can be made again from the files."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TypeAlias

from newsarchive.errors import NewsarchiveError, StoreVersionError
from newsarchive.items.article import RawReference
from newsarchive.items.verdict import Verdict
from newsarchive.storage.raw.warc import Part
from newsarchive.storage.sqlite.file import (
    clear_errors,
    connect,
    connect_for_reading,
    pragma,
    time_text,
    transaction,
)

APPLICATION_ID = 0x6E617277
"""Marks the index of a raw store ("narw", in PRAGMA application_id)."""
_SCHEMA = """
CREATE TABLE records (
    file TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, sha256 TEXT NOT NULL, url TEXT NOT NULL,
    fetched_at TEXT NOT NULL, identity TEXT, site TEXT, verdict TEXT, PRIMARY KEY (file, offset)
) WITHOUT ROWID;
CREATE INDEX records_by_identity ON records (identity, fetched_at);
CREATE INDEX records_by_url ON records (url, fetched_at);
CREATE INDEX records_by_time ON records (fetched_at, file, offset)
"""
_STEPS = (
    """
ALTER TABLE records ADD COLUMN original TEXT;
CREATE TABLE parts (
    file TEXT PRIMARY KEY, now_in TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL
) WITHOUT ROWID
""",
    "CREATE TABLE forgotten (file TEXT NOT NULL, offset INTEGER NOT NULL, PRIMARY KEY (file, offset)) WITHOUT ROWID",
)
"""What was added to the first tables, a step a version."""
VERSION = len(_STEPS)
"""Of the tables; PRAGMA user_version."""
_TOGETHER = 100
"""Records written at once at most: one a transaction costs twice the time of judging a small page."""
_CANDIDATES = 2
"""Pages of an address that are looked at for one of the same content: the last, and where a browser made that one, the one before."""
_Row: TypeAlias = tuple[str, int, int, str, str, str, str | None, str | None, str | None, str | None]
_FIELDS = "file, offset, length, sha256, url, fetched_at, identity, site, verdict, original"


@dataclass(frozen=True, slots=True)
class RawRecord:
    """What the index knows of one raw page.

    `length` are its record's bytes in the file, `original` is when the page was fetched whose bytes a revisit has.
    """

    reference: RawReference
    url: str
    fetched_at: datetime
    identity: str | None = None
    site: str | None = None
    verdict: Verdict | None = None
    length: int = 0
    original: datetime | None = None

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.reference.offset + self.length


@dataclass(frozen=True, slots=True)
class FileSpan:
    """What a file holds: how many pages, how many of them revisits, of which site (none: of several), fetched when."""

    file: str
    pages: int
    revisits: int
    site: str
    first: datetime
    last: datetime


class RawIndex:
    """`index.sqlite`, shared by all processes that write or read raw pages."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection
        self._waiting: dict[tuple[str, int], _Row] = {}

    @classmethod
    def for_writing(cls, path: Path) -> Self:
        """Open the index, or make an empty one. Raises StoreVersionError for what is none."""
        try:
            index = cls(path, connect(path, APPLICATION_ID, create=True))
        except StoreVersionError as error:
            raise StoreVersionError(
                f"{error}; `newsarchive raw verify` makes an index of raw pages again"
            ) from None
        try:
            with clear_errors(path), transaction(index._connection):
                index._make()
        except BaseException:
            index.close()
            raise
        return index

    @staticmethod
    def is_older(path: Path) -> bool:
        """Whether an index is of an earlier version, which the next writer brings up to date. Raises as `for_reading` does."""
        with closing(connect_for_reading(path, APPLICATION_ID)) as connection:
            return int(pragma(connection, "user_version")) < VERSION

    @classmethod
    def for_reading(cls, path: Path) -> Self:
        """Open an index and change nothing. Raises what `connect_for_reading` raises, and StoreVersionError for an older one."""
        index = cls(path, connect_for_reading(path, APPLICATION_ID))
        if pragma(index._connection, "user_version") != VERSION:
            index.close()
            raise StoreVersionError(f"{path} is of another version")
        return index

    @classmethod
    def temporary(cls) -> Self:
        """An index in a file that the system removes with it, for raw pages whose own cannot be used."""
        index = cls(Path("a temporary index"), sqlite3.connect("", isolation_level=None))
        index._make()
        return index

    def _make(self) -> None:
        if not pragma(self._connection, "application_id"):
            for statement in (*_SCHEMA.split(";"), f"PRAGMA application_id = {APPLICATION_ID}"):
                self._connection.execute(statement)
        version = int(pragma(self._connection, "user_version"))
        if version > VERSION:
            raise StoreVersionError(f"{self._path} was written by a newer newsarchive: use that one")
        for number, step in enumerate(_STEPS[version:], start=version + 1):
            for statement in (*step.split(";"), f"PRAGMA user_version = {number}"):
                self._connection.execute(statement)

    def _execute(self, statement: str, *values: str | int | None) -> sqlite3.Cursor:
        with clear_errors(self._path):
            return self._connection.execute(statement, values)

    def _records(self, condition: str, *values: str | int | None) -> Iterator[RawRecord]:
        """Records as they are asked for; what the cursor has not read yet is in no memory."""
        self.flush()
        cursor = self._execute(f"SELECT {_FIELDS} FROM records {condition}", *values)  # noqa: S608
        while True:
            with clear_errors(self._path):
                row = cursor.fetchone()
            if row is None:
                return
            yield self._record(row)

    def _record(self, row: _Row) -> RawRecord:
        try:
            return _record(row)
        except (ValueError, TypeError):
            raise StoreVersionError(
                f"{self._path} is damaged (it says {row!r:.200}): `newsarchive raw verify` makes it again"
            ) from None

    def close(self) -> None:
        """Close the file; what was not flushed is made again from the WARC files."""
        self._connection.close()

    def add(self, record: RawRecord) -> None:
        """Take in a record with the next `flush`; what is already known of it stays."""
        self._waiting[record.reference.file, record.reference.offset] = _row(record)
        if len(self._waiting) >= _TOGETHER:
            self.flush()

    def flush(self) -> None:
        """Write what waits, in one transaction. Raises StoreUnreachableError."""
        if not self._waiting:
            return
        with clear_errors(self._path), transaction(self._connection):
            # Another process may have taken in the record from its file, and knows less of it.
            self._connection.executemany(
                f"INSERT INTO records ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (file, offset) DO UPDATE"  # noqa: S608
                " SET identity = coalesce(identity, excluded.identity), verdict = coalesce(verdict, excluded.verdict)",
                self._waiting.values(),
            )
        self._waiting.clear()

    def note(self, reference: RawReference, identity: str | None, verdict: Verdict | None) -> None:
        """Add what was learnt of a page after judging it."""
        if row := self._waiting.get((reference.file, reference.offset)):
            self._waiting[reference.file, reference.offset] = (
                *row[:6], identity or row[6], row[7], verdict or row[8], row[9],
            )  # fmt: skip
            return
        if not self._note(reference, identity, verdict):
            self._note(self.place(reference), identity, verdict)

    def _note(self, reference: RawReference, identity: str | None, verdict: Verdict | None) -> bool:
        changed = self._execute(
            "UPDATE records SET identity = coalesce(?, identity), verdict = coalesce(?, verdict)"
            " WHERE file = ? AND offset = ?",
            identity, verdict, reference.file, reference.offset,
        )  # fmt: skip
        return changed.rowcount > 0

    # What lies where.

    def end_of(self, file: str) -> int:
        """The offset behind the last record that is known of a file."""
        self.flush()
        row = self._execute(
            "SELECT offset + length FROM records WHERE file = ? ORDER BY offset DESC LIMIT 1", file
        ).fetchone()
        return row[0] if row else 0

    def files(self) -> list[str]:
        """The files of which records are known, by name."""
        self.flush()
        rows = self._execute(  # which looks at one record a file
            "WITH RECURSIVE named (file) AS (SELECT min(file) FROM records UNION ALL"
            " SELECT (SELECT min(file) FROM records WHERE file > named.file) FROM named WHERE file IS NOT NULL)"
            " SELECT file FROM named WHERE file IS NOT NULL"
        )
        return [row[0] for row in rows]

    def in_file(self, file: str, start: int = 0, end: int | None = None) -> Iterator[RawRecord]:
        """The records of a file that begin between two offsets."""
        until = 2**62 if end is None else end
        return self._records(
            "WHERE file = ? AND offset >= ? AND offset < ? ORDER BY offset", file, start, until
        )

    def at(self, reference: RawReference) -> RawRecord | None:
        """What lies at a place, wherever its file went."""
        now = self.place(reference)
        return next(self.in_file(now.file, now.offset, now.offset + 1), None)

    def place(self, reference: RawReference) -> RawReference:
        """Where a page lies now: its file may have become part of another one."""
        if row := self.part(reference.file):
            return reference.model_copy(update={"file": row[0], "offset": row[1] + reference.offset})
        return reference

    def part(self, file: str) -> tuple[str, int, int] | None:
        """Of which file an earlier one is part now, its offset there, and its length."""
        row: tuple[str, int, int] | None = self._execute(
            "SELECT now_in, offset, length FROM parts WHERE file = ?", file
        ).fetchone()
        return row

    def parts(self) -> dict[str, tuple[str, int, int]]:
        """All files that are part of others now."""
        return {row[0]: row[1:] for row in self._execute("SELECT file, now_in, offset, length FROM parts")}

    def move(self, parts: Iterable[tuple[Part, int]], now_in: str) -> None:
        """Files, each with its own parts and all its records, are part of another one from now on, each at an offset."""
        self.flush()
        with clear_errors(self._path), transaction(self._connection):
            for part, offset in parts:
                self._execute(
                    "UPDATE OR REPLACE records SET file = ?, offset = offset + ? WHERE file = ?",
                    now_in, offset, part.file,
                )  # fmt: skip
                self._execute(
                    "UPDATE parts SET now_in = ?, offset = offset + ? WHERE now_in = ?",
                    now_in, offset, part.file,
                )  # fmt: skip
                self._execute(
                    "INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?)", part.file, now_in, offset, part.length
                )

    def put(self, record: RawRecord) -> None:
        """Take in a record in the place of what is known of it, but for what was learnt of it."""
        self.flush()
        self._execute(
            f"INSERT INTO records ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (file, offset) DO UPDATE SET"  # noqa: S608
            " length = excluded.length, sha256 = excluded.sha256, url = excluded.url, fetched_at = excluded.fetched_at,"
            " site = excluded.site, original = excluded.original, identity = coalesce(identity, excluded.identity)",
            *_row(record),
        )

    def forget(self, references: Sequence[RawReference]) -> None:
        """Strike records, and remember that nothing lies there."""
        places = [(reference.file, reference.offset) for reference in references]
        with clear_errors(self._path), transaction(self._connection):
            self._connection.executemany("INSERT OR IGNORE INTO forgotten VALUES (?, ?)", places)
        self.strike(references)

    def is_forgotten(self, reference: RawReference) -> bool:
        """Whether a page was struck as one that nothing brings back."""
        now = self.place(reference)
        found = self._execute("SELECT 1 FROM forgotten WHERE file = ? AND offset = ?", now.file, now.offset)
        return found.fetchone() is not None

    def strike(self, references: Iterable[RawReference]) -> None:
        """Take records out of the index."""
        self.flush()
        with clear_errors(self._path), transaction(self._connection):
            self._connection.executemany(
                "DELETE FROM records WHERE file = ? AND offset = ?",
                [(reference.file, reference.offset) for reference in references],
            )

    def is_sound(self) -> bool:
        """Whether SQLite finds no damage in the file, its tables are ours, and every record can be read."""
        try:
            with clear_errors(self._path):
                whole = pragma(self._connection, "integrity_check(1)") == "ok"
                with closing(RawIndex.temporary()) as empty:
                    made_as_ever = self.tables() == empty.tables()
            deque(self.all(), maxlen=0)
        except NewsarchiveError:
            return False
        return whole and made_as_ever

    def tables(self) -> list[tuple[str, str]]:
        """The tables and SQLite's indexes, as they were made."""
        return list(self._connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name"))

    def salvage(self) -> Iterator[RawRecord]:
        """What can be read of a damaged index, from both of its ends; what was learnt of a page only where it stands twice alike."""
        twice = set(
            self._readable("SELECT file, offset, identity FROM records INDEXED BY records_by_identity")
        )
        rows: dict[tuple[str, int], _Row] = {}
        for order in ("ASC", "DESC"):
            for row in self._readable(f"SELECT {_FIELDS} FROM records ORDER BY file {order}, offset {order}"):  # noqa: S608
                rows[row[0], row[1]] = row
        for row in rows.values():
            agreed = (row[0], row[1], row[6]) in twice
            with suppress(ValueError, TypeError):
                yield _record(
                    (*row[:6], row[6] if agreed else None, row[7], row[8] if agreed else None, row[9])
                )

    def _readable(self, statement: str) -> Iterator[Any]:
        """The rows up to the damage."""
        with suppress(sqlite3.DatabaseError, UnicodeError):
            yield from self._connection.execute(statement)

    def spans(self) -> list[FileSpan]:
        """What each file holds."""
        self.flush()
        rows = self._execute(
            "SELECT file, count(*), count(original), count(DISTINCT coalesce(site, '')), coalesce(min(site), ''),"
            " min(fetched_at), max(fetched_at) FROM records GROUP BY file"
        )
        at = datetime.fromisoformat
        return [
            FileSpan(file, pages, revisits, site if sites == 1 else "", at(first), at(last))
            for file, pages, revisits, sites, site, first, last in rows
        ]

    # What is asked for.

    def find(self, name: str, at: datetime | None) -> list[RawRecord]:
        """The records of an identity or URL, newest first; with `at` only those fetched at or before it."""
        return list(
            self._records(
                "WHERE (identity = ?1 OR url = ?1) AND fetched_at <= ?2 ORDER BY fetched_at DESC, file DESC, offset DESC",
                name.encode(errors="replace").decode(), time_text(at) if at else "~",
            )
        )  # fmt: skip

    def alike(self, url: str, sha256: str) -> RawRecord | None:
        """One of the last pages of an address, if it has this content. What waits to be written is not looked at."""
        rows = self._execute(
            f"SELECT {_FIELDS} FROM records WHERE url = ? ORDER BY fetched_at DESC LIMIT {_CANDIDATES}",  # noqa: S608
            url,
        )
        return next((self._record(row) for row in rows if row[3] == sha256), None)

    def fetched(self, url: str, at: datetime) -> list[RawRecord]:
        """The pages of an address that were fetched at a time: one, as a rule. Those that wait are not looked at."""
        rows = self._execute(
            f"SELECT {_FIELDS} FROM records WHERE url = ? AND fetched_at = ?",  # noqa: S608
            url, time_text(at),
        )  # fmt: skip
        return [self._record(row) for row in rows]

    def revisits(self) -> Iterator[RawRecord]:
        """The pages that have the bytes of another one."""
        return self._records("WHERE original IS NOT NULL")

    def without_verdict(self) -> Iterator[RawRecord]:
        """The pages of which nothing was learnt: not judged, or by a crawl that was killed."""
        return self._records("WHERE verdict IS NULL")

    def all(self) -> Iterator[RawRecord]:
        """All records, oldest first."""
        return self._records("ORDER BY fetched_at, file, offset")


def _row(record: RawRecord) -> _Row:
    reference = record.reference
    return (
        reference.file, reference.offset, record.length, reference.sha256, record.url, time_text(record.fetched_at),
        record.identity, record.site, record.verdict, time_text(record.original) if record.original else None,
    )  # fmt: skip


def _record(row: _Row) -> RawRecord:
    file, offset, length, sha256, url, fetched_at, identity, site, verdict, original = row
    return RawRecord(
        RawReference(file=file, offset=offset, sha256=sha256),
        url,
        datetime.fromisoformat(fetched_at),
        identity,
        site,
        Verdict(verdict) if verdict else None,
        length,
        datetime.fromisoformat(original) if original else None,
    )
