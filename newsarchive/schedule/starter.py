"""What a scheduler asks of whatever runs jobs: this machine, or Scrapyd nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from newsarchive.items.record import SiteName
from newsarchive.schedule.jobs import JobId, JobState
from newsarchive.storage.collections import ScheduledJob


@dataclass(frozen=True, slots=True)
class JobOrder:
    """A job to be started: its id, its spider, and what that is given."""

    id: JobId
    spider: SiteName
    arguments: Mapping[str, str]
    settings: Mapping[str, str]


class JobPlace(NamedTuple):
    """Where a job runs: at a node, or as a process of a machine."""

    node: str = ""
    machine: str = ""
    pid: int | None = None


class Starter(Protocol):
    """Runs jobs."""

    async def start(self, order: JobOrder) -> JobPlace:
        """Start a job. Raises JobNotStartedError only where it is sure that it was not."""

    async def states(self, jobs: Sequence[ScheduledJob]) -> dict[JobId, JobState]:
        """What is known of jobs that were started; nothing of one on a machine or node that does not answer."""

    async def kill(self, job: ScheduledJob) -> None:
        """End a job that is lost, if it can be reached: it may hang, and its site is to be free for the next."""

    def alive(self) -> list[JobId]:
        """The jobs that have not ended and are to end with this process."""

    def interrupt(self) -> None:
        """Ask these to end in order; asked again, at once."""
