"""A silence is one against a rhythm of its own, or it is none."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from newsarchive.completeness.rhythm import Rhythm, silence, silences

START = datetime(2026, 10, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_nothing_is_silent_within_a_day_nor_within_twice_its_longest_pause() -> None:
    fast = Rhythm(mean=300, gaps=50, longest=3600)
    assert silence(fast, START, START + DAY) is None
    assert silence(fast, START, START + DAY + HOUR) is not None
    holidays = Rhythm(mean=300, gaps=50, longest=3 * 86400)
    assert silence(holidays, START, START + 6 * DAY) is None
    assert silence(holidays, START, START + 7 * DAY) is not None


def test_how_sure_it_is_grows_with_its_length_and_with_what_is_known() -> None:
    weekly = 7 * 86400.0
    assert silence(Rhythm(weekly, 5), START, START + 30 * DAY) is None
    known = silence(Rhythm(weekly, 10), START, START + 60 * DAY)
    longer = silence(Rhythm(weekly, 10), START, START + 90 * DAY)
    assert known is not None
    assert longer is not None
    assert 0.99 <= known.sure < longer.sure <= 0.999
    assert known.usual == 7 * DAY
    assert silence(Rhythm(weekly, 10), START, START + 60 * DAY, looks=1000) is None


def test_a_silence_among_times_is_found_though_another_one_follows() -> None:
    times = [START + DAY * day for day in range(30)]
    times += [START + DAY * day for day in range(60, 90)]
    first, last = silences(times, START + 120 * DAY)
    assert (first.since, first.until) == (START + 29 * DAY, START + 60 * DAY)
    assert (last.since, last.until) == (START + 89 * DAY, START + 120 * DAY)


def test_what_comes_at_random_is_rarely_called_silent() -> None:
    found = 0
    for seed in range(200):
        chance = random.Random(seed)  # noqa: S311 - reproducible
        at, times = START, []
        for _ in range(40):
            at += DAY * chance.expovariate(1)
            times.append(at)
        found += bool(silences(times, at, looks=len(times)))
    assert found <= 4


def test_few_times_have_no_rhythm() -> None:
    for count in range(6):
        assert silences([START + DAY * day for day in range(count)], START + 500 * DAY) == []
