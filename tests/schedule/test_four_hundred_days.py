"""Four hundred days of schedules in seconds: what is run is what the rule says, whatever happens to scheduler, jobs and clock."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from newsarchive.schedule.due_times import latest_due, next_start, start_of
from newsarchive.schedule.rules import Schedule, Schedules
from tests.schedule.clockwork import MINUTE, due_minutes
from tests.schedule.world import Fate, SimulatedJob, World

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
END = BEGIN + timedelta(days=400)
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)
SCHEDULES = (
    Schedule("often", "36kr", ("0 */4 * * *",), grace=HOUR, jitter=10 * MINUTE),
    Schedule("night", "ithome", ("30 2 * * *",), BERLIN),
    Schedule(
        "office", "ithome", ("0 9 * * 1-5", "15 18 * * *"), NEW_YORK, grace=2 * HOUR, jitter=30 * MINUTE
    ),
    Schedule("monthly", "weixin", ("0 4 1,15 * *",), grace=timedelta(days=3), starts=2),
    Schedule("weekly", "weixin", ("0 5 * * 0", "45 23 1 * *"), BERLIN, grace=timedelta(days=1)),
)
RULES = {it.name: it for it in SCHEDULES}
DUES = {
    it.name: sorted(
        set().union(*(due_minutes(when, it.zone, BEGIN - timedelta(days=3), END) for when in it.when))
    )
    for it in SCHEDULES
}
"""By the oracle: nothing below knows of cronsim."""


@pytest.fixture(autouse=True)
def _remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The latest due time and the next start stay what they are until that: looked up once, else most of the time goes there."""
    known: dict[str, tuple[datetime, datetime, datetime | None]] = {}

    def moments(schedule: Schedule, now: datetime) -> tuple[datetime, datetime, datetime | None]:
        found = known.get(schedule.name)
        if not found or not found[0] <= now < found[1]:
            found = now, next_start(schedule, now) or END, latest_due(schedule, now)
            known[schedule.name] = found
        return found

    monkeypatch.setattr("newsarchive.schedule.plan.next_start", lambda rule, now: moments(rule, now)[1])
    monkeypatch.setattr("newsarchive.schedule.plan.latest_due", lambda rule, now: moments(rule, now)[2])


def outages(chance: random.Random) -> list[tuple[datetime, datetime]]:
    """When the scheduler lives: it is restarted every few days, away for minutes to hours, and some times for days."""
    at, lives = BEGIN, []
    while at < END:
        end = min(END, at + timedelta(minutes=chance.randint(30, 6 * 1440)))
        lives.append((at, end))
        at = end + timedelta(minutes=chance.choice([0, 1, 7, 45, 200, 900, 5000]))
    return lives


