"""What the spiders share: a frontier to work off, a verdict on every page, and one outcome for each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from newsarchive.crawl.conditional import conditions, is_conditional, rendered, validators
from newsarchive.crawl.context import context_of
from newsarchive.crawl.frontier import Frontier
from newsarchive.crawl.outbox import Delivery, Outbox
from newsarchive.crawl.reasons import HostPausedError, reason_of, reason_of_page, reason_of_status
from newsarchive.crawl.revisit_policy import NextVisit, after_notice
from newsarchive.crawl.session import ArchiveSession
from newsarchive.errors import BadValueError, NewsarchiveError, RecordRefusedError
from newsarchive.items.article import Article
from newsarchive.items.event import Event
from newsarchive.items.record import SiteName
from newsarchive.items.verdict import ARTICLE_KINDS, CHALLENGES, LIST_KINDS, NOTICES
from newsarchive.monitoring.reasons import OFF_SITE
from newsarchive.records.listing import Listing, ListItem, ListReading
from newsarchive.records.page import Reading
from newsarchive.records.task import Task
from newsarchive.sites import SITES, Link
from newsarchive.storage.collections import LISTS
from newsarchive.storage.merging import is_provisional, storable
from newsarchive.storage.tasks import carried_by
from spiders.arguments import Arguments, check

NOT_MODIFIED = 304
FIRST_ERROR = 400
GONE = frozenset({404, 410})
"""Statuses by which a site says that an article is no more; other errors are the fetching's."""
LISTS_FIRST = 1
"""Priority of lists. Articles have none of their own: they are asked for in the order in which the frontier gives them."""
AT_ONCE = 64
"""Articles that the engine is given at a time: enough that it never waits for them, few enough to cost nothing."""

MOST_CARRIED = 4_000_000
"""Characters of an article that are kept with its task at most (a MongoDB document holds 16 MB); a larger one is stored at
once."""
MOVED = "moved"
"""The kind of event by which an article's address leads to another page."""
STORE_UNREACHABLE = "store_unreachable"
"""Why a crawl stops that has more than enough for a store that does not answer."""
OUR_OWN = (
    NewsarchiveError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    RuntimeError,
    TypeError,
)
"""Exceptions on a page's way that are no fault of its site: our disk, our store, our program."""

Found = Article | Request
"""What a callback yields. Events, tasks and readings of lists go to the outbox: they are no items."""


@dataclass(frozen=True, slots=True)
class ListWay:
    """How far a list was read: which page is next, the reading of the first one, and what all have carried.

    `to_the_end`: an earlier run did not get through its pages, so they are read whether they name something new or not.
    `may_be_absent`: the site does not owe us this one.
    """

    page: int = 1
    begun: ListReading | None = None
    carried: tuple[Delivery, ...] = ()
    to_the_end: bool = False
    may_be_absent: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """What a page came to: its one outcome, why, and what it leads to."""

    outcome: str
    reason: str | None = None
    found: Sequence[Delivery | Request] = ()


