"""Schedules as `newsarchive.toml` says them: which spider runs when, with what, and how much of it may be made up for."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from newsarchive.archive_settings import archive_here, check_keys
from newsarchive.errors import BadValueError
from newsarchive.items.record import SHANGHAI, SiteName
from newsarchive.monitoring.health import SILENT
from newsarchive.setting import Kind, duration, one_of, read, shown, table, text, whole
from newsarchive.settings import OURS, SCRAPYS, check_names
from newsarchive.sites import SITES

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
_DAY_OF = re.compile(r"\{(?P<base>today)(?:-(?P<back>\d{1,5}))?\}", re.ASCII)
_FIELDS = 5
"""Minute, hour, day, month, day of the week. A due time is a minute, so there are no seconds."""
_DAY = timedelta(days=1)
LOST_AFTER = timedelta(minutes=10)
"""How long a job may be silent where nothing else is said."""
SHARE = ("share", "yes")
"""The argument of a job that takes what waits on the frontier, beside the one that fills it."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a spider runs: at the times of any of the cron expressions `when`, as clocks of `zone` show them.

    `jitter` is how much later than its due time a job may be started, always the same for one due time; `grace` how late
    a missed due time is still made up for. A job that was not heard of for `lost_after` is lost and started again, at most
    `starts` times in all. One that is `paused`, for the reason given, starts nothing.
    """

    name: str
    spider: SiteName
    when: tuple[str, ...]
    zone: ZoneInfo = SHANGHAI
    arguments: tuple[tuple[str, str], ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    jitter: timedelta = timedelta(0)
    grace: timedelta = timedelta(hours=6)
    lost_after: timedelta = LOST_AFTER
    starts: int = 3
    paused: str = ""

    @property
    def shares(self) -> bool:
        """Whether its jobs work along with others of their site, which have it then all the same."""
        return SHARE in self.arguments

    def arguments_at(self, due: datetime) -> dict[str, str]:
        """The spider's arguments for a due time: `{today}` and `{today-7}` are its day in the schedule's zone, or days before."""
        today = due.astimezone(self.zone).date()

        def day(found: re.Match[str]) -> str:
            return str(today - timedelta(days=int(found["back"] or 0)))

        return {name: _DAY_OF.sub(day, value) for name, value in self.arguments}


@dataclass(frozen=True, slots=True)
class Schedules:
    """All schedules of an archive by name, and the Scrapyd nodes that run them, if any."""

    by_name: Mapping[str, Schedule]
    nodes: tuple[str, ...] = ()


def schedules_here(environment: Mapping[str, str] = os.environ, start: Path | None = None) -> Schedules:
    """The schedules of the archive of the working directory (or of `start`).

    Raises BadValueError in one line that names the table and the key; InputFileError for a file that cannot be read.
    """
    archive = archive_here(environment, start)
    where = archive.names["schedule"]
    given: Mapping[str, Any] = archive.values["schedule"]
    return Schedules(
        {name: _schedule(name, it, f"{where}.{name}") for name, it in given.items()},
        tuple(archive.values["scrapyd"]),
    )


def _schedule(name: str, given: object, where: str) -> Schedule:
    if not _NAME.fullmatch(name):
        raise BadValueError(f"{where}: a schedule's name is made of at most 40 of a-z, 0-9, - and _")
    if not isinstance(given, Mapping):
        raise BadValueError(f"{where} is {shown(given)}; it takes a table with spider and when")
    check_keys(given, _KEYS, where)
    for key in ("spider", "when"):
        if key not in given:
            raise BadValueError(f"{where} has no {key}; it takes {_KEYS[key].takes}")
    values = {key: read(f"{where}.{key}", _KEYS[key], it) for key, it in given.items()}
    for setting, value in values.get("settings", ()):
        _check_setting(setting, value, f"{where}.settings")
    return Schedule(name=name, **values)


def _when(value: object) -> tuple[str, ...]:
    expressions = [value] if isinstance(value, str) else value
    if not isinstance(expressions, list | tuple) or not expressions:
        raise ValueError
    for it in expressions:
        if not isinstance(it, str) or len(it.split()) != _FIELDS:
            raise ValueError(f"{shown(it)} has not the five fields minute, hour, day, month, day of the week")
        try:
            next(CronSim(it, datetime(2024, 1, 1, tzinfo=UTC)))
        except CronSimError as error:
            raise ValueError(f"{shown(it)}: {str(error).lower()}") from None
        except StopIteration:
            raise ValueError(f"{shown(it)} never comes") from None
    return tuple(" ".join(it.split()) for it in expressions)


def _zone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(text("a name").read(value)))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("there is no such zone") from None


def _words(value: object) -> str:
    """A value of TOML as a job's arguments and settings are given: text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):  # a time is one too; TOML writes both without quotes
        return value.isoformat()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False)
    return str(text("a text").read(value))


def _names(name: str) -> None:
    if not name.isidentifier() or name.startswith("_"):
        raise ValueError(f"{shown(name)} is no name of one")


def _pairs(what: str) -> Kind:
    inner = table(f"a table of {what}", _names, Kind("a text, a number or a table", _words))
    return Kind(inner.takes, lambda value: tuple(inner.read(value).items()))


_KEYS: Mapping[str, Kind] = {
    "spider": one_of(SITES),
    "when": Kind('a cron expression such as "30 6 * * *", or a list of them', _when),
    "zone": Kind("the name of a time zone such as Asia/Shanghai or Europe/Berlin", _zone),
    "arguments": _pairs("arguments of the spider"),
    "settings": _pairs("settings"),
    "jitter": duration(timedelta(0), _DAY),
    "grace": duration(timedelta(minutes=1), 366 * _DAY),
    "lost_after": duration(SILENT, 7 * _DAY),
    "starts": whole(1, 20),
    "paused": text("the reason why it is not run"),
}
"""What a schedule's table takes."""


def _check_setting(name: str, value: str, where: str) -> None:
    """Refuse a setting that the job would refuse, or that would hide the job's record from who reads it here."""
    if name == "NEWSARCHIVE_STORE":
        raise BadValueError(
            f"{where} has {name}; schedules and their jobs have one store, that of the environment"
        )
    try:
        check_names([name], bare=True)
        kinds = {it.name: it.kind for it in OURS} | SCRAPYS
        if kind := kinds.get(name):
            read(name, kind, value)
    except BadValueError as error:
        raise BadValueError(f"{where}: {error}") from None
