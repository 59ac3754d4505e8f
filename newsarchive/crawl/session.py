"""One crawl's hold on the archive: the open store, the raw store, and the record of the run."""

from __future__ import annotations

import asyncio
import gc
import logging
import math
import platform
import uuid
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self, cast

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.statscollectors import MemoryStatsCollector
from twisted.python.failure import Failure

from newsarchive.crawl.figures import leave_figures
from newsarchive.crawl.leases import LEASE_LOST, CrawlLeases, who
from newsarchive.crawl.log import CRAWL, forget_logs
from newsarchive.crawl.outbox import Outbox
from newsarchive.crawl.patience import PatientStore
from newsarchive.crawl.robots_history import with_version
from newsarchive.errors import NewsarchiveError
from newsarchive.monitoring.drift import HISTORY, drift
from newsarchive.monitoring.outcome import FINISHED, LEASED, Outcome
from newsarchive.monitoring.sample import Sample
from newsarchive.monitoring.stopwatch import LISTS, Stopwatch
from newsarchive.records.alarm import RobotsHistory
from newsarchive.records.lease import Holder, Lease
from newsarchive.records.run import NotRead, Run
from newsarchive.storage import open_store
from newsarchive.storage.collections import NEW_NORMALS, ROBOTS_FILES
from newsarchive.storage.contract import Store
from newsarchive.storage.leases import share_lease, site_lease, steady_seconds
from newsarchive.storage.raw.store import RawStore
from newsarchive.storage.retention import kept_for, prune_now_and_then
from newsarchive.storage.retention import worded as told_pruned
from newsarchive.storage.spool import drain_left_over, worded

COUNTED = ("page/", "record/", "link/", "list/", "host/", "image/")
"""Prefixes of the stats that are ours; they go into the record of the run."""


HEARTBEAT_SECONDS = 30.0
"""A run whose heartbeat is much older than this was killed."""
BEATS_A_LEASE = 6
"""A crawl renews its leases so often at least before they run out."""
POLL_SECONDS = 1.0
"""How often a crawl looks whether what it waits for is free."""

MOST_NOT_READ = 1000
"""Lists and hosts that the record of a run names; all of them are in its counts."""
LINE_LENGTH = 2000
"""A line in the record of a run has at most so many characters."""
EXCEPTION_LENGTH = 500
"""One that tells an exception has fewer: exceptions may repeat whole documents."""

MOST_TOLD = 20
"""So many exceptions are told one by one; how many there were in all is counted."""

logger = logging.getLogger(__name__)


class Component:
    """A component of Scrapy's that is made with its crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it, as Scrapy does."""
        return cls(crawler)

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """The one of a crawl, of an extension that other components ask."""
        extension = crawler.get_extension(cls)
        if extension is None:
            raise RuntimeError(f"the extension {cls.__module__}.{cls.__name__} is switched off in EXTENSIONS")
        return extension


class PlainStats(MemoryStatsCollector):
    """Scrapy's own look at each access whether a caller still passes its spider, to warn of it: a sixtieth of a page's time."""

    __getattribute__ = object.__getattribute__


