"""What the page shows, gathered of the store and of this machine's folders. Nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from newsarchive.alarms.checks import alarms_of
from newsarchive.alarms.facts import DiskFacts
from newsarchive.alarms.survey import facts_of, limits_of
from newsarchive.completeness.coverage import SiteCoverage, coverage_of
from newsarchive.crawl.pauses import held_hosts
from newsarchive.items.record import SHANGHAI
from newsarchive.records.alarm import Alarm
from newsarchive.records.run import Run
from newsarchive.report.days import DayOfRuns, day_of_runs
from newsarchive.report.sizes import FolderSize, folder_size
from newsarchive.sites import SITES
from newsarchive.storage import sqlite_path
from newsarchive.storage.collections import Pause
from newsarchive.storage.contract import SiteCounts, Store
from newsarchive.storage.spool import waiting

DAYS = 60
"""Days that are shown of each site, today included."""
COVERED = timedelta(days=30)
"""The time of whose articles it is said how many are held."""
LAST_RUNS = 12
"""Runs that are shown one by one."""
_DAY = timedelta(days=1)
_ALL = 10**9


@dataclass(frozen=True, slots=True)
class SiteOverview:
    """What is known of one site; `days` are the last ones, oldest first. A site that this newsarchive does not know has no runs."""

    site: str
    title: str
    counts: SiteCounts
    days: Sequence[DayOfRuns]
    waiting: int = 0
    due: int = 0
    spooled: Counter[str] = field(default_factory=Counter)
    held: Sequence[Pause] = ()
    last: Run | None = None
    last_listed: Run | None = None
    coverage: SiteCoverage | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """The archive at a moment. `store` is its size in bytes, None where its server does not say."""

    at: datetime
    sites: Sequence[SiteOverview]
    runs: Sequence[Run]
    alarms: Sequence[Alarm]
    engine: str
    store: int | None
    raw: FolderSize
    pictures: FolderSize
    disks: Sequence[DiskFacts]
    reserve: int = 0


async def overview_of(
    store: Store, settings: Mapping[str, Any], now: datetime, *, completeness: bool = True
) -> Overview:
    """Gather all. `settings` are ours by name; without `completeness` no article is read. Raises what the store raises."""
    raw, pictures = Path(settings["NEWSARCHIVE_RAW"]), Path(settings["NEWSARCHIVE_IMAGES_FOLDER"])
    counts, tasks = await store.counts(), await store.task_counts()
    due, spooled = await store.task_counts(due_by=now), waiting(raw)
    held = await held_hosts(store, now)
    # What alarms say of completeness reads articles, too.
    asked = settings if completeness else {**settings, "NEWSARCHIVE_COVERAGE_SHARE": 0.0}
    facts = await facts_of(store, asked, now)
    last = {site.site: site.runs for site in facts.sites}
    sites = []
    for name in dict.fromkeys([*SITES, *counts, *tasks, *spooled]):
        site = SITES.get(name)
        runs = last.get(name, ())
        if site is not None and not (runs or name in counts or name in tasks or name in spooled):
            continue
        covered = completeness and site is not None and name in counts
        sites.append(
            SiteOverview(
                site=name,
                title=site.title if site else name,
                counts=counts.get(name, SiteCounts()),
                days=await _days(store, name, now) if site else [],
                waiting=tasks.get(name, {}).get("wanted", 0),
                due=due.get(name, {}).get("wanted", 0),
                spooled=spooled.get(name, Counter()),
                held=[pause for pause in held if site and site.has_image_host(pause.host)],
                last=next(iter(runs), None),
                last_listed=next((run for run in runs if run.counts.get("page/listed_count")), None),
                coverage=await coverage_of(store, name, now - COVERED, now, now) if covered else None,
            )
        )
    return Overview(
        at=now,
        sites=sites,
        runs=sorted((run for runs in last.values() for run in runs[:LAST_RUNS]), key=_newest_first)[
            :LAST_RUNS
        ],
        alarms=alarms_of(facts, limits_of(settings)),
        engine="SQLite" if sqlite_path(settings["NEWSARCHIVE_STORE"]) else "MongoDB",
        store=await store.size(),
        raw=folder_size(raw),
        pictures=folder_size(pictures),
        disks=facts.disks,
        reserve=settings["NEWSARCHIVE_DISK_RESERVE_BYTES"],
    )


def _newest_first(run: Run) -> tuple[float, str]:
    return -run.started_at.timestamp(), run.run_id


async def _days(store: Store, site: str, now: datetime) -> list[DayOfRuns]:
    """The last days of a site's runs, oldest first. Day by day, so that no more than a day's records are in memory."""
    today = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    days = []
    for number in range(DAYS - 1, -1, -1):
        start = today - number * _DAY
        runs = await store.runs(site, _ALL, since=start, until=start + _DAY)
        days.append(day_of_runs(start.date(), runs, now))
    return days
