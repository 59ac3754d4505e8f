"""The download handler of a crawl that may render pages. The only module that imports Playwright."""

from __future__ import annotations

from contextlib import suppress

from playwright.async_api import Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler  # type: ignore[import-untyped]
from scrapy_playwright.page import PageMethod  # type: ignore[import-untyped]

from newsarchive.crawl.downloading.handler import ArchiveDownloadHandler
from newsarchive.crawl.downloading.trust import is_public
from newsarchive.crawl.reasons import RefusedError

SETTLE_MILLISECONDS = 10_000
"""How long a page's scripts may go on asking before its text is taken as it is."""


class RenderingDownloadHandler(ArchiveDownloadHandler):
    """Renders requests marked `playwright` in Chromium where the spider's site may have it; fetches all others plainly."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        has_browser = crawler.spidercls.name in crawler.settings.getdict("NEWSARCHIVE_BROWSER")
        self._browser = ScrapyPlaywrightDownloadHandler(crawler) if has_browser else None

    async def fetch(self, request: Request, *, anywhere: bool) -> Response:
        """Fetch, or render once the scripts are done. Raises RefusedError."""
        if self._browser is None or not request.meta.get("playwright"):
            return await super().fetch(request, anywhere=anywhere)
        asked = request.replace(meta=request.meta | _how_to_render())
        response: Response = await self._browser.download_request(asked)
        if not anywhere and response.ip_address and not is_public(str(response.ip_address)):
            raise RefusedError("private_address", f"{request.url} came from {response.ip_address}")
        return response

    async def close(self) -> None:
        """Close the connections, and the browser."""
        await super().close()
        if self._browser is not None:
            await self._browser.close()


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
