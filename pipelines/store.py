"""The row of pipelines, and its last one: articles go into the store, and are told apart from repeats."""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DropItem
from scrapy.pipelines import ItemPipelineManager

from newsarchive.crawl.outbox import Delivery
from newsarchive.crawl.session import ArchiveSession, Component
from newsarchive.items.article import Article
from pipelines.adapter import Item, article_of, name_of

logger = logging.getLogger(__name__)

_DELIVERY: ContextVar[Delivery | None] = ContextVar("delivery", default=None)
"""What the item that is in the pipelines now settles, whatever they make of the item."""


class RepeatError(DropItem):
    """The article came before in this run, with the same words."""


class StorePipeline(Component):
    """Hands each article to the session's outbox, which writes in batches and settles the tasks."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._outbox = ArchiveSession.of(crawler).outbox

    async def process_item(self, item: Item) -> Article:
        """Put an article into the batch. Raises RepeatError, and ValueError for an item that is no article."""
        article = article_of(item)
        if not await self._outbox.add(_DELIVERY.get(), article):
            raise RepeatError(f"seen in this run: {article.identity}", log_level="DEBUG")
        return article


class PipelineError(Exception):
    """A pipeline asked the whole program to end."""


class Pipelines(ItemPipelineManager):
    """Scrapy's row of pipelines, which learns what becomes of each item: one over which a pipeline raised is an outcome, too.

    Of an exception while they open or close, Scrapy itself says nothing in the record of the run.
    """

    def __init__(self, *pipelines: Any, crawler: Crawler) -> None:  # noqa: ANN401 - Scrapy's list of pipelines
        super().__init__(*pipelines, crawler=crawler)
        self._session = ArchiveSession.of(crawler)

    async def open_spider_async(self) -> None:
        """Open the store, then all pipelines. Raises what `Store.open` raises, CloseSpider where a pipeline cannot begin."""
        await self._session.open()
        try:
            await super().open_spider_async()
        except (Exception, SystemExit) as error:
            logger.exception("The pipelines cannot begin")
            self._session.unforeseen(error, "opening the pipelines")
            raise CloseSpider("pipelines_not_open") from error

    async def process_item_async(self, item: Item) -> Item:
        """Send an item through all pipelines. Raises what they raise, PipelineError instead of SystemExit."""
        name = name_of(item)
        delivery = self._session.outbox.claim(item, name)
        token = _DELIVERY.set(delivery)
        try:
            return await super().process_item_async(item)
        except DropItem as dropped:
            if not isinstance(dropped, RepeatError):
                self._session.outbox.lose(delivery, "dropped")
            raise
        except (Exception, SystemExit) as error:
            self._session.outbox.lose(delivery, "failed")
            self._session.unforeseen(error, f"the pipelines, over {name}")
            if isinstance(error, SystemExit):
                raise PipelineError(f"a pipeline ended the program over {name}") from error
            raise
        finally:
            _DELIVERY.reset(token)

    async def close_spider_async(self) -> None:
        """Close all pipelines; one that raises is counted."""
        try:
            await super().close_spider_async()
        except (Exception, SystemExit) as error:
            logger.exception("The pipelines cannot end")
            self._session.unforeseen(error, "closing the pipelines")
