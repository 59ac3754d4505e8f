"""What a crawl hands to the store: in which order, what settles a task, and what happens to what is not taken."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from newsarchive.crawl.outbox import MOST_BATCHES, MOST_BYTES, Delivery, Outbox
from newsarchive.errors import RecordRefusedError, StoreUnwritableError
from newsarchive.items.event import Event
from newsarchive.monitoring.stopwatch import Stopwatch
from newsarchive.records.listing import ListReading
from newsarchive.records.page import Page
from newsarchive.records.task import Task
from newsarchive.storage.collections import LISTS
from newsarchive.storage.raw.folders import path_of
from newsarchive.storage.raw.store import RawStore
from newsarchive.storage.raw.warc import Capture
from newsarchive.storage.spool import waiting
from newsarchive.storage.tasks import postponed, settled
from spiders.ithome import IthomeSpider
from tests.storage.moody import MoodyStore
from tests.storage.records import NOON, article, event, task

SIZE = 3
LATER = NOON + timedelta(hours=1)
LIST = "https://www.ithome.com/rss/"


class Told:
    """What the record of the run is told."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.errors: list[BaseException] = []
        self.watch = Stopwatch()

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    def unforeseen(self, error: BaseException, where: str) -> None:  # noqa: ARG002
        self.errors.append(error)


class Desk:
    """An outbox with all around it, in a folder."""

    def __init__(self, folder: Path, patience: float = 0.2, *, fsync: bool = False) -> None:
        self.store = MoodyStore(folder / "news.sqlite")
        self.raw = RawStore(folder / "raw", fsync=fsync)
        self.stats = MemoryStatsCollector(Crawler(IthomeSpider, Settings()))
        self.told = Told()
        self.outbox = Outbox(
            self.store,
            self.raw,
            self.stats,
            self.told,
            site="ithome",
            size=SIZE,
            seconds=0.01,
            patience=patience,
        )

    def announced(self, number: int, **fields: object) -> Delivery:
        wanted = task(number)
        return self.outbox.announce(
            article(number, **fields),
            settled(wanted, state="done", outcome="article", at=NOON, due_at=LATER),
            postponed(wanted, outcome="failed", at=NOON, due_at=LATER),
        )

    def fetched(self, number: int, **fields: object) -> Delivery:
        delivery = self.announced(number, **fields)
        assert self.outbox.claim(delivery.article, delivery.article.identity) is delivery
        return delivery

    async def deliver(self, delivery: Delivery) -> bool:
        return await self.outbox.add(delivery, delivery.article)

    async def add(self, *numbers: int) -> list[Delivery]:
        given = [self.fetched(number) for number in numbers]
        for one in given:
            await self.deliver(one)
        return given

    async def state(self, number: int) -> tuple[str, str | None, int] | None:
        """What became of a task: its state, outcome, and tries."""
        held: Task | None = (await self.store.tasks([f"ithome:{number}"])).get(f"ithome:{number}")
        return (held.state, held.outcome, held.tries) if held else None

    async def articles(self) -> list[str]:
        return [one.identity async for one in self.store.articles()]

    async def events(self) -> list[Event]:
        return [one async for one in self.store.events()]

    def count(self, name: str) -> int:
        return int(self.stats.get_value(f"{name}_count", 0))

    def aside(self) -> list[dict[str, Any]]:
        return [json.loads(path.read_text()) for path in sorted(self.raw.directory.glob("refused/*.json"))]


def spooled(desk: Desk) -> dict[str, int]:
    return dict(waiting(desk.raw.directory).get("ithome", {}))


@asynccontextmanager
async def opened(desk: Desk) -> AsyncIterator[Desk]:
    await desk.store.open()
    desk.raw.open()
    try:
        yield desk
    finally:
        desk.outbox.release()
        desk.raw.close()
        await desk.store.close()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened(Desk(tmp_path)) as desk:
        yield desk


async def test_nothing_is_said_of_a_page_that_is_not_on_the_disk(tmp_path: Path) -> None:
    async with opened(Desk(tmp_path, fsync=True)) as desk:
        page = Page(b"<html>", "https://www.ithome.com/0/000/001.htm", 200, {}, NOON)
        kept = desk.raw.append(Capture(page, site="ithome"))
        path_of(desk.raw.directory, kept.file).unlink()
        await desk.add(1)
        await desk.outbox.add_event(event(), task(2, state="gone"))
        await desk.outbox.write()
        assert [call for call in desk.store.calls if call.startswith(("save", "put"))] == []
        assert spooled(desk) == {}


async def test_large_pages_do_not_wait_for_a_full_batch(desk: Desk) -> None:
    first, second = desk.fetched(1), desk.fetched(2)
    first.size = second.size = MOST_BYTES // 2
    await desk.deliver(first)
    assert await desk.articles() == []
    await desk.deliver(second)
    assert await desk.articles() == ["ithome:1", "ithome:2"]


