"""Items of a user's own go through the pipelines as articles do, keep their type on the way, and settle what is theirs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import DropItem

from newsarchive.items.article import Article
from newsarchive.items.body import Image, Paragraph, Span
from newsarchive.storage.tasks import settled
from pipelines.adapter import article_of, with_fields
from pipelines.store import PipelineError
from spiders.ithome import IthomeSpider
from tests.pipelines.own_items import MAKERS, own
from tests.spiders.crawl import Crawl
from tests.storage.records import NOON, article, task

PICTURE = "https://img.ithome.com/newsuploadfiles/2026/6/a.jpg"
BODY = [Paragraph([Span("正文")]), Image(f"{PICTURE}?x=1#top")]


@pytest.fixture
async def crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Crawl]:
    async with Crawl(IthomeSpider, tmp_path, monkeypatch) as crawl:
        yield crawl


async def stored(crawl: Crawl) -> list[Article]:
    await crawl.write()
    return [one async for one in crawl.store.articles()]


@pytest.mark.parametrize("kind", MAKERS)
async def test_an_item_of_any_type_is_stored_as_its_article_is(crawl: Crawl, kind: str) -> None:
    item = own(kind, article(1, body=BODY))
    for pipeline in crawl.pipelines.middlewares[:-1]:
        assert pipeline.process_item(item) is item
    done = await crawl.pipelines.process_item_async(item)
    assert type(done) is Article
    (held,) = await stored(crawl)
    assert (held.title, held.text) == (article(1).title, "正文")
    assert [(image.url, image.key) for image in held.images] == [
        (f"{PICTURE}?x=1", "img.ithome.com/newsuploadfiles/2026/6/a.jpg")
    ]
    assert held.extra == {"score": 0.5}


async def test_an_item_in_an_articles_place_settles_its_task(crawl: Crawl) -> None:
    tasks = [settled(task(n), state="done", outcome="article", at=NOON, due_at=NOON) for n in (1, 2)]
    for number, done in enumerate(tasks, 1):
        crawl.session.outbox.announce(article(number), done, task(number, tries=1))
    await crawl.pipelines.process_item_async(own("dict", article(1)))
    odd = own("dataclass", article(2))
    odd.kind = "deleted"
    with pytest.raises(ValueError, match="no article"):
        await crawl.pipelines.process_item_async(odd)
    assert [one.identity for one in await stored(crawl)] == ["ithome:1"]
    assert await crawl.state("ithome:1") == ("done", "article", 0)
    assert await crawl.state("ithome:2") == ("wanted", None, 1)


async def test_a_task_follows_an_article_that_a_pipeline_names_anew(crawl: Crawl) -> None:
    done = settled(task(1), state="done", outcome="article", at=NOON, due_at=NOON + timedelta(hours=1))
    given = crawl.session.outbox.announce(article(1), done).article
    crawl.pipelines.methods["process_item"].appendleft(lambda _: own("attrs", article(2)))
    await crawl.pipelines.process_item_async(given)
    assert [one.identity for one in await stored(crawl)] == ["ithome:2"]
    assert await crawl.state("ithome:1") == ("done", "article", 0)


@pytest.mark.parametrize("error", [ValueError("odd"), SystemExit(3)])
async def test_what_a_pipeline_raises_costs_its_article_only(crawl: Crawl, error: BaseException) -> None:
    given = crawl.session.outbox.announce(article(1), None, task(1, tries=1)).article

    def odd(_: object) -> None:
        raise error

    crawl.pipelines.methods["process_item"].appendleft(odd)
    with pytest.raises((ValueError, PipelineError)):
        await crawl.pipelines.process_item_async(given)
    await crawl.write()
    assert await crawl.state("ithome:1") == ("wanted", None, 1)
    (line,) = crawl.session._warnings
    assert "ithome:1" in line


async def test_what_a_pipeline_drops_is_counted_if_it_was_announced(crawl: Crawl) -> None:
    def drop(_: object) -> None:
        raise DropItem("not wanted")

    crawl.pipelines.methods["process_item"].appendleft(drop)
    for item in (crawl.session.outbox.announce(article(1))).article, own("dict", article(2)):
        with pytest.raises(DropItem):
            await crawl.pipelines.process_item_async(item)
    outcome = await crawl.end()
    assert (outcome.count("record/read"), outcome.records["dropped"], outcome.unforeseen) == (1, 1, [])


@dataclass(frozen=True)
class Frozen:
    site: str
    identity: str
    kind: str
    url: str


@pytest.mark.parametrize("field", ["url", "cover"])
def test_an_item_that_takes_no_other_value_goes_on_as_its_article(field: str) -> None:
    item = Frozen("ithome", "ithome:1", "article", "https://m.ithome.com/html/1.htm")
    changed = with_fields(item, article_of(item), {field: "https://x.example/"})
    assert type(changed) is Article
    assert getattr(changed, field) == "https://x.example/"


@pytest.mark.parametrize("item", [{"title": "标题"}, {}, 7, None])
def test_what_is_no_article_is_refused(item: Any) -> None:  # noqa: ANN401
    with pytest.raises((ValueError, TypeError)):
        article_of(item)


def test_an_article_takes_other_values_as_any_item_does() -> None:
    given = article(1, body=BODY)
    assert given.text == "正文"
    assert with_fields(given, given, {"title": "另一个", "body": [Paragraph([Span("改过")])]}) is given
    assert (given.title, given.text, given.images) == ("另一个", "改过", [])


@pytest.mark.parametrize(
    ("field", "value"), [("title", 5), ("kind", "deleted"), ("body", "正文"), ("nothing", 1)]
)
def test_an_article_takes_no_value_that_it_could_not_be_made_with(field: str, value: object) -> None:
    given = article(1)
    with pytest.raises(ValueError, match=field):
        setattr(given, field, value)
    assert given == article(1)
