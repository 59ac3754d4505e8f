"""Gathers the facts: of the store, and of this machine's folders."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from newsarchive.alarms.disk import with_reading
from newsarchive.alarms.facts import ArchiveFacts, DiskFacts, Limits, MonthShare, SiteFacts
from newsarchive.completeness import coverage_of
from newsarchive.completeness.lists import still
from newsarchive.crawl.pauses import held_hosts
from newsarchive.items.record import SHANGHAI
from newsarchive.monitoring.reasons import meaning
from newsarchive.records.alarm import DiskReading, DiskReadings
from newsarchive.sites import SITES
from newsarchive.storage.collections import DISK_READINGS, LISTS, RAW_FINDINGS, ROBOTS_FILES
from newsarchive.storage.contract import SiteCounts, Store
from newsarchive.storage.disk import DiskSpace, space_of
from newsarchive.storage.folders import folders_of
from newsarchive.storage.raw.reader import plain_damages
from newsarchive.storage.spool import waiting

SOUGHT = 1000
"""Runs of a site that are looked through for the last good one."""
_SETTLED = timedelta(days=1)
_LAST_MONTH = timedelta(days=7)
"""So far into a month the last one is looked at, too."""


def limits_of(settings: Mapping[str, Any]) -> Limits:
    """From when on something is an alarm, as the settings say."""
    return Limits(
        max_age=timedelta(hours=settings["NEWSARCHIVE_ALARM_STALE_HOURS"]),
        good_run=timedelta(hours=settings["NEWSARCHIVE_ALARM_LATE_HOURS"]),
        share=settings["NEWSARCHIVE_COVERAGE_SHARE"],
        reserve=settings["NEWSARCHIVE_DISK_RESERVE_BYTES"],
        disk_days=settings["NEWSARCHIVE_ALARM_DISK_DAYS"],
    )


async def facts_of(
    store: Store,
    settings: Mapping[str, Any],
    now: datetime,
    *,
    sites: Iterable[str] = (),
    keep: bool = False,
) -> ArchiveFacts:
    """What is known now: of the sites that were ever crawled into the store, or of those that are named and nothing else.

    `settings` are ours by name, as they are read. With `keep` this machine's readings of its disks are kept in the store.
    """
    named = frozenset(sites)
    machine = platform.node()
    folders = folders_of(settings)
    raw = folders["raw pages"]
    counts, spooled = await store.counts(), waiting(raw)
    held, lists = await held_hosts(store, now), await store.documents(LISTS)
    robots = await store.documents(ROBOTS_FILES)
    found = []
    for name, site in SITES.items():
        if named and name not in named:
            continue
        runs = await store.runs(name, limit=SOUGHT)
        left_alone = {pause.host: pause.why for pause in held if site.has_image_host(pause.host)}
        if not (named or runs or left_alone or spooled.get(name) or name in counts):
            continue
        found.append(
            SiteFacts(
                site=name,
                runs=runs,
                held=left_alone,
                newest=counts.get(name, SiteCounts()).newest,
                read_at={url: reading.read_at for url, reading in lists.items()},
                sources=frozenset(settings["NEWSARCHIVE_SOURCES"].get(name, {})),
                months=await _months(store, name, settings["NEWSARCHIVE_COVERAGE_SHARE"], now),
                still={
                    url: silence
                    for url in settings["NEWSARCHIVE_SOURCES"].get(name, {})
                    if url in lists and (silence := still(lists[url], now))
                },
                robots={host: history for host, history in robots.items() if site.has_image_host(host)},
                spooled=spooled.get(name, Counter()),
            )
        )
    return ArchiveFacts(
        at=now,
        machine=machine,
        sites=found,
        disks=await _disks(store, folders, machine, now, keep=keep),
        raw=str(raw),
        damages=plain_damages(raw),
        findings=await store.get_document(RAW_FINDINGS, f"{machine}:{raw}"),
        whole=not named,
    )


async def _months(store: Store, site: str, share: float, now: datetime) -> list[MonthShare]:
    """The coverage of this month and, in the first days of it, of the last one; of nothing where any share would do.

    What is not a day old may still be on its way from a list into the archive.
    """
    if not share:
        return []
    settled = now - _SETTLED
    first = settled.astimezone(SHANGHAI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    spans = [(first, settled)]
    if settled - first < _LAST_MONTH:
        spans.append(((first - timedelta(days=1)).replace(day=1), first))
    found = []
    for since, until in spans:
        covered = await coverage_of(store, site, since, until, now)
        missing = [(one.name, meaning(one.reason)) for one in covered.missing]
        if covered.shown:
            found.append(MonthShare(f"{since:%Y-%m}", covered.share, missing))
    return found


async def _disks(
    store: Store, folders: Mapping[str, Path], machine: str, now: datetime, *, keep: bool
) -> list[DiskFacts]:
    """The file systems of some folders, each once, with the readings of before and one of now."""
    on_one: dict[int, tuple[Path, DiskSpace, list[str]]] = {}
    for what, folder in folders.items():
        space = space_of(folder)
        on_one.setdefault(space.device, (folder, space, []))[2].append(what)
    found = []
    for folder, space, holds in on_one.values():
        key = f"{machine}:{folder}"
        before = await store.get_document(DISK_READINGS, key) or DiskReadings()
        reading = DiskReading(at=now, free=space.free, total=space.total)
        readings = with_reading(before.readings, reading)
        if keep:
            await store.put_document(DISK_READINGS, key, DiskReadings(readings=readings))
        found.append(DiskFacts(str(folder), holds, readings))
    return found
