"""The embedded engine: one SQLite file, nothing to install, used by several processes at once.

The calls are synchronous inside the async methods: a batch takes milliseconds, and a thread of its own would cost
more than it gives (a thread switch per call, and the one writer lock would still make everybody wait in turn).
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from pydantic import BaseModel

from newsarchive.errors import (
    StorePermissionError,
    StoreUnreachableError,
    StoreUnwritableError,
    StoreVersionError,
)
from newsarchive.items.article import Article
from newsarchive.items.event import Event
from newsarchive.items.record import SiteName
from newsarchive.records.pick import Pick
from newsarchive.records.revision import Revision
from newsarchive.records.run import Run
from newsarchive.records.task import Task
from newsarchive.storage.collections import D, DocumentCollection
from newsarchive.storage.contract import Access, SaveOutcome, SiteCounts, TaskState
from newsarchive.storage.keys import checked_day, event_key, event_names, words_key
from newsarchive.storage.limits import text_of
from newsarchive.storage.merging import Change, change, distinct, names_of, storable
from newsarchive.storage.reading import damage, record_of
from newsarchive.storage.sqlite import tasks as sqlite_tasks
from newsarchive.storage.sqlite.file import (
    clear_errors,
    connect,
    connect_for_reading,
    pragma,
    time_text,
    transaction,
)
from newsarchive.storage.sqlite.migrations import MIGRATIONS

R = TypeVar("R", bound=BaseModel)

APPLICATION_ID = 0x6E617263
"""Marks a SQLite file as a newsarchive store ("narc", in PRAGMA application_id)."""
PAGE = 200
"""Records read at a time by the iterators, so that no read keeps the file's log from being folded in."""
UNDATED = "undated"
"""Stands for a missing publication time: it sorts after every date."""


