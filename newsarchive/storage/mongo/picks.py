"""The editor's picks in MongoDB."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pymongo import ASCENDING

from newsarchive.records.pick import Pick
from newsarchive.storage.keys import checked_day, key_of
from newsarchive.storage.mongo.connection import MongoConnection
from newsarchive.storage.mongo.writes import Write, kept, put


class MongoPicks(MongoConnection):
    """Picks."""

    async def save_picks(self, picks: Sequence[Pick]) -> None:
        writes = pick_writes(picks)
        await self._new_change_token()
        await self._write("picks", writes)
        await self._new_change_token()

    async def replace_day(self, day: date, picks: Sequence[Pick]) -> None:
        """Make these exactly the picks of a day; the new ones are there before the old ones go."""
        await self.save_picks(checked_day(day, picks))
        keys = [_pick_key(pick) for pick in picks]
        with self._errors():
            await self._in("picks").delete_many({"day": day.isoformat(), "_id": {"$nin": keys}})
        await self._new_change_token()

    async def picks(self, since: date, until: date) -> list[Pick]:
        asked = {"day": {"$gte": since.isoformat(), "$lte": until.isoformat()}}
        order = [("day", ASCENDING), ("position", ASCENDING), ("url", ASCENDING)]
        return [self._read(Pick, document, "url") async for document in self._found("picks", asked, order)]


def pick_writes(picks: Sequence[Pick]) -> list[Write]:
    """Insert or replace picks."""
    return [put(_pick_key(pick), kept(pick)) for pick in picks]


def _pick_key(pick: Pick) -> str:
    return key_of(pick.day.isoformat(), pick.url)
