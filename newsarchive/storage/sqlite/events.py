"""What was observed, in the SQLite file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime
from typing import Literal

from newsarchive.items.event import Event
from newsarchive.items.record import SiteName
from newsarchive.storage.keys import event_key
from newsarchive.storage.limits import text_of
from newsarchive.storage.sqlite.connection import SqliteConnection
from newsarchive.storage.sqlite.file import time_text


class SqliteEvents(SqliteConnection):
    """Events."""

    async def save_events(self, events: Sequence[Event]) -> None:
        with self._writing():
            self._write_events(events)

    def _write_events(
        self, events: Sequence[Event], of_the_same: Literal["IGNORE", "REPLACE"] = "IGNORE"
    ) -> None:
        self._connection.executemany(
            f"INSERT OR {of_the_same} INTO events (key, site, kind, identity, url, observed_at, document)"  # noqa: S608
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    event_key(event), event.site, event.kind, event.identity, event.url,
                    time_text(event.observed_at), text_of(event),
                )
                for event in events
            ],
        )  # fmt: skip

    def events(self, *, site: SiteName | None = None) -> AsyncIterator[Event]:
        return self._pages(
            Event,
            "SELECT observed_at, key, document FROM events"
            " WHERE (observed_at, key) > (?, ?) AND (? IS NULL OR site = ?) ORDER BY observed_at, key LIMIT ?",
            "",
            (site, site),
        )

    async def delete_events(self, kinds: Collection[str], before: datetime, *, change: bool = True) -> int:
        which = f"FROM events WHERE observed_at < ? AND kind IN ({', '.join('?' * len(kinds))})"
        if not change:
            return int(self._rows(f"SELECT count(*) {which}", time_text(before), *kinds)[0][0])
        with self._writing() as connection:
            return connection.execute(f"DELETE {which}", (time_text(before), *kinds)).rowcount