class SqliteStore:
    """The store contract over one SQLite file."""

    def __init__(self, path: Path, access: Access = "create") -> None:
        self.path = path
        self._access = access
        self._open: sqlite3.Connection | None = None
        self._file: os.stat_result | None = None

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
        connection = connect(self.path, APPLICATION_ID, create=self._access == "create")
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

    async def __aenter__(self) -> Self:
        """Open the store."""
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        await self.close()

    def _version(self, connection: sqlite3.Connection) -> int:
        version = int(pragma(connection, "user_version"))
        if version > len(MIGRATIONS):
            raise StoreVersionError(
                f"{self.path} was written by a newer newsarchive (schema {version}, this one knows up to "
                f"{len(MIGRATIONS)}): update newsarchive"
            )
        return version

    def _migrate(self, connection: sqlite3.Connection) -> None:
        version = self._version(connection)
        for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
            for statement in statements:
                connection.execute(statement)
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
        with clear_errors(self.path), transaction(self._connection):
            yield self._connection

    def _read(self, query: str, *values: str | int | None) -> list[Any]:
        with clear_errors(self.path):
            try:
                return self._connection.execute(query, values).fetchall()
            except UnicodeEncodeError:
                return []  # half a surrogate pair: nothing is kept under such a name

    def _records(self, record: type[R], query: str, *values: str | int | None) -> list[R]:
        """The records of a query for a name and a document."""
        rows = self._read(query, *values)
        return [record_of(record, document, str(name), str(self.path)) for name, document in rows]

    async def save_articles(self, articles: Sequence[Article]) -> list[SaveOutcome]:
        """Merge a batch in one transaction."""
        with self._writing() as connection:
            made = [_save_article(connection, article, self.path) for article in articles]
            if any(one.write or one.absorbed for one in made):
                _new_change_token(connection)
            return [one.outcome for one in made]

    async def article(self, name: str) -> Article | None:
        """The article of a name."""
        found = self._records(
            Article,
            "SELECT identity, document FROM names JOIN articles USING (identity) WHERE name = ?",
            name,
        )
        return found[0] if found else None

    async def known(self, names: Collection[str]) -> set[str]:
        """Those of the names that have an article."""
        return {name for name in names if self._read("SELECT 1 FROM names WHERE name = ?", name)}

    async def articles(
        self, *, site: SiteName | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> AsyncIterator[Article]:
        """Articles by publication time, then by identity; those without a time come last."""
        limit = time_text(until) if until else UNDATED if since else "~"
        position = (time_text(since) if since else "", "")
        while True:
            rows = self._read(
                "SELECT published_at, identity, document FROM articles"
                " WHERE (published_at, identity) > (?, ?) AND published_at < ? AND (? IS NULL OR site = ?)"
                " ORDER BY published_at, identity LIMIT ?",
                *position, limit, site, site, PAGE,
            )  # fmt: skip
            for published_at, identity, document in rows:
                yield record_of(Article, document, str(identity), str(self.path))
                position = (published_at, identity)
            if len(rows) < PAGE:
                return

    async def with_text(self, text_hash: str) -> list[str]:
        """Identities of the articles with this text."""
        rows = self._read(
            "SELECT identity FROM articles WHERE text_hash = ? ORDER BY published_at, identity", text_hash
        )
        return [identity for (identity,) in rows if text_hash]

    async def revisions(self, name: str) -> list[Revision]:
        """Earlier titles and bodies of an article."""
        article = await self.article(name)
        if article is None:
            return []
        query = "SELECT identity, document FROM revisions WHERE identity = ?"
        found = [one for name in names_of(article) for one in self._records(Revision, query, name)]
        return distinct(article.identity, found)

    async def save_events(self, events: Sequence[Event]) -> None:
        """Keep observations."""
        with self._writing() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO events (key, site, kind, identity, url, observed_at, document)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        event_key(event), event.site, event.kind, event.identity, event.url,
                        time_text(event.observed_at), text_of(event),
                    )
                    for event in events
                ],
            )  # fmt: skip

    async def events(
        self,
        *,
        site: SiteName | None = None,
        about: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> AsyncIterator[Event]:
        """Events by time, oldest first."""
        names = json.dumps(event_names(about, await self.article(about))) if about else None
        position = (time_text(since) if since else "", "")
        while True:
            rows = self._read(
                "SELECT observed_at, key, document FROM events"
                " WHERE (observed_at, key) > (?, ?) AND observed_at < ? AND (? IS NULL OR site = ?)"
                " AND (? IS NULL OR identity IN (SELECT value FROM json_each(?))"
                "      OR url IN (SELECT value FROM json_each(?)))"
                " ORDER BY observed_at, key LIMIT ?",
                *position, time_text(until) if until else "~", site, site, names, names, names, PAGE,
            )  # fmt: skip
            for observed_at, key, document in rows:
                yield record_of(Event, document, str(key), str(self.path))
                position = (observed_at, key)
            if len(rows) < PAGE:
                return

    async def save_picks(self, picks: Sequence[Pick]) -> None:
        """Keep picks."""
        with self._writing() as connection:
            _save_picks(connection, picks)
            _new_change_token(connection)

    async def replace_day(self, day: date, picks: Sequence[Pick]) -> None:
        """Make these exactly the picks of a day."""
        checked_day(day, picks)
        with self._writing() as connection:
            connection.execute("DELETE FROM picks WHERE day = ?", (day.isoformat(),))
            _save_picks(connection, picks)
            _new_change_token(connection)

    async def picks(self, since: date, until: date) -> list[Pick]:
        """Picks of the days from `since` to `until`, both included."""
        return self._records(
            Pick,
            "SELECT url, document FROM picks WHERE day BETWEEN ? AND ? ORDER BY day, position, url",
            since.isoformat(),
            until.isoformat(),
        )

    async def save_run(self, run: Run) -> None:
        """Keep a run."""
        with self._writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO runs (run_id, site, started_at, document) VALUES (?, ?, ?, ?)",
                (run.run_id, run.site, time_text(run.started_at), text_of(run)),
            )

    async def runs(self, site: SiteName | None = None, limit: int = 20) -> list[Run]:
        """The last runs, newest start first."""
        return self._records(
            Run,
            "SELECT run_id, document FROM runs WHERE ? IS NULL OR site = ?"
            " ORDER BY started_at DESC, run_id LIMIT ?",
            site,
            site,
            limit,
        )

    async def add_tasks(self, tasks: Collection[Task]) -> set[str]:
        """Put articles on the frontier, in one transaction."""
        with self._writing() as connection:
            return sqlite_tasks.add(connection, tasks, self.path)

    async def due_tasks(
        self,
        site: SiteName,
        now: datetime,
        limit: int,
        *,
        states: Sequence[TaskState] = ("wanted", "done"),
    ) -> list[Task]:
        """Tasks due by now, newest first."""
        with clear_errors(self.path):
            return sqlite_tasks.due(self._connection, site, now, limit, states=states, path=self.path)

    async def tasks(self, names: Collection[str]) -> dict[str, Task]:
        """The tasks of the names that have one."""
        with clear_errors(self.path):
            return sqlite_tasks.found(self._connection, names, self.path)

    async def save_tasks(self, tasks: Collection[Task]) -> None:
        """Keep tasks whole, in one transaction."""
        with self._writing() as connection:
            sqlite_tasks.save(connection, tasks)

    async def task_counts(self, due_by: datetime | None = None) -> dict[SiteName, dict[str, int]]:
        """How many tasks are in each state."""
        found: dict[SiteName, dict[str, int]] = {}
        with clear_errors(self.path):
            for site, state, number in sqlite_tasks.counts(self._connection, due_by):
                found.setdefault(site, {})[state] = number
        return found

    async def change_token(self) -> str:
        """Another word after every change of articles or picks."""
        rows = self._read("SELECT word FROM mark")
        with damage("the table mark", str(self.path)):
            return str(rows[0][0])

    async def counts(self) -> dict[SiteName, SiteCounts]:
        """What is held of each site."""
        found: dict[SiteName, SiteCounts] = {}
        for site, kind, number in self._read(
            "SELECT site, kind, count(*) FROM articles GROUP BY 1, 2 ORDER BY 1, 2"
        ):
            found.setdefault(site, SiteCounts()).articles[kind] = number
        for site, kind, number in self._read(
            "SELECT site, kind, count(*) FROM events GROUP BY 1, 2 ORDER BY 1, 2"
        ):
            found.setdefault(site, SiteCounts()).events[kind] = number
        for site, newest in self._read(
            "SELECT site, max(published_at) FROM articles WHERE published_at < ? GROUP BY 1", UNDATED
        ):
            with damage("the times of articles", str(self.path)):
                found[site].newest = datetime.fromisoformat(newest)
        return found

    async def get_document(self, collection: DocumentCollection[D], key: str) -> D | None:
        """A small document."""
        rows = self._read(
            "SELECT document FROM documents WHERE collection = ? AND key = ?", collection.name, key
        )
        return collection.read(key, rows[0][0], str(self.path)) if rows else None

    async def put_document(self, collection: DocumentCollection[D], key: str, document: D) -> None:
        """Keep a small document."""
        _, text = collection.written(key, document)
        with self._writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO documents (collection, key, document) VALUES (?, ?, ?)",
                (collection.name, key, text),
            )

    async def delete_document(self, collection: DocumentCollection[Any], key: str) -> None:
        """Forget a small document."""
        with self._writing() as connection:
            connection.execute(
                "DELETE FROM documents WHERE collection = ? AND key = ?", (collection.name, key)
            )

    async def documents(self, collection: DocumentCollection[D]) -> dict[str, D]:
        """All small documents of a collection."""
        rows = self._read(
            "SELECT key, document FROM documents WHERE collection = ? ORDER BY key", collection.name
        )
        return {key: collection.read(key, document, str(self.path)) for key, document in rows}


