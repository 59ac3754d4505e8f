"""A simulated year: a clock that can be set wrong, a scheduler that comes and goes, and jobs that succeed, fail, vanish and hang."""

from __future__ import annotations

import asyncio
import heapq
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from newsarchive.errors import JobNotStartedError
from newsarchive.items.record import SiteName
from newsarchive.records.run import Run
from newsarchive.schedule.jobs import STILL_SILENT, JobId, JobState, id_of
from newsarchive.schedule.plan import AGAIN, LOOK
from newsarchive.schedule.rules import Schedules
from newsarchive.schedule.scheduler import Round, look_once
from newsarchive.schedule.starter import JobOrder, JobPlace
from newsarchive.storage.collections import D, DocumentCollection, ScheduledJob

Fate: TypeAlias = Literal["good", "failed", "never began", "vanished", "hung", "leased", "refused"]
BEAT = timedelta(seconds=30)
LOST_AFTER = timedelta(minutes=10)
_NEVER = timedelta(days=10**5)


@dataclass
class SimulatedJob:
    """What really becomes of a job; all times are true ones."""

    id: JobId
    site: SiteName
    fate: Fate
    started: datetime
    begins: datetime
    ends: datetime
    """When its process ends, unless it is killed before."""
    stops: datetime
    """When its heart stops."""
    killed: datetime | None = None
    last_record: Run | None = None

    def over(self, now: datetime) -> datetime | None:
        """When its process ended, if it has."""
        end = min(self.ends, self.killed or self.ends)
        return end if end <= now else None