class ArchiveSession(Component):
    """A Scrapy extension: opens the store when the first component asks, closes it when all have closed.

    The pipelines, the spider and the raw capture of one crawl share it. What they have for the store goes into its
    `outbox`.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self.site = crawler.spidercls.name
        self.watch = Stopwatch()
        self._engine: Store = open_store(settings["NEWSARCHIVE_STORE"], settings=settings)
        patience = settings.getfloat("NEWSARCHIVE_STORE_WAIT_SECONDS")
        pause = settings.getfloat("NEWSARCHIVE_BATCH_SECONDS")
        self.store = cast(
            "Store",
            PatientStore(self._engine, patience=patience, pause=pause, goes_on=lambda: crawler.crawling),
        )
        self.raw = RawStore(
            Path(settings["NEWSARCHIVE_RAW"]), max_bytes=settings.getint("NEWSARCHIVE_RAW_FILE_BYTES")
        )
        self.outbox = Outbox(
            self._engine,
            self.raw,
            crawler.stats,
            self,
            site=self.site,
            size=settings.getint("NEWSARCHIVE_BATCH"),
            seconds=pause,
            patience=patience,
        )
        self._opening = asyncio.Lock()
        self._renewing = asyncio.Lock()
        self._opened = False
        self._refused = ""
        self._ending: asyncio.Future[None] | None = None
        self._recorded = False
        self.sample = Sample()
        self._notes: list[str] = []
        self._warnings: list[str] = []
        self._not_read: dict[str, NotRead] = {}
        self._heart: asyncio.Task[None] | None = None
        now = datetime.now(UTC)
        self._run = Run(
            run_id=uuid.uuid4().hex,
            site=self.site,
            machine=record_line(platform.node()),
            started_at=now,
            heartbeat_at=now,
        )
        CRAWL.set((self._run.run_id, self.site))
        self.lease_seconds = settings.getfloat("NEWSARCHIVE_LEASE_SECONDS")
        self.poll_seconds = min(POLL_SECONDS, self.lease_seconds / BEATS_A_LEASE / 3)
        self.leases = CrawlLeases(
            self.store, Holder(run_id=self._run.run_id, machine=self._run.machine), self.lease_seconds
        )
        self.lease_name = site_lease(self.site)
        self.leased_by: Lease | None = None
        self.workers = 1
        self.lapsed = False
        self.after_renewal: Callable[[Mapping[str, Lease]], Awaitable[None]] | None = None
        self.idle_hosts: Callable[[], Mapping[str, float]] = dict
        for signal in ("spider_opened", "spider_closed", "spider_error"):
            crawler.signals.connect(getattr(self, signal), getattr(signals, signal))

    def lists_read(self) -> None:
        """Note that all lists were read, and articles come now; the first time counts."""
        self.watch.passed(LISTS)

    async def open(self) -> Store:
        """The store, opened once, with the site for this crawl alone and what earlier ones have left for the store in it.

        It is asked patiently: while it is away, whoever asks it waits. Raises what `Store.open` and `drain` raise, and
        CloseSpider where another crawl has the site.
        """
        async with self._opening:
            if self._refused and not self._opened:
                raise CloseSpider(self._refused)
            if not self._opened:
                await self._engine.open()
                self._recorded = True
                self._identify()
                try:
                    await self._claim_site()
                    self.raw.open()
                    if not self.shares:
                        await self._drain_left_over()
                except NewsarchiveError as error:
                    self.warn(str(error))
                    raise
                for damage in self.raw.damages:
                    self.warn(damage)
                    logger.warning("%s", damage)
                self._opened = True
        return self.store

    @property
    def run_id(self) -> str:
        """The id of this run."""
        return self._run.run_id

    @property
    def shares(self) -> bool:
        """Whether this crawl lets others have the site at the same time: it works along with them, or beside them."""
        return self.lease_name != site_lease(self.site)

    def _identify(self) -> None:
        """Note for the record which spider runs, with which arguments, as which job."""
        spider = self.crawler.spider
        arguments = {key: record_line(str(value)) for key, value in getattr(spider, "given", {}).items()}
        job = record_line(str(getattr(spider, "job", "")))
        self._run = self._run.model_copy(update={"arguments": arguments, "job": job})
        self.leases.holder = self.leases.holder.model_copy(update={"job": job})
        self.lease_name = self._named_lease()

    def _named_lease(self) -> str:
        """The name of the lease that this crawl has for as long as it lives."""
        shares = getattr(self.crawler.spider, "shares", False)
        return share_lease(self.site, self.run_id) if shares else site_lease(self.site)

    async def _claim_site(self) -> None:
        """Have the site for this crawl alone. Raises CloseSpider where another one has it for longer than is to be waited."""
        told_at = -math.inf
        end = steady_seconds() + self.crawler.settings.getfloat("NEWSARCHIVE_LEASE_WAIT_SECONDS")
        while not (came := await self.leases.claim(self.lease_name)).held:
            told = f"another job crawls {self.site}: {who(came.lease)}"
            if steady_seconds() >= end or not self.crawler.crawling:
                self.leased_by = came.lease
                self.note(told)
                logger.warning("%s", told)
                self._refused = LEASED if self.crawler.crawling else "shutdown"
                raise CloseSpider(self._refused)
            if steady_seconds() >= told_at + HEARTBEAT_SECONDS:
                told_at = steady_seconds()
                logger.warning("Waiting: %s", told)
                await self.record()
            await asyncio.sleep(self.poll_seconds)
        if self.shares:
            self.workers = await self.leases.workers(self.site)

    async def renew(self, *, patient: bool = True) -> None:
        """Renew what this crawl holds; end it in order where another one has its site.

        Raises what the store does where that is away, after a while if patient.
        """
        async with self._renewing:
            late = steady_seconds() >= self.leases.deadline
            kept = await self.leases.renew(self.store if patient else self._engine)
            if self.lease_name not in kept:
                self._lose_site()
                return
            if late:
                logger.warning("The lease of this job had run out and nobody has its site: it goes on")
                self.lapsed = True
            self.workers = await self.leases.workers(self.site)
        if self.after_renewal is not None:
            await self.after_renewal(kept)

    @property
    def is_refused(self) -> bool:
        """Whether another crawl has the site, or had it meanwhile: this one asks it nothing more."""
        return bool(self._refused)

    def _lose_site(self) -> None:
        self.leases.deadline = -math.inf  # whatever hosts it still has
        if not self._refused:
            self._refused = LEASE_LOST
            told = f"the lease on {self.site} ran out while this job slept or the store was away, and another job took it"
            self.warn(told)
            logger.error("%s", told)
            self.end(LEASE_LOST)

    def end(self, reason: str) -> None:
        """Let the crawl end in order, soon."""
        if self.crawler.crawling:
            self._ending = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))

    async def let_go(self) -> None:
        """Let go of all that this crawl holds."""
        try:
            await self._engine.release_leases(self.run_id, {**self.idle_hosts(), self.lease_name: 0.0})
        except NewsarchiveError as error:
            logger.warning("What this job holds is not let go, and runs out by itself: %s", error)

    async def _drain_left_over(self) -> None:
        """Put into the store what earlier crawls of the site have left in the spool, before anybody asks what is known."""
        drained = await drain_left_over(self._engine, self.raw.directory, self.site)
        if drained.kinds:
            self.note(told := f"{worded(drained.kinds)} that waited in the spool are in the store now")
            logger.info("%s", told)
        for told in (*drained.refused, *drained.damaged):
            self.warn(told)

    def note(self, text: str) -> None:
        """Put a line into the record of the run that its reader should know."""
        self._notes.append(record_line(text))

    def warn(self, text: str) -> None:
        """Put a warning into the record of the run."""
        self._warnings.append(record_line(text))

    def not_read(self, name: str, reason: str, detail: str = "") -> None:
        """Put into the record of the run that a list (its URL) was not read or a host (its name) not asked, and why."""
        if len(self._not_read) < MOST_NOT_READ:
            told = NotRead(name=record_line(name), reason=record_line(reason), detail=record_line(detail))
            self._not_read.setdefault(name, told)

    def unforeseen(self, error: BaseException, where: str) -> None:
        """Count an exception that nobody foresaw and put it into the record of the run: such a run is no good one."""
        self.crawler.stats.inc_value("run/unforeseen_count")
        if self.crawler.stats.get_value("run/unforeseen_count") <= MOST_TOLD:
            self.warn(f"unforeseen: {where}: {type(error).__name__}: {error}"[:EXCEPTION_LENGTH])

    def spider_error(self, failure: Failure, response: Response | Failure | None) -> None:
        """A callback raised; Scrapy has written the traceback into the log."""
        where = getattr(response, "url", None) or "a page that was not fetched"
        self.unforeseen(failure.value or RuntimeError("no exception"), where if response else "the start")

    async def spider_opened(self, spider: Spider) -> None:  # noqa: ARG002 - Scrapy's argument
        """Record that a run began, with the arguments it was given, and that it goes on; begin to write what gathers."""
        await self.open()
        spare(self.crawler.settings["LOG_LEVEL"])
        await self.record()
        self.outbox.open()
        self._heart = asyncio.create_task(self._beat())

    async def spider_closed(self, reason: str) -> None:
        """Record how the run ended, and close the stores."""
        # Scrapy's own statistics lack it where a crawl failed at its start.
        self.crawler.stats.set_value("finish_reason", reason)
        if self._heart:
            self._heart.cancel()
        if not self._recorded:
            return
        # Not by a pipeline: another one that raises while they close would keep the rest from the store. A crawl that has
        # come to its end waits for a store that is away, a stopped one does not.
        await self.outbox.close(wait=reason == FINISHED)
        try:
            await self.compare(reason)
        except Exception as error:
            trace = None if isinstance(error, NewsarchiveError) else error
            logger.error("The run was not compared with earlier ones: %s", error, exc_info=trace)  # noqa: TRY400
            self.unforeseen(error, "comparing the run with earlier ones")
        for told in Outcome(self.site, reason, self.crawler.stats.get_stats()).unforeseen:
            self.warn(f"unforeseen: {told}")
            logger.error("Unforeseen: %s", told)
        try:
            await self.record(reason)
            await self._prune()
            await self._leave_figures(reason)
        finally:
            self.outbox.release()
            if self.leased_by is None:
                await self.let_go()
            await self._engine.close()
            self.raw.close()

    async def _prune(self) -> None:
        """Forget what the settings keep for a time only, now and then."""
        settings = self.crawler.settings
        try:
            pruned = await prune_now_and_then(
                self._engine,
                self.site,
                datetime.now(UTC),
                runs=kept_for(settings.getint("NEWSARCHIVE_KEEP_RUNS_DAYS")),
                events=kept_for(settings.getint("NEWSARCHIVE_KEEP_EVENTS_DAYS")),
            )
        except NewsarchiveError as error:
            logger.warning("What is kept for a time only was not looked through: %s", error)
            return
        finally:
            self._forget_logs()
        if pruned.runs or pruned.events:
            logger.info("Forgotten, as the settings say: %s", told_pruned(pruned))

    def _forget_logs(self) -> None:
        settings = self.crawler.settings
        folder, days = settings["NEWSARCHIVE_LOG_FOLDER"], settings.getint("NEWSARCHIVE_KEEP_LOGS_DAYS")
        if folder and days:
            with suppress(OSError):  # the next run tries again
                forget_logs(Path(folder), (datetime.now(UTC) - timedelta(days=days)).date())

    async def _leave_figures(self, reason: str) -> None:
        """Leave the figures of the run that has ended where the settings say."""
        folder = self.crawler.settings["NEWSARCHIVE_METRICS_FOLDER"]
        if not folder or reason == LEASED or self.shares:  # of a site that another run has, that one tells
            return
        queue = None
        try:
            counts = [await self._engine.task_counts(by) for by in (None, datetime.now(UTC))]
            states = zip(("waiting", "due"), counts, strict=True)
            queue = {state: found.get(self.site, {}).get("wanted", 0) for state, found in states}
        except NewsarchiveError as error:
            logger.warning("It is not known what waits to be fetched: %s", error)
        try:
            leave_figures(Path(folder), self._run.model_copy(update=self._end(reason)), queue)
        except NewsarchiveError as error:
            logger.error("%s", error)  # noqa: TRY400

    async def compare(self, reason: str) -> None:
        """Compare the run's pages with those of the site's earlier runs; what is out of range becomes a warning."""
        if reason != FINISHED or self.shares:
            return
        now = datetime.now(UTC)
        run = self._run.model_copy(
            update={"finished_at": now, "reason": reason, "metrics": self.sample.metrics(now)}
        )
        history = await self._engine.runs(self.site, limit=HISTORY)
        normal = await self._engine.get_document(NEW_NORMALS, self.site)
        found = drift(
            [past for past in history if past.run_id != run.run_id and not past.shares],
            run,
            self.sample.examples(),
            normal.spans if normal else {},
        )
        for out_of_range in found:
            self.warn(out_of_range.text)
            logger.warning("%s", out_of_range.text)
        if found:
            self.crawler.stats.inc_value("run/drifted_count", len(found))

    async def keep_robots(self, host: str, status: int, body: bytes) -> None:
        """Keep what a host's robots.txt says, if it is not what it said before. A store that is away has it another time."""
        try:
            before = await self._engine.get_document(ROBOTS_FILES, host) or RobotsHistory()
            if (history := with_version(before, status, body, datetime.now(UTC))) != before:
                await self._engine.put_document(ROBOTS_FILES, host, history)
        except NewsarchiveError as error:
            logger.warning("What robots.txt of %s says was not kept: %s", host, error)

    async def record(self, reason: str | None = None) -> None:
        """Save the record of the run as it stands; with a reason it has ended."""
        now = datetime.now(UTC)
        stats = self.crawler.stats.get_stats()
        update: dict[str, Any] = {
            "heartbeat_at": now,
            "counts": {key: value for key, value in stats.items() if key.startswith(COUNTED)},
            "notes": tuple(self._notes),
            "warnings": tuple(self._warnings),
            "not_read": tuple(self._not_read.values()),
            "metrics": self.sample.metrics(now),
            "seconds": self.watch.seconds(),
            "sizes": {"raw": self.raw.added, "pictures": int(stats.get("image/bytes", 0))},
        }
        if reason is not None:
            update |= {"finished_at": now, "reason": reason, **self._end(reason)}
            update["sizes"] |= await self._store_size()
        self._run = self._run.model_copy(update=update)
        try:
            await self._engine.save_run(self._run)
        except NewsarchiveError as error:
            logger.error("The record of the run was not saved: %s", error)  # noqa: TRY400
            if reason is not None:
                self._spool_record(reason)

    async def _store_size(self) -> dict[str, int]:
        try:
            size = await self._engine.size()
        except NewsarchiveError:  # whatever it is, saving the record tells it
            return {}
        return {} if size is None else {"store": size}

    def _end(self, reason: str) -> dict[str, object]:
        outcome = Outcome(self.site, reason, self.crawler.stats.get_stats())
        return {"end": outcome.end, "exit_code": int(outcome.exit_code)}

    def _spool_record(self, reason: str) -> None:
        """Keep the record of a run that has ended for the store that does not take it."""
        self.crawler.stats.inc_value("run/unrecorded_count")
        try:
            self.outbox.spool_run(self._run.model_copy(update=self._end(reason)))
        except NewsarchiveError as error:
            logger.error("Nor was it kept in the spool: %s", error)  # noqa: TRY400

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(min(HEARTBEAT_SECONDS, self.lease_seconds / BEATS_A_LEASE))
            try:
                await self._renew_or_wait()
                await self.record()
            except Exception as error:
                logger.exception("The record of the run was not saved")
                self.unforeseen(error, "saving the record of the run")

    async def _renew_or_wait(self) -> None:
        try:
            await self.renew(patient=False)
        except NewsarchiveError as error:
            logger.warning("The leases of this job are not renewed: %s", error)


def record_line(text: str) -> str:
    """A text as the record of a run can hold it: one line of bounded length, and what is no character written out.

    The name of a file that is not UTF-8 comes with half characters, which no store takes.
    """
    whole = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return whole.partition("\n")[0][:LINE_LENGTH]


def spare(log_level: str | int) -> None:
    """Spare a crawl what it does not need: a tenth of a page's cost.

    The collector need not look at what is there from the start, nor after every 700 objects: a page makes thousands.
    Scrapy words each request and response for its log, and throws the words away where the level asks for less.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    logging.getLogger("scrapy").setLevel(log_level)