def _new_change_token(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE mark SET word = lower(hex(randomblob(12)))")


def _save_article(connection: sqlite3.Connection, given: Article, path: Path) -> Change:
    new, document = storable(given)
    made = change(_sharing_a_name(connection, new, path), new, datetime.now(UTC))
    for revision in made.revisions:
        connection.execute(
            "INSERT OR IGNORE INTO revisions (identity, words, document) VALUES (?, ?, ?)",
            (revision.identity, words_key(revision), revision.model_dump_json()),
        )
    if made.write:
        if made.article is not new:
            _, document = storable(made.article)
        _write_article(connection, made.article, document)
    for identity in made.absorbed:
        connection.execute("DELETE FROM articles WHERE identity = ?", (identity,))
        connection.execute(
            "UPDATE names SET identity = ? WHERE identity = ?", (made.article.identity, identity)
        )
    if made.write:
        _write_names(connection, made.article)
        sqlite_tasks.unite(connection, made.article.identity, path)
    return made


def _sharing_a_name(connection: sqlite3.Connection, article: Article, path: Path) -> list[Article]:
    identities = {
        identity
        for name in names_of(article)
        for (identity,) in connection.execute("SELECT identity FROM names WHERE name = ?", (name,))
    }
    return [
        record_of(Article, document, identity, str(path))
        for identity in identities
        for (document,) in connection.execute("SELECT document FROM articles WHERE identity = ?", (identity,))
    ]


def _write_article(connection: sqlite3.Connection, article: Article, document: str) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO articles (identity, site, kind, published_at, text_hash, document)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            article.identity, article.site, article.kind,
            time_text(article.published_at) if article.published_at else UNDATED, article.text_hash, document,
        ),
    )  # fmt: skip


def _write_names(connection: sqlite3.Connection, article: Article) -> None:
    """Identity and canonical URL belong to the article, an alias to the first that claimed it."""
    own = {article.identity, article.url}
    for name in names_of(article):
        connection.execute(
            "INSERT INTO names (name, identity) VALUES (?1, ?2)"
            " ON CONFLICT (name) DO UPDATE SET identity = excluded.identity WHERE ?3",
            (name, article.identity, name in own),
        )


def _save_picks(connection: sqlite3.Connection, picks: Sequence[Pick]) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO picks (day, url, position, document) VALUES (?, ?, ?, ?)",
        [(pick.day.isoformat(), pick.url, pick.position, text_of(pick)) for pick in picks],
    )
