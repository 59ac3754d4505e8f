"""What a schedule is to do now: which due time is to be run, or why none is. Pure: a function of rule, jobs and time.

The rule, in whole:

- A due time whose moment has come is run, once. Of several only the latest is: the earlier ones are not piled up.
- It is not begun later than `grace` after it was due, and not while a job of the schedule, or another crawl of its site, runs.
- A job that was lost is started again, `starts` times in all and no later than `grace` after it was lost. One that could not
  run (another job of the site ran, no node took it, it was ended with its scheduler) is tried again too, within `grace`,
  and does not count.
- A run that ended, however, is a run: how good it was, its exit code says.
- What was started for due times still to come, by a clock that was set back since, counts for these alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsarchive.schedule.due_times import latest_due, next_start
from newsarchive.schedule.jobs import JobId
from newsarchive.schedule.rules import Schedule
from newsarchive.setting import written_duration
from newsarchive.storage.collections import ScheduledJob

AGAIN = timedelta(minutes=2)
"""How long after its end a job is tried again."""


LOOK = timedelta(minutes=1)
"""How soon to look again where a job runs or a site is busy: nobody tells when that is over."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The job that is to be started now, or why there is none; and when there may be one, if nothing else happens before."""

    start: JobId | None
    why: str
    at: datetime | None


def plan(schedule: Schedule, jobs: Sequence[ScheduledJob], busy: str, now: datetime) -> Plan:
    """What is to be done now, of the jobs that the schedule has started so far; `busy` says which other crawl has its site."""
    if schedule.paused:
        return Plan(None, f"paused: {schedule.paused}", None)
    upcoming = next_start(schedule, now)
    soon = now + LOOK if upcoming is None else min(now + LOOK, upcoming)
    if running := next((job for job in jobs if not job.fate), None):
        return Plan(None, f"the job of {shown_in(schedule, running.due)} has not ended", soon)
    due = latest_due(schedule, now)
    if due is None or any(due < job.due <= now for job in jobs):
        return Plan(None, "", upcoming)
    earlier = sorted((job for job in jobs if job.due == due), key=lambda job: job.number)
    last = earlier[-1] if earlier else None
    if last and last.fate == "ran":
        return Plan(None, "", upcoming)
    shown = shown_in(schedule, due)
    lost = sum(job.fate == "lost" for job in earlier)
    if last and lost >= schedule.starts:
        return Plan(None, f"{shown} is given up: lost {lost} times ({last.end})", upcoming)
    since = due
    if last and last.ended_at and last.fate in {"lost", "interrupted"}:
        since = max(due, last.ended_at)
    if now - since > schedule.grace:
        late = f"{shown} is later than its grace of {written_duration(schedule.grace)}"
        return Plan(None, f"{late} ({last.end})" if last else late, upcoming)
    if last and last.ended_at and last.ended_at <= now < last.ended_at + AGAIN:
        return Plan(None, f"{shown} is tried again: {last.end}", min(soon, last.ended_at + AGAIN))
    if busy:
        return Plan(None, f"{shown} waits: {busy}", soon)
    number = 1 if last is None else last.number + (last.fate != "refused")
    return Plan(JobId(schedule.name, due, number), "", now)


def shown_in(schedule: Schedule, at: datetime) -> str:
    """A time as clocks of the schedule's zone show it."""
    return at.astimezone(schedule.zone).strftime("%Y-%m-%d %H:%M")