async def test_a_task_is_saved_after_its_article_and_its_event(desk: Desk) -> None:
    await desk.add(1)
    await desk.outbox.add_event(event(site="ithome", identity="ithome:2"), task(2, state="gone"))
    desk.outbox.add_list(ListReading(url=LIST, read_at=NOON))
    await desk.outbox.write()
    order = ["save_articles", "save_events", "save_tasks", "put_document lists"]
    assert [call for call in desk.store.calls if call in order] == order
    assert await desk.state(1) == ("done", "article", 0)
    assert await desk.state(2) == ("gone", None, 0)


@pytest.mark.parametrize("call", ["save_articles", "save_events", "save_tasks"])
async def test_what_is_not_saved_is_kept_and_nothing_that_follows_from_it_is_said(
    desk: Desk, call: str
) -> None:
    desk.store.away = {call}
    await desk.add(1)
    await desk.outbox.add_event(event(site="ithome", identity="ithome:2"), task(2, state="gone"))
    desk.outbox.add_list(ListReading(url=LIST, read_at=NOON))
    await desk.outbox.write()
    assert await desk.state(1) is None
    assert await desk.state(2) is None
    assert await desk.store.get_document(LISTS, LIST) is None

    desk.store.away = set()
    await desk.outbox.write()
    assert await desk.articles() == ["ithome:1"]
    assert len(await desk.events()) == 1
    assert await desk.state(1) == ("done", "article", 0)
    assert await desk.state(2) == ("gone", None, 0)
    assert await desk.store.get_document(LISTS, LIST)
    assert desk.count("record/new") == desk.count("record/read") == 1


async def test_a_full_batch_is_written_at_once(desk: Desk) -> None:
    await desk.add(*range(SIZE))
    assert len(await desk.articles()) == SIZE


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(RecordRefusedError("over 16 MB"), "refused"), (UnicodeError("half a character"), "failed")],
)
async def test_one_bad_record_costs_itself_only_and_is_kept_with_its_reason(
    desk: Desk, error: Exception, outcome: str
) -> None:
    desk.store.refuses = {"ithome:2": error}
    for _ in range(2):  # a batch that is sent again finds everything as it was
        await desk.add(1, 2, 3)
        await desk.outbox.write()
        assert await desk.articles() == ["ithome:1", "ithome:3"]
        assert await desk.state(1) == await desk.state(3) == ("done", "article", 0)
        assert await desk.state(2) == ("wanted", "failed", 1)
        (aside,) = desk.aside()
        assert (aside["kind"], aside["name"]) == ("article", "ithome:2")
        assert str(error) in str(aside["reason"])
        assert aside["record"]["text"] == article(2).text
    assert desk.count(f"record/{outcome}") == 2
    assert len(desk.told.errors) == (2 if outcome == "failed" else 0)
    assert len(desk.told.warnings) == (0 if outcome == "failed" else 2)


async def test_a_refused_event_blocks_no_other(desk: Desk) -> None:
    desk.store.refuses = {"ithome:2": RecordRefusedError("half a character")}
    for number in (1, 2, 3):
        await desk.outbox.add_event(
            event(site="ithome", identity=f"ithome:{number}"), task(number, state="gone")
        )
    await desk.outbox.write()
    assert {one.identity for one in await desk.events()} == {"ithome:1", "ithome:3"}
    assert [one["kind"] for one in desk.aside()] == ["event"]
    assert desk.count("run/refused") == 1


async def test_an_article_that_failed_on_its_way_leaves_its_task_to_be_tried_again(desk: Desk) -> None:
    desk.outbox.lose(desk.fetched(1), "failed")
    desk.outbox.lose(desk.fetched(2), "dropped")
    await desk.outbox.write()
    assert await desk.state(1) == await desk.state(2) == ("wanted", "failed", 1)
    assert (desk.count("record/failed"), desk.count("record/dropped")) == (1, 1)


async def test_an_item_has_the_delivery_of_its_own_article_and_a_plugins_that_of_the_same_identity(
    desk: Desk,
) -> None:
    first, second, other = desk.announced(1), desk.announced(1), desk.announced(2)
    assert desk.outbox.claim(second.article, "ithome:1") is second
    assert desk.outbox.claim({"identity": "ithome:1"}, "ithome:1") is first
    assert desk.outbox.claim({"identity": "ithome:1"}, "ithome:1") is None, "a copy settles nothing"
    assert desk.outbox.claim(other.article, "ithome:3") is other


async def test_what_no_spider_announced_is_counted_and_stored(desk: Desk) -> None:
    assert await desk.outbox.add(None, article(1))
    desk.outbox.lose(None, "failed")
    await desk.outbox.write()
    assert await desk.articles() == ["ithome:1"]
    assert desk.count("record/new") == desk.count("record/read") == 1


