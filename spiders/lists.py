"""Reading of lists: what they name is wanted, what they carry whole is taken."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from newsarchive.completeness.lists import holes_of, shape_of
from newsarchive.crawl.conditional import conditions, is_conditional, validators
from newsarchive.crawl.context import context_of
from newsarchive.crawl.outbox import Delivery
from newsarchive.crawl.reasons import reason_of, reason_of_status
from newsarchive.errors import RecordRefusedError
from newsarchive.items.article import Article
from newsarchive.items.verdict import CHALLENGES, LIST_KINDS
from newsarchive.records.listing import Listing, ListItem, ListReading, ListShape
from newsarchive.records.page import Reading
from newsarchive.records.task import Task
from newsarchive.sites import SITES
from newsarchive.storage.collections import LISTS
from newsarchive.storage.merging import storable
from spiders.pages import GONE, NOT_MODIFIED, Ending, Found, PageSpider, placed

LISTS_FIRST = 1
"""Priority of lists. Articles have none of their own: they are asked for in the order in which the frontier gives them."""
LISTS_AT_ONCE = 3
"""Lists that a run begins with and that are under way at a time: what one names is in memory until it is read, 0.7 MB of 330 entries."""
MOST_CARRIED = 4_000_000
"""Characters of an article that are kept with its task at most (a MongoDB document holds 16 MB); a larger one is stored at
once."""


@dataclass(frozen=True, slots=True)
class ListWay:
    """How far a list was read: which page is next, the reading of the first one, and what all have carried.

    `to_the_end`: an earlier run did not get through its pages, so they are read whether they name something new or not.
    `may_be_absent`: the site does not owe us this one. `last` is the reading before, `placed` are the entries so far of a list
    that numbers its places.
    """

    page: int = 1
    begun: ListReading | None = None
    carried: tuple[Delivery, ...] = ()
    to_the_end: bool = False
    may_be_absent: bool = False
    last: ListReading | None = None
    placed: tuple[ListItem, ...] = ()


class ListSpider(PageSpider):
    """Reads lists, page by page. Its site says where they go on, and what of them is whole."""

    @cached_property
    def under_way(self) -> asyncio.Semaphore:
        """Room for lists to begin with; whoever asks for one takes it, its end gives it back."""
        return asyncio.Semaphore(LISTS_AT_ONCE)

    def next_page(self, response: Response, listing: Listing) -> Request | None:  # noqa: ARG002
        """The request for a list's next page, where the site has a way on."""
        return None

    def most_pages(self) -> int:
        """How many pages of one list are read at most."""
        return self.settings.getint("NEWSARCHIVE_LIST_PAGES")

    def complete_in_list(self, article: Article) -> bool:  # noqa: ARG002
        """Whether what a list carries of an article is all there is, so that its page need not be fetched."""
        return False

    async def last_reading(self, url: str) -> ListReading | None:
        """What is known of the last reading of a list, if it was ever read."""
        return await self.session.store.get_document(LISTS, url)

    def list_request(
        self,
        url: str,
        last: ListReading | None = None,
        *,
        may_be_absent: bool = False,
        to_the_end: bool = False,
        **kwargs: Any,  # noqa: ANN401
    ) -> Request:
        """A request for a page that leads to articles, conditional where it was read before."""
        to_the_end = to_the_end or (last is not None and last.unfinished)
        way = ListWay(to_the_end=to_the_end, may_be_absent=may_be_absent, last=last)
        if last is not None:
            kwargs["headers"] = conditions(last.etag, last.last_modified)
        return Request(
            url,
            self.parse_list,
            errback=self.list_failed,
            dont_filter=True,
            priority=LISTS_FIRST,
            cb_kwargs={"way": way},
            **kwargs,
        )

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
        finally:
            self._has_ended(way)

    async def list_failed(self, failure: Failure) -> Sequence[Found]:
        """A list that could not be fetched."""
        self._has_ended(failure.request.cb_kwargs["way"])  # type: ignore[attr-defined]
        return await self.failed(failure)

    def _has_ended(self, way: ListWay) -> None:
        if way.page == 1:
            self.under_way.release()

    async def read_list(self, response: Response, way: ListWay, url: str) -> Ending:
        """What a list comes to.

        It counts as read when all that its pages name and carry is in the store. One whose further pages were not read (the
        crawl was killed) is read to its end by the next run, although its first page names nothing new any more; so is one whose
        bytes end too early, of which the entries that are whole are taken.
        """
        if response.status == NOT_MODIFIED:
            if not is_conditional(response.request):
                self.session.not_read(url, reason := reason_of_status(NOT_MODIFIED))
                return Ending("failed", reason)
            self.crawler.stats.inc_value("list/unmodified_count")
            self.outbox.add_list(list_reading(url, response, way.last.shape if way.last else None))
            return Ending("listed")
        reading = self.reading(response)
        listing = reading.listing
        if reading.verdict not in LIST_KINDS or listing is None:
            return await self.no_list(response, reading, way, url)
        self.session.sample.listed(listing.items, url)
        bodies = tuple(placed(article, response) for article in reading.bodies)
        tasks, complete = self.sorted_out(listing, replace(reading, bodies=bodies), url)
        following = self.next_page(response, listing) if way.page < self.most_pages() else None
        begun = way.begun or await self.begun_reading(url, response, listing, way)
        way = replace(way, placed=(*way.placed, *self.numbered(listing.items)))
        if following is not None and way.begun is None:
            # Before its entries are known: by them the next run could not tell that this one got no further.
            unfinished = begun.model_copy(update={"etag": None, "last_modified": None, "unfinished": True})
            await self.session.store.put_document(LISTS, url, unfinished)
        goes_on = await self.frontier.want(tasks) or way.to_the_end
        given = [self.outbox.announce(article, failed=task) for article, task in complete]
        carried = (*way.carried, *given)
        if listing.cut:
            self.session.not_read(url, "cut_off")
            unread = begun.model_copy(update={"etag": None, "last_modified": None, "unfinished": True})
            self.outbox.add_list(unread, carried)
            return Ending("failed", "cut_off", found=given)
        if following is None or not goes_on:
            self.outbox.add_list(self.with_holes(begun, way.placed), carried)
            return Ending("listed", found=given)
        on = replace(way, page=way.page + 1, begun=begun, carried=carried)
        return Ending("listed", found=[following.replace(cb_kwargs={"way": on}), *given])

    async def begun_reading(
        self, url: str, response: Response, listing: Listing, way: ListWay
    ) -> ListReading:
        """The record of a list by its first page."""
        last = way.last or await self.last_reading(url)
        read = list_reading(url, response)
        return read.model_copy(
            update={"shape": shape_of(SITES[self.name], last, listing.items, read.read_at)}
        )

    def numbered(self, items: Sequence[ListItem]) -> list[ListItem]:
        """The entries whose place in the list has a number."""
        return [item for item in items if SITES[self.name].position_of(item) is not None]

    def with_holes(self, reading: ListReading, placed: Sequence[ListItem]) -> ListReading:
        """A reading with the places at which none of the entries that were read stands."""
        if reading.shape is None or not placed:
            return reading
        holes = holes_of(SITES[self.name], placed, reading.shape.holes)
        return reading.model_copy(update={"shape": reading.shape.model_copy(update={"holes": holes})})

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
                self.crawler.stats.inc_value(
                    "link/promotion_count" if item.promotion else "link/foreign_count"
                )
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
            self.outbox.add_list(list_reading(url, response).model_copy(update={"absent": True}))
            return Ending("absent")
        if reading.verdict in CHALLENGES:
            kind = str(reading.verdict)
            self.session.not_read(url, kind)
            await self.outbox.add_event(self.event(response, reading, kind))
            return Ending("event", kind)
        reason = self.failure(response, reading, "list")
        self.session.not_read(url, reason, context_of(response).moved_to)
        return Ending("failed", reason)


def kept_with_a_task(article: Article) -> str | None:
    """An article as its task keeps it; None for one that is too large for that, or that no store takes."""
    try:
        _, document = storable(article)
    except RecordRefusedError:
        return None
    return document if len(document) <= MOST_CARRIED else None


def list_reading(url: str, response: Response, shape: ListShape | None = None) -> ListReading:
    """The record that a list was read, for its pace, for the next conditional request, and for what it was like."""
    etag, last_modified = validators(response)
    read_at = context_of(response).fetched_at or datetime.now(UTC)
    return ListReading(url=url, read_at=read_at, etag=etag, last_modified=last_modified, shape=shape)
