"""The project in a real Scrapyd: the egg is deployed, the spiders run from it, jobs fail and stop as they should."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from newsarchive.sites import SITES
from samples import seeds
from tests.e2e.running import CHECKOUT, Place, lasting
from tests.e2e.scrapyd import PASSWORD, Scrapyd, environment, running
from tests.packaging.source import build_egg, copy_source

DAYS = {"since": "2026-09-01", "until": "2026-10-31"}
EGG_VERSION = "0.1.0+egg"
"""The version that only the egg's code has, and tells to the sites."""


@pytest.fixture(scope="module")
def egg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = copy_source(tmp_path_factory.mktemp("source"))
    about = source / "newsarchive" / "__init__.py"
    about.write_text(about.read_text("utf-8").replace('"0.1.0"', f'"{EGG_VERSION}"'), encoding="utf-8")
    return build_egg(source)


@pytest.fixture
async def scrapyd(place: Place, tmp_path: Path, egg: Path) -> AsyncIterator[Scrapyd]:
    async with running(place, tmp_path / "scrapyd") as scrapyd:
        deployed = await scrapyd.deploy(egg)
        assert deployed.code == 0, deployed.err + deployed.out
        yield scrapyd


async def test_the_spiders_run_from_the_egg(scrapyd: Scrapyd, place: Place, tmp_path: Path) -> None:
    listed = await scrapyd.ask("listspiders.json?project=newsarchive")
    assert listed["spiders"] == sorted(SITES)
    file = tmp_path / "seeds.txt"
    file.write_text("".join(f"{url}\n" for url in seeds()), encoding="utf-8")

    jobs = [await scrapyd.schedule("36kr"), await scrapyd.schedule("ithome", **DAYS)]
    await scrapyd.finished(*jobs)
    job = await scrapyd.schedule("weixin", seeds=str(file), from_site="36kr")
    await scrapyd.finished(job)
    assert "exitstatus" not in scrapyd.own_log()
    assert "Spider closed (finished)" in scrapyd.log("weixin", job)
    assert {seen.headers["User-Agent"].rpartition("newsarchive/")[2] for seen in place.server.requests} == {
        f"{EGG_VERSION})"
    }

    looked_at = await place.run("runs", command=(sys.executable, "-m", "newsarchive"))
    assert looked_at.code == 0, looked_at.err
    assert all(site in looked_at.out for site in ("36kr", "ithome", "weixin"))

    by_hand = Place(tmp_path / "by-hand", place.server)
    by_hand.folder.mkdir()
    days = [word for name, value in DAYS.items() for word in ("-a", f"{name}={value}")]
    await by_hand.run("crawl", "36kr")
    await by_hand.run("crawl", "ithome", *days)
    await by_hand.run("crawl", "weixin", "-a", f"seeds={file}", "-a", "from_site=36kr")
    articles = await place.articles()
    assert {article.site for article in articles.values()} == {"36kr", "ithome", "weixin"}
    assert lasting(articles) == lasting(await by_hand.articles())


async def test_cancelled_job_ends_in_order_and_the_next_completes_it(
    scrapyd: Scrapyd, place: Place, tmp_path: Path
) -> None:
    undisturbed = Place(tmp_path / "undisturbed", place.server)
    undisturbed.folder.mkdir()
    await undisturbed.run("crawl", "ithome", *(f"-a{name}={value}" for name, value in DAYS.items()))
    expected = lasting(await undisturbed.articles())

    place.server.requests.clear()
    place.server.world.delay("www.ithome.com", 0.1)
    job = await scrapyd.schedule("ithome", **DAYS)
    await asyncio.wait_for(place.server.wait_for_requests(75), 120)
    assert await scrapyd.cancel(job) | {"node_name": ""} == {
        "node_name": "",
        "status": "ok",
        "prevstate": "running",
    }
    await scrapyd.finished(job)
    run = await place.last_run("ithome")
    assert (run.reason, bool(run.finished_at)) == ("shutdown", True)
    assert "exitstatus=30" in scrapyd.own_log()
    begun = lasting(await place.articles())
    assert 0 < len(begun) < len(expected)

    place.server.world.calm("www.ithome.com")
    await scrapyd.finished(await scrapyd.schedule("ithome", **DAYS))
    assert (await place.last_run("ithome")).reason == "finished"
    assert lasting(await place.articles()) == expected


WRONG: tuple[tuple[str, tuple[str, ...], dict[str, str], str], ...] = (
    ("ithome", (), {"since": "yesterday"}, "since"),
    ("36kr", (), {"months": "2"}, "months"),
    ("36kr", ("NEWSARCHIVE_BATCH=many",), {}, "NEWSARCHIVE_BATCH is 'many'; it takes a whole number"),
    ("weixin", ("NEWSARCHIVE_ROBOTS_EXCEPTIONS={}",), {}, "forbids every article"),
)


async def test_jobs_that_cannot_run_say_why_and_ask_nothing(scrapyd: Scrapyd, place: Place) -> None:
    jobs = [await scrapyd.schedule(spider, *settings, **given) for spider, settings, given, _ in WRONG]
    await scrapyd.finished(*jobs)
    for job, (spider, _, _, said) in zip(jobs, WRONG, strict=True):
        (line,) = [line for line in scrapyd.log(spider, job).splitlines() if "ERROR" in line]
        assert said in line
    assert scrapyd.own_log().count("exitstatus=11") == len(WRONG)
    assert place.server.requests == []


async def test_nobody_is_let_in_without_the_password(scrapyd: Scrapyd, egg: Path) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("", "daemonstatus.json", "listjobs.json?project=newsarchive"):
            async with session.get(scrapyd.url + path) as answer:
                assert answer.status == 401
    with pytest.raises(aiohttp.ClientResponseError, match="401"):
        await scrapyd.ask("daemonstatus.json", password="guess")
    refused = await scrapyd.deploy(egg, SCRAPYD_PASSWORD="guess")
    assert refused.code == 1
    assert "401" in refused.err
    files = [path for path in scrapyd.folder.rglob("*") if path.is_file()]
    assert not [path for path in files if PASSWORD.encode() in path.read_bytes()]


@pytest.mark.parametrize("missing", ["SCRAPYD_USERNAME", "SCRAPYD_PASSWORD"])
def test_scrapyd_is_not_started_without_credentials(tmp_path: Path, missing: str) -> None:
    ended = subprocess.run(
        [CHECKOUT / "deploy" / "scrapyd", tmp_path / "run"],
        env=environment(tmp_path) | {missing: ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode != 0
    assert missing in ended.stderr
    assert not (tmp_path / "run").exists()


async def test_interrupting_the_whole_group_ends_scrapyd_and_its_jobs_in_order(
    place: Place, tmp_path: Path, egg: Path
) -> None:
    async with running(place, tmp_path / "scrapyd") as scrapyd:
        await scrapyd.deploy(egg)
        place.server.world.delay("www.ithome.com", 0.1)
        await scrapyd.schedule("ithome", **DAYS)
        await asyncio.wait_for(place.server.wait_for_requests(20), 120)
        await scrapyd.interrupt()
        run = await place.last_run("ithome")
    assert (run.reason, bool(run.finished_at)) == ("shutdown", True)
