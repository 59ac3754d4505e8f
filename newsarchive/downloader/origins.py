"""Fetch a site's pages from another base URL, and let nobody notice.

`NEWSARCHIVE_ORIGINS` maps an origin (`https://www.ithome.com`) to a base URL (`http://127.0.0.1:8000/www.ithome.com`).
The mapping is done at the last moment, in the download handler: robots.txt, delays, slots, the raw store and every
stored URL see the real one. Redirects come back with real URLs as the site wrote them.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response


def mapped(url: str, origins: Mapping[str, str]) -> str:
    """The URL to fetch for a site's URL; the same where its origin is not mapped."""
    parts = urlsplit(url)
    base = origins.get(f"{parts.scheme}://{parts.netloc}")
    if base is None:
        return url
    query = f"?{parts.query}" if parts.query else ""
    return f"{base.rstrip('/')}{parts.path or '/'}{query}"


class OriginsDownloadHandler(BaseDownloadHandler):
    """Scrapy's HTTP handler with origins mapped."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._origins: dict[str, str] = crawler.settings.getdict("NEWSARCHIVE_ORIGINS")
        self._http = HTTP11DownloadHandler(crawler)

    async def download_request(self, request: Request) -> Response:
        """Fetch, from where the request's origin is mapped to; the response bears the request's own URL."""
        url = mapped(request.url, self._origins)
        if url == request.url:
            return await self._http.download_request(request)
        response = await self._http.download_request(request.replace(url=url))
        return response.replace(url=request.url)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()
