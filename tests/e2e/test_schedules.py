"""Schedules with real jobs: as processes of this machine, on a real Scrapyd, by the command as its operator calls it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsarchive.archive_settings import FILE_NAME
from newsarchive.schedule.jobs import id_of
from newsarchive.schedule.processes import Processes
from newsarchive.schedule.rules import Schedule, Schedules
from newsarchive.schedule.scheduler import LEASE, LEASE_SECONDS, Round, look_once, survey
from newsarchive.schedule.scrapyd import ScrapydNodes
from newsarchive.schedule.starter import Starter
from newsarchive.storage import open_store
from newsarchive.storage.alone import alone
from newsarchive.storage.collections import ScheduledJob
from tests.e2e.running import DAYS, Place, lasting
from tests.e2e.scrapyd import PASSWORD, PAUSE, TRIES, USER, Scrapyd, running
from tests.packaging.source import build_egg, copy_source

LATER = timedelta(minutes=5)
ARGUMENTS = tuple(word.split("=") for word in DAYS if word != "-a")
YEARLY = Schedule(
    "days", "ithome", ("0 0 1 1 *",), arguments=tuple((name, value) for name, value in ARGUMENTS),
    grace=timedelta(days=366),
)  # fmt: skip
"""Due once, some time ago, and not again while a test runs."""
FILE = f"""
[schedule.days]
spider = "ithome"
when = "0 0 1 1 *"
grace = "366d"
arguments = {json.dumps(dict(ARGUMENTS)).replace('":', '" =')}
[schedule.other]
spider = "36kr"
when = "0 0 1 1 *"
paused = "not asked yet"
"""


@dataclass
class Scheduler:
    """A scheduler in this process, whose clock can be ahead."""

    place: Place
    schedule: Schedule
    starter: Starter
    ahead: timedelta = field(default=timedelta(0))

    @property
    def schedules(self) -> Schedules:
        return Schedules({self.schedule.name: self.schedule})

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def look(self) -> Round:
        async with open_store(self.place.address) as store, alone(store, LEASE, LEASE_SECONDS) as turn:
            assert turn
            return await look_once(self.schedules, self.starter, store, self.clock, turn.lasts)

    async def last(self) -> ScheduledJob:
        async with open_store(self.place.address) as store:
            known = await survey(self.schedules, self.starter, store, self.clock)
        found = known.outlook(self.schedule).last
        assert found
        return found

    async def until(self, fate: str) -> ScheduledJob:
        """Wait until it is known what became of the last job."""
        for _ in range(TRIES):
            if (last := await self.last()).fate == fate:
                return last
            await asyncio.sleep(PAUSE)
        pytest.fail(f"it is {last}")


async def whole(place: Place, folder: Path) -> dict[str, dict[str, object]]:
    """What a crawl that nobody disturbs brings."""
    undisturbed = Place(folder, place.server)
    undisturbed.folder.mkdir()
    await undisturbed.run("crawl", "ithome", *DAYS)
    place.server.requests.clear()
    return lasting(await undisturbed.articles())


@pytest.fixture
async def processes(place: Place, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Processes]:
    for name, value in place.environment().items():
        monkeypatch.setenv(name, value)
    processes = Processes(place.folder / "logs")
    yield processes
    await ended(processes)


async def ended(processes: Processes) -> None:
    """Wait until no job runs any more."""
    for _ in range(TRIES):
        if processes.alive() == []:
            return
        await asyncio.sleep(PAUSE)
    processes.interrupt()
    pytest.fail(f"still running: {processes.alive()}")


async def test_a_job_that_is_killed_is_started_again_and_nothing_is_lost(
    place: Place, processes: Processes, tmp_path: Path
) -> None:
    expected = await whole(place, tmp_path / "undisturbed")
    scheduler = Scheduler(place, YEARLY, processes)
    (first,) = (await scheduler.look()).started
    assert (await scheduler.look()).started == []
    await asyncio.wait_for(place.server.wait_for_requests(75), 120)
    last = await scheduler.last()
    assert last.pid
    os.killpg(last.pid, signal.SIGKILL)
    await scheduler.until("lost")
    lost = await scheduler.look()
    assert [(id_of(job), job.end) for job in lost.lost] == [(first, "killed")]

    scheduler.ahead = LATER  # what its record and its lease said last is over by then
    (second,) = (await scheduler.look()).started
    assert second == first._replace(number=2)
    assert (await scheduler.until("ran")).exit_code == 0
    run = await place.last_run("ithome")
    assert (run.job, run.machine) == (str(second), (await scheduler.last()).machine)
    assert lasting(await place.articles()) == expected
    assert (await scheduler.look()).started == []
    log = place.folder / "logs" / "days" / f"{first}.log"
    assert "Scrapy" in log.read_text("utf-8")


async def test_another_scheduler_knows_jobs_by_their_process_and_kills_what_hangs(
    place: Place, processes: Processes
) -> None:
    place.server.world.delay("www.ithome.com", 5)
    await Scheduler(place, YEARLY, processes).look()
    await asyncio.wait_for(place.server.wait_for_requests(3), 120)
    # One that was started later, as by a timer.
    other = Scheduler(place, YEARLY, Processes(place.folder / "logs"))
    job = await other.last()
    assert job.pid
    assert (await other.look()).started == []
    os.kill(job.pid, signal.SIGSTOP)
    other.ahead = timedelta(minutes=12)
    assert (await other.look()).lost == []
    other.ahead = timedelta(minutes=14)
    (lost,) = (await other.look()).lost
    assert (id_of(lost), lost.end) == (id_of(job), "its heart stopped")
    await ended(processes)


async def listed(place: Place) -> dict[str, Any]:
    """What `schedule list` says of each schedule."""
    said = await place.run("schedule", "list", "--json")
    assert said.code == 0, said.err
    return {one["schedule"]: one for one in json.loads(said.out)}


async def test_an_operator_runs_and_lists_them(place: Place) -> None:
    (place.folder / FILE_NAME).write_text(FILE, encoding="utf-8")
    before = await listed(place)
    assert before["days"]["last"] is None
    assert before["days"]["due_now"].startswith("days.")
    assert before["other"]["why_not"] == "paused: not asked yet"
    started = await place.run("schedule", "run")
    assert (started.code, started.out) == (0, f"{before['days']['due_now']} is started\n")
    for _ in range(TRIES):
        found = (await listed(place))["days"]
        if found["last"]["fate"]:
            break
        assert found["why_not"].endswith("has not ended")
        await asyncio.sleep(PAUSE)
    assert (found["last"]["end"], found["last"]["exit_code"], found["due_now"]) == ("good", 0, None)
    again = await place.run("schedule", "run")
    assert (again.code, again.out, again.err) == (0, "", "")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('zone = "Mars"', "schedule.other.zone is 'Mars': there is no such zone"),
        ("arguments = { months = 2 }", "schedule.other.arguments: the 36kr spider has no argument 'months'"),
    ],
)
async def test_a_wrong_file_is_told_before_anything_is_started(place: Place, more: str, told: str) -> None:
    wrong = FILE.replace('spider = "36kr"', f'spider = "36kr"\n{more}')
    (place.folder / FILE_NAME).write_text(wrong, encoding="utf-8")
    for words in (("run",), ("run", "--watch"), ("list",)):
        refused = await place.run("schedule", *words)
        assert refused.code == 11
        assert told in refused.err
        assert refused.err.count("\n") == 1
    assert not place.store.exists()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_a_watch_ends_in_order_with_its_jobs_and_they_are_due_again(
    place: Place, processes: Processes, how: signal.Signals
) -> None:
    (place.folder / FILE_NAME).write_text(FILE, encoding="utf-8")
    place.server.world.delay("www.ithome.com", 0.1)
    watch = await place.start("schedule", "run", "--watch")
    await asyncio.wait_for(place.server.wait_for_requests(20), 120)
    watch.send_signal(how)
    out, err = await asyncio.wait_for(watch.communicate(), 120)
    assert (watch.returncode, err.decode()) == (0, "")
    assert out.decode().endswith(" is started\n")
    run = await place.last_run("ithome")
    assert (run.reason, bool(run.finished_at)) == ("shutdown", True)
    scheduler = Scheduler(place, YEARLY, processes, LATER)
    assert (await scheduler.last()).fate == "interrupted"
    place.server.world.calm("www.ithome.com")
    (second,) = (await scheduler.look()).started
    assert second.number == 2
    assert (await scheduler.until("ran")).exit_code == 0


async def test_two_schedulers_at_once_start_a_due_time_once(place: Place) -> None:
    (place.folder / FILE_NAME).write_text(FILE, encoding="utf-8")
    runs = await asyncio.gather(*(place.run("schedule", "run") for _ in range(4)))
    assert {it.code for it in runs} == {0}
    assert "".join(it.out for it in runs).count("is started") == 1


# On a real Scrapyd.


@pytest.fixture(scope="module")
def egg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_egg(copy_source(tmp_path_factory.mktemp("source")))


@pytest.fixture
async def scrapyd(place: Place, tmp_path: Path) -> AsyncIterator[Scrapyd]:
    async with running(place, tmp_path / "scrapyd") as scrapyd:
        yield scrapyd


def on_nodes(place: Place) -> Schedule:
    """The schedule, for nodes whose own environment says nothing of the samples."""
    settings = {
        "NEWSARCHIVE_STORE": str(place.store),
        "NEWSARCHIVE_RAW": str(place.folder / "raw"),
        "NEWSARCHIVE_ORIGINS": json.dumps(place.server.origins),
        "NEWSARCHIVE_PACE": "0",
    }
    return replace(YEARLY, settings=tuple(settings.items()))


def nobody() -> str:
    """The address of a node that is down."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


