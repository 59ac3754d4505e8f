"""One look at all schedules: what became of their jobs, what is due, and starting that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from newsarchive.errors import JobNotStartedError
from newsarchive.items.record import SiteName
from newsarchive.monitoring.health import SILENT
from newsarchive.monitoring.outcome import CrawlExit
from newsarchive.records.run import Run
from newsarchive.schedule.due_times import due_after
from newsarchive.schedule.jobs import (
    JobId,
    gone,
    id_of,
    interrupted,
    job_of_run,
    looked_at,
    lost_after,
    refused,
)
from newsarchive.schedule.plan import Plan, plan, shown_in
from newsarchive.schedule.rules import Schedule, Schedules
from newsarchive.schedule.starter import JobOrder, Starter
from newsarchive.storage.collections import SCHEDULED_JOBS, ScheduledJob
from newsarchive.storage.contract import DocumentStore

_RUNS = 100
"""The last runs of a site that are looked through: what became of earlier jobs is written down."""
_KEPT = 2
"""Due times of a schedule whose jobs are remembered, and those to come."""


LEASE, LEASE_SECONDS = "schedule", 120.0
"""What a scheduler holds while it looks and starts: an answer of a node may take ten seconds."""


class ScheduleStore(DocumentStore, Protocol):
    """What schedules need of a store."""

    async def runs(self, site: SiteName | None = None, limit: int = 20) -> list[Run]:
        """The last runs, newest start first."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """A schedule as it stands: its last job, the due time that comes next, and what is to be done now, or why nothing is."""

    schedule: Schedule
    last: ScheduledJob | None
    next: datetime | None
    plan: Plan


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known at one moment: all jobs by schedule, the runs of each site that live, and what of that is new."""

    at: datetime
    jobs: dict[str, list[ScheduledJob]]
    alive: Mapping[SiteName, Sequence[Run]]
    sharing: Collection[str] = ()
    """Schedules whose jobs share their site with others."""
    kept: Sequence[ScheduledJob] = ()
    changed: Sequence[ScheduledJob] = ()
    unwanted: Sequence[ScheduledJob] = ()
    """Jobs that were given up while their node was away, and wait there for room."""

    def outlook(self, schedule: Schedule) -> Outlook:
        """A schedule as it stands."""
        jobs = self.jobs.get(schedule.name, [])
        past = [job for job in jobs if job.due <= self.at] or jobs
        last = max(past, key=lambda job: (job.due, job.number), default=None)
        upcoming = None if schedule.paused else next(due_after(schedule, self.at), None)
        return Outlook(schedule, last, upcoming, self.plan(schedule))

    def plan(self, schedule: Schedule) -> Plan:
        """What is to be done now of a schedule."""
        return plan(schedule, self.jobs.get(schedule.name, []), self._busy(schedule), self.at)

    def _busy(self, schedule: Schedule) -> str:
        """Which other crawl has the site of a schedule to itself."""
        if schedule.shares:
            return ""
        for name in self.jobs.keys() - {*self.sharing, schedule.name}:
            for other in self.jobs[name]:
                if not other.fate and other.site == schedule.spider:
                    return f"the job {id_of(other)} has the site"
        for run in self.alive.get(schedule.spider, ()):
            return f"another crawl of the site runs ({run.job or run.run_id})"
        return ""


@dataclass(slots=True)
class Round:
    """What one look did: ids of the jobs that it started, of those that it found lost, and what went wrong, a line each."""

    started: list[JobId] = field(default_factory=list)
    lost: list[ScheduledJob] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    at: datetime | None = None
    """When to look again if nothing happens before; None where nothing will ever be due."""


async def survey(
    schedules: Schedules, starter: Starter, store: ScheduleStore, clock: Callable[[], datetime]
) -> Survey:
    """Find out what became of all jobs. Changes nothing."""
    kept = {id_of(job): job for job in (await store.documents(SCHEDULED_JOBS)).values()}
    # Before the records: a job that has ended by now has written its last one.
    states = await starter.states([job for job in kept.values() if job.fate in {"", "lost"}])
    sites = {it.spider for it in schedules.by_name.values()} | {job.site for job in kept.values()}
    runs = [run for site in sorted(sites) for run in await store.runs(site, _RUNS)]
    now = clock()
    of_job = {job_id: run for run in reversed(runs) if (job_id := JobId.read(run.job))}
    jobs: dict[str, list[ScheduledJob]] = defaultdict(list)
    changed = []
    last: dict[str, datetime] = {}
    for job_id in sorted(kept.keys() | of_job.keys()):
        if job_id.due <= now:
            last[job_id.schedule] = job_id.due
    for job_id, run in of_job.items():
        if job_id in kept or job_id.due < last.get(job_id.schedule, job_id.due):
            continue
        silence = lost_after(schedules.by_name.get(job_id.schedule))
        if found := _forgotten(run, silence, now):
            jobs[job_id.schedule].append(found)
            changed += [] if found.fate else [found]
    for job_id, job in kept.items():
        rule = schedules.by_name.get(job.schedule)
        found = looked_at(job, of_job.get(job_id), states.get(job_id), lost_after(rule), now)
        jobs[job.schedule].append(found)
        changed += [] if found == job else [found]
    alive = defaultdict(list)
    for run in runs:
        if run.finished_at is not None or run.shares:
            continue
        if abs(now - run.heartbeat_at) <= SILENT:
            alive[run.site].append(run)
    unwanted = [
        job
        for name, job in kept.items()
        if job.fate == "lost" and (state := states.get(name)) and state.word == "waiting"
    ]
    sharing = {name for name, rule in schedules.by_name.items() if rule.shares}
    return Survey(now, jobs, alive, sharing, [*kept.values()], changed, unwanted)