class ArchiveSpider(Spider):
    """A spider of one site, whose name is the site's.

    A site's own spider says which lists to begin with (`sources`). Articles that lists name go onto the frontier in
    the store; what is on it and due is fetched, newest first, whichever run found it.
    """

    name: SiteName
    takes: ClassVar[type[Arguments]] = Arguments

    def __init__(self, **given: object) -> None:
        super().__init__()
        self.given = {name: value for name, value in given.items() if not name.startswith("_")}
        self.arguments = check(self.takes, self.name, given)
        self.nothing_to_do = ""
        self._depths: dict[str, int] = {}
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
                self.stats.inc_value("list/not_due_count")
                self.logger.info("%s is read again after %s", url, due.isoformat(timespec="minutes"))
            else:
                yield self.list_request(url, last)

    def without_sources(self) -> str:
        """Why there is neither a list to read nor an article to begin with."""
        return f"NEWSARCHIVE_SOURCES names no list of {self.name}: there is nothing to read"

    async def seeds(self) -> AsyncIterator[Link]:
        """Articles to fetch that no list of the site names."""
        nothing: tuple[Link, ...] = ()
        for link in nothing:
            yield link

    def next_page(self, response: Response, listing: Listing) -> Request | None:  # noqa: ARG002
        """The request for a list's next page, where the site has a way on."""
        return None

    def most_pages(self) -> int:
        """How many pages of one list are read at most."""
        return self.settings.getint("NEWSARCHIVE_LIST_PAGES")

    def complete_in_list(self, article: Article) -> bool:  # noqa: ARG002
        """Whether what a list carries of an article is all there is, so that its page need not be fetched."""
        return False

    def links_within(self, article: Article, depth: int) -> Iterable[Link]:  # noqa: ARG002
        """Articles that an article leads to and that are to be fetched too."""
        return ()

    async def last_reading(self, url: str) -> ListReading | None:
        """What is known of the last reading of a list, if it was ever read."""
        return await self.session.store.get_document(LISTS, url)

    # The way of a run: lists first, then what waits on the frontier.

    async def start(self) -> AsyncIterator[Any]:
        """Begin with the lists; seeds, pending articles and revisits wait until those are read."""
        await self.session.open()
        self.frontier = Frontier(
            self.name,
            self.session.store,
            self.stats,
            limit=self.arguments.limit,
            revisit=self.settings.getdict("NEWSARCHIVE_REVISIT"),
        )
        for host, reason in self.settings.getdict("NEWSARCHIVE_ROBOTS_EXCEPTIONS").items():
            if SITES[self.name].owns(f"https://{host}/"):
                self.logger.warning("robots.txt of %s is not obeyed: %s", host, reason)
                self.session.note(f"robots.txt of {host} is not obeyed: {reason}")
        asked = 0
        async for request in self.sources():
            asked += 1
            yield request
        seeds = {link.identity: link async for link in self.seeds()}
        self.stats.inc_value("link/seed_count", len(seeds))
        if not (asked or seeds or self.stats.get_value("list/not_due_count")):
            self.nothing_to_do = self.without_sources()
            self.logger.warning("%s", self.nothing_to_do)
            self.session.note(self.nothing_to_do)
        await self.frontier.want([self.task_for(link) for link in seeds.values()])
        await self.frontier.resume(self.settings.getint("NEWSARCHIVE_REVISITS"))

    def idle(self) -> None:
        """When all lists are read, ask for the articles that wait, newest first, up to the limit.

        Lists come first, so that the newest article of all lists is asked first, and so that what a feed holds of an
        article is known before its page may disappoint. Raises DontCloseSpider while there is more to do.
        """
        self._lists_read = True
        if self.ask():
            raise DontCloseSpider

    def ask(self) -> bool:
        """Begin to request the next of the articles that wait, a few at a time; whether there were any.

        The engine never holds more than a few: its queues cost more with every request, and what waits stays in the store.
        """
        if self._asking is None and self._lists_read and self.frontier.waits:
            self._asking = asyncio.ensure_future(self._request_next())
        return self._asking is not None

    async def _request_next(self) -> None:
        try:
            for task in await self.outbox.patiently(lambda: self.frontier.take(AT_ONCE)):
                self.crawler.engine.crawl(self.article_request(task))
        except Exception as error:  # whatever it is, it belongs into the end of the run
            self.logger.exception("Articles that wait cannot be asked for")
            self.session.unforeseen(error, "asking for the articles that wait")
            self.frontier.leave()
        finally:
            self._asking = None

    def list_request(
        self,
        url: str,
        last: ListReading | None = None,
        *,
        may_be_absent: bool = False,
        **kwargs: Any,  # noqa: ANN401
    ) -> Request:
        """A request for a page that leads to articles, conditional where it was read before."""
        way = ListWay(to_the_end=last is not None and last.unfinished, may_be_absent=may_be_absent)
        if last is not None:
            kwargs["headers"] = conditions(last.etag, last.last_modified)
        return Request(
            url,
            self.parse_list,
            errback=self.failed,
            dont_filter=True,
            priority=LISTS_FIRST,
            cb_kwargs={"way": way},
            **kwargs,
        )

    def article_request(self, task: Task) -> Request:
        """A request for an article, conditional where a copy is held."""
        return Request(
            task.url,
            self.parse_article,
            errback=self.failed,
            headers=conditions(task.etag, task.last_modified) if task.state == "done" else None,
            dont_filter=True,
            cb_kwargs={"task": task},
        )

    def task_for(self, link: Link, item: ListItem | None = None, source: str | None = None) -> Task:
        """A task for an article that was found just now."""
        now = datetime.now(UTC)
        return Task(
            site=self.name,
            name=link.identity,
            url=link.url,
            found_at=now,
            due_at=now,
            published_at=item.published_at if item else None,
            source=source,
        )

    # Every page has one outcome.

    async def parse_list(self, response: Response, way: ListWay) -> Sequence[Found]:
        """Read a list: take the articles that it carries whole, and want those that the archive lacks."""
        url = str(response.meta.get("redirect_urls", [response.url])[0])
        try:
            return await self.ended(lambda: self.read_list(response, way, url))
        except CloseSpider as error:
            self.session.not_read(url, error.reason)
            raise
        except Exception as error:
            self.session.not_read(url, reason_of(error), str(error))
            raise

    async def parse_article(self, response: Response, task: Task) -> Sequence[Found]:
        """Read an article's page, or record why there is none."""
        try:
            return await self.ended(lambda: self.read_article(response, task))
        except CloseSpider:
            raise
        except Exception as error:
            self.outbox.add_task(self.frontier.missed(task, reason_of(error)))
            raise

    async def ended(self, read: Callable[[], Awaitable[Ending]]) -> Sequence[Found]:
        """Count a page that was fetched, read it, and count its outcome: an exception is one, too.

        A page is not read while too much waits for the store. Raises CloseSpider if that takes too long.
        """
        self.stats.inc_value("page/fetched_count")
        if not await self.outbox.room():
            self.count_page("failed", STORE_UNREACHABLE)
            raise CloseSpider(STORE_UNREACHABLE)
        try:
            ending = await read()
        except Exception as error:
            self.count_page("failed", reason_of(error))
            raise
        self.count_page(ending.outcome, ending.reason)
        return [one.article if isinstance(one, Delivery) else one for one in ending.found]

    def count_page(self, outcome: str, reason: str | None = None) -> None:
        """Count the one outcome of a fetched page."""
        self.stats.inc_value(f"page/{outcome}_count")
        if reason:
            self.stats.inc_value(f"page/{outcome}/{reason}")

    # Lists.

    async def read_list(self, response: Response, way: ListWay, url: str) -> Ending:
        """What a list comes to.

        It counts as read when all that its pages name and carry is in the store. One whose further pages were not read (the
        crawl was killed) is read to its end by the next run, although its first page names nothing new any more.
        """
        if response.status == NOT_MODIFIED:
            if not is_conditional(response.request):
                self.session.not_read(url, reason := reason_of_status(NOT_MODIFIED))
                return Ending("failed", reason)
            self.stats.inc_value("list/unmodified_count")
            self.outbox.add_list(list_reading(url, response))
            return Ending("listed")
        reading = self.reading(response)
        listing = reading.listing
        if reading.verdict not in LIST_KINDS or listing is None:
            return await self.no_list(response, reading, way, url)
        self.session.sample.listed(listing.items, url)
        bodies = tuple(placed(article, response) for article in reading.bodies)
        tasks, complete = self.sorted_out(listing, replace(reading, bodies=bodies), url)
        following = self.next_page(response, listing) if way.page < self.most_pages() else None
        begun = way.begun or list_reading(url, response)
        if following is not None and way.begun is None:
            # Before its entries are known: by them the next run could not tell that this one got no further.
            unfinished = ListReading(url=begun.url, read_at=begun.read_at, unfinished=True)
            await self.session.store.put_document(LISTS, url, unfinished)
        goes_on = await self.frontier.want(tasks) or way.to_the_end
        given = [self.give(article, failed=task) for article, task in complete]
        carried = (*way.carried, *given)
        if following is None or not goes_on:
            self.outbox.add_list(begun, carried)
            return Ending("listed", found=given)
        on = replace(way, page=way.page + 1, begun=begun, carried=carried)
        return Ending("listed", found=[following.replace(cb_kwargs={"way": on}), *given])

    def sorted_out(
        self, listing: Listing, reading: Reading, url: str
    ) -> tuple[list[Task], list[tuple[Article, Task | None]]]:
        """A list's entries: those whose page is wanted, and the articles that are stored as the list has them.

        A wanted one travels with what the list carried of it, so that this is kept in the store until its page was read. An
        article that is complete has a task only for the case that it does not get into the store.
        """
        bodies = {article.identity: article for article in reading.bodies}
        tasks: list[Task] = []
        complete: list[tuple[Article, Task | None]] = []
        for item in listing.items:
            link = SITES[self.name].identify(item.url) if item.url else None
            if item.promotion or link is None:
                self.stats.inc_value("link/promotion_count" if item.promotion else "link/foreign_count")
                continue
            task = self.task_for(link, item, url)
            article = bodies.get(link.identity)
            if article is None:
                tasks.append(task)
                continue
            document = kept_with_a_task(article)
            carrying = task.model_copy(update={"carried": document})
            if self.complete_in_list(article):
                self.session.sample.read(article)
                complete.append((article, self.frontier.missed(carrying, "failed")))
                continue
            tasks.append(carrying)
            if document is None:
                complete.append((article, None))
        return tasks, complete

    async def no_list(self, response: Response, reading: Reading, way: ListWay, url: str) -> Ending:
        """A list that could not be read is a failure that the record of the run names."""
        if response.status in GONE and way.may_be_absent:
            return Ending("absent")
        if reading.verdict in CHALLENGES:
            kind = str(reading.verdict)
            self.session.not_read(url, kind)
            await self.outbox.add_event(self.event(response, reading, kind))
            return Ending("event", kind)
        reason = self.failure(response, reading, "list")
        self.session.not_read(url, reason, context_of(response).moved_to)
        return Ending("failed", reason)

    # Articles.

    async def read_article(self, response: Response, task: Task) -> Ending:
        """What an article's page comes to."""
        if response.status == NOT_MODIFIED:
            if not is_conditional(response.request):
                return self.without_page(task, reason_of_status(NOT_MODIFIED))
            self.outbox.add_task(
                self.frontier.read(task, "unmodified", task.published_at, task.etag, task.last_modified)
            )
            return Ending("unmodified")
        reading = self.reading(response, task)
        if context_of(response).moved_to:
            return await self.off_site(response, reading, task)
        article = reading.article if reading.verdict in ARTICLE_KINDS else None
        if article is None and (reading.verdict in NOTICES | CHALLENGES or response.status in GONE):
            return await self.no_article(response, reading, task)
        if response.status < FIRST_ERROR and (address := moved_to(reading, task, response)):
            return await self.moved(response, reading, task, address)
        if article is None and self.may_render(reading, response):
            return Ending("substituted", "browser", [rendered(response.request)])
        if article is None:
            return self.unreadable(response, reading, task, str(reading.verdict))
        article = placed(named(article, task, response.url), response)
        await self.follow(article, task)
        self.session.sample.read(article, revisit=task.state == "done")
        done = self.frontier.read(task, str(reading.verdict), article.published_at, *validators(response))
        failed = self.frontier.missed(task, "failed")
        return Ending("article", found=[self.give(article, done, failed, len(response.body))])

    def give(
        self, article: Article, done: Task | None = None, failed: Task | None = None, size: int = 0
    ) -> Delivery:
        """An article for the pipelines, with what becomes of its task when the store has it, and if it never will."""
        return self.outbox.announce(Delivery(article, done, failed, size))

    def carried(self, task: Task, missed: Task) -> list[Delivery]:
        """What a list carried of an article whose page gave nothing; its task lets go of it once the store has it."""
        article = carried_by(task)
        return [self.give(article, missed.model_copy(update={"carried": None}), missed)] if article else []

    def unreadable(
        self, response: Response, reading: Reading, task: Task, verdict: str | None = None
    ) -> Ending:
        """A page that is no article and no word on one. Where its host asked for a rest, its pause alone says how long."""
        visit = NextVisit(task.state, timedelta(0)) if context_of(response).asked_for_rest else None
        return self.without_page(task, self.failure(response, reading, "article"), verdict, visit)

    def without_page(
        self, task: Task, reason: str, verdict: str | None = None, visit: NextVisit | None = None
    ) -> Ending:
        """A page that could not be read: what a list carried is taken, or it is a failure; tried again later."""
        missed = self.frontier.missed(task, verdict or reason, visit)
        if found := self.carried(task, missed):
            return Ending("substituted", f"feed_for_{verdict}" if verdict else reason, found)
        self.outbox.add_task(missed)
        return Ending("failed", reason)

    async def follow(self, article: Article, task: Task) -> None:
        """Want the articles that an article leads to."""
        depth = self._depths.get(task.name, 0)
        tasks = [self.task_for(link, source=task.url) for link in self.links_within(article, depth)]
        for found in tasks:
            self._depths.setdefault(found.name, depth + 1)
        await self.frontier.want(tasks)

    def may_render(self, reading: Reading, response: Response) -> bool:
        """Whether a page without content should be tried in the browser."""
        verdicts = self.settings.getdict("NEWSARCHIVE_BROWSER").get(self.name, ())
        return reading.verdict in verdicts and not response.meta.get("playwright")

    async def no_article(self, response: Response, reading: Reading, task: Task) -> Ending:
        """A notice or challenge in an article's place, and when its page is tried again."""
        challenged = reading.verdict in CHALLENGES
        if response.status >= FIRST_ERROR and response.status not in GONE and not challenged:
            return self.unreadable(response, reading, task)
        kind = "gone" if response.status in GONE else str(reading.verdict)
        # The host of a challenge is left alone for as long as the pause lasts or until somebody lifts it.
        visit = NextVisit(task.state, timedelta(0)) if challenged else after_notice(task, kind)
        missed = self.frontier.missed(task, kind, visit)
        event = self.event(response, reading, kind, task)
        # After a challenge the page is still to be read; after a notice a list's copy is all that there is.
        return await self.in_its_place(event, task, missed, take_carried=not challenged)

    async def in_its_place(
        self, event: Event, task: Task, later: Task, *, take_carried: bool = True
    ) -> Ending:
        """An event where an article was asked for; what a list carried of it is taken, and then that settles the task."""
        found = self.carried(task, later) if take_carried else []
        await self.outbox.add_event(event, None if found else later)
        return Ending("event", event.kind, found)

    async def moved(self, response: Response, reading: Reading, task: Task, address: str) -> Ending:
        """An article's address leads to another page: an event of the article, which stays as it is.

        An article that is held is looked at again by its age; one that never was is tried as after a notice.
        """
        event = self.event(response, reading, MOVED, task).model_copy(
            update={"identity": task.name, "url": task.url, "notice": address}
        )
        if task.state == "done":
            later = self.frontier.read(task, MOVED, task.published_at, None, None)
        else:
            later = self.frontier.missed(task, MOVED, after_notice(task, MOVED))
        ending = await self.in_its_place(event, task, later)
        if ending.outcome == "event" and reading.article is not None and reading.article.identity:
            other = self.give(placed(reading.article, response))
            return replace(ending, found=[*ending.found, other])
        return ending

    async def off_site(self, response: Response, reading: Reading, task: Task) -> Ending:
        """An address that leads off the site: an event, and asked again in later runs, as it may not last."""
        event = self.event(response, reading, MOVED, task).model_copy(update={"url": task.url})
        ending = await self.in_its_place(event, task, self.frontier.missed(task, OFF_SITE))
        if ending.outcome == "event":
            self.stats.inc_value("page/off_site_count")
        return ending

    # What every page goes through.

    def reading(self, response: Response, task: Task | None = None) -> Reading:
        """What the page was judged to be; the raw store learns it too."""
        context = context_of(response)
        reading = context.reading
        assert reading is not None  # noqa: S101 - each page but a 304 was judged on its way
        self.stats.inc_value(f"page/verdict/{reading.verdict}")
        self.session.sample.judged(reading.verdict, response.url)
        if context.raw:
            identity = reading.identity or (task.name if task else None)
            self.session.raw.note(context.raw, identity=identity, verdict=reading.verdict)
        return reading

    def event(self, response: Response, reading: Reading, kind: str, task: Task | None = None) -> Event:
        """The event that a page is."""
        context = context_of(response)
        assert context.fetched_at is not None  # noqa: S101 - each page was kept on its way
        return Event(
            site=self.name,
            identity=reading.identity or (task.name if task else None),
            url=response.url,
            kind=kind,
            notice=reading.notice,
            status=response.status,
            observed_at=context.fetched_at,
            raw=context.raw,
        )

    def failure(self, response: Response, reading: Reading, wanted: str) -> str:
        """Why a page could not be read."""
        status, verdict = response.status, reading.verdict
        self.logger.warning("No %s at %s: status %s, verdict %s", wanted, response.url, status, verdict)
        return OFF_SITE if context_of(response).moved_to else reason_of_page(status, verdict, wanted)

    async def failed(self, failure: Failure) -> Sequence[Found]:
        """Count a page that could not be fetched; keep what a list carried of it, and try again in a later run."""
        request: Request = failure.request  # type: ignore[attr-defined]
        task: Task | None = request.cb_kwargs.get("task")
        error = failure.value
        assert error is not None  # noqa: S101 - an errback's failure has its exception
        reason = reason_of(error)
        if task is None:
            self.session.not_read(request.url, reason, failure.getErrorMessage())
        if isinstance(error, HostPausedError):
            self.stats.inc_value("page/held_count")
            return []
        self.logger.warning("Not fetched: %s (%s)", request.url, failure.getErrorMessage())
        if isinstance(error, OUR_OWN):
            self.logger.error("Not the site's fault", exc_info=error)
            self.session.unforeseen(error, request.url)

        async def read() -> Ending:
            if task is None:
                return Ending("failed", reason)
            if isinstance(error, OUR_OWN):
                self.outbox.add_task(self.frontier.missed(task, reason))
                return Ending("failed", reason)
            return self.without_page(task, reason)

        return await self.ended(read)

    @cached_property
    def session(self) -> ArchiveSession:
        """The crawl's hold on the archive."""
        return ArchiveSession.of(self.crawler)

    @property
    def outbox(self) -> Outbox:
        """What the crawl has for the store."""
        return self.session.outbox

    @property
    def stats(self) -> Any:  # noqa: ANN401
        """The crawl's counters."""
        return self.crawler.stats


