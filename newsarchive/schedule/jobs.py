"""Jobs of schedules: their ids, and what the record of a run, or where a job runs, says of what became of one. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple, Self

from newsarchive.monitoring.health import end_of
from newsarchive.monitoring.outcome import CrawlExit
from newsarchive.records.run import Run
from newsarchive.schedule.rules import LOST_AFTER, Schedule
from newsarchive.storage.collections import ScheduledJob

STILL_SILENT = timedelta(seconds=90)
"""A job that looks lost is given up if it is as silent so much later: three heartbeats."""
_ID = re.compile(r"([a-z0-9][a-z0-9_-]*)\.(\d{8}T\d{4}Z)\.([1-9]\d{0,5})", re.ASCII)
_MINUTE = "%Y%m%dT%H%MZ"


class JobId(NamedTuple):
    """The id of a job of a schedule: which, for which due time (UTC, to the minute), the how many-th start of it, from 1."""

    schedule: str
    due: datetime
    number: int

    def __str__(self) -> str:
        return f"{self.schedule}.{self.due.astimezone(UTC).strftime(_MINUTE)}.{self.number}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The id that a text is, if it is one of a schedule's job."""
        found = _ID.fullmatch(text)
        if not found:
            return None
        try:
            due = datetime.fromisoformat(found[2])
        except ValueError:
            return None
        return cls(found[1], due, int(found[3]))


def id_of(job: ScheduledJob) -> JobId:
    """The id of a job."""
    return JobId(job.schedule, job.due, job.number)


@dataclass(frozen=True, slots=True)
class JobState:
    """What a node or this machine says of a job: it waits for room, runs, or has ended, with which exit code if that is known."""

    word: Literal["waiting", "running", "ended"]
    exit_code: int | None = None


def job_of_run(run: Run) -> ScheduledJob | None:
    """The job of a schedule that a run was, as far as its record tells."""
    found = JobId.read(run.job)
    return found and ScheduledJob(
        schedule=found.schedule,
        site=run.site,
        due=found.due,
        number=found.number,
        started_at=run.started_at,
        machine=run.machine,
    )


def looked_at(
    job: ScheduledJob, run: Run | None, state: JobState | None, lost_after: timedelta, now: datetime
) -> ScheduledJob:
    """A job with what is known of it now: by the record of its run if it has one, and the state of the job if that is known.

    The state has to be older than the record: what ended before the record was read, and has none, will get none.
    """
    if job.fate not in {"", "lost"}:
        return job
    if run is not None and run.finished_at is not None:
        word, code = end_of(run, now)
        return _ended(job, "leased" if code == CrawlExit.LEASED else "ran", run.finished_at, word, code)
    sign = run.heartbeat_at if run else job.started_at
    if job.fate == "lost":
        came_back = run is not None and job.ended_at is not None and job.ended_at < sign <= now
        return job.model_copy(update=_ALIVE) if came_back else job
    if state is not None and state.word == "ended":
        return _ended_without_record(job, run, state.exit_code, now)
    if (state is not None and state.word == "waiting") or abs(now - sign) <= lost_after:
        return job.model_copy(update=_ALIVE) if job.silent_since else job
    if job.silent_since is None or job.last_sign != sign or job.silent_since > now:
        return job.model_copy(update={"silent_since": now, "last_sign": sign})
    if now - job.silent_since < STILL_SILENT:
        return job
    return _ended(job, "lost", now, "its heart stopped" if run else "it never began", None)


_ALIVE = {"silent_since": None, "last_sign": None, "fate": "", "ended_at": None, "end": ""}


def _ended_without_record(
    job: ScheduledJob, run: Run | None, code: int | None, now: datetime
) -> ScheduledJob:
    """A job whose process is no more, and whose run did not say how it ended."""
    if code == CrawlExit.LEASED:
        return _ended(job, "leased", now, "leased", code)
    if run is None:
        return _ended(job, "lost", now, "it ended before it began", code)
    if code is None or code < 0:
        return _ended(job, "lost", now, "killed", code)
    return _ended(job, "ran", now, "its record waits in the spool", code)


def _ended(
    job: ScheduledJob,
    fate: Literal["ran", "lost", "leased", "interrupted", "refused"],
    at: datetime,
    end: str,
    code: int | None,
) -> ScheduledJob:
    update = {
        "fate": fate,
        "ended_at": at,
        "end": end,
        "exit_code": code,
        "silent_since": None,
        "last_sign": None,
    }
    return job.model_copy(update=update)


def interrupted(job: ScheduledJob, now: datetime) -> ScheduledJob:
    """A job that was ended with the scheduler whose child it was: it is started again."""
    return _ended(job, "interrupted", now, "ended with the scheduler", None)


def refused(job: ScheduledJob, why: str, now: datetime) -> ScheduledJob:
    """A job that nobody took."""
    return _ended(job, "refused", now, why, None)


def gone(job: ScheduledJob, at: datetime) -> ScheduledJob:
    """A job whose run never ended, and gave its last sign of life then."""
    return _ended(job, "lost", at, "its heart stopped", None)


def lost_after(schedule: Schedule | None) -> timedelta:
    """How long a job of a schedule may be silent; of one that is in the file no more too."""
    return schedule.lost_after if schedule else LOST_AFTER
