"""The editor's picks in the SQLite file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from newsarchive.records.pick import Pick
from newsarchive.storage.keys import checked_day
from newsarchive.storage.limits import text_of
from newsarchive.storage.sqlite.connection import SqliteConnection


class SqlitePicks(SqliteConnection):
    """Picks."""

    async def save_picks(self, picks: Sequence[Pick]) -> None:
        with self._writing():
            self._write_picks(picks)

    async def replace_day(self, day: date, picks: Sequence[Pick]) -> None:
        checked_day(day, picks)
        with self._writing() as connection:
            connection.execute("DELETE FROM picks WHERE day = ?", (day.isoformat(),))
            self._write_picks(picks)

    def _write_picks(self, picks: Sequence[Pick]) -> None:
        self._connection.executemany(
            "INSERT OR REPLACE INTO picks (day, url, position, document) VALUES (?, ?, ?, ?)",
            [(pick.day.isoformat(), pick.url, pick.position, text_of(pick)) for pick in picks],
        )
        self._new_change_token()

    async def picks(self, since: date, until: date) -> list[Pick]:
        return self._records(
            Pick,
            "SELECT url, document FROM picks WHERE day BETWEEN ? AND ? ORDER BY day, position, url",
            since.isoformat(),
            until.isoformat(),
        )
