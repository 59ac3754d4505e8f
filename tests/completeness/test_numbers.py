"""Which numbers are of a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newsarchive.completeness.numbers import NumberRow

START = datetime(2026, 10, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def row(**more: datetime) -> NumberRow:
    """Three days with a number each hour, in tens: 1000 to 1230, 2000 to 2230, 3000 to 3230."""
    known = {
        1000 * (day + 1) + 10 * hour: START + DAY * day + timedelta(hours=hour)
        for day in range(3)
        for hour in range(24)
    }
    return NumberRow(known | {int(name[1:]): at for name, at in more.items()})


def test_a_days_numbers_begin_after_those_of_the_day_before_and_end_before_the_next() -> None:
    assert row().between(START + DAY, START + 2 * DAY) == range(1231, 3000)
    assert row().between(START, START + DAY) == range(1000, 2000)
    assert row().between(START + 2 * DAY, START + 3 * DAY) == range(2231, 3231)
    assert row().between(START, START + 3 * DAY) == range(1000, 3231)


def test_a_draft_that_is_published_late_moves_no_bound() -> None:
    late = row(n1005=START + DAY * 1.5, n1015=START + DAY * 2.5)
    assert late.between(START + DAY, START + 2 * DAY) == range(1231, 3000)


def test_a_number_far_from_all_others_moves_no_bound_either() -> None:
    slip = row(n900000000000=START + DAY * 1.5, n3=START + DAY * 1.5)
    assert slip.between(START + DAY, START + 2 * DAY) == range(1231, 3000)
    alone = NumberRow({1: START, 2: START, 900000000000: START})
    assert alone.between(START, START + DAY) == range(1, 3)


def test_a_time_without_articles_has_no_numbers() -> None:
    assert len(row().between(START + 9 * DAY, START + 10 * DAY)) == 0
    assert NumberRow({}).time_of(7) is None


def test_a_number_is_about_of_the_time_of_the_next_one_known() -> None:
    assert row().time_of(2001) == START + DAY + timedelta(hours=1)
    assert row().time_of(9999) == START + 2 * DAY + timedelta(hours=23)


def test_numbers_become_ranges() -> None:
    ranges = row().ranges([2003, 2001, 2002, 2007])
    assert [(one.first, one.last, len(one)) for one in ranges] == [(2001, 2003, 3), (2007, 2007, 1)]
    assert [*ranges[0]] == [2001, 2002, 2003]
