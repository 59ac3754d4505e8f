"""The day that a command is about."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import Annotated

import typer

from newsarchive.errors import BadValueError

DayOption = Annotated[str, typer.Option("--day", metavar="YYYY-MM-DD", help="Which day (Asia/Shanghai).")]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def day_of(text: str, option: str = "--day") -> date:
    """A day written YYYY-MM-DD. Raises BadValueError."""
    if _DAY.fullmatch(text):
        with suppress(ValueError):
            return date.fromisoformat(text)
    raise BadValueError(f"{option} takes YYYY-MM-DD, for example 2025-01-04, not {text!r}")
