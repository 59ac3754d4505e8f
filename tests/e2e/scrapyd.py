"""A real Scrapyd, started as an operator starts it, and what its operator asks of it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.e2e.running import CHECKOUT, Ended, Place

USER, PASSWORD = "operator", "100 % of $ecret:s"
TRIES, PAUSE = 600, 0.2
"""How often, and with which pause in seconds, a state is asked for before a test gives up."""
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Scrapyd:
    """A running Scrapyd whose jobs crawl the sample sites into an archive."""

    place: Place
    folder: Path
    port: int
    process: asyncio.subprocess.Process

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    async def ask(
        self, path: str, data: list[tuple[str, str]] | None = None, *, password: str = PASSWORD
    ) -> dict[str, Any]:
        """The answer to a request; with data it is a POST."""
        headers = {"Authorization": aiohttp.encode_basic_auth(USER, password)}
        method = "GET" if data is None else "POST"
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.request(method, self.url + path, data=data) as response,
        ):
            response.raise_for_status()
            answer: dict[str, Any] = await response.json(content_type=None)
            return answer

    async def deploy(self, egg: Path, **more: str) -> Ended:
        """Send an egg with scrapyd-deploy, to the target and with the credentials that scrapy.cfg names."""
        home = self.folder / "home"
        cfg = (CHECKOUT / "scrapy.cfg").read_text(encoding="utf-8")
        (home / "scrapy.cfg").write_text(cfg.replace("127.0.0.1:6800", f"127.0.0.1:{self.port}"), "utf-8")
        process = await asyncio.create_subprocess_exec(
            BIN / "scrapyd-deploy",
            "local",
            "--egg",
            egg,
            cwd=home,
            env=environment(home) | more,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        return Ended(process.returncode or 0, out.decode(), err.decode())

    async def schedule(self, spider: str, *settings: str, **arguments: str) -> str:
        """Start a job on the sample sites; returns its name."""
        given = [
            f"NEWSARCHIVE_STORE={self.place.store}",
            f"NEWSARCHIVE_RAW={self.place.folder / 'raw'}",
            f"NEWSARCHIVE_ORIGINS={json.dumps(self.place.server.origins)}",
            "NEWSARCHIVE_PACE=0",
            *settings,
        ]
        answer = await self.ask(
            "schedule.json",
            [
                ("project", "newsarchive"),
                ("spider", spider),
                *arguments.items(),
                *(("setting", text) for text in given),
            ],
        )
        assert answer["status"] == "ok", answer
        return str(answer["jobid"])

    async def cancel(self, job: str) -> dict[str, Any]:
        return await self.ask("cancel.json", [("project", "newsarchive"), ("job", job)])

    async def finished(self, *jobs: str) -> None:
        """Wait until all these jobs have ended."""
        for _ in range(TRIES):
            listed = await self.ask("listjobs.json?project=newsarchive")
            if set(jobs) <= {job["id"] for job in listed["finished"]}:
                return
            await asyncio.sleep(PAUSE)
        pytest.fail(f"not all of {jobs} ended: {listed}")

    async def interrupt(self) -> None:
        """Send SIGINT to Scrapyd and its jobs together, as a terminal or a service manager does, and wait for them."""
        os.killpg(self.process.pid, signal.SIGINT)
        for _ in range(TRIES):
            if self.process.returncode is not None and not members_of(self.process.pid):
                return
            await asyncio.sleep(PAUSE)
        pytest.fail(f"still running: {members_of(self.process.pid)}")

    def log(self, spider: str, job: str) -> str:
        """A job's log."""
        return (self.folder / "run" / "logs" / "newsarchive" / spider / f"{job}.log").read_text("utf-8")

    def own_log(self) -> str:
        """Scrapyd's log, which holds how each job's process ended."""
        return (self.folder / "scrapyd.log").read_text("utf-8")


def members_of(group: int, *, session: bool = False) -> list[int]:
    """The processes of a group, or of a session, that have not ended."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, its_group, its_session = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
        except OSError:  # it ended while we looked
            continue
        if int(its_session if session else its_group) == group and state != "Z":
            found.append(int(folder.name))
    return found


def environment(home: Path) -> dict[str, str]:
    """What a machine has that knows nothing of this checkout."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NEWSARCHIVE_", "SCRAPY")) and name != "PYTHONPATH"
    }
    return kept | {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "SCRAPYD_USERNAME": USER,
        "SCRAPYD_PASSWORD": PASSWORD,
    }


@asynccontextmanager
async def running(
    place: Place, folder: Path, *before: str | Path, program: str = "scrapyd", **more: str
) -> AsyncIterator[Scrapyd]:
    """Start Scrapyd with a program of deploy/, and leave nothing of it or of its jobs, which have `more` in their environment.

    `before` are words that stand before it.
    """
    home = folder / "home"
    home.mkdir(parents=True)
    (home / ".scrapyd.conf").write_text("[scrapyd]\npoll_interval = 0.1\n", encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "scrapyd.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *before,
            CHECKOUT / "deploy" / program,
            "run",
            cwd=folder,
            env=environment(home) | {"SCRAPYD_HTTP_PORT": str(port)} | more,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    scrapyd = Scrapyd(place, folder, port, process)
    try:
        await _answers(scrapyd)
        yield scrapyd
    finally:
        # To the whole session: a Scrapyd that is ended alone leaves its jobs running.
        for member in members_of(process.pid, session=True):
            with suppress(ProcessLookupError):
                os.kill(member, signal.SIGKILL)
        await process.wait()


async def _answers(scrapyd: Scrapyd) -> None:
    for _ in range(TRIES):
        try:
            await scrapyd.ask("daemonstatus.json")
        except aiohttp.ClientConnectionError:
            if scrapyd.process.returncode is not None:
                break
            await asyncio.sleep(PAUSE)
        else:
            return
    pytest.fail(f"Scrapyd did not start: {scrapyd.own_log()}")
