"""Every page is kept as it came and judged once; a challenge shuts its host at once."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import HtmlResponse, Response

from newsarchive.crawl.context import context_of
from newsarchive.crawl.downloading.capture import CaptureMiddleware
from newsarchive.crawl.downloading.classify import ClassifyMiddleware
from newsarchive.crawl.host_pause import HostPause
from newsarchive.crawl.reasons import HostPausedError
from newsarchive.errors import OutputError
from newsarchive.items.verdict import Verdict
from newsarchive.records.page import Reading
from newsarchive.storage.collections import PAUSES
from samples.answer import Asked
from samples.hosts.table import answer
from samples.world import World
from spiders.kr36 import Kr36Spider
from tests.spiders.crawl import Crawl

FEED = "https://www.36kr.com/feed"


@pytest.fixture
async def crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Crawl]:
    async with Crawl(Kr36Spider, tmp_path, monkeypatch) as crawl:
        yield crawl


def feed(request: Request, **world: int) -> Response:
    given = answer(World(challenged=world and {"www.36kr.com": 1}), Asked("GET", "www.36kr.com", "/feed"))
    return HtmlResponse(FEED, given.status, {"Content-Type": given.content_type}, given.body, request=request)


def verdict_on(request: Request) -> Verdict:
    reading = context_of(request).reading
    assert reading is not None
    return reading.verdict


async def test_a_page_is_in_the_raw_store_byte_for_byte_before_it_is_judged(crawl: Crawl) -> None:
    request = Request(FEED)
    zipped = gzip.compress(b"<rss/>", mtime=0)
    headers = {"Content-Encoding": "gzip", "X-Odd": "a\u00e9"}
    response = Response(FEED, 200, headers, zipped, request=request)
    assert await CaptureMiddleware(crawl.crawler).process_response(request, response) is response
    context = context_of(request)
    assert context.raw is not None
    assert context.fetched_at is not None
    kept = crawl.session.raw.read(context.raw)
    assert (kept.content, kept.url, kept.status) == (b"<rss/>", FEED, 200)
    assert kept.fetched_at is not None
    assert abs((kept.fetched_at - context.fetched_at).total_seconds()) < 1
    assert context.reading is None


async def test_every_status_is_kept_and_robots_txt_is_not(crawl: Crawl) -> None:
    for status in (200, 304, 404, 503):
        request = Request(FEED)
        await CaptureMiddleware(crawl.crawler).process_response(
            request, Response(FEED, status, request=request)
        )
    request = Request("https://www.36kr.com/robots.txt", meta={"dont_obey_robotstxt": True})
    await CaptureMiddleware(crawl.crawler).process_response(request, Response(request.url, request=request))
    assert [crawl.session.raw.read(one.reference).status for one in crawl.session.raw.records()] == [
        200,
        304,
        404,
        503,
    ]
    assert context_of(request).raw is None


async def test_a_page_that_cannot_be_kept_is_not_read(crawl: Crawl, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OutputError("no room")

    monkeypatch.setattr(crawl.session.raw, "append", full)
    request = Request(FEED)
    with pytest.raises(OutputError):
        await CaptureMiddleware(crawl.crawler).process_response(request, feed(request))


async def test_a_page_is_judged_and_its_host_stays_open(crawl: Crawl) -> None:
    request = Request(FEED)
    await ClassifyMiddleware(crawl.crawler).process_response(request, feed(request))
    assert verdict_on(request) is Verdict.FEED
    await HostPause.of(crawl.crawler).let_through(request)


async def test_a_challenge_shuts_its_host_at_once_and_over_runs(crawl: Crawl) -> None:
    request = Request(FEED)
    await ClassifyMiddleware(crawl.crawler).process_response(request, feed(request, challenged=1))
    assert verdict_on(request) is Verdict.CHALLENGE
    with pytest.raises(HostPausedError):
        await HostPause.of(crawl.crawler).let_through(Request("https://www.36kr.com/p/1"))
    await HostPause.of(crawl.crawler).let_through(Request("https://gateway.36kr.com/"))
    assert list(await crawl.store.documents(PAUSES)) == ["www.36kr.com"]
    assert crawl.crawler.stats.get_value("page/challenged_count") == 1


@pytest.mark.parametrize(
    ("status", "meta", "judged"),
    [(304, {}, False), (200, {"dont_obey_robotstxt": True}, False), (302, {}, True)],
)
async def test_what_is_no_page_or_was_judged_is_not_judged(
    crawl: Crawl, status: int, meta: dict[str, object], *, judged: bool
) -> None:
    known = Reading("36kr", Verdict.OTHER)
    request = Request(FEED, meta=meta)
    context = context_of(request)
    context.reading, context.judged_by_address = known, judged
    response = Response(FEED, status, body=b"<html>odd</html>", request=request)
    await ClassifyMiddleware(crawl.crawler).process_response(request, response)
    assert context.reading is known


async def test_no_host_is_asked_while_it_is_not_known_which_are_left_alone(crawl: Crawl) -> None:
    crawl.store.away = {"documents pauses"}
    with pytest.raises(CloseSpider):
        await HostPause.of(crawl.crawler).spider_opened()
    assert crawl.crawler.stats.get_value("run/unforeseen_count") == 1
