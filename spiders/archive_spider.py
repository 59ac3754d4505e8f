"""What the spiders share: a frontier to work off, a verdict on every page, and one outcome for each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from newsarchive.downloader.gate import Gate, HostHeldError
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
from newsarchive.monitoring import Sample
from newsarchive.sites import SITES, Link
from newsarchive.storage.contract import TaskState
from newsarchive.storage.frontier import postponed, ranked_at, settled
from newsarchive.storage.session import ArchiveSession
from spiders.arguments import Arguments, check
from spiders.revisits import Outlook, after_failure, after_notice, revisit_at

OK = 200
NOT_MODIFIED = 304
GONE = frozenset({404, 410})
"""Statuses by which a site says that an article is no more; other errors are the fetching's."""
FIRST_ERROR = 400
CONDITIONS = ("If-None-Match", "If-Modified-Since")
LISTS_FIRST = 10**9
"""Priority of lists; an article's is the minute it was published, so that the newest comes first."""
MOST_PENDING = 10_000

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
        self._asked: set[str] = set()
        self._waiting: dict[str, Task] = {}
        self._carried: dict[str, Article] = {}
        self._depths: dict[str, int] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401
        """Make the spider. Raises BadValueError for a bad argument or a missing permission."""
        cls.check_permission(crawler.settings.getdict("NEWSARCHIVE_ROBOTS_EXCEPTIONS"))
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.idle, signals.spider_idle)
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
        sources: dict[str, float] = self.settings.getdict("NEWSARCHIVE_SOURCES").get(self.name, {})
        for url, minutes in sources.items():
            if await self.is_due(url, minutes):
                yield await self.source_request(url)

    async def seeds(self) -> AsyncIterator[Link]:
        """Articles to fetch that no list of the site names."""
        nothing: tuple[Link, ...] = ()
        for link in nothing:
            yield link

    def next_page(self, response: Response, listing: Listing) -> Request | None:  # noqa: ARG002
        """The request for a list's next page, where the site has a way on."""
        return None

    def complete_in_list(self, article: Article) -> bool:  # noqa: ARG002
        """Whether what a list carries of an article is all there is, so that its page need not be fetched."""
        return False

    def links_within(self, article: Article, depth: int) -> Iterable[Link]:  # noqa: ARG002
        """Articles that an article leads to and that are to be fetched too."""
        return ()

    # The way of a run.

    async def start(self) -> AsyncIterator[Any]:
        """Begin with the lists, then work off what is due on the frontier."""
        session = ArchiveSession.of(self.crawler)
        await session.open()
        for host, reason in self.settings.getdict("NEWSARCHIVE_ROBOTS_EXCEPTIONS").items():
            if SITES[self.name].owns(f"https://{host}/"):
                self.logger.warning("robots.txt of %s is not obeyed: %s", host, reason)
                session.note(f"robots.txt of {host} is not obeyed: {reason}")
        async for request in self.sources():
            yield request
        seeds = {link.identity: link async for link in self.seeds()}
        self.stats.inc_value("link/seed_count", len(seeds))
        await self.want([self.task_for(link) for link in seeds.values()])
        store, now = session.store, self.now()
        self.wait("link/resumed", await store.due_tasks(self.name, now, MOST_PENDING, states=("wanted",)))
        revisits = self.settings.getint("NEWSARCHIVE_REVISITS")
        self.wait("link/revisited", await store.due_tasks(self.name, now, revisits, states=("done",)))

    def wait(self, counter: str, tasks: Iterable[Task]) -> None:
        """Have tasks fetched once the lists are read."""
        for task in tasks:
            if task.name not in self._waiting and task.name not in self._asked:
                self._waiting[task.name] = task
                self.stats.inc_value(f"{counter}_count")

    def idle(self) -> None:
        """When all lists are read: ask for the articles that wait, newest first, up to the limit.

        Lists come first, so that the newest article of all lists is asked first, and so that what a feed holds of an
        article is known before its page may disappoint. Raises DontCloseSpider while there is more to do.
        """
        if self.ask():
            raise DontCloseSpider

    def ask(self) -> bool:
        """Request the articles that wait; whether there were any."""
        tasks = sorted(self._waiting.values(), key=lambda task: (ranked_at(task), task.name), reverse=True)
        self._waiting.clear()
        if self.arguments.limit is not None:
            room = max(self.arguments.limit - len(self._asked), 0)
            self.stats.inc_value("link/over_limit_count", len(tasks[room:]))
            tasks = tasks[:room]
        for task in tasks:
            self._asked.add(task.name)
            self.crawler.engine.crawl(self.article_request(task))
        return bool(tasks)

    async def is_due(self, url: str, minutes: float) -> bool:
        """Whether a list's pace lets it be read again."""
        document = await ArchiveSession.of(self.crawler).store.get_document("lists", url)
        if document is None:
            return True
        wait = timedelta(minutes=minutes * self.settings.getfloat("NEWSARCHIVE_PACE"))
        due = datetime.fromisoformat(document["read_at"]) + wait
        if due > self.now():
            self.stats.inc_value("list/not_due_count")
            self.logger.info(
                "%s was read a while ago; it is read again after %s", url, due.isoformat(timespec="minutes")
            )
            return False
        return True

    async def source_request(self, url: str) -> Request:
        """A request for a list's first page, conditional where the site gave a validator the last time."""
        document = await ArchiveSession.of(self.crawler).store.get_document("lists", url) or {}
        return self.list_request(url, headers=conditions(document.get("etag"), document.get("last_modified")))

    def list_request(self, url: str, page: int = 1, **kwargs: Any) -> Request:  # noqa: ANN401
        """A request for a page that leads to articles."""
        return Request(
            url,
            self.parse_list,
            errback=self.failed,
            dont_filter=True,
            priority=LISTS_FIRST - page,
            cb_kwargs={"page": page},
            **kwargs,
        )

    def task_for(self, link: Link, item: ListItem | None = None, source: str | None = None) -> Task:
        """A task for an article that was found just now."""
        now = self.now()
        published_at = item.published_at if item else None
        return Task(
            site=self.name, name=link.identity, url=link.url, found_at=now, due_at=now, published_at=published_at, source=source
        )  # fmt: skip

    async def want(self, found: Iterable[Task]) -> bool:
        """Put articles onto the frontier and wait for those that neither it nor the archive had; whether any was new."""
        tasks = {task.name: task for task in found}
        if not tasks:
            return False
        store = ArchiveSession.of(self.crawler).store
        new = await store.add_tasks(list(tasks.values()))
        held = await store.known(new) if new else set()
        now = self.now()
        await store.save_tasks(
            [settled(tasks[name], state="done", outcome="known", at=now, due_at=now) for name in held]
        )
        fresh = new - held
        self.stats.inc_value("link/known_count", len(tasks) - len(fresh))
        self.wait("link/new", (task for name, task in tasks.items() if name in fresh))
        return bool(fresh)

    def article_request(self, task: Task) -> Request:
        """A request for an article, conditional where a copy is held."""
        held = task.state == "done"
        return Request(
            task.url,
            self.parse_article,
            errback=self.failed,
            headers=conditions(task.etag, task.last_modified) if held else None,
            dont_filter=True,
            priority=int(ranked_at(task).timestamp() // 60),
            cb_kwargs={"task": task},
        )

    # Lists.

    async def parse_list(self, response: Response, page: int) -> AsyncIterator[Found]:
        """Read a list: take the articles that it carries whole, and want those that the archive lacks."""
        self.stats.inc_value("page/fetched_count")
        url = str(response.meta.get("redirect_urls", [response.url])[0])
        if response.status == NOT_MODIFIED:
            self.count_page("listed")
            self.stats.inc_value("list/unmodified_count")
            yield self.list_reading(url, response)
            return
        reading = self.reading(response)
        listing = reading.listing
        if reading.verdict not in LIST_KINDS or listing is None:
            if not response.meta.get("may_be_absent"):
                ArchiveSession.of(self.crawler).warn(f"not read: {url}")
            for event in self.no_article(response, reading, wanted="list"):
                yield event
            return
        self.count_page("listed")
        self.sample.listed(listing.items, url)
        tasks, complete = self.sorted_out(listing, reading, url)
        for article in complete:
            self.sample.read(article)
            yield self.placed(article, response)
        any_new = await self.want(tasks)
        following = self.next_page(response, listing) if any_new and page < self.most_pages() else None
        if following is not None:
            yield following.replace(cb_kwargs={"page": page + 1}, priority=LISTS_FIRST - page - 1)
        if page == 1:
            yield self.list_reading(url, response)

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

    def most_pages(self) -> int:
        """How many pages of one list are read at most."""
        return self.settings.getint("NEWSARCHIVE_LIST_PAGES")

    def list_reading(self, url: str, response: Response) -> ListReading:
        """The record that a list was read, for its pace and for the next conditional request."""
        return ListReading(
            url=url,
            read_at=response.meta.get("fetched_at") or self.now(),
            etag=header(response, "ETag"),
            last_modified=header(response, "Last-Modified"),
        )

    # Articles.

    async def parse_article(self, response: Response, task: Task) -> AsyncIterator[Found]:
        """Read an article's page, or record why there is none."""
        self.stats.inc_value("page/fetched_count")
        if response.status == NOT_MODIFIED:
            self.count_page("unmodified")
            yield self.settle(
                task,
                "done",
                "unmodified",
                task.published_at,
                etag=task.etag,
                last_modified=task.last_modified,
            )
            return
        reading = self.reading(response, task)
        article = reading.article
        if reading.verdict in ARTICLE_KINDS and article is not None:
            self.count_page("article")
            if not article.identity:  # a page that names no article is the one that was asked for
                article = article.model_copy(update={"identity": task.name, "url": task.url})
            article = also_known_as(article, task.name, task.url, response.url)
            article = self.placed(article, response)
            self.sample.read(article, revisit=task.state == "done")
            yield article
            yield self.settle(
                task, "done", str(reading.verdict), article.published_at,
                etag=header(response, "ETag"), last_modified=header(response, "Last-Modified"),
            )  # fmt: skip
            await self.follow(article, task)
            return
        if self.may_render(reading, response):
            self.count_page("substituted", "browser")
            yield rendered(response.request)
            return
        carried = self._carried.get(task.name)
        if carried is not None and not (reading.verdict in NOTICES | CHALLENGES or response.status in GONE):
            self.count_page("substituted", f"feed_for_{reading.verdict}")
            yield self.placed(carried, response)
            yield self.postpone(task, after_failure(task), str(reading.verdict))
            return
        for found in self.no_article(response, reading, wanted="article", task=task):
            yield found

    async def follow(self, article: Article, task: Task) -> None:
        """Want the articles that an article leads to."""
        depth = self._depths.get(task.name, 0)
        tasks = [self.task_for(link, source=task.url) for link in self.links_within(article, depth)]
        for found in tasks:
            self._depths.setdefault(found.name, depth + 1)
        await self.want(tasks)

    def may_render(self, reading: Reading, response: Response) -> bool:
        """Whether a page without content should be tried in the browser."""
        verdicts = self.settings.getdict("NEWSARCHIVE_BROWSER").get(self.name, ())
        return reading.verdict in verdicts and not response.meta.get("playwright")

    def no_article(
        self, response: Response, reading: Reading, *, wanted: str, task: Task | None = None
    ) -> Iterator[Event | Task]:
        """What a page is that is not what was wanted: an event, or a failure; and what becomes of its task."""
        verdict = reading.verdict
        gone = response.status in GONE
        if gone and response.meta.get("may_be_absent"):
            self.count_page("absent")
            return
        lost_list = gone and wanted == "list"
        if (
            verdict in CHALLENGES
            or (gone and not lost_list)
            or (verdict in NOTICES and response.status < FIRST_ERROR and not lost_list)
        ):
            kind = "gone" if gone else str(verdict)
            self.count_page("event", kind)
            yield Event(
                site=self.name,
                identity=reading.identity or (task.name if task else None),
                url=response.url,
                kind=kind,
                notice=reading.notice,
                status=response.status,
                observed_at=response.meta["fetched_at"],
                raw=response.meta.get("raw"),
            )
            if task is not None and verdict in CHALLENGES:
                yield self.postpone(task, Outlook(task.state, self.rest_of(response)), kind)
            elif task is not None:
                yield self.postpone(task, after_notice(task, kind), kind)
            return
        reason = f"http_{response.status}" if response.status != OK else f"{verdict}_instead_of_{wanted}"
        self.count_page("failed", reason)
        self.logger.warning(
            "No %s at %s: status %s, verdict %s", wanted, response.url, response.status, verdict
        )
        if task is not None:
            yield self.postpone(task, after_failure(task), reason)

    def rest_of(self, response: Response) -> timedelta:
        """How long a challenged host is left alone."""
        host = response.url.split("/")[2]
        until = Gate.of(self.crawler).held_until(host)
        return max(until - self.now(), timedelta(0)) if until else timedelta(0)

    def failed(self, failure: Failure) -> Iterator[Found]:
        """Count a page that could not be fetched; keep what a feed held of it, and try again in a later run."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error = failure.value
        if isinstance(error, HostHeldError):
            self.stats.inc_value("page/held_count")
            return
        self.stats.inc_value("page/fetched_count")
        task: Task | None = request.cb_kwargs.get("task")
        carried = self._carried.get(task.name) if task else None
        reason = "robots" if isinstance(error, IgnoreRequest) else type(error).__name__
        self.count_page("failed" if carried is None else "substituted", reason)
        self.logger.warning("Not fetched: %s (%s)", request.url, failure.getErrorMessage())
        if task is None:
            ArchiveSession.of(self.crawler).warn(f"not read: {request.url}")
        if carried is not None:
            yield carried
        if task is not None:
            yield self.postpone(task, after_failure(task), reason)

    # Small things.

    def reading(self, response: Response, task: Task | None = None) -> Reading:
        """What the page was judged to be; the raw store learns it too."""
        reading: Reading = response.meta["reading"]
        self.stats.inc_value(f"page/verdict/{reading.verdict}")
        self.sample.judged(reading.verdict, response.url)
        identity = (
            reading.article.identity if reading.article else reading.identity or (task.name if task else None)
        )
        session = ArchiveSession.of(self.crawler)
        if raw := response.meta.get("raw"):
            session.raw.note(raw, identity=identity, verdict=reading.verdict)
        return reading

    def settle(
        self,
        task: Task,
        state: TaskState,
        outcome: str,
        published_at: datetime | None,
        *,
        etag: str | None,
        last_modified: str | None,
    ) -> Task:
        """A task after its page was read."""
        now = self.now()
        due = revisit_at(published_at or task.found_at, now, self.settings.getdict("NEWSARCHIVE_REVISIT"))
        return settled(
            task, state=state, outcome=outcome, at=now, due_at=due, etag=etag, last_modified=last_modified
        )

    def postpone(self, task: Task, outlook: Outlook, outcome: str) -> Task:
        """A task after its page gave nothing: tried again later, or given up."""
        now = self.now()
        later = postponed(task, outcome=outcome, at=now, due_at=now + outlook.after)
        return later.model_copy(update={"state": outlook.state})

    def count_page(self, outcome: str, reason: str | None = None) -> None:
        """Count the one outcome of a fetched page."""
        self.stats.inc_value(f"page/{outcome}_count")
        if reason:
            self.stats.inc_value(f"page/{outcome}/{reason}")

    def placed(self, article: Article, response: Response) -> Article:
        """An article with the time of its fetching and the place of its raw page."""
        meta = response.meta
        return article.model_copy(
            update={"fetched_at": article.fetched_at or meta.get("fetched_at"), "raw": meta.get("raw")}
        )

    def now(self) -> datetime:
        """The time; the spiders are where the crawl meets the clock."""
        return datetime.now(UTC)

    @property
    def sample(self) -> Sample:
        """What the run's pages are like, for the comparison with earlier runs."""
        return ArchiveSession.of(self.crawler).sample

    @property
    def stats(self) -> Any:  # noqa: ANN401
        """The crawl's counters."""
        return self.crawler.stats


def also_known_as(article: Article, *names: str) -> Article:
    """An article with further names that led to it."""
    own = {article.identity, article.url}
    aliases = dict.fromkeys(name for name in (*article.aliases, *names) if name not in own)
    return article.model_copy(update={"aliases": tuple(aliases)})


def conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """Request headers by which a server may answer "not modified" (RFC 9110, 13.1)."""
    return {name: value for name, value in zip(CONDITIONS, (etag, last_modified), strict=True) if value}


def header(response: Response, name: str) -> str | None:
    """A response's header as text."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def rendered(request: Request | None) -> Request:
    """The same request for the browser, which waits until the page's scripts have written it; unconditional."""
    assert request is not None  # noqa: S101 - a response in a callback has its request
    meta = {
        key: value
        for key, value in request.meta.items()
        if key not in {"reading", "raw", "fetched_at", "download_slot"}
    }
    asked = request.replace(dont_filter=True, meta=meta | {"playwright": True})
    for name in CONDITIONS:
        asked.headers.pop(name, None)
    return asked
