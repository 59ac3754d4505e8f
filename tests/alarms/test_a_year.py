"""400 days: whatever comes, goes, comes back, gets worse, with checks that are missed, two at once, and servers that are down,
everybody is told of each cause once."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from newsarchive.alarms.channels.channel import UnsentError
from newsarchive.alarms.check import Telling, check
from newsarchive.alarms.facts import ArchiveFacts, SiteFacts
from newsarchive.alarms.message import AlarmMessage
from newsarchive.records.alarm import Alarm, AlarmKind, Severity
from newsarchive.storage import open_store
from newsarchive.storage.contract import Store

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAYS = 400
CALM = 6 * HOUR
SITES = ("36kr", "ithome", "weixin")
MACHINES = ("here", "there")


@dataclass
class Inbox:
    """A channel that takes messages, except when it is down."""

    name: str
    down: list[tuple[datetime, datetime]]
    now: datetime = START
    got: list[tuple[datetime, str, str]] = field(default_factory=list)

    @property
    def is_down(self) -> bool:
        return any(since <= self.now < until for since, until in self.down)

    def send(self, message: AlarmMessage) -> None:
        if self.is_down:
            raise UnsentError("the server is down")
        self.got += [(self.now, one["word"], one["name"]) for one in message.data["alarms"]]


@dataclass
class Cause:
    """Something that is wrong from a time to another one, with short pauses, at a degree that changes."""

    name: tuple[AlarmKind, str, str]
    spans: list[tuple[datetime, datetime]]
    degrees: list[tuple[datetime, Severity, int]]

    def alarm(self, now: datetime) -> Alarm | None:
        if not any(since <= now < until for since, until in self.spans):
            return None
        _, severity, degree = [one for one in self.degrees if one[0] <= now][-1]
        kind, site, machine = self.name
        return Alarm(
            kind=kind, site=site, machine=machine, why="so", todo="do", severity=severity, degree=degree
        )


def causes_of(chance: random.Random) -> list[Cause]:
    """Causes of a year; two of one name are more than a day apart, the pauses within one far shorter than what is calm, and so far
    apart that somebody looks between them."""
    found = []
    names = [*((kind, site, "") for kind in ("stale", "blocked", "drift") for site in SITES)]
    names += [("disk", "", machine) for machine in MACHINES]
    for name in names:
        at = START + chance.uniform(0, 20) * DAY
        while at < START + (DAYS - 10) * DAY:
            spans, end = [], at
            for _ in range(chance.randint(1, 4)):
                since, end = end, end + chance.uniform(1.2, 4) * DAY
                spans.append((since, end))
                end += chance.uniform(0.2, 3) * HOUR
            changes = sorted(chance.uniform(0, 1) for _ in range(chance.randint(0, 5)))
            severities = cast("list[Severity]", ["note", "warning", "grave"])
            degrees = [
                (at + share * (end - at), chance.choice(severities), chance.randint(0, 3))
                for share in (0.0, *changes)
            ]
            found.append(Cause(cast("tuple[AlarmKind, str, str]", name), spans, degrees))
            at = end + chance.choice([chance.uniform(1.6, 3), chance.uniform(1.6, 40)]) * DAY
    return found


def looks_of(chance: random.Random, machine: str) -> list[datetime]:
    """When a machine checks: about every second hour, with hours and days that it misses."""
    times, at = [], START
    while at < START + DAYS * DAY:
        at += chance.uniform(1, 5) * HOUR if chance.random() > 0.004 else chance.uniform(0.5, 1) * DAY
        times.append(at)
    return times if machine == "here" else times[:: chance.randint(1, 2)]


def expected(
    causes: Sequence[Cause], looks: Sequence[tuple[datetime, str]], inbox: Inbox
) -> dict[str, list[str]]:
    """What a channel is to be told, cause by cause, each by itself: what was seen last, as soon as the channel is up."""
    told: dict[str, list[str]] = defaultdict(list)
    for cause in causes:
        kind, site, machine = cause.name
        words: list[str] = []
        seen: Alarm | None = None
        worst, missed = (-1, -1), None
        for at, where in looks:
            if machine in ("", where):
                if (alarm := cause.alarm(at)) is not None:
                    seen, missed = alarm, None
                elif seen is not None:
                    missed = missed or at
            up = not any(since <= at < until for since, until in inbox.down)
            if seen is None or not up:
                continue
            if missed is not None and at - missed >= CALM and machine in ("", where):
                words += ["over"] if words else []
                break
            if missed is not None and at > cause.spans[-1][1] + DAY:
                continue  # it is over, and only who could see it says so
            if seen.severity != "note" and seen.rank > worst:
                words += ["worse"] if words else ["new"]
                worst = seen.rank
        told[":".join(part for part in (kind, site, machine) if part)] += words
    return {name: words for name, words in told.items() if words}


async def year(store: Store, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - it has to be repeatable, not secret
    causes = causes_of(chance)
    outages = [
        (at := START + chance.uniform(0, DAYS - 10) * DAY, at + chance.uniform(0.1, 6) * DAY)
        for _ in range(12)
    ]
    inboxes = [Inbox("mail a@example.org", outages), Inbox("webhook", []), Inbox("ntfy 1", outages[:3])]
    looks = sorted((at, machine) for machine in MACHINES for at in looks_of(chance, machine))
    both: list[tuple[datetime, str]] = []
    telling = Telling(inboxes, "warning", CALM)

    async def look(at: datetime, machine: str) -> None:
        # A clock that jumps for one check, while nothing that is wrong has just paused.
        calm = not any(
            cause.spans[0][0] <= at < cause.spans[-1][1] and cause.alarm(at) is None for cause in causes
        )
        jump = chance.uniform(-20, 20) * DAY if calm and chance.random() < 0.02 else timedelta(0)

        async def seen() -> tuple[ArchiveFacts, list[Alarm]]:
            alarms = [
                alarm for cause in causes if (alarm := cause.alarm(at)) and alarm.machine in ("", machine)
            ]
            return ArchiveFacts(at + jump, machine, [SiteFacts(site) for site in SITES]), alarms

        found = await check(store, seen, telling)
        assert not found.elsewhere
        assert set(found.failed) == {inbox.name for inbox in inboxes if inbox.is_down} & set(found.failed)

    for at, machine in looks:
        for inbox in inboxes:
            inbox.now = at
        await look(at, machine)
        if chance.random() < 0.02:
            await asyncio.gather(*(look(at, each) for each in MACHINES))
            both += [(at, each) for each in MACHINES]
    looks = sorted([*looks, *both])
    for inbox in inboxes:
        told = defaultdict(list)
        for _, word, name in inbox.got:
            told[name].append(word)
        assert told == expected(causes, looks, inbox), inbox.name
        assert sum(map(len, told.values())) > 200


@pytest.mark.parametrize("seed", range(2))
async def test_everybody_is_told_of_each_cause_once(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsarchive.alarms.check.PAUSE_SECONDS", 0.001)
    async with open_store(str(tmp_path / "news.sqlite")) as store:
        await year(store, seed)
