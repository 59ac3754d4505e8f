"""Crawls in MongoDB: their records, and what each of them holds."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

from pymongo import ASCENDING, DESCENDING, DeleteOne, UpdateOne
from pymongo.errors import DuplicateKeyError

from newsarchive.errors import StoreUnreachableError
from newsarchive.items.record import SiteName
from newsarchive.records.lease import Holder, Lease
from newsarchive.records.run import Run
from newsarchive.storage.keys import key_of
from newsarchive.storage.leases import Claim, claim, is_live, let_go
from newsarchive.storage.mongo.connection import ROUNDS, MongoConnection, period
from newsarchive.storage.mongo.tasks import EPOCH, number_of
from newsarchive.storage.mongo.values import escaped, unescaped
from newsarchive.storage.mongo.writes import Document, kept, put
from newsarchive.storage.reading import damage, record_of


class MongoRuns(MongoConnection):
    """Runs and leases. The server's clock is that of all who share it."""

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

    async def claim_lease(
        self, name: str, holder: Holder, seconds: float, *, over: str = "", want: bool = False
    ) -> Claim:
        key, idle = key_of(name), math.inf
        for _ in range(ROUNDS):
            now = await self._server_time()
            held = await self._one("leases", key)
            lease = self._lease(held) if held else None
            came = claim(lease, name, holder, now=now, seconds=seconds, over=over, want=want)
            # A write that was sent twice finds what the first one did.
            idle = min(idle, came.idle)
            if came.lease == lease or await self._replace(key, held, came.lease):
                return came._replace(idle=idle)
        raise StoreUnreachableError(f"{self._place}: other processes keep claiming {name}; try again")

    async def _replace(self, key: str, held: Document | None, lease: Lease) -> bool:
        """Write a lease over exactly what was read; False where it has changed since."""
        new = {"_id": key, **lease_document(lease)}
        with self._errors():
            if held is None:
                try:
                    await self._in("leases").insert_one(new)
                except DuplicateKeyError:
                    return False
                return True
            asked = {"_id": key, "run_id": held["run_id"], "until_ms": held["until_ms"]}
            return (await self._in("leases").replace_one(asked, new)).matched_count > 0

    async def renew_leases(self, holder: str, seconds: float) -> list[Lease]:
        until = number_of(await self._server_time() + timedelta(seconds=seconds))
        with self._errors():
            renewal = {"$set": {"until_ms": until, "seconds": seconds}}
            await self._in("leases").update_many({"run_id": holder}, renewal)
        return await self._leases({"run_id": holder})

    async def release_leases(self, holder: str, idle: Mapping[str, float]) -> None:
        now = await self._server_time()
        held = [lease for lease in await self._leases({"run_id": holder}) if lease.name in idle]
        await self._write(
            "leases",
            [
                UpdateOne(
                    {"_id": key_of(it.name), "run_id": holder},
                    {"$set": lease_document(let_go(it, now, idle[it.name]))},
                )
                for it in held
            ],
        )

    async def leases(self) -> list[Lease]:
        now = await self._server_time()
        return [lease for lease in await self._leases({"run_id": {"$ne": None}}) if is_live(lease, now)]

    async def _leases(self, asked: Document) -> list[Lease]:
        with self._errors():
            held = await self._in("leases").find(asked).to_list()
        return sorted(map(self._lease, held), key=lambda lease: lease.name)

    def _lease(self, held: Document) -> Lease:
        name = str(held.get("name"))
        with damage(f"the lease {name}", self._place):
            times = {
                "since": EPOCH + timedelta(milliseconds=held["since_ms"]),
                "until": EPOCH + timedelta(milliseconds=held["until_ms"]),
            }
            rest = {field: unescaped(held[field]) for field in ("name", "holder", "seconds", "wanted")}
        return record_of(Lease, rest | times, name, self._place)

    async def _server_time(self) -> datetime:
        """The server's time; one that does not tell it leaves its users their own."""
        with self._errors():
            told = (await self._in("leases").database.command("hello")).get("localTime")
        return told.replace(tzinfo=UTC) if isinstance(told, datetime) else datetime.now(UTC)


def lease_document(lease: Lease) -> Document:
    """A lease as it is stored, without its key."""
    return {
        "name": lease.name,
        "run_id": lease.holder and lease.holder.run_id,
        "holder": escaped(lease.holder.model_dump()) if lease.holder else None,
        "since_ms": number_of(lease.since),
        "until_ms": number_of(lease.until),
        "seconds": lease.seconds,
        "wanted": lease.wanted,
    }
