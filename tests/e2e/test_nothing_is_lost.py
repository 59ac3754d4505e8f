"""What was fetched, or carried by a list, is in the store in the end: through kills, limits, refusals and odd answers."""

from __future__ import annotations

import asyncio
import json
import os
import random
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from newsarchive.items.article import Article
from newsarchive.monitoring.outcome import PAGES, RECORDS, CrawlExit
from newsarchive.storage import open_store
from samples import SampleServer
from samples.answer import Answer, Asked, page
from samples.hosts.table import answer
from tests.e2e.running import SCRAPY, Place, lasting
from tests.mongo import OwnServer, database_of, own_server

ROUNDS = int(os.environ.get("NEWSARCHIVE_TEST_KILLS", "2"))
"""How many crawls are killed and gone on with, for each engine; 100 is the number to try by hand."""
SHELL = page("<!DOCTYPE html><html><head><title>36氪</title></head><body><div id=app></div></body></html>")
ITHOME = ("crawl", "ithome", "-a", "since=2026-09-01", "-a", "until=2026-09-03")
PIPELINES: dict[str, int | None] = {
    "pipelines.identity.IdentityPipeline": 100,
    "tests.e2e.test_nothing_is_lost.OddPipeline": 200,
    "pipelines.store.StorePipeline": 400,
}


class OddPipeline:
    """Raises over every third article."""

    def __init__(self) -> None:
        self._number = 0

    def process_item(self, item: Article) -> Article:
        self._number += 1
        if self._number % 3 == 0:
            raise ValueError("odd article")
        return item


class ClosingPipeline:
    """Raises when it is closed."""

    def process_item(self, item: Article) -> Article:
        return item

    def close_spider(self) -> None:
        raise ValueError("odd end")


class LeavingPipeline:
    """Ends the program over its first article."""

    def process_item(self, item: Article) -> Article:  # noqa: ARG002
        raise SystemExit(3)


class UnreadyPipeline:
    """Raises when it is opened."""

    def open_spider(self) -> None:
        raise ValueError("odd beginning")


def shells(server: SampleServer) -> None:
    """Let the pages of the ten articles in 36kr's feeds hold nothing: their texts are in the feeds only."""
    articles = [story for story in server.world.newest("36kr") if story.kind != "flash"]
    server.world.replies |= {story.url: SHELL for story in articles[:10]}


async def test_what_only_a_feed_has_outlives_a_limit(place: Place) -> None:
    shells(place.server)
    feed = ("-s", 'NEWSARCHIVE_SOURCES={"36kr": {"https://www.36kr.com/feed-article": 0}}')
    ended = await place.run("crawl", "36kr", *feed, "-a", "limit=1")
    assert ended.code == 0, ended.err
    assert len(await place.articles()) == 1
    ended = await place.run("crawl", "36kr", *feed)
    assert ended.code == 0, ended.err
    run = await place.last_run("36kr")
    assert run.counts["list/unmodified_count"] == 1
    articles = await place.articles()
    assert len(articles) == 10
    assert all(article.text for article in articles.values())


async def test_a_pipeline_that_fails_costs_no_article_and_no_good_word(place: Place) -> None:
    ended = await place.run(*ITHOME, "-s", f"ITEM_PIPELINES={json.dumps(PIPELINES)}")
    assert ended.code == CrawlExit.UNFORESEEN, ended.err
    run = await place.last_run("ithome")
    assert (run.end, run.exit_code) == ("unforeseen", CrawlExit.UNFORESEEN)
    assert [line for line in run.warnings if "odd article" in line]
    counts = run.counts
    assert counts["record/failed_count"] >= 1
    assert counts["record/read_count"] == sum(counts.get(f"record/{name}_count", 0) for name in RECORDS)
    assert counts["page/fetched_count"] == sum(counts.get(f"page/{name}_count", 0) for name in PAGES)
    async with open_store(str(place.store)) as store:
        held = set(await place.articles())
        states = await store.task_counts()
        assert states["ithome"] == {"done": len(held), "wanted": counts["record/failed_count"]}


async def test_a_pipeline_that_fails_at_its_end_keeps_nothing_from_the_store(place: Place) -> None:
    pipelines = PIPELINES | {"tests.e2e.test_nothing_is_lost.OddPipeline": None}
    pipelines["tests.e2e.test_nothing_is_lost.ClosingPipeline"] = 500
    ended = await place.run(*ITHOME, "-s", f"ITEM_PIPELINES={json.dumps(pipelines)}")
    assert ended.code == CrawlExit.UNFORESEEN, ended.err
    run = await place.last_run("ithome")
    assert [line for line in run.warnings if "odd end" in line]
    assert len(await place.articles()) == run.counts["record/new_count"] == run.counts["record/read_count"]