async def test_what_comes_behind_the_store_changes_nothing_in_it(desk: Desk) -> None:
    given = article(1)
    await desk.outbox.add(None, given)
    given.title = "改过的标题"
    await desk.outbox.write()
    assert [one.title async for one in desk.store.articles()] == [article(1).title]


async def test_an_article_that_is_in_the_batch_is_not_lost_by_what_comes_after(desk: Desk) -> None:
    (fetched,) = await desk.add(1)
    desk.outbox.lose(fetched, "failed")
    await desk.outbox.write()
    assert await desk.state(1) == ("done", "article", 0)
    assert desk.count("record/failed") == 0


async def test_a_repeat_is_settled_with_the_first(desk: Desk) -> None:
    first, repeat, other = desk.fetched(1), desk.fetched(1), desk.fetched(1, title="改过的标题")
    assert [await desk.deliver(one) for one in (first, repeat, other)] == [True, False, True]
    assert desk.count("record/duplicate") == 0
    await desk.outbox.write()
    assert not await desk.deliver(desk.fetched(1, title="改过的标题"))
    await desk.outbox.write()
    assert [desk.count(f"record/{name}") for name in ("new", "updated", "duplicate")] == [1, 1, 2]
    assert await desk.state(1) == ("done", "article", 0)


async def test_a_repeat_of_what_was_refused_is_refused(desk: Desk) -> None:
    desk.store.refuses = {"ithome:1": RecordRefusedError("over 16 MB")}
    await desk.add(1, 1)
    await desk.outbox.write()
    assert desk.count("record/refused") == 2
    assert await desk.state(1) == ("wanted", "failed", 1)


async def test_another_name_makes_no_repeat(desk: Desk) -> None:
    await desk.add(1)
    assert await desk.deliver(desk.fetched(1, aliases=("https://m.ithome.com/html/1.htm",)))
    await desk.outbox.write()
    assert await desk.store.article("https://m.ithome.com/html/1.htm")


async def test_a_list_is_read_when_all_that_it_carried_is_settled(desk: Desk) -> None:
    carried = [desk.fetched(number) for number in (1, 2)]
    desk.outbox.add_list(ListReading(url=LIST, read_at=NOON), carried)
    await desk.deliver(carried[0])
    await desk.outbox.write()
    assert await desk.store.get_document(LISTS, LIST) is None, "one article is still in the pipelines"
    desk.outbox.lose(carried[1], "failed")
    desk.store.calls.clear()
    await desk.outbox.write()
    assert desk.store.calls == ["save_tasks", "put_document lists"]


async def test_while_the_store_is_away_all_goes_into_the_spool_and_then_into_the_store(desk: Desk) -> None:
    desk.store.away = {"save_articles"}
    await desk.add(*range(20))
    assert await desk.outbox.room()
    await desk.outbox.write()
    assert spooled(desk)["article"] == 20
    assert await desk.articles() == []
    assert desk.count("record/new") == 0, "only the store says how an article ended"
    desk.store.away = set()
    await desk.outbox.write()
    assert len(await desk.articles()) == 20
    assert await desk.state(7) == ("done", "article", 0)
    assert desk.count("record/new") == desk.count("record/read") == 20
    assert list(desk.raw.directory.glob("spool/*")) == []


async def test_what_is_fetched_later_goes_into_the_store_later(desk: Desk) -> None:
    desk.store.away = {"save_articles", "save_events"}
    await desk.add(1)
    await desk.outbox.add_event(event(site="ithome", identity="ithome:2"), task(2, state="gone"))
    desk.outbox.add_list(ListReading(url=LIST, read_at=NOON))
    await desk.outbox.write()
    await desk.add(3)
    desk.store.away = set()
    desk.store.calls.clear()
    await desk.outbox.write()
    writes = [call for call in desk.store.calls if call != "tasks"]
    assert writes == [
        "save_articles", "save_tasks", "save_events", "save_tasks", "put_document lists",
        "save_articles", "save_tasks",
    ]  # fmt: skip


async def test_a_list_waits_for_what_is_still_in_the_pipelines_before_it_goes_into_the_spool(
    desk: Desk,
) -> None:
    desk.store.away = {"save_articles"}
    carried = [desk.fetched(number) for number in (1, 2)]
    desk.outbox.add_list(ListReading(url=LIST, read_at=NOON), carried)
    await desk.deliver(carried[0])
    await desk.outbox.write()
    assert spooled(desk) == {"article": 1}
    await desk.deliver(carried[1])
    await desk.outbox.write()
    assert spooled(desk) == {"article": 2, "document": 1}


