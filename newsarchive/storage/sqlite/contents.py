"""All that is in the SQLite file, to be carried elsewhere as it is, and back."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from newsarchive.items.article import Article
from newsarchive.items.record import Record
from newsarchive.records.task import Task
from newsarchive.storage.collections import UNFINISHED_COPIES
from newsarchive.storage.contents import (
    ARTICLES,
    DOCUMENTS,
    EVENTS,
    PICKS,
    REVISIONS,
    RUNS,
    STORY_LINKS,
    TASKS,
    C,
    ContentKind,
    HeldArticle,
    HeldDocument,
    leading_names,
    own_names,
)
from newsarchive.storage.merging import storable
from newsarchive.storage.reading import damage, record_of
from newsarchive.storage.sqlite.articles import SqliteArticles
from newsarchive.storage.sqlite.connection import PAGE
from newsarchive.storage.sqlite.documents import SqliteDocuments
from newsarchive.storage.sqlite.events import SqliteEvents
from newsarchive.storage.sqlite.picks import SqlitePicks
from newsarchive.storage.sqlite.runs import SqliteRuns
from newsarchive.storage.tasks import storable_task

_ORDER = {
    ARTICLES.name: "published_at, identity",
    REVISIONS.name: "replaced_at, identity, words",
    STORY_LINKS.name: "identity, other, kind",
    EVENTS.name: "observed_at, key",
    PICKS.name: "day, position, url",
    RUNS.name: "started_at, run_id",
    TASKS.name: "name",
    DOCUMENTS.name: "collection, key",
}
"""The columns that order each table, and tell its rows apart."""
_FURTHER = (
    ", EXISTS (SELECT 1 FROM fingerprints WHERE fingerprints.identity = articles.identity),"
    " (SELECT json_group_array(name) FROM names WHERE names.identity = articles.identity)"
)
_BEFORE_ALL: dict[str, str | int] = {"position": -(2**63)}
_OF_ARTICLES = ("names", "fingerprints", "bands", "publishers", "search_texts", "search_noted")
"""Tables that are filled where an article is put."""
_OF_SEARCH = ("search", "search_data", "search_idx", "search_docsize", "search_config")
_OF_CRAWLS = ("leases", "claims")
"""Tables of what crawls hold just now, which is theirs in this store alone."""
DERIVED_TABLES = frozenset({*_OF_ARTICLES, *_OF_SEARCH, *_OF_CRAWLS, "mark"})
"""Tables that are no kind of contents: what they hold is made again of these, carried with an article, or of this store alone."""


class SqliteContents(SqliteArticles, SqliteEvents, SqlitePicks, SqliteRuns, SqliteDocuments):
    """All kinds of records."""

    @asynccontextmanager
    async def one_moment(self) -> AsyncIterator[None]:
        self._rows("BEGIN")
        self._rows("SELECT count(*) FROM mark")
        try:
            yield
        finally:
            self._rows("COMMIT")

    def contents(self, kind: ContentKind[C]) -> AsyncIterator[C]:
        return kind.ordered(self._all_of(kind))

    async def _all_of(self, kind: ContentKind[C]) -> AsyncIterator[C]:
        for row in self._rows_of(kind.name):
            if kind.name != DOCUMENTS.name or row[0] != UNFINISHED_COPIES.name:
                yield self._content(kind, row)

    def _rows_of(self, table: str) -> Iterator[Any]:
        columns = _ORDER[table]
        names = columns.split(", ")
        further = _FURTHER if table == ARTICLES.name else ""
        query = (
            f"SELECT {columns}, document{further} FROM {table}"  # noqa: S608 - of ours
            f" WHERE ({columns}) > ({', '.join('?' * len(names))}) ORDER BY {columns} LIMIT {PAGE}"
        )
        position = [_BEFORE_ALL.get(name, "") for name in names]
        while rows := self._rows(query, *position):
            yield from rows
            position = list(rows[-1][: len(names)])

    def _content(self, kind: ContentKind[C], row: Sequence[Any]) -> C:
        width = _ORDER[kind.name].count(",") + 1
        name, document = str(row[width - 1]), row[width]
        record: Record
        if kind.name == ARTICLES.name:
            article = record_of(Article, document, name, self._place)
            names = own_names(article, set(json.loads(row[width + 2])))
            record = HeldArticle.model_construct(article=article, names=names, linked=bool(row[width + 1]))
        elif kind.name == DOCUMENTS.name:
            with damage(f"the document {row[0]} {name}", self._place):
                record = HeldDocument(collection=row[0], key=name, document=json.loads(document))
        else:
            return record_of(kind.record, document, name, self._place)
        return kind.record.model_validate(record)

    async def put_contents(self, kind: ContentKind[C], records: Sequence[C]) -> None:
        puts: dict[str, Callable[[Any], None]] = {
            ARTICLES.name: self._put_articles,
            REVISIONS.name: partial(self._write_revisions, of_the_same="REPLACE"),
            STORY_LINKS.name: self._put_links,
            EVENTS.name: partial(self._write_events, of_the_same="REPLACE"),
            PICKS.name: self._write_picks,
            RUNS.name: self._write_runs,
            TASKS.name: self._put_tasks,
            DOCUMENTS.name: self._put_documents,
        }
        with self._writing():
            puts[kind.name](records)
            self._new_change_token()

    def _put_articles(self, records: Sequence[HeldArticle]) -> None:
        execute = self._connection.execute
        linked = []
        for held in records:
            article, document = storable(held.article)
            linked += [article] if held.linked else []
            self._write_article(article, document)
            execute("DELETE FROM names WHERE identity = ?", (article.identity,))
            self._connection.executemany(
                "INSERT OR REPLACE INTO names (name, identity) VALUES (?, ?)",
                [(name, article.identity) for name in leading_names(held)],
            )
            execute("DELETE FROM fingerprints WHERE identity = ?", (article.identity,))
            self._note_words(article.identity)
        self._index_texts(linked)

    def _put_tasks(self, records: Sequence[Task]) -> None:
        for task in records:
            self._write_task(storable_task(task))

    def _put_documents(self, records: Sequence[HeldDocument]) -> None:
        self._connection.executemany(
            "INSERT OR REPLACE INTO documents (collection, key, document) VALUES (?, ?, ?)",
            [(it.collection, it.key, json.dumps(it.document, ensure_ascii=False)) for it in records],
        )

    async def clear_contents(self, kind: ContentKind[Any]) -> None:
        with self._writing() as connection:
            if kind.name == DOCUMENTS.name:
                connection.execute("DELETE FROM documents WHERE collection <> ?", (UNFINISHED_COPIES.name,))
            else:
                for table in (kind.name, *(_OF_ARTICLES if kind.name == ARTICLES.name else ())):
                    connection.execute(f"DELETE FROM {table}")  # noqa: S608 - of ours
                if kind.name == ARTICLES.name:
                    self._forget_all_words()
            self._new_change_token()
