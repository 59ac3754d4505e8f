"""What the checks go by: the store's records of each site, and what this machine's disks say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from newsarchive.completeness.rhythm import Silence
from newsarchive.records.alarm import Alarm, DiskReading, RawFindings, RobotsHistory
from newsarchive.records.run import Run


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on something is an alarm.

    A site is stale when its newest was last read longer ago than `max_age`, late when no run read all it wanted for
    `good_run`. `share` (0 to 1) of what a month's lists show has to be held. `reserve` are the bytes that a disk must keep free,
    `disk_days` how long before it has no more than that is told.
    """

    max_age: timedelta = timedelta(days=1)
    good_run: timedelta = timedelta(days=3)
    share: float = 0.95
    reserve: int = 500_000_000
    disk_days: float = 14.0


@dataclass(frozen=True, slots=True)
class MonthShare:
    """Of a month (`2026-11`): how much of what the site shows is held (0 to 1), and what is missing, with reasons."""

    month: str
    share: float
    missing: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What is known of a site.

    `runs` have the newest first, `held` says of hosts that are left alone now why, `read_at` when each list was last read.
    `sources` are the lists that its runs begin with, `still` those of them that show nothing new against their own rhythm, `robots`
    what its hosts said in robots.txt, `spooled` what waits on this machine for the store.
    """

    site: str
    runs: Sequence[Run] = ()
    held: Mapping[str, str] = field(default_factory=dict)
    newest: datetime | None = None
    read_at: Mapping[str, datetime] = field(default_factory=dict)
    sources: frozenset[str] = frozenset()
    robots: Mapping[str, RobotsHistory] = field(default_factory=dict)
    months: Sequence[MonthShare] = ()
    still: Mapping[str, Silence] = field(default_factory=dict)
    spooled: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class DiskFacts:
    """A file system of this machine: a folder on it, what lies there, and its readings, the newest last."""

    folder: str
    holds: Sequence[str]
    readings: Sequence[DiskReading]


@dataclass(frozen=True, slots=True)
class ArchiveFacts:
    """All that the checks go by. `raw` is the folder of raw pages, `damages` what is plainly wrong with its files."""

    at: datetime
    machine: str
    sites: Sequence[SiteFacts]
    disks: Sequence[DiskFacts] = ()
    raw: str = ""
    damages: Sequence[str] = ()
    findings: RawFindings | None = None
    whole: bool = True
    """Whether all sites and this machine were looked at, not only what is named."""

    def judges(self, alarm: Alarm) -> bool:
        """Whether an alarm would be among those of these facts, if it still held."""
        if alarm.machine not in {"", self.machine} and not (alarm.kind == "clock" and not alarm.subject):
            return False
        return alarm.site in {one.site for one in self.sites} if alarm.site else self.whole
