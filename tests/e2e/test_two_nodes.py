"""Two Scrapyd nodes, one MongoDB-protocol server, three spiders by schedule, and a node that dies in the middle of its jobs."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from newsarchive.archive_settings import FILE_NAME
from newsarchive.schedule.jobs import id_of
from newsarchive.schedule.rules import schedules_here
from newsarchive.schedule.scheduler import LEASE, LEASE_SECONDS, Round, look_once
from newsarchive.schedule.scrapyd import ScrapydNodes
from newsarchive.storage import open_store
from newsarchive.storage.alone import alone
from newsarchive.storage.collections import SCHEDULED_JOBS, ScheduledJob
from samples import seeds
from tests.e2e.running import CHECKOUT, DAYS, Ended, Place, lasting
from tests.e2e.scrapyd import BIN, PASSWORD, USER, Scrapyd, environment, running
from tests.mongo import database_of
from tests.packaging.source import build_egg, copy_source

DEPLOY = CHECKOUT / "deploy"
LOGIN = {"SCRAPYD_USERNAME": USER, "SCRAPYD_PASSWORD": PASSWORD}
IN_THE_MIDDLE = 95
"""Requests to ithome after which its node dies: it has read the lists of 61 days then, and half of their articles."""
PACE = "0.005"
"""Pauses of some hundredths of a second. Without any, Scrapy lets requests to a host leave together, whatever its slot says."""
FILE = """
scrapyd = {nodes}

