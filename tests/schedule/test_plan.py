"""What a schedule does next, and why not; what is made of a job whose record or process says this or that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newsarchive.records.run import Run
from newsarchive.schedule.jobs import JobId, JobState, id_of, looked_at
from newsarchive.schedule.plan import AGAIN, LOOK, plan
from newsarchive.schedule.rules import Schedule
from newsarchive.storage.collections import ScheduledJob

DUE = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RULE = Schedule("morning", "36kr", ("30 6 * * *",))
LOST_AFTER = 10 * MINUTE


def job(number: int = 1, due: datetime = DUE, **more: Any) -> ScheduledJob:  # noqa: ANN401
    return ScheduledJob(schedule="morning", site="36kr", due=due, number=number, started_at=due, **more)


def ended(fate: str, number: int = 1, at: datetime = DUE + MINUTE, **more: Any) -> ScheduledJob:  # noqa: ANN401
    return job(number, fate=fate, ended_at=at, end="so", **more)


def run(**more: Any) -> Run:  # noqa: ANN401
    given = {"started_at": DUE, "heartbeat_at": DUE, **more}
    return Run(run_id="r", site="36kr", job="morning.20261120T2230Z.1", **given)


def test_the_id_of_a_job_says_what_was_due_and_is_read_back() -> None:
    assert str(id_of(job(3))) == "morning.20261120T2230Z.3"
    assert JobId.read("morning.20261120T2230Z.3") == id_of(job(3))
    for other in (
        "",
        "6f1ed002ab5595859014ebf0951522d9",
        "morning.20261320T2230Z.1",
        "morning.20261120T2230Z.0",
    ):
        assert JobId.read(other) is None


@pytest.mark.parametrize(
    ("jobs", "after", "start", "why"),
    [
        ([], MINUTE, 1, ""),
        ([], 6 * HOUR, 1, ""),
        ([], 6 * HOUR + MINUTE, 0, "2026-11-21 06:30 is later than its grace of 6h"),
        ([job()], 5 * HOUR, 0, "the job of 2026-11-21 06:30 has not ended"),
        ([ended("ran")], HOUR, 0, ""),
        ([ended("lost")], MINUTE * 2, 0, "2026-11-21 06:30 is tried again: so"),
        ([ended("lost")], MINUTE + AGAIN, 2, ""),
        ([ended("lost"), ended("lost", 2)], HOUR, 3, ""),
        ([ended("lost"), ended("lost", 2), ended("lost", 3)], HOUR, 0, "is given up: lost 3 times (so)"),
        # A loss is made up for within the grace from when it was noticed, what never ran within that of its due time.
        ([ended("lost", at=DUE + 5 * HOUR)], 10 * HOUR, 2, ""),
        ([ended("interrupted", at=DUE + 5 * HOUR)], 10 * HOUR, 2, ""),
        ([ended("leased", at=DUE + 5 * HOUR)], 10 * HOUR, 0, "later than its grace of 6h (so)"),
        ([ended("leased", 9)], HOUR, 10, ""),
        ([ended("refused")], HOUR, 1, ""),
        # By a clock that was set back since: nothing waits for the time that it showed.
        ([ended("lost", at=DUE + 30 * DAY)], HOUR, 2, ""),
        ([job(due=DUE + DAY, fate="ran", ended_at=DUE + DAY)], HOUR, 1, ""),
        ([job(due=DUE + DAY, fate="ran", ended_at=DUE + DAY)], DAY + HOUR, 0, ""),
        # The rule said another time when that was started: it is not made up for.
        ([job(due=DUE + MINUTE, fate="ran", ended_at=DUE + MINUTE)], HOUR, 0, ""),
    ],
)
def test_what_is_started_and_why_not(
    jobs: list[ScheduledJob], after: timedelta, start: int, why: str
) -> None:
    found = plan(RULE, jobs, "", DUE + after)
    assert (found.start and found.start.number) == (start or None)
    assert (found.why.endswith(why)) if why else (found.why == "")


def test_a_busy_site_is_waited_for_and_looked_at_again() -> None:
    found = plan(RULE, [], "another crawl of the site runs", DUE + HOUR)
    assert found.why == "2026-11-21 06:30 waits: another crawl of the site runs"
    assert found.at == DUE + HOUR + LOOK


def test_one_that_is_paused_says_why_and_wakes_nobody() -> None:
    paused = Schedule("morning", "36kr", ("30 6 * * *",), paused="no permission")
    assert plan(paused, [], "", DUE).why == "paused: no permission"
    assert plan(paused, [], "", DUE).at is None


@pytest.mark.parametrize(
    ("record", "state", "after", "fate"),
    [
        (None, None, 9 * MINUTE, ""),
        (None, JobState("waiting"), 9 * HOUR, ""),
        (None, JobState("ended", 11), MINUTE, "lost"),
        (None, JobState("ended", 39), MINUTE, "leased"),
        (run(), JobState("ended"), MINUTE, "lost"),
        (run(), JobState("ended", -9), MINUTE, "lost"),
        # Its last record waits in the spool: it has run.
        (run(), JobState("ended", 20), MINUTE, "ran"),
        (run(finished_at=DUE, reason="finished", exit_code=0), JobState("ended", 0), MINUTE, "ran"),
        (run(finished_at=DUE, reason="finished", exit_code=33), None, MINUTE, "ran"),
        (run(finished_at=DUE, reason="leased", exit_code=39), None, MINUTE, "leased"),
        (run(heartbeat_at=DUE + HOUR), JobState("running"), HOUR + MINUTE, ""),
    ],
)
def test_what_became_of_a_job(
    record: Run | None, state: JobState | None, after: timedelta, fate: str
) -> None:
    assert looked_at(job(), record, state, LOST_AFTER, DUE + after).fate == fate


def test_one_that_is_silent_is_given_up_only_if_it_still_is_some_time_later() -> None:
    silent = looked_at(job(), run(), None, LOST_AFTER, DUE + HOUR)
    assert (silent.fate, silent.silent_since) == ("", DUE + HOUR)
    assert looked_at(silent, run(), None, LOST_AFTER, DUE + HOUR + MINUTE).fate == ""
    assert looked_at(silent, run(), None, LOST_AFTER, DUE + HOUR + 2 * MINUTE).fate == "lost"


def test_one_on_a_machine_whose_clock_is_behind_lives_as_long_as_it_gives_signs() -> None:
    seen = job()
    for minute in range(60, 70):
        seen = looked_at(
            seen, run(heartbeat_at=DUE + minute * MINUTE - HOUR), None, LOST_AFTER, DUE + minute * MINUTE
        )
        assert (seen.fate, seen.silent_since) == ("", DUE + minute * MINUTE)


@pytest.mark.parametrize("jump", [3 * HOUR, -3 * HOUR, 500 * DAY, -500 * DAY])
def test_a_clock_that_is_set_loses_no_job_that_lives(jump: timedelta) -> None:
    at = DUE + HOUR + jump
    silent = looked_at(job(), run(heartbeat_at=DUE + HOUR), None, LOST_AFTER, at)
    beats = run(heartbeat_at=at + MINUTE / 2)
    for later in (1, 2, 3):
        silent = looked_at(silent, beats, None, LOST_AFTER, at + later * MINUTE)
        assert (silent.fate, silent.silent_since) == ("", None)


def test_one_that_was_given_up_and_beats_again_runs() -> None:
    lost = ended("lost", at=DUE + HOUR)
    assert looked_at(lost, run(heartbeat_at=DUE + MINUTE), None, LOST_AFTER, DUE + 2 * HOUR) == lost
    assert looked_at(lost, run(heartbeat_at=DUE + 2 * HOUR), None, LOST_AFTER, DUE + 2 * HOUR).fate == ""
    finished = run(finished_at=DUE + 2 * HOUR, reason="finished", exit_code=0)
    assert looked_at(lost, finished, None, LOST_AFTER, DUE + 3 * HOUR).fate == "ran"
