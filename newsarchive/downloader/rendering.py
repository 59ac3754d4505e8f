"""The download handler of a crawl that may render pages. The only module that imports Playwright."""

from __future__ import annotations

from contextlib import suppress

from playwright.async_api import Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler  # type: ignore[import-untyped]
from scrapy_playwright.page import PageMethod  # type: ignore[import-untyped]

from newsarchive.downloader.handler import ArchiveDownloadHandler

SETTLE_MILLISECONDS = 10_000
"""How long a page's scripts may go on asking before its text is taken as it is."""


class RenderingDownloadHandler(ArchiveDownloadHandler):
    """Renders requests marked `playwright` in Chromium where the spider's site may have it; fetches all others plainly."""

    def fetcher(self, crawler: Crawler) -> HTTP11DownloadHandler:
        """The browser's handler, which fetches plainly too, or the plain one."""
        if crawler.spidercls.name in crawler.settings.getdict("NEWSARCHIVE_BROWSER"):
            return _BrowserHandler(crawler)
        return HTTP11DownloadHandler(crawler)


class _BrowserHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    async def download_request(self, request: Request) -> Response:
        """Fetch, or render once the scripts are done."""
        if request.meta.get("playwright"):
            request = request.replace(meta=request.meta | _how_to_render())
        response: Response = await super().download_request(request)
        return response


def _how_to_render() -> dict[str, object]:
    return {
        # A service worker's requests would pass by the check of what may be loaded.
        "playwright_context_kwargs": {"service_workers": "block", "accept_downloads": False},
        "playwright_page_methods": [PageMethod(_settled)],
    }


async def _settled(page: Page) -> None:
    """Wait until the page asks for nothing more; some pages never stop."""
    with suppress(PlaywrightTimeoutError):
        await page.wait_for_load_state("networkidle", timeout=SETTLE_MILLISECONDS)
