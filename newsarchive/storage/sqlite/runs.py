"""The records of crawls in the SQLite file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from newsarchive.items.record import SiteName
from newsarchive.records.run import Run
from newsarchive.storage.limits import text_of
from newsarchive.storage.sqlite.connection import SqliteConnection
from newsarchive.storage.sqlite.file import time_text


class SqliteRuns(SqliteConnection):
    """Runs."""

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
