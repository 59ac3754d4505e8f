"""Which hosts are left alone, and until when."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached

from newsarchive.storage.session import ArchiveSession

logger = logging.getLogger(__name__)

PAUSES = "pauses"
"""The store's collection of pauses, by host: `until` (ISO) and `times` (challenges in a row)."""


class HostHeldError(IgnoreRequest):
    """The host is not asked now; the request stays pending for a later run."""


class Gate:
    """A Scrapy extension that every request passes right before it leaves.

    `delay` lets the next request to a host wait (a short Retry-After). `hold` shuts a host for the rest of the run and,
    through the store, for later runs until the pause is over: 10 minutes after the first challenge, growing to 30.
    It stands in the download handler, behind Scrapy's queues, so that not one queued request slips through.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._first = timedelta(seconds=crawler.settings.getfloat("NEWSARCHIVE_PAUSE_SECONDS"))
        self._longest = timedelta(seconds=crawler.settings.getfloat("NEWSARCHIVE_PAUSE_MOST_SECONDS"))
        self._held: dict[str, datetime] = {}
        self._times: dict[str, int] = {}
        self._wait_until: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Gate:
        """Make the gate; it learns the pauses of earlier runs when the spider opens."""
        gate = cls(crawler)
        crawler.signals.connect(gate.spider_opened, signals.spider_opened)
        return gate

    @classmethod
    def of(cls, crawler: Crawler) -> Gate:
        """The gate of a crawl."""
        gate = crawler.get_extension(cls)
        if gate is None:
            raise RuntimeError("the extension newsarchive.downloader.gate.Gate is switched off in EXTENSIONS")
        return gate

    async def spider_opened(self) -> None:
        """Take over the pauses that are not over yet."""
        store = await ArchiveSession.of(self._crawler).open()
        now = datetime.now(UTC)
        for host, pause in (await store.documents(PAUSES)).items():
            self._times[host] = int(pause["times"])
            if (until := datetime.fromisoformat(pause["until"])) > now:
                self._held[host] = until
                logger.warning(
                    "%s is left alone until %s, after a challenge", host, until.isoformat(timespec="seconds")
                )

    def held_until(self, host: str) -> datetime | None:
        """Until when a host is held, if it is."""
        return self._held.get(host)

    async def hold(self, host: str, reason: str, at_least: timedelta = timedelta(0)) -> datetime:
        """Ask a host nothing more in this run, nor in the next ones before the returned time."""
        if host in self._held:
            return self._held[host]
        times = self._times.get(host, 0) + 1
        pause = max(min(self._first * times, self._longest), at_least)
        until = datetime.now(UTC) + pause
        self._held[host], self._times[host] = until, times
        store = await ArchiveSession.of(self._crawler).open()
        await store.put_document(PAUSES, host, {"until": until.isoformat(), "times": times})
        self._crawler.stats.inc_value("host/held_count")
        logger.warning("%s is left alone until %s: %s", host, until.isoformat(timespec="seconds"), reason)
        return until

    async def answered(self, host: str) -> None:
        """A host gave a real page: its next pause is a first one again."""
        if host not in self._held and self._times.pop(host, 0):
            store = await ArchiveSession.of(self._crawler).open()
            await store.delete_document(PAUSES, host)

    def delay(self, host: str, seconds: float) -> None:
        """Let requests to a host wait for some seconds."""
        until = asyncio.get_running_loop().time() + seconds
        self._wait_until[host] = max(self._wait_until.get(host, 0), until)

    async def let_through(self, request: Request) -> None:
        """Wait for a request's turn. Raises HostHeldError where its host is held."""
        host = urlparse_cached(request).hostname or ""
        loop = asyncio.get_running_loop()
        # Again after the sleep: another answer may have asked for a longer pause meanwhile.
        while (wait := self._wait_until.get(host, 0) - loop.time()) > 0:  # noqa: ASYNC110 - it waits for a time, not an event
            await asyncio.sleep(wait)
        if until := self._held.get(host):
            raise HostHeldError(f"{host} is left alone until {until.isoformat(timespec='seconds')}")
