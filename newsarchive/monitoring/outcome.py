"""What a crawl came to: counts that add up, the word for its end, and the exit code that follows from them.

The one answer for the command, for `scrapy crawl`, and for the record of the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from newsarchive.errors import DiskFullError, RecordRefusedError, StoreUnreachableError
from newsarchive.monitoring.reasons import OFF_SITE, ROBOTS
from newsarchive.records.run import Run


class CrawlExit(IntEnum):
    """How a crawl ended, the worst first; 0 is a crawl that read its lists and all that it wanted."""

    UNSAVED = StoreUnreachableError.exit_code
    DISK_FULL = DiskFullError.exit_code
    STOPPED = 30
    UNFORESEEN = 35
    REFUSED = RecordRefusedError.exit_code
    BLOCKED = 31
    FORBIDDEN = 36
    NOTHING_READ = 33
    INCOMPLETE = 34
    LEASED = 39
    DRIFTED = 32
    GOOD = 0


WHOLE_ENDS = frozenset({CrawlExit.GOOD, CrawlExit.DRIFTED})
"""How a crawl ends that read all that it wanted. That a site is not as it was is told by its own warnings."""
RUNNING = "running"
"""The reason of a crawl that has not ended."""
NOT_STARTED = "not started"
"""The reason of a crawl that failed before it began."""
LEASED = "leased"
"""The reason of a crawl that another one of its site did not let begin."""
FINISHED = "finished"
"""Scrapy's reason for a crawl that had nothing more to do; any other tells what stopped it."""
DISK_FULL = "disk_full"
"""The reason of a crawl that ended before it would have filled the disk."""
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
    "dropped": "dropped by a pipeline",
    "failed": "failed in a pipeline",
    "refused": "refused by the store, set aside",
    "spooled": "waiting in the spool for the store",
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
        challenged = any(self.count(name) for name in ("page/challenged", "page/held", "host/held"))
        if (
            self.records["unsaved"]
            or self.records["spooled"]
            or any(
                self.count(name) for name in ("run/unsaved", "run/spooled", "run/unrecorded", "image/unsaved")
            )
        ):
            return CrawlExit.UNSAVED
        if self.reason == DISK_FULL:
            return CrawlExit.DISK_FULL
        if self.reason == LEASED:
            return CrawlExit.LEASED
        if self.reason != FINISHED:
            return CrawlExit.STOPPED
        if self.unforeseen:
            return CrawlExit.UNFORESEEN
        if self.records["refused"] or self.count("run/refused"):
            return CrawlExit.REFUSED
        if challenged and not self.read_something:
            return CrawlExit.BLOCKED
        if not self.read_something and not self.had_nothing_to_do:
            return CrawlExit.FORBIDDEN if self.forbidden else CrawlExit.NOTHING_READ
        if challenged or pages["failed"] or self.count("page/off_site") or self.count("page/leased"):
            return CrawlExit.INCOMPLETE
        return CrawlExit.DRIFTED if self.count("run/drifted") else CrawlExit.GOOD

    @property
    def spooled(self) -> str:
        """What waits in the spool for a store that is away, in words; empty where nothing does."""
        articles, others = self.count("record/spooled"), self.count("run/spooled")
        return f"{articles} articles, {others} other records" if articles or others else ""

    @property
    def end(self) -> str:
        """How the crawl ended, in a word or two; `running` while it has not."""
        return "running" if self.reason == RUNNING else self.exit_code.name.lower().replace("_", " ")

    @property
    def stopped_by(self) -> str | None:
        """Scrapy's word for what stopped a crawl before its end (`shutdown`, `memusage_exceeded`), if anything did."""
        return None if self.reason in (RUNNING, FINISHED, LEASED) else self.reason

    @property
    def unforeseen(self) -> list[str]:
        """What must not happen in a crawl, a line each: exceptions, and outcomes that do not add up."""
        exceptions = max(self.count("run/unforeseen"), int(self.stats.get("spider_exceptions/count", 0)))
        told = [f"exceptions: {exceptions}"] if exceptions else []
        for whole, parts in (("page/fetched", self.pages), ("record/read", self.records)):
            if (number := self.count(whole)) != (together := sum(parts.values())):
                told.append(f"{whole}: {number}, but their outcomes are {together}")
        return told

    @property
    def read_something(self) -> bool:
        """Whether any list or article could be read."""
        return any(self.pages[name] for name in ("listed", "article", "unmodified", "substituted"))

    @property
    def forbidden(self) -> bool:
        """Whether robots.txt is why nothing was read: all that failed, it forbids."""
        failed = self.pages["failed"]
        return failed > 0 and failed == self.stats.get(f"page/failed/{ROBOTS}", 0)

    @property
    def had_nothing_to_do(self) -> bool:
        """Whether nothing was asked because nothing was due: lists were read a while ago, seeds are known or there are none."""
        return not (self.pages["failed"] or self.count("page/off_site")) and bool(
            self.count("list/not_due")
            or self.count("list/shared")
            or self.count("link/seed")
            or self.count("link/no_seed")
            or self.pages["event"]
        )

    def failures(self) -> dict[str, int]:
        """How many pages could not be read, for each reason; those that lead off the site are among them."""
        prefix = "page/failed/"
        stats = self.stats.items()
        failed = {name.removeprefix(prefix): int(count) for name, count in stats if name.startswith(prefix)}
        if away := self.count("page/off_site"):
            failed[OFF_SITE] = failed.get(OFF_SITE, 0) + away
        return failed


def outcome_of_run(run: Run) -> Outcome:
    """What a recorded crawl came to, by its counts; for records that are older than the word and code in them."""
    drifted = sum(not line.startswith("not read: ") for line in run.warnings)
    return Outcome(run.site, run.reason or RUNNING, run.counts | {"run/drifted_count": drifted})


def worst(outcomes: list[Outcome]) -> CrawlExit:
    """The exit code for several sites: the worst, so that no site's trouble hides behind another's success."""
    codes = {outcome.exit_code for outcome in outcomes}
    return next((code for code in CrawlExit if code in codes), CrawlExit.GOOD)
