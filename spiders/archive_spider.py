"""What the spiders share: a frontier to work off, a verdict on every page, and one outcome for each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from newsarchive.downloader.gate import HostHeldError
from newsarchive.downloader.reasons import reason_of, reason_of_page
from newsarchive.downloader.redirects import MOVED_TO
from newsarchive.errors import BadValueError
from newsarchive.items import (
    ARTICLE_KINDS,
    CHALLENGES,
    LIST_KINDS,
    NOTICES,
    Article,
    Event,
    Listing,
    ListItem,
    ListReading,
    Reading,
    SiteName,
    Task,
)
from newsarchive.monitoring.reasons import OFF_SITE
from newsarchive.sites import SITES, Link
from newsarchive.storage.session import ArchiveSession
from spiders.arguments import Arguments, check
from spiders.asking import conditions, rendered, validators
from spiders.frontier import Frontier
from spiders.revisits import Outlook, after_failure, after_notice

NOT_MODIFIED = 304
FIRST_ERROR = 400
GONE = frozenset({404, 410})
"""Statuses by which a site says that an article is no more; other errors are the fetching's."""
LISTS_FIRST = 1
"""Priority of lists. Articles have none of their own: they are asked for in the order in which the frontier gives them."""
AT_ONCE = 64
"""Articles that the engine is given at a time: enough that it never waits for them, few enough to cost nothing."""

Found = Article | Event | Task | ListReading | Request
"""What a callback yields. An article's task comes after it, so that it is not settled before the article is saved."""


