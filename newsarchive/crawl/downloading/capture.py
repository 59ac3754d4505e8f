"""Keep every page raw before anything reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from newsarchive.crawl.headers import text_headers
from newsarchive.crawl.session import ArchiveSession

RENDERED = "playwright"
"""The flag that scrapy-playwright gives a response whose body is what a browser made of a page."""


class CaptureMiddleware:
    """Appends each response to the raw store and notes in the request's meta where it lies.

    Stands between decompression and redirects, so that it keeps the bytes as the server sent them. What a browser
    rendered is kept too, as what it is. robots.txt is Scrapy's own reading and is not kept.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CaptureMiddleware:
        """Make the middleware; the raw store is the session's."""
        return cls(crawler)

    @cached_property
    def _session(self) -> ArchiveSession:
        return ArchiveSession.of(self._crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Append the response, then let it pass."""
        if request.meta.get("dont_obey_robotstxt"):
            return response
        session = self._session
        fetched_at = datetime.now(UTC)
        request.meta["fetched_at"] = fetched_at
        request.meta["raw"] = session.raw.append(
            url=response.url,
            status=response.status,
            headers=text_headers(response),
            body=response.body,
            fetched_at=fetched_at,
            site=session.site,
            rendered=RENDERED in response.flags,
        )
        return response
