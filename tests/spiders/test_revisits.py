"""When a page is looked at again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newsarchive.crawl.revisit_policy import NEVER, after_failure, after_notice, revisit_at
from tests.storage.records import NOON, task

TABLE = {"1": 6, "7": 48.0, "30": 240}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("age", "after"),
    [
        (-HOUR, 6 * HOUR),
        (timedelta(0), 6 * HOUR),
        (DAY, 6 * HOUR),
        (DAY + HOUR, 48 * HOUR),
        (7 * DAY, 48 * HOUR),
        (29 * DAY, 240 * HOUR),
        (31 * DAY, NEVER),
    ],
)
def test_the_older_the_later(age: timedelta, after: timedelta) -> None:
    assert revisit_at(NOON - age, NOON, TABLE) == NOON + after


def test_failures_in_a_row_wait_longer_and_longer() -> None:
    waits = [after_failure(task(tries=tries)).after for tries in range(9)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (HOUR, 7 * DAY)


def test_what_was_never_read_is_given_up_and_what_is_held_stays_held() -> None:
    for state, end in (("wanted", "gone"), ("done", "done")):
        before, last = (after_failure(task(state=state, tries=tries)) for tries in (8, 9))
        assert (before.state, last.state) == (state, end)
        assert last.after == NEVER > before.after


@pytest.mark.parametrize("kind", ["gone", "unavailable", "moved"])
def test_what_may_pass_is_tried_again_a_day_apart(kind: str) -> None:
    visits = [after_notice(task(tries=tries, outcome=kind), kind) for tries in range(3)]
    assert [visit.state for visit in visits] == ["wanted", "wanted", "gone"]
    assert [visit.after for visit in visits] == [DAY, DAY, NEVER]


def test_one_404_after_days_of_failures_is_looked_at_again() -> None:
    failing = task(state="done", tries=4, outcome="http_503")
    first = after_notice(failing, "gone")
    assert (first.state, first.after) == ("done", DAY)
    assert after_notice(task(state="done", tries=5, outcome="gone"), "gone").state == "gone"
    assert after_notice(task(tries=20, outcome="unavailable"), "gone").state == "gone"


def test_what_is_held_is_looked_at_once_more_before_it_is_over() -> None:
    first = after_notice(task(state="done", outcome="article"), "deleted")
    assert (first.state, first.after) == ("done", DAY)
    assert after_notice(task(state="done", tries=1, outcome="deleted"), "deleted").state == "gone"


@pytest.mark.parametrize(
    ("age", "day"), [(timedelta(0), 1), (2 * DAY, 3), (3 * DAY, 7), (8 * DAY, 30), (31 * DAY, 90)]
)
def test_the_days_of_rechecks_are_kept_whatever_the_table_says(age: timedelta, day: int) -> None:
    days = (90.0, 1.0, 30.0, 3.0, 7.0)
    assert revisit_at(NOON - age, NOON, {}, days) == NOON - age + day * DAY
    assert revisit_at(NOON - age, NOON, TABLE, days) == min(
        NOON - age + day * DAY, revisit_at(NOON - age, NOON, TABLE)
    )


def test_after_the_last_recheck_the_table_alone_says_when() -> None:
    assert revisit_at(NOON - 90 * DAY, NOON, {}, (1.0, 90.0)) == NOON + NEVER


@pytest.mark.parametrize("kind", ["deleted", "violation", "expired", "param_error", "private"])
def test_what_does_not_pass_is_over(kind: str) -> None:
    assert after_notice(task(), kind).state == "gone"
