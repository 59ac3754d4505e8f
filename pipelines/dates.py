"""Every article gets a time, or it is counted why it has none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dateparser

from newsarchive.crawl.session import Component
from newsarchive.items.record import SHANGHAI, is_possible
from newsarchive.parsing import dates
from pipelines.adapter import Item, article_of, with_fields

CLOCK_SKEW = timedelta(minutes=10)
"""How far a page's time may lie after its fetching: clocks of sites and crawlers differ."""


class DatesPipeline(Component):
    """Reads the times that the site's parser left as text, and refuses impossible ones.

    The own grammar comes first, then `dateparser` with strict settings and the fetch time as base (it is 500 times
    slower and guesses). A time after the page was fetched is no publication time: it is dropped, the text stays.
    """

    def process_item(self, item: Item) -> Item:
        """Fill `published_at` where it is missing and can be read; clear it where it cannot be true."""
        article = article_of(item)
        update: dict[str, object] = {}
        published_at = article.published_at
        if published_at is None and article.published_text:
            moment = dates.parse(article.published_text, article.fetched_at)
            if moment:
                published_at = moment.at.astimezone(UTC)
                update = {"published_at": published_at, "published_precision": moment.precision}
            elif published_at := guess(article.published_text, article.fetched_at):
                self.crawler.stats.inc_value("record/date_guessed_count")
                update = {"published_at": published_at, "published_precision": "day"}
        if published_at is None:
            self.crawler.stats.inc_value("record/date_missing_count")
        elif article.fetched_at and published_at > article.fetched_at + CLOCK_SKEW:
            self.crawler.stats.inc_value("record/date_in_future_count")
            update = {"published_at": None}
        return with_fields(item, article, update) if update else item


def guess(text: str, base: datetime | None) -> datetime | None:
    """What `dateparser` makes of a Chinese or English time, in UTC; None where it would invent or misread a part of it."""
    if dates.is_for_this_grammar(text):
        return None
    settings: dict[str, object] = {
        "TIMEZONE": "Asia/Shanghai",
        "RETURN_AS_TIMEZONE_AWARE": True,
        "STRICT_PARSING": True,
        "DATE_ORDER": "YMD",
    }
    if base is not None:
        settings["RELATIVE_BASE"] = base.astimezone(SHANGHAI).replace(tzinfo=None)
    try:
        guessed = dateparser.parse(dates.in_chinese_zone(text), languages=["zh", "en"], settings=settings)
    except Exception:  # noqa: BLE001 - odd texts make it stumble in many ways (the year 9999 west of Shanghai); none is a time
        return None
    return guessed.astimezone(UTC) if guessed and is_possible(guessed) else None
