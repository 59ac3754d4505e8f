"""What was observed, in the SQLite file."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from newsarchive.items.event import Event
from newsarchive.items.record import SiteName
from newsarchive.storage.keys import event_key, event_names
from newsarchive.storage.limits import text_of
from newsarchive.storage.sqlite.connection import SqliteConnection
from newsarchive.storage.sqlite.file import time_text


class SqliteEvents(SqliteConnection):
    """Events."""

    async def save_events(self, events: Sequence[Event]) -> None:
        with self._writing() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO events (key, site, kind, identity, url, observed_at, document)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        event_key(event), event.site, event.kind, event.identity, event.url,
                        time_text(event.observed_at), text_of(event),
                    )
                    for event in events
                ],
            )  # fmt: skip

    async def events(
        self,
        *,
        site: SiteName | None = None,
        about: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> AsyncIterator[Event]:
        names = json.dumps(event_names(about, await self.article(about))) if about else None
        found = self._pages(
            Event,
            "SELECT observed_at, key, document FROM events"
            " WHERE (observed_at, key) > (?, ?) AND observed_at < ? AND (? IS NULL OR site = ?)"
            " AND (? IS NULL OR identity IN (SELECT value FROM json_each(?))"
            "      OR url IN (SELECT value FROM json_each(?)))"
            " ORDER BY observed_at, key LIMIT ?",
            time_text(since) if since else "",
            (time_text(until) if until else "~", site, site, names, names, names),
        )
        async for event in found:
            yield event
