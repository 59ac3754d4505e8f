"""Wait as long as a busy site asks, within reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from newsarchive.crawl.context import context_of
from newsarchive.crawl.host_pause import HostPause
from newsarchive.crawl.pauses import LONGEST
from newsarchive.crawl.reasons import reason_of_status
from newsarchive.crawl.session import Component

BUSY = frozenset({429, 503})
"""Statuses by which a server says that it is asked too much (RFC 6585, RFC 9110)."""
FIRST_BACKOFF = 2.0
"""Factor of the host's own delay before the first repeat; doubled for each further one."""


def seconds_asked(header: str | None, now: datetime) -> float | None:
    """What `Retry-After` asks for, in seconds, at most a day: a number or an HTTP date; None where it is neither.

    `now` is in UTC. Dates are compared without turning them into UTC, as some have none (`31 Dec 9999 23:59:59 -1200`).
    """
    text = (header or "").strip()
    if text.isascii() and text.isdecimal():
        return _within_a_day(int(text[:10]))
    try:
        at = parsedate_to_datetime(text)
        offset = at.utcoffset() or timedelta(0)
        return _within_a_day((at.replace(tzinfo=None) - now.replace(tzinfo=None) - offset).total_seconds())
    except (ValueError, OverflowError, LookupError, TypeError):  # what `email` raises for dates that are none
        return None


def _within_a_day(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST.total_seconds())


class RetryAfterMiddleware(Component, RetryMiddleware):
    """Scrapy's retries, with Retry-After honoured and a growing pause where none was given.

    The whole host waits, not the one request. What is longer than `NEWSARCHIVE_RETRY_AFTER_MOST` seconds is not waited
    for: the host is held until then, and its pages stay pending.
    """

    def __init__(self, crawler: Crawler) -> None:
        Component.__init__(self, crawler)
        RetryMiddleware.__init__(self, crawler.settings)
        self._most = crawler.settings.getfloat("NEWSARCHIVE_RETRY_AFTER_MOST")

    async def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Repeat a busy host's page after its pause; hold the host if the pause is long."""
        if response.status in BUSY and not request.meta.get("dont_retry"):
            host = urlparse_cached(request).hostname or ""
            header = response.headers.get("Retry-After")
            asked = seconds_asked(header.decode("latin-1") if header else None, datetime.now(UTC))
            host_pause = HostPause.of(self.crawler)
            if asked is not None and asked > self._most:
                await host_pause.hold(host, reason_of_status(response.status), timedelta(seconds=asked))
                context_of(request).asked_for_rest = True
                return response
            host_pause.delay(host, self._backoff(request, host) if asked is None else asked)
        return super().process_response(request, response)

    def _backoff(self, request: Request, host: str) -> float:
        slots = self.crawler.settings.getdict("DOWNLOAD_SLOTS")
        delay = slots.get(host, {}).get("delay", self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        repeats = request.meta.get("retry_times", 0)
        return float(min(delay * FIRST_BACKOFF * 2**repeats, self._most))
