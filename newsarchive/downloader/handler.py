"""The last station before the network: the gate, then the origin."""

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
    real one. Redirects come back with real URLs, as the site wrote them.
    """

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._origins: dict[str, str] = crawler.settings.getdict("NEWSARCHIVE_ORIGINS")
        self._http = self.fetcher(crawler)

    def fetcher(self, crawler: Crawler) -> HTTP11DownloadHandler:
        """What fetches in the end."""
        return HTTP11DownloadHandler(crawler)

    async def download_request(self, request: Request) -> Response:
        """Fetch, when the gate lets the request through. Raises HostHeldError where it does not."""
        await Gate.of(self.crawler).let_through(request)
        url = mapped(request.url, self._origins)
        if url == request.url:
            response = await self._http.download_request(request)
        else:
            response = await self._http.download_request(request.replace(url=url))
            response = response.replace(url=request.url)
        # Not a copy that a handler made: what later stations note in the request's meta is found by the response's.
        response.request = request
        return response

    async def close(self) -> None:
        """Close the connections, and the browser."""
        await self._http.close()
