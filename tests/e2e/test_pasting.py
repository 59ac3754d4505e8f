"""A day that is copied from a browser and pasted into an editor, in real Chromium."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import BrowserContext, Route, async_playwright

from newsarchive.parsing.text import one_line
from newsarchive.storage import open_store
from tests.e2e.running import Place
from tests.exports.hostile import WORDS
from tests.storage.records import article, body, pick, weixin

DAY = ("--day", "2025-12-06")
COPIED = "http://archive.test/day.html"
EDITOR = "http://editor.test/"
NUMBERS = re.compile(r"\[\d+\]| 原文$")
"""What stands for the links of an entry."""
PAGE = """<meta charset=utf-8><meta name=color-scheme content="light dark"><div contenteditable=true id=editor></div>
<script>document.onpaste = it => { window.copied = it.clipboardData.getData('text/html') }</script>"""
"""An editor that remembers what the clipboard had for it."""


@pytest.fixture(scope="module")
def program() -> str:
    """Chromium's program; the test is skipped where there is none, and fails in CI."""
    found = os.environ.get("NEWSARCHIVE_CHROMIUM") or shutil.which("chromium")
    if found and Path(found).is_file():
        return found
    reason = "no Chromium here: install Debian's package chromium, or name one in NEWSARCHIVE_CHROMIUM"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(params=["light", "dark"])
async def context(
    program: str, place: Place, request: pytest.FixtureRequest
) -> AsyncIterator[BrowserContext]:
    """A browser without a network: it has a page that was exported, and an editor."""
    scheme: Literal["light", "dark"] = request.param
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        found = await browser.new_context(color_scheme=scheme)

        async def serve(route: Route) -> None:
            if route.request.url == COPIED:
                await route.fulfill(path=place.folder / "day.html", content_type="text/html")
            elif route.request.url == EDITOR:
                await route.fulfill(body=PAGE, content_type="text/html")
            else:
                await route.abort()

        await found.route("**/*", serve)
        yield found
        await browser.close()


async def fill(place: Place) -> None:
    """A day of picks with marks and links, of drafts, of words that try to be markup, and of an account's article."""
    async with open_store(place.environment()["NEWSARCHIVE_STORE"]) as store:
        await store.save_articles([article(n) for n in range(1, 20)])
        await store.save_articles(
            [article(50 + n, title=words, body=body(words)) for n, words in enumerate(WORDS)]
        )
        await store.save_articles([weixin()])
        await store.save_picks(
            [
                pick(
                    1,
                    identity="ithome:1",
                    url=article(1).url,
                    text=r"**编辑**写的 \*话\* [见此](https://a.cn/?x=1&y=2)。",
                )
            ]
        )


def is_item(line: str) -> bool:
    return re.match(r"\d+\. ", line) is not None


async def test_what_is_pasted_reads_as_the_digest(place: Place, context: BrowserContext) -> None:
    await fill(place)
    ended = await place.run("export", "wechat", *DAY, "--out", str(place.folder / "day.html"))
    assert ended.code == 0, ended.err
    text = (await place.run("export", "text", *DAY)).out.splitlines()
    asked: list[str] = []
    page = await context.new_page()
    page.on("request", lambda it: asked.append(it.url))
    await page.goto(COPIED)
    await page.keyboard.press("Control+A")
    await page.keyboard.press("Control+C")
    styles = set(await page.eval_on_selector_all("[style]", "all => all.map(it => it.getAttribute('style'))"))
    await page.goto(EDITOR)
    await page.focus("#editor")
    await page.keyboard.press("Control+V")
    lines = [one_line(it) for it in (await page.inner_text("#editor")).splitlines() if it.strip()]
    assert lines[0] == text[0]
    assert [NUMBERS.sub("", it) for it in lines if is_item(it)] == [
        one_line(it) for it in text if is_item(it)
    ]
    references = [it.partition(" ")[2] for it in lines if re.match(r"\[\d+\] ", it)]
    links = await page.eval_on_selector_all("#editor a", "all => all.map(it => it.getAttribute('href'))")
    assert links == [weixin().url]
    assert sorted([*references, *links]) == sorted(
        ["https://a.cn/?x=1&y=2", *(it for it in text if it.startswith("http"))]
    )
    for markup in (await page.evaluate("copied"), await page.inner_html("#editor")):
        assert set(re.findall(r'style="(.*?)"', markup)) <= styles
        assert "color" not in "".join(styles)
    assert asked == [COPIED, EDITOR]
