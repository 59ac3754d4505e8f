"""Why a page could not be fetched, as a word: the one place that turns an exception or a status into a reason.

`newsarchive/monitoring/reasons.py` says what the words mean.
"""

from __future__ import annotations

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from twisted.internet import error as network
from twisted.web.client import ResponseFailed, ResponseNeverReceived

from newsarchive.items.verdict import Verdict
from newsarchive.monitoring.outcome import LEASED


class RefusedError(IgnoreRequest):
    """A page that is not asked for, or not read. Scrapy has one exception for all; here each says its reason, a word."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class HostPausedError(RefusedError):
    """The host is not asked now; the request stays pending for a later run."""

    def __init__(self, detail: str) -> None:
        super().__init__("held", detail)


class LeasedError(HostPausedError):
    """Another crawl asks the host, or has the site; the request stays pending for a later run."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.reason = LEASED


STORE_UNREACHABLE = "store_unreachable"
"""Why a crawl stops that has more than enough for a store that does not answer."""
OK = 200

REASONS: dict[type[BaseException], str] = {
    DownloadConnectionRefusedError: "connection_refused",
    CannotResolveHostError: "unknown_host",
    DownloadTimeoutError: "timeout",
    DownloadCancelledError: "too_large",
    ResponseDataLossError: "cut_off",
    network.ConnectionDone: "connection_lost",
    network.ConnectionLost: "connection_lost",
    network.ConnectionAborted: "connection_lost",
    network.ConnectError: "no_route",
    network.NoRouteError: "no_route",
    network.TCPTimedOutError: "timeout",
    SSL.Error: "tls",
}
"""Of others' exceptions, by the class itself, never by a base of it: one that is not here goes by its own name."""
_WRAPPERS = (DownloadFailedError, ResponseFailed, ResponseNeverReceived)


def reason_of(error: BaseException) -> str:
    """The word for why a page could not be fetched."""
    inner = error if type(error) in REASONS else _innermost(error)
    if isinstance(inner, RefusedError):
        return inner.reason
    return REASONS.get(type(inner)) or type(inner).__name__


def reason_of_status(status: int | None) -> str:
    """The word for an answer that is no page."""
    return f"http_{status}"


def reason_of_page(status: int, verdict: Verdict, wanted: str) -> str:
    """The word for a page that is not what was wanted, a `list` or an `article`."""
    return reason_of_status(status) if status != OK else f"{verdict}_instead_of_{wanted}"


def _innermost(error: BaseException) -> BaseException:
    """What Scrapy and Twisted wrapped: they say only that an answer failed."""
    while isinstance(error, _WRAPPERS):
        reasons = getattr(error, "reasons", None)
        inner = reasons[-1].value if reasons else error.__cause__
        if inner is None:
            break
        error = inner
    return error
