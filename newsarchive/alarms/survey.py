"""Gathers the facts: of the store, and of this machine's folders."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from newsarchive.alarms.disk import with_reading
from newsarchive.alarms.facts import ArchiveFacts, DiskFacts, Limits, SiteFacts
from newsarchive.crawl.pauses import held_hosts
from newsarchive.records.alarm import DiskReading, DiskReadings
from newsarchive.sites import SITES
from newsarchive.storage import sqlite_path
from newsarchive.storage.collections import DISK_READINGS, LISTS, RAW_FINDINGS, ROBOTS_FILES
from newsarchive.storage.contract import SiteCounts, Store
from newsarchive.storage.disk import space_of
from newsarchive.storage.raw.reader import plain_damages
from newsarchive.storage.spool import waiting

SOUGHT = 1000
"""Runs of a site that are looked through for the last good one."""


def limits_of(settings: Mapping[str, Any]) -> Limits:
    """From when on something is an alarm, as the settings say."""
    return Limits(
        max_age=timedelta(hours=settings["NEWSARCHIVE_ALARM_STALE_HOURS"]),
        good_run=timedelta(hours=settings["NEWSARCHIVE_ALARM_LATE_HOURS"]),
        reserve=settings["NEWSARCHIVE_DISK_RESERVE_BYTES"],
        disk_days=settings["NEWSARCHIVE_ALARM_DISK_DAYS"],
    )


def folders_of(settings: Mapping[str, Any]) -> dict[str, Path]:
    """Where this machine keeps what a crawl writes, by what it is."""
    folders = {
        "raw pages": Path(settings["NEWSARCHIVE_RAW"]),
        "pictures": Path(settings["NEWSARCHIVE_IMAGES_FOLDER"]),
    }
    if store := sqlite_path(settings["NEWSARCHIVE_STORE"]):
        folders = {"store": store.parent} | folders
    if settings["NEWSARCHIVE_IMAGES"] != "mirror":
        del folders["pictures"]
    return {what: folder.absolute() for what, folder in folders.items()}


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
    held, read_at = await held_hosts(store, now), await store.documents(LISTS)
    robots = await store.documents(ROBOTS_FILES)
    found = []
    for name, site in SITES.items():
        if named and name not in named:
            continue
        runs = await store.runs(name, limit=SOUGHT)
        left_alone = {pause.host: pause.why for pause in held if site.has_image_host(pause.host)}
        if not (named or runs or left_alone or spooled.get(name)):
            continue
        found.append(
            SiteFacts(
                site=name,
                runs=runs,
                held=left_alone,
                newest=counts.get(name, SiteCounts()).newest,
                read_at={url: reading.read_at for url, reading in read_at.items()},
                sources=frozenset(settings["NEWSARCHIVE_SOURCES"].get(name, {})),
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


async def _disks(
    store: Store, folders: Mapping[str, Path], machine: str, now: datetime, *, keep: bool
) -> list[DiskFacts]:
    """The file systems of some folders, each once, with the readings of before and one of now."""
    on_one: dict[int, tuple[Path, list[str]]] = {}
    for what, folder in folders.items():
        on_one.setdefault(space_of(folder).device, (folder, []))[1].append(what)
    found = []
    for folder, holds in on_one.values():
        space, key = space_of(folder), f"{machine}:{folder}"
        before = await store.get_document(DISK_READINGS, key) or DiskReadings()
        reading = DiskReading(at=now, free=space.free, total=space.total)
        readings = with_reading(before.readings, reading)
        if keep:
            await store.put_document(DISK_READINGS, key, DiskReadings(readings=readings))
        found.append(DiskFacts(str(folder), holds, readings))
    return found
