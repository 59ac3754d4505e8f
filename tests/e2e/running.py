"""Run the real command against the sample sites, as a user would."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from newsarchive.items.article import Article
from newsarchive.items.event import Event
from newsarchive.records.run import Run
from newsarchive.storage import open_store
from samples import SampleServer

COMMAND = (sys.executable, "-c", "from newsarchive.cli import main; main()")
SCRAPY = (sys.executable, "-m", "scrapy")
CHECKOUT = Path(__file__).resolve().parents[2]
DAYS = ("-a", "since=2026-09-01", "-a", "until=2026-10-31")


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Place:
    """One archive's files, and the environment in which commands work on it. `uri` is its MongoDB, if it has one."""

    folder: Path
    server: SampleServer
    uri: str = field(default="", kw_only=True)

    @property
    def store(self) -> Path:
        return self.folder / "newsarchive.sqlite"

    @property
    def address(self) -> str:
        return self.uri or str(self.store)

    def environment(self, **more: str) -> dict[str, str]:
        return os.environ | {
            "NEWSARCHIVE_STORE": self.address,
            "NEWSARCHIVE_RAW": str(self.folder / "raw"),
            "NEWSARCHIVE_ORIGINS": json.dumps(self.server.origins),
            "NEWSARCHIVE_PACE": "0",
            "PYTHONPATH": str(CHECKOUT),
            **more,
        }

    async def start(
        self, *words: str, command: tuple[str, ...] = COMMAND, **more: str
    ) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *command,
            *words,
            cwd=CHECKOUT if command == SCRAPY else self.folder,
            env=self.environment(**more),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def run(self, *words: str, command: tuple[str, ...] = COMMAND, **more: str) -> Ended:
        process = await self.start(*words, command=command, **more)
        out, err = await process.communicate()
        return Ended(process.returncode or 0, out.decode(), err.decode())

    async def kill_after(self, requests: int, *words: str) -> None:
        """Start a command and kill it when the server has seen so many requests, unless it ends before."""
        self.server.requests.clear()
        process = await self.start(*words)
        reached = asyncio.ensure_future(self.server.wait_for_requests(requests))
        ended = asyncio.ensure_future(process.communicate())
        await asyncio.wait({reached, ended}, return_when=asyncio.FIRST_COMPLETED)
        reached.cancel()
        if process.returncode is None:
            process.kill()
        await asyncio.gather(reached, ended, return_exceptions=True)

    async def articles(self) -> dict[str, Article]:
        async with open_store(self.address) as store:
            return {article.identity: article async for article in store.articles()}

    async def events(self) -> list[Event]:
        async with open_store(self.address) as store:
            return [event async for event in store.events()]

    async def last_run(self, site: str) -> Run:
        async with open_store(self.address) as store:
            return (await store.runs(site, limit=1))[0]


@asynccontextmanager
async def made_once(factory: pytest.TempPathFactory, name: str, folder: Path) -> AsyncIterator[bool]:
    """A folder that is filled once in a test run, by the test that comes first: all others have a copy of it.

    True for whoever fills it. The others wait meanwhile, in other processes, too.
    """
    base = factory.getbasetemp()
    kept = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_first = not kept.exists()
        if not is_first:
            shutil.copytree(kept, folder, dirs_exist_ok=True)
        yield is_first
        if is_first:
            part = shutil.copytree(folder, kept.with_suffix(".part"), dirs_exist_ok=True)
            part.rename(kept)


def lasting(articles: dict[str, Article]) -> dict[str, dict[str, object]]:
    """Articles without what differs between two crawls of the same pages: when and where they were fetched."""
    return {
        identity: article.model_dump(exclude={"fetched_at", "raw"})
        for identity, article in sorted(articles.items())
    }