class ArchiveSpider(Spider):
    """A spider of one site, whose name is the site's.

    A site's own spider says which lists to begin with (`sources`). Articles that lists name go onto the frontier in
    the store; what is on it and due is fetched, newest first, whichever run found it.
    """

    name: SiteName
    takes: ClassVar[type[Arguments]] = Arguments
    needs_robots_exception: ClassVar[str | None] = None

    def __init__(self, **given: object) -> None:
        super().__init__()
        self.given = {name: value for name, value in given.items() if not name.startswith("_")}
        self.arguments = check(self.takes, self.name, given)
        self.nothing_to_do = ""
        self._carried: dict[str, Article] = {}
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
        host = cls.needs_robots_exception
        if host and host not in exceptions:
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
            last = await self.session.store.get_document("lists", url)
            due = (
                datetime.fromisoformat(last["read_at"]) + timedelta(minutes=minutes * pace) if last else None
            )
            if due and due > datetime.now(UTC):
                self.stats.inc_value("list/not_due_count")
                self.logger.info("%s is read again after %s", url, due.isoformat(timespec="minutes"))
            else:
                held = conditions(last["etag"], last["last_modified"]) if last else {}
                yield self.list_request(url, headers=held)

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
            for task in await self.frontier.take(AT_ONCE):
                self.crawler.engine.crawl(self.article_request(task))
        except Exception as error:  # whatever it is, it belongs into the end of the run
            self.logger.exception("Articles that wait cannot be asked for")
            self.stats.inc_value("spider_exceptions/count")
            self.stats.inc_value(f"spider_exceptions/{type(error).__name__}")
        finally:
            self._asking = None

    def list_request(self, url: str, **kwargs: Any) -> Request:  # noqa: ANN401
        """A request for a page that leads to articles."""
        return Request(
            url,
            self.parse_list,
            errback=self.failed,
            dont_filter=True,
            priority=LISTS_FIRST,
            cb_kwargs={"page": 1},
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

    # Lists.

    async def parse_list(self, response: Response, page: int) -> AsyncIterator[Found]:
        """Read a list: take the articles that it carries whole, and want those that the archive lacks."""
        self.stats.inc_value("page/fetched_count")
        url = str(response.meta.get("redirect_urls", [response.url])[0])
        if response.status == NOT_MODIFIED:
            self.count_page("listed")
            self.stats.inc_value("list/unmodified_count")
            yield list_reading(url, response)
            return
        reading = self.reading(response)
        listing = reading.listing
        if reading.verdict not in LIST_KINDS or listing is None:
            for event in self.no_list(response, reading, url):
                yield event
            return
        self.count_page("listed")
        self.session.sample.listed(listing.items, url)
        tasks, complete = self.sorted_out(listing, reading, url)
        for article in complete:
            self.session.sample.read(article)
            yield placed(article, response)
        any_new = await self.frontier.want(tasks)
        following = self.next_page(response, listing) if any_new and page < self.most_pages() else None
        if following is not None:
            yield following.replace(cb_kwargs={"page": page + 1})
        if page == 1:
            yield list_reading(url, response)

    def sorted_out(self, listing: Listing, reading: Reading, url: str) -> tuple[list[Task], list[Article]]:
        """A list's entries: those whose page is wanted, and the articles that are complete already."""
        bodies = {article.identity: article for article in reading.bodies}
        tasks: list[Task] = []
        complete: list[Article] = []
        for item in listing.items:
            link = SITES[self.name].identify(item.url) if item.url else None
            if item.promotion or link is None:
                self.stats.inc_value("link/promotion_count" if item.promotion else "link/foreign_count")
                continue
            article = bodies.get(link.identity)
            if article is not None and self.complete_in_list(article):
                complete.append(article)
                continue
            if article is not None:
                self._carried[link.identity] = article
            tasks.append(self.task_for(link, item, url))
        return tasks, complete

    def no_list(self, response: Response, reading: Reading, url: str) -> Iterator[Event]:
        """A list that could not be read is a failure that the record of the run names."""
        if response.status in GONE and response.meta.get("may_be_absent"):
            self.count_page("absent")
            return
        if reading.verdict in CHALLENGES:
            self.session.not_read(url, str(reading.verdict))
            yield self.event(response, reading, str(reading.verdict))
        else:
            reason = self.count_failure(response, reading, "list")
            self.session.not_read(url, reason, response.meta.get(MOVED_TO, ""))

    # Articles.

    async def parse_article(self, response: Response, task: Task) -> AsyncIterator[Found]:
        """Read an article's page, or record why there is none."""
        self.stats.inc_value("page/fetched_count")
        if response.status == NOT_MODIFIED:
            self.count_page("unmodified")
            yield self.frontier.read(task, "unmodified", task.published_at, task.etag, task.last_modified)
            return
        reading = self.reading(response, task)
        carried = self._carried.get(task.name)
        if MOVED_TO in response.meta:
            for found in self.off_site(response, reading, task):
                yield found
        elif reading.verdict in ARTICLE_KINDS and reading.article is not None:
            self.count_page("article")
            article = placed(named(reading.article, task, response.url), response)
            self.session.sample.read(article, revisit=task.state == "done")
            yield article
            yield self.frontier.read(task, str(reading.verdict), article.published_at, *validators(response))
            await self.follow(article, task)
        elif self.may_render(reading, response):
            self.count_page("substituted", "browser")
            yield rendered(response.request)
        elif reading.verdict in NOTICES | CHALLENGES or response.status in GONE:
            for found in self.no_article(response, reading, task):
                yield found
        elif carried is not None:
            self.count_page("substituted", f"feed_for_{reading.verdict}")
            yield placed(carried, response)
            yield self.frontier.missed(task, str(reading.verdict), after_failure(task))
        else:
            reason = self.count_failure(response, reading, "article")
            yield self.frontier.missed(task, reason, after_failure(task))

    def off_site(self, response: Response, reading: Reading, task: Task) -> Iterator[Found]:
        """An address that leads off the site: an event, and asked again in later runs, as it may not last."""
        event = self.event(response, reading, "moved", task)
        yield event.model_copy(update={"url": task.url})
        self.stats.inc_value("page/off_site_count")
        if (carried := self._carried.get(task.name)) is not None:
            yield carried
        yield self.frontier.missed(task, OFF_SITE, after_failure(task))

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

    def no_article(self, response: Response, reading: Reading, task: Task) -> Iterator[Event | Task]:
        """A notice or challenge in an article's place, and when its page is tried again."""
        if (
            response.status >= FIRST_ERROR
            and response.status not in GONE
            and reading.verdict not in CHALLENGES
        ):
            reason = self.count_failure(response, reading, "article")
            yield self.frontier.missed(task, reason, after_failure(task))
            return
        kind = "gone" if response.status in GONE else str(reading.verdict)
        yield self.event(response, reading, kind, task)
        challenged = reading.verdict in CHALLENGES
        # Its host is left alone by the gate, for as long as the pause lasts or until somebody lifts it.
        outlook = Outlook(task.state, timedelta(0)) if challenged else after_notice(task, kind)
        yield self.frontier.missed(task, kind, outlook)

    # What every page goes through.

    def reading(self, response: Response, task: Task | None = None) -> Reading:
        """What the page was judged to be; the raw store learns it too."""
        reading: Reading = response.meta["reading"]
        self.stats.inc_value(f"page/verdict/{reading.verdict}")
        self.session.sample.judged(reading.verdict, response.url)
        if raw := response.meta.get("raw"):
            identity = reading.identity or (task.name if task else None)
            self.session.raw.note(raw, identity=identity, verdict=reading.verdict)
        return reading

    def event(self, response: Response, reading: Reading, kind: str, task: Task | None = None) -> Event:
        """The event that a page is, counted."""
        self.count_page("event", kind)
        return Event(
            site=self.name,
            identity=reading.identity or (task.name if task else None),
            url=response.url,
            kind=kind,
            notice=reading.notice,
            status=response.status,
            observed_at=response.meta["fetched_at"],
            raw=response.meta.get("raw"),
        )

    def count_failure(self, response: Response, reading: Reading, wanted: str) -> str:
        """Count a page that could not be read; returns the reason."""
        status, verdict = response.status, reading.verdict
        reason = OFF_SITE if MOVED_TO in response.meta else reason_of_page(status, verdict, wanted)
        self.count_page("failed", reason)
        self.logger.warning("No %s at %s: status %s, verdict %s", wanted, response.url, status, verdict)
        return reason

    def failed(self, failure: Failure) -> Iterator[Found]:
        """Count a page that could not be fetched; keep what a feed held of it, and try again in a later run."""
        request: Request = failure.request  # type: ignore[attr-defined]
        task: Task | None = request.cb_kwargs.get("task")
        assert failure.value is not None  # noqa: S101 - an errback's failure has its exception
        reason = reason_of(failure.value)
        if task is None:
            self.session.not_read(request.url, reason, failure.getErrorMessage())
        if isinstance(failure.value, HostHeldError):
            self.stats.inc_value("page/held_count")
            return
        self.stats.inc_value("page/fetched_count")
        carried = self._carried.get(task.name) if task else None
        self.count_page("failed" if carried is None else "substituted", reason)
        self.logger.warning("Not fetched: %s (%s)", request.url, failure.getErrorMessage())
        if carried is not None:
            yield carried
        if task is not None:
            yield self.frontier.missed(task, reason, after_failure(task))

    def count_page(self, outcome: str, reason: str | None = None) -> None:
        """Count the one outcome of a fetched page."""
        self.stats.inc_value(f"page/{outcome}_count")
        if reason:
            self.stats.inc_value(f"page/{outcome}/{reason}")

    @property
    def session(self) -> ArchiveSession:
        """The crawl's hold on the archive."""
        return ArchiveSession.of(self.crawler)

    @property
    def stats(self) -> Any:  # noqa: ANN401
        """The crawl's counters."""
        return self.crawler.stats


def placed(article: Article, response: Response) -> Article:
    """An article with the time of its fetching and the place of its raw page."""
    meta = response.meta
    fetched_at = article.fetched_at or meta.get("fetched_at")
    return article.model_copy(update={"fetched_at": fetched_at, "raw": meta.get("raw")})


def named(article: Article, task: Task, url: str) -> Article:
    """An article with the names that led to it; one that names no article itself is the one that was asked for."""
    identity, own_url = article.identity or task.name, article.url or task.url
    names = dict.fromkeys((*article.aliases, task.name, task.url, url))
    aliases = tuple(name for name in names if name not in (identity, own_url))
    return article.model_copy(update={"identity": identity, "url": own_url, "aliases": aliases})


def list_reading(url: str, response: Response) -> ListReading:
    """The record that a list was read, for its pace and for the next conditional request."""
    etag, last_modified = validators(response)
    read_at = response.meta.get("fetched_at") or datetime.now(UTC)
    return ListReading(url=url, read_at=read_at, etag=etag, last_modified=last_modified)
