"""Every article gets a time, or it is counted why it has none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dateparser
from scrapy.crawler import Crawler

from newsarchive.items import SHANGHAI, Article
from newsarchive.parsing import dates
from pipelines.item import Item

CLOCK_SKEW = timedelta(minutes=10)
"""How far a page's time may lie after its fetching: clocks of sites and crawlers differ."""


class DatesPipeline:
    """Reads the times that the site's parser left as text, and refuses impossible ones.

    The own grammar comes first, then `dateparser` with strict settings and the fetch time as base (it is 500 times
    slower and guesses). A time after the page was fetched is no publication time: it is dropped, the text stays.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DatesPipeline:
        """Make the pipeline."""
        return cls(crawler)

    def process_item(self, item: Item) -> Item:
        """Fill `published_at` where it is missing and can be read; clear it where it cannot be true."""
        if not isinstance(item, Article):
            return item
        update: dict[str, object] = {}
        published_at = item.published_at
        if published_at is None and item.published_text:
            moment = dates.parse(item.published_text, item.fetched_at)
            if moment:
                published_at = moment.at.astimezone(UTC)
                update = {"published_at": published_at, "published_precision": moment.precision}
            elif published_at := guess(item.published_text, item.fetched_at):
                self._stats.inc_value("record/date_guessed_count")
                update = {"published_at": published_at.astimezone(UTC), "published_precision": "day"}
        if published_at is None:
            self._stats.inc_value("record/date_missing_count")
        elif item.fetched_at and published_at > item.fetched_at + CLOCK_SKEW:
            self._stats.inc_value("record/date_in_future_count")
            update = {"published_at": None}
        return item.model_copy(update=update) if update else item


def guess(text: str, base: datetime | None) -> datetime | None:
    """What `dateparser` makes of a Chinese or English time; None where a part of the date would be invented."""
    settings: dict[str, object] = {
        "TIMEZONE": "Asia/Shanghai",
        "RETURN_AS_TIMEZONE_AWARE": True,
        "STRICT_PARSING": True,
        "DATE_ORDER": "YMD",
    }
    if base is not None:
        settings["RELATIVE_BASE"] = base.astimezone(SHANGHAI).replace(tzinfo=None)
    return dateparser.parse(text, languages=["zh", "en"], settings=settings)
