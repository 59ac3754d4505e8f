"""What readings of lists leave for completeness, and lists and numbers that a backfill has queued: the next crawl fetches them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsarchive.completeness import SiteCoverage, backfill, coverage_of
from newsarchive.items.record import SHANGHAI
from newsarchive.records.task import AUDIT
from newsarchive.sites import SITES
from newsarchive.storage.collections import LISTS, WANTED_LISTS
from samples.answer import Answer
from samples.ids import number
from samples.story import Story
from samples.world import World
from spiders.base import ArchiveSpider
from spiders.ithome import IthomeSpider
from spiders.kr36 import Kr36Spider
from spiders.weixin import WeixinSpider
from tests.spiders.crawl import Crawl

Start = Callable[..., Crawl]
DAY = date(2026, 10, 14)
SINCE = datetime(2026, 10, 14, tzinfo=SHANGHAI)
UNTIL = SINCE + timedelta(days=1)
OF_DAY = "https://www.ithome.com/list/2026-10-14.html"
HOT = "https://openclaw.36krcdn.com/media/hotlist/2026-10-14/24h_hot_list.json"
DAYS = {"since": "2026-10-14", "until": "2026-10-14"}
ALBUM = "3900000000000000001"


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    def make(spider: type[ArchiveSpider], *sources: str, **given: Any) -> Crawl:  # noqa: ANN401
        return Crawl(spider, tmp_path, monkeypatch, sources=sources, **given)

    return make


async def crawled(crawl: Crawl) -> None:
    """A whole crawl."""
    async with crawl:
        await crawl.read_lists()
        await crawl.read_articles()
        await crawl.end()


async def asked(crawl: Crawl, *, fill: bool = False, site: str = "ithome") -> SiteCoverage:
    """The coverage of the day, and what is missing queued where that is wanted."""
    async with crawl.store:
        told = await coverage_of(crawl.store, site, SINCE, UNTIL)
        if fill:
            await backfill(crawl.store, told)
    return told


def of_day(world: World) -> list[Story]:
    return [story for story in world.of_day("ithome", DAY) if story.kind != "promotion"]


async def test_a_days_list_that_was_never_read_is_read_by_the_next_crawl_whatever_it_is_for(
    start: Start,
) -> None:
    world = World()
    world.generate(10, 3, sites=("ithome",), first_day=DAY)
    others = start(IthomeSpider, world=world, since="2026-10-13", until="2026-10-13")
    await crawled(others)
    told = await asked(others, fill=True)
    assert [one.url for one in told.unread] == [OF_DAY]
    assert told.held == 0
    await crawled(next_crawl := start(IthomeSpider, world=world))
    told = await asked(next_crawl)
    assert told.held == len(of_day(world)) > 0
    assert told.unread == ()
    await crawled(last := start(IthomeSpider, world=world))
    assert last.lists == [], "it is asked for once"
    async with last.store:
        assert await last.store.documents(WANTED_LISTS) == {}


async def test_a_list_that_cannot_be_read_is_asked_for_ten_times(start: Start) -> None:
    world = World()
    await crawled(first := start(IthomeSpider, world=world, since="2026-10-13", until="2026-10-13"))
    await asked(first, fill=True)
    world.drop_day(DAY)
    for tries in range(12):
        await crawled(crawl := start(IthomeSpider, world=world))
        assert len(crawl.lists) == (tries < 10), tries
    async with crawl.store:
        assert await crawl.store.documents(WANTED_LISTS) == {}
    assert [one.day for one in (await asked(crawl)).unread] == [DAY], "it is still unread"


async def test_a_day_for_which_the_site_owes_no_list_is_settled(start: Start) -> None:
    world = World()
    world.replies[HOT] = Answer(b"no such key", status=404)
    await crawled(crawl := start(Kr36Spider, world=world, **DAYS))
    assert (await asked(crawl, site="36kr")).unread == ()
    async with crawl.store:
        reading = await crawl.store.get_document(LISTS, HOT)
    assert reading is not None
    assert reading.absent


async def test_a_reading_keeps_its_shape_when_nothing_was_sent_again(start: Start) -> None:
    world = World()
    feed = "https://www.ithome.com/rss/"
    shapes = []
    for _ in range(2):
        await crawled(crawl := start(IthomeSpider, feed, world=world))
        async with crawl.store:
            reading = await crawl.store.get_document(LISTS, feed)
        assert reading is not None
        shapes.append(reading.shape)
    assert crawl.crawler.stats.get_value("list/unmodified_count") == 1
    assert shapes[0] == shapes[1]
    assert shapes[0] is not None
    assert shapes[0].items > 20
    newest = next(world.newest("ithome"))
    assert shapes[0].newest is not None
    assert abs(shapes[0].newest - newest.published) < timedelta(days=2)


async def test_what_a_days_list_leaves_out_is_found_by_its_number(start: Start) -> None:
    world = World()
    world.generate(30, 3, sites=("ithome",), first_day=date(2026, 10, 31))
    world.leave_out(0.3, "https://www.ithome.com/list/2026-10-31.html")
    crawl = start(IthomeSpider, world=world, since="2026-10-31", until="2026-10-31")
    await crawled(crawl)
    since = datetime(2026, 10, 31, tzinfo=SHANGHAI)
    async with crawl.store:
        told = await coverage_of(crawl.store, "ithome", since, since + timedelta(days=1))
        assert told.missing == ()
        await backfill(crawl.store, told)
    every = {f"ithome:{one.item_id}" for one in world.stories("ithome") if one.published >= since}
    held = {*await _articles(crawl)}
    inside = {name for name in every if min(held) < name < max(held)}
    assert inside - held, "the list has left some out"
    await crawled(again := start(IthomeSpider, world=world))
    assert inside <= {*await _articles(again)}
    async with again.store:
        told = await coverage_of(again.store, "ithome", since, since + timedelta(days=1))
    assert (told.missing, told.unknown) == ((), ()), "no number is asked for twice, none is called an article"


async def _articles(crawl: Crawl) -> list[str]:
    async with crawl.store:
        return await crawl.articles()


async def test_a_number_that_was_none_is_fetched_when_a_list_names_it(start: Start) -> None:
    world = World()
    world.generate(6, 3, sites=("ithome",), first_day=DAY)
    draft = of_day(world)[0]
    world.replies[draft.url] = Answer(b"<html><body>404</body></html>", status=404)
    name = f"ithome:{draft.item_id}"
    crawl = start(IthomeSpider, world=world)
    async with crawl:
        link = SITES["ithome"].identify(draft.url)
        assert link is not None
        await crawl.spider.frontier.want([crawl.spider.task_for(link, source=AUDIT)])
        await crawl.read_articles()
        await crawl.end()
        assert await crawl.state(name) == ("gone", "absent", 0)
    world.replies.clear()
    await crawled(named := start(IthomeSpider, world=world, **DAYS))
    assert name in await _articles(named)


@pytest.mark.parametrize("given", [{"waiting": "1"}, {"albums": ALBUM}, {"albums": "3900000000000000002"}])
async def test_a_hole_in_an_album_is_named_and_closed_by_the_next_reading(
    start: Start, given: dict[str, str]
) -> None:
    url = "https://mp.weixin.qq.com/mp/appmsgalbum"
    world = World()
    world.generate(150, 4, sites=("weixin",), in_albums=True)
    in_album = [one for one in world.stories("weixin") if one.album == ALBUM and not one.is_withdrawn]
    chances = {one.key: number(url, one.key, below=10_000) for one in in_album}
    world.leave_out((min(chances.values()) + 1) / 10_000, url)
    inner = [one for one in in_album if not world.as_shown_at(url).lists(one)]
    assert [in_album.index(one) in range(1, len(in_album) - 21) for one in inner] == [True], (
        "one is left out, and not on the first page"
    )
    await crawled(crawl := start(WeixinSpider, world=world, albums=ALBUM))
    since, until = (datetime(2026, month, 1, tzinfo=SHANGHAI) for month in (9, 11))
    async with crawl.store:
        told = await coverage_of(crawl.store, "weixin", since, until)
        await backfill(crawl.store, told)
    assert [one.reason for one in told.missing] == ["hole"] * len(inner)
    world.leave_out(0, url)
    await crawled(again := start(WeixinSpider, world=world, **given))
    async with again.store:
        told = await coverage_of(again.store, "weixin", since, until)
    assert told.missing == ()
    held = await _articles(again)
    assert {f"weixin:{one.biz}:{one.mid}:{one.idx}" for one in inner} <= {*held}
