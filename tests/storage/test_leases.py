"""What one crawl at a time holds, and which tasks it has claimed: over every engine, with clocks that jump and racing processes."""

from __future__ import annotations

import asyncio
import math
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsarchive.records.lease import Holder, Lease
from newsarchive.storage import Store, open_store
from newsarchive.storage.leases import boot, is_dead, process_word
from tests.storage.records import article, task

SITE = "site ithome"
HOST = "host www.ithome.com"
FIRST = Holder(run_id="run-1", job="nightly.1", machine="北京-1", process="b 1 2")
SECOND = Holder(run_id="run-2", machine="shanghai-1")
LONG, OVER = 3600.0, -1.0
"""Seconds of a lease that holds for the rest of a test, and of one that has run out as soon as it is claimed."""


class Clock:
    """The store's own clock, set forward or back: that of the server, or that of the machine."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = timedelta(0)
        clock = self

        async def server_time(_: object) -> datetime:
            return clock.now()

        class Wall(datetime):
            @classmethod
            def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # noqa: ARG003
                return clock.now()

        monkeypatch.setattr("newsarchive.storage.mongo.runs.MongoRuns._server_time", server_time)
        monkeypatch.setattr("newsarchive.storage.sqlite.runs.datetime", Wall)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


async def test_a_name_has_one_holder(store: Store) -> None:
    first = await store.claim_lease(SITE, FIRST, LONG)
    assert first.held
    assert first.idle == math.inf
    assert first.lease.holder == FIRST
    assert (first.lease.until - first.lease.since).total_seconds() == LONG
    second = await store.claim_lease(SITE, SECOND, LONG)
    assert not second.held
    assert second.lease.holder == FIRST
    assert abs(second.lease.until - first.lease.until) < timedelta(seconds=1)
    assert (await store.claim_lease(HOST, SECOND, LONG)).held
    assert [(it.name, it.holder) for it in await store.leases()] == [(HOST, SECOND), (SITE, FIRST)]


async def test_what_was_let_go_is_free_and_says_when_it_was_used_last(store: Store) -> None:
    await store.claim_lease(SITE, FIRST, LONG)
    await store.claim_lease(HOST, FIRST, LONG)
    await store.release_leases("run-1", {HOST: 7.0, "host of nobody": 0.0})
    assert [it.name for it in await store.leases()] == [SITE]
    again = await store.claim_lease(HOST, SECOND, LONG)
    assert again.held
    assert 7 <= again.idle < 10
    await store.release_leases("run-1", {HOST: 0.0})
    assert [it.holder for it in await store.leases()] == [SECOND, FIRST], "it was not his to let go"
    await store.release_leases("run-1", {SITE: 0.0})
    await store.release_leases("run-2", {})
    assert [it.name for it in await store.leases()] == [HOST]


async def test_who_lives_renews(store: Store) -> None:
    await store.claim_lease(SITE, FIRST, LONG)
    await store.claim_lease(HOST, FIRST, OVER)
    await store.claim_lease("host m.ithome.com", SECOND, LONG)
    assert [it.name for it in await store.renew_leases("run-1", LONG)] == [HOST, SITE], "none had taken it"
    assert not (await store.claim_lease(HOST, SECOND, LONG)).held
    again = await store.claim_lease(HOST, FIRST, LONG)
    assert again.held
    assert again.idle == math.inf
    assert await store.renew_leases("run-3", LONG) == []


async def test_what_has_run_out_is_anybodys_and_lost(store: Store) -> None:
    await store.claim_lease(SITE, FIRST, OVER)
    assert await store.leases() == []
    taken = await store.claim_lease(SITE, SECOND, LONG)
    assert taken.held
    assert 1 <= taken.idle < 5, "its holder may have used it until its end"
    assert await store.renew_leases("run-1", LONG) == []
    assert not (await store.claim_lease(SITE, FIRST, LONG)).held


async def test_the_lease_of_one_who_is_known_to_be_dead_is_taken_at_once(store: Store) -> None:
    await store.claim_lease(HOST, FIRST, LONG)
    assert not (await store.claim_lease(HOST, SECOND, LONG, over="run-0")).held
    taken = await store.claim_lease(HOST, SECOND, LONG, over="run-1")
    assert taken.held
    assert taken.idle == 0, "it may have been used just now"
    third = Holder(run_id="run-3")
    assert not (await store.claim_lease(HOST, third, LONG, over="run-1")).held, "another one was quicker"


async def test_who_waits_says_so(store: Store) -> None:
    await store.claim_lease(HOST, FIRST, LONG)
    await store.claim_lease(HOST, SECOND, LONG)
    assert [it.wanted for it in await store.renew_leases("run-1", LONG)] == [False]
    await store.claim_lease(HOST, SECOND, LONG, want=True)
    assert [it.wanted for it in await store.renew_leases("run-1", LONG)] == [True]
    await store.release_leases("run-1", {HOST: 0})
    assert not (await store.claim_lease(HOST, SECOND, LONG)).lease.wanted


@pytest.mark.parametrize("hours", [-30, -5, 5, 30])
async def test_a_clock_that_is_set_lets_no_second_one_in_and_locks_nobody_out(
    tmp_path: Path, clock: Clock, hours: int
) -> None:
    """Of the machine of a file: its leases follow the clock that nobody sets."""
    async with open_store(str(tmp_path / "news.sqlite")) as store:
        await store.claim_lease(SITE, FIRST, LONG)
        await store.claim_lease(HOST, FIRST, OVER)
        clock.ahead = timedelta(hours=hours)
        assert not (await store.claim_lease(SITE, SECOND, LONG)).held
        assert (await store.claim_lease(HOST, SECOND, LONG)).held
        (_, lease) = await store.leases()
        assert timedelta(0) < lease.until - clock.now() <= timedelta(seconds=LONG), "told by today's clock"


async def test_a_clock_that_is_set_back_locks_nobody_out_for_longer_than_a_lease(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsarchive.storage.sqlite.runs.boot", lambda: "")
    await store.claim_lease(SITE, FIRST, 180.0)
    clock.ahead = -timedelta(hours=30)
    assert not (await store.claim_lease(SITE, SECOND, 180.0)).held
    clock.ahead += timedelta(seconds=179)
    assert not (await store.claim_lease(SITE, SECOND, 180.0)).held
    clock.ahead += timedelta(seconds=2)
    assert (await store.claim_lease(SITE, SECOND, 180.0)).held


async def test_tasks_are_claimed_once(store: Store) -> None:
    await store.add_tasks([task(number) for number in range(5)])
    await store.claim_lease(SITE, FIRST, LONG)
    await store.claim_lease("share ithome run-2", SECOND, LONG)
    first = await store.claim_tasks(["ithome:1", "ithome:2", "ithome:9"], "run-1")
    assert first == {"ithome:1": task(1), "ithome:2": task(2)}
    assert await store.claim_tasks(["ithome:1", "ithome:2"], "run-1") == first, "they are his"
    assert list(await store.claim_tasks(["ithome:2", "ithome:3"], "run-2")) == ["ithome:3"]
    assert await store.claim_tasks([], "run-2") == {}
    assert await store.tasks(["ithome:1"]) == {"ithome:1": task(1)}


async def test_a_claim_ends_with_its_task_or_with_its_run(store: Store) -> None:
    await store.add_tasks([task(number) for number in range(1, 4)])
    await store.claim_lease(SITE, FIRST, LONG)
    await store.claim_lease("share ithome run-2", SECOND, LONG)
    names = ["ithome:1", "ithome:2", "ithome:3"]
    await store.claim_tasks(names, "run-1")
    await store.save_tasks([task(1, tries=1)])
    # A later list tells more of it: that settles nothing.
    await store.add_tasks([task(2, source="https://www.ithome.com/")])
    assert await store.claim_tasks(names, "run-2") == {"ithome:1": task(1, tries=1)}
    await store.release_leases("run-1", {SITE: 0})
    assert sorted(await store.claim_tasks(names, "run-2")) == names
    await store.claim_lease(SITE, Holder(run_id="run-3"), LONG)
    assert await store.claim_tasks(names, "run-3") == {}


async def test_a_claim_of_one_that_died_ends_with_its_lease(store: Store) -> None:
    await store.add_tasks([task(1)])
    await store.claim_lease(SITE, FIRST, OVER)
    await store.claim_lease(HOST, FIRST, LONG)
    await store.claim_lease("share ithome run-2", SECOND, LONG)
    await store.claim_tasks(["ithome:1"], "run-1")
    assert list(await store.claim_tasks(["ithome:1"], "run-2")) == ["ithome:1"]


async def test_a_claim_is_one_of_the_article_whatever_it_is_called(store: Store) -> None:
    known = article(1, aliases=("https://m.ithome.com/html/1.htm",))
    await store.save_articles([known])
    await store.add_tasks([task(1)])
    await store.claim_lease(SITE, FIRST, LONG)
    await store.claim_lease("share ithome run-2", SECOND, LONG)
    (alias,) = known.aliases
    assert list(await store.claim_tasks([alias], "run-1")) == [alias]
    assert await store.claim_tasks(["ithome:1"], "run-2") == {}


async def test_leases_are_in_no_copy(store: Store, tmp_path: Path) -> None:
    from newsarchive.storage.copies.transfer import fill

    await store.add_tasks([task(1)])
    await store.claim_lease(SITE, FIRST, LONG)
    await store.claim_tasks(["ithome:1"], "run-1")
    async with open_store(str(tmp_path / "copy.sqlite"), "fill") as copy:
        await fill(copy, store, "here")
        assert await copy.leases() == []
        await copy.claim_lease("share ithome run-2", SECOND, LONG)
        assert list(await copy.claim_tasks(["ithome:1"], "run-2")) == ["ithome:1"]


RACER = """
import asyncio, sys
from newsarchive.records.lease import Holder
from newsarchive.storage import open_store

