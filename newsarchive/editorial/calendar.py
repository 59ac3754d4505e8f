"""A month is named by its first day everywhere in the exporters."""

from __future__ import annotations

import calendar
from datetime import date


def month_span(day: date) -> tuple[date, date]:
    """The first and the last day of the month that a day is in."""
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
