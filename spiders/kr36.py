"""36kr: the feed leads to articles and carries newsflashes whole."""

from __future__ import annotations

from collections.abc import Iterable

from scrapy import Request

from newsarchive.items import Article, Verdict
from spiders.archive_spider import ArchiveSpider


class Kr36Spider(ArchiveSpider):
    """Reads the mixed feed: 10 articles and 20 newsflashes."""

    name = "36kr"

    def sources(self) -> Iterable[Request]:
        """The feed, on the host that answers it."""
        yield self.list_request(f"https://{self.settings['NEWSARCHIVE_36KR_HOST']}/feed")

    def complete_in_list(self, article: Article) -> bool:
        """Newsflashes are whole in the feed; articles have more on their page."""
        return article.kind is Verdict.NEWSFLASH
