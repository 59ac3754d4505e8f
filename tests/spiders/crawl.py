"""A crawl in this process without a network: each page goes the way of a real one, from capture to the store."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.utils.misc import build_from_crawler
from twisted.python.failure import Failure

from newsarchive.crawl import session as sessions
from newsarchive.crawl.downloading.capture import CaptureMiddleware
from newsarchive.crawl.downloading.classify import ClassifyMiddleware
from newsarchive.crawl.session import ArchiveSession
from newsarchive.items.article import Article
from newsarchive.items.event import Event
from newsarchive.monitoring.outcome import Outcome
from newsarchive.records.task import Task
from pipelines.store import Pipelines
from samples.answer import Answer, Asked
from samples.hosts.table import answer
from samples.world import World
from spiders.base import ArchiveSpider
from tests.storage.moody import MoodyStore


class Crawl:
    """One run of a spider over a store of moods; `world` is what the sites answer.

    Nothing is written before `end`, or `write`, so that a test can look at what would be lost by a sudden death.
    """

    def __init__(
        self,
        spider: type[ArchiveSpider],
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        *,
        world: World | None = None,
        sources: Sequence[str] = (),
        settings: dict[str, Any] | None = None,
        **arguments: str,
    ) -> None:
        self.world = world or World()
        self.store = MoodyStore(folder / "newsarchive.sqlite")
        monkeypatch.setattr(sessions, "open_store", lambda _, **__: self.store)
        given = Settings()
        given.setmodule("newsarchive.settings", priority="project")
        given.setdict(
            {
                "NEWSARCHIVE_STORE": str(folder / "newsarchive.sqlite"),
                "NEWSARCHIVE_RAW": str(folder / "raw"),
                "NEWSARCHIVE_SOURCES": {spider.name: dict.fromkeys(sources, 0)},
                "NEWSARCHIVE_STORE_WAIT_SECONDS": 0.0,
                "TWISTED_REACTOR_ENABLED": False,
            }
            | (settings or {}),
            priority="cmdline",
        )
        self.crawler = Crawler(spider, given)
        self.crawler._apply_settings()
        self.crawler.crawling = True
        self.session = ArchiveSession.of(self.crawler)
        self.spider = spider.from_crawler(self.crawler, **arguments)
        self.crawler.spider = self.spider
        self.pipelines = build_from_crawler(Pipelines, self.crawler)
        self.lists: list[Request] = []

    async def __aenter__(self) -> Self:
        await self.session.open()
        self.lists = [request async for request in self.spider.start()]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.outbox.release()
        self.store.away.clear()
        await self.session.let_go()
        await self.store.close()
        self.session.raw.close()

    async def write(self) -> None:
        await self.session.outbox.write()

    async def end(self) -> Outcome:
        """Write the rest; what the crawl came to."""
        await self.session.outbox.close(wait=False)
        return Outcome(self.spider.name, "finished", self.crawler.stats.get_stats())

    async def read_lists(self) -> None:
        """Fetch the lists, and the pages to which they go on."""
        pending = list(self.lists)
        while pending:
            pending += await self.fetch(pending.pop(0))

    async def read_articles(self) -> list[str]:
        """Fetch all that waits, and say in which order."""
        order = []
        while tasks := await self.spider.frontier.take(64):
            for task in tasks:
                order.append(task.name)
                await self.fetch(self.spider.article_request(task))
        return order

    async def fetch(self, request: Request) -> list[Request]:
        """Fetch a page as the downloader does, hand it to its callback, and what that gives to the pipelines."""
        given = self._asked(request.url, request)
        if location := given.headers.get("Location"):
            first = request.url
            request = request.replace(url=location)
            request.meta["redirect_urls"] = [first]
            given = self._asked(location, request)
        headers = dict(given.headers) | {"Content-Type": given.content_type}
        response = Response(request.url, given.status, headers, given.body, request=request)
        try:
            response = await CaptureMiddleware(self.crawler).process_response(request, response)
            response = await ClassifyMiddleware(self.crawler).process_response(request, response)
        except Exception as error:  # noqa: BLE001 - the engine hands it to the errback
            return await self.fail(request, error)
        assert request.callback is not None
        return await self._give(await self._called(request.callback(response, **request.cb_kwargs)))

    async def fail(self, request: Request, error: Exception) -> list[Request]:
        """Hand an exception of the downloader to a request's errback."""
        failure = _failure(error)
        failure.request = request  # type: ignore[attr-defined]
        assert request.errback is not None
        return await self._give(await self._called(request.errback(failure)))

    async def _called(self, callback: Any) -> Sequence[Any]:  # noqa: ANN401
        """What a callback gives; an exception is counted as Scrapy does."""
        try:
            found: Sequence[Any] = await callback
        except Exception as error:  # noqa: BLE001 - Scrapy catches them all
            self.session.spider_error(_failure(error), None)
            return []
        return found

    async def _give(self, found: Sequence[Article | Request]) -> list[Request]:
        for item in found:
            if isinstance(item, Request):
                continue
            with suppress(Exception):  # as Scrapy does
                await self.pipelines.process_item_async(item)
        return [one for one in found if isinstance(one, Request)]

    def _asked(self, url: str, request: Request) -> Answer:
        parts = urlsplit(url)
        given = answer(
            self.world, Asked(str(request.method), parts.netloc, parts.path, parts.query, body=request.body)
        )
        if not given.modified:
            return given
        tag = f'"{hashlib.sha256(given.body).hexdigest()}"'
        if request.headers.get("If-None-Match") == tag.encode():
            return Answer(b"", status=304, headers={"ETag": tag})
        return replace(given, headers={**given.headers, "ETag": tag})

    async def state(self, name: str) -> tuple[str, str | None, int] | None:
        """What became of a task: its state, outcome, and tries."""
        held: Task | None = (await self.store.tasks([name])).get(name)
        return (held.state, held.outcome, held.tries) if held else None

    async def articles(self) -> list[str]:
        return sorted([one.identity async for one in self.store.articles()])

    async def events(self) -> list[Event]:
        return [one async for one in self.store.events()]


def _failure(error: Exception) -> Failure:
    return Failure(error)  # type: ignore[no-untyped-call]
