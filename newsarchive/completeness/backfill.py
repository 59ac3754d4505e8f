"""What is missing onto the frontier: due now, so that the next crawl fetches it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from newsarchive.completeness.coverage import Evidence, Missing, SiteCoverage, portions
from newsarchive.monitoring.reasons import HOLE
from newsarchive.records.listing import WantedList
from newsarchive.records.task import AUDIT, Task
from newsarchive.sites import SITES
from newsarchive.storage.collections import WANTED_LISTS


@dataclass(frozen=True, slots=True)
class Queued:
    """What was queued: articles by name, numbers that may be articles, and lists to be read."""

    articles: int = 0
    numbers: int = 0
    lists: int = 0

    def __bool__(self) -> bool:
        """Whether anything was."""
        return bool(self.articles or self.numbers or self.lists)


async def backfill(
    store: Evidence, coverage: SiteCoverage, now: datetime | None = None, most_numbers: int | None = None
) -> Queued:
    """Queue what is missing of a site, the numbers that nobody has asked for, and the lists that were not read.

    Of the numbers at most so many, the highest first, as each is a page that may be none.
    A host that is left alone stays so. What the site took down is not asked for.
    """
    now = now or datetime.now(UTC)
    articles = [one for one in (*coverage.missing, *coverage.unresolved) if one.reason != HOLE]
    numbers = [
        # Found when its neighbours were published: by that it is ranked among all that waits.
        _task(coverage, link.identity, link.url, AUDIT, now).model_copy(update={"found_at": min(row.at, now)})
        for row in reversed(coverage.unknown)
        for number in reversed(range(row.first, row.last + 1))
        if (link := SITES[coverage.site].numbered(number))
    ]
    numbers = numbers[:most_numbers]
    for some in portions([*(_of(coverage, one, now) for one in articles), *numbers]):
        held = await store.tasks([task.name for task in some])
        await store.add_tasks([task for task in some if task.name not in held])
        await store.save_tasks([_due(task, now) for task in held.values() if task.state != "done"])
    day_lists = SITES[coverage.site].day_lists
    may_be_absent = day_lists is not None and not day_lists.owed
    wanted = {day.url: may_be_absent for day in coverage.unread}
    wanted |= {one.url: False for one in coverage.missing if one.reason == HOLE}
    for url, absent in wanted.items():
        one = WantedList(site=coverage.site, url=url, wanted_at=now, may_be_absent=absent)
        await store.put_document(WANTED_LISTS, url, one)
    return Queued(len(articles), len(numbers), len(wanted))


def _of(coverage: SiteCoverage, one: Missing, now: datetime) -> Task:
    return one.task or _task(coverage, one.name, one.url, one.shown_in, now)


def _task(coverage: SiteCoverage, name: str, url: str, source: str, now: datetime) -> Task:
    return Task(site=coverage.site, name=name, url=url, found_at=now, due_at=now, source=source)


def _due(task: Task, now: datetime) -> Task:
    """A task that is asked for now, with all its tries before it again where it was given up."""
    if task.state == "wanted":
        return task.model_copy(update={"due_at": min(task.due_at, now)})
    return task.model_copy(update={"state": "wanted", "due_at": now, "tries": 0})
