"""Due times are those of an oracle that counts minutes, in zones whose clocks are put forward and back too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from newsarchive.schedule.due_times import due_after, latest_due, next_start, start_of
from newsarchive.schedule.rules import Schedule
from tests.schedule.clockwork import due_minutes

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")
BERLIN = ZoneInfo("Europe/Berlin")
CHANGES = (
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
)
"""When clocks of the zones are put forward or back in 2026."""


def rule(*when: str, zone: str = "Europe/Berlin", jitter: int = 0, name: str = "morning") -> Schedule:
    return Schedule(name, "36kr", when, ZoneInfo(zone), jitter=timedelta(minutes=jitter))


def field(least: int, most: int) -> st.SearchStrategy[str]:
    number = st.integers(least, most)
    ends = st.tuples(number, number).map(lambda it: f"{min(it)}-{max(it)}")
    several = st.lists(number, min_size=1, max_size=3).map(lambda it: ",".join(map(str, it)))
    step = st.integers(1, most).map(lambda it: f"*/{it}")
    return st.one_of(st.just("*"), number.map(str), ends, several, step)


def expressions() -> st.SearchStrategy[str]:
    days = st.one_of(st.just("*"), st.just("*"), field(1, 28))
    weekdays = st.one_of(st.just("*"), st.just("*"), field(0, 6))
    return st.tuples(field(0, 59), field(0, 23), days, st.just("*"), weekdays).map(" ".join)


moments = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda it: it.replace(tzinfo=UTC)),  # noqa: DTZ001
    st.tuples(st.sampled_from(CHANGES), st.integers(-10800, 10800)).map(
        lambda it: it[0] + timedelta(seconds=it[1])
    ),
)


@settings(max_examples=60, deadline=None)
@given(when=st.lists(expressions(), min_size=1, max_size=2), zone=st.sampled_from(ZONES), at=moments)
def test_they_are_exactly_those_of_the_oracle_forwards_and_back(
    when: list[str], zone: str, at: datetime
) -> None:
    # There clocks are put by half an hour, over which cronsim loses the beginning of an hour in what goes by time that passes.
    assume(
        zone != "Australia/Lord_Howe"
        or not any(it.split()[0][0] == "*" or it.split()[1][0] == "*" for it in when)
    )
    schedule, end = rule(*when, zone=zone), at + timedelta(days=2)
    expected = sorted(set().union(*(due_minutes(it, schedule.zone, at, end) for it in when)))
    assert list(takewhile(lambda due: due <= end, islice(due_after(schedule, at), 6000))) == expected
    before = sorted(set().union(*(due_minutes(it, schedule.zone, at - timedelta(days=2), at) for it in when)))
    if before:
        assert latest_due(schedule, at) == before[-1]


@settings(max_examples=60, deadline=None)
@given(when=expressions(), jitter=st.integers(0, 300), at=moments)
def test_a_job_is_started_within_its_jitter_and_always_as_late(when: str, jitter: int, at: datetime) -> None:
    schedule = rule(when, jitter=jitter)
    dues = list(islice(due_after(schedule, at - timedelta(days=3)), 2000))
    starts = [start_of(schedule, due) for due in dues]
    assert all(due <= start <= due + schedule.jitter for due, start in zip(dues, starts, strict=True))
    assert starts == [start_of(schedule, due) for due in dues]
    if dues and dues[-1] > at + timedelta(days=1):
        assert next_start(schedule, at) == min(it for it in starts if it > at)
        come = [due for due, start in zip(dues, starts, strict=True) if start <= at and due <= at]
        if come:
            assert latest_due(schedule, at) == max(come)


@pytest.mark.parametrize(
    ("day", "shown"),
    [("2026-03-29", ["03:00"]), ("2026-10-25", ["02:30"]), ("2026-10-26", ["02:30"])],
)
def test_half_past_two_in_berlin_comes_once_a_day_whatever_clocks_do(day: str, shown: list[str]) -> None:
    schedule = rule("30 2 * * *")
    begin = datetime.fromisoformat(day).replace(tzinfo=BERLIN)
    dues = takewhile(lambda due: due < begin + timedelta(days=1), due_after(schedule, begin.astimezone(UTC)))
    assert [f"{due.astimezone(BERLIN):%H:%M}" for due in dues] == shown


def test_two_expressions_that_meet_are_due_once() -> None:
    # On the day on which 02:30 is left out it comes at 03:00, when the other one is due anyway.
    schedule = rule("30 2 * * *", "0 3 * * *")
    dues = list(islice(due_after(schedule, datetime(2026, 3, 28, 12, tzinfo=UTC)), 3))
    assert [f"{due.astimezone(BERLIN):%d %H:%M}" for due in dues] == ["29 03:00", "30 02:30", "30 03:00"]


def test_jobs_of_one_minute_do_not_all_start_at_once() -> None:
    due = datetime(2026, 11, 1, 6, tzinfo=UTC)
    starts = {start_of(rule("0 * * * *", jitter=30, name=f"no{number}"), due) for number in range(20)}
    assert len(starts) > 15
