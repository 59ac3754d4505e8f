"""What was observed, in MongoDB."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from pymongo import ASCENDING, UpdateOne

from newsarchive.items.event import Event
from newsarchive.items.record import SiteName
from newsarchive.storage.keys import event_key, event_names
from newsarchive.storage.merging import encodable
from newsarchive.storage.mongo.connection import MongoConnection, period
from newsarchive.storage.mongo.writes import Document, kept


class MongoEvents(MongoConnection):
    """Events."""

    async def save_events(self, events: Sequence[Event]) -> None:
        await self._write(
            "events",
            [
                UpdateOne({"_id": event_key(event)}, {"$setOnInsert": kept(event)}, upsert=True)
                for event in events
            ],
        )

    async def events(
        self,
        *,
        site: SiteName | None = None,
        about: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> AsyncIterator[Event]:
        asked: Document = {"site": site} if site else {}
        if since or until:
            asked["observed_at"] = period(since, until)
        if about:
            names = [encodable(name) for name in event_names(about, await self.article(about))]
            asked["$or"] = [{"identity": {"$in": names}}, {"url": {"$in": names}}]
        async for document in self._found("events", asked, [("observed_at", ASCENDING), ("_id", ASCENDING)]):
            yield self._read(Event, document, "url")
