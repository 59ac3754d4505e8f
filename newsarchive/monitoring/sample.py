"""What the pages of a run were like, in numbers, with the few pages that show each number best."""

from __future__ import annotations

import math
from array import array
from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from operator import itemgetter
from statistics import fmean, median

from newsarchive.items.article import Article
from newsarchive.items.verdict import LIST_KINDS, Verdict
from newsarchive.records.listing import ListItem

FEW = 5
"""How many pages are named for each end of a metric."""
ENOUGH_ITEMS = 5
"""Dated items that a list needs to tell how many appear a day."""
ENOUGH_DATED = 3
"""Dated articles, not looked at before, that tell a kind's lag between publication and reading."""
ENOUGH_DATES = 3
"""Answers of a host whose dates tell what time it is there: any one may be a cache's, as old as that is."""
CLOCK_AHEAD = "clock_ahead_seconds"
"""The metric of the machine's clock: seconds by which it is ahead of the sites', negative where it is behind."""
_HEIGHT = itemgetter(0)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Examples:
    """Identities or URLs of the pages with a metric's lowest and highest values, the furthest first."""

    low: tuple[str, ...] = ()
    high: tuple[str, ...] = ()


class _Series:
    """The values of one measure, four bytes each, and the names of the furthest ones; of equal ones those that came first."""

    def __init__(self) -> None:
        self.values = array("f")
        self._low: list[tuple[float, str]] = []
        self._high: list[tuple[float, str]] = []

    def add(self, value: float, name: str) -> None:
        self.values.append(value)
        for furthest, height in ((self._low, value), (self._high, -value)):
            if len(furthest) < FEW or height < furthest[-1][0]:
                insort(furthest, (height, name), key=_HEIGHT)
                del furthest[FEW:]

    @property
    def examples(self) -> Examples:
        return Examples(tuple(name for _, name in self._low), tuple(name for _, name in self._high))


class Sample:
    """Takes in what a run lists, judges and reads, and turns it into the run's metrics.

    Article metrics are kept by kind (`text_length/article`, `missing_author/newsflash`), because a run of newsflashes
    is no run of broken articles. Its memory grows by some hundred bytes an article.
    """

    def __init__(self) -> None:
        self._items = 0
        self._newest: tuple[datetime, str] | None = None
        self._rates = _Series()
        self._pages: dict[Verdict, int] = {}
        self._judged: dict[Verdict, list[str]] = {}
        self._articles: defaultdict[str, defaultdict[str, _Series]] = defaultdict(
            lambda: defaultdict(_Series)
        )
        self._clocks: dict[str, tuple[int, float]] = {}

    def answered(self, host: str, at: datetime, date: str | None, age: str | None) -> None:
        """Take in when an answer came by this machine's clock, and its `Date` and `Age` headers.

        What a cache kept is older than it says, never younger, so the youngest answer of a host is nearest to its clock.
        """
        try:
            sent = parsedate_to_datetime(date or "")
            seconds = (at - sent).total_seconds() - (float(age or 0) if (age or "0").isdecimal() else 0.0)
        except (ValueError, TypeError, OverflowError):  # no date, or one without a zone
            return
        if not math.isfinite(seconds):
            return
        answers, least = self._clocks.get(host, (0, math.inf))
        self._clocks[host] = answers + 1, min(least, seconds)

    def listed(self, items: Iterable[ListItem], url: str) -> None:
        """Take in the entries of one list that was read."""
        times = []
        for item in items:
            self._items += 1
            if item.published_at is not None:
                times.append(item.published_at)
                self._note_newest(item.published_at, item.identity or item.url or url)
        if len(times) >= ENOUGH_ITEMS and (span := max(times) - min(times)) >= _HOUR:
            self._rates.add((len(times) - 1) / (span / _DAY), url)

    def judged(self, verdict: Verdict, url: str) -> None:
        """Take in the verdict on a page; lists do not count, they are no measure of the articles."""
        if verdict in LIST_KINDS:
            return
        self._pages[verdict] = self._pages.get(verdict, 0) + 1
        named = self._judged.setdefault(verdict, [])
        if len(named) < FEW:
            named.append(url)

    def read(self, article: Article, *, revisit: bool = False) -> None:
        """Take in an article that was read; of one that was looked at again the date says nothing of this run."""
        series, name = self._articles[article.kind], article.identity
        for measure, value in _measures(article, revisit=revisit):
            series[measure].add(value, name)
        if article.published_at is not None and not revisit:
            self._note_newest(article.published_at, article.identity)

    def _note_newest(self, time: datetime, name: str) -> None:
        if self._newest is None or time > self._newest[0]:
            self._newest = (time, name)

    def metrics(self, at: datetime) -> dict[str, float]:
        """The metrics by name; one without data is absent. `at` is the time by which the newest item has an age."""
        found: dict[str, float] = {}
        if self._items:
            found["listed"] = self._items
        if self._rates.values:
            found["items_per_day"] = median(self._rates.values)
        if self._newest:
            found["newest_age_hours"] = (at - self._newest[0]) / _HOUR
        clocks = [seconds for answers, seconds in self._clocks.values() if answers >= ENOUGH_DATES]
        if clocks:
            _, found[CLOCK_AHEAD] = min((abs(seconds), round(seconds, 1)) for seconds in clocks)
        if pages := sum(self._pages.values()):
            found["pages"] = pages
            found |= {f"share/{verdict}": number / pages for verdict, number in sorted(self._pages.items())}
        for metric, series in sorted(self._by_metric().items()):
            measure, _, kind = metric.partition("/")
            if measure == "text_length":
                found[f"articles/{kind}"] = len(series.values)
            if measure == "date_lag_hours" and len(series.values) < ENOUGH_DATED:
                continue
            typical = median if measure in {"text_length", "date_lag_hours"} else fmean
            found[metric] = typical(series.values)
        return found

    def examples(self) -> dict[str, Examples]:
        """For each metric the pages that show it."""
        found = {f"share/{verdict}": Examples(high=tuple(urls)) for verdict, urls in self._judged.items()}
        if self._newest:
            found["newest_age_hours"] = Examples((self._newest[1],), (self._newest[1],))
        series = self._by_metric() | {"items_per_day": self._rates}
        return found | {metric: one.examples for metric, one in series.items()}

    def _by_metric(self) -> dict[str, _Series]:
        return {
            f"{measure}/{kind}": one
            for kind, found in self._articles.items()
            for measure, one in found.items()
        }


def _measures(article: Article, *, revisit: bool) -> Iterator[tuple[str, float]]:
    yield "text_length", len(article.text)
    yield "pictures", len(article.images)
    values = {
        "title": article.title,
        "author": article.attribution.author,
        "published_at": article.published_at,
        "digest": article.digest,
        "cover": article.cover,
        "text": article.text,
        "pictures": article.images,
    }
    for field, value in values.items():
        yield f"missing_{field}", 0.0 if value else 1.0
    if article.published_at and article.fetched_at and not revisit:
        yield "date_lag_hours", (article.fetched_at - article.published_at) / _HOUR
