"""Jobs as processes of this machine: `newsarchive crawl`, each in a group of its own, its output in a log file."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from newsarchive.errors import JobNotStartedError
from newsarchive.schedule.jobs import JobId, JobState, id_of
from newsarchive.schedule.starter import JobOrder, JobPlace
from newsarchive.storage.collections import ScheduledJob

_KNOWN = Path("/proc/self").exists()
"""Whether this system tells which processes there are."""
LOGS_KEPT = 100
"""Logs of a schedule that are kept, as Scrapyd keeps so many of a spider."""


class Processes:
    """Runs jobs as child processes. They outlive this process unless it asks them to end."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self._children: dict[JobId, subprocess.Popen[bytes]] = {}
        self._machine = platform.node()

    async def start(self, order: JobOrder) -> JobPlace:
        """Start a job. Raises JobNotStartedError."""
        given = [f"-a{name}={value}" for name, value in {**order.arguments, "_job": str(order.id)}.items()]
        given += [f"-s{name}={value}" for name, value in order.settings.items()]
        command = [sys.executable, "-m", "newsarchive", "crawl", order.spider, *given]
        folder = self.logs / order.id.schedule
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for old in sorted(folder.glob("*.log"))[: -(LOGS_KEPT - 1)]:
                old.unlink(missing_ok=True)
            with (folder / f"{order.id}.log").open("ab") as log:
                child = subprocess.Popen(  # noqa: ASYNC220, S603 - it returns at once; the words are checked settings
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
                )
        except OSError as error:
            raise JobNotStartedError(f"no process could be started: {error}") from None
        self._children[order.id] = child
        ended = [name for name, it in self._children.items() if it.poll() is not None]
        for name in ended[:-LOGS_KEPT]:  # a scheduler lives for years
            del self._children[name]
        return JobPlace(machine=self._machine, pid=child.pid)

    async def states(self, jobs: Sequence[ScheduledJob]) -> dict[JobId, JobState]:
        """What is known of jobs that were started on this machine, by this process or an earlier one."""
        known = {}
        for job in jobs:
            if child := self._children.get(id_of(job)):
                code = child.poll()
                known[id_of(job)] = JobState("running") if code is None else JobState("ended", code)
            elif job.pid is not None and job.machine == self._machine and _KNOWN:
                known[id_of(job)] = JobState("running" if _is_job(job) else "ended")
        return known

    async def kill(self, job: ScheduledJob) -> None:
        """End a job that hangs, with all that it has started."""
        if job.pid is not None and job.machine == self._machine and _is_job(job):
            _signal(job.pid, signal.SIGKILL)

    def alive(self) -> list[JobId]:
        """The children that have not ended."""
        return [name for name, child in self._children.items() if child.poll() is None]

    def interrupt(self) -> None:
        """Ask the children to end in order, as Ctrl-C does; asked again, at once."""
        for name in self.alive():
            _signal(self._children[name].pid, signal.SIGINT)


def _is_job(job: ScheduledJob) -> bool:
    """Whether the process of a job still is that job: numbers of processes are given again."""
    try:
        words = Path(f"/proc/{job.pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return f"-a_job={id_of(job)}".encode() in words


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