async def test_scrapyd_runs_them_and_what_it_refuses_is_told(
    scrapyd: Scrapyd, place: Place, egg: Path
) -> None:
    rule = on_nodes(place)
    down, url = nobody(), scrapyd.url.rstrip("/")
    login = {"SCRAPYD_USERNAME": USER, "SCRAPYD_PASSWORD": PASSWORD}
    guessed = ScrapydNodes([url], login | {"SCRAPYD_PASSWORD": "guess"})
    (refused,) = (await Scheduler(place, rule, guessed).look()).refused
    assert f"{url}: HTTP status 401: check SCRAPYD_USERNAME and SCRAPYD_PASSWORD" in refused
    assert "guess" not in refused

    scheduler = Scheduler(place, rule, ScrapydNodes([down, url], login), LATER)
    (refused,) = (await scheduler.look()).refused  # answered with status 200
    assert f"{url}: project 'newsarchive' not found" in refused
    assert f"{down}: it does not answer (Connection refused)" in refused
    deployed = await scrapyd.deploy(egg)
    assert deployed.code == 0, deployed.err + deployed.out

    scheduler.ahead *= 2
    place.server.world.delay("www.ithome.com", 0.1)
    (first,) = (await scheduler.look()).started
    await asyncio.wait_for(place.server.wait_for_requests(40), 120)
    assert (await scheduler.last()).place == url
    assert (await scheduler.look()).started == []
    place.server.world.calm("www.ithome.com")
    answer = await scrapyd.ask(
        "cancel.json", [("project", "newsarchive"), ("job", str(first)), ("signal", "KILL")]
    )
    assert answer["prevstate"] == "running"
    assert (await scheduler.until("lost")).end == "killed"
    assert len((await scheduler.look()).lost) == 1

    scheduler.ahead += LATER
    (second,) = (await scheduler.look()).started
    assert (await scheduler.until("ran")).exit_code == 0
    assert (await place.last_run("ithome")).job == str(second) == str(first._replace(number=2))


