"""The oracle of due times: simple and slow, and written without cronsim. And a year's schedules to try it on."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def values(field: str, least: int, most: int) -> set[int]:
    """What a field of a cron expression stands for: `*`, `3`, `1-5`, `1,2`, each with `/step`."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if span == "*":
            low, high = least, most
        else:
            low = int(first)
            high = int(last) if last else most if step else low
        found.update(range(low, high + 1, int(step or 1)))
    return found


def on_day(fields: list[set[int]], expression: str, day: date) -> bool:
    """Whether an expression names a day: by both its fields for days where one begins with `*`, else by either."""
    _, _, of_month, _, of_week = expression.split()
    in_month = day.day in fields[2]
    in_week = bool({day.isoweekday(), day.isoweekday() % 7} & fields[4])
    both = of_month.startswith("*") or of_week.startswith("*")
    return day.month in fields[3] and ((in_month and in_week) if both else (in_month or in_week))


def due_minutes(expression: str, zone: ZoneInfo, since: datetime, until: datetime) -> set[datetime]:
    """All due times in a span, found minute by minute."""
    fields = [values(it, *RANGES[number]) for number, it in enumerate(expression.split())]
    minute, hour = expression.split()[:2]
    if minute.startswith("*") or hour.startswith("*"):
        return _as_time_passes(expression, fields, zone, since, until)
    found = set()
    day = since.astimezone(zone).date() - timedelta(days=1)
    while day <= until.astimezone(zone).date():
        if on_day(fields, expression, day):
            for h in fields[1]:
                for m in fields[0]:
                    found.add(first_shown(datetime.combine(day, time(h, m)), zone))
        day += timedelta(days=1)
    return {it for it in found if since < it <= until}


def _as_time_passes(
    expression: str, fields: list[set[int]], zone: ZoneInfo, since: datetime, until: datetime
) -> set[datetime]:
    found = set()
    at = since.replace(second=0, microsecond=0)
    while at <= until:
        local = at.astimezone(zone)
        if local.minute in fields[0] and local.hour in fields[1] and on_day(fields, expression, local.date()):
            found.add(at)
        at += MINUTE
    return {it for it in found if since < it <= until}


def first_shown(naive: datetime, zone: ZoneInfo) -> datetime:
    """When clocks of a zone first show a time, or, where it is left out, the first that they show after it."""
    while True:
        at = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if at.astimezone(zone).replace(tzinfo=None) == naive:
            return at
        naive += MINUTE
