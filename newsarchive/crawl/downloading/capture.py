"""Keep every page raw before anything reads it."""

from __future__ import annotations

from datetime import UTC, datetime

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from newsarchive.crawl.context import context_of
from newsarchive.crawl.session import ArchiveSession, Component
from newsarchive.monitoring.stopwatch import KEEPING
from newsarchive.records.page import Page
from newsarchive.storage.raw.content_encoding import decoded
from newsarchive.storage.raw.warc import Capture, header

RENDERED = "playwright"
"""The flag that scrapy-playwright gives a response whose body is what a browser made of a page."""


def text_headers(response: Response) -> dict[str, str]:
    """Names and values as text, several values of one name joined by commas (RFC 9110, 5.3)."""
    # As the dictionary that they are: Scrapy's own `items` looks each name up again, in four times the time.
    return {
        name.decode("latin-1"): b", ".join(values).decode("latin-1")
        for name, values in dict.items(response.headers)
    }


class CaptureMiddleware(Component):
    """Appends each response to the raw store and notes where it lies.

    Stands between decompression and redirects, so that it keeps the bytes as the server sent them. What a browser
    rendered is kept too, as what it is. robots.txt is Scrapy's own reading and is not kept, pictures have a store of their own.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._session = ArchiveSession.of(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Append the response, then let it pass."""
        if request.meta.get("dont_obey_robotstxt") or context_of(request).picture:
            return response
        session = self._session
        context = context_of(request)
        context.fetched_at = datetime.now(UTC)
        headers = text_headers(response)
        host = urlparse_cached(request).hostname or ""
        session.sample.answered(host, context.fetched_at, header(headers, "date"), header(headers, "age"))
        content = decoded(response.body, header(headers, "content-encoding"))
        context.unpacked = None if content is response.body else content
        page = Page(response.body, response.url, response.status, headers, context.fetched_at)
        capture = Capture(page, site=session.site, rendered=RENDERED in response.flags)
        with session.watch.stage(KEEPING):
            context.raw = session.raw.append(capture, content)
        return response
