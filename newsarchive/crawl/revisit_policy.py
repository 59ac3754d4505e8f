"""When a page is looked at again: pure rules on its age and on how the last fetch ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsarchive.records.task import Task
from newsarchive.storage.contract import TaskState

NEVER = timedelta(days=36500)
"""After this a task is due in name only."""
_FAILURES = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=3), timedelta(days=7))
"""Pauses after the first, second … failure in a row; the last is repeated until MOST_TRIES."""
MOST_TRIES = 10
PASSING = frozenset({"gone", "unavailable", "moved"})
"""What may pass: a listed article that answers 404, 该内容暂时无法查看, an address that leads elsewhere. Tried
again once a day."""
MOST_TRIES_OF_PASSING = 3


@dataclass(frozen=True, slots=True)
class NextVisit:
    """What becomes of a task: its state, and after how long it is due."""

    state: TaskState
    after: timedelta


def revisit_at(
    published_at: datetime, now: datetime, table: Mapping[str, float], recheck_days: Sequence[float] = ()
) -> datetime:
    """When an article is looked at again, whichever is earlier.

    `table` gives hours by age in days (`NEWSARCHIVE_REVISIT`), `recheck_days` the days of its age on which it is looked at in
    any case (`NEWSARCHIVE_RECHECK_DAYS`).
    """
    age = now - published_at
    steps = sorted((float(days), float(hours)) for days, hours in table.items())
    hours = next((hours for days, hours in steps if age <= timedelta(days=days)), None)
    due = now + (NEVER if hours is None else timedelta(hours=hours))
    rechecks = (published_at + timedelta(days=days) for days in recheck_days if timedelta(days=days) > age)
    return min([due, *rechecks])


def after_failure(task: Task) -> NextVisit:
    """After a page could not be read: later and later, at last given up. What is held stays held."""
    if task.tries + 1 >= MOST_TRIES:
        return NextVisit("gone" if task.state == "wanted" else task.state, NEVER)
    return NextVisit(task.state, _FAILURES[min(task.tries, len(_FAILURES) - 1)])


def after_notice(task: Task, kind: str) -> NextVisit:
    """After a notice in an article's place: for good, or for a while.

    What may pass has to be seen twice in a row at least: a site that fails for days and then answers 404 once has not
    taken an article down. An article that is held is looked at once more after any notice: if that was a slip of the site, it is
    seen alive again.
    """
    tries = task.tries + 1
    first = task.outcome != kind and tries < MOST_TRIES
    if (kind in PASSING and (tries < MOST_TRIES_OF_PASSING or first)) or (task.state == "done" and first):
        return NextVisit(task.state, timedelta(days=1))
    return NextVisit("gone", NEVER)
