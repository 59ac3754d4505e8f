"""What every page goes through, a list or an article's: one verdict, one outcome, and what was read goes on its way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from newsarchive.crawl.context import context_of
from newsarchive.crawl.frontier import Frontier
from newsarchive.crawl.outbox import Delivery, Outbox
from newsarchive.crawl.reasons import (
    STORE_UNREACHABLE,
    HostPausedError,
    LeasedError,
    reason_of,
    reason_of_page,
)
from newsarchive.crawl.revisit_policy import NextVisit
from newsarchive.crawl.session import ArchiveSession
from newsarchive.errors import NewsarchiveError
from newsarchive.items.article import Article
from newsarchive.items.event import Event
from newsarchive.items.record import SiteName
from newsarchive.monitoring.reasons import OFF_SITE
from newsarchive.records.listing import ListItem
from newsarchive.records.page import Reading
from newsarchive.records.task import Task
from newsarchive.sites import Link
from newsarchive.storage.tasks import carried_by

NOT_MODIFIED = 304
GONE = frozenset({404, 410})
"""Statuses by which a site says that an article is no more; other errors are the fetching's."""
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
class Ending:
    """What a page came to: its one outcome, why, and what it leads to."""

    outcome: str
    reason: str | None = None
    found: Sequence[Delivery | Request] = ()


class PageSpider(Spider):
    """A spider of one site, whose name is the site's, as far as lists and articles are alike to it."""

    name: SiteName
    frontier: Frontier

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

    async def ended(self, read: Callable[[], Awaitable[Ending]]) -> Sequence[Found]:
        """Count a page that was fetched, read it, and count its outcome: an exception is one, too.

        A page is not read while too much waits for the store. Raises CloseSpider if that takes too long.
        """
        self.crawler.stats.inc_value("page/fetched_count")
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
        self.crawler.stats.inc_value(f"page/{outcome}_count")
        if reason:
            self.crawler.stats.inc_value(f"page/{outcome}/{reason}")

    def reading(self, response: Response, task: Task | None = None) -> Reading:
        """What the page was judged to be; the raw store learns it too."""
        context = context_of(response)
        reading = context.reading
        assert reading is not None  # noqa: S101 - each page but a 304 was judged on its way
        self.crawler.stats.inc_value(f"page/verdict/{reading.verdict}")
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

    def carried(self, task: Task, missed: Task) -> list[Delivery]:
        """What a list carried of an article whose page gave nothing; its task lets go of it once the store has it."""
        if (article := carried_by(task)) is None:
            return []
        return [self.outbox.announce(article, missed.model_copy(update={"carried": None}), missed)]

    def without_page(
        self, task: Task, reason: str, verdict: str | None = None, visit: NextVisit | None = None
    ) -> Ending:
        """A page that could not be read: what a list carried is taken, or it is a failure; tried again later."""
        missed = self.frontier.missed(task, verdict or reason, visit)
        if found := self.carried(task, missed):
            return Ending("substituted", f"feed_for_{verdict}" if verdict else reason, found)
        self.outbox.add_task(missed)
        return Ending("failed", reason)

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
            self.crawler.stats.inc_value(
                "page/leased_count" if isinstance(error, LeasedError) else "page/held_count"
            )
            return []
        self.logger.warning("Not fetched: %s (%s)", request.url, failure.getErrorMessage())
        if isinstance(error, OUR_OWN):
            self.logger.error("Not the site's fault", exc_info=error)
            self.session.unforeseen(error, request.url)

        async def read() -> Ending:
            if task is not None and not isinstance(error, OUR_OWN):
                return self.without_page(task, reason)
            if task is not None:
                self.outbox.add_task(self.frontier.missed(task, reason))
            return Ending("failed", reason)

        return await self.ended(read)

    @cached_property
    def session(self) -> ArchiveSession:
        """The crawl's hold on the archive."""
        return ArchiveSession.of(self.crawler)

    @property
    def outbox(self) -> Outbox:
        """What the crawl has for the store."""
        return self.session.outbox


def placed(article: Article, response: Response, names: Mapping[str, Any] | None = None) -> Article:
    """An article with the time of its fetching and the place of its raw page, and with other names where they are given."""
    context = context_of(response)
    fetched_at = article.fetched_at or context.fetched_at
    return article.model_copy(update={"fetched_at": fetched_at, "raw": context.raw, **(names or {})})
