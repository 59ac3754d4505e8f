"""What `newsarchive crawl` makes of crawls that did not come to their end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, cast

import pytest
from scrapy.crawler import Crawler, CrawlerProcessBase
from scrapy.settings import Settings

from newsarchive.cli.crawl_jobs import run_crawls
from newsarchive.monitoring.outcome import CrawlExit
from spiders.ithome import IthomeSpider


class Stopped:
    """A process whose reactor was stopped at once: its crawls are where they were."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.task = loop.create_task(asyncio.sleep(0))

    def crawl(self, *_: Any, **__: Any) -> asyncio.Task[None]:  # noqa: ANN401
        return self.task

    def start(self) -> None:
        """Nothing more runs."""


@pytest.fixture
def stopped() -> Iterator[Stopped]:
    loop = asyncio.new_event_loop()
    process = Stopped(loop)
    yield process
    loop.run_until_complete(process.task)
    loop.close()


def test_a_crawl_that_was_interrupted_twice_is_a_stopped_one(stopped: Stopped) -> None:
    crawler = Crawler(IthomeSpider, Settings())
    (outcome,) = run_crawls(cast("CrawlerProcessBase", stopped), {crawler: {}})
    assert (outcome.exit_code, outcome.stopped_by) == (CrawlExit.STOPPED, "killed")
