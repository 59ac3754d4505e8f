"""When a disk will be full, by how it filled up to now. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import combinations
from statistics import median

from newsarchive.records.alarm import DiskReading

MOST = 60
"""Readings that are kept of a file system."""
APART = timedelta(hours=20)
"""The least time between two kept readings: one a day, also where the checks are not quite a day apart."""
ENOUGH = timedelta(days=2)
"""As long as the readings have to reach back before anything is said."""
_DAY = timedelta(days=1)


def with_reading(held: Sequence[DiskReading], now: DiskReading) -> tuple[DiskReading, ...]:
    """The readings with a new one, which stands for the last while that is of the same day.

    Readings from before the file system got another size say nothing of it; those from the future are of a clock that was wrong.
    """
    kept = [one for one in held if one.total == now.total and one.at <= now.at]
    if len(kept) > 1 and kept[-1].at - kept[-2].at < APART:
        kept.pop()
    return (*kept[-(MOST - 1) :], now)


def days_left(readings: Sequence[DiskReading], reserve: int) -> float | None:
    """Days until no more than the reserve is free; None where it does not fill, or too little is known.

    The pace is the median of that between any two readings: one large deletion or import does not change it.
    """
    if len(readings) < 3 or readings[-1].at - readings[0].at < ENOUGH:
        return None
    paces = [
        (early.free - late.free) / ((late.at - early.at) / _DAY)
        for early, late in combinations(readings, 2)
        if late.at > early.at
    ]
    pace = median(paces) if paces else 0.0
    return max(readings[-1].free - reserve, 0) / pace if pace > 0 else None
