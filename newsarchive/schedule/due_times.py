"""When a schedule is due: the times of its cron expressions, and how much later each is started. Pure.

The semantics are cronsim's, and those of Debian's cron: a time that a clock which is put forward leaves out comes once, when it
has been put forward; one that it shows twice when it is put back comes once, the first time. An expression whose minute or
hour begins with `*` goes by the time that really passes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from cronsim import CronSim

from newsarchive.schedule.rules import Schedule

_MARGIN = timedelta(hours=3)
"""A search begins so much before (or behind) where it has to: cronsim goes by what a clock shows, and no clock is put
forward or back by more."""


def due_after(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """The due times of a schedule later than a time, in order, in UTC, each once. Of some expressions there is an end."""
    searches = [_search(it, schedule, after, backwards=False) for it in schedule.when]
    heads = [next(it, None) for it in searches]
    last = after
    while found := [it for it in heads if it is not None]:
        first = min(found)
        for number, search in enumerate(searches):
            while (head := heads[number]) is not None and head <= first:
                heads[number] = next(search, None)
        if first > last:
            yield (last := first)


def latest_due(schedule: Schedule, now: datetime) -> datetime | None:
    """The latest due time whose moment to be started has come; it may be long past."""
    latest = None
    for expression in schedule.when:
        for due in _search(expression, schedule, now, backwards=True):
            if latest is not None and due <= latest:
                break
            if due <= now and start_of(schedule, due) <= now:
                latest = due
                break
    return latest


def next_start(schedule: Schedule, now: datetime) -> datetime | None:
    """The next moment after now at which a job is to be started: that of a due time, with its jitter."""
    best = None
    for due in due_after(schedule, now - schedule.jitter):
        if best is not None and due >= best:
            break
        if (start := start_of(schedule, due)) > now and (best is None or start < best):
            best = start
    return best


def start_of(schedule: Schedule, due: datetime) -> datetime:
    """When the job of a due time is started: up to `jitter` later, and for the same due time always as much."""
    seconds = int(schedule.jitter.total_seconds())
    digest = hashlib.sha256(f"{schedule.name} {due.astimezone(UTC).isoformat()}".encode()).digest()
    return due + timedelta(seconds=int.from_bytes(digest[:8]) % (seconds + 1))


def _search(expression: str, schedule: Schedule, at: datetime, *, backwards: bool) -> Iterator[datetime]:
    begin = at + _MARGIN if backwards else at - _MARGIN
    for found in CronSim(expression, begin.astimezone(schedule.zone), reverse=backwards):
        yield found.astimezone(UTC)
