"""Jobs that run at the same time: one a site, one at a time a host, and a frontier that many work off together."""

from __future__ import annotations

import asyncio
import json
import random
import re
import signal
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from newsarchive.monitoring.outcome import CrawlExit
from newsarchive.records.task import Task
from newsarchive.storage import open_store
from tests.e2e.checkout import Checkout, checkout_of
from tests.e2e.running import COMMAND, DAYS, SCRAPY, Place
from tests.mongo import database_of, running_server

HOSTS = 8
OF_EACH = 40
"""Articles of each host."""
PAUSE = 1.0
"""Seconds between two requests to a host, on average; each varies by half."""
LEASE = "6"
HANDLERS = json.dumps(dict.fromkeys(("http", "https"), "leaving.Leaving"))
ARTICLE = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>云母</title></head><body>
<article class="yunmu-story"><h1>云母芯片第 {number} 批</h1><time>2026-11-20 10:05</time>
<div><p>第 {number} 批云母芯片已经下线，首月产能 {number} 片。</p></div></article></body></html>"""
LEAVING = '''
"""The station before the network, which notes on each request when it leaves: on a busy machine one may be longer under way."""

import time

from newsarchive.crawl.downloading.handler import ArchiveDownloadHandler


class Leaving(ArchiveDownloadHandler):
    async def fetch(self, request, *, anywhere):
        request.headers["X-Left"] = str(time.monotonic())
        return await super().fetch(request, anywhere=anywhere)
'''
_PATH = re.compile(r"/(h\d)/a/(\d+)\.html")


@dataclass
class Hosts:
    """Eight hosts on one server: each request with the time at which it left, and who asked."""

    asked: list[tuple[float, str, str, str]] = field(default_factory=list)
    base: str = ""

    @property
    def origins(self) -> dict[str, str]:
        names = ["www", *(f"h{number}" for number in range(HOSTS))]
        return {f"https://{name}.yunmu.example": f"{self.base}/{name}" for name in names}

    def articles(self) -> list[tuple[float, str, str, str]]:
        return [one for one in self.asked if "/a/" in one[2]]

    @staticmethod
    def by_host(asked: list[tuple[float, str, str, str]]) -> dict[str, list[tuple[float, str]]]:
        """When each host was asked, and by whom."""
        found = defaultdict(list)
        for at, host, _, who in sorted(asked):
            found[host].append((at, who))
        return found

    async def reach(self, number: int) -> None:
        """Wait until so many articles were asked for."""
        while len(self.articles()) < number:  # noqa: ASYNC110 - the server is a thread
            await asyncio.sleep(0.05)


@contextmanager
def served() -> Iterator[Hosts]:
    hosts = Hosts()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = self.path.split("/")[1]
            left, who = float(self.headers["X-Left"]), self.headers["User-Agent"]
            hosts.asked.append((left, host, self.path, who))
            match = _PATH.fullmatch(self.path)
            content = ARTICLE.format(number=match[2]).encode() if match else b""
            self.send_response(200 if match else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        hosts.base = f"http://127.0.0.1:{server.server_port}"
        yield hosts
        server.shutdown()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout with a site on eight hosts: the one of docs/adding-a-site.md, its article N on the host N % 8."""
    made = checkout_of("adding-a-site.md", tmp_path_factory.mktemp("checkout"))
    for name, before, after in (
        ("__init__.py", 'hosts=("www.yunmu.example",)', 'hosts=(".yunmu.example",)'),
        ("urls.py", "https://www.yunmu.example/a/", "https://h{int(number) % 8}.yunmu.example/a/"),
    ):
        path = made.root / "newsarchive" / "sites" / "yunmu" / name
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")
    (made.root / "leaving.py").write_text(LEAVING, encoding="utf-8")
    return made


@dataclass
class Workers:
    """Jobs that work on one store together."""

    checkout: Checkout
    hosts: Hosts
    store: str
    folder: Path
    running: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)
    killed: set[str] = field(default_factory=set)

    async def start(self, *words: str) -> str:
        name = f"worker-{len(self.running) + 1}"
        environment = self.checkout.environment | {
            "NEWSARCHIVE_STORE": self.store,
            "NEWSARCHIVE_RAW": str(self.folder / name),
            "NEWSARCHIVE_ORIGINS": json.dumps(self.hosts.origins),
            "NEWSARCHIVE_DELAYS": json.dumps({"default": PAUSE}),
            "NEWSARCHIVE_LEASE_SECONDS": LEASE,
            "LOG_LEVEL": "INFO",
        }
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running[name] = await asyncio.create_subprocess_exec(
                *(*COMMAND, "crawl", "yunmu", "-s", f"USER_AGENT={name}", "-s", f"DOWNLOAD_HANDLERS={HANDLERS}", *words),
                cwd=self.checkout.root, env=environment, stdout=log, stderr=log,
            )  # fmt: skip
        return name

    def kill(self, name: str) -> None:
        if self.running[name].returncode is None:
            self.running[name].send_signal(signal.SIGKILL)
            self.killed.add(name)

    async def ended(self) -> dict[str, int]:
        return {name: await process.wait() for name, process in self.running.items()}

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8")


@asynccontextmanager
async def workers_on(store: str, checkout: Checkout, folder: Path) -> AsyncIterator[Workers]:
    with served() as hosts:
        workers = Workers(checkout, hosts, store, folder)
        now = datetime.now(UTC)
        urls = {
            f"yunmu:{number}": f"https://h{number % HOSTS}.yunmu.example/a/{number}.html"
            for number in range(1, HOSTS * OF_EACH + 1)
        }
        tasks = [
            Task.model_construct(site="yunmu", name=name, url=url, found_at=now, due_at=now)
            for name, url in urls.items()
        ]
        async with open_store(store) as opened:
            await opened.add_tasks(tasks)
        try:
            yield workers
        finally:
            for name in workers.running:
                workers.kill(name)
            await workers.ended()


