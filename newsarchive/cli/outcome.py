"""What a crawl came to: counts that add up, and the exit code that follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from rich.table import Table

from newsarchive.errors import StoreUnreachableError


class CrawlExit(IntEnum):
    """How a crawl ended; 0 is a crawl that read its lists and all that it wanted."""

    GOOD = 0
    UNSAVED = StoreUnreachableError.exit_code
    STOPPED = 30
    BLOCKED = 31
    NOTHING_READ = 33
    INCOMPLETE = 34


PAGES = ("listed", "article", "event", "failed")
RECORDS = ("new", "updated", "unchanged", "duplicate", "unsaved")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The counts of one site's crawl."""

    site: str
    reason: str
    stats: Mapping[str, Any]

    def count(self, name: str) -> int:
        """One of our counters."""
        return int(self.stats.get(f"{name}_count", 0))

    @property
    def pages(self) -> dict[str, int]:
        """Fetched pages by outcome."""
        return {name: self.count(f"page/{name}") for name in PAGES}

    @property
    def records(self) -> dict[str, int]:
        """Articles read by outcome."""
        return {name: self.count(f"record/{name}") for name in RECORDS}

    @property
    def exit_code(self) -> CrawlExit:  # noqa: D102
        pages = self.pages
        read = pages["listed"] + pages["article"]
        if self.records["unsaved"]:
            return CrawlExit.UNSAVED
        if self.reason == "challenged":
            return CrawlExit.INCOMPLETE if read else CrawlExit.BLOCKED
        if self.reason != "finished":
            return CrawlExit.STOPPED
        nothing_to_read = self.count("link/seed") and self.count("link/known") == self.count("link/seed")
        if not read and not pages["event"] and not nothing_to_read:
            return CrawlExit.NOTHING_READ
        return CrawlExit.INCOMPLETE if pages["failed"] else CrawlExit.GOOD

    def failures(self) -> list[str]:
        """The reasons of failed pages with their counts."""
        prefix = "page/failed/"
        return [f"{name.removeprefix(prefix)}: {count}" for name, count in self.stats.items() if name.startswith(prefix)]


def worst(outcomes: list[Outcome]) -> CrawlExit:
    """The exit code for several sites: the worst, so that no site's trouble hides behind another's success."""
    order = (CrawlExit.UNSAVED, CrawlExit.STOPPED, CrawlExit.BLOCKED, CrawlExit.NOTHING_READ, CrawlExit.INCOMPLETE)
    codes = {outcome.exit_code for outcome in outcomes}
    return next((code for code in order if code in codes), CrawlExit.GOOD)


def table(outcomes: list[Outcome]) -> Table:
    """All counts, a row a site: pages add up to `fetched`, articles to `read`."""
    result = Table(title="What was fetched and what became of it")
    for heading in ("site", "fetched", "= lists", "+ articles", "+ events", "+ failed"):
        result.add_column(heading, justify="left" if heading == "site" else "right")
    for heading in ("read", "= new", "+ updated", "+ unchanged", "+ repeats", "+ unsaved"):
        result.add_column(heading, justify="right")
    result.add_column("end")
    for outcome in outcomes:
        pages, records = outcome.pages, outcome.records
        result.add_row(
            outcome.site,
            str(outcome.count("page/fetched")),
            *(str(count) for count in pages.values()),
            str(outcome.count("record/read")),
            *(str(count) for count in records.values()),
            outcome.exit_code.name.lower().replace("_", " "),
        )
    return result
