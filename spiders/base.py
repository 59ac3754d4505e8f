"""What the spiders share: a run reads its lists first, then works off the frontier."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider

from newsarchive.crawl.frontier import Frontier
from newsarchive.crawl.host_pause import HostPause
from newsarchive.crawl.reasons import STORE_UNREACHABLE
from newsarchive.crawl.revisit_policy import MOST_TRIES
from newsarchive.errors import BadValueError, StorePermissionError, StoreUnreachableError
from newsarchive.records.task import Task
from newsarchive.sites import SITES, Link
from newsarchive.storage.collections import WANTED_LISTS
from spiders.arguments import Arguments, DayRange, check
from spiders.articles import ArticleSpider
from spiders.lists import ListSpider

AT_ONCE = 64
"""Articles that the engine is given at a time: enough that it never waits for them, few enough to cost nothing."""


class ArchiveSpider(ListSpider, ArticleSpider):
    """A spider of one site, whose name is the site's.

    A site's own spider says which lists to begin with (`sources`). Articles that lists name go onto the frontier in
    the store; what is on it and due is fetched, newest first, whichever run found it.
    """

    takes: ClassVar[type[Arguments]] = Arguments

    def __init__(self, **given: object) -> None:
        super().__init__()
        self.given = {name: value for name, value in given.items() if not name.startswith("_")}
        self.job = str(given.get("_job", ""))
        self.arguments = check(self.takes, self.name, given)
        self.shares = self.arguments.share == "yes"
        self.nothing_to_do = ""
        self._lists_read = False
        self._asking: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401
        """Make the spider. Raises BadValueError for a bad argument or a missing permission."""
        cls.check_permission(crawler.settings.getdict("NEWSARCHIVE_ROBOTS_EXCEPTIONS"))
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.idle, signals.spider_idle)
        crawler.signals.connect(spider.ask, signals.scheduler_empty)
        return spider

    @classmethod
    def check_permission(cls, exceptions: Mapping[str, str]) -> None:
        """Refuse to run where the site forbids all and the settings give no reason to go on. Raises BadValueError."""
        for host in SITES[cls.name].robots_exceptions.keys() - exceptions.keys():
            raise BadValueError(
                f"{host} forbids every article in its robots.txt: the {cls.name} spider runs only with a reason for "
                f"{host} in NEWSARCHIVE_ROBOTS_EXCEPTIONS"
            )

    # What a site's own spider says.

    async def sources(self) -> AsyncIterator[Request]:
        """The lists to begin with: those of the settings whose time has come."""
        pace = self.settings.getfloat("NEWSARCHIVE_PACE")
        sources: dict[str, float] = self.settings.getdict("NEWSARCHIVE_SOURCES").get(self.name, {})
        for url, minutes in sources.items():
            last = await self.last_reading(url)
            due = last.read_at + timedelta(minutes=minutes * pace) if last and not last.unfinished else None
            if due and due > datetime.now(UTC):
                self.crawler.stats.inc_value("list/not_due_count")
                self.logger.info("%s is read again after %s", url, due.isoformat(timespec="minutes"))
            else:
                yield self.list_request(url, last)

    async def wanted_lists(self) -> AsyncIterator[Request]:
        """The lists that `newsarchive coverage --backfill` has queued, as far as nobody has read them since."""
        store = self.session.store
        for url, wanted in (await store.documents(WANTED_LISTS)).items():
            if wanted.site != self.name:
                continue
            last = await self.last_reading(url)
            if last is not None and last.read_at > wanted.wanted_at and not last.unfinished:
                await store.delete_document(WANTED_LISTS, url)
            elif wanted.tries >= MOST_TRIES:
                self.session.warn(f"{url} is asked for no more: {wanted.tries} crawls could not read it")
                await store.delete_document(WANTED_LISTS, url)
            else:
                tried = wanted.model_copy(update={"tries": wanted.tries + 1})
                await store.put_document(WANTED_LISTS, url, tried)
                yield self.list_request(url, may_be_absent=wanted.may_be_absent, to_the_end=True)

    async def all_lists(self) -> AsyncIterator[Request]:
        """The lists to begin with, and then those that were queued; one that is both is read to its end."""
        wanted = {request.url: request async for request in self.wanted_lists()}
        async for request in self.sources():
            yield wanted.pop(request.url, request)
        for request in wanted.values():
            yield request

    def without_sources(self) -> str:
        """Why there is neither a list to read nor an article to begin with."""
        return f"NEWSARCHIVE_SOURCES names no list of {self.name}: there is nothing to read"

    async def seeds(self) -> list[Link]:
        """Articles to fetch that no list of the site names."""
        return []

    # The way of a run: lists first, then what waits on the frontier.

    async def start(self) -> AsyncIterator[Any]:
        """Begin with the lists; seeds, pending articles and revisits wait until those are read."""
        await self.session.open()
        self.frontier = Frontier(
            self.name,
            self.session.store,
            self.crawler.stats,
            limit=self.arguments.limit,
            revisit=self.settings.getdict("NEWSARCHIVE_REVISIT"),
            recheck_days=[float(days) for days in self.settings.getlist("NEWSARCHIVE_RECHECK_DAYS") if days],
            workers=HostPause.of(self.crawler).turns,
        )
        for host, reason in self.settings.getdict("NEWSARCHIVE_ROBOTS_EXCEPTIONS").items():
            if SITES[self.name].owns(f"https://{host}/"):
                self.logger.warning("robots.txt of %s is not obeyed: %s", host, reason)
                self.session.note(f"robots.txt of {host} is not obeyed: {reason}")
        if self.shares:
            self.crawler.stats.inc_value("list/shared_count")
            await self.frontier.resume(0)
            return
        asked = 0
        async for request in self.all_lists():
            asked += 1
            await self.under_way.acquire()
            yield request
        seeds = {link.identity: link for link in await self.seeds()}
        self.crawler.stats.inc_value("link/seed_count", len(seeds))
        if not (asked or seeds or self.crawler.stats.get_value("list/not_due_count")):
            self.nothing_to_do = self.without_sources()
            self.logger.warning("%s", self.nothing_to_do)
            self.session.note(self.nothing_to_do)
        await self.frontier.want([self.task_for(link) for link in seeds.values()])
        await self.frontier.resume(
            self.settings.getint("NEWSARCHIVE_REVISITS"), self.settings.getint("NEWSARCHIVE_RECHECKS")
        )

    def idle(self) -> None:
        """When all lists are read, ask for the articles that wait, newest first, up to the limit.

        Lists come first, so that the newest article of all lists is asked first, and so that what a feed holds of an
        article is known before its page may disappoint. Raises DontCloseSpider while there is more to do.
        """
        self._lists_read = True
        self.session.lists_read()
        if self.ask():
            raise DontCloseSpider

    def ask(self) -> bool:
        """Begin to request the next of the articles that wait, a few at a time; whether there were any.

        The engine never holds more than a few: its queues cost more with every request, and what waits stays in the store.
        """
        if self._asking is None and self._lists_read and self.more_waits():
            self._asking = asyncio.ensure_future(self._request_next())
        return self._asking is not None

    def more_waits(self) -> bool:
        """Whether there is more to ask for, now that the lists are read."""
        return self.frontier.waits

    async def next_tasks(self) -> list[Task]:
        """The next of the articles that wait."""
        return await self.frontier.take(AT_ONCE)

    def closed(self, reason: str) -> None:  # noqa: ARG002 - Scrapy's argument
        """Wait for no other job's tasks any more."""
        if self._asking is not None:
            self._asking.cancel()

    async def _request_next(self) -> None:
        try:
            # While something is under way, its end asks again.
            while (  # noqa: ASYNC110 - others are processes
                not (tasks := await self.next_tasks())
                and self.more_waits()
                and not self.crawler.engine.downloader.active
            ):
                await asyncio.sleep(self.session.poll_seconds)
            for task in tasks:
                self.crawler.engine.crawl(self.article_request(task))
            if self.shares and not self.frontier.waits:
                # The job that reads the lists may have found more.
                await self.frontier.resume(0)
        except (StoreUnreachableError, StorePermissionError) as error:
            self.logger.error("No more is fetched: %s", error)  # noqa: TRY400
            self.frontier.leave()
            await self.crawler.engine.close_spider_async(reason=STORE_UNREACHABLE)
        except Exception as error:  # whatever it is, it belongs into the end of the run
            self.logger.exception("Articles that wait cannot be asked for")
            self.session.unforeseen(error, "asking for the articles that wait")
            self.frontier.leave()
        finally:
            self._asking = None


class DaySpider(ArchiveSpider):
    """A spider of a site with an archive by day."""

    takes: ClassVar[type[DayRange]] = DayRange
    arguments: DayRange

    def list_of_day(self, day: date) -> Request:
        """The request for the list of a day."""
        lists = SITES[self.name].day_lists
        assert lists is not None  # noqa: S101 - a spider by day is one of a site that has them
        return self.list_request(lists.url(day), may_be_absent=not lists.owed)

    async def sources(self) -> AsyncIterator[Request]:
        """One list a day, newest first, or the lists of the settings."""
        days = self.arguments.days()
        for day in days:
            yield self.list_of_day(day)
        if not days:
            async for request in super().sources():
                yield request
