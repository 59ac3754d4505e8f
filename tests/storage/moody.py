"""A store with moods: the SQLite engine, which is away, or refuses some records, when a test says so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from newsarchive.errors import StoreUnreachableError
from newsarchive.items.article import Article
from newsarchive.items.event import Event
from newsarchive.records.run import Run
from newsarchive.records.task import Task
from newsarchive.storage.collections import D, DocumentCollection
from newsarchive.storage.contract import SaveOutcome
from newsarchive.storage.sqlite.store import SqliteStore


class MoodyStore(SqliteStore):
    """`away`: the names of the calls that fail. `refuses`: the error for each identity that is not taken."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.away: set[str] = set()
        self.refuses: dict[str | None, Exception] = {}
        self.calls: list[str] = []

    def _called(self, name: str, *identities: str | None) -> None:
        self.calls.append(name)
        if name in self.away:
            raise StoreUnreachableError("the store is away")
        for identity in identities:
            if identity in self.refuses:
                raise self.refuses[identity]

    async def save_articles(self, articles: Sequence[Article]) -> list[SaveOutcome]:
        self._called("save_articles", *(article.identity for article in articles))
        return await super().save_articles(articles)

    async def save_events(self, events: Sequence[Event]) -> None:
        self._called("save_events", *(event.identity for event in events))
        await super().save_events(events)

    async def save_tasks(self, tasks: Collection[Task]) -> None:
        self._called("save_tasks")
        await super().save_tasks(tasks)

    async def add_tasks(self, tasks: Collection[Task]) -> set[str]:
        self._called("add_tasks")
        return await super().add_tasks(tasks)

    async def known(self, names: Collection[str]) -> set[str]:
        self._called("known")
        return await super().known(names)

    async def tasks(self, names: Collection[str]) -> dict[str, Task]:
        self._called("tasks")
        return await super().tasks(names)

    async def runs(self, site: Any = None, limit: int = 20, **times: Any) -> list[Run]:  # noqa: ANN401
        self._called("runs")
        return await super().runs(site, limit, **times)

    async def save_run(self, run: Run) -> None:
        self._called("save_run")
        await super().save_run(run)

    async def documents(self, collection: DocumentCollection[D]) -> dict[str, D]:
        self._called(f"documents {collection.name}")
        return await super().documents(collection)

    async def put_document(self, collection: DocumentCollection[D], key: str, document: D) -> None:
        self._called(f"put_document {collection.name}")
        await super().put_document(collection, key, document)