@pytest.mark.parametrize(
    ("pipeline", "code", "told"),
    [
        ("LeavingPipeline", CrawlExit.UNFORESEEN, "SystemExit: 3"),
        ("UnreadyPipeline", CrawlExit.STOPPED, "odd beginning"),
    ],
)
async def test_a_pipeline_that_ends_the_program_or_cannot_begin_is_told(
    place: Place, pipeline: str, code: CrawlExit, told: str
) -> None:
    pipelines = PIPELINES | {
        "tests.e2e.test_nothing_is_lost.OddPipeline": None,
        f"tests.e2e.test_nothing_is_lost.{pipeline}": 50,
    }
    ended = await place.run(*ITHOME, "-s", f"ITEM_PIPELINES={json.dumps(pipelines)}")
    assert ended.code == code, ended.err
    run = await place.last_run("ithome")
    assert (run.exit_code, run.finished_at is not None) == (code, True)
    assert [line for line in run.warnings if told in line]
    assert await place.articles() == {}


async def test_articles_are_asked_newest_first(place: Place) -> None:
    ended = await place.run(*ITHOME)
    assert ended.code == 0, ended.err
    times = {article.url: article.published_at for article in (await place.articles()).values()}
    asked = [f"https://{seen.host}{seen.path}" for seen in place.server.requests]
    order = [times[url] for url in asked if url in times]
    assert len(order) > 2
    assert order == sorted(order, reverse=True)  # type: ignore[type-var]


async def test_scrapys_own_export_holds_articles_and_nothing_else(place: Place) -> None:
    out = place.folder / "out.jsonl"
    ended = await place.run("crawl", "36kr", "-O", str(out), command=SCRAPY)
    assert ended.code == 0, ended.err
    text = out.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    articles = await place.articles()
    assert {line["identity"] for line in lines} == set(articles)
    assert len(lines) == len(articles)
    assert "\\u" not in text
    assert all(line["title"] and line["url"] for line in lines)


async def test_a_picture_without_an_address_costs_itself_only(place: Place) -> None:
    story = place.server.world.stories("weixin")[0]
    seeds = place.folder / "seeds.txt"
    seeds.write_text(story.url, encoding="utf-8")
    await place.run("crawl", "weixin", "-a", f"seeds={seeds}")
    (before,) = (await place.articles()).values()
    other = Place(place.folder / "odd", place.server)
    other.folder.mkdir()
    sample = body_of(place.server, story.url)
    start = sample.index(b'id="js_content"')
    start = sample.index(b">", start) + 1
    odd = sample[:start] + b'<p><img data-src="http://["></p>' + sample[start:]
    place.server.world.replies[story.url] = Answer(odd)
    ended = await other.run("crawl", "weixin", "-a", f"seeds={seeds}")
    assert ended.code == 0, ended.err
    (after,) = (await other.articles()).values()
    assert (after.text, after.images) == (before.text, before.images)


def body_of(server: SampleServer, url: str) -> bytes:
    """The page of an article, as the sample sites write it."""
    parts = urlsplit(url)
    return answer(server.world, Asked("GET", parts.netloc, parts.path, parts.query)).body


# Killed again and again.


@pytest.mark.parametrize("engine", ["sqlite", "mongo"])
async def test_killed_at_any_moment_it_ends_as_if_undisturbed(
    place: Place, tmp_path: Path, engine: str
) -> None:
    """With texts that only feeds carry, with limits, and with a MongoDB that is killed, too."""
    place.server.world.generate(150)
    shells(place.server)
    await place.run("crawl", "36kr")
    expected = lasting(await place.articles())
    assert len(expected) > 50
    with ExitStack() as around:
        mongo = around.enter_context(own_server()) if engine == "mongo" else None
        for number in range(ROUNDS):
            chance = random.Random(f"{engine} {number}")  # noqa: S311 - which request is the last is no secret
            folder = tmp_path / f"round-{number}"
            folder.mkdir()
            uri = around.enter_context(database_of(mongo.uri)) if mongo else ""
            other = Place(folder, place.server, uri=uri)
            for _ in range(chance.randrange(1, 4)):
                await disturbed(other, chance, mongo)
            ended = await other.run("crawl", "36kr")
            # One sample story has no text, neither on its page nor in a feed that has come to others.
            assert ended.code in {CrawlExit.GOOD, CrawlExit.INCOMPLETE}, (number, ended.err)
            assert lasting(await other.articles()) == expected, number


async def disturbed(place: Place, chance: random.Random, mongo: OwnServer | None) -> None:
    """A crawl that is killed after some requests, or whose store is; with a limit, or without."""
    limit = ("-a", f"limit={chance.randrange(1, 12)}") if chance.random() < 0.5 else ()
    crawl = ("crawl", "36kr", *limit, "-s", f"NEWSARCHIVE_BATCH={chance.choice([1, 5, 100])}")
    after = chance.randrange(1, 40)
    if mongo is None or chance.random() < 0.5:
        await place.kill_after(after, *crawl)
        return
    place.server.requests.clear()
    process = await place.start(*crawl)
    reached = asyncio.ensure_future(place.server.wait_for_requests(after))
    ended = asyncio.ensure_future(process.communicate())
    await asyncio.wait({reached, ended}, return_when=asyncio.FIRST_COMPLETED)
    reached.cancel()
    mongo.kill()
    await asyncio.to_thread(mongo.start)
    await asyncio.gather(reached, ended, return_exceptions=True)
