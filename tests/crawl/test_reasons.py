"""Each exception that ends a page has a word of its own; none goes by the name of its base class."""

from __future__ import annotations

import pytest
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
from twisted.internet.error import ConnectionLost
from twisted.python.failure import Failure
from twisted.web.client import ResponseNeverReceived

from newsarchive.crawl.reasons import (
    REASONS,
    DecompressionBombError,
    HostPausedError,
    PrivateAddressError,
    RedirectLoopError,
    RefusedError,
    RobotsForbiddenError,
    RobotsUnreachableError,
    reason_of,
    reason_of_page,
)
from newsarchive.items.verdict import Verdict
from newsarchive.monitoring.reasons import MEANINGS, meaning


class UnforeseenError(IgnoreRequest):
    """Of no class that anybody listed."""


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def never_received(cause: Exception) -> Exception:
    lost = ResponseNeverReceived([Failure(cause)])  # type: ignore[no-untyped-call]
    return caused(DownloadFailedError("[<Failure>]"), lost)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RobotsForbiddenError("Forbidden by robots.txt"), "robots"),
        (caused(RobotsUnreachableError("x"), DownloadConnectionRefusedError()), "connection_refused"),
        (caused(RobotsUnreachableError("x"), RedirectLoopError()), "redirect_loop"),
        (RobotsUnreachableError("x", 503), "robots_http_503"),
        (RedirectLoopError(), "redirect_loop"),
        (DecompressionBombError(), "decompression_bomb"),
        (HostPausedError(), "held"),
        (DownloadConnectionRefusedError(), "connection_refused"),
        (CannotResolveHostError(), "unknown_host"),
        (DownloadTimeoutError(), "timeout"),
        (DownloadCancelledError(), "too_large"),
        (ResponseDataLossError(), "cut_off"),
        (never_received(ConnectionLost()), "connection_lost"),
        (never_received(PrivateAddressError()), "private_address"),
        (never_received(SSL.Error()), "tls"),
        (never_received(ValueError()), "ValueError"),
        (IgnoreRequest(), "IgnoreRequest"),
        (UnforeseenError(), "UnforeseenError"),
    ],
)
def test_an_exception_has_its_own_word(error: Exception, reason: str) -> None:
    assert reason_of(error) == reason


@pytest.mark.parametrize(
    ("status", "verdict", "reason", "told"),
    [
        (404, Verdict.OTHER, "http_404", "status 404"),
        (503, Verdict.EMPTY, "http_503", "status 503"),
        (200, Verdict.EMPTY, "empty_instead_of_list", "no list"),
    ],
)
def test_a_page_that_is_none_has_its_word(status: int, verdict: Verdict, reason: str, told: str) -> None:
    assert reason_of_page(status, verdict, "list") == reason
    assert told in meaning(reason)


def test_each_word_has_a_meaning() -> None:
    assert {*REASONS.values(), *(refused.reason for refused in RefusedError.__subclasses__())} <= set(
        MEANINGS
    )
    assert "robots.txt" in meaning("robots_http_500")
    assert meaning("UnforeseenError") == "UnforeseenError"
