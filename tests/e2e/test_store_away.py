"""A store that goes away in mid-crawl, again and again: the crawl goes on, and ends with what an undisturbed one has."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from newsarchive.monitoring.outcome import RECORDS, CrawlExit
from newsarchive.storage import open_store
from newsarchive.storage.collections import LISTS
from newsarchive.storage.spool import waiting
from tests.e2e.running import DAYS, Ended, Place, lasting, made_once
from tests.mongo import database_of, own_server

OUTAGES = int(os.environ.get("NEWSARCHIVE_TEST_OUTAGES", "3"))
"""How often the store goes away in one crawl; with 10 the crawl has 2,000 articles, and the store is away for 60 s twice."""
WHOLE = OUTAGES >= 10
ARTICLES = 2000 if WHOLE else 150
LONGEST_SECONDS = 60 if WHOLE else 0
MOST_SECONDS = 30
"""How long the store is away at most where nothing goes into the spool: the crawl may have saved all that it had, and wait for
the store before it reads its next list.
"""
CRAWL = (
    *("crawl", "ithome", *DAYS, "-s", "NEWSARCHIVE_BATCH=20", "-s", "NEWSARCHIVE_BATCH_SECONDS=0.2"),
    *("-s", "NEWSARCHIVE_DISK_RESERVE_BYTES=0"),
)
SOON = "0.5"
"""A server that went is away after half a second, not after five: each outage is waited for as long."""
LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""
FILL = 256 * 1024


async def contents(place: Place) -> dict[str, Any]:
    """What the store holds in the end, without when it was fetched."""
    async with open_store(place.address) as store:
        articles = {article.identity: article async for article in store.articles()}
        events = [(one.kind, one.identity, one.url) async for one in store.events()]
        tasks = await store.tasks(list(articles))
        lists = await store.documents(LISTS)
        revisions = {name: await store.revisions(name) for name in articles}
    return {
        "articles": lasting(articles),
        "revisions": {name: held for name, held in revisions.items() if held},
        "events": sorted(events, key=str),
        "tasks": {name: (task.state, task.outcome, task.tries, task.carried) for name, task in tasks.items()},
        "lists": {url: reading.unfinished for url, reading in lists.items()},
    }


def spooled(place: Place) -> int:
    return sum(kinds.total() for kinds in waiting(place.folder / "raw").values())


async def until(condition: Callable[[], bool], process: asyncio.subprocess.Process) -> None:
    """Wait until something is so, or the crawl has ended."""
    while not condition() and process.returncode is None:  # noqa: ASYNC110 - of another process
        await asyncio.sleep(0.02)


@asynccontextmanager
async def crawling(
    place: Place, *words: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, list[Ended]]]:
    """A crawl that runs meanwhile, and how it ended."""
    place.server.requests.clear()
    process = await place.start(*words, NEWSARCHIVE_MONGO_SELECTION_SECONDS=SOON)
    ended: list[Ended] = []
    output = asyncio.ensure_future(process.communicate())
    yield process, ended
    out, err = await output
    ended.append(Ended(process.returncode or 0, out.decode(), err.decode()))


async def disturbed(
    place: Place, outages: list[Callable[[], AbstractContextManager[None]]]
) -> tuple[Ended, int]:
    """One crawl during which the store goes away; how it ended, and how often that went into the spool."""
    noticed = 0
    async with crawling(place, *CRAWL) as (process, ended):
        for number, outage in enumerate(outages):
            asked = len(place.server.requests) + (ARTICLES // (len(outages) + 1))
            await until(lambda asked=asked: len(place.server.requests) >= asked, process)  # type: ignore[misc]
            with outage():
                end = monotonic() + MOST_SECONDS
                await until(lambda end=end: spooled(place) > 0 or monotonic() > end, process)  # type: ignore[misc]
                noticed += spooled(place) > 0
                if number in {1, 3}:
                    await asyncio.sleep(LONGEST_SECONDS)
            await until(lambda: not spooled(place), process)
    return ended[0], noticed


async def came_through(place: Place, ended: Ended) -> None:
    """The crawl ended well, or said that something waits; and its counts add up."""
    if ended.code == CrawlExit.UNSAVED:  # a disk that is full in the end is not waited for
        assert "wait in the spool" in ended.err
        drained = await place.run("spool", "drain")
        assert drained.code == 0, drained.err
    else:
        assert ended.code == 0, ended.err
    counts = (await place.last_run("ithome")).counts
    assert counts["record/read_count"] == sum(counts.get(f"record/{name}_count", 0) for name in RECORDS)
    assert not list((place.folder / "raw" / "spool").iterdir())


@pytest.fixture
async def expected(place: Place, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the same crawl brings into a store that is always there."""
    place.server.world.generate(3 * ARTICLES)
    folder = place.folder / "undisturbed"
    folder.mkdir()
    quiet = Place(folder, place.server)
    async with made_once(tmp_path_factory, "undisturbed", folder) as is_first:
        if is_first:
            ended = await quiet.run(*CRAWL)
            assert ended.code == 0, ended.err
    held = await contents(quiet)
    assert len(held["articles"]) >= ARTICLES
    return held


