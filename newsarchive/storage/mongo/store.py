"""The MongoDB engine, for an archive that several machines share."""

from __future__ import annotations

from pymongo import DESCENDING
from pymongo.errors import PyMongoError

from newsarchive.items.record import SiteName
from newsarchive.storage.contents import refuse_unfinished
from newsarchive.storage.contract import SiteCounts
from newsarchive.storage.mongo.contents import MongoContents


class MongoStore(MongoContents):
    """The store contract over a MongoDB database; the URI's path names the database."""

    async def open(self) -> None:
        """Connect, migrate, and see whether the database is whole."""
        await super().open()
        await refuse_unfinished(self, self._access, self._place)

    async def change_token(self) -> str:
        held = await self._one("meta", "mark")
        return str(held["word"]) if held else ""

    async def size(self) -> int | None:
        try:
            said = await self._in("meta").database.command("dbStats")
            return int(said["storageSize"]) + int(said.get("indexSize", 0))
        except (PyMongoError, KeyError, TypeError, ValueError):  # small servers, or a user who may not ask
            return None

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
