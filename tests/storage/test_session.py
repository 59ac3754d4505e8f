"""The record of a run: that it lives, how it ended, and that nothing that goes wrong there is passed over."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from scrapy.exceptions import DontCloseSpider

from newsarchive.crawl import session as sessions
from newsarchive.monitoring.outcome import CrawlExit
from newsarchive.records.run import Run
from newsarchive.storage.raw.folders import warc_files
from newsarchive.storage.sqlite.store import SqliteStore
from spiders.ithome import IthomeSpider
from tests.spiders.crawl import Crawl
from tests.storage.raw_pages import make_runs


async def last_run(folder: Path) -> Run:
    async with SqliteStore(folder / "newsarchive.sqlite") as store:
        return (await store.runs("ithome", limit=1))[0]


async def test_a_run_that_lives_says_so_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "HEARTBEAT_SECONDS", 0.001)
    crawl = Crawl(IthomeSpider, tmp_path, monkeypatch, limit="1")
    beats: list[Run] = []
    enough = asyncio.Event()
    save = crawl.store.save_run

    async def noted(run: Run) -> None:
        await save(run)
        beats.append(run)
        if len(beats) == 4:
            enough.set()

    monkeypatch.setattr(crawl.store, "save_run", noted)
    await crawl.session.spider_opened(crawl.spider)
    assert (await last_run(tmp_path)).finished_at is None
    await asyncio.wait_for(enough.wait(), 30)
    await crawl.session.spider_closed("finished")
    times = [run.heartbeat_at for run in beats[:4]]
    assert times == sorted(set(times))
    run = await last_run(tmp_path)
    assert (run.reason, run.arguments) == ("finished", {"limit": "1"})
    assert run.heartbeat_at == run.finished_at


async def test_a_beat_that_fails_is_told_and_the_heart_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "HEARTBEAT_SECONDS", 0.001)
    crawl = Crawl(IthomeSpider, tmp_path, monkeypatch)
    await crawl.session.spider_opened(crawl.spider)
    tried = asyncio.Event()
    failing = iter([ValueError("odd"), ValueError("odd")])

    async def record(reason: str | None = None) -> None:  # noqa: ARG001
        if (error := next(failing, None)) is not None:
            raise error
        tried.set()

    monkeypatch.setattr(crawl.session, "record", record)
    await asyncio.wait_for(tried.wait(), 30)
    assert crawl.crawler.stats.get_value("run/unforeseen_count") == 2
    monkeypatch.undo()
    await crawl.session.spider_closed("finished")


async def test_a_run_that_cannot_be_compared_ends_in_order_and_not_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl = Crawl(IthomeSpider, tmp_path, monkeypatch)
    await crawl.session.spider_opened(crawl.spider)
    crawl.store.away = {"runs"}
    await crawl.session.spider_closed("finished")
    run = await last_run(tmp_path)
    assert run.exit_code == CrawlExit.UNFORESEEN
    assert [line for line in run.warnings if "the store is away" in line]
    with pytest.raises(RuntimeError, match="not open"):
        await crawl.store.counts()


async def test_counts_that_do_not_add_up_are_no_good_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl = Crawl(IthomeSpider, tmp_path, monkeypatch)
    await crawl.session.spider_opened(crawl.spider)
    for name in ("page/fetched", "page/fetched", "page/listed"):
        crawl.crawler.stats.inc_value(f"{name}_count")
    await crawl.session.spider_closed("finished")
    run = await last_run(tmp_path)
    assert (run.end, run.exit_code) == ("unforeseen", CrawlExit.UNFORESEEN)
    assert [line for line in run.warnings if "page/fetched: 2" in line]


async def test_many_exceptions_are_counted_and_some_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl = Crawl(IthomeSpider, tmp_path, monkeypatch)
    await crawl.session.spider_opened(crawl.spider)
    for number in range(1000):
        crawl.session.unforeseen(ValueError("x" * 10_000), f"page {number}")
    await crawl.session.spider_closed("finished")
    run = await last_run(tmp_path)
    assert len(run.warnings) < 30
    assert len(run.model_dump_json()) < 30_000
    assert [line for line in run.warnings if "exceptions: 1000" in line]


async def test_what_fails_while_articles_are_asked_for_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def odd(_: IthomeSpider) -> None:
        raise ValueError("odd")

    monkeypatch.setattr(IthomeSpider, "audit", odd)
    async with Crawl(IthomeSpider, tmp_path, monkeypatch, audit="3") as crawl:
        crawl.spider._listed.add(1)  # type: ignore[attr-defined]
        with pytest.raises(DontCloseSpider):
            crawl.spider.idle()
        assert crawl.spider._asking is not None
        await crawl.spider._asking
        assert crawl.crawler.stats.get_value("run/unforeseen_count") == 1


async def test_what_no_store_takes_does_not_cost_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file's name that is not UTF-8 comes with half characters, an exception with as many lines as it likes."""
    crawl = Crawl(IthomeSpider, tmp_path, monkeypatch)
    crawl.spider.given = {"seeds": "\udcff.txt"}
    crawl.session.not_read("https://www.ithome.com/rss/", "OddError", "a\ud800\nb")
    await crawl.session.spider_opened(crawl.spider)
    await crawl.session.spider_closed("finished")
    run = await last_run(tmp_path)
    assert run.arguments == {"seeds": "\\udcff.txt"}
    assert [one.detail for one in run.not_read] == ["a\\ud800"]


async def test_raw_files_that_lost_pages_are_named_in_the_record_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawl = Crawl(IthomeSpider, tmp_path, monkeypatch)
    make_runs(crawl.session.raw.directory, runs=2)
    shorter, missing = warc_files(crawl.session.raw.directory)
    os.truncate(shorter, 100)
    missing.unlink()
    await crawl.session.spider_opened(crawl.spider)
    await crawl.session.spider_closed("finished")
    told = (await last_run(tmp_path)).warnings
    assert [shorter.name in told[0], missing.name in told[1]] == [True, True]
