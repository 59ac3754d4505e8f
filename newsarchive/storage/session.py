"""One crawl's hold on the archive: the open store, the raw store, and the record of the run."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from newsarchive.items import Run, SiteName
from newsarchive.storage import open_store
from newsarchive.storage.contract import Store
from newsarchive.storage.raw import RawStore

COUNTED = ("page/", "record/", "link/")
"""Prefixes of the stats that are ours; they go into the record of the run."""


class ArchiveSession:
    """A Scrapy extension: opens the store when the first component asks, closes it when all have closed.

    The pipelines, the spider and the raw capture of one crawl share it.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self.site = cast(SiteName, crawler.spidercls.name)
        self.store: Store = open_store(settings["NEWSARCHIVE_STORE"])
        self.raw = RawStore(Path(settings["NEWSARCHIVE_RAW"]), max_bytes=settings.getint("NEWSARCHIVE_RAW_FILE_BYTES"))
        self._opening = asyncio.Lock()
        self._opened = False
        now = datetime.now(UTC)
        self._run = Run(run_id=uuid.uuid4().hex, site=self.site, started_at=now, heartbeat_at=now)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveSession:
        """Make the session and have it closed after the last component."""
        session = cls(crawler)
        crawler.signals.connect(session.spider_opened, signals.spider_opened)
        crawler.signals.connect(session.spider_closed, signals.spider_closed)
        return session

    @classmethod
    def of(cls, crawler: Crawler) -> ArchiveSession:
        """The session of a crawl."""
        session = crawler.get_extension(cls)
        if session is None:
            raise RuntimeError("the extension newsarchive.storage.session.ArchiveSession is switched off in EXTENSIONS")
        return session

    async def open(self) -> Store:
        """The store, opened once. Raises what `Store.open` raises."""
        async with self._opening:
            if not self._opened:
                await self.store.open()
                self.raw.open()
                self._opened = True
        return self.store

    async def spider_opened(self, spider: Spider) -> None:
        """Record that a run began, with the arguments it was given."""
        store = await self.open()
        arguments = {key: str(value) for key, value in getattr(spider, "given", {}).items()}
        self._run = self._run.model_copy(update={"arguments": arguments})
        await store.save_run(self._run)

    async def spider_closed(self, reason: str) -> None:
        """Record how the run ended and what it counted, and close the stores."""
        if not self._opened:
            return
        now = datetime.now(UTC)
        stats = self._crawler.stats.get_stats()
        counts = {key: value for key, value in stats.items() if key.startswith(COUNTED)}
        self._run = self._run.model_copy(
            update={"heartbeat_at": now, "finished_at": now, "reason": reason, "counts": counts}
        )
        await self.store.save_run(self._run)
        await self.store.close()
        self.raw.close()
