"""The records of crawls in MongoDB."""

from __future__ import annotations

from pymongo import ASCENDING, DESCENDING

from newsarchive.items.record import SiteName
from newsarchive.records.run import Run
from newsarchive.storage.keys import key_of
from newsarchive.storage.mongo.connection import MongoConnection
from newsarchive.storage.mongo.writes import kept, put


class MongoRuns(MongoConnection):
    """Runs."""

    async def save_run(self, run: Run) -> None:
        await self._write("runs", [put(key_of(run.run_id), kept(run))])

    async def runs(self, site: SiteName | None = None, limit: int = 20) -> list[Run]:
        asked = {"site": site} if site else {}
        order = [("started_at", DESCENDING), ("run_id", ASCENDING)]
        return [
            self._read(Run, document, "run_id") async for document in self._found("runs", asked, order, limit)
        ]
