"""End a crawl before the disk is full, as long as there is room to end it in order."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from scrapy import signals
from scrapy.crawler import Crawler

from newsarchive.crawl.session import HEARTBEAT_SECONDS, ArchiveSession, Component
from newsarchive.errors import DiskFullError
from newsarchive.monitoring.outcome import DISK_FULL
from newsarchive.storage.folders import check_room

logger = logging.getLogger(__name__)


class DiskGuard(Component):
    """A Scrapy extension: looks at the folders of a crawl as often as that records itself, and ends it where they fill.

    What was fetched is still written: the reserve is there for that.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._watch: asyncio.Task[None] | None = None
        crawler.signals.connect(self.spider_opened, signals.spider_opened)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    def spider_opened(self) -> None:
        """Begin to look."""
        self._watch = asyncio.ensure_future(self._look())

    def spider_closed(self) -> None:
        """Look no more."""
        if self._watch is not None:
            self._watch.cancel()

    async def _look(self) -> None:
        while True:
            try:
                with suppress(OSError):  # a folder that is gone is told by whoever writes there
                    check_room(self.crawler.settings)
            except DiskFullError as error:
                logger.error("The crawl ends: %s", error)  # noqa: TRY400
                ArchiveSession.of(self.crawler).warn(str(error))
                # By a task of its own: closing cancels this one.
                self._end = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=DISK_FULL))
                return
            await asyncio.sleep(HEARTBEAT_SECONDS)
