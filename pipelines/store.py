"""The last pipeline: articles and events go into the store, in batches."""

from __future__ import annotations

import asyncio
import logging

from scrapy.crawler import Crawler

from newsarchive.errors import NewsarchiveError
from newsarchive.items import Article, Event, ListReading, Task
from newsarchive.storage.session import ArchiveSession
from pipelines.item import Item

logger = logging.getLogger(__name__)


class StorePipeline:
    """Writes batches of `NEWSARCHIVE_BATCH`, or what there is after `NEWSARCHIVE_BATCH_SECONDS`, and all at the end.

    A batch that is lost with its process is fetched again by the next run: only the store says what is known.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._stats = crawler.stats
        self._size = crawler.settings.getint("NEWSARCHIVE_BATCH")
        self._seconds = crawler.settings.getfloat("NEWSARCHIVE_BATCH_SECONDS")
        self._articles: list[Article] = []
        self._events: list[Event] = []
        self._tasks: list[Task] = []
        self._lists: list[ListReading] = []
        self._writing = asyncio.Lock()
        self._timer: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        """Make the pipeline."""
        return cls(crawler)

    async def open_spider(self) -> None:
        """Open the store and start the timer."""
        self._session = ArchiveSession.of(self._crawler)
        self._store = await self._session.open()
        self._timer = asyncio.create_task(self._flush_regularly())

    async def process_item(self, item: Item) -> Item:
        """Put an item into the batch, and write the batch when it is full."""
        match item:
            case Article():
                self._articles.append(item)
            case Event():
                self._events.append(item)
            case Task():
                self._tasks.append(item)
            case ListReading():
                self._lists.append(item)
        if len(self._articles) + len(self._events) >= self._size:
            await self.flush()
        return item

    async def flush(self) -> None:
        """Write what has gathered and count how each article ended: new, updated or unchanged.

        The raw pages are put on the disk first. Articles go before all else, then events, then the frontier and the lists: what says "done" is never written before what
        was done. While the store fails, the batch is kept for the next try.
        """
        async with self._writing:
            articles, events = list(self._articles), list(self._events)
            tasks, lists = list(self._tasks), list(self._lists)
            try:
                self._session.raw.sync()
                outcomes = await self._store.save_articles(articles)
                del self._articles[: len(articles)]
                for article, outcome in zip(articles, outcomes, strict=True):
                    self._stats.inc_value(f"record/{outcome}_count")
                    logger.debug("%s: %s", outcome, article.identity)
                await self._store.save_events(events)
                del self._events[: len(events)]
                await self._store.save_tasks(tasks)
                del self._tasks[: len(tasks)]
                for reading in lists:
                    await self._store.put_document("lists", reading.url, reading.model_dump(mode="json"))
                del self._lists[: len(lists)]
            except NewsarchiveError as error:
                logger.error("%d articles wait for the store: %s", len(self._articles), error)  # noqa: TRY400

    async def close_spider(self) -> None:
        """Stop the timer and write the rest; count what the store would not take."""
        if self._timer:
            self._timer.cancel()
        await self.flush()
        if left := len(self._articles) + len(self._events):
            self._stats.inc_value("record/unsaved_count", left)
            logger.error(
                "%d articles and events are not in the store; the next run will fetch them again", left
            )

    async def _flush_regularly(self) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            await self.flush()