def expected_of(rule: Schedule, lives: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """What a schedule whose jobs take no time is to start, and when: minute by minute, by the rule's words."""
    starts = sorted((start_of(rule, due), due) for due in DUES[rule.name])
    expected: list[tuple[datetime, datetime]] = []
    handled = BEGIN - timedelta(days=9)
    for begin, end in lives:
        # A scheduler that lives starts each due time at its moment; one that comes back looks at the latest.
        missed = [due for start, due in starts if start <= begin and due > handled]
        moments = [(begin, max(missed))] if missed else []
        moments += [(start, due) for start, due in starts if begin < start < end]
        for at, due in moments:
            if due > handled and at - due <= rule.grace:
                expected.append((at, due))
            handled = max(handled, due)
    return expected


@pytest.mark.parametrize("name", RULES)
def test_each_due_time_is_run_when_the_rule_says_and_missed_ones_once(name: str) -> None:
    rule = RULES[name]
    for seed in range(3):
        chance = random.Random(seed)
        lives = outages(chance)
        # Alone, so that it waits for no other.
        world = World(BEGIN, Schedules({name: rule}), chance)
        for begin, end in lives:
            world.now = begin
            world.run_scheduler(end)
        expected = expected_of(rule, lives)
        assert [job.id.due for job in world.jobs] == [due for _, due in expected]
        late = [job.started - at for job, (at, _) in zip(world.jobs, expected, strict=True)]
        assert max(late) <= timedelta(minutes=3)  # its own earlier job may run for so long
        assert len(world.jobs) > 20


ROUGH: tuple[tuple[Fate, int], ...] = (
    ("good", 60),
    ("failed", 12),
    ("never began", 4),
    ("vanished", 8),
    ("hung", 6),
    ("leased", 5),
    ("refused", 5),
)


@pytest.mark.parametrize(("seed", "children"), [(1, True), (2, False)])
def test_whatever_becomes_of_jobs_no_due_time_runs_twice_and_none_is_lost(seed: int, children: bool) -> None:
    chance = random.Random(seed)
    lives = outages(chance)
    world = World(BEGIN, Schedules(RULES), chance, ROUGH, minutes=(2, 90), children=children)
    for begin, end in lives:
        world.now = begin
        world.run_scheduler(end)
    holds_together(world)
    justified(world, lives)
    fates = Counter(job.fate for job in world.jobs)
    assert fates.keys() >= {"good", "failed", "vanished", "hung", "leased"}


def test_a_clock_that_jumps_makes_no_due_time_run_twice_and_loses_none() -> None:
    chance = random.Random(4)
    lives = outages(chance)
    world = World(BEGIN, Schedules(RULES), chance, ROUGH, minutes=(2, 90))
    right, at = [], BEGIN
    while at < END - timedelta(days=14):
        since = at + timedelta(minutes=chance.randint(1440, 14 * 1440))
        back = since + timedelta(minutes=chance.choice([3, 40, 500]))
        by = chance.choice([-1, 1]) * timedelta(minutes=chance.choice([2, 50, 400, 3000, 600_000]))
        world.wrong += [(since, by), (back, timedelta(0))]
        right.append((at, since))
        at = back
    right.append((at, END))
    for begin, end in lives:
        world.now = begin
        world.run_scheduler(end)
    holds_together(world)
    both = [(max(one, two), min(end, stop)) for one, end in lives for two, stop in right]
    justified(world, sorted(it for it in both if it[0] < it[1]))


def holds_together(world: World) -> None:
    """What is true of any history: no due time is run twice, no site has two jobs, nothing is started that is not due."""
    for name, ran in world.ran().items():
        assert [due for due, times in Counter(ran).items() if times > 1] == []
        assert {due for due in ran if BEGIN <= due <= END} <= set(DUES[name])
    ids = [job.id for job in world.jobs]
    assert len(set(ids)) == len(ids)
    by_site = defaultdict(list)
    for job in world.jobs:
        by_site[job.site].append(job)
    for jobs in by_site.values():
        for one, next_one in pairwise(jobs):
            assert one.over(next_one.started), f"{next_one} was started while {one} ran"
    for job_id, times in Counter(
        (job.id.schedule, job.id.due) for job in world.jobs if job.fate not in {"good", "failed", "leased"}
    ).items():
        assert times <= RULES[job_id[0]].starts


def justified(world: World, lives: list[tuple[datetime, datetime]]) -> None:
    """Each due time was run, or there is a reason: given up, overtaken by a later one, or no moment at which it could have been."""
    of_due, of_site = defaultdict(list), defaultdict(list)
    for job in world.jobs:
        of_due[job.id.schedule, job.id.due].append(job)
        of_site[job.site].append(job)
    for name, rule in RULES.items():
        for due, later in pairwise([*DUES[name], END]):
            mine = of_due[name, due]
            if any(job.fate in {"good", "failed"} for job in mine):
                continue
            if sum(job.fate in {"never began", "vanished", "hung"} for job in mine) >= rule.starts:
                continue
            at = max([BEGIN, start_of(rule, due), *(job.over(END) or END for job in mine)])
            until = min(due + rule.grace, start_of(rule, later), END - HOUR)
            if at <= until and (free := first_chance(world, lives, of_site[rule.spider], at)) <= until:
                pytest.fail(f"{name} of {due} was not run, though it could have been at {free}: {mine}")


def first_chance(
    world: World, lives: list[tuple[datetime, datetime]], jobs: list[SimulatedJob], at: datetime
) -> datetime:
    """From when on, for half an hour, the scheduler lives and the site is free: time enough to notice whatever there is."""
    moved = True
    while moved:
        before = at
        at = next((max(at, begin) for begin, end in lives if end - max(at, begin) >= HOUR / 2), END)
        first = bisect_left(jobs, at - timedelta(days=3), key=lambda job: job.started)
        for job in jobs[first:]:
            if job.started > at + HOUR / 2:
                break
            at = max(at, (job.over(END) or END) + HOUR / 2)
        at = max([at, *(when + MINUTE for when, _ in world.refusals if at <= when <= at + HOUR / 2)])
        moved = at != before
    return at
