"""robots.txt is obeyed, except for hosts that the settings name with a written reason."""

from __future__ import annotations

import asyncio

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler

from newsarchive.crawl.context import context_of
from newsarchive.crawl.host_pause import HostPause
from newsarchive.crawl.reasons import HostPausedError, RefusedError, reason_of, reason_of_status
from newsarchive.crawl.session import ArchiveSession
from newsarchive.monitoring.reasons import ROBOTS

MOST_BYTES = 500 * 1024
"""As much of a robots.txt is read as every crawler has to (RFC 9309, 2.5); 10 MB took 17 seconds and 369 MB of memory."""
FIRST_CLIENT_ERROR = 400
FIRST_SERVER_ERROR = 500
TOO_MANY_REQUESTS = 429


def whole_lines(body: bytes) -> bytes:
    """The part of a robots.txt that is read: half a line at its end could forbid or allow anything."""
    if len(body) <= MOST_BYTES:
        return body
    return body[: max(body.rfind(b"\n", 0, MOST_BYTES), body.rfind(b"\r", 0, MOST_BYTES), 0)]


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's robots.txt middleware with `NEWSARCHIVE_ROBOTS_EXCEPTIONS`, and with waiting that works.

    Scrapy 2.19 lets requests that arrive while robots.txt is being fetched pass unchecked, all but the first: they
    share one Deferred, whose result the first of them takes away. Here they await one task.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._exceptions: dict[str, str] = crawler.settings.getdict("NEWSARCHIVE_ROBOTS_EXCEPTIONS")
        self._files: dict[str, asyncio.Task[RobotParser | None]] = {}

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:  # noqa: ARG002
        """Let a request to an excepted host pass, and ask robots.txt for all others."""
        if urlparse_cached(request).hostname not in self._exceptions:
            await super().process_request(request)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Hold a request against the rules of its host. Raises RefusedError."""
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise RefusedError(ROBOTS, str(error)) from error

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of a request's host, fetched once; None where it has none."""
        parts = urlparse_cached(request)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._files:
            url, picture = f"{origin}/robots.txt", context_of(request).picture
            self._files[origin] = asyncio.ensure_future(self._fetch(url, picture=picture))
        return await asyncio.shield(self._files[origin])

    async def _fetch(self, url: str, *, picture: bool) -> RobotParser | None:
        """Read a robots.txt as RFC 9309 says: missing, everything is allowed; unreachable, nothing is.

        429 (too many requests) says nothing of what is allowed: it counts as unreachable. Raises RefusedError, of the
        kind HostPausedError where the answer asks for a long rest.
        """
        request = Request(
            url, callback=NO_CALLBACK, priority=self.DOWNLOAD_PRIORITY, meta={"dont_obey_robotstxt": True}
        )
        context_of(request).picture = picture
        self._stats.inc_value("robotstxt/request_count")
        try:
            response = await self.crawler.engine.download_async(request)
        except HostPausedError:
            raise
        except Exception as error:
            raise RefusedError(reason_of(error), f"{url} could not be read: {error}") from error
        if context_of(response).asked_for_rest:
            await HostPause.of(self.crawler).let_through(request)
        if response.status >= FIRST_SERVER_ERROR or response.status == TOO_MANY_REQUESTS:
            reason = f"robots_{reason_of_status(response.status)}"
            raise RefusedError(reason, f"{url} could not be read: status {response.status}")
        body = whole_lines(response.body)
        if session := self.crawler.get_extension(ArchiveSession):
            await session.keep_robots(urlparse_cached(request).hostname or "", response.status, body)
        if response.status >= FIRST_CLIENT_ERROR:
            return None
        parser: RobotParser = build_from_crawler(self._parserimpl, self.crawler, body)
        return parser
