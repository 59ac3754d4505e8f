"""The MongoDB engine, for an archive that several machines share."""

from __future__ import annotations

from pymongo import DESCENDING

from newsarchive.items.record import SiteName
from newsarchive.storage.contract import SiteCounts
from newsarchive.storage.mongo.articles import MongoArticles
from newsarchive.storage.mongo.documents import MongoDocuments
from newsarchive.storage.mongo.events import MongoEvents
from newsarchive.storage.mongo.picks import MongoPicks
from newsarchive.storage.mongo.runs import MongoRuns


class MongoStore(MongoArticles, MongoEvents, MongoPicks, MongoRuns, MongoDocuments):
    """The store contract over a MongoDB database; the URI's path names the database."""

    async def change_token(self) -> str:
        held = await self._one("meta", "mark")
        return str(held["word"]) if held else ""

    async def counts(self) -> dict[SiteName, SiteCounts]:
        found: dict[SiteName, SiteCounts] = {}
        for site in sorted({*await self._sites("articles"), *await self._sites("events")}):
            counts = SiteCounts(
                await self._grouped("articles", "kind", {"site": site}),
                await self._grouped("events", "kind", {"site": site}),
            )
            order = [("published_at", DESCENDING)]
            async for document in self._found("articles", {"site": site}, order, limit=1):
                counts.newest = document["published_at"]
            if counts.articles or counts.events:
                found[site] = counts
        return found
