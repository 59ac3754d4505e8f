"""One crawl a site, one at a time a host: what a crawl does that finds another one there, and one that was away too long."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Self

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.settings import Settings

from newsarchive.crawl.host_pause import HostPause
from newsarchive.crawl.reasons import HostPausedError, LeasedError
from newsarchive.crawl.session import ArchiveSession
from newsarchive.monitoring.health import ended_runs, fresh_run
from newsarchive.monitoring.outcome import CrawlExit
from newsarchive.records.lease import Holder
from newsarchive.storage import Store, open_store
from samples import origins
from spiders.ithome import IthomeSpider
from tests.storage.records import NOON, run, task

HOST = "www.ithome.com"
PAGE = Request(f"https://{HOST}/0/1/2.htm")
LEASE = 60.0


class Steady:
    """The clock that all processes of a machine share, which here stands still until it is told to go on."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Let others go on until something is so."""
    async with asyncio.timeout(60):
        while not await condition():  # noqa: ASYNC110 - what others write into the store is no event
            await asyncio.sleep(0.001)


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> Steady:
    clock = Steady()
    for module in (
        *("crawl.host_pause", "crawl.leases", "crawl.downloading.host_turns", "crawl.session"),
        "storage.sqlite.runs",
    ):
        monkeypatch.setattr(f"newsarchive.{module}.steady_seconds", clock)
    return clock


class Engine:
    """As much of Scrapy's as a job without a network has: nothing queued, and an end."""

    def __init__(self, ended_by: list[str]) -> None:
        self.downloader = SimpleNamespace(slots={})
        self._ended_by = ended_by

    async def close_spider_async(self, *, reason: str) -> None:
        self._ended_by.append(reason)


class Job:
    """One crawl of a site on the store of a folder, as far as it needs no network."""

    def __init__(self, folder: Path, *, wait: float = 0, pause: float = 0, **arguments: str) -> None:
        settings = Settings()
        settings.setmodule("newsarchive.settings", priority="project")
        ours = {
            "NEWSARCHIVE_STORE": str(folder / "newsarchive.sqlite"),
            "NEWSARCHIVE_RAW": str(folder / "raw"),
            "NEWSARCHIVE_ORIGINS": origins("http://127.0.0.1:1"),
            "NEWSARCHIVE_DELAYS": {"default": pause},
            "NEWSARCHIVE_LEASE_SECONDS": LEASE,
            "NEWSARCHIVE_LEASE_WAIT_SECONDS": wait,
            "TWISTED_REACTOR_ENABLED": False,
        }
        settings.setdict(ours, priority="cmdline")
        self.crawler = Crawler(IthomeSpider, settings)
        self.crawler._apply_settings()
        self.crawler.crawling = True
        self.crawler.spider = IthomeSpider.from_crawler(self.crawler, **arguments)
        self.host_pause = HostPause.of(self.crawler)
        self.session = ArchiveSession.of(self.crawler)
        self.session.poll_seconds = 0.001
        self.ended_by: list[str] = []
        self.crawler._engine = Engine(self.ended_by)  # type: ignore[assignment]

    async def __aenter__(self) -> Self:
        await self.session.spider_opened(self.crawler.spider)  # type: ignore[arg-type]
        await self.host_pause.spider_opened()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.spider_closed("finished")

    async def ask(self, request: Request = PAGE) -> None:
        """Ask for a page, and get an answer at once."""
        with await self.host_pause.let_through(request):
            """The request is under way."""


@pytest.fixture
def looked_at(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "newsarchive.sqlite"))


async def test_a_second_job_of_a_site_ends_and_its_record_says_who_has_it(
    tmp_path: Path, looked_at: Store
) -> None:
    async with Job(tmp_path, _job="nightly.20261129T0000Z.1") as first:
        second = Job(tmp_path, _job="by-hand")
        with pytest.raises(CloseSpider) as told:
            await second.session.spider_opened(second.crawler.spider)  # type: ignore[arg-type]
        assert told.value.reason == "leased"
        with pytest.raises(CloseSpider):
            await second.host_pause.spider_opened()
        await second.session.spider_closed("leased")
        async with looked_at as store:
            (held,) = [lease for lease in await store.leases() if lease.name == "site ithome"]
            assert held.holder is not None
            assert (held.holder.run_id, held.holder.job) == (first.session.run_id, "nightly.20261129T0000Z.1")
            ended, begun = await store.runs("ithome")
        assert (ended.job, ended.end, ended.exit_code) == ("by-hand", "leased", CrawlExit.LEASED)
        assert any(first.session.run_id[:8] in note and "nightly" in note for note in ended.notes)
        assert begun.finished_at is None
    async with Job(tmp_path):
        """It was let go."""


async def test_one_that_may_wait_begins_when_the_other_has_ended(tmp_path: Path) -> None:
    async with Job(tmp_path):
        waiting = asyncio.ensure_future(Job(tmp_path, wait=3600).__aenter__())
        for _ in range(20):
            await asyncio.sleep(0.001)
        assert not waiting.done()
    async with asyncio.timeout(60):
        second = await waiting
    assert second.session.leased_by is None
    await second.__aexit__()


def test_a_run_that_another_one_did_not_let_begin_says_nothing_of_its_site() -> None:
    good = run(1, finished_at=NOON, reason="finished", end="good", exit_code=0)
    leased = run(2, finished_at=NOON, reason="leased", end="leased", exit_code=CrawlExit.LEASED)
    shared = good.model_copy(update={"run_id": "run-3", "arguments": {"share": "yes"}})
    assert ended_runs([leased, good], NOON) == [good]
    assert fresh_run([leased, good], NOON) == good
    assert fresh_run([shared], NOON) is None, "it read no list"


