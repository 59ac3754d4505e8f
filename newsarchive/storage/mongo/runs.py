"""The records of crawls in MongoDB."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, DeleteOne

from newsarchive.items.record import SiteName
from newsarchive.records.run import Run
from newsarchive.storage.keys import key_of
from newsarchive.storage.mongo.connection import MongoConnection, period
from newsarchive.storage.mongo.writes import Document, kept, put


class MongoRuns(MongoConnection):
    """Runs."""

    async def save_run(self, run: Run) -> None:
        await self._write("runs", [put(key_of(run.run_id), kept(run))])

    async def runs(
        self,
        site: SiteName | None = None,
        limit: int = 20,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Run]:
        asked: Document = {"site": site} if site else {}
        if started := period(since, until):
            asked["started_at"] = started
        order = [("started_at", DESCENDING), ("run_id", ASCENDING)]
        return [
            self._read(Run, document, "run_id") async for document in self._found("runs", asked, order, limit)
        ]

    async def run(self, run_id: str) -> Run | None:
        found = await self._one("runs", key_of(run_id))
        return self._read(Run, found, "run_id") if found else None

    async def delete_runs(self, run_ids: Collection[str]) -> None:
        await self._write("runs", [DeleteOne({"_id": key_of(one)}) for one in run_ids])
