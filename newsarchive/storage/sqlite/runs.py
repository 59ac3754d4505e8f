"""The records of crawls in the SQLite file."""

from __future__ import annotations

from collections.abc import Sequence

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

    async def runs(self, site: SiteName | None = None, limit: int = 20) -> list[Run]:
        return self._records(
            Run,
            "SELECT run_id, document FROM runs WHERE ? IS NULL OR site = ?"
            " ORDER BY started_at DESC, run_id LIMIT ?",
            site,
            site,
            limit,
        )
