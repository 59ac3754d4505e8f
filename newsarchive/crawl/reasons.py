"""Why a page could not be fetched, as a word: the one place that turns an exception or a status into a reason.

`newsarchive/monitoring/reasons.py` says what the words mean.
"""

from __future__ import annotations

from typing import ClassVar

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
from newsarchive.monitoring.reasons import OFF_SITE, ROBOTS


class RefusedError(IgnoreRequest):
    """A page that is not asked for, or not read. Scrapy has one exception for all; here each `reason` has its own."""

    reason: ClassVar[str]


class HostPausedError(RefusedError):
    """The host is not asked now; the request stays pending for a later run."""

    reason = "held"


class RobotsForbiddenError(RefusedError):
    """The host's robots.txt forbids the page."""

    reason = ROBOTS


class OffSiteError(RefusedError):
    """The address is not on a host of the site that is crawled."""

    reason = OFF_SITE


class RedirectLoopError(RefusedError):
    """Redirects led to where they came from, or went on beyond `REDIRECT_MAX_TIMES`."""

    reason = "redirect_loop"


class PrivateAddressError(RefusedError):
    """The host's name stands for this machine or its network, or for an address that nobody on the internet has."""

    reason = "private_address"


class HeadersTooLongError(RefusedError):
    """The headers of an answer do not end."""

    reason = "headers_too_long"


class DecompressionBombError(RefusedError):
    """The body unpacks to more than any page has, or is packed in more pieces or layers than any page is."""

    reason = "decompression_bomb"


class TooManyPartsError(RefusedError):
    """The page has more tags or values than any page has, and would take all memory when it is read."""

    reason = "too_many_parts"


class NotMappedError(RefusedError):
    """All sites are on this machine (`NEWSARCHIVE_ORIGINS`), but this page's is not."""

    reason = "not_mapped"


class RobotsUnreachableError(IgnoreRequest):
    """The host's robots.txt could not be read, so nothing may be asked (RFC 9309). Its cause says why, or `status`."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


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
    if isinstance(error, RobotsUnreachableError):
        return reason_of(error.__cause__) if error.__cause__ else f"robots_{reason_of_status(error.status)}"
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