def _forgotten(run: Run, silence: timedelta, now: datetime) -> ScheduledJob | None:
    """A job that has a run and of whose start nothing is kept: it is long past, or the clock was ahead, or its store a copy."""
    job = job_of_run(run)
    if job is None or run.finished_at is not None or abs(now - run.heartbeat_at) <= silence:
        return job and looked_at(job, run, None, silence, now)
    return gone(job, run.heartbeat_at)


async def look_once(
    schedules: Schedules,
    starter: Starter,
    store: ScheduleStore,
    clock: Callable[[], datetime],
    hold: Callable[[], Awaitable[bool]],
) -> Round:
    """Find out what became of all jobs, end those that are lost, and start what is due.

    `hold` tells, each time before a job is started, whether nobody else starts any.
    """
    known = await survey(schedules, starter, store, clock)
    done = Round()
    for job in known.changed:
        await store.put_document(SCHEDULED_JOBS, str(id_of(job)), job)
        if job.fate == "lost":
            done.lost.append(job)
            await starter.kill(job)
    for job in known.unwanted:
        await starter.kill(job)
    plans = {rule.name: known.plan(rule) for rule in schedules.by_name.values()}
    due = [(it.start, name) for name, it in plans.items() if it.start]
    for _, name in sorted(due, key=lambda it: (it[0].due, it[1])):
        rule = schedules.by_name[name]
        plans[name] = known.plan(rule)  # an earlier one may have taken the site
        if (job_id := plans[name].start) and await hold():
            job, why = await _start(rule, job_id, starter, store, clock)
            others = [it for it in known.jobs.get(name, ()) if id_of(it) != job_id]
            known.jobs[name] = [*others, job]
            plans[name] = known.plan(rule)
            if why:
                done.refused.append(why)
            else:
                done.started.append(job_id)
    await _forget(known, store)
    done.at = min((it.at for it in plans.values() if it.at), default=None)
    return done


async def note_interrupted(
    ended: Sequence[JobId],
    schedules: Schedules,
    starter: Starter,
    store: ScheduleStore,
    clock: Callable[[], datetime],
) -> None:
    """Write down which jobs were ended with the scheduler, before they were done: they are due again."""
    known = await survey(schedules, starter, store, clock)
    for job in (it for jobs in known.jobs.values() for it in jobs if id_of(it) in ended):
        undone = job.fate in {"", "lost"} or (job.fate == "ran" and job.exit_code == CrawlExit.STOPPED)
        await store.put_document(
            SCHEDULED_JOBS, str(id_of(job)), interrupted(job, known.at) if undone else job
        )


async def _start(
    rule: Schedule, job_id: JobId, starter: Starter, store: ScheduleStore, clock: Callable[[], datetime]
) -> tuple[ScheduledJob, str]:
    """Write down that a job is started, then start it: what dies in between has started nothing that nobody knows of."""
    job = ScheduledJob(
        schedule=rule.name, site=rule.spider, due=job_id.due, number=job_id.number, started_at=clock()
    )
    await store.put_document(SCHEDULED_JOBS, str(job_id), job)
    order = JobOrder(job_id, rule.spider, rule.arguments_at(job_id.due), dict(rule.settings))
    why = ""
    try:
        place = await starter.start(order)
    except JobNotStartedError as error:
        job, why = (
            refused(job, str(error), clock()),
            f"{rule.name}, due {shown_in(rule, job_id.due)}: {error}",
        )
    else:
        job = job.model_copy(update={"place": place.node, "machine": place.machine, "pid": place.pid})
    await store.put_document(SCHEDULED_JOBS, str(job_id), job)
    return job, why


async def _forget(known: Survey, store: ScheduleStore) -> None:
    """Forget what became of jobs of due times before the last two: their runs have records."""
    past: dict[str, set[datetime]] = defaultdict(set)
    for job in known.kept:
        if job.due <= known.at:
            past[job.schedule].add(job.due)
    for job in known.kept:
        dues = past[job.schedule]
        if job.fate and len(dues) > _KEPT and job.due < sorted(dues)[-_KEPT]:
            await store.delete_document(SCHEDULED_JOBS, str(id_of(job)))
