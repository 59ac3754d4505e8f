"""What the spiders share: every page is judged, read by its site, and ends in exactly one outcome."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, ClassVar

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from newsarchive.errors import BadValueError
from newsarchive.items import (
    ARTICLE_KINDS,
    CHALLENGES,
    LIST_KINDS,
    NOTICES,
    Article,
    Event,
    ListItem,
    Page,
    Reading,
    SiteName,
)
from newsarchive.sites import SITES, Link, read
from newsarchive.storage.session import ArchiveSession
from spiders.arguments import Arguments, check

GONE = frozenset({404, 410})
"""Statuses by which a site says that an article is no more; other errors are the fetching's."""
OK = 200
FIRST_ERROR = 400

Found = Article | Event | Request
"""What a callback yields."""


class ArchiveSpider(Spider):
    """A spider of one site, whose name is the site's.

    A site's own spider says which pages to begin with (`sources`). Links that lists name and the archive does not know
    are fetched; pages are judged before anything is made of them.
    """

    name: SiteName
    takes: ClassVar[type[Arguments]] = Arguments
    needs_robots_exception: ClassVar[str | None] = None

    def __init__(self, **given: object) -> None:
        super().__init__()
        self.given = {name: value for name, value in given.items() if not name.startswith("_")}
        self.arguments = check(self.takes, self.name, given)
        self._asked = 0
        self._requested: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> ArchiveSpider:  # noqa: ANN401
        """Make the spider. Raises BadValueError for a bad argument or a missing permission."""
        cls.check_permission(crawler.settings.getdict("NEWSARCHIVE_ROBOTS_EXCEPTIONS"))
        return super().from_crawler(crawler, *args, **kwargs)

    @classmethod
    def check_permission(cls, exceptions: Mapping[str, str]) -> None:
        """Refuse to run where the site forbids all and the settings give no reason to go on. Raises BadValueError."""
        host = cls.needs_robots_exception
        if host and host not in exceptions:
            raise BadValueError(
                f"{host} forbids every article in its robots.txt: the {cls.name} spider runs only with a reason for "
                f"{host} in NEWSARCHIVE_ROBOTS_EXCEPTIONS"
            )

    def sources(self) -> Iterable[Request]:
        """The requests to begin with."""
        raise NotImplementedError

    async def start(self) -> AsyncIterator[Found]:
        """Begin with the sources."""
        for host, reason in self.settings.getdict("NEWSARCHIVE_ROBOTS_EXCEPTIONS").items():
            if SITES[self.name].owns(f"https://{host}/"):
                self.logger.warning("robots.txt of %s is not obeyed: %s", host, reason)
        for request in self.sources():
            yield request

    def list_request(self, url: str, **kwargs: Any) -> Request:  # noqa: ANN401
        """A request for a page that leads to articles."""
        return Request(url, self.parse_list, errback=self.failed, dont_filter=True, **kwargs)

    def article_request(self, link: Link, fallback: Article | None = None) -> Request:
        """A request for an article; `fallback` is what a feed held of it, kept if the page cannot be had."""
        return Request(
            link.url, self.parse_article, errback=self.failed, cb_kwargs={"link": link, "fallback": fallback}
        )

    async def parse_list(self, response: Response) -> AsyncIterator[Found]:
        """Read a list; take the articles that it carries whole, and ask for the ones that the archive lacks."""
        reading = self.judge(response)
        if reading.verdict not in LIST_KINDS or reading.listing is None:
            for event in self.no_article(response, reading, wanted="list"):
                yield event
            return
        self.count_page("listed")
        carried = {article.identity: article for article in reading.bodies}
        wanted: list[tuple[Link, Article | None]] = []
        for item in reading.listing.items:
            link = self.link_of(item)
            if link is None:
                self.stats.inc_value("link/foreign_count")
                continue
            article = carried.pop(link.identity, None)
            if article is not None and self.complete_in_list(article):
                yield self.placed(article, response)
            else:
                wanted.append((link, article))
        for request in await self.requests_for(wanted):
            yield request

    def complete_in_list(self, article: Article) -> bool:
        """Whether what a list carries of an article is all there is, so that its page need not be fetched."""
        raise NotImplementedError

    async def requests_for(self, wanted: Iterable[tuple[Link, Article | None]]) -> list[Request]:
        """Requests for the articles that neither this run nor the archive has, up to the limit."""
        fresh = {link.identity: (link, article) for link, article in wanted if link.identity not in self._requested}
        store = await ArchiveSession.of(self.crawler).open()
        known = await store.known(fresh.keys()) if fresh else set()
        self.stats.inc_value("link/known_count", len(known))
        requests = []
        for identity, (link, article) in fresh.items():
            if identity in known:
                continue
            if self.arguments.limit is not None and self._asked >= self.arguments.limit:
                self.stats.inc_value("link/over_limit_count")
                continue
            self._asked += 1
            self._requested.add(identity)
            self.stats.inc_value("link/wanted_count")
            requests.append(self.article_request(link, article))
        return requests

    async def parse_article(self, response: Response, link: Link, fallback: Article | None) -> AsyncIterator[Found]:
        """Read an article's page, or record why there is none."""
        reading = self.judge(response, link)
        article = reading.article
        if reading.verdict in ARTICLE_KINDS and article is not None:
            self.count_page("article")
            if article.identity != link.identity or response.url != article.url:
                names = (link.identity, link.url, response.url)
                aliases = dict.fromkeys(name for name in (*article.aliases, *names) if name not in (article.identity, article.url))
                article = article.model_copy(update={"aliases": tuple(aliases)})
            yield self.placed(article, response)
            return
        if fallback is not None and reading.verdict not in NOTICES | CHALLENGES and response.status not in GONE:
            self.count_page("substituted", reading.verdict)
            self.logger.info("The feed's text is kept for %s (verdict %s)", response.url, reading.verdict)
            yield self.placed(fallback, response)
            return
        for event in self.no_article(response, reading, wanted="article", link=link):
            yield event

    def judge(self, response: Response, link: Link | None = None) -> Reading:
        """What a page is and says; the raw store learns it too."""
        self.stats.inc_value("page/fetched_count")
        page = Page(
            content=response.body,
            url=response.url,
            status=response.status,
            headers=response.headers.to_unicode_dict(),
            fetched_at=response.meta.get("fetched_at"),
        )
        reading = read(page, hint=self.name)
        self.stats.inc_value(f"page/verdict/{reading.verdict}")
        identity = reading.article.identity if reading.article else reading.identity or (link.identity if link else None)
        if raw := response.meta.get("raw"):
            ArchiveSession.of(self.crawler).raw.note(raw, identity=identity, verdict=reading.verdict)
        return reading

    def no_article(
        self, response: Response, reading: Reading, *, wanted: str, link: Link | None = None
    ) -> Iterable[Event]:
        """The event that a page is which is not what was wanted. Raises CloseSpider on a challenge."""
        verdict = reading.verdict
        gone = response.status in GONE
        if verdict in CHALLENGES or verdict in NOTICES or gone:
            if response.status >= FIRST_ERROR and not gone and verdict not in CHALLENGES:
                self.count_page("failed", f"http_{response.status}")
                return
            self.count_page("event")
            yield Event(
                site=self.name,
                identity=reading.identity or (link.identity if link else None),
                url=response.url,
                kind="gone" if gone else verdict,
                notice=reading.notice,
                status=response.status,
                observed_at=response.meta["fetched_at"],
                raw=response.meta.get("raw"),
            )
            if verdict in CHALLENGES:
                self.stats.inc_value("page/challenged_count")
                self.logger.warning("%s asks for a check (%s): it is left alone until the next run", response.url, verdict)
                raise CloseSpider("challenged")
            return
        reason = f"http_{response.status}" if response.status != OK else f"{verdict}_instead_of_{wanted}"
        self.count_page("failed", reason)
        self.logger.warning("No %s at %s: status %s, verdict %s", wanted, response.url, response.status, verdict)

    def failed(self, failure: Failure) -> Iterable[Found]:
        """Count a page that could not be fetched; keep what a feed held of it."""
        request: Request = failure.request  # type: ignore[attr-defined]
        self.stats.inc_value("page/fetched_count")
        fallback: Article | None = request.cb_kwargs.get("fallback")
        reason = "robots" if failure.check(IgnoreRequest) else type(failure.value).__name__
        self.count_page("failed" if fallback is None else "substituted", reason)
        self.logger.warning("Not fetched: %s (%s)", request.url, failure.getErrorMessage())
        if fallback is not None:
            yield fallback

    def count_page(self, outcome: str, reason: str | None = None) -> None:
        """Count the one outcome of a fetched page: listed, article, event, substituted or failed."""
        self.stats.inc_value(f"page/{outcome}_count")
        if reason:
            self.stats.inc_value(f"page/{outcome}/{reason}")

    def link_of(self, item: ListItem) -> Link | None:
        """The article that a list's entry leads to, if it is one of this site's."""
        return SITES[self.name].identify(item.url) if item.url else None

    def placed(self, article: Article, response: Response) -> Article:
        """An article with the time of its fetching and the place of its raw page."""
        meta = response.meta
        return article.model_copy(
            update={"fetched_at": article.fetched_at or meta.get("fetched_at"), "raw": meta.get("raw")}
        )

    @property
    def stats(self) -> Any:  # noqa: ANN401
        """The crawl's counters."""
        return self.crawler.stats
