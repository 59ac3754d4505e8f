"""The embedded engine: one SQLite file, nothing to install, used by several processes at once."""

from __future__ import annotations

from datetime import datetime

from newsarchive.items.record import SiteName
from newsarchive.storage.contents import refuse_unfinished
from newsarchive.storage.contract import SiteCounts
from newsarchive.storage.reading import damage
from newsarchive.storage.sqlite.connection import UNDATED
from newsarchive.storage.sqlite.contents import SqliteContents


class SqliteStore(SqliteContents):
    """The store contract over one SQLite file."""

    async def open(self) -> None:
        """Open the file (or create it), migrate it, and see whether it is whole."""
        await super().open()
        await refuse_unfinished(self, self._access, self._place)

    async def change_token(self) -> str:
        rows = self._rows("SELECT word FROM mark")
        with damage("the table mark", self._place):
            return str(rows[0][0])

    async def size(self) -> int | None:
        files = (self.path.with_name(self.path.name + ending) for ending in ("", "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    async def counts(self) -> dict[SiteName, SiteCounts]:
        found: dict[SiteName, SiteCounts] = {}
        for table in ("articles", "events"):
            query = f"SELECT site, kind, count(*) FROM {table} GROUP BY 1, 2 ORDER BY 1, 2"  # noqa: S608 - of ours
            for site, kind, number in self._rows(query):
                getattr(found.setdefault(site, SiteCounts()), table)[kind] = number
        for site, newest in self._rows(
            "SELECT site, max(published_at) FROM articles WHERE published_at < ? GROUP BY 1", UNDATED
        ):
            with damage("the times of articles", self._place):
                found[site].newest = datetime.fromisoformat(newest)
        return found
