"""Every article gets a time, or it is counted why it has none."""

from __future__ import annotations

from newsarchive.crawl.session import Component
from newsarchive.normal_form import normal_time
from newsarchive.parsing import dates
from pipelines.adapter import Item, article_of, with_fields


class DatesPipeline(Component):
    """Reads the times that the site's parser left as text, and refuses impossible ones (`normal_time`)."""

    def process_item(self, item: Item) -> Item:
        """Fill `published_at` where it is missing and can be read; clear it where it cannot be true."""
        article = article_of(item)
        update = normal_time(article)
        known = update.get("published_at", article.published_at)
        if update and known is None:
            self.crawler.stats.inc_value("record/date_in_future_count")
        elif known is None:
            self.crawler.stats.inc_value("record/date_missing_count")
        elif update and dates.parse(article.published_text or "", article.fetched_at) is None:
            self.crawler.stats.inc_value("record/date_guessed_count")
        return with_fields(item, article, update) if update else item
