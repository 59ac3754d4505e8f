"""Retry-After in all its forms: a day at most, and nothing that is neither a number nor a date."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsarchive.crawl.downloading.retry import seconds_asked

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
DAY = 86400.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 3600 ", 3600),
        ("86401", DAY),
        ("9999999999", DAY),
        ("9" * 5000, DAY),
        ("Sat, 28 Nov 2026 12:30:00 GMT", 1800),
        ("Sat, 28 Nov 2026 20:30:00 +0800", 1800),
        ("28 Nov 2026 12:30:00 -0000", 1800),
        ("Saturday, 28-Nov-26 12:30:00 GMT", 1800),
        ("Sat, 28 Nov 2026 11:59:00 GMT", 0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Mon, 01 Jan 0001 00:00:00 +1400", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", DAY),
        ("Fri, 31 Dec 9999 23:59:59 -1200", DAY),
    ],
)
def test_asked_for(header: str, seconds: float) -> None:
    assert seconds_asked(header, NOW) == seconds


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "soon",
        "-1",
        "-9999999999",
        "1e9",
        "3600.5",
        "inf",
        "nan",
        "１２０",
        "120 seconds",
        "120, 60",
        "0x10",
        "Fri, 32 Dec 2026 00:00:00 GMT",
        "Fri, 31 Dec 99999999999999999999 00:00:00 GMT",
        "Sat, 28 Nov 2026 12:30:00 +9999",
        "Sat, 28 Nov 2026 99:99:99 GMT",
        "\x00\xff",
        "Wed, 3 Apr 2002 12.34.56.78+0800",
    ],
)
def test_not_asked_for(header: str | None) -> None:
    assert seconds_asked(header, NOW) is None
