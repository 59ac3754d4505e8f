"""Days and months in Shanghai, and which of them an editor has said to be done.

Of a day that is done only what was picked is exported; of any other also what nobody has decided on (`selection.py`).
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable
from datetime import date, datetime, time

from newsarchive.items.record import SHANGHAI
from newsarchive.storage.collections import DAYS, DoneDays
from newsarchive.storage.contract import DocumentStore


def day_of(moment: datetime) -> date:
    """The day of a moment in Shanghai."""
    return moment.astimezone(SHANGHAI).date()


def day_start(day: date) -> datetime:
    """When a day begins in Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)


def month_span(day: date) -> tuple[date, date]:
    """The first and the last day of the month that a day is in; a month is named by its first day everywhere."""
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def first_of(month: str) -> date:
    """The first day of a month by its name, `2025-01`."""
    return date.fromisoformat(f"{month}-01")


async def done_days(store: DocumentStore, first: date, last: date) -> set[date]:
    """The days from `first` to `last` that are done."""
    months = await store.documents(DAYS)
    return {day for month in months.values() for day in month.done if first <= day <= last}


async def finish_days(store: DocumentStore, days: Iterable[date]) -> None:
    """Say that days are done."""
    await _change(store, days, set.union)


async def reopen_days(store: DocumentStore, days: Iterable[date]) -> None:
    """Say that days are not done."""
    await _change(store, days, set.difference)


async def _change(
    store: DocumentStore, days: Iterable[date], how: Callable[[set[date], set[date]], set[date]]
) -> None:
    wanted = set(days)
    for month in sorted({day.replace(day=1) for day in wanted}):
        held = await done_days(store, *month_span(month))
        now = how(held, {day for day in wanted if day.replace(day=1) == month})
        if now != held:
            await store.put_document(DAYS, f"{month:%Y-%m}", DoneDays(done=tuple(sorted(now))))
