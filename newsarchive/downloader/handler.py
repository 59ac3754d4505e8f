"""The last station before the network: the gate, the origin, and plain HTTP or a browser."""

from __future__ import annotations

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response

from newsarchive.downloader.gate import Gate
from newsarchive.downloader.origins import mapped


class ArchiveDownloadHandler(BaseDownloadHandler):
    """Scrapy's HTTP handler behind the gate, with origins mapped.

    The mapping is done here, at the last moment: robots.txt, delays, slots, the raw store and every stored URL see the
    real one. Redirects come back with real URLs, as the site wrote them. With a browser allowed for the site,
    scrapy-playwright's handler takes the place of the plain one; it renders only requests marked `playwright`.
    """

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._origins: dict[str, str] = crawler.settings.getdict("NEWSARCHIVE_ORIGINS")
        self._http = _handler(crawler)

    async def download_request(self, request: Request) -> Response:
        """Fetch, when the gate lets the request through. Raises HostHeldError where it does not."""
        await Gate.of(self.crawler).let_through(request)
        url = mapped(request.url, self._origins)
        if url == request.url:
            return await self._http.download_request(request)
        response = await self._http.download_request(request.replace(url=url))
        return response.replace(url=request.url)

    async def close(self) -> None:
        """Close the connections, and the browser."""
        await self._http.close()


def _handler(crawler: Crawler) -> HTTP11DownloadHandler:
    if crawler.spidercls.name not in crawler.settings.getdict("NEWSARCHIVE_BROWSER"):
        return HTTP11DownloadHandler(crawler)
    # Imported only on need: without a browser, Playwright need not even start.
    from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler  # noqa: PLC0415

    handler: HTTP11DownloadHandler = ScrapyPlaywrightDownloadHandler(crawler)
    return handler
