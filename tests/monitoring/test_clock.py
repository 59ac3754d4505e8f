"""What time it is, by the dates of answers: a cache makes one older, never younger."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from newsarchive.monitoring.sample import CLOCK_AHEAD, Sample

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


def measured(*answers: tuple[str, float, str | None], ahead: float = 0.0) -> float | None:
    """The metric after answers of a host whose page was made so many seconds ago, with its Age; this clock is ahead."""
    sample = Sample()
    for host, old, age in answers:
        date = format_datetime(NOW - timedelta(seconds=old), usegmt=True)
        sample.answered(host, NOW + timedelta(seconds=ahead), date, age)
    return sample.metrics(NOW).get(CLOCK_AHEAD)


def test_the_youngest_answer_of_a_host_counts() -> None:
    assert measured(("a", 7200, None), ("a", 3, None), ("a", 90000, "0")) == 3
    assert measured(("a", 7200, None), ("a", 3, None), ("a", 90000, "0"), ahead=3600) == 3603
    assert measured(("a", 0, None), ("a", 1, None), ("a", 2, None), ahead=-3600) == -3600


def test_what_a_cache_says_of_its_age_is_taken_off() -> None:
    assert measured(*[("a", 7200, "7199")] * 3) == 1


def test_the_host_that_agrees_best_counts() -> None:
    assert measured(*[("a", 86400, None)] * 3, *[("b", 1, None)] * 3) == 1


def test_too_few_or_no_dates_say_nothing() -> None:
    assert measured(("a", 7200, None), ("a", 7200, None)) is None
    sample = Sample()
    for date in (None, "", "yesterday", "Mon, 99 Foo 2026 00:00:00 GMT", "Fri, 20 Nov 2026 04:00:00"):
        sample.answered("a", NOW, date, None)
    for age in ("-5", "9" * 400, "x", "١", ""):
        sample.answered("b", NOW, format_datetime(NOW, usegmt=True), age)
    json.dumps(sample.metrics(NOW), allow_nan=False)
