"""Days of runs: what became of each, in one word. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from newsarchive.monitoring.health import end_of, ended_runs, why_not_read
from newsarchive.monitoring.outcome import WHOLE_ENDS, CrawlExit
from newsarchive.records.run import Run

DayState: TypeAlias = Literal["good", "incomplete", "blocked", "nothing", "none"]
STATES: tuple[DayState, ...] = ("good", "incomplete", "blocked", "nothing", "none")
_REASONS = 3
"""Reasons of a day that are told."""


@dataclass(frozen=True, slots=True)
class DayOfRuns:
    """A day of a site's runs.

    It is `good` when its last run that ended read all that it wanted: what an earlier one missed was made up for;
    `incomplete` when something was read and the last run was not such a one; `blocked` when nothing was read and a run was asked to
    leave the site alone; `nothing` when nothing was read; `none` without a run, or where
    another one of the site did not let it begin. `raw` are bytes of raw pages that it added.
    """

    day: date
    state: DayState = "none"
    runs: int = 0
    good: int = 0
    new: int = 0
    updated: int = 0
    raw: int = 0
    pictures: int = 0
    store: int | None = None
    ends: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


def day_of_runs(day: date, runs: Sequence[Run], now: datetime) -> DayOfRuns:
    """What became of a day; `runs` are those of one site that started on it, newest first."""
    ended = [(run, *end_of(run, now)) for run in ended_runs(runs, now)]
    bad = [one for one in ended if one[2] not in WHOLE_ENDS]
    return DayOfRuns(
        day,
        _state(ended),
        len(runs),
        len(ended) - len(bad),
        sum(run.counts.get("record/new_count", 0) for run in runs),
        sum(run.counts.get("record/updated_count", 0) for run in runs),
        sum(run.sizes.get("raw", 0) for run in runs),
        sum(run.sizes.get("pictures", 0) for run in runs),
        next((run.sizes["store"] for run in runs if "store" in run.sizes), None),
        tuple(dict.fromkeys(word for _, word, _ in bad)),
        tuple(dict.fromkeys(line for run, _, _ in bad for line in why_not_read(run)))[:_REASONS],
    )


def _state(ended: Sequence[tuple[Run, str, int | None]]) -> DayState:
    if not ended:
        return "none"
    if ended[0][2] in WHOLE_ENDS:
        return "good"
    if any(code in WHOLE_ENDS or _read_something(run) for run, _, code in ended):
        return "incomplete"
    return "blocked" if any(code == CrawlExit.BLOCKED for _, _, code in ended) else "nothing"


def _read_something(run: Run) -> bool:
    return any(run.counts.get(f"page/{name}_count") for name in ("listed", "article", "unmodified"))
