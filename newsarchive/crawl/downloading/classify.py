"""Judge every page as soon as it is decompressed, and leave a host alone that asks for a check."""

from __future__ import annotations

import gc

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from newsarchive.crawl.context import context_of
from newsarchive.crawl.downloading.capture import text_headers
from newsarchive.crawl.host_pause import HostPause
from newsarchive.crawl.reasons import RefusedError
from newsarchive.crawl.session import ArchiveSession, Component
from newsarchive.items.verdict import CHALLENGES
from newsarchive.monitoring.stopwatch import READING
from newsarchive.records.page import Page
from newsarchive.sites.reading import overfull, read

NOT_MODIFIED = 304
FIRST_ERROR = 400
LARGE = 4 << 20
"""Bytes of a page before which those that are done with are let go: requests hold their responses in circles."""


class ClassifyMiddleware(Component):
    """Reads each page once, for itself and for the spider.

    A challenge is never solved and never evaded: its host is left alone, the page stays pending.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._host_pause = HostPause.of(crawler)
        self._watch = ArchiveSession.of(crawler).watch

    async def process_response(self, request: Request, response: Response) -> Response:
        """Judge a page; hold its host if it is a challenge. Raises RefusedError."""
        if request.meta.get("dont_obey_robotstxt") or response.status == NOT_MODIFIED:
            return response
        context = context_of(request)
        if context.judged_by_address or context.picture:
            return response
        if (reason := overfull(response.body)) is not None:
            raise RefusedError("too_many_parts", f"{response.url} has {reason}")
        if len(response.body) > LARGE:
            gc.collect()
        page = Page(
            content=response.body,
            url=response.url,
            status=response.status,
            headers=text_headers(response),
            fetched_at=context.fetched_at,
        )
        with self._watch.stage(READING):
            context.reading = reading = read(page, hint=self.crawler.spidercls.name)
        host = urlparse_cached(request).hostname or ""
        if reading.verdict in CHALLENGES:
            self.crawler.stats.inc_value("page/challenged_count")
            await self._host_pause.hold(host, str(reading.verdict))
        elif response.status < FIRST_ERROR:
            await self._host_pause.answered(host)
        return response
