"""Scrapy's HTTP handler with limits: what a server's answer may begin with, and which addresses are connected to."""

from __future__ import annotations

from functools import lru_cache

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response
from twisted.internet import endpoints
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, DONE, HTTP11ClientProtocol, ResponseFailed
from twisted.web._newclient import Request as SentRequest
from twisted.web.iweb import IResponse

from newsarchive.crawl.downloading.trust import is_public
from newsarchive.crawl.reasons import RefusedError

MOST_HEADER_BYTES = 256 * 1024
"""Real answers begin with 1 to 4 KiB; Chromium reads 256 KiB. Twisted alone reads on as long as a server sends."""

# Twisted makes a name of letters out of the same host's for each request anew, a hundredth of a crawl's time. Scrapy puts its own
# function there in the same way.
endpoints._idnaBytes = lru_cache(maxsize=128)(endpoints._idnaBytes)  # type: ignore[attr-defined]  # noqa: SLF001


class LimitedHTTPHandler(HTTP11DownloadHandler):
    """Reads at most `MOST_HEADER_BYTES` of headers."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _LimitedFactory  # noqa: SLF001 - Scrapy sets its own in the same way
        # How many connections there are at once is the slots' business. Those of several sites on one address are all kept
        # open: opening one anew for each page costs a tenth of a crawl of sample sites.
        self._pool.maxPersistentPerHost = crawler.settings.getint("CONCURRENT_REQUESTS")

    async def download_request(self, request: Request) -> Response:
        """Fetch. Raises RefusedError, and what Scrapy raises."""
        try:
            return await super().download_request(request)
        except DownloadFailedError as error:
            raise _reason(error) from error


class PublicHTTPHandler(LimitedHTTPHandler):
    """Also connects to public addresses only, whatever a host's name stands for at that moment."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _PublicFactory  # noqa: SLF001


def _reason(error: DownloadFailedError) -> Exception:
    """The limit that an answer broke, where it was one; else the error itself."""
    failed = error.__cause__
    reasons = failed.reasons if isinstance(failed, ResponseFailed) else []
    return next((one.value for one in reasons if isinstance(one.value, RefusedError)), error)


class _LimitedProtocol(_LenientHTTP11ClientProtocol):
    _header_bytes = 0

    def request(self, request: SentRequest) -> Deferred[IResponse]:
        """Send a request; its answer's headers are counted anew."""
        self._header_bytes = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Read on, as long as the headers end in time."""
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        if self._parser is not None and self._parser.state not in (BODY, DONE):
            self._header_bytes += len(data)
            if self._header_bytes > MOST_HEADER_BYTES:
                error = RefusedError("headers_too_long", f"more than {MOST_HEADER_BYTES} bytes of headers")
                self._giveUp(Failure(error))  # type: ignore[no-untyped-call]


class _LimitedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: ARG002, N802
        """The protocol of a new connection."""
        return _LimitedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _PublicFactory(_LimitedFactory):
    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:  # noqa: N802
        """The protocol of a new connection; not a byte is sent over one to an address that is not public."""
        address = getattr(addr, "host", "")
        if not is_public(address):
            raise RefusedError(
                "private_address", f"the host's name stands for {address}, which is no public address"
            )
        return super().buildProtocol(addr)
