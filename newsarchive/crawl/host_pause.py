"""Which hosts are left alone, and until when."""

from __future__ import annotations

import asyncio
import logging
import random
from datetime import UTC, datetime, timedelta
from functools import cached_property

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.utils.httpobj import urlparse_cached

from newsarchive.crawl.downloading.host_turns import HostTurn, HostTurns
from newsarchive.crawl.downloading.throttle import JITTER
from newsarchive.crawl.pauses import LONGEST, bounded, stored_pauses
from newsarchive.crawl.reasons import STORE_UNREACHABLE, HostPausedError, LeasedError
from newsarchive.crawl.session import ArchiveSession, Component
from newsarchive.errors import StorePermissionError, StoreUnreachableError
from newsarchive.monitoring.reasons import meaning
from newsarchive.records.task import Task
from newsarchive.sites import SITES
from newsarchive.storage.collections import PAUSES, Pause
from newsarchive.storage.leases import steady_seconds

logger = logging.getLogger(__name__)


class HostPause(Component):
    """A Scrapy extension that every request passes right before it leaves.

    `delay` lets the next request to a host wait (a short Retry-After). `hold` shuts a host for the rest of the run and,
    through the store, for later runs until the pause is over: 10 minutes after the first challenge, growing to 30; or as
    long as the server asks, up to a day.
    It stands in the download handler, behind Scrapy's queues, so that not one queued request slips through.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._first = timedelta(seconds=crawler.settings.getfloat("NEWSARCHIVE_PAUSE_SECONDS"))
        self._longest = timedelta(seconds=crawler.settings.getfloat("NEWSARCHIVE_PAUSE_MOST_SECONDS"))
        self._held: dict[str, Pause] = {}
        self._times: dict[str, int] = {}
        self._wait_until: dict[str, float] = {}
        crawler.signals.connect(self.spider_opened, signals.spider_opened)

    @cached_property
    def turns(self) -> HostTurns:
        """Which hosts are this crawl's to ask."""
        return HostTurns(ArchiveSession.of(self.crawler), self.pause_of, self._in_hand, self._begin_turn)

    async def spider_opened(self) -> None:
        """Take over the pauses of the site's hosts that are not over yet. Raises CloseSpider where they are not known."""
        session = ArchiveSession.of(self.crawler)
        try:
            await self._take_over(session)
        except CloseSpider:
            raise
        except Exception as error:
            # Scrapy would go on after any other exception, and ask hosts that are to be left alone.
            logger.exception("It is not known which hosts are left alone")
            session.unforeseen(error, "learning which hosts are left alone")
            raise CloseSpider("pauses_unknown") from error

    async def _take_over(self, session: ArchiveSession) -> None:
        store = await session.open()
        now = datetime.now(UTC)
        for pause in await stored_pauses(store, now):
            if not SITES[session.site].has_image_host(pause.host):
                continue
            self._times[pause.host] = pause.times
            if pause.until > now:
                # Kept as it was read, so that one of an older version begins to end now.
                await session.outbox.put_pause(pause.host, pause)
                self._leave_alone(pause)

    async def hold(self, host: str, why: str, at_least: timedelta = timedelta(0)) -> datetime:
        """Ask a host nothing more in this run, nor in the next ones before the returned time, a day ahead at most.

        `why` is the word of a reason: `http_429`, `challenge`.
        """
        now = datetime.now(UTC)
        at_least = min(at_least, LONGEST)
        if (held := self._held.get(host)) is not None and now + at_least <= held.until:
            return held.until
        times = held.times if held is not None else self._times.get(host, 0) + 1
        length = min(max(min(self._first * times, self._longest), at_least), LONGEST)
        pause = Pause(host=host, since=now, until=now + length, why=why, times=times)
        self._times[host] = times
        self._leave_alone(pause)
        await ArchiveSession.of(self.crawler).outbox.put_pause(host, pause)
        self.crawler.stats.inc_value("host/held_count")
        return pause.until

    def _leave_alone(self, pause: Pause) -> None:
        self._held[pause.host] = pause
        until = pause.until.isoformat(timespec="seconds")
        logger.warning("%s is left alone until %s: %s", pause.host, until, meaning(pause.why))

    async def answered(self, host: str) -> None:
        """A host gave a real page: its next pause is a first one again."""
        if host not in self._held and self._times.pop(host, 0):
            await ArchiveSession.of(self.crawler).outbox.put_pause(host, None)

    def delay(self, host: str, seconds: float) -> None:
        """Let requests to a host wait for some seconds."""
        self._wait_until[host] = max(self._wait_until.get(host, 0), steady_seconds() + seconds)

    def pause_of(self, host: str) -> float:
        """The seconds between two requests to a host."""
        slots, usual = self._delays
        return slots.get(host, usual)

    @cached_property
    def _delays(self) -> tuple[dict[str, float], float]:
        """The seconds by host, and those of all others. Settings make a copy of a mapping each time it is asked for."""
        settings = self.crawler.settings
        slots = settings.getdict("DOWNLOAD_SLOTS")
        by_host = {host: float(slot["delay"]) for host, slot in slots.items()}
        return by_host, settings.getfloat("DOWNLOAD_DELAY")

    def _in_hand(self, host: str) -> int:
        """How many requests for a host Scrapy has in hand."""
        slots = self.crawler.engine.downloader.slots
        return len(slots[host].active) if host in slots else 0

    async def let_through(self, request: Request) -> HostTurn:
        """Wait for a request's turn; the request goes on in its context. Raises HostPausedError where its host is held."""
        host = urlparse_cached(request).hostname or ""
        pause, waited = self.pause_of(host), False
        # Again after the sleep: another answer may have asked for a longer pause meanwhile, another crawl for the host.
        while (turn := self.turns.of(host)) is None or (rest := self._rest(turn, pause)) > 0:
            waited = True
            if turn is None:
                await self._wait_for_turn(host)
            else:
                await asyncio.sleep(rest)
        session = ArchiveSession.of(self.crawler)
        if held := self._held.get(host):
            until = f"left alone until {held.until.isoformat(timespec='seconds')}"
            session.not_read(host, held.why, until)
            raise HostPausedError(f"{host} is {until}")
        if session.lapsed and (task := request.cb_kwargs.get("task")) and not await self._is_still_ours(task):
            raise LeasedError(f"{task.name} was asked for by another job meanwhile")
        if waited:
            # Scrapy counts the pause from when the request came here, and would send the next one too early.
            self.delay(host, pause * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311 - a pause, no secret
        return turn

    def _rest(self, turn: HostTurn, pause: float) -> float:
        """The seconds that a request must still wait.

        The least pause is counted from when the last request left: Scrapy counts it from when that came here, and a busy
        machine, a store that was asked in between, or a turn that was waited for, make it leave later.
        """
        until = max(self._wait_until.get(turn.host, 0), turn.asked + pause * (1 - JITTER))
        return until - steady_seconds()

    async def _is_still_ours(self, task: Task) -> bool:
        """Whether nobody has worked on what this crawl had taken before its leases ran out for a while."""
        session = ArchiveSession.of(self.crawler)
        claimed = await session.store.claim_tasks([task.name], session.run_id)
        return claimed.get(task.name) == task

    async def _wait_for_turn(self, host: str) -> None:
        """Wait for this crawl's turn. Raises HostPausedError where it does not come."""
        session = ArchiveSession.of(self.crawler)
        try:
            await self.turns.wait_for(host)
        except LeasedError as error:
            session.not_read(host, error.reason, str(error))
            raise
        except (StoreUnreachableError, StorePermissionError) as error:
            session.end(STORE_UNREACHABLE)
            raise HostPausedError(f"it is not known whose turn with {host} it is: {error}") from error

    async def _begin_turn(self, host: str, rest: float) -> None:
        """Learn before this crawl's turn how long a host is left alone because of what another crawl met there."""
        session, now = ArchiveSession.of(self.crawler), datetime.now(UTC)
        held = await session.store.get_document(PAUSES, host)
        if held is not None and host not in self._held:
            pause = bounded(held, now)
            self._times[host] = pause.times
            if pause.until > now:
                self._leave_alone(pause)
        if rest:
            self.delay(host, rest)
