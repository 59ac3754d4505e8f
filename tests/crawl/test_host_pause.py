"""Who is left alone: over runs, a day at most, for a reason that is true, and until somebody lifts it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from newsarchive.cli.commands.hosts import lift_pause
from newsarchive.crawl.host_pause import HostPause
from newsarchive.crawl.pauses import LONGEST, bounded, held_hosts
from newsarchive.crawl.reasons import HostPausedError
from newsarchive.crawl.session import ArchiveSession
from newsarchive.errors import BadValueError
from newsarchive.storage import open_store
from newsarchive.storage.collections import Pause
from samples import origins
from spiders.base import ArchiveSpider
from spiders.ithome import IthomeSpider
from spiders.weixin import WeixinSpider
from tests.storage.records import Plain, plain

HOST, PAGE = "www.ithome.com", Request("https://www.ithome.com/0/1/2.htm")
SECOND = timedelta(seconds=1)


class Run:
    """The pauses of one crawl, on the store of a folder."""

    def __init__(
        self,
        folder: Path,
        given: Mapping[str, float] | None = None,
        *,
        spider: type[ArchiveSpider] = IthomeSpider,
    ) -> None:
        settings = Settings()
        settings.setmodule("newsarchive.settings", priority="project")
        ours = {
            "NEWSARCHIVE_STORE": str(folder / "newsarchive.sqlite"),
            "NEWSARCHIVE_RAW": str(folder / "raw"),
            "NEWSARCHIVE_ORIGINS": origins("http://127.0.0.1:1"),
            "TWISTED_REACTOR_ENABLED": False,
        }
        settings.setdict(ours | dict(given or {}), priority="cmdline")
        self.crawler = Crawler(spider, settings)
        self.crawler._apply_settings()
        self.host_pause = HostPause.of(self.crawler)
        self.session = ArchiveSession.of(self.crawler)

    async def __aenter__(self) -> HostPause:
        await self.host_pause.spider_opened()
        return self.host_pause

    async def __aexit__(self, *_: object) -> None:
        await self.session.let_go()
        await self.session.store.close()
        self.session.raw.close()


async def held(folder: Path) -> list[Pause]:
    async with open_store(str(folder / "newsarchive.sqlite")) as store:
        return await held_hosts(store, datetime.now(UTC))


async def test_a_held_host_is_held_in_the_next_run_too_and_others_are_not(tmp_path: Path) -> None:
    async with Run(tmp_path) as host_pause:
        await host_pause.let_through(PAGE)
        await host_pause.hold(HOST, "http_429", timedelta(hours=2))
        with pytest.raises(HostPausedError):
            await host_pause.let_through(PAGE)
        await host_pause.let_through(Request("https://m.ithome.com/"))
    run = Run(tmp_path)
    async with run as host_pause:
        with pytest.raises(HostPausedError):
            await host_pause.let_through(PAGE)
        assert [(one.name, one.reason) for one in run.session._not_read.values()] == [(HOST, "http_429")]
    (pause,) = await held(tmp_path)
    assert (pause.host, pause.why, pause.until - pause.since) == (HOST, "http_429", timedelta(hours=2))


async def test_pauses_of_other_sites_are_not_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with Run(tmp_path) as host_pause:
        await host_pause.hold(HOST, "challenge")
    caplog.clear()
    async with Run(tmp_path, spider=WeixinSpider):
        assert HOST not in caplog.text
    async with Run(tmp_path):
        assert HOST in caplog.text


async def test_pauses_grow_with_challenges_in_a_row_until_a_page_is_one(tmp_path: Path) -> None:
    seconds = {"NEWSARCHIVE_PAUSE_SECONDS": 0.001, "NEWSARCHIVE_PAUSE_MOST_SECONDS": 0.002}
    lengths = []
    for _ in range(3):
        async with Run(tmp_path, seconds) as host_pause:
            await host_pause.hold(HOST, "challenge")
            pause = host_pause._held[HOST]
            lengths.append((pause.until - pause.since) / timedelta(milliseconds=1))
    assert lengths == [1, 2, 2]
    async with Run(tmp_path, seconds) as host_pause:
        await host_pause.answered(HOST)
        await host_pause.hold(HOST, "challenge")
        assert host_pause._held[HOST].times == 1


async def test_the_longer_of_two_pauses_counts(tmp_path: Path) -> None:
    async with Run(tmp_path) as host_pause:
        short = await host_pause.hold(HOST, "challenge")
        assert await host_pause.hold(HOST, "challenge") == short
        long = await host_pause.hold(HOST, "http_429", timedelta(hours=3))
        assert long > short + timedelta(hours=2)
        assert await host_pause.hold(HOST, "captcha", timedelta(hours=1)) == long
    assert [(pause.until, pause.why, pause.times) for pause in await held(tmp_path)] == [
        (long, "http_429", 1)
    ]


@pytest.mark.parametrize("asked", [timedelta(days=2), timedelta(days=999_999_999)])
async def test_a_day_is_the_longest(tmp_path: Path, asked: timedelta) -> None:
    seconds = {"NEWSARCHIVE_PAUSE_SECONDS": 86400, "NEWSARCHIVE_PAUSE_MOST_SECONDS": 86400}
    async with Run(tmp_path, seconds) as host_pause:
        await host_pause.hold(HOST, "http_503", asked)
        await host_pause.hold("m.ithome.com", "captcha")
    assert [pause.until - pause.since for pause in await held(tmp_path)] == [LONGEST, LONGEST]


async def test_a_pause_of_centuries_in_the_store_ends_within_a_day(tmp_path: Path) -> None:
    async with Run(tmp_path) as host_pause:
        store = await ArchiveSession.of(host_pause.crawler).open()
        await store.put_document(
            plain("pauses"), HOST, Plain({"until": "2343-10-19T00:00:00+00:00", "times": 1})
        )
    async with Run(tmp_path):
        (first,) = await held(tmp_path)
    async with Run(tmp_path):
        (second,) = await held(tmp_path)
    assert first == second
    assert first.until <= datetime.now(UTC) + LONGEST


@pytest.mark.parametrize(
    ("since", "until", "length"),
    [
        (0, 60, 60),
        (-3600, 60, 60),
        (-3600, 86400 * 9, 86400 - 3600),
        (86400 * 9, 86400 * 10, 86400),
        (-60, -1, -1),
    ],
)
def test_a_stored_pause_lasts_a_day_from_its_beginning_and_from_now(
    since: int, until: int, length: int
) -> None:
    now = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
    begin, end = now + since * SECOND, now + until * SECOND
    pause = Pause(host=HOST, since=begin, until=end, why="http_429", times=1)
    assert bounded(pause, now).until == now + length * SECOND


async def test_lifting(tmp_path: Path) -> None:
    async with Run(tmp_path) as host_pause:
        await host_pause.hold(HOST, "challenge")
    async with open_store(str(tmp_path / "newsarchive.sqlite")) as store:
        with pytest.raises(BadValueError, match=r"'example\.com' is not left alone.*: www\.ithome\.com$"):
            await lift_pause(store, "example.com")
        await lift_pause(store, HOST)
    async with Run(tmp_path) as host_pause:
        await host_pause.let_through(PAGE)
        await host_pause.hold(HOST, "challenge")
        assert host_pause._held[HOST].times == 1
