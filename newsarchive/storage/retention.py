"""What is kept for a time only: records of runs, and events that say nothing of an article.

Whatever the settings say, there stay of each site its newest runs, with which the next one is compared, the newest that was
a good one and the newest that read a list, the newest of each schedule, and every run that has not ended. Events
that say something of an article (deleted, moved, …) are the archive's own knowledge and are never forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsarchive.items.record import SiteName
from newsarchive.items.verdict import CHALLENGES
from newsarchive.monitoring.drift import HISTORY
from newsarchive.monitoring.health import end_of
from newsarchive.monitoring.outcome import RUNNING, WHOLE_ENDS, CrawlExit
from newsarchive.records.run import Run
from newsarchive.storage.collections import LAST_PRUNING, LastPruning
from newsarchive.storage.contract import Store

PASSING = frozenset(str(verdict) for verdict in CHALLENGES)
"""Kinds of events that say nothing of an article: its site asked for a check, and a later run reads it."""
AT_ONCE = 500
"""Runs that are looked at together."""
MOST = 5000
"""Runs that one pruning forgets after a crawl; the next one goes on."""
OFTEN = timedelta(days=1)
"""How often a crawl looks at its end whether anything may be forgotten."""
_OF_A_SCHEDULE = re.compile(r"(.+)\.\d{8}T\d{4}Z\.\d+")
"""A job's id as a schedule gives it."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many runs and events were forgotten, or would be; `whole` is False where more runs are left for the next time."""

    runs: int = 0
    events: int = 0
    whole: bool = True


class _Stays:
    """Which runs of a site stay, whatever their age; asked from the newest on."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._seen = 0
        self._firsts: set[str] = set()

    def keeps(self, run: Run) -> bool:
        """Whether a run stays."""
        word, code = end_of(run, self._now)
        firsts = {"good"} if code in WHOLE_ENDS else set()
        if run.counts.get("page/listed_count"):
            firsts.add("listed")
        if schedule := _OF_A_SCHEDULE.fullmatch(run.job):
            firsts.add(f"schedule {schedule[1]}")
        stays = self._seen < HISTORY or word == RUNNING or not firsts <= self._firsts
        self._seen += code != CrawlExit.LEASED
        self._firsts |= firsts
        return stays


async def prune(
    store: Store,
    sites: Iterable[SiteName],
    now: datetime,
    *,
    runs: timedelta | None,
    events: timedelta | None,
    most: int | None = None,
    change: bool = True,
) -> Pruned:
    """Forget the runs of some sites and the passing events that are older than that; None keeps them for ever.

    At most `most` runs are forgotten. Without `change` it only counts.
    """
    forgotten = 0
    for site in sites if runs is not None else ():
        assert runs is not None  # noqa: S101 - as just said
        forgotten += await _prune_runs(store, site, now, now - runs, most and most - forgotten, change=change)
    passed = await store.delete_events(PASSING, now - events, change=change) if events is not None else 0
    return Pruned(forgotten, passed, whole=most is None or forgotten < most)


async def _prune_runs(
    store: Store, site: SiteName, now: datetime, before: datetime, most: int | None, *, change: bool
) -> int:
    stays = _Stays(now)
    for run in await store.runs(site, HISTORY):
        if run.started_at >= before:
            stays.keeps(run)
    forgotten, position = 0, before
    while old := await store.runs(site, AT_ONCE, until=position):
        going = [run.run_id for run in old if not stays.keeps(run)]
        if most is not None:
            going = going[: most - forgotten]
        if change and going:
            await store.delete_runs(going)
        forgotten += len(going)
        if len(old) < AT_ONCE or forgotten == most:
            break
        position = old[-1].started_at
    return forgotten


async def prune_now_and_then(
    store: Store, site: SiteName, now: datetime, *, runs: timedelta | None, events: timedelta | None
) -> Pruned:
    """Prune after a crawl of a site, if none did so lately: it costs the look at one small document."""
    if runs is None and events is None:
        return Pruned()
    last = await store.get_document(LAST_PRUNING, site)
    if last is not None and now - OFTEN < last.at <= now:
        return Pruned()
    pruned = await prune(store, [site], now, runs=runs, events=events, most=MOST)
    if pruned.whole:
        await store.put_document(LAST_PRUNING, site, LastPruning(at=now))
    return pruned


def kept_for(days: float) -> timedelta | None:
    """How long a setting keeps something: 0 is for ever."""
    return timedelta(days=days) if days else None


def worded(pruned: Pruned) -> str:
    """What was forgotten, in words."""
    return f"{pruned.runs} records of runs, {pruned.events} challenges"