async def test_a_job_that_slept_asks_nothing_more_of_a_site_that_another_one_has(
    tmp_path: Path, steady: Steady
) -> None:
    async with Job(tmp_path) as slept:
        await slept.ask()
        steady.seconds += LEASE + 1
        async with Job(tmp_path):
            await slept.session.renew()
            with pytest.raises(LeasedError):
                await slept.ask()
            with pytest.raises(LeasedError):
                await slept.ask(Request("https://m.ithome.com/"))
            await asyncio.sleep(0)
            assert slept.ended_by == ["lease_lost"]
    assert any("another job took it" in line for line in slept.session._run.warnings)


async def test_a_job_that_slept_goes_on_where_nobody_came(
    tmp_path: Path, steady: Steady, looked_at: Store
) -> None:
    async with Job(tmp_path) as slept, looked_at as store:
        await store.add_tasks([task(1), task(2)])
        taken = await slept.session.store.claim_tasks(["ithome:1", "ithome:2"], slept.session.run_id)
        mine, others = (Request(one.url, cb_kwargs={"task": one}) for one in taken.values())
        steady.seconds += LEASE + 1
        await store.claim_lease("share ithome run-2", Holder(run_id="run-2"), LEASE)
        assert list(await store.claim_tasks(["ithome:2"], "run-2")) == ["ithome:2"]
        await slept.ask(mine)
        with pytest.raises(LeasedError):
            await slept.ask(others)


async def test_one_host_is_asked_by_one_job_at_a_time(tmp_path: Path, steady: Steady) -> None:
    async with Job(tmp_path) as first, Job(tmp_path, share="yes") as second:
        with await first.host_pause.let_through(PAGE):
            waits = asyncio.ensure_future(second.ask())
            for _ in range(20):
                await asyncio.sleep(0.001)
            await first.session.renew()
            assert first.host_pause.turns.of(HOST) is None, "it is to be given up"
            assert not waits.done(), "but not before the answer"
        async with asyncio.timeout(60):
            await waits
        assert second.host_pause.turns.of(HOST)
        again = asyncio.ensure_future(first.ask())
        for _ in range(20):
            await asyncio.sleep(0.001)
            steady.seconds += 0.1
        assert not again.done()
        await second.session.renew()
        async with asyncio.timeout(60):
            while not again.done():
                await asyncio.sleep(0.001)
                steady.seconds += 0.001


async def test_the_pause_of_a_host_holds_from_one_job_to_the_next(
    tmp_path: Path, steady: Steady, monkeypatch: pytest.MonkeyPatch
) -> None:
    rested: list[float] = []
    monkeypatch.setattr(HostPause, "delay", lambda _, __, seconds: rested.append(seconds))
    async with Job(tmp_path, pause=10) as first:
        await first.ask()
        steady.seconds += 3
    async with Job(tmp_path, pause=10) as second:
        rested.clear()
        await second.host_pause.turns.wait_for(HOST)
        assert rested == [pytest.approx(7, abs=0.5)]
        steady.seconds += 1
        # It is killed, and nobody knows when it asked last.
        monkeypatch.setattr("newsarchive.storage.alone.is_dead", lambda _: True)
        async with Job(tmp_path, pause=10) as third:
            rested.clear()
            await third.host_pause.turns.wait_for(HOST)
            assert rested == [10.0]


async def test_the_least_pause_is_counted_from_when_the_last_request_left(tmp_path: Path) -> None:
    """Whenever Scrapy let the next one go: a store that was asked in between, or a busy machine, may have held the last one up."""
    async with Job(tmp_path, pause=0.2) as job:
        left = []
        for _ in range(4):
            job.host_pause._wait_until.clear()  # what a request that had waited for its turn asks of the next one
            await job.ask()
            turn = job.host_pause.turns.of(HOST)
            assert turn is not None
            left.append(turn.asked)
        assert min(later - earlier for earlier, later in pairwise(left)) >= 0.1


async def test_a_host_that_another_job_was_asked_to_leave_alone_is_left_alone(tmp_path: Path) -> None:
    async with Job(tmp_path) as first, Job(tmp_path, share="yes") as second:
        await first.ask()
        await first.host_pause.hold(HOST, "challenge", timedelta(hours=1))
        await first.session.leases.release(first.session.idle_hosts())
        with pytest.raises(HostPausedError, match="left alone until"):
            await second.ask()


async def test_a_host_that_is_not_asked_any_more_is_let_go(tmp_path: Path, steady: Steady) -> None:
    async with Job(tmp_path) as job:
        await job.ask()
        await job.session.renew()
        assert job.host_pause.turns.of(HOST)
        for _ in range(8):
            steady.seconds += LEASE / 6
            await job.session.renew()

        async def is_let_go() -> bool:
            return not job.session.idle_hosts()

        await until(is_let_go)
        await job.ask()


async def test_hosts_are_shared_out_among_all_that_work(tmp_path: Path) -> None:
    hosts = {f"h{number}.ithome.com" for number in range(8)}

    async def asked_by(job: Job) -> set[str]:
        return {host for host in sorted(hosts) if await job.host_pause.turns.may_ask(host, hosts)}

    async with Job(tmp_path, share="yes") as first:
        assert await asked_by(first) == hosts
        async with Job(tmp_path, share="yes") as second:
            assert await asked_by(second) == set(), "none is free"
            await first.session.renew()
            assert len(await asked_by(first)) == 4

            async def is_half_its() -> bool:
                return len(await asked_by(second)) == 4

            await until(is_half_its)
            assert len(await asked_by(first) | await asked_by(second)) == 8