async def test_a_repeat_of_what_is_in_the_spool_is_settled_by_the_stores_own_answer(desk: Desk) -> None:
    desk.store.away = {"save_articles"}
    await desk.add(1, 1)
    await desk.outbox.write()
    await desk.add(1)
    desk.store.away = set()
    await desk.outbox.write()
    assert [desk.count(f"record/{name}") for name in ("new", "unchanged", "duplicate")] == [1, 2, 0]


async def test_what_the_store_refuses_out_of_the_spool_is_kept_and_named(desk: Desk) -> None:
    desk.store.away = {"save_articles"}
    await desk.add(1, 2)
    await desk.outbox.add_event(event(site="ithome", identity="ithome:3"))
    await desk.outbox.add(None, article(4, title="half \ud800"))
    await desk.outbox.write()
    assert desk.count("record/refused") == 1, "what no store takes does not wait for one"
    desk.store.away = set()
    desk.store.refuses = dict.fromkeys(("ithome:2", "ithome:3"), RecordRefusedError("over 16 MB"))
    await desk.outbox.write()
    assert await desk.articles() == ["ithome:1"]
    assert await desk.state(2) == ("wanted", "failed", 1)
    assert {(aside["kind"], aside["name"]) for aside in desk.aside()} == {
        ("article", "ithome:2"), ("event", "ithome:3"), ("article", "ithome:4"),
    }  # fmt: skip
    assert article(2).text in [aside["record"].get("text") for aside in desk.aside()]
    assert (desk.count("record/refused"), desk.count("run/refused")) == (2, 1)
    assert [line for line in desk.told.warnings if "ithome:2" in line]
    assert not list(desk.raw.directory.glob("spool/*"))


async def test_where_the_spool_cannot_be_written_either_no_further_page_is_read(desk: Desk) -> None:
    (desk.raw.directory / "spool").write_text("in the way")
    desk.store.away = {"save_articles"}
    await desk.add(*range(SIZE * MOST_BATCHES))
    assert not await desk.outbox.room()
    await desk.outbox.close(wait=False)
    assert desk.count("record/unsaved") == desk.count("record/read") == SIZE * MOST_BATCHES
    (desk.raw.directory / "spool").unlink()
    assert await desk.outbox.room()


async def test_a_store_that_stays_away_leaves_the_rest_in_the_spool_and_counts_it(desk: Desk) -> None:
    desk.store.away = {"save_articles"}
    await desk.add(*range(SIZE * MOST_BATCHES))
    desk.outbox.add_task(task(50))
    await desk.outbox.close(wait=True)
    assert desk.count("record/spooled") == desk.count("record/read") == SIZE * MOST_BATCHES
    assert desk.count("run/spooled") == 1
    assert [line for line in desk.told.warnings if ".spool" in line]


async def test_a_crawl_that_has_nothing_more_to_fetch_waits_for_the_store(tmp_path: Path) -> None:
    desk = Desk(tmp_path, patience=60)
    await desk.store.open()
    desk.raw.open()
    desk.store.away = {"save_articles"}
    await desk.add(1)
    await desk.outbox.write()
    closing = asyncio.ensure_future(desk.outbox.close(wait=True))
    await asyncio.sleep(0)
    assert not closing.done()
    desk.store.away = set()
    await asyncio.wait_for(closing, 30)
    assert await desk.state(1) == ("done", "article", 0)
    assert desk.count("record/unsaved") == 0
    await desk.store.close()
    desk.raw.close()


async def test_a_full_disk_is_not_waited_for(tmp_path: Path) -> None:
    desk = Desk(tmp_path, patience=3600)
    await desk.store.open()
    desk.raw.open()
    desk.store.refuses = {"ithome:1": StoreUnwritableError("the disk is full")}
    await desk.add(1)
    await asyncio.wait_for(desk.outbox.close(wait=True), 30)
    assert desk.count("record/spooled") == 1
    assert "the disk is full" in desk.told.warnings[-1]
    assert desk.aside() == []
    await desk.store.close()
    desk.outbox.release()
    desk.raw.close()


async def test_a_crawl_that_was_stopped_does_not_wait(tmp_path: Path) -> None:
    desk = Desk(tmp_path, patience=3600)
    await desk.store.open()
    desk.raw.open()
    desk.store.away = {"save_tasks"}
    await desk.add(1)
    await asyncio.wait_for(desk.outbox.close(wait=False), 30)
    assert desk.count("run/spooled") == 1
    desk.outbox.release()
    await desk.store.close()
    desk.raw.close()


async def test_what_gathers_is_written_after_a_while(desk: Desk) -> None:
    desk.outbox.open()
    await desk.add(1)
    for _ in range(500):
        if await desk.articles():
            break
        await asyncio.sleep(0.01)
    assert await desk.articles() == ["ithome:1"]
    await desk.outbox.close(wait=False)
