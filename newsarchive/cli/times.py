"""Times as people in the sites' zone read them, and how long ago they were. The only clock of the commands is here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newsarchive.items.record import local_minute

_UNITS = ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "min"))
_TWO = 2
"""A length in fewer than two of a unit is told in the next smaller one: 36 h rather than 1 d."""


def now() -> datetime:
    """The time by which ages are told."""
    return datetime.now(UTC)


def local_time(at: datetime | None) -> str:
    """A time in Asia/Shanghai, to the minute."""
    return local_minute(at) if at else "-"


def length(span: timedelta) -> str:
    """A length of time in one unit: 45 s, 12 min, 36 h, 9 d."""
    for unit, name in _UNITS:
        if span >= _TWO * unit:
            return f"{span // unit} {name}"
    return f"{max(span, timedelta(0)) // timedelta(seconds=1)} s"


def ago(at: datetime | None) -> str:
    """How long ago a time was; a future one says how far ahead, a missing one is a dash."""
    if at is None:
        return "-"
    span = now() - at
    return f"in {length(-span)}" if span < timedelta(0) else f"{length(span)} ago"
