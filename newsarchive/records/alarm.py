"""What an operator is told to be wrong, how far it has been told, and what was said to be known."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field

from newsarchive.items.record import Record, Time

AlarmKind: TypeAlias = Literal[
    "late",
    "stale",
    "closed",
    "blocked",
    "challenged",
    "incomplete",
    "missing",
    "drift",
    "robots",
    "spool",
    "disk",
    "raw",
    "clock",
]
"""What is wrong; docs/alarms.md says what each word means. None is ever renamed."""
Severity: TypeAlias = Literal["note", "warning", "grave"]
SEVERITIES: tuple[Severity, ...] = ("note", "warning", "grave")
"""How bad an alarm is, the least first."""
Rank: TypeAlias = tuple[int, int]
"""How bad: the place of the severity, and the degree within it."""


class Alarm(Record):
    """Something that is wrong now: what, of which site or machine, why that is said, and what to do (a command).

    `site` is empty where it is no site's, `machine` where it is no machine's. `subject` is what of it (a host, a month, a
    folder). `degree` grows as it gets worse within its severity: lists, doublings, halvings, whatever the kind counts.
    """

    kind: AlarmKind
    site: str = ""
    machine: str = ""
    subject: str = ""
    why: str
    todo: str
    severity: Severity = "warning"
    degree: int = 0

    @property
    def name(self) -> str:
        """What it is called, as `newsarchive check ack` takes it: `stale:SITE`, `robots:SITE:HOST`."""
        return ":".join(
            part for part in (str(self.kind), self.site, self.machine, self.subject) if part
        ).replace(" ", "_")

    @property
    def rank(self) -> Rank:
        """How bad it is."""
        return SEVERITIES.index(self.severity), self.degree


class AlarmEpisode(Record):
    """An alarm from the check that found it first to the telling that it is over.

    `alarm` is how it was seen last, `away` when a check first did not see it any more, `told` how bad it was when each channel
    was told last, `failed` why a channel could not be told. One that is `over` is kept until all that were told of it were
    told that, too.
    """

    alarm: Alarm
    since: Time
    seen: Time
    away: Time | None = None
    over: Time | None = None
    told: dict[str, Rank] = Field(default_factory=dict)
    failed: dict[str, str] = Field(default_factory=dict)


class AlarmLog(Record):
    """The alarms that last by name, those whose end was not told yet by name and time; and when they were looked at last."""

    at: Time
    episodes: dict[str, AlarmEpisode] = Field(default_factory=dict)


class Acknowledgement(Record):
    """An alarm that an operator knows of: nobody is told while it is no worse than `rank`, up to `until` if that is given."""

    at: Time
    rank: Rank
    until: Time | None = None
    note: str = ""

    def covers(self, alarm: Alarm, now: Time) -> bool:
        """Whether an alarm need not be told."""
        return alarm.rank <= self.rank and (self.until is None or now < self.until)


class RobotsVersion(Record):
    """What a host's robots.txt said from a time on: the status of its answer, and its text, cut where it is long."""

    since: Time
    status: int
    sha256: str
    text: str = ""


def rules_of(text: str) -> list[str]:
    """The lines of a robots.txt that say something: without comments, and without blanks around them."""
    return [rule for line in text.splitlines() if (rule := line.partition("#")[0].strip())]


class RobotsHistory(Record):
    """The last versions of a host's robots.txt, the newest last, and how often it has changed since the first one."""

    versions: tuple[RobotsVersion, ...] = ()
    changes: int = 0


class DiskReading(Record):
    """How many bytes of a file system were free."""

    at: Time
    free: int
    total: int


class DiskReadings(Record):
    """The last readings of a file system, one a day, the newest last."""

    readings: tuple[DiskReading, ...] = ()


class RawFindings(Record):
    """What the last verification of a folder of raw pages found: a line for each damage, and how many pages are lost."""

    at: Time
    lost: int = 0
    damages: tuple[str, ...] = ()


class NewNormal(Record):
    """What of a site has changed for good, by the words of a metric: since which run, and when an operator said so."""

    spans: dict[str, tuple[Time, Time]] = Field(default_factory=dict)
