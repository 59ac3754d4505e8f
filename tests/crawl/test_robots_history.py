"""Of robots.txt every version is kept that says something else, and of each as much as is looked at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newsarchive.crawl.robots_history import LONGEST, MOST, with_version
from newsarchive.records.alarm import RobotsHistory

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DAY = timedelta(days=1)
RULES = b"User-agent: *\nDisallow: /api\n"


def test_what_says_the_same_is_one_version() -> None:
    history = with_version(RobotsHistory(), 200, RULES, NOW)
    assert (history.changes, history.versions[0].text) == (0, RULES.decode())
    for same in (RULES, b"\xef\xbb\xbf# made at 10:00\n\n" + RULES, RULES.replace(b"\n", b"  \r\n")):
        assert with_version(history, 200, same, NOW + DAY) is history


def test_each_change_counts_and_what_comes_back_soon_does_not() -> None:
    history = with_version(RobotsHistory(), 200, RULES, NOW)
    for number in range(1, 40):
        history = with_version(history, 200, RULES + b"Disallow: /%d\n" % number, NOW + number * DAY)
        assert history.changes == number
    assert len(history.versions) == MOST
    other = with_version(history, 200, RULES + b"Disallow: /38\n", NOW + 40 * DAY)
    assert other.changes == history.changes, "two servers of one host"
    assert other.versions[-1].text.endswith("/38\n")
    assert with_version(other, 200, RULES, NOW + 90 * DAY).changes == other.changes + 1


def test_none_is_a_version_and_a_long_one_is_cut() -> None:
    history = with_version(RobotsHistory(), 404, b"<html>", NOW)
    assert history.versions[0].text == ""
    assert with_version(history, 403, b"", NOW) is history
    long = with_version(history, 200, b"Disallow: /\xff\n" * LONGEST, NOW)
    assert (long.changes, len(long.versions[-1].text)) == (1, LONGEST)
