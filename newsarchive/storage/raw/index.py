"""The index beside the WARC files: what lies where, and what was learnt of it. It can be made again from the files."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from newsarchive.errors import StoreVersionError
from newsarchive.items.article import RawReference
from newsarchive.items.verdict import Verdict
from newsarchive.storage.sqlite.file import clear_errors, connect, pragma, time_text, transaction

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
_TOGETHER = 100
"""Records written at once at most: one a transaction costs twice the time of judging a small page."""
_Row: TypeAlias = tuple[int, str, int, str, str, str, str | None, str | None, str | None]
_FIELDS = "file, offset, sha256, url, fetched_at, identity, site, verdict"


@dataclass(frozen=True, slots=True)
class RawRecord:
    """What the index knows of one raw page."""

    reference: RawReference
    url: str
    fetched_at: datetime
    identity: str | None = None
    site: str | None = None
    verdict: Verdict | None = None


class RawIndex:
    """`index.sqlite`, shared by all processes that write raw pages."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting: dict[tuple[str, int], _Row] = {}
        try:
            self._connection = connect(path, APPLICATION_ID, create=True)
        except StoreVersionError as error:
            raise StoreVersionError(
                f"{error}; an index of raw pages can be removed, it is made again"
            ) from None
        try:
            with clear_errors(path), transaction(self._connection):
                if not pragma(self._connection, "application_id"):
                    for statement in (*_SCHEMA.split(";"), f"PRAGMA application_id = {APPLICATION_ID}"):
                        self._connection.execute(statement)
        except BaseException:
            self.close()
            raise

    def _execute(self, statement: str, *values: str | int | None) -> sqlite3.Cursor:
        with clear_errors(self._path):
            return self._connection.execute(statement, values)

    def close(self) -> None:
        """Close the file; what was not flushed is made again from the WARC files."""
        self._connection.close()

    def add(self, record: RawRecord, length: int) -> None:
        """Take in a record of `length` compressed bytes, with the next `flush`; what is already known of it stays."""
        reference = record.reference
        self._waiting[reference.file, reference.offset] = (
            length, reference.file, reference.offset, reference.sha256, record.url,
            time_text(record.fetched_at), record.identity, record.site, record.verdict,
        )  # fmt: skip
        if len(self._waiting) >= _TOGETHER:
            self.flush()

    def flush(self) -> None:
        """Write what waits, in one transaction. Raises StoreUnreachableError."""
        if not self._waiting:
            return
        with clear_errors(self._path), transaction(self._connection):
            self._connection.executemany(
                f"INSERT OR IGNORE INTO records (length, {_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                self._waiting.values(),
            )
        self._waiting.clear()

    def note(self, reference: RawReference, identity: str | None, verdict: Verdict | None) -> None:
        """Add what was learnt of a page after judging it."""
        if row := self._waiting.get((reference.file, reference.offset)):
            self._waiting[reference.file, reference.offset] = (
                *row[:6], identity or row[6], row[7], verdict or row[8],
            )  # fmt: skip
            return
        self._execute(
            "UPDATE records SET identity = coalesce(?, identity), verdict = coalesce(?, verdict)"
            " WHERE file = ? AND offset = ?",
            identity, verdict, reference.file, reference.offset,
        )  # fmt: skip

    def end_of(self, file: str) -> int:
        """The offset behind the last record that is known of a file."""
        self.flush()
        row = self._execute("SELECT max(offset + length) FROM records WHERE file = ?", file).fetchone()
        return row[0] or 0

    def find(self, name: str, at: datetime | None) -> list[RawRecord]:
        """The records of an identity or URL, newest first; with `at` only those fetched at or before it."""
        self.flush()
        rows = self._execute(
            f"SELECT {_FIELDS} FROM records WHERE (identity = ?1 OR url = ?1) AND fetched_at <= ?2"  # noqa: S608
            " ORDER BY fetched_at DESC, file DESC, offset DESC",
            name.encode(errors="replace").decode(), time_text(at) if at else "~",
        )  # fmt: skip
        return [_record(row) for row in rows]

    def all(self) -> Iterator[RawRecord]:
        """All records, oldest first."""
        self.flush()
        rows = self._execute(f"SELECT {_FIELDS} FROM records ORDER BY fetched_at, file, offset")  # noqa: S608
        return map(_record, rows.fetchall())


def _record(row: tuple[str, int, str, str, str, str | None, str | None, str | None]) -> RawRecord:
    file, offset, sha256, url, fetched_at, identity, site, verdict = row
    return RawRecord(
        RawReference(file=file, offset=offset, sha256=sha256),
        url,
        datetime.fromisoformat(fetched_at),
        identity,
        site,
        Verdict(verdict) if verdict else None,
    )
