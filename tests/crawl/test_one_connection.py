"""One request to a host at a time, on a machine that is held up as well."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest
from scrapy import Request, Spider
from scrapy.core import downloader as scrapys
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from newsarchive.crawl.downloading.one_connection import OneConnectionDownloader


async def test_a_host_is_asked_one_thing_at_a_time_where_each_line_takes_longer_than_the_pause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    minutes = count(1)
    monkeypatch.setattr(scrapys, "monotonic", lambda: 60.0 * next(minutes))
    settings = {
        "DOWNLOAD_DELAY": 1,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_HANDLERS": {"http": None, "https": None},
    }
    crawler = get_crawler(Spider, settings)
    crawler.spider = crawler._create_spider("one")
    downloader = OneConnectionDownloader(crawler)
    under_way: list[int] = []
    asked: set[str] = set()

    async def answer(request: Request) -> Response:
        asked.add(request.url)
        under_way.append(len(asked))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asked.remove(request.url)
        return Response(request.url)

    monkeypatch.setattr(downloader.handlers, "download_request_async", answer)
    requests = [Request(f"https://www.example.com/{number}") for number in range(5)]
    try:
        answers = await asyncio.gather(*(downloader._enqueue_request(one) for one in requests))
    finally:
        downloader.close()
    assert [one.url for one in answers] == [one.url for one in requests]
    assert under_way == [1] * 5
