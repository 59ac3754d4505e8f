"""What waits for a store: kept to the last whole line, drained in order into either engine, nothing twice."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from newsarchive.cli import app
from newsarchive.errors import OutputError, RecordRefusedError, StoreUnreachableError, StoreVersionError
from newsarchive.records.listing import ListReading
from newsarchive.storage import Store, open_store
from newsarchive.storage.collections import LISTS, PAUSES, Pause
from newsarchive.storage.spool import Drained, Spool, SpoolEntry, drain_left_over, waiting
from newsarchive.storage.tasks import postponed, settled
from tests.storage.moody import MoodyStore
from tests.storage.records import NOON, article, event, everything, run, task, weixin, weixin_by_short_link

LATER = NOON + timedelta(hours=1)
LIST = "https://www.ithome.com/rss/"
PAUSE = Pause(host="ithome.com", since=NOON, until=LATER, why="http_429", times=1)


def read(number: int, **fields: Any) -> SpoolEntry:  # noqa: ANN401
    wanted = task(number)
    return SpoolEntry(
        article=article(number, **fields),
        done=settled(wanted, state="done", outcome="article", at=NOON, due_at=LATER),
        failed=postponed(wanted, outcome="failed", at=NOON, due_at=LATER),
    )


def document(collection: Any, key: str, record: Any) -> SpoolEntry:  # noqa: ANN401
    return SpoolEntry(document=(collection.name, key, collection.written(key, record)[0]))


ENTRIES = [
    read(1),
    read(2),
    SpoolEntry(article=weixin_by_short_link()),
    SpoolEntry(article=weixin()),
    SpoolEntry(article=everything()),
    SpoolEntry(event=event(site="ithome", identity="ithome:3")),
    SpoolEntry(task=task(3, state="gone", checked_at=NOON)),
    read(1, title="改过的标题", fetched_at=NOON + timedelta(days=2)),
    document(LISTS, LIST, ListReading(url=LIST, read_at=NOON)),
    document(PAUSES, "ithome.com", PAUSE),
    SpoolEntry(run=run()),
]


def left(raw: Path, entries: Sequence[SpoolEntry] = ENTRIES, site: str = "ithome") -> Path:
    """What a crawl that has ended left; its file."""
    spool = Spool.beside(raw, site)
    spool.append([entry.line() for entry in entries])
    spool.close()
    return spool.path


async def contents(store: Store) -> dict[str, Any]:
    articles = [one async for one in store.articles()]
    names = [f"ithome:{number}" for number in range(1, 10)]
    return {
        "articles": articles,
        "revisions": [await store.revisions(one.identity) for one in articles],
        "events": [one async for one in store.events()],
        "tasks": await store.tasks(names),
        "lists": await store.documents(LISTS),
        "pauses": await store.documents(PAUSES),
        "runs": await store.runs(),
    }


async def test_all_kinds_go_into_the_store_in_order_and_the_file_goes(store: Store, tmp_path: Path) -> None:
    path = left(tmp_path)
    drained = await drain_left_over(store, tmp_path)
    assert drained.kinds == {"article": 6, "event": 1, "task": 1, "document": 2, "run": 1}
    assert not path.exists()
    held = await contents(store)
    assert [one.title for one in held["articles"] if one.identity == "ithome:1"] == ["改过的标题"]
    assert everything() in held["articles"]
    assert len([one for one in held["articles"] if one.site == "weixin" and one.title == weixin().title]) == 1
    assert [revision.title for revision in await store.revisions("ithome:1")] == ["第 1 条消息"]
    states = {name: (held.state, held.outcome) for name, held in held["tasks"].items()}
    assert states == {
        "ithome:1": ("done", "article"),
        "ithome:2": ("done", "article"),
        "ithome:3": ("gone", None),
    }
    assert held["lists"][LIST].read_at == NOON
    assert held["pauses"] == {"ithome.com": PAUSE}
    assert held["runs"] == [run()]


async def test_what_is_drained_twice_is_there_once(store: Store, tmp_path: Path) -> None:
    path = left(tmp_path)
    shutil.copy(path, tmp_path / "copy")
    await drain_left_over(store, tmp_path)
    once = without_times(await contents(store))
    shutil.copy(tmp_path / "copy", path)
    await drain_left_over(store, tmp_path)
    assert without_times(await contents(store)) == once


def without_times(held: dict[str, Any]) -> dict[str, Any]:
    """Contents without when a revision was replaced, which is when the store learnt of it."""
    revisions = [[(one.title, one.body) for one in of_one] for of_one in held["revisions"]]
    return held | {"revisions": revisions}


@pytest.mark.parametrize(
    "call",
    ["save_articles", "save_events", "save_tasks", "put_document lists", "put_document pauses", "save_run"],
)
async def test_a_drain_that_is_cut_short_is_begun_anew(tmp_path: Path, call: str) -> None:
    path = left(tmp_path)
    store = MoodyStore(tmp_path / "news.sqlite")
    async with store:
        store.away = {call}
        with pytest.raises(StoreUnreachableError):
            await drain_left_over(store, tmp_path)
        assert path.exists()
        store.away = set()
        await drain_left_over(store, tmp_path)
        assert not path.exists()
        held = await contents(store)
    async with open_store(str(tmp_path / "other.sqlite")) as other:
        left(tmp_path)
        await drain_left_over(other, tmp_path)
        assert without_times(held) == without_times(await contents(other))


async def test_a_task_that_was_tried_again_since_stays(store: Store, tmp_path: Path) -> None:
    left(tmp_path, [read(1), SpoolEntry(task=task(2, outcome="timeout", checked_at=NOON))])
    newer = [task(number, state="done", outcome="unmodified", checked_at=LATER) for number in (1, 2)]
    await store.save_tasks(newer)
    await drain_left_over(store, tmp_path)
    assert list((await store.tasks(["ithome:1", "ithome:2"])).values()) == newer


async def test_a_last_line_that_was_cut_off_costs_itself_only_and_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = left(tmp_path, [read(1), read(2)])
    whole = path.read_bytes()
    second = whole.index(b"\n") + 1
    async with open_store(str(tmp_path / "news.sqlite")) as store:
        for cut in range(second, len(whole), 97):
            path.write_bytes(whole[:cut])
            drained = await drain_left_over(store, tmp_path)
            assert (drained.kinds, drained.damaged) == ({"article": 1}, [])
            assert not path.exists()
            assert ("over which its crawl was killed" in caplog.text) == (cut > second)
            caplog.clear()
        assert [one.identity async for one in store.articles()] == ["ithome:1"]


async def test_a_damaged_line_is_kept_and_named_and_all_others_are_drained(tmp_path: Path) -> None:
    path = left(tmp_path, [read(1), read(2), read(3)])
    lines = path.read_bytes().splitlines(keepends=True)
    for bad in (lines[1].replace("第".encode(), "弟".encode(), 1), b"\xff\n", b"\n"):
        path.write_bytes(lines[0] + bad + lines[2])
        async with open_store(str(tmp_path / "news.sqlite")) as store:
            drained = await drain_left_over(store, tmp_path)
            assert [one.identity async for one in store.articles()] == ["ithome:1", "ithome:3"]
        (told,) = drained.damaged
        aside = path.with_name(f"{path.name}.{len(lines[0])}.damaged")
        assert str(aside) in told
        assert aside.read_bytes() == bad
        assert not path.exists()


async def test_what_a_newer_newsarchive_wrote_is_left_to_it(store: Store, tmp_path: Path) -> None:
    path = left(tmp_path, [read(1)])
    line = path.read_bytes()
    path.write_bytes(line + line.replace(b"1 ", b"2 ", 1))
    held = path.read_bytes()
    with pytest.raises(StoreVersionError, match="update"):
        await drain_left_over(store, tmp_path)
    assert path.read_bytes() == held


async def test_what_a_living_crawl_holds_is_left_to_it(store: Store, tmp_path: Path) -> None:
    spool = Spool.beside(tmp_path, "ithome")
    spool.append([read(1).line()])
    assert await drain_left_over(store, tmp_path) == Drained()
    assert waiting(tmp_path) == {"ithome": {"article": 1}}
    spool.close()
    assert (await drain_left_over(store, tmp_path)).kinds == {"article": 1}
    assert waiting(tmp_path) == {}


async def test_a_crawl_drains_what_those_of_its_site_have_left(store: Store, tmp_path: Path) -> None:
    left(tmp_path, [SpoolEntry(article=weixin())], "weixin")
    left(tmp_path, [read(1)])
    await drain_left_over(store, tmp_path, "ithome")
    assert [one.identity async for one in store.articles()] == ["ithome:1"]
    assert waiting(tmp_path) == {"weixin": {"article": 1}}


def test_lines_are_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    spool = Spool.beside(tmp_path, "ithome")
    spool.append([read(1).line()])
    before = spool.path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(OutputError, match="No space left"):
            spool.append([read(2).line(), read(3).line()])
    assert spool.path.read_bytes() == before
    spool.close()


def test_what_no_store_takes_does_not_get_into_it() -> None:
    for entry in (SpoolEntry(article=article(1, title="\ud800")), SpoolEntry(event=event(notice="\ud800"))):
        with pytest.raises(RecordRefusedError, match="surrogate"):
            entry.line()


# The command.

Command = Callable[..., Any]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("NEWSARCHIVE_RAW", str(tmp_path / "raw"))
    monkeypatch.setenv("NEWSARCHIVE_STORE", str(tmp_path / "news.sqlite"))
    return lambda *words: CliRunner().invoke(app, words)


async def make_store(path: Path) -> None:
    async with open_store(str(path)):
        """Opening it has made it."""


def test_the_command_and_the_status_say_what_waits(command: Command, tmp_path: Path) -> None:
    left(tmp_path / "raw")
    away = command("status")
    assert away.exit_code != 0
    assert "ithome: 6 articles, 5 other records wait in the spool" in away.stderr
    asyncio.run(make_store(tmp_path / "news.sqlite"))
    assert "6 articles, 5 other records wait in the spool" in command("status").stdout
    assert "ithome: incomplete: 6 articles" in command("status", "--check").stdout
    assert '"article": 6' in command("status", "--json").stdout
    assert command("spool", "drain").stdout == "6 articles, 5 other records are in the store now\n"
    assert command("spool", "drain").stdout == "nothing waits in the spool\n"
    assert json.loads(command("status", "--json").stdout)["sites"]["ithome"]["spooled"] == {}


def test_a_drain_that_could_not_take_all_says_so(command: Command, tmp_path: Path) -> None:
    assert command("spool", "drain").exit_code == 0
    asyncio.run(make_store(tmp_path / "news.sqlite"))
    path = left(tmp_path / "raw", [read(1), read(2)])
    path.write_bytes(path.read_bytes().replace("第 2".encode(), "第 3".encode(), 1))
    ended = command("spool", "drain")
    assert "1 articles, 0 other records are in the store now" in ended.stdout
    assert isinstance(ended.exception, StoreVersionError)
    assert ".damaged" in str(ended.exception)