@pytest.fixture
def mongo() -> Iterator[str]:
    with running_server() as server, database_of(server) as uri:
        yield uri


async def test_eight_workers_on_eight_hosts(mongo: str, checkout: Checkout, tmp_path: Path) -> None:
    """Some are killed at random: nothing is lost or asked for twice, no host is hurried, all hosts are busy all the time."""
    chance = random.Random(8)  # noqa: S311 - whom to kill
    async with workers_on(mongo, checkout, tmp_path) as workers:
        for _ in range(HOSTS):
            await workers.start("-a", "share=yes")
        for part, victim in enumerate(chance.sample(sorted(workers.running), 3), start=1):
            await workers.hosts.reach(HOSTS * OF_EACH * part // 5)
            workers.kill(victim)
        await workers.ended()
        together = workers.hosts.by_host(workers.hosts.articles())
        # What the killed ones had in hand when they died is left to the next job.
        await workers.start("-a", "share=yes")
        codes = await workers.ended()
        survivors = sorted(set(codes) - workers.killed)
        assert {codes[name] for name in survivors} == {0}, {
            name: workers.log(name)[-2000:] for name in survivors
        }
        fetched = defaultdict(list)
        for _, _, path, who in workers.hosts.articles():
            fetched[path].append(who)
        assert len(fetched) == HOSTS * OF_EACH, "each was asked for"
        for path, askers in fetched.items():
            assert set(askers[:-1]) <= workers.killed, f"{path} was asked for by {askers}"
        for host, asked in workers.hosts.by_host(workers.hosts.asked).items():
            gaps = [later - earlier for (earlier, _), (later, _) in pairwise(asked)]
            assert min(gaps) >= PAUSE / 2, f"{host}: {sorted(gaps)[:3]}"
        async with open_store(mongo) as store:
            assert (await store.task_counts())["yunmu"] == {"done": HOSTS * OF_EACH}
            assert await store.leases() == []
        # Alone on the machine it is more than 0.9 of that; other tests run beside this one.
        assert speed_up(together) >= 0.7 * HOSTS


def speed_up(by_host: dict[str, list[tuple[float, str]]]) -> float:
    """How many hosts' worth of work was done in the time, by the gaps that one worker on one host leaves."""
    own = [
        later - earlier
        for asked in by_host.values()
        for (earlier, before), (later, who) in pairwise(asked)
        if before == who
    ]
    times = [at for asked in by_host.values() for at, _ in asked]
    return len(times) * median(own) / (max(times) - min(times) + median(own))


@pytest.mark.parametrize("engine", ["sqlite", "mongo"])
async def test_a_second_job_of_a_site_is_told_who_has_it(
    place: Place, engine: str, request: pytest.FixtureRequest
) -> None:
    there = replace(place, uri=request.getfixturevalue("mongo") if engine == "mongo" else "")
    first = await there.start("crawl", "ithome", *DAYS, "-s", "USER_AGENT=first", NEWSARCHIVE_PACE="1")
    await there.server.wait_for_requests(2)
    second = await there.run("crawl", "ithome")
    by_scrapy = await there.run("crawl", "ithome", command=SCRAPY)
    for ended in (second, by_scrapy):
        assert ended.code == CrawlExit.LEASED
        assert "another job crawls ithome: run" in ended.out + ended.err
        assert "Traceback" not in ended.err
    assert asked_by(there) == ["first"]
    assert "site ithome" in (await there.run("hosts")).out
    told = json.loads((await there.run("status", "--json")).out)["sites"]["ithome"]
    assert [job["name"] for job in told["jobs"]] == ["site ithome"]
    assert told["last_run"]["run_id"] == told["jobs"][0]["run_id"]
    assert not [one for one in told["troubles"] if "leased" in one["text"]]
    first.kill()
    await first.communicate()
    after = await there.run("crawl", "ithome")
    assert after.code == CrawlExit.GOOD, after.err


async def test_a_job_that_was_stopped_for_too_long_asks_for_nothing_more(place: Place) -> None:
    """It is another machine's, as far as the next job can know: only time tells that its lease is over."""
    slow = await place.start(
        "crawl",
        "ithome",
        *DAYS,
        "-s",
        "USER_AGENT=slow",
        NEWSARCHIVE_PACE="0.1",
        NEWSARCHIVE_LEASE_SECONDS="2",
    )
    await place.server.wait_for_requests(2)
    slow.send_signal(signal.SIGSTOP)
    second = await place.start(
        *("crawl", "ithome", "-s", "USER_AGENT=second"),
        NEWSARCHIVE_PACE="1",
        NEWSARCHIVE_LEASE_WAIT_SECONDS="60",
    )
    await place.server.wait_for_requests(len(place.server.requests) + 2)
    assert asked_by(place) == ["slow", "second"]
    place.server.requests.clear()
    slow.send_signal(signal.SIGCONT)
    _, told = await slow.communicate()
    assert slow.returncode == CrawlExit.STOPPED, told
    assert b"another job took it" in told
    second.kill()
    await second.communicate()
    assert "slow" not in asked_by(place)


def asked_by(place: Place) -> list[str]:
    """Who has asked the sample sites, in the order of their first requests."""
    return [*dict.fromkeys(str(seen.headers["User-Agent"]) for seen in place.server.requests)]