async def main(uri, run_id, rounds, tasks):
    holder = Holder(run_id=run_id)
    async with open_store(uri) as store:
        print("ready", flush=True)
        sys.stdin.readline()
        await store.claim_lease(f"share ithome {run_id}", holder, 3600.0)
        for number in range(int(rounds)):
            if (await store.claim_lease(f"site {number}", holder, 3600.0)).held:
                print("site", number, flush=True)
        for start in range(0, int(tasks), 5):
            names = [f"ithome:{number}" for number in range(start, start + 5)]
            for name in await store.claim_tasks(names, run_id):
                print("task", name, flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_of_many_processes_that_race_one_gets_each(store_uri: str) -> None:
    rounds, tasks = 15, 50
    async with open_store(store_uri) as store:
        await store.add_tasks([task(number) for number in range(tasks)])
    racers = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", RACER, store_uri, f"run-{number}", str(rounds), str(tasks)),
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for number in range(4)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert await racer.stdout.readline() == b"ready\n"
    told = [
        out.decode().splitlines()
        for out, _ in await asyncio.gather(*(it.communicate(b"\n") for it in racers))
    ]
    got = sorted(line for lines in told for line in lines)
    wanted = [f"site {number}" for number in range(rounds)] + [
        f"task ithome:{number}" for number in range(tasks)
    ]
    assert got == sorted(wanted)


async def test_a_process_that_was_killed_is_known_to_be_dead() -> None:
    if not boot():
        pytest.skip("this system does not name the starts of its machine")
    word = "from newsarchive.storage.leases import process_word; print(process_word(), flush=True); input()"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", word),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    told = (await process.stdout.readline()).decode().strip()
    assert not is_dead(told)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    assert is_dead(told)


def test_only_what_is_certainly_dead_is_dead() -> None:
    own = process_word()
    assert not is_dead(own)
    assert not is_dead("")
    assert not is_dead("something else")
    start, number, began = own.rsplit(" ", 2)
    assert is_dead(f"{start} {number} {int(began) - 1}"), "an earlier process of its number"
    assert not is_dead(f"another-{start} {number} {int(began) - 1}"), "another machine, or container"


def test_a_lease_says_who_holds_it() -> None:
    now = datetime.now(UTC)
    lease = Lease(name=SITE, holder=FIRST, since=now, until=now, seconds=1)
    assert Lease.model_validate_json(lease.model_dump_json()) == lease
