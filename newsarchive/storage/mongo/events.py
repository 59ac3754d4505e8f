"""What was observed, in MongoDB."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime

from pymongo import ASCENDING, UpdateOne

from newsarchive.items.event import Event
from newsarchive.items.record import SiteName
from newsarchive.storage.keys import event_key
from newsarchive.storage.mongo.connection import MongoConnection, period
from newsarchive.storage.mongo.writes import Document, kept


class MongoEvents(MongoConnection):
    """Events."""

    async def save_events(self, events: Sequence[Event]) -> None:
        writes = [UpdateOne({"_id": event_key(it)}, {"$setOnInsert": kept(it)}, upsert=True) for it in events]
        await self._write("events", writes)

    async def events(self, *, site: SiteName | None = None) -> AsyncIterator[Event]:
        asked: Document = {"site": site} if site else {}
        async for document in self._found("events", asked, [("observed_at", ASCENDING), ("_id", ASCENDING)]):
            yield self._read(Event, document, "url")

    async def delete_events(self, kinds: Collection[str], before: datetime, *, change: bool = True) -> int:
        which: Document = {"observed_at": period(None, before), "kind": {"$in": sorted(kinds)}}
        with self._errors():
            if not change:
                return await self._in("events").count_documents(which)
            return (await self._in("events").delete_many(which)).deleted_count
