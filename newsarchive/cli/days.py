"""The day that a command is about."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import Annotated

import typer

from newsarchive.errors import BadValueError

DayOption = Annotated[str, typer.Option("--day", metavar="YYYY-MM-DD", help="Which day (Asia/Shanghai).")]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST, _LAST = date(1000, 1, 1), date(9998, 12, 31)
"""Days of years with four digits, which some systems' `%Y` writes with fewer, that have others after them in each zone."""


def day_of(text: str, option: str = "--day") -> date:
    """A day written YYYY-MM-DD. Raises BadValueError."""
    if _DAY.fullmatch(text):
        with suppress(ValueError):
            return _inside(date.fromisoformat(text), option)
    raise BadValueError(f"{option} takes YYYY-MM-DD, for example 2025-01-04, not {text!r}")


def month_of(text: str) -> date:
    """The first day of a month written YYYY-MM. Raises BadValueError."""
    if _DAY.fullmatch(f"{text}-01"):
        with suppress(ValueError):
            return _inside(date.fromisoformat(f"{text}-01"), "--month")
    raise BadValueError(f"--month takes YYYY-MM, for example 2025-01, not {text!r}")


def _inside(day: date, option: str) -> date:
    if not _FIRST <= day <= _LAST:
        raise BadValueError(f"{option} takes a time from {_FIRST} to {_LAST}")
    return day
