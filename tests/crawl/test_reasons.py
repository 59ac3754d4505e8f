"""Each exception that ends a page has a word of its own; none goes by the name of its base class."""

from __future__ import annotations

import re
from pathlib import Path

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

from newsarchive import crawl
from newsarchive.crawl.reasons import REASONS, HostPausedError, RefusedError, reason_of, reason_of_page
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
        (RefusedError("robots", "Forbidden by robots.txt"), "robots"),
        (RefusedError("robots_http_503", "x"), "robots_http_503"),
        (HostPausedError("x"), "held"),
        (DownloadConnectionRefusedError(), "connection_refused"),
        (CannotResolveHostError(), "unknown_host"),
        (DownloadTimeoutError(), "timeout"),
        (DownloadCancelledError(), "too_large"),
        (ResponseDataLossError(), "cut_off"),
        (never_received(ConnectionLost()), "connection_lost"),
        (never_received(RefusedError("private_address", "x")), "private_address"),
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
    folder = Path(crawl.__file__).parent
    refused = {
        word
        for path in folder.rglob("*.py")
        for word in re.findall(r'RefusedError\(\s*"(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert len(refused) > 5
    assert {*REASONS.values(), *refused} <= set(MEANINGS)
    assert "robots.txt" in meaning("robots_http_500")
    assert meaning("UnforeseenError") == "UnforeseenError"
