"""Pages that only a browser can read, in real Chromium; and crawls that need none."""

from __future__ import annotations

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from newsarchive.monitoring.outcome import PAGES, RECORDS
from newsarchive.storage.raw.warc import Capture, Member, members
from samples import Seen, World
from samples.answer import Answer, Asked
from samples.hosts.table import answer
from tests.e2e.running import Place

LOCKED = "kr-game"
"""The sample story whose state is locked; a script of its page draws the article."""
PATIENCE = 60
"""Seconds after which a browser that is still there will stay."""


@pytest.fixture(scope="module")
def chromium() -> str:
    """Chromium's program; the test is skipped where there is none, and fails in CI."""
    program = os.environ.get("NEWSARCHIVE_CHROMIUM") or shutil.which("chromium")
    if program and Path(program).is_file():
        return program
    reason = "no Chromium here: install Debian's package chromium, or name one in NEWSARCHIVE_CHROMIUM"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass(frozen=True)
class Browsing(Place):
    """An archive whose crawls have a browser; all their processes carry a mark."""

    program: str
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)

    def environment(self, **more: str) -> dict[str, str]:
        return super().environment(**more) | {
            "NEWSARCHIVE_BROWSER": '{"36kr": ["empty"]}',
            "NEWSARCHIVE_CHROMIUM": self.program,
            # The pages are our own, and tests often run as root in a container, where there is no sandbox.
            "NEWSARCHIVE_CHROMIUM_SANDBOX": "0",
            "NEWSARCHIVE_TEST_MARK": self.mark,
        }

    def processes(self) -> list[str]:
        """The command lines of what still runs of the crawl."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() in (folder / "environ").read_bytes():
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:  # it ended while we looked
                continue
        return found

    async def ended(self) -> None:
        """Wait until nothing of the crawl runs any more."""
        for _ in range(PATIENCE * 10):
            if not self.processes():
                return
            await asyncio.sleep(0.1)
        pytest.fail(f"still running: {self.processes()}")


@pytest.fixture
def browsing(place: Place, chromium: str) -> Browsing:
    return Browsing(place.folder, place.server, chromium)


@dataclass
class Bystander:
    """A server that is no mapped origin: nobody is to ask it."""

    asked: list[str] = field(default_factory=list)
    port: int = 0

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        return web.Response(text="document.title = 'bystander'")


@pytest.fixture
async def bystander() -> AsyncIterator[Bystander]:
    it = Bystander()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", it.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    it.port = runner.addresses[0][1]
    yield it
    await runner.cleanup()


def requests_of(place: Place, url: str) -> list[Seen]:
    parts = urlsplit(url)
    return [seen for seen in place.server.requests if (seen.host, seen.path) == (parts.netloc, parts.path)]


def captures(place: Place, url: str) -> list[Capture]:
    found = [
        member.capture
        for file in sorted((place.folder / "raw").rglob("*.warc.gz"))
        for member in members(file)
        if isinstance(member, Member) and member.capture
    ]
    return [capture for capture in found if capture.page.url == url]


async def test_plain_first_browser_second(browsing: Browsing) -> None:
    story = browsing.server.world[LOCKED]
    ended = await browsing.run("crawl", "36kr")
    assert ended.code == 0, ended.err
    assert not browsing.processes()

    (article,) = [article for article in (await browsing.articles()).values() if article.url == story.url]
    assert article.title == story.title
    assert "二十分钟已经是礼物了" in article.text
    assert "127.0.0.1" not in article.model_dump_json()

    plain, by_browser = requests_of(browsing, story.url)
    assert "Sec-Fetch-Mode" not in plain.headers
    assert by_browser.headers["Sec-Fetch-Mode"] == "navigate"
    assert by_browser.headers["User-Agent"] == plain.headers["User-Agent"]
    assert all(
        "Sec-Fetch-Mode" not in seen.headers for seen in browsing.server.requests if seen is not by_browser
    )

    run = await browsing.last_run("36kr")
    assert run.counts["page/substituted/browser"] == 1
    assert run.counts["page/fetched_count"] == sum(run.counts.get(f"page/{name}_count", 0) for name in PAGES)
    assert run.counts["record/read_count"] == sum(
        run.counts.get(f"record/{name}_count", 0) for name in RECORDS
    )

    as_sent, as_rendered = captures(browsing, story.url)
    assert (as_sent.rendered, as_rendered.rendered) == (False, True)
    assert b"articleDetailContent" in as_rendered.page.content
    assert b'<div id="article-root"></div>' in as_sent.page.content


async def test_second_run_asks_neither(browsing: Browsing) -> None:
    await browsing.run("crawl", "36kr")
    browsing.server.requests.clear()
    ended = await browsing.run("crawl", "36kr")
    assert ended.code == 0, ended.err
    assert not [seen for seen in browsing.server.requests if seen.path.startswith("/p/")]


async def test_browser_loads_scripts_of_mapped_origins_and_nothing_else(
    browsing: Browsing, bystander: Bystander, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = browsing.server.world[LOCKED]
    further = (
        '<script src="/www.36kr.com/further.js"></script><img src="/img.36krcdn.com/further.jpg">'
        f'<script src="http://127.0.0.1:{bystander.port}/by-address.js"></script>'
        f'<script src="http://localhost:{bystander.port}/by-name.js"></script>'
        f"<script>fetch('http://127.0.0.1:{bystander.port}/by-script', {{mode: 'no-cors'}})</script></body>"
    )

    def spoiled(world: World, asked: Asked) -> Answer:
        if asked.path == "/further.js":
            script = "document.getElementById('article-root').dataset.further = 'loaded'"
            return Answer(script.encode(), "text/javascript; charset=utf-8")
        given = answer(world, asked)
        if asked.url == story.url:
            return Answer(given.body.replace(b"</body>", further.encode()))
        return given

    monkeypatch.setattr("samples.site.answer", spoiled)
    ended = await browsing.run("crawl", "36kr")
    assert ended.code == 0, ended.err
    assert story.title in {article.title for article in (await browsing.articles()).values()}
    assert b'data-further="loaded"' in captures(browsing, story.url)[-1].page.content
    assert not [seen for seen in browsing.server.requests if seen.path == "/further.jpg"]
    assert bystander.asked == []


async def test_browser_follows_no_redirect_to_a_host_that_is_not_mapped(
    browsing: Browsing, bystander: Bystander, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = browsing.server.world[LOCKED]

    def spoiled(world: World, asked: Asked) -> Answer:
        if asked.url == story.url and "Sec-Fetch-Mode" in asked.headers:
            return Answer(b"", status=302, headers={"Location": f"http://localhost:{bystander.port}/moved"})
        return answer(world, asked)

    monkeypatch.setattr("samples.site.answer", spoiled)
    ended = await browsing.run("crawl", "36kr")
    # The feed holds the article's beginning: that is kept, and its page is tried again in a later run.
    assert ended.code == 0, ended.err
    assert (await browsing.last_run("36kr")).counts["page/substituted_count"] == 2
    assert len(requests_of(browsing, story.url)) == 2
    assert bystander.asked == []
    assert not browsing.processes()


async def test_killed_crawl_leaves_no_browser(browsing: Browsing, monkeypatch: pytest.MonkeyPatch) -> None:
    story, rendering = browsing.server.world[LOCKED], asyncio.Event()

    def spoiled(world: World, asked: Asked) -> Answer:
        if asked.url == story.url and "Sec-Fetch-Mode" in asked.headers:
            rendering.set()
        return answer(world, asked)

    monkeypatch.setattr("samples.site.answer", spoiled)
    process = await browsing.start("crawl", "36kr")
    reading = asyncio.create_task(process.communicate())
    await asyncio.wait_for(rendering.wait(), PATIENCE)
    assert any("chromium" in command for command in browsing.processes())
    process.kill()
    await browsing.ended()
    await reading


async def test_without_the_setting_playwright_is_not_imported(place: Place, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    for name in ("playwright", "scrapy_playwright"):
        (broken / name).mkdir(parents=True)
        (broken / name / "__init__.py").write_text("raise SystemExit('imported')", encoding="utf-8")
    before = place.environment()["PYTHONPATH"]
    ended = await place.run("crawl", "36kr", PYTHONPATH=f"{broken}{os.pathsep}{before}")
    assert "imported" not in ended.out + ended.err
    assert await place.articles()
    assert (await place.last_run("36kr")).counts.get("page/substituted/browser", 0) == 0
