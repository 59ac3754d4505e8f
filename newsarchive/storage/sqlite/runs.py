"""Crawls in the SQLite file: their records, and what each of them holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from newsarchive.items.record import SiteName
from newsarchive.records.lease import Holder, Lease
from newsarchive.records.run import Run
from newsarchive.storage.leases import Claim, boot, claim, is_live, let_go, living, steady_seconds
from newsarchive.storage.limits import text_of
from newsarchive.storage.reading import record_of
from newsarchive.storage.sqlite.connection import SqliteConnection
from newsarchive.storage.sqlite.file import time_text


class SqliteRuns(SqliteConnection):
    """Runs and leases."""

    async def save_run(self, run: Run) -> None:
        with self._writing():
            self._write_runs([run])

    def _write_runs(self, runs: Sequence[Run]) -> None:
        self._connection.executemany(
            "INSERT OR REPLACE INTO runs (run_id, site, started_at, document) VALUES (?, ?, ?, ?)",
            [(it.run_id, it.site, time_text(it.started_at), text_of(it)) for it in runs],
        )

    async def runs(
        self,
        site: SiteName | None = None,
        limit: int = 20,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Run]:
        return self._records(
            Run,
            "SELECT run_id, document FROM runs WHERE (?1 IS NULL OR site = ?1) AND started_at >= ?2 AND started_at < ?3"
            " ORDER BY started_at DESC, run_id LIMIT ?4",
            site,
            time_text(since) if since else "",
            time_text(until) if until else "~",
            limit,
        )

    async def run(self, run_id: str) -> Run | None:
        found = self._records(Run, "SELECT run_id, document FROM runs WHERE run_id = ?", run_id)
        return found[0] if found else None

    async def delete_runs(self, run_ids: Collection[str]) -> None:
        with self._writing() as connection:
            connection.executemany("DELETE FROM runs WHERE run_id = ?", [(one,) for one in run_ids])

    async def claim_lease(
        self, name: str, holder: Holder, seconds: float, *, over: str = "", want: bool = False
    ) -> Claim:
        with self._writing():
            now = datetime.now(UTC)
            held = self._held_leases(now, "name = ?", name)
            came = claim(next(iter(held), None), name, holder, now=now, seconds=seconds, over=over, want=want)
            if [came.lease] != held:
                self._write_leases([came.lease], now)
        return came

    async def renew_leases(self, holder: str, seconds: float) -> list[Lease]:
        with self._writing():
            now = datetime.now(UTC)
            until = {"until": now + timedelta(seconds=seconds), "seconds": seconds}
            renewed = [lease.model_copy(update=until) for lease in self._leases_of(holder, now)]
            self._write_leases(renewed, now)
        return renewed

    async def release_leases(self, holder: str, idle: Mapping[str, float]) -> None:
        with self._writing() as connection:
            now = datetime.now(UTC)
            held = [lease for lease in self._leases_of(holder, now) if lease.name in idle]
            self._write_leases([let_go(lease, now, idle[lease.name]) for lease in held], now)
            rest = living(self._live_leases(now))
            connection.execute(
                f"DELETE FROM claims WHERE run_id NOT IN ({', '.join('?' * len(rest))})",  # noqa: S608 - marks
                sorted(rest),
            )

    async def leases(self) -> list[Lease]:
        return self._live_leases(datetime.now(UTC))

    def _live_leases(self, now: datetime) -> list[Lease]:
        return [lease for lease in self._held_leases(now, "run_id IS NOT NULL") if is_live(lease, now)]

    def _leases_of(self, holder: str, now: datetime) -> list[Lease]:
        return self._held_leases(now, "run_id = ?", holder)

    def _held_leases(self, now: datetime, condition: str, *values: str) -> list[Lease]:
        """Leases by name. One of this start of the machine ends by the steady clock, wherever the other was set since."""
        steady, found = steady_seconds(), []
        for name, started, ends, document in self._rows(
            f"SELECT name, boot, ends, document FROM leases WHERE {condition} ORDER BY name",  # noqa: S608 - of ours
            *values,
        ):
            lease = record_of(Lease, document, name, self._place)
            if started and started == boot():
                lease = lease.model_copy(update={"until": now + timedelta(seconds=ends - steady)})
            found.append(lease)
        return found

    def _write_leases(self, leases: Iterable[Lease], now: datetime) -> None:
        steady = steady_seconds()
        self._connection.executemany(
            "INSERT OR REPLACE INTO leases (name, run_id, boot, ends, document) VALUES (?, ?, ?, ?, ?)",
            [
                (
                    it.name, it.holder and it.holder.run_id, boot(),
                    steady + (it.until - now).total_seconds(), it.model_dump_json(),
                )
                for it in leases
            ],
        )  # fmt: skip
