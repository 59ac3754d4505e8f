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
    DRIFTED = 32
    NOTHING_READ = 33
    INCOMPLETE = 34


RUNNING = "running"
"""The reason of a crawl that has not ended."""
PAGES = {
    "listed": "lists",
    "article": "articles",
    "unmodified": "articles, not modified",
    "event": "notices (deleted, challenge, …)",
    "substituted": "not read, taken from the feed or a browser",
    "absent": "ids that are no article (audit)",
    "failed": "failed",
}
"""The outcomes of a page; each fetched page has one."""
RECORDS = {
    "new": "new",
    "updated": "updated",
    "unchanged": "unchanged",
    "duplicate": "repeats within the run",
    "unsaved": "not saved",
}
"""The outcomes of an article that was read; each has one."""


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
    def exit_code(self) -> CrawlExit:
        """How the crawl ended, as a number that a scheduler can tell apart."""
        pages = self.pages
        challenged = self.count("page/challenged") + self.count("page/held")
        if self.records["unsaved"]:
            return CrawlExit.UNSAVED
        if self.reason != "finished":
            return CrawlExit.STOPPED
        if challenged and not self.read_something:
            return CrawlExit.BLOCKED
        if not self.read_something and not self.had_nothing_to_do:
            return CrawlExit.NOTHING_READ
        if challenged or pages["failed"]:
            return CrawlExit.INCOMPLETE
        return CrawlExit.DRIFTED if self.count("run/drifted") else CrawlExit.GOOD

    @property
    def end(self) -> str:
        """How the crawl ended, in a word or two; `running` while it has not."""
        return "running" if self.reason == RUNNING else self.exit_code.name.lower().replace("_", " ")

    @property
    def read_something(self) -> bool:
        """Whether any list or article could be read."""
        return any(self.pages[name] for name in ("listed", "article", "unmodified", "substituted"))

    @property
    def had_nothing_to_do(self) -> bool:
        """Whether nothing was asked because nothing was due: every list was read a while ago, every seed is known."""
        return not self.pages["failed"] and bool(
            self.count("list/not_due") or self.count("link/seed") or self.pages["event"]
        )

    def failures(self) -> list[str]:
        """The reasons of failed pages with their counts."""
        prefix = "page/failed/"
        return [
            f"{name.removeprefix(prefix)}: {count}"
            for name, count in self.stats.items()
            if name.startswith(prefix)
        ]


def worst(outcomes: list[Outcome]) -> CrawlExit:
    """The exit code for several sites: the worst, so that no site's trouble hides behind another's success."""
    order = (
        CrawlExit.UNSAVED,
        CrawlExit.STOPPED,
        CrawlExit.BLOCKED,
        CrawlExit.NOTHING_READ,
        CrawlExit.INCOMPLETE,
        CrawlExit.DRIFTED,
    )
    codes = {outcome.exit_code for outcome in outcomes}
    return next((code for code in order if code in codes), CrawlExit.GOOD)


def table(outcomes: list[Outcome]) -> Table:
    """All counts, a column a site: pages add up to those fetched, articles to those read."""
    result = Table(box=None, padding=(0, 2, 0, 0))
    result.add_column("")
    for outcome in outcomes:
        result.add_column(outcome.site, justify="right")

    def row(name: str, *cells: object, style: str | None = None) -> None:
        """A row; a kind of outcome that no site had is left out."""
        if style or any(cells):
            result.add_row(name, *(str(cell) for cell in cells), style=style)

    row("pages fetched", *(outcome.count("page/fetched") for outcome in outcomes), style="bold")
    for name, meaning in PAGES.items():
        row(f"  {meaning}", *(outcome.pages[name] for outcome in outcomes))
    row("articles read", *(outcome.count("record/read") for outcome in outcomes), style="bold")
    for name, meaning in RECORDS.items():
        row(f"  {meaning}", *(outcome.records[name] for outcome in outcomes))
    row("links already known", *(outcome.count("link/known") for outcome in outcomes))
    row("end", *(outcome.end for outcome in outcomes), style="bold")
    return result
