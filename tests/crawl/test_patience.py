"""A crawl that cannot go on without its store waits for it, and no longer than it is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from newsarchive.crawl.host_pause import HostPause
from newsarchive.crawl.patience import PatientStore
from newsarchive.errors import StorePermissionError, StoreUnreachableError, StoreUnwritableError
from newsarchive.monitoring.outcome import CrawlExit
from newsarchive.records.task import Task
from newsarchive.storage import Store, open_store
from newsarchive.storage.collections import PAUSES
from newsarchive.storage.spool import drain_left_over, waiting
from spiders.ithome import IthomeSpider
from tests.spiders.crawl import Crawl
from tests.storage.moody import MoodyStore
from tests.storage.records import article

RSS = "https://www.ithome.com/rss/"
PATIENT = {"NEWSARCHIVE_STORE_WAIT_SECONDS": 60.0, "NEWSARCHIVE_BATCH_SECONDS": 0.001}


class TiredStore(MoodyStore):
    """Is away for the first calls of each kind."""

    def __init__(self, path: Path, error: Exception, times: int = 2) -> None:
        super().__init__(path)
        self.error = error
        self.left = dict.fromkeys(("tasks", "add_tasks", "known"), times)

    def _called(self, name: str, *identities: str | None) -> None:
        super()._called(name, *identities)
        if self.left.get(name):
            self.left[name] -= 1
            raise self.error


def patient(store: Store, patience: float) -> Store:
    return cast("Store", PatientStore(store, patience=patience, pause=0.001))


@pytest.mark.parametrize("error", [StoreUnreachableError("away"), StorePermissionError("not now")])
async def test_the_same_is_asked_again_until_the_store_is_back(tmp_path: Path, error: Exception) -> None:
    async with TiredStore(tmp_path / "news.sqlite", error) as store:
        await store.save_articles([article(1)])
        assert await patient(store, 60).known(["ithome:1"]) == {"ithome:1"}
        assert store.calls.count("known") == 3
        assert [one.identity async for one in patient(store, 60).articles()] == ["ithome:1"]


async def test_not_for_ever_and_not_for_an_error_of_another_kind(tmp_path: Path) -> None:
    async with TiredStore(tmp_path / "news.sqlite", StoreUnreachableError("away"), 10**6) as store:
        with pytest.raises(StoreUnreachableError):
            await patient(store, 0.01).known(["ithome:1"])
        stopped = cast("Store", PatientStore(store, patience=60, pause=60, goes_on=lambda: False))
        with pytest.raises(StoreUnreachableError):
            await stopped.known(["ithome:1"])
        store.error = ValueError("odd")
        with pytest.raises(ValueError, match="odd"):
            await patient(store, 60).known(["ithome:1"])


async def test_not_for_a_disk_that_is_full(tmp_path: Path) -> None:
    async with TiredStore(tmp_path / "news.sqlite", StoreUnwritableError("the disk is full")) as store:
        with pytest.raises(StoreUnwritableError):
            await patient(store, 60).known(["ithome:1"])
        assert store.calls.count("known") == 1


@pytest.mark.parametrize("late", [False, True])
async def test_a_list_that_comes_while_the_store_is_away_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, late: bool
) -> None:
    """Also where the store went away over its answer: what it had been told by then is asked for in this run."""
    async with Crawl(IthomeSpider, tmp_path, monkeypatch, sources=[RSS], settings=PATIENT) as crawl:
        add = crawl.store.add_tasks
        lost: list[object] = []

        async def add_and_go_away(tasks: Any) -> set[str]:  # noqa: ANN401
            if len(lost) == 2:
                return await add(tasks)
            if late:
                await add(tasks)
            lost.append(tasks)
            raise StoreUnreachableError("away")

        monkeypatch.setattr(crawl.store, "add_tasks", add_and_go_away)
        await crawl.read_lists()
        assert len(lost) == 2
        names = await crawl.read_articles()
        outcome = await crawl.end()
        assert outcome.pages["listed"] == 1
        assert len(names) == outcome.count("link/new") == outcome.pages["article"] > 20
        assert not outcome.unforeseen


async def test_a_pause_is_kept_though_the_store_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Crawl(IthomeSpider, tmp_path, monkeypatch) as crawl:
        crawl.store.away = {"put_document pauses"}
        await HostPause.of(crawl.crawler).hold("www.ithome.com", "http_429", timedelta(minutes=20))
        assert waiting(tmp_path / "raw") == {"ithome": {"document": 1}}
    async with open_store(str(tmp_path / "newsarchive.sqlite")) as store:
        assert await store.documents(PAUSES) == {}
        await drain_left_over(store, tmp_path / "raw")
        assert [pause.why for pause in (await store.documents(PAUSES)).values()] == ["http_429"]


async def test_the_record_of_a_run_waits_too_and_says_that_it_did_not_end_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl = Crawl(IthomeSpider, tmp_path, monkeypatch)
    await crawl.session.spider_opened(crawl.spider)
    crawl.store.away = {"save_run", "save_articles"}
    await crawl.session.outbox.add(None, article(1))
    await crawl.session.spider_closed("finished")
    assert waiting(tmp_path / "raw") == {"ithome": {"article": 1, "run": 1}}
    async with open_store(str(tmp_path / "newsarchive.sqlite")) as store:
        (before,) = await store.runs()
        assert before.finished_at is None
        await drain_left_over(store, tmp_path / "raw")
        (run,) = await store.runs()
        assert (run.run_id, run.exit_code, run.reason) == (before.run_id, CrawlExit.UNSAVED, "finished")
        assert run.counts["record/spooled_count"] == 1
        assert [line for line in run.warnings if ".spool" in line]


async def test_the_next_crawl_drains_before_it_asks_what_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Crawl(IthomeSpider, tmp_path, monkeypatch, sources=[RSS], limit="1") as crawl:
        await crawl.read_lists()
        crawl.store.away = {"save_articles"}
        (name,) = await crawl.read_articles()
        assert (await crawl.end()).records["spooled"] == 1
    crawl = Crawl(IthomeSpider, tmp_path, monkeypatch, sources=[RSS])
    async with crawl:
        assert await crawl.articles() == [name]
        held: Task = (await crawl.store.tasks([name]))[name]
        assert held.state == "done"
        await crawl.read_lists()
        assert name not in await crawl.read_articles()
        await crawl.end()
