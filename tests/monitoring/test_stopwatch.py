"""Where the time of a run went."""

from __future__ import annotations

from contextlib import suppress

from newsarchive.monitoring.stopwatch import (
    FETCHING,
    LISTS,
    READING,
    SAVING,
    SPOOLING,
    WAITING,
    WHOLE,
    Stopwatch,
)


class Clock:
    """A clock that goes on when it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_stages_that_overlap_count_once_and_the_rest_is_waiting() -> None:
    clock = Clock()
    watch = Stopwatch(clock)
    clock.now += 5
    with watch.stage(FETCHING):
        clock.now += 2
        with watch.stage(FETCHING), watch.stage(READING):
            clock.now += 3
        clock.now += 1
    watch.passed(LISTS)
    clock.now += 4
    watch.passed(LISTS)
    with watch.stage(SAVING):
        clock.now += 1
    assert watch.seconds() == {WHOLE: 16, LISTS: 11, FETCHING: 6, READING: 3, SAVING: 1, WAITING: 9}


def test_what_still_goes_on_is_counted_and_an_exception_ends_a_stage() -> None:
    clock = Clock()
    watch = Stopwatch(clock)
    spooling = watch.stage(SPOOLING)
    spooling.__enter__()
    clock.now += 1
    with suppress(OSError):
        spooling.__exit__(OSError, OSError(), None)
    clock.now += 1
    with watch.stage(SAVING):
        clock.now += 2
        assert watch.seconds() == {WHOLE: 4, SAVING: 2, SPOOLING: 1, WAITING: 1}
