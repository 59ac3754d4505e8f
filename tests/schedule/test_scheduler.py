"""One look at all schedules of a site, over both engines: who goes first, who waits, and who works along."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsarchive.records.run import Run
from newsarchive.schedule.jobs import JobId, JobState, id_of
from newsarchive.schedule.rules import Schedule, Schedules
from newsarchive.schedule.scheduler import LEASE, LEASE_SECONDS, Round, look_once, survey
from newsarchive.storage import Store, open_store
from newsarchive.storage.alone import alone
from newsarchive.storage.collections import ScheduledJob
from tests.mongo import database_of
from tests.schedule.world import World

NOW = datetime(2026, 11, 21, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
EARLY = Schedule("zz-early", "36kr", ("30 6 * * *",))
LATE = Schedule("late", "36kr", ("45 6 * * *",))
ALONG = Schedule("along", "36kr", ("50 6 * * *",), arguments=(("share", "yes"),))


@pytest.fixture(params=["sqlite", "mongo"])
def uri(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield str(tmp_path / "news.sqlite")
        return
    with database_of(request.getfixturevalue("mongo_server")) as found:
        yield found


@pytest.fixture
async def store(uri: str) -> AsyncIterator[Store]:
    async with open_store(uri) as opened:
        yield opened


def world(*rules: Schedule) -> World:
    """Whoever runs jobs: they all take an hour."""
    schedules = Schedules({rule.name: rule for rule in rules})
    return World(NOW, schedules, random.Random(0), minutes=(60, 60))


async def look(world: World, store: Store) -> Round:
    async with alone(store, LEASE, LEASE_SECONDS) as turn:
        return await look_once(world.schedules, world, store, world.clock, turn.lasts) if turn else Round()


async def test_two_schedules_of_a_site_take_turns_the_one_that_is_due_longer_first(store: Store) -> None:
    now = world(LATE, EARLY)
    assert [it.schedule for it in (await look(now, store)).started] == ["zz-early"]
    assert [it.schedule for it in (await look(now, store)).started] == []
    known = await survey(now.schedules, now, store, now.clock)
    assert known.outlook(LATE).plan.why.endswith("waits: the job zz-early.20261120T2230Z.1 has the site")
    now.now += 2 * HOUR
    done = await look(now, store)
    assert [id_of(it) for it in done.lost] == [job.id for job in now.jobs[:1]]  # it has left no record here
    assert [it.schedule for it in done.started] == ["late"]


async def test_a_crawl_by_hand_is_waited_for_and_one_that_works_along_is_not(store: Store) -> None:
    now = world(EARLY, ALONG)
    crawl = Run(run_id="byhand", site="36kr", started_at=NOW, heartbeat_at=NOW)
    await store.save_run(crawl)
    assert [it.schedule for it in (await look(now, store)).started] == ["along"]
    known = await survey(now.schedules, now, store, now.clock)
    assert known.outlook(EARLY).plan.why.endswith("waits: another crawl of the site runs (byhand)")
    await store.save_run(crawl.model_copy(update={"finished_at": NOW, "reason": "finished"}))
    assert [it.schedule for it in (await look(now, store)).started] == ["zz-early"]


@pytest.mark.usefixtures("store")
async def test_many_schedulers_at_once_start_each_due_time_once(uri: str) -> None:
    worlds = [world(EARLY, ALONG) for _ in range(6)]

    async def one(which: World) -> None:
        async with open_store(uri) as own:
            for _ in range(3):
                await look(which, own)

    await asyncio.gather(*map(one, worlds))
    started = [str(job.id) for it in worlds for job in it.jobs]
    assert sorted(started) == ["along.20261120T2250Z.1", "zz-early.20261120T2230Z.1"]


async def test_a_scheduler_that_lost_its_lease_starts_nothing(store: Store) -> None:
    now = world(EARLY)

    async def lost() -> bool:
        return False

    assert (await look_once(now.schedules, now, store, now.clock, lost)).started == []
    assert now.jobs == []


async def test_a_job_given_up_while_its_node_was_away_is_taken_out_of_its_queue(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = world(EARLY)
    now.children = False
    (first,) = (await look(now, store)).started
    for minutes in (20, 22):
        now.now = NOW + timedelta(minutes=minutes)
        now.jobs[0].begins = now.now + HOUR  # it waits there
        done = await look(now, store)
    assert [id_of(it) for it in done.lost] == [first]
    assert now.jobs[0].killed == now.now
    now.jobs[0].killed = None

    async def waiting(jobs: Sequence[ScheduledJob]) -> dict[JobId, JobState]:
        return {id_of(job): JobState("waiting") for job in jobs}

    monkeypatch.setattr(now, "states", waiting)
    await look(now, store)
    assert now.jobs[0].killed == now.now