async def test_a_job_whose_node_dies_is_run_again_on_another_one(
    place: Place, egg: Path, tmp_path: Path
) -> None:
    expected = await whole(place, tmp_path / "undisturbed")
    async with running(place, tmp_path / "one") as one, running(place, tmp_path / "two") as two:
        nodes = {it.url.rstrip("/"): it for it in (one, two)}
        for it in nodes.values():
            deployed = await it.deploy(egg)
            assert deployed.code == 0, deployed.err + deployed.out
        login = {"SCRAPYD_USERNAME": USER, "SCRAPYD_PASSWORD": PASSWORD}
        scheduler = Scheduler(place, on_nodes(place), ScrapydNodes([*nodes], login))
        place.server.world.delay("www.ithome.com", 0.1)
        (first,) = (await scheduler.look()).started
        await asyncio.wait_for(place.server.wait_for_requests(75), 120)
        dying = nodes.pop((await scheduler.last()).place)
        os.killpg(dying.process.pid, signal.SIGKILL)
        place.server.world.calm("www.ithome.com")

        scheduler.ahead = timedelta(minutes=12)
        assert (await scheduler.look()).started == []  # it may only be slow
        scheduler.ahead = timedelta(minutes=14)
        assert [id_of(job) for job in (await scheduler.look()).lost] == [first]
        scheduler.ahead = timedelta(minutes=17)
        (second,) = (await scheduler.look()).started
        ended = await scheduler.until("ran")
        assert (ended.place, ended.number, ended.exit_code) == (*nodes, 2, 0)
    assert (await place.last_run("ithome")).job == str(second)
    assert lasting(await place.articles()) == expected
