"""What a crawl promises, each in seconds and at the one moment at which it would be broken; longer tests try all moments."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic

from newsarchive.monitoring.outcome import CrawlExit
from newsarchive.storage import open_store
from samples.answer import Answer
from tests.e2e.running import DAYS, Place, lasting
from tests.mongo import database_of, own_server

ITHOME = ("crawl", "ithome", *DAYS)
LEASE = 2
"""Seconds."""
TOLD_TRIES = 10
"""As README and docs/operating.md tell how often a page is asked for."""
KILLED_AT_ITS_ARTICLES = """
import os, signal
from newsarchive.storage.sqlite.store import SqliteStore

async def save_articles(self, articles):
    os.kill(os.getpid(), signal.SIGKILL)

SqliteStore.save_articles = save_articles
from newsarchive.cli import main
main()
"""


async def test_killed_when_its_first_articles_are_written_it_has_settled_none(place: Place) -> None:
    quiet = replace(place, folder=place.folder / "undisturbed")
    quiet.folder.mkdir()
    assert (await quiet.run(*ITHOME)).code == 0
    killed = await place.run(*ITHOME, command=(sys.executable, "-c", KILLED_AT_ITS_ARTICLES))
    assert killed.code < 0
    assert await place.articles() == {}
    ended = await place.run(*ITHOME)
    assert ended.code == 0, ended.err
    assert lasting(await place.articles()) == lasting(await quiet.articles())


async def test_what_a_store_that_is_away_does_not_take_is_kept_for_it(place: Place) -> None:
    batches = ("-s", "NEWSARCHIVE_BATCH=5", "-s", "NEWSARCHIVE_BATCH_SECONDS=0.2")
    place.server.world.generate(120)
    with own_server() as mongo, database_of(mongo.uri) as uri:
        there = replace(place, uri=uri)
        process = await there.start(*ITHOME, *batches, NEWSARCHIVE_MONGO_SELECTION_SECONDS="0.5")
        while articles_asked(there) < 10:
            await there.server.wait_for_requests(len(there.server.requests) + 1)
        mongo.kill()
        with suppress(TimeoutError):  # what the crawl has begun it reads; for its next list it waits
            await asyncio.wait_for(there.server.wait_for_requests(len(there.server.requests) + 40), 5)
        mongo.start()
        _, told = await process.communicate()
        assert process.returncode == CrawlExit.GOOD, told
        # A batch that was written before the answer was lost is no new one when it is sent again.
        counts = (await there.last_run("ithome")).counts
        assert len(await there.articles()) == counts["record/read_count"]


def articles_asked(place: Place) -> int:
    return sum(seen.path.endswith(".htm") for seen in place.server.requests)


def asked_for(place: Place, url: str) -> int:
    return sum(f"https://{seen.host}{seen.path}" == url for seen in place.server.requests)


async def test_what_failed_is_left_alone_for_a_while_and_given_up_at_last(place: Place) -> None:
    crawl = (*ITHOME, "-s", "RETRY_TIMES=0")
    story = next(iter(place.server.world.newest("ithome")))
    place.server.world.replies[story.url] = Answer(b"", status=500)
    await place.run(*crawl)
    await place.run(*crawl)
    assert asked_for(place, story.url) == 1
    async with open_store(place.address) as store:
        ((name, task),) = (await store.tasks([story.identity])).items()
        assert (task.state, task.tries) == ("wanted", 1)
        due = datetime.now(UTC) - timedelta(hours=1)
        await store.save_tasks([task.model_copy(update={"tries": TOLD_TRIES - 1, "due_at": due})])
    await place.run(*crawl)
    assert asked_for(place, story.url) == 2
    async with open_store(place.address) as store:
        task = (await store.tasks([name]))[name]
        assert task.state == "gone"
        await store.save_tasks([task.model_copy(update={"due_at": due})])
    await place.run(*crawl)
    assert asked_for(place, story.url) == 2


async def test_of_what_is_due_again_the_newest_comes(place: Place) -> None:
    assert (await place.run(*ITHOME)).code == 0
    newest = sorted((await place.articles()).values(), key=lambda it: str(it.published_at))[-3:]
    due = datetime.now(UTC) - timedelta(hours=1)
    async with open_store(place.address) as store:
        tasks = await store.tasks(list(await place.articles()))
        await store.save_tasks([task.model_copy(update={"due_at": due}) for task in tasks.values()])
    place.server.requests.clear()
    await place.run("crawl", "ithome", "-s", "NEWSARCHIVE_REVISITS=3", "-s", "NEWSARCHIVE_RECHECKS=0")
    assert articles_asked(place) == 3
    assert [asked_for(place, article.url) for article in newest] == [1, 1, 1]


async def test_a_crawl_that_lives_keeps_its_site_longer_than_one_lease(place: Place) -> None:
    place.server.world.generate(400)
    first = await place.start(
        *ITHOME, "-s", "USER_AGENT=first", NEWSARCHIVE_PACE="0.1", NEWSARCHIVE_LEASE_SECONDS=str(LEASE)
    )
    await place.server.wait_for_requests(1)
    end = monotonic() + 2 * LEASE
    while monotonic() < end:
        await asyncio.wait_for(place.server.wait_for_requests(len(place.server.requests) + 1), 30)
    run = await place.last_run("ithome")
    assert run.heartbeat_at > run.started_at + timedelta(seconds=LEASE)
    second = await place.run("crawl", "ithome", "-s", "USER_AGENT=second")
    assert second.code == CrawlExit.LEASED, second.err
    assert first.returncode is None
    assert {seen.headers["User-Agent"] for seen in place.server.requests} == {"first"}
    first.kill()
    await first.communicate()
