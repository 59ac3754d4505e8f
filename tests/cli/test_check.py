"""`newsarchive check`: what an operator sees of alarms, and how they are acknowledged."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsarchive.cli import app
from newsarchive.errors import BadValueError
from newsarchive.records.alarm import Alarm, AlarmEpisode, AlarmLog, RobotsHistory, RobotsVersion
from newsarchive.records.run import Run
from newsarchive.storage import Store
from newsarchive.storage.collections import ALARMS, DISK_READINGS, NEW_NORMALS, ROBOTS_FILES
from tests.cli.shown import Shown, fill, shown_of, stop_clock

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
"""2026-11-20 12:00 in Shanghai."""
HOUR = timedelta(hours=1)
WORDS = "median text length of article pages"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stop_clock(monkeypatch, NOW)
    monkeypatch.setenv("NEWSARCHIVE_RAW", str(tmp_path / "raw"))
    monkeypatch.setenv("NEWSARCHIVE_DISK_RESERVE_BYTES", "0")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.sqlite"


@pytest.fixture
def shown(path: Path, monkeypatch: pytest.MonkeyPatch) -> Shown:
    return shown_of(path, monkeypatch, width=200)


def page_run(before: timedelta, length: float, warning: str = "") -> Run:
    at = NOW - before
    return Run(
        run_id=str(before),
        site="36kr",
        started_at=at,
        heartbeat_at=at,
        finished_at=at,
        reason="finished",
        end="drifted" if warning else "good",
        exit_code=32 if warning else 0,
        counts={"page/listed_count": 1},
        metrics={"articles/article": 20.0, "text_length/article": length},
        warnings=(warning,) if warning else (),
    )


async def changed_site(store: Store) -> None:
    """Runs of a site that was redesigned ten hours ago, and a robots.txt that changed with it."""
    line = f"{WORDS}: 50 characters, expected 500 to 4500 from the last 20 good runs; see 36kr:1"
    for age in range(40, 0, -1):
        await store.save_run(page_run(age * HOUR, 1500) if age > 10 else page_run(age * HOUR, 50, line))
    versions = [
        RobotsVersion(since=NOW - age * HOUR, status=200, sha256=str(age), text=text)
        for age, text in ((900, "Disallow:"), (10, "Disallow: /\x1b[2J\x1b]0;pwned\x07\u202e"))
    ]
    await store.put_document(ROBOTS_FILES, "www.36kr.com", RobotsHistory(versions=tuple(versions), changes=1))


def test_a_store_that_was_never_crawled_into_is_not_well(path: Path, shown: Shown) -> None:
    async def nothing(_: Store) -> None:
        """Opening it has made it."""

    fill(path, nothing)
    assert shown("check", code=41) == "no site was ever crawled into this store\n"


def test_what_is_wrong_is_a_line_with_what_to_do_and_nothing_that_a_terminal_obeys(
    path: Path, shown: Shown
) -> None:
    fill(path, changed_site)
    said = shown("check", code=41)
    assert f"warning: drift:36kr: {WORDS}: 50 characters" in said
    assert "if the site has changed for good: newsarchive check ack drift:36kr" in said
    assert "- Disallow: | + Disallow: /" in said
    assert said.replace("\n", "").isprintable()
    told = json.loads(shown("check", "--json", code=41))
    assert told["at"] == "2026-11-20T04:00:00+00:00"
    assert [(one["name"], one["kind"], one["severity"]) for one in told["alarms"]] == [
        ("drift:36kr", "drift", "warning"),
        ("robots:36kr:www.36kr.com", "robots", "warning"),
    ]
    assert shown("check", "--site", "ithome", code=41).startswith(
        "warning: stale:ithome: it was never crawled"
    )


def test_a_look_without_sending_keeps_nothing(path: Path, shown: Shown) -> None:
    fill(path, changed_site)
    assert "drift:36kr" in shown("check", "--no-send", code=41)

    async def nothing_kept(store: Store) -> None:
        assert await store.get_document(ALARMS, "") is None
        assert await store.documents(DISK_READINGS) == {}

    fill(path, nothing_kept)
    shown("check", code=41)

    async def kept(store: Store) -> None:
        log = await store.get_document(ALARMS, "")
        assert log is not None
        assert sorted(log.episodes) == ["drift:36kr", "robots:36kr:www.36kr.com"]
        (readings,) = (await store.documents(DISK_READINGS)).values()
        assert len(readings.readings) == 1

    fill(path, kept)


def test_a_changed_site_is_acknowledged_and_taken_as_it_is(path: Path, shown: Shown) -> None:
    fill(path, changed_site)
    said = shown("check", "ack", "drift:36kr", "--note", "new layout")
    assert said.startswith(f"known: drift:36kr: {WORDS}")

    async def taken(store: Store) -> None:
        normal = await store.get_document(NEW_NORMALS, "36kr")
        assert normal is not None
        assert normal.spans == {WORDS: (NOW - 10 * HOUR, NOW)}

    fill(path, taken)
    shown("check", "ack", "robots", "--until", "2026-11-24")
    listed = shown("check", "ack", "--list").splitlines()
    assert listed == [
        "drift:36kr: since 2026-11-20 12:00 (new layout)",
        "robots:36kr:www.36kr.com: since 2026-11-20 12:00 until 2026-11-25 00:00",
    ]
    said = shown("check")
    assert "known (new layout): drift:36kr" in said
    assert "known until 2026-11-24: robots:36kr:www.36kr.com" in said
    shown("check", "ack", "drift:36kr", "--undo")
    shown("check", code=41)


def test_what_only_another_machine_sees_is_acknowledged_here_too(path: Path, shown: Shown) -> None:
    full = Alarm(kind="disk", machine="crawler-2", subject="/srv", why="it is full", todo="make room")

    async def found_there(store: Store) -> None:
        await changed_site(store)
        episode = AlarmEpisode(alarm=full, since=NOW, seen=NOW)
        await store.put_document(ALARMS, "", AlarmLog(at=NOW, episodes={full.name: episode}))

    fill(path, found_there)
    assert shown("check", "ack", "disk:crawler-2") == "known: disk:crawler-2:/srv: it is full\n"
    shown("check", code=41)

    async def still_there(store: Store) -> None:
        log = await store.get_document(ALARMS, "")
        assert log is not None
        assert log.episodes[full.name].over is None, "this machine does not know whether it is over"

    fill(path, still_there)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("check", "ack"), "takes the name of an alarm"),
        (
            ("check", "ack", "closed:36kr"),
            "there is no alarm 'closed:36kr'; there are: drift:36kr, robots:36kr:www",
        ),
        (("check", "ack", "drift:36kr", "--until", "2026-11-19"), "is over already"),
        (("check", "ack", "drift:36kr", "--undo"), "was not acknowledged; acknowledged: nothing"),
    ],
)
def test_what_cannot_be_acknowledged_is_told(path: Path, words: tuple[str, ...], what: str) -> None:
    fill(path, changed_site)
    ended = CliRunner().invoke(app, [*words, "--store", str(path)])
    assert isinstance(ended.exception, BadValueError)
    assert what in str(ended.exception)
