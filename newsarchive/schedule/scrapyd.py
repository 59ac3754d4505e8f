"""Jobs on Scrapyd nodes, over their HTTP interface (https://scrapyd.readthedocs.io/en/stable/api.html)."""

from __future__ import annotations

import asyncio
import base64
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast
from urllib.parse import urlencode

from newsarchive.errors import JobNotStartedError
from newsarchive.no_redirects import NoRedirects
from newsarchive.parsing.text import one_line
from newsarchive.schedule.jobs import JobId, JobState, id_of
from newsarchive.schedule.starter import JobOrder, JobPlace
from newsarchive.storage.collections import ScheduledJob

PROJECT = "newsarchive"
"""What the egg is deployed as."""
USER, PASSWORD = "SCRAPYD_USERNAME", "SCRAPYD_PASSWORD"
_SECONDS = 10.0
"""How long to wait for an answer: a node that says nothing is away."""
_LARGEST = 64 * 1024 * 1024
"""Bytes of an answer that are read; the list of a thousand jobs has 300 kB."""
_LINE = 300
"""Characters of what a node says that are repeated."""
_STATES: Mapping[str, Literal["waiting", "running", "ended"]] = {
    "pending": "waiting",
    "running": "running",
    "finished": "ended",
}


class _NodeError(Exception):
    """A node did not do what it was asked; `certain` if it is sure that it did nothing."""

    def __init__(self, why: str, *, certain: bool) -> None:
        super().__init__(why)
        self.certain = certain


@dataclass(frozen=True, slots=True)
class Node:
    """One Scrapyd, as it is asked."""

    url: str
    user: str
    password: str

    async def ask(self, path: str, data: Sequence[tuple[str, str]] | None = None) -> dict[str, Any]:
        """The answer to a request; with data it is a POST. Raises _NodeError, also for an error behind status 200."""
        return await asyncio.to_thread(self._ask, path, data)

    def _ask(self, path: str, data: Sequence[tuple[str, str]] | None) -> dict[str, Any]:
        body = None if data is None else urlencode(data).encode()
        request = urllib.request.Request(f"{self.url}/{path}", body)  # noqa: S310 - only http and https get here
        if self.user or self.password:
            login = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            request.add_header("Authorization", f"Basic {login}")
        # No proxy: nodes are asked where the file says, and nobody else sees the password.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirects())
        try:
            with opener.open(request, timeout=_SECONDS) as response:
                answer = json.loads(response.read(_LARGEST))
        except urllib.error.HTTPError as error:
            hint = f": check {USER} and {PASSWORD}" if error.code == http.client.UNAUTHORIZED else ""
            raise _NodeError(f"HTTP status {error.code}{hint}", certain=True) from None
        except urllib.error.URLError as error:
            why = getattr(error.reason, "strerror", None) or str(error.reason)
            raise _NodeError(f"it does not answer ({why})", certain=_never_arrived(error.reason)) from None
        except (OSError, http.client.HTTPException) as error:
            raise _NodeError(f"it did not answer ({type(error).__name__})", certain=False) from None
        except ValueError:
            raise _NodeError("its answer is not JSON: is it a Scrapyd?", certain=False) from None
        if not isinstance(answer, dict) or answer.get("status") != "ok":
            said = answer.get("message") if isinstance(answer, dict) else answer
            raise _NodeError(one_line(str(said))[:_LINE], certain=True)
        return answer


def _never_arrived(reason: object) -> bool:
    """Whether a request cannot have arrived: nobody listened, or there was no way."""
    return isinstance(reason, OSError) and not isinstance(reason, TimeoutError | ConnectionResetError)


class ScrapydNodes:
    """Runs jobs on the first of some nodes that takes them, the one with the fewest jobs first."""

    def __init__(self, urls: Sequence[str], environment: Mapping[str, str]) -> None:
        user, password = environment.get(USER, ""), environment.get(PASSWORD, "")
        self._nodes = {url: Node(url, user, password) for url in urls}

    async def start(self, order: JobOrder) -> JobPlace:
        """Start a job. Raises JobNotStartedError where it is sure that no node has taken it.

        A node that was asked and did not answer may have taken it: then no other one is asked, and it shows later whether it has.
        """
        data = [("project", PROJECT), ("spider", order.spider), ("jobid", str(order.id))]
        data += [*order.arguments.items()]
        data += [("setting", f"{name}={value}") for name, value in order.settings.items()]
        listed = await self._listed()
        said = [f"{url}: {found}" for url, found in listed.items() if isinstance(found, _NodeError)]
        jobs = {url: found for url, found in listed.items() if isinstance(found, dict)}
        for url in sorted(jobs, key=lambda it: sum(state.word != "ended" for state in jobs[it].values())):
            try:
                await self._nodes[url].ask("schedule.json", data)
            except _NodeError as error:
                if not error.certain:
                    return JobPlace(node=url)
                said.append(f"{url}: {error}")
            else:
                return JobPlace(node=url)
        raise JobNotStartedError("no Scrapyd node takes it: " + "; ".join(said))

    async def states(self, jobs: Sequence[ScheduledJob]) -> dict[JobId, JobState]:
        """What the nodes say of jobs.

        Nothing of one that its node does not list: between the queue and its process a job is in no list for a moment, and a node
        that was started anew lists none whose processes it has left behind.
        """
        if not jobs:
            return {}
        listed = await self._listed()
        return {
            id_of(job): state
            for job in jobs
            if isinstance(mine := listed.get(job.place), dict) and (state := mine.get(str(id_of(job))))
        }

    async def kill(self, job: ScheduledJob) -> None:
        """End a job that is lost; a node that is away keeps it."""
        if node := self._nodes.get(job.place):
            data = [("project", PROJECT), ("job", str(id_of(job))), ("signal", "KILL")]
            try:
                await node.ask("cancel.json", data)
            except _NodeError:
                return

    def alive(self) -> list[JobId]:
        """None: they go on without this process."""
        return []

    def interrupt(self) -> None:
        """Nothing: they go on without this process."""

    async def _listed(self) -> dict[str, dict[str, JobState] | _NodeError]:
        """The jobs of each node by id, or why they are not known."""
        answers = await asyncio.gather(
            *(it.ask(f"listjobs.json?project={PROJECT}") for it in self._nodes.values()),
            return_exceptions=True,
        )
        found: dict[str, dict[str, JobState] | _NodeError] = {}
        for url, answer in zip(self._nodes, answers, strict=True):
            if isinstance(answer, BaseException):
                if not isinstance(answer, _NodeError):
                    raise answer
                found[url] = answer
            else:
                found[url] = {
                    str(cast("dict[str, Any]", job).get("id")): JobState(state)
                    for word, state in _STATES.items()
                    for job in answer.get(word, ())
                }
        return found
