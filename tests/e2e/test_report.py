"""The page of an archive's health in real Chromium, wide and narrow: nothing overflows, nothing is asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, async_playwright

from newsarchive.report.words import FILES
from newsarchive.storage import open_store
from tests.e2e.running import Place
from tests.report.history import fill

WIDTHS = (1280, 390)
_OVERFLOWING = """() => [...document.querySelectorAll('body *')]
  .filter(it => !it.closest('.hidden, thead') && it.getBoundingClientRect().right > innerWidth + 0.5)
  .map(it => it.outerHTML.slice(0, 120))"""
_CLIPPED = """() => [...document.querySelectorAll('h1, h2, h3, p, dd, td, .badge')]
  .filter(it => it.scrollWidth > it.clientWidth + 1 && getComputedStyle(it).display !== 'inline')
  .map(it => it.outerHTML.slice(0, 120))"""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium; the test is skipped where there is none, and fails in CI."""
    program = os.environ.get("NEWSARCHIVE_CHROMIUM") or shutil.which("chromium")
    if not program:
        reason = "no Chromium here: install Debian's package chromium, or name one in NEWSARCHIVE_CHROMIUM"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        await started.close()


def listen(page: Page, wrong: list[str]) -> None:
    """Note what the page says to the console, and whom it asks."""
    page.on("console", lambda it: wrong.append(f"console: {it.text}"))
    page.on("pageerror", lambda it: wrong.append(f"error: {it}"))
    page.on("request", lambda it: wrong.append(f"asked for {it.url}") if it.url.startswith("http") else None)


async def looked_at(browser: Browser, folder: Path, *, dark: bool = False) -> list[str]:
    """What is wrong with the pages in a folder, at both widths."""
    wrong: list[str] = []
    for width in WIDTHS:
        scheme: Literal["dark", "light"] = "dark" if dark else "light"
        page = await browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        listen(page, wrong)
        for name in FILES.values():
            await page.goto((folder / name).as_uri(), wait_until="load")
            for summary in await page.query_selector_all("summary"):
                await summary.click()
            where = f"{name} at {width} px"
            if (wide := await page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
                wrong.append(f"{where} is {wide} px too wide")
            wrong += [f"{where}: overflows: {one}" for one in await page.evaluate(_OVERFLOWING)]
            wrong += [f"{where}: is cut: {one}" for one in await page.evaluate(_CLIPPED)]
        await page.close()
    return wrong


async def test_the_page_of_sixty_days_fits_and_asks_for_nothing(
    place: Place, browser: Browser, tmp_path: Path
) -> None:
    async with open_store(str(place.store)) as store:
        await fill(store)
    ended = await place.run("report", "--out", str(tmp_path / "health"))
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.strip().endswith("index.html")
    assert await looked_at(browser, tmp_path / "health") == []
    assert await looked_at(browser, tmp_path / "health", dark=True) == []


async def test_the_page_of_a_real_crawl_and_that_of_an_empty_store(
    place: Place, browser: Browser, tmp_path: Path
) -> None:
    await place.run("crawl", "36kr", "ithome")
    assert (await place.run("report", "--out", str(tmp_path / "health"), "-q")).out == ""
    page = (tmp_path / "health" / "index.en.html").read_text(encoding="utf-8")
    assert page.count('<ul class="days"') == 2
    assert await looked_at(browser, tmp_path / "health") == []

    missing = await place.run(
        "report", "--out", str(tmp_path / "none"), "--store", str(tmp_path / "no.sqlite")
    )
    assert missing.code != 0
    assert not (tmp_path / "none").exists()
    async with open_store(str(tmp_path / "empty.sqlite")):
        """A store of nothing."""
    await place.run("report", "--out", str(tmp_path / "empty"), "--store", str(tmp_path / "empty.sqlite"))
    assert await looked_at(browser, tmp_path / "empty") == []