async def test_a_server_that_is_killed_and_started_again(place: Place, expected: dict[str, Any]) -> None:
    with own_server() as mongo, database_of(mongo.uri) as uri:

        @contextmanager
        def killed() -> Iterator[None]:
            mongo.kill()
            try:
                yield
            finally:
                mongo.start()

        there = Place(place.folder, place.server, uri=uri)
        ended, noticed = await disturbed(there, [killed] * OUTAGES)
        await came_through(there, ended)
        assert noticed
        assert await contents(there) == expected


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another process has the file for itself, and is killed in the end."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOCK, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"locked\n"
        yield
    finally:
        process.kill()
        process.communicate()


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A folder on a disk of its own, which can be filled; False where this user may not make one."""
    folder.mkdir()
    size = 256 if WHOLE else 64
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}m", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    try:
        yield made.returncode == 0
    finally:
        if made.returncode == 0:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """The disk takes nothing more."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * FILL) == FILL:
            pass
    try:
        yield
    finally:
        filler.unlink()


async def test_a_file_that_is_locked_and_a_disk_that_is_full(place: Place, expected: dict[str, Any]) -> None:
    with small_disk(place.folder / "disk") as is_disk:
        path = place.folder / "disk" / "news.sqlite"
        there = Place(place.folder, place.server, uri=str(path))

        def outage(number: int) -> AbstractContextManager[None]:
            # Of a lock a crawl learns after ten seconds only.
            return full(path.parent) if is_disk and number % 3 else locked(path)

        outages = [lambda number=number: outage(number) for number in range(OUTAGES)]
        ended, noticed = await disturbed(there, outages)  # type: ignore[arg-type]
        await came_through(there, ended)
        assert noticed
        assert await contents(there) == expected


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
async def test_a_crawl_that_ends_while_its_store_is_away_loses_nothing(
    place: Place, expected: dict[str, Any], how: signal.Signals
) -> None:
    """Killed, or stopped by hand: then it does not wait for the store."""
    with own_server() as mongo, database_of(mongo.uri) as uri:
        there = Place(place.folder, place.server, uri=uri)
        async with crawling(there, *CRAWL, "-s", "NEWSARCHIVE_STORE_WAIT_SECONDS=86400") as (
            process,
            stopped,
        ):
            await until(lambda: len(place.server.requests) >= ARTICLES // 2, process)
            mongo.kill()
            await until(lambda: spooled(place) > 0, process)
            process.send_signal(how)
        assert spooled(place)
        if how == signal.SIGINT:
            assert stopped[0].code == CrawlExit.UNSAVED
            assert "wait in the spool" in stopped[0].err
        mongo.start()
        ended = await there.run(*CRAWL)
        await came_through(there, ended)
        (note,) = (await there.last_run("ithome")).notes
        assert "that waited in the spool are in the store now" in note
        assert await contents(there) == expected
