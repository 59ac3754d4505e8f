"""What becomes of a page, its task and its list, page by page: the base of all spiders."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import CloseSpider

from newsarchive.crawl.reasons import HostPausedError
from newsarchive.errors import OutputError, RecordRefusedError
from newsarchive.items.article import Article
from newsarchive.monitoring.outcome import CrawlExit
from newsarchive.records.task import Task
from newsarchive.storage.collections import LISTS
from newsarchive.storage.tasks import carried_by
from pipelines.dates import DatesPipeline
from samples.answer import Answer, moved, not_found, page
from samples.story import Story
from samples.world import World
from spiders.base import ArchiveSpider
from spiders.ithome import IthomeSpider
from spiders.kr36 import Kr36Spider
from spiders.lists import LISTS_AT_ONCE, ListWay
from spiders.weixin import WeixinSpider
from tests.spiders.crawl import Crawl

FEED = "https://www.36kr.com/feed-article"
FLASHES = "https://www.36kr.com/feed-newsflash"
RSS = "https://www.ithome.com/rss/"
SHELL = page("<!DOCTYPE html><html><head><title>36氪</title></head><body><div id=app></div></body></html>")
NOT_MODIFIED = Answer(b"", status=304)
BROKEN = page("<html><body>500</body></html>", 500)

Start = Callable[..., Crawl]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    def make(spider: type[ArchiveSpider], *sources: str, **given: Any) -> Crawl:  # noqa: ANN401
        return Crawl(spider, tmp_path, monkeypatch, sources=sources, **given)

    return make


def stories(world: World, site: Any = "36kr") -> dict[str, Story]:  # noqa: ANN401
    """The stories of a site by the identities of their articles."""
    return {f"{site}:{story.item_id}": story for story in world.stories(site)}


def blank_pages(world: World, answer: Answer = SHELL) -> None:
    """Let the pages of all articles of 36kr be shells: their texts are in the feed only."""
    for story in world.stories("36kr"):
        world.replies[story.url] = answer


async def task_of(crawl: Crawl, name: str) -> Task:
    return (await crawl.store.tasks([name]))[name]


async def test_a_few_lists_are_under_way_at_a_time(start: Start) -> None:
    crawl = start(Kr36Spider, FEED, FLASHES, *(f"{FEED}?page={number}" for number in range(LISTS_AT_ONCE)))
    await crawl.session.open()
    lists = crawl.spider.start()
    under_way = [await anext(lists) for _ in range(LISTS_AT_ONCE)]
    for end in (crawl.fetch(under_way[0]), crawl.fail(under_way[1], HostPausedError("until noon"))):
        following = asyncio.ensure_future(anext(lists))
        await asyncio.wait({following}, timeout=0)
        assert not following.done()
        await end
        assert (await following).url not in [one.url for one in under_way]
    await crawl.__aexit__(None, None, None)


# What a list carried.


async def test_what_a_list_carried_is_in_the_store_before_the_list_counts_as_read(start: Start) -> None:
    async with start(Kr36Spider, FEED) as crawl:
        await crawl.read_lists()
        names = [one.name for one in await crawl.store.due_tasks("36kr", datetime.now(UTC), 100)]
        due = list((await crawl.store.tasks(names)).values())
        assert len(due) == 10
        carried = [carried_by(task) for task in due]
        assert all(
            one and one.text and one.raw and one.identity == task.name
            for one, task in zip(carried, due, strict=True)
        )
        assert await crawl.store.get_document(LISTS, FEED) is None
        await crawl.write()
        assert await crawl.store.get_document(LISTS, FEED)


async def test_a_text_that_only_the_feed_has_outlives_the_run(start: Start) -> None:
    world = World()
    blank_pages(world)
    async with start(Kr36Spider, FEED, world=world, limit="2") as crawl:
        await crawl.read_lists()
        assert len(await crawl.read_articles()) == 2
        await crawl.write()
        known = set(await crawl.articles())
        assert len(known) == 2
    world.replies[FEED] = NOT_MODIFIED
    async with start(Kr36Spider, FEED, world=world) as crawl:
        await crawl.read_lists()
        assert len(await crawl.read_articles()) == 8
        outcome = await crawl.end()
        assert len(await crawl.articles()) == 10
        assert outcome.pages["substituted"] == 8
        assert outcome.exit_code is CrawlExit.GOOD
        for name in await crawl.articles():
            task = await task_of(crawl, name)
            assert (task.state, task.tries, task.carried) == ("wanted", 1, None)


async def test_what_a_list_carried_stays_with_its_task_until_the_store_has_it(start: Start) -> None:
    world = World()
    blank_pages(world)
    async with start(Kr36Spider, FEED, world=world) as crawl:
        await crawl.read_lists()
        crawl.store.away = {"save_articles"}
        names = await crawl.read_articles()
        assert (await crawl.end()).exit_code is CrawlExit.UNSAVED
        assert all([(await task_of(crawl, name)).carried for name in names])


async def test_what_the_store_does_not_take_stays_with_its_task(start: Start) -> None:
    world = World()
    blank_pages(world)
    async with start(Kr36Spider, FEED, world=world) as crawl:
        await crawl.read_lists()
        name = (await crawl.store.due_tasks("36kr", datetime.now(UTC), 1))[0].name
        crawl.store.refuses = {name: RecordRefusedError("over 16 MB")}
        await crawl.read_articles()
        assert (await crawl.end()).exit_code is CrawlExit.REFUSED
        task = await task_of(crawl, name)
        assert (task.state, task.tries) == ("wanted", 1)
        assert task.carried


async def test_a_page_that_is_read_lets_go_of_what_the_list_carried(start: Start) -> None:
    async with start(Kr36Spider, FEED) as crawl:
        await crawl.read_lists()
        names = await crawl.read_articles()
        await crawl.end()
        read = [task for name in names if (task := await task_of(crawl, name)).state == "done"]
        assert len(read) >= 9
        assert not any(task.carried for task in read)


@pytest.mark.parametrize("answer", [not_found(), BROKEN, moved("https://www.36kr.com/")])
async def test_what_only_the_feed_has_is_taken_whatever_its_page_says(start: Start, answer: Answer) -> None:
    world = World()
    blank_pages(world, answer)
    async with start(Kr36Spider, FEED, world=world) as crawl:
        await crawl.read_lists()
        await crawl.read_articles()
        outcome = await crawl.end()
        assert len(await crawl.articles()) == 10
        assert not outcome.unforeseen


async def test_after_a_challenge_or_with_a_held_host_it_waits_with_its_task(start: Start) -> None:
    async with start(Kr36Spider, FEED) as crawl:
        await crawl.read_lists()
        crawl.world.challenge("36kr.com")
        first, second, *_ = await crawl.spider.frontier.take(2)
        await crawl.fetch(crawl.spider.article_request(first))
        await crawl.fail(crawl.spider.article_request(second), HostPausedError("held"))
        outcome = await crawl.end()
        assert await crawl.articles() == []
        assert all([(await task_of(crawl, one.name)).carried for one in (first, second)])
        assert not outcome.unforeseen


async def test_a_newer_list_brings_a_newer_text_of_what_was_never_fetched(start: Start) -> None:
    world = World()
    async with start(Kr36Spider, FEED, world=world) as crawl:
        await crawl.read_lists()
        name = (await crawl.store.due_tasks("36kr", datetime.now(UTC), 1))[0].name
        await crawl.write()
    world.edit(stories(world)[name].key, text="改过的正文。")
    async with start(Kr36Spider, FEED, world=world) as crawl:
        await crawl.read_lists()
        carried = carried_by(await task_of(crawl, name))
        assert carried is not None
        assert "改过的正文" in carried.text


@pytest.mark.parametrize("error", [RecordRefusedError("over 16 MB"), RuntimeError("odd")])
async def test_a_flash_that_the_store_does_not_take_is_kept_with_a_task(
    start: Start, error: Exception
) -> None:
    async with start(Kr36Spider, FLASHES) as crawl:
        *_, flash = (name for name, story in stories(crawl.world).items() if story.kind == "flash")
        crawl.store.refuses = {flash: error}
        await crawl.read_lists()
        outcome = await crawl.end()
        assert outcome.exit_code is (
            CrawlExit.REFUSED if isinstance(error, RecordRefusedError) else CrawlExit.UNFORESEEN
        )
        assert len(await crawl.articles()) == outcome.count("record/read") - 1
        assert await crawl.state(flash) == ("wanted", "failed", 1)
        carried = carried_by(await task_of(crawl, flash))
        assert carried is not None
        assert carried.identity == flash


# Every page has one outcome, exceptions too.


@pytest.mark.parametrize("call", ["add_tasks", "known"])
async def test_a_list_whose_callback_fails_is_not_read(start: Start, call: str) -> None:
    async with start(IthomeSpider, RSS) as crawl:
        crawl.store.away = {call}
        await crawl.read_lists()
        crawl.store.away = set()
        outcome = await crawl.end()
        assert (outcome.pages["listed"], outcome.pages["failed"]) == (0, 1)
        assert outcome.exit_code is CrawlExit.UNFORESEEN
        assert await crawl.store.get_document(LISTS, RSS) is None
        assert [line for line in crawl.session._warnings if "StoreUnreachableError" in line]


async def test_a_list_that_is_cut_gives_what_it_has_and_is_not_read(start: Start) -> None:
    async with start(IthomeSpider, RSS) as crawl:
        whole = crawl._asked(RSS, crawl.lists[0]).body
        crawl.world.replies[RSS] = Answer(whole[: len(whole) // 2], content_type="text/xml")
        await crawl.read_lists()
        assert await crawl.read_articles()
        outcome = await crawl.end()
        assert (outcome.pages["listed"], outcome.pages["failed"]) == (0, 1)
        assert outcome.exit_code is CrawlExit.INCOMPLETE
        reading = await crawl.store.get_document(LISTS, RSS)
        assert reading is not None
        assert (reading.etag, reading.unfinished) == (None, True)


async def test_an_article_whose_callback_fails_is_tried_again_later(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start(IthomeSpider, RSS, limit="3") as crawl:
        await crawl.read_lists()

        def broken(*_: object) -> None:
            raise ValueError("could not convert string to float: 'a'")

        monkeypatch.setattr(crawl.spider.frontier, "read", broken)
        names = await crawl.read_articles()
        outcome = await crawl.end()
        assert outcome.pages["failed"] == 3
        assert outcome.exit_code is CrawlExit.UNFORESEEN
        assert {await crawl.state(name) for name in names} == {("wanted", "ValueError", 1)}


async def test_an_article_over_which_a_pipeline_fails_is_an_outcome_of_its_own(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, failing = DatesPipeline.process_item, ""

    def sometimes(self: DatesPipeline, item: Article) -> Article:
        if item.identity == failing:
            raise OverflowError("date value out of range")
        return good(self, item)  # type: ignore[no-any-return]

    monkeypatch.setattr(DatesPipeline, "process_item", sometimes)
    async with start(IthomeSpider, RSS, limit="3") as crawl:
        await crawl.read_lists()
        failing = (await crawl.store.due_tasks("ithome", datetime.now(UTC), 1))[0].name
        assert failing in await crawl.read_articles()
        outcome = await crawl.end()
        assert (outcome.records["new"], outcome.records["failed"], outcome.count("record/read")) == (2, 1, 3)
        assert outcome.exit_code is CrawlExit.UNFORESEEN
        assert await crawl.state(failing) == ("wanted", "failed", 1)
        assert failing not in await crawl.articles()
        assert [line for line in crawl.session._warnings if failing in line]


async def test_a_page_that_could_not_be_kept_raw_is_not_the_sites_failure(start: Start) -> None:
    world = World()
    blank_pages(world)
    async with start(Kr36Spider, FEED, world=world) as crawl:
        await crawl.read_lists()
        (task,) = await crawl.spider.frontier.take(1)
        await crawl.fail(crawl.spider.article_request(task), OutputError("no room"))
        outcome = await crawl.end()
        assert outcome.exit_code is CrawlExit.UNFORESEEN
        assert (outcome.pages["failed"], outcome.pages["substituted"]) == (1, 0)
        assert (await task_of(crawl, task.name)).carried


async def test_no_page_is_read_while_neither_store_nor_spool_take_what_there_is(start: Start) -> None:
    async with start(IthomeSpider, RSS, settings={"NEWSARCHIVE_BATCH": 1}) as crawl:
        await crawl.read_lists()
        crawl.store.away = {"save_articles"}
        (crawl.session.raw.directory / "spool").write_text("in the way")
        tasks = await crawl.spider.frontier.take(5)
        for task in tasks[:2]:
            await crawl.fetch(crawl.spider.article_request(task))
        await crawl.write()
        with pytest.raises(CloseSpider):
            await crawl.spider.ended(lambda: pytest.fail("the page was read"))
        outcome = await crawl.end()
        assert outcome.exit_code is CrawlExit.UNSAVED
        assert not [line for line in outcome.unforeseen if "page" in line]


# 304, redirects, notices.


async def test_not_modified_without_having_been_asked_is_a_failure(start: Start) -> None:
    world = World()
    async with start(IthomeSpider, RSS, world=world, limit="1") as crawl:
        world.replies[RSS] = NOT_MODIFIED
        await crawl.read_lists()
        outcome = await crawl.end()
        assert outcome.exit_code is CrawlExit.NOTHING_READ
        assert await crawl.store.get_document(LISTS, RSS) is None
    del world.replies[RSS]
    async with start(IthomeSpider, RSS, world=world, limit="1") as crawl:
        await crawl.read_lists()
        story = stories(world, "ithome")[name := (await crawl.spider.frontier.take(1))[0].name]
        world.replies[story.url] = NOT_MODIFIED
        task = (await task_of(crawl, name)).model_copy(update={"carried": None})
        await crawl.fetch(crawl.spider.article_request(task))
        outcome = await crawl.end()
        assert (outcome.pages["unmodified"], outcome.failures()) == (0, {"http_304": 1})
        assert await crawl.state(name) == ("wanted", "http_304", 1)


async def test_not_modified_is_believed_where_it_was_asked_for(start: Start) -> None:
    world = World()
    async with start(IthomeSpider, RSS, world=world) as crawl:
        await crawl.read_lists()
        await crawl.write()
    async with start(IthomeSpider, RSS, world=world) as crawl:
        assert crawl.lists[0].headers["If-None-Match"]
        await crawl.read_lists()
        outcome = await crawl.end()
        assert (outcome.exit_code, outcome.count("list/unmodified")) == (CrawlExit.GOOD, 1)


async def stored(start: Start, world: World) -> list[str]:
    """Crawl three articles of ithome; their identities, newest first."""
    async with start(IthomeSpider, RSS, world=world, limit="3") as crawl:
        await crawl.read_lists()
        names = await crawl.read_articles()
        await crawl.end()
        return names


async def test_a_redirect_to_another_article_is_an_event_and_no_merger(start: Start) -> None:
    world = World()
    a, b, _ = await stored(start, world)
    address = stories(world, "ithome")[b].url
    again = {"NEWSARCHIVE_REVISIT": {"100000": 0}}
    async with start(IthomeSpider, world=world, settings=again) as crawl:
        before = [await crawl.store.article(name) for name in (a, b)]
        task = await task_of(crawl, a)
        world.replies[task.url] = moved(address)
        await crawl.fetch(crawl.spider.article_request(task))
        outcome = await crawl.end()
        assert (outcome.pages["event"], outcome.records["unchanged"]) == (1, 1)
        assert [await crawl.store.article(name) for name in (a, b)] == before
        (event,) = await crawl.events()
        assert (event.kind, event.identity, event.url, event.notice) == ("moved", a, task.url, address)
        assert await crawl.state(a) == ("done", "moved", 0)
        assert (await task_of(crawl, a)).due_at < datetime.now(UTC) + timedelta(minutes=1)


async def test_a_new_article_whose_address_leads_to_another_is_not_stored_under_its_name(
    start: Start,
) -> None:
    world = World()
    async with start(IthomeSpider, RSS, world=world) as crawl:
        await crawl.read_lists()
        tasks = await crawl.spider.frontier.take(2)
        a, b = [task.model_copy(update={"carried": None}) for task in tasks]
        world.replies[a.url] = moved(b.url)
        await crawl.fetch(crawl.spider.article_request(a))
        await crawl.end()
        assert await crawl.articles() == [b.name]
        held = await crawl.store.article(b.name)
        assert held is not None
        assert not {a.name, a.url} & set(held.aliases)
        assert await crawl.store.article(a.name) is None
        assert await crawl.state(a.name) == ("wanted", "moved", 1)


async def test_a_page_that_says_it_is_another_article_changes_neither(start: Start) -> None:
    world = World()
    a, b, _ = await stored(start, world)
    found = stories(world, "ithome")
    async with start(IthomeSpider, world=world) as crawl:
        before = [await crawl.store.article(name) for name in (a, b)]
        task = await task_of(crawl, a)
        asked = crawl._asked(found[b].url, crawl.spider.article_request(task))
        world.replies[task.url] = asked
        await crawl.fetch(crawl.spider.article_request(task))
        await crawl.end()
        assert [await crawl.store.article(name) for name in (a, b)] == before
        assert [(event.kind, event.identity) for event in await crawl.events()] == [("moved", a)]


async def test_a_redirect_to_a_page_that_is_no_article_changes_nothing(start: Start) -> None:
    world = World()
    a, *_ = await stored(start, world)
    async with start(IthomeSpider, world=world) as crawl:
        before = await crawl.store.article(a)
        task = await task_of(crawl, a)
        world.replies[task.url] = moved("https://www.ithome.com/list/")
        await crawl.fetch(crawl.spider.article_request(task))
        outcome = await crawl.end()
        assert await crawl.store.article(a) == before
        assert [event.kind for event in await crawl.events()] == ["moved"]
        assert not outcome.unforeseen


async def test_a_short_link_is_absorbed_by_the_article_that_it_stands_for(
    start: Start, tmp_path: Path
) -> None:
    world = World()
    story = next(one for one in world.stories("weixin") if one.kind == "article" and one.seed_link == "short")
    world.replies[story.url] = moved(story.long_url)
    seeds = tmp_path / "seeds.txt"
    seeds.write_text(story.url, encoding="utf-8")
    async with start(WeixinSpider, world=world, seeds=str(seeds)) as crawl:
        (name,) = await crawl.read_articles()
        assert name.startswith("weixin:s:")
        await crawl.end()
        (identity,) = await crawl.articles()
        assert not identity.startswith("weixin:s:")
        held = await crawl.store.article(name)
        assert held is not None
        assert held.identity == identity
        assert await crawl.events() == []


# Tasks.


async def test_failures_back_off_and_are_given_up_at_last(start: Start) -> None:
    world = World()
    async with start(IthomeSpider, RSS, world=world, limit="1") as crawl:
        await crawl.read_lists()
        (task,) = await crawl.spider.frontier.take(1)
        task = task.model_copy(update={"carried": None})
        world.replies[task.url] = BROKEN
        pauses: list[timedelta] = []
        for _ in range(10):
            before = datetime.now(UTC)
            await crawl.fetch(crawl.spider.article_request(task))
            await crawl.write()
            task = await task_of(crawl, task.name)
            pauses.append(timedelta(hours=round((task.due_at - before) / timedelta(hours=1))))
        hour, day = timedelta(hours=1), timedelta(days=1)
        assert pauses[:9] == [hour, 6 * hour, day, 3 * day, 7 * day, 7 * day, 7 * day, 7 * day, 7 * day]
        assert task.state == "gone"


async def test_the_newest_comes_first_whichever_list_names_it(start: Start) -> None:
    async with start(IthomeSpider, RSS, "https://www.ithome.com/list/") as crawl:
        await crawl.read_lists()
        order = await crawl.read_articles()
        found = stories(crawl.world, "ithome")
        times = [found[name].order_at or found[name].published for name in order]
        assert len(times) > 40
        assert times == sorted(times, reverse=True)


async def test_a_list_that_was_not_read_to_its_end_is_read_to_its_end_by_the_next_run(start: Start) -> None:
    channel = "https://www.36kr.com/information/web_news/"
    world = World()
    world.generate(300)
    async with start(Kr36Spider, channel, world=world) as crawl:
        following = await crawl.fetch(crawl.lists[0])
        assert following  # and the run dies, before anything more is written
    async with start(Kr36Spider, channel, world=world) as crawl:
        assert not crawl.lists[0].headers.get("If-None-Match")
        await crawl.read_lists()
        outcome = await crawl.end()
        assert outcome.pages["listed"] == 3
        assert (outcome.count("link/new"), outcome.count("link/known")) == (60, 30)
    async with start(Kr36Spider, channel, world=world) as crawl:
        way = crawl.lists[0].cb_kwargs["way"]
        assert isinstance(way, ListWay)
        assert not way.to_the_end