[schedule.flashes]
spider = "36kr"
when = "0 0 1 1 *"                        # once, some time ago
grace = "366d"
lost_after = "3m"
[schedule.days]
spider = "ithome"
when = "0 0 1 1 *"
grace = "366d"
lost_after = "3m"
arguments = {{ since = "2026-09-01", until = "2026-10-31" }}
[schedule.links]
spider = "weixin"
when = "0 0 1 1 *"
grace = "366d"
lost_after = "3m"
arguments = {{ seeds = "{seeds}" }}
"""


@dataclass
class Nodes:
    """Two nodes that share a store, and a scheduler whose clock can be ahead: no test waits for an hour."""

    place: Place
    all: list[Scrapyd]
    ahead: timedelta = field(default=timedelta(0))

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def at(self, url: str) -> Scrapyd:
        return next(one for one in self.all if one.url.rstrip("/") == url)

    async def jobs(self) -> dict[str, ScheduledJob]:
        """The last job of each schedule."""
        async with open_store(self.place.address) as store:
            known = sorted((await store.documents(SCHEDULED_JOBS)).values(), key=lambda job: job.number)
        return {job.schedule: job for job in known}

    async def look(self, minutes: int) -> Round:
        """What a scheduler does so many minutes later."""
        self.ahead += timedelta(minutes=minutes)
        schedules = schedules_here()
        starter = ScrapydNodes(schedules.nodes, LOGIN)
        async with open_store(self.place.address) as store, alone(store, LEASE, LEASE_SECONDS) as turn:
            assert turn
            return await look_once(schedules, starter, store, self.clock, turn.lasts)

    async def die_and_be_made_up_for(self) -> None:
        """Kill the node of a job, all processes of it, in the middle; wait until the other one has done all of its jobs."""
        jobs = await self.jobs()
        assert {self.at(job.place) for job in jobs.values()} == set(self.all), "both have work"
        victim = self.at(jobs["days"].place)
        (survivor,) = (node for node in self.all if node is not victim)
        await asked_of(self.place, "www.ithome.com", IN_THE_MIDDLE)
        os.killpg(victim.process.pid, signal.SIGKILL)
        await victim.process.wait()
        assert not is_healthy(victim)
        begun = await self.place.articles()
        assert 0 < sum(one.site == "ithome" for one in begun.values()) < IN_THE_MIDDLE
        self.place.server.world.calm("www.ithome.com")
        here = {name for name, job in jobs.items() if self.at(job.place) is survivor}
        await survivor.finished(*(str(id_of(jobs[name])) for name in here))

        assert (await self.look(0)).lost == []  # it may be back any moment
        assert (await self.look(4)).lost == []
        lost = {job.schedule: job.end for job in (await self.look(2)).lost}
        assert lost["days"] == "its heart stopped"
        assert not here & set(lost)
        again = (await self.look(3)).started
        assert {(one.schedule, one.number) for one in again} == {(name, 2) for name in lost}
        await survivor.finished(*map(str, again))
        assert (await self.look(1)).started == []
        jobs = await self.jobs()
        assert {self.at(jobs[name].place) for name in lost} == {survivor}
        assert {(job.fate, job.exit_code) for job in jobs.values()} == {("ran", 0)}


async def deploy_to_all(nodes: list[Scrapyd], egg: Path, folder: Path) -> Ended:
    """As the compose file does it: one command for all nodes of deploy/nodes.cfg."""
    text = (DEPLOY / "nodes.cfg").read_text("utf-8")
    for number, node in enumerate(nodes, start=1):
        text = text.replace(f"http://node{number}:6800/", node.url)
    (folder / "scrapy.cfg").write_text(text, encoding="utf-8")
    words = compose()["egg"]["command"]
    process = await asyncio.create_subprocess_exec(
        *(BIN / words[0], *(str(egg) if word.endswith(".egg") else word for word in words[1:])),
        cwd=folder,
        env=environment(folder),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Ended(process.returncode or 0, out.decode(), err.decode())


def compose() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    return found


def is_healthy(node: Scrapyd) -> bool:
    """What the compose file asks a node."""
    *_, code = compose()["node1"]["healthcheck"]["test"]
    asked = code.replace("6800", str(node.port))
    return subprocess.run([sys.executable, "-c", asked], capture_output=True, check=False).returncode == 0


async def asked_of(place: Place, host: str, number: int) -> None:
    """Wait until a host was asked so often."""
    seen = place.server.requests
    async with asyncio.timeout(240):
        while sum(one.host == host for one in seen) < number:
            await place.server.wait_for_requests(len(seen) + 1)


async def held(place: Place) -> tuple[Any, ...]:
    """All that an archive has of articles, events and tasks, whenever and in whatever order it came."""
    articles, events = await place.articles(), await place.events()
    async with open_store(place.address) as store:
        tasks = await store.task_counts()
        revisions = [one for identity in articles for one in await store.revisions(identity)]
    told = sorted((one.site, one.kind, one.identity or "", one.url) for one in events)
    return lasting(articles), told, tasks, revisions


async def undisturbed(place: Place, folder: Path, links: Path) -> tuple[Any, ...]:
    """What the three spiders bring when nothing happens."""
    alone = Place(folder, place.server)
    for words in (("36kr",), ("ithome", *DAYS), ("weixin", "-a", f"seeds={links}")):
        ended = await alone.run("crawl", *words)
        assert ended.code == 0, ended.err
    place.server.requests.clear()
    place.server.busiest.clear()
    return await held(alone)


@asynccontextmanager
async def two_nodes(place: Place, egg: Path) -> AsyncIterator[Nodes]:
    """Two nodes as on two machines, each with raw pages of its own, and the egg on both."""
    settings = {
        "NEWSARCHIVE_STORE": place.address,
        "NEWSARCHIVE_ORIGINS": json.dumps(place.server.origins),
        "NEWSARCHIVE_PACE": PACE,
        "NEWSARCHIVE_BATCH": "10",
        "NEWSARCHIVE_LEASE_SECONDS": "10",
        "NEWSARCHIVE_LEASE_WAIT_SECONDS": "60",
    }
    async with AsyncExitStack() as stack:
        folders = [place.folder / name for name in ("node1", "node2")]
        nodes = [
            await stack.enter_async_context(
                running(place, folder, **settings, NEWSARCHIVE_RAW=str(folder / "raw"))
            )
            for folder in folders
        ]
        assert all(is_healthy(node) for node in nodes)
        deployed = await deploy_to_all(nodes, egg, place.folder)
        assert deployed.code == 0, deployed.out + deployed.err
        assert deployed.out.count('"status": "ok"') == len(nodes)
        yield Nodes(place, nodes)


async def test_a_node_dies_and_another_one_does_its_jobs(
    place: Place, mongo_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    egg = build_egg(copy_source(tmp_path / "source"))
    links = tmp_path / "seeds.txt"
    links.write_text("".join(f"{url}\n" for url in seeds()), encoding="utf-8")
    folder = tmp_path / "shared"
    for one in (folder, tmp_path / "undisturbed"):
        one.mkdir()
    expected = await undisturbed(place, tmp_path / "undisturbed", links)
    with database_of(mongo_server) as uri:
        shared = Place(folder, place.server, uri=uri)
        async with two_nodes(shared, egg) as nodes:
            urls = json.dumps([node.url.rstrip("/") for node in nodes.all])
            (folder / FILE_NAME).write_text(FILE.format(nodes=urls, seeds=links), encoding="utf-8")
            monkeypatch.chdir(folder)
            place.server.world.delay("www.ithome.com", 0.1)
            first = await shared.run("schedule", "run", SCRAPYD_USERNAME=USER, SCRAPYD_PASSWORD=PASSWORD)
            assert first.code == 0, first.err
            assert len(re.findall(r"\.1 is started$", first.out, re.MULTILINE)) == 3
            await nodes.die_and_be_made_up_for()
            found = await held(shared)
            async with open_store(uri) as store:
                assert await store.leases() == []
    assert found == expected
    assert set(place.server.busiest.values()) == {1}, place.server.busiest
    articles = Counter(one.path for one in place.server.requests if re.match(r"/0/\d+/", one.path))
    assert max(articles.values()) <= 2, "only what was in hand when the node died is asked for again"
