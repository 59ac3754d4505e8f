"""Each article once a run: the first of two with the same identity wins, unless the second says more."""

from __future__ import annotations

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from newsarchive.items import Article
from newsarchive.sites import SITES
from pipelines.item import Item


class IdentityPipeline:
    """Checks the identity of every article and drops exact repeats within the run.

    Repeats happen where a feed carries bodies and a list leads to the same article. A repeat with other words goes
    on: the store compares it with what it holds.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats
        self._seen: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> IdentityPipeline:
        """Make the pipeline."""
        return cls(crawler)

    def process_item(self, item: Item) -> Item:
        """Pass events on; drop an article that this run has had, and give all others their canonical URL."""
        if not isinstance(item, Article):
            return item
        self._stats.inc_value("record/read_count")
        link = SITES[item.site].identify(item.url)
        if link is not None and link.url != item.url:
            item = item.model_copy(update={"url": link.url, "aliases": (*item.aliases, item.url)})
        if self._seen.get(item.identity) == item.text_hash:
            self._stats.inc_value("record/duplicate_count")
            raise DropItem(f"seen in this run: {item.identity}", log_level="DEBUG")
        self._seen[item.identity] = item.text_hash
        return item
