"""What a whole crawl costs, as a ratio of a bare Scrapy that fetches the same pages and reads nothing, and how that grows.

All run against the sample sites on this machine, in turn, each several times; the best of each counts. A crawl judges,
keeps every page raw, reads, and stores. With `--growth N` a crawl of N articles is compared with one of a thousand: the
processor's time for a page, and the most memory that was held.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from math import inf
from pathlib import Path

from samples import SampleServer, World

SHARE = 0.60
"""The pages a second of a crawl have to be this share of a bare Scrapy's."""
GROWTH = 1.1
"""At most so many times the cost of a page, and the memory, of a crawl of a thousand articles."""
FEW, SMALL_ONES = 1000, 4
"""Articles of a small crawl, and how many of these before and after each large one."""
DAYS = ("-a", "since=2026-09-01", "-a", "until=2026-10-31")
START = ("-a", "since=2026-09-01", "-a", "until=2026-09-01", "-a", "limit=1")
"""A crawl of two pages: what starting and ending cost."""
_NOTED = """
import atexit, json, os, time
def note():
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    with open(os.environ["NOTED"], "w") as noted:
        json.dump([time.process_time(), peak], noted)
atexit.register(note)
"""
"""Notes the process's own time and peak memory when it ends: what the system says of a child holds its parent's, too."""
CRAWL = (
    sys.executable,
    "-c",
    f"{_NOTED}\nfrom newsarchive.cli import main; main()",
    "crawl",
    "ithome",
    *DAYS,
)
BARE = """
import json, os, scrapy
class Bare(scrapy.Spider):
    name = "bare"
    custom_settings = {"ROBOTSTXT_OBEY": False, "LOG_LEVEL": "ERROR", "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "CONCURRENT_ITEMS": 8}
    async def start(self):
        for url in json.load(open(os.environ["URLS"])):
            yield scrapy.Request(url)
    def parse(self, response):
        pass
"""


COMPILED = {
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "newsarchive-benchmark"),
}
"""As where the program is installed: its modules are compiled once, not at each start (0.15 s)."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command took: seconds by the clock, the processor's seconds, and megabytes at most."""

    seconds: float
    processor: float
    megabytes: float


async def cost(*words: str, environment: dict[str, str], folder: str) -> Cost:
    """Run a command to its end, its start included."""
    noted = Path(folder) / "noted.json"
    environment = environment | COMPILED
    begin = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *words,
        cwd=folder,
        env=os.environ | environment | {"NOTED": str(noted)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    if code := await process.wait():
        raise SystemExit(f"{words[3:6]} ended with {code}")
    seconds = time.perf_counter() - begin
    processor, kilobytes = json.loads(noted.read_text()) if noted.exists() else (0.0, 0)
    return Cost(seconds, processor, kilobytes / 1024)


def archive(folder: str, server: SampleServer, name: str) -> dict[str, str]:
    """The environment of a crawl into an archive of its own."""
    return {
        "NEWSARCHIVE_STORE": f"{folder}/{name}.sqlite",
        "NEWSARCHIVE_RAW": f"{folder}/{name}",
        "NEWSARCHIVE_ORIGINS": json.dumps(server.origins),
        "NEWSARCHIVE_PACE": "0",
    }


def write_bare(folder: str, urls: list[str]) -> str:
    """The bare spider and its list of pages as files; returns the spider's path."""
    (Path(folder) / "urls.json").write_text(json.dumps(urls), encoding="utf-8")
    (Path(folder) / "bare.py").write_text(BARE, encoding="utf-8")
    return str(Path(folder) / "bare.py")


async def compare(articles: int, rounds: int) -> bool:
    """Measure against a bare Scrapy and print; whether the share is reached."""
    world = World()
    world.generate(3 * articles)
    quiet, own_loop = ("-s", "LOG_LEVEL=ERROR"), ("-s", "ASYNCIO_EVENT_LOOP=asyncio.SelectorEventLoop")
    best: dict[str, float] = {}
    async with SampleServer(world) as server:
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as folder:
                first, other = archive(folder, server, "first"), archive(folder, server, "other")
                server.requests.clear()
                taken = {"crawl": await cost(*CRAWL, *DAYS, *quiet, environment=first, folder=folder)}
                urls = [f"{server.base_url}/{seen.host}{seen.path}" for seen in server.requests]
                taken["crawl, asyncio's own loop"] = await cost(
                    *CRAWL, *DAYS, *quiet, *own_loop, environment=other, folder=folder
                )
                taken["crawl, nothing new"] = await cost(
                    *CRAWL, *DAYS, *quiet, environment=first, folder=folder
                )
                bare = (sys.executable, "-m", "scrapy", "runspider", "-s", "ASYNCIO_EVENT_LOOP=uvloop.Loop")
                taken["bare Scrapy"] = await cost(
                    *bare,
                    write_bare(folder, urls),
                    environment={"URLS": f"{folder}/urls.json"},
                    folder=folder,
                )
                best = {name: min(one.seconds, best.get(name, one.seconds)) for name, one in taken.items()}
                pages = len(urls)
    print(f"{pages} pages, best of {rounds}; share of bare Scrapy's pages a second:")
    for name, value in best.items():
        print(f"  {name:28} {value:6.2f} s  {pages / value:6.0f} pages/s  {best['bare Scrapy'] / value:5.2f}")
    return best["bare Scrapy"] / best["crawl"] >= SHARE


async def grow(articles: int, rounds: int) -> bool:
    """Measure small crawls and a large one in turns, and print; whether a page costs the same in both.

    Of the processor's time the mean counts, not the best: a short crawl has more luck, and on a busy machine the best of several
    is a third less than their mean.
    """
    spent, pages, most = {FEW: 0.0, articles: 0.0}, {FEW: 0, articles: 0}, {FEW: inf, articles: inf}
    async with AsyncExitStack() as stack:
        servers: dict[int, SampleServer] = {}
        for number in spent:
            world = World()
            world.generate(3 * number)
            servers[number] = await stack.enter_async_context(SampleServer(world))
        for number in rounds * [*SMALL_ONES * [FEW], articles, *SMALL_ONES * [FEW]]:
            server = servers[number]
            with tempfile.TemporaryDirectory() as folder:
                start = await cost(
                    *CRAWL, *START, environment=archive(folder, server, "start"), folder=folder
                )
                server.requests.clear()
                whole = await cost(*CRAWL, *DAYS, environment=archive(folder, server, "whole"), folder=folder)
                spent[number] += whole.processor - start.processor
                pages[number] += len(server.requests)
                most[number] = min(most[number], whole.megabytes)
    a_page = {number: spent[number] / pages[number] * 1000 for number in spent}
    growth, memory = a_page[articles] / a_page[FEW], most[articles] / most[FEW]
    print(f"{pages[FEW]} and {pages[articles]} pages in turns, {rounds} rounds:")
    print(f"  a page    {a_page[FEW]:6.2f} and {a_page[articles]:6.2f} ms of the processor  {growth:5.2f}")
    print(f"  at most   {most[FEW]:6.0f} and {most[articles]:6.0f} MB                    {memory:5.2f}")
    return growth <= GROWTH and memory <= GROWTH


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=3000, help="generated articles of ithome")
    parser.add_argument(
        "--growth", type=int, metavar="N", help="compare a crawl of N articles with a small one"
    )
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    measured = grow(given.growth, given.rounds) if given.growth else compare(given.articles, given.rounds)
    sys.exit(0 if asyncio.run(measured) else 1)
