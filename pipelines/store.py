"""The last pipeline: articles go into the store, and are told apart from repeats."""

from __future__ import annotations

from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.pipelines import ItemPipelineManager
from twisted.python.failure import Failure

from newsarchive.crawl.session import ArchiveSession
from newsarchive.items.article import Article
from newsarchive.records.task import FetchedArticle


class RepeatError(DropItem):
    """The article came before in this run, with the same words."""


class StorePipeline:
    """Hands each article to the session's outbox, which writes in batches and settles the tasks.

    It learns, too, what became of an article on its way here: one over which a pipeline raised is an outcome of its own.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._session = ArchiveSession.of(crawler)
        self._outbox = self._session.outbox

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        """Make the pipeline."""
        pipeline = cls(crawler)
        crawler.signals.connect(pipeline.item_error, signals.item_error)
        crawler.signals.connect(pipeline.item_dropped, signals.item_dropped)
        return pipeline

    async def open_spider(self) -> None:
        """Open the store and begin to write."""
        await self._session.open()
        self._outbox.open()

    async def process_item(self, item: FetchedArticle) -> Article:
        """Put an article into the batch; from here on it is an article like any other, for Scrapy's own exports."""
        if not await self._outbox.add(item):
            raise RepeatError(f"seen in this run: {item.article.identity}", log_level="DEBUG")
        return item.article

    def item_error(self, item: object, failure: Failure) -> None:
        """A pipeline raised; Scrapy has written the traceback into the log."""
        if isinstance(item, FetchedArticle):
            self._outbox.fail(item)
        name = item.article.identity if isinstance(item, FetchedArticle) else type(item).__name__
        assert failure.value is not None  # noqa: S101 - the signal's failure has its exception
        self._session.unforeseen(failure.value, f"the pipelines, over {name}")

    def item_dropped(self, item: object, exception: Any) -> None:  # noqa: ANN401 - Scrapy's signal
        """A pipeline dropped an item: a repeat, here, or what a pipeline of the user's own does not want."""
        if isinstance(item, FetchedArticle) and not isinstance(exception, RepeatError):
            self._outbox.drop(item)


class Pipelines(ItemPipelineManager):
    """Scrapy's row of pipelines; of an exception while they close Scrapy itself writes a line into the log only."""

    async def close_spider_async(self) -> None:
        """Close all pipelines; one that raises is counted."""
        assert self.crawler is not None  # noqa: S101 - Scrapy makes it with one
        try:
            await super().close_spider_async()
        except Exception as error:
            ArchiveSession.of(self.crawler).unforeseen(error, "closing the pipelines")
            raise
