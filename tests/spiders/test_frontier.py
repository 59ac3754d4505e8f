"""One run's side of the frontier."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from newsarchive.crawl.frontier import Frontier, Workers
from newsarchive.errors import StoreUnreachableError
from newsarchive.items.record import LATEST
from newsarchive.records.lease import Holder
from newsarchive.records.task import Task
from newsarchive.storage.sqlite.store import SqliteStore
from newsarchive.storage.tasks import settled
from spiders.ithome import IthomeSpider
from tests.storage.moody import MoodyStore
from tests.storage.records import NOON, article, task

DAY = timedelta(days=1)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with SqliteStore(tmp_path / "news.sqlite") as store:
        yield store


def frontier(store: SqliteStore, limit: int | None = None, workers: Workers | None = None) -> Frontier:
    stats = MemoryStatsCollector(Crawler(IthomeSpider, Settings()))
    return Frontier("ithome", store, stats, limit=limit, revisit={"100000": 6}, workers=workers)


class Worker:
    """One of several that work on the frontier, and may ask some hosts."""

    several = True

    def __init__(self, run_id: str, *hosts: str) -> None:
        self.run_id = run_id
        self.hosts = set(hosts)
        self.busy: dict[str, int] = {}

    async def may_ask(self, host: str, hosts: Collection[str]) -> bool:
        assert host in hosts
        return host in self.hosts

    def in_hand(self, host: str) -> int:
        return self.busy.get(host, 0)


async def taken(front: Frontier, most: int = 64) -> list[str]:
    names: list[str] = []
    while tasks := await front.take(most):
        names += [one.name for one in tasks]
    return names


async def test_the_newest_are_taken_first_and_each_once(store: SqliteStore) -> None:
    front = frontier(store)
    tasks = [task(number, published_at=NOON + number * DAY) for number in (2, 5, 1, 4, 3)]
    assert await front.want(tasks[:3])
    assert await front.want(tasks[3:])
    assert not await front.want(tasks)
    newest_first = [f"ithome:{number}" for number in (5, 4, 3, 2, 1)]
    assert await taken(front, 2) == newest_first
    await front.resume(50)
    assert await taken(front) == []


async def test_one_of_several_takes_a_few_of_its_own_hosts_and_leaves_the_others(store: SqliteStore) -> None:
    await store.add_tasks(
        [
            task(number, url=f"https://{host}.ithome.com/{number}", published_at=NOON + number * DAY)
            for number, host in enumerate(["www", "m"] * 5)
        ]
    )
    for run_id in ("run-1", "run-2"):
        await store.claim_lease(f"share ithome {run_id}", Holder(run_id=run_id), 3600.0)
    first = frontier(store, workers=(one := Worker("run-1", "www.ithome.com")))
    second = frontier(store, workers=Worker("run-2", "www.ithome.com", "m.ithome.com"))
    for front in (first, second):
        await front.resume(0)
    assert [it.name for it in await first.take(64)] == ["ithome:8", "ithome:6", "ithome:4", "ithome:2"]
    assert {it.name for it in await second.take(64)} == {f"ithome:{number}" for number in (9, 7, 5, 3)}
    assert await taken(first) == ["ithome:0"]
    assert first.waits, "for the other host"
    assert await taken(first) == []
    one.hosts.add("m.ithome.com")
    assert await taken(second) == ["ithome:1"]
    assert await taken(first) == []
    assert not first.waits
    assert not second.waits


async def test_a_host_that_has_enough_in_hand_leaves_the_room_to_others(store: SqliteStore) -> None:
    """A run that waits for its turn with one host goes on with the others."""
    await store.add_tasks(
        [
            task(number, url=f"https://{host}.ithome.com/{number}", published_at=NOON + number * DAY)
            for number, host in enumerate(["www", "m"] * 5)
        ]
    )
    front = frontier(store, workers=(worker := Worker("run-1", "www.ithome.com", "m.ithome.com")))
    await front.resume(0)
    worker.busy = {"www.ithome.com": 4, "m.ithome.com": 2}
    assert [it.name for it in await front.take(64)] == ["ithome:9", "ithome:7"]
    worker.busy = {"www.ithome.com": 4, "m.ithome.com": 4}
    assert await front.take(64) == []
    assert front.waits
    worker.busy = {"m.ithome.com": 4}
    assert [it.name for it in await front.take(64)] == ["ithome:8", "ithome:6", "ithome:4", "ithome:2"]


async def test_what_others_have_settled_is_waited_for_no_more(store: SqliteStore) -> None:
    await store.add_tasks([task(1), task(2)])
    front = frontier(store, workers=Worker("run-1"))
    await front.resume(0)
    await store.save_tasks([settled(task(1), state="done", outcome="new", at=NOON, due_at=LATEST)])
    assert await taken(front) == []
    assert front.waits
    await store.save_tasks([settled(task(2), state="done", outcome="new", at=NOON, due_at=LATEST)])
    other = frontier(store, workers=Worker("run-2"))
    await other.resume(0)
    assert await taken(other) == []
    assert not other.waits


async def test_what_has_no_time_has_that_of_its_finding(store: SqliteStore) -> None:
    front = frontier(store)
    await front.want([task(1, published_at=NOON - DAY), task(2), task(3, published_at=NOON + DAY)])
    assert await taken(front) == ["ithome:3", "ithome:2", "ithome:1"]


async def test_the_limit_takes_the_newest_and_leaves_the_rest_to_a_later_run(store: SqliteStore) -> None:
    front = frontier(store, limit=3)
    await front.want([task(number, published_at=NOON + number * DAY) for number in range(1, 6)])
    assert await taken(front, 2) == ["ithome:5", "ithome:4", "ithome:3"]
    later = frontier(store)
    await later.resume(50)
    assert len(await taken(later)) == 5


async def test_what_could_not_be_taken_waits_on(tmp_path: Path) -> None:
    async with MoodyStore(tmp_path / "news.sqlite") as store:
        front = frontier(store, limit=2)
        await front.want([task(number, published_at=NOON + number * DAY) for number in range(1, 4)])
        store.away = {"tasks"}
        with pytest.raises(StoreUnreachableError):
            await front.take(64)
        store.away = set()
        assert await taken(front) == ["ithome:3", "ithome:2"]


async def test_what_the_archive_has_is_not_fetched_and_its_task_is_done(store: SqliteStore) -> None:
    await store.save_articles([article(1)])
    front = frontier(store)
    assert not await front.want([task(1)])
    assert await taken(front) == []
    assert (await store.tasks(["ithome:1"]))["ithome:1"].state == "done"


async def test_what_could_not_be_read_lately_is_not_counted_as_known(tmp_path: Path) -> None:
    async with MoodyStore(tmp_path / "news.sqlite") as store:
        await store.save_articles([article(1)])
        await store.add_tasks([task(2, due_at=datetime.now(UTC) + DAY)])
        stats = MemoryStatsCollector(Crawler(IthomeSpider, Settings()))
        front = Frontier("ithome", store, stats, limit=None, revisit={})
        assert not await front.want([task(1), task(2)])
        assert (stats.get_value("link/known_count"), stats.get_value("link/later_count")) == (1, 1)


async def test_a_run_goes_on_with_what_is_due_and_looks_again_at_some(store: SqliteStore) -> None:
    now = datetime.now(UTC)
    held = [
        settled(task(number), state="done", outcome="article", at=NOON, due_at=NOON)
        for number in range(10, 15)
    ]
    later: list[Task] = [task(2, due_at=now + DAY), task(3, state="gone")]
    await store.save_tasks([task(1), *later, *held])
    front = frontier(store)
    await front.resume(2)
    names = await taken(front)
    assert len(names) == 3
    assert "ithome:1" in names
    assert not {"ithome:2", "ithome:3"} & set(names)


async def test_what_was_read_is_due_again_by_its_age_and_forgets_its_failures(store: SqliteStore) -> None:
    now = datetime.now(UTC)
    done = frontier(store).read(task(1, tries=4, carried="{}"), "article", NOON, '"a"', None)
    assert (done.state, done.tries, done.etag, done.carried) == ("done", 0, '"a"', None)
    assert timedelta(hours=5) < done.due_at - now < timedelta(hours=7)
