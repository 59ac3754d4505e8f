"""How much a whole crawl costs, as a ratio of a bare Scrapy that fetches the same pages and reads nothing.

Both run against the sample sites on this machine, in turn, each several times; the best of each counts. A crawl judges,
keeps every page raw, reads, and stores. The event loops are compared in the same way.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from samples import SampleServer, World

DAYS = ("-a", "since=2026-09-01", "-a", "until=2026-10-31")
CRAWL = (sys.executable, "-c", "from newsarchive.cli import main; main()", "crawl", "ithome", *DAYS)
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


async def seconds(*words: str, environment: dict[str, str], folder: str | None = None) -> float:
    """Wall time of a command, its start included."""
    begin = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *words,
        cwd=folder,
        env=os.environ | environment,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    if code := await process.wait():
        raise SystemExit(f"{words[:4]} ended with {code}")
    return time.perf_counter() - begin


def write_bare(folder: Path, urls: list[str]) -> str:
    """The bare spider and its list of pages as files; returns the spider's path."""
    (folder / "urls.json").write_text(json.dumps(urls), encoding="utf-8")
    (folder / "bare.py").write_text(BARE, encoding="utf-8")
    return str(folder / "bare.py")


async def main(articles: int, rounds: int) -> None:
    """Measure and print."""
    world = World()
    world.generate(3 * articles)
    best: dict[str, float] = {}
    async with SampleServer(world) as server:
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as folder:
                paths = {
                    "NEWSARCHIVE_STORE": f"{folder}/store.sqlite",
                    "NEWSARCHIVE_RAW": f"{folder}/raw",
                    "NEWSARCHIVE_ORIGINS": json.dumps(server.origins),
                    "NEWSARCHIVE_PACE": "0",
                }
                server.requests.clear()
                taken = {"crawl": await seconds(*CRAWL, "-s", "LOG_LEVEL=ERROR", environment=paths)}
                urls = [f"{server.base_url}/{seen.host}{seen.path}" for seen in server.requests]
                asyncio_loop = ("-s", "ASYNCIO_EVENT_LOOP=asyncio.SelectorEventLoop", "-s", "LOG_LEVEL=ERROR")
                again = paths | {
                    "NEWSARCHIVE_STORE": f"{folder}/other.sqlite",
                    "NEWSARCHIVE_RAW": f"{folder}/other",
                }
                taken["crawl, asyncio's own loop"] = await seconds(*CRAWL, *asyncio_loop, environment=again)
                taken["crawl, nothing new"] = await seconds(
                    *CRAWL, "-s", "LOG_LEVEL=ERROR", environment=paths
                )
                bare = (
                    sys.executable,
                    "-m",
                    "scrapy",
                    "runspider",
                    "-s",
                    "ASYNCIO_EVENT_LOOP=uvloop.Loop",
                    write_bare(Path(folder), urls),
                )
                taken["bare Scrapy"] = await seconds(
                    *bare, environment={"URLS": f"{folder}/urls.json"}, folder=folder
                )
                best = {name: min(value, best.get(name, value)) for name, value in taken.items()}
                pages = len(urls)
    print(f"{pages} pages, best of {rounds}; ratio to bare Scrapy:")
    for name, value in best.items():
        print(f"  {name:28} {value:6.2f} s  {pages / value:6.0f} pages/s  {value / best['bare Scrapy']:5.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=600, help="generated articles of ithome")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    asyncio.run(main(given.articles, given.rounds))
