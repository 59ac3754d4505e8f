"""An open store in a SQLite file: what the modules of its kinds of records read and write through."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from newsarchive.errors import (
    StorePermissionError,
    StoreUnreachableError,
    StoreUnwritableError,
    StoreVersionError,
)
from newsarchive.storage.contract import Access, Store
from newsarchive.storage.reading import STORIES_TO_INDEX, check_version, record_of
from newsarchive.storage.sqlite.file import (
    clear_error,
    clear_errors,
    connect,
    connect_for_reading,
    pragma,
    transaction,
)
from newsarchive.storage.sqlite.migrations import MIGRATIONS, OTHER_FINGERPRINTS
from newsarchive.storage.sqlite.older_copies import keep_copy, way_back

logger = logging.getLogger(__name__)

R = TypeVar("R", bound=BaseModel)

APPLICATION_ID = 0x6E617263
"""Marks a SQLite file as a newsarchive store ("narc", in PRAGMA application_id)."""
PAGE = 200
"""Records read at a time by the iterators, so that no read keeps the file's log from being folded in."""
UNDATED = "undated"
"""Stands for a missing publication time: it sorts after every date."""


class SqliteConnection(Store):
    """A store's file, opened and migrated.

    The calls are synchronous inside the async methods: a batch takes milliseconds, and a thread of its own would cost
    more than it gives (a thread switch per call, and the one writer lock would still make everybody wait in turn).
    """

    def __init__(self, path: Path, access: Access = "create") -> None:
        self.path = path
        self._place = str(path)
        self._access = access
        self._open: sqlite3.Connection | None = None
        self._file: os.stat_result | None = None
        self._transactions = 0

    async def open(self) -> None:
        """Open the file (or create it), and migrate it."""
        if self._open is not None:
            return
        if self._access == "read":
            self._open = self._for_reading()
            return
        try:
            self._open = self._for_writing()
        except (StorePermissionError, StoreUnreachableError):
            if self._access != "export":
                raise
            self._open = self._for_reading()

    def _for_writing(self) -> sqlite3.Connection:
        connection = connect(self.path, APPLICATION_ID, create=self._access in {"create", "fill"})
        try:
            with clear_errors(self.path), transaction(connection):
                self._migrate(connection)
            self._file = self.path.stat()
        except BaseException:
            connection.close()
            raise
        return connection

    def _for_reading(self) -> sqlite3.Connection:
        connection = connect_for_reading(self.path, APPLICATION_ID)
        try:
            with clear_errors(self.path):
                version = self._version(connection)
        except BaseException:
            connection.close()
            raise
        if version == len(MIGRATIONS):
            return connection
        connection.close()
        try:
            return self._for_writing()
        except (StorePermissionError, StoreUnreachableError):
            raise StoreVersionError(
                f"{self.path} was written by an older newsarchive (schema {version}, this one reads"
                f" {len(MIGRATIONS)}), and cannot be brought up to date where it lies: copy it to a place that you"
                " can write, and name that with --store"
            ) from None

    async def close(self) -> None:
        """Close the file."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _version(self, connection: sqlite3.Connection) -> int:
        version = int(pragma(connection, "user_version"))
        newest = len(MIGRATIONS)
        check_version(self._place, version, newest, way_back=way_back(self.path, newest))
        return version

    def _migrate(self, connection: sqlite3.Connection) -> None:
        version = self._version(connection)
        if 0 < version < len(MIGRATIONS):
            keep_copy(self.path, version, len(MIGRATIONS))
        for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
            for statement in statements:
                connection.execute(statement)
            if (
                statements is OTHER_FINGERPRINTS
                and connection.execute("SELECT 1 FROM articles LIMIT 1").fetchone()
            ):
                logger.warning(STORIES_TO_INDEX)
            connection.execute(f"PRAGMA user_version = {number}")
        if not version:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    @property
    def _connection(self) -> sqlite3.Connection:
        if self._open is None:
            raise RuntimeError("the store is not open: await store.open() first")
        return self._open

    def _check_place(self) -> None:
        """What is written into a file that was removed or replaced goes with this process. Raises StoreUnwritableError."""
        try:
            there = self._file is None or os.path.samestat(self._file, self.path.stat())
        except OSError:
            there = False
        if not there:
            raise StoreUnwritableError(
                f"{self.path} was removed or replaced while it was open: leave it where it is, then run again"
            )

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self._check_place()
        self._transactions += 1
        with clear_errors(self.path), transaction(self._connection):
            yield self._connection

    def _rows(self, query: str, *values: str | int | None) -> list[Any]:
        try:
            return self._connection.execute(query, values).fetchall()
        except UnicodeEncodeError:
            return []  # half a surrogate pair: nothing is kept under such a name
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise clear_error(self.path, error) from error

    def _records(self, record: type[R], query: str, *values: str | int | None) -> list[R]:
        """The records of a query for a name and a document."""
        return [
            record_of(record, document, name, self._place) for name, document in self._rows(query, *values)
        ]

    async def _pages(
        self, record: type[R], query: str, since: str, values: tuple[str | None, ...]
    ) -> AsyncIterator[R]:
        """The records of a query for two sorted columns and a document, a page at a time, from a time on."""
        async for _, name, document in self._page_rows(query, since, values):
            yield record_of(record, document, str(name), self._place)

    async def _page_rows(
        self, query: str, since: str, values: tuple[str | None, ...]
    ) -> AsyncIterator[tuple[str, str, str]]:
        """The rows of such a query."""
        position: tuple[str, str] = (since, "")
        while True:
            rows = self._rows(query, *position, *values, PAGE)
            for time, name, document in rows:
                yield time, name, document
                position = (time, name)
            if len(rows) < PAGE:
                return

    def _new_change_token(self) -> None:
        """Set another token, in the transaction of a change."""
        self._connection.execute("UPDATE mark SET word = lower(hex(randomblob(12)))")
