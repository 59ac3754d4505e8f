"""robots.txt is obeyed, except for hosts that the settings name with a written reason."""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.utils.httpobj import urlparse_cached


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's robots.txt middleware with `NEWSARCHIVE_ROBOTS_EXCEPTIONS`."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._exceptions: dict[str, str] = crawler.settings.getdict("NEWSARCHIVE_ROBOTS_EXCEPTIONS")

    async def process_request(self, request: Request) -> None:
        """Let a request to an excepted host pass, and ask robots.txt for all others."""
        if urlparse_cached(request).hostname not in self._exceptions:
            await super().process_request(request)