def placed(article: Article, response: Response) -> Article:
    """An article with the time of its fetching and the place of its raw page."""
    context = context_of(response)
    fetched_at = article.fetched_at or context.fetched_at
    return article.model_copy(update={"fetched_at": fetched_at, "raw": context.raw})


def kept_with_a_task(article: Article) -> str | None:
    """An article as its task keeps it; None for one that is too large for that, or that no store takes."""
    try:
        _, document = storable(article)
    except RecordRefusedError:
        return None
    return document if len(document) <= MOST_CARRIED else None


def moved_to(reading: Reading, task: Task, response: Response) -> str | None:
    """The address to which an article's own leads now, where that is another article's or none; None where all is well.

    A page that says which article it is, is believed; of one that does not, the address tells. A short link may lead to
    any article: which one it stands for is what its page is to say.
    """
    if is_provisional(task.name):
        return None
    if reading.moved_to:
        return reading.moved_to
    article, link = reading.article, SITES[task.site].identify(response.url)
    at_its_place = link is not None and link.identity == task.name
    if article is not None and article.identity and not is_provisional(article.identity):
        if article.identity == task.name:
            return None
        return article.url if at_its_place else response.url
    return None if at_its_place or "redirect_urls" not in response.meta else response.url


def named(article: Article, task: Task, url: str) -> Article:
    """An article with the names that led to it; one that names no article itself is the one that was asked for."""
    identity, own_url = article.identity or task.name, article.url or task.url
    names = dict.fromkeys((*article.aliases, task.name, task.url, url))
    aliases = tuple(name for name in names if name not in (identity, own_url))
    return article.model_copy(update={"identity": identity, "url": own_url, "aliases": aliases})


def list_reading(url: str, response: Response) -> ListReading:
    """The record that a list was read, for its pace and for the next conditional request."""
    etag, last_modified = validators(response)
    read_at = context_of(response).fetched_at or datetime.now(UTC)
    return ListReading(url=url, read_at=read_at, etag=etag, last_modified=last_modified)