@dataclass
class World:
    """All that there is. `wrong` are the times from which on the clock was off, and by how much."""

    now: datetime
    schedules: Schedules
    chance: random.Random
    fates: Sequence[tuple[Fate, int]] = (("good", 1),)
    minutes: tuple[int, int] = (1, 2)
    """How long jobs last."""
    children: bool = True
    """Whether the scheduler is told when a job ends, as it is of its children."""
    wrong: list[tuple[datetime, timedelta]] = field(default_factory=list)
    jobs: list[SimulatedJob] = field(default_factory=list)
    refusals: list[tuple[datetime, JobId]] = field(default_factory=list)
    looks: int = 0
    _documents: dict[tuple[str, str], Any] = field(default_factory=dict)
    _moments: list[datetime] = field(default_factory=list)

    def off(self, at: datetime) -> timedelta:
        """By how much the clock is wrong at a time."""
        return next((by for since, by in reversed(self.wrong) if since <= at), timedelta(0))

    def clock(self) -> datetime:
        """What the clock shows."""
        return self.now + self.off(self.now)

    def shown(self, at: datetime) -> datetime:
        """What the clock showed at a time."""
        return at + self.off(at)

    def run_scheduler(self, until: datetime) -> None:
        """A scheduler lives from now until then."""
        heapq.heappush(self._moments, self.now + STILL_SILENT + timedelta(seconds=1))
        asyncio.run(self._run_scheduler(until))

    async def _run_scheduler(self, until: datetime) -> None:
        while self.now < until:
            done = await self.look()
            wakes = [until, *(at for at, _ in self.wrong if at > self.now)][:2]
            if done.at:
                # A look each minute would find nothing new but at the moments that are known here.
                wait = done.at - self.clock()
                wakes.append(self.now + (30 * LOOK if wait == LOOK else max(wait, timedelta(seconds=1))))
            while self._moments and self._moments[0] <= self.now:
                heapq.heappop(self._moments)
            self.now = min([*wakes, *self._moments[:1]])

    async def look(self) -> Round:
        """One look of the scheduler."""
        self.looks += 1
        return await look_once(self.schedules, self, self, self.clock, self._hold)

    async def _hold(self) -> bool:
        return True

    # As a starter.

    async def start(self, order: JobOrder) -> JobPlace:
        fate = self.chance.choices([it for it, _ in self.fates], [weight for _, weight in self.fates])[0]
        if fate == "refused":
            self.refusals.append((self.now, order.id))
            heapq.heappush(self._moments, self.now + AGAIN)
            raise JobNotStartedError("no room")
        begins = self.now + timedelta(seconds=self.chance.randint(2, 40))
        ends = begins + timedelta(minutes=self.chance.randint(*self.minutes))
        stops = ends
        if fate in {"never began", "leased"}:
            ends = stops = begins
        elif fate == "vanished":
            ends = stops = begins + (ends - begins) * self.chance.random()
        elif fate == "hung":
            stops, ends = ends, ends + _NEVER
        self.jobs.append(SimulatedJob(order.id, order.spider, fate, self.now, begins, ends, stops))
        end, silent = ends + timedelta(seconds=1), stops + LOST_AFTER + timedelta(seconds=1)
        moments = [end]
        if fate not in {"good", "failed"}:
            moments += [end + AGAIN, silent, silent + STILL_SILENT, silent + STILL_SILENT + AGAIN]
        for moment in moments:
            heapq.heappush(self._moments, moment)
        return JobPlace(machine="here", pid=len(self.jobs))

    async def states(self, jobs: Sequence[ScheduledJob]) -> dict[JobId, JobState]:
        if not self.children:
            return {}
        ended = {it.id for it in self.jobs[-40:] if it.over(self.now)}
        return {id_of(job): JobState("ended" if id_of(job) in ended else "running") for job in jobs}

    async def kill(self, job: ScheduledJob) -> None:
        for it in self.jobs:
            if it.id == id_of(job) and not it.over(self.now):
                it.killed = self.now

    def alive(self) -> list[JobId]:
        return []

    def interrupt(self) -> None:
        """It ends without asking its jobs to."""

    # As a store.

    async def get_document(self, collection: DocumentCollection[D], key: str) -> D | None:
        return self._documents.get((collection.name, key))

    async def put_document(self, collection: DocumentCollection[D], key: str, document: D) -> None:
        self._documents[collection.name, key] = collection.read(
            key, collection.written(key, document)[1], "here"
        )

    async def delete_document(self, collection: DocumentCollection[Any], key: str) -> None:
        self._documents.pop((collection.name, key), None)

    async def documents(self, collection: DocumentCollection[D]) -> dict[str, D]:
        return {key: held for (name, key), held in self._documents.items() if name == collection.name}

    async def runs(self, site: SiteName | None = None, limit: int = 20) -> list[Run]:
        found = [self._run(it) for it in self.jobs[-40:] if it.site == site and it.begins <= self.now]
        return sorted(
            (run for run in found if run), key=lambda run: run.started_at, reverse=True
        )[:limit]  # fmt: skip

    def _run(self, job: SimulatedJob) -> Run | None:
        """The record of a job's run as it stands; by the clock as it was when that was written."""
        if job.fate == "never began":
            return None
        if job.last_record:
            return job.last_record
        stopped = min(job.stops, job.killed or job.stops)
        beat = job.begins + BEAT * ((min(stopped, self.now) - job.begins) // BEAT)
        finished = None
        if stopped <= self.now and job.fate in {"good", "failed", "leased"} and not job.killed:
            beat = finished = job.stops
        code = {"good": 0, "failed": 33, "leased": 39}.get(job.fate) if finished else None
        run = Run(
            run_id=str(job.id),
            site=job.site,
            job=str(job.id),
            machine="here",
            started_at=self.shown(job.begins),
            heartbeat_at=self.shown(beat),
            finished_at=finished and self.shown(finished),
            reason="finished" if finished else None,
            end="whatever" if finished else None,
            exit_code=code,
        )
        if stopped <= self.now:
            job.last_record = run
        return run

    # What there was.

    def ran(self) -> dict[str, list[datetime]]:
        """The due times of each schedule that were run to an end, in the order of their starts."""
        found = defaultdict(list)
        for job in self.jobs:
            if job.fate in {"good", "failed"} and not job.killed and job.over(self.now):
                found[job.id.schedule].append(job.id.due)
        return found
