"""Whole stores carried elsewhere: a dump holds all that a store holds, and a store made from it gives the same dump."""

from __future__ import annotations

import io
import json
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from newsarchive.errors import InputFileError, StoreVersionError, UnequalCopyError
from newsarchive.records.story_link import StoryLink
from newsarchive.storage import Store, open_store
from newsarchive.storage import collections as small_documents
from newsarchive.storage.collections import (
    LISTS,
    PAUSES,
    UNFINISHED_COPIES,
    DocumentCollection,
    Pause,
)
from newsarchive.storage.contents import DOCUMENTS, KINDS, TASKS, C, ContentKind
from newsarchive.storage.copies.dump import DumpFile, new_file, sums_of, write_dump
from newsarchive.storage.copies.transfer import fill
from newsarchive.storage.mongo.contents import DERIVED_COLLECTIONS
from newsarchive.storage.sqlite.contents import DERIVED_TABLES
from tests.storage.records import (
    NOON,
    article,
    body,
    event,
    everything,
    list_reading,
    pick,
    plain,
    run,
    task,
    weixin,
    weixin_by_short_link,
)

MANY = int(os.environ.get("NEWSARCHIVE_TEST_COPIES", "250"))
"""Articles that go from engine to engine; 20,000 is the number to try by hand."""
LONG = [f"第 {number} 句话说的是这一家公司在今年第三季度里新开的第 {number} 条产线。" for number in range(40)]


async def fill_with_everything(store: Store) -> None:
    """Records of every kind, merged, revised, tied and joined as a crawl and an editor do it."""
    await store.save_articles([article(number) for number in range(1, 30)])
    await store.save_articles([article(30, published_at=None), everything(), weixin_by_short_link()])
    await store.save_articles([weixin(), article(31, aliases=("https://m.ithome.com/html/2.htm",))])
    await store.save_articles([article(32, aliases=("https://m.ithome.com/html/2.htm",))])
    await store.save_articles([article(33, body=body(*LONG)), weixin(identity="weixin:MzI=:1:1", url="https://mp.weixin.qq.com/s?__biz=MzI=&mid=1&idx=1&sn=a", keys={"biz": "MzI=", "mid": "1", "idx": "1"}, body=body(*LONG, "转载。"))])  # fmt: skip
    for days in (2, 3):
        changed = [article(number, title=f"改了 {days} 次", fetched_at=NOON + timedelta(days=days)) for number in (1, 2)]  # fmt: skip
        await store.save_articles(changed)
    await store.put_story_links([StoryLink(identity="ithome:3", other="ithome:4", kind="joined", at=NOON)])
    await store.put_story_links([StoryLink(identity="ithome:5", other="ithome:6", kind="apart", at=NOON)])
    await store.save_events(
        [event(), event(kind="violation", observed_at=NOON + timedelta(microseconds=1500))]
    )
    await store.save_events([event(kind="moved", observed_at=NOON + timedelta(microseconds=1200))])
    await store.save_picks(
        [pick(1), pick(2, title="标题", note="\u2028 {“}"), pick(1, day=NOON.date() + timedelta(days=1))]
    )
    await store.save_run(
        run(1, counts={"page/fetched": 3}, started_at=NOON + timedelta(microseconds=123_456))
    )
    await store.save_run(run(2))
    await store.add_tasks(
        [task(1), task(40, carried="{}"), task(41, due_at=NOON + timedelta(microseconds=1))]
    )
    await store.put_document(LISTS, "https://a/", list_reading(etag='"x"'))
    await store.put_document(
        PAUSES, "36kr.com", Pause(host="36kr.com", since=NOON, until=NOON, why="http_429", times=2)
    )
    await store.put_document(
        plain("of_tomorrow"), "k", plain("of_tomorrow").record({"a.b": [1, 2.5, {"$c": None}]})
    )


async def dumped(store: Store) -> bytes:
    file = io.BytesIO()
    await write_dump(store, file)
    return file.getvalue()


async def dump_at(store: Store, path: Path) -> DumpFile:
    with new_file(path) as file:
        await write_dump(store, file)
    return DumpFile(path)


async def test_from_engine_to_engine_and_back_all_dumps_are_equal(
    store: Store, tmp_path: Path, mongo_uri: str
) -> None:
    await fill_with_everything(store)
    first = await dumped(store)
    kinds = {json.loads(line)["kind"] for line in first.splitlines()[1:-1]}
    assert kinds == {kind.name for kind in KINDS}
    other = f"{mongo_uri}_other" if "sqlite" in str(type(store)).lower() else str(tmp_path / "between.sqlite")
    async with open_store(other, "fill") as between:
        await fill(between, store, "the store")
        assert await dumped(between) == first
        async with open_store(str(tmp_path / "back.sqlite"), "fill") as back:
            await fill(back, between, "the other")
            assert await dumped(back) == first
            await goes_on(back)
    if other.startswith("mongodb"):
        client: MongoClient[dict[str, Any]] = MongoClient(other)
        with closing(client):
            client.drop_database(client.get_default_database().name)


async def goes_on(store: Store) -> None:
    """A store that was filled knows what the first one knew."""
    assert (await store.article("https://m.ithome.com/html/2.htm")).identity == "ithome:31"  # type: ignore[union-attr]
    reprint = article(99, url="https://www.ithome.com/0/000/099.htm", body=body(*LONG[:-2]))
    await store.save_articles([reprint])
    assert {it.kind for it in await store.story_links(["ithome:99"])} == {"near"}


async def fill_with_many(store: Store, number: int) -> None:
    """So many articles, every fourth with a task, a tenth revised, and all other kinds."""
    for start in range(0, number, 100):
        places = range(start, min(start + 100, number))
        await store.save_articles([article(1000 + at, body=body(*LONG[: at % 40], f"{at}")) for at in places])
        later = NOON + timedelta(days=3)
        revised = [article(1000 + at, title=f"改过的 {at}", fetched_at=later) for at in places if not at % 10]
        await store.save_articles(revised)
        await store.add_tasks([task(1000 + at) for at in places if not at % 4])
        await store.save_events(
            [event(observed_at=NOON + timedelta(seconds=at)) for at in places if not at % 50]
        )
        await store.put_document(LISTS, f"https://{start}/", list_reading(url=f"https://{start}/"))
    await fill_with_everything(store)


async def test_many_records_go_through_a_dump_and_another_engine_and_back(
    tmp_path: Path, mongo_uri: str
) -> None:
    async with open_store(str(tmp_path / "first.sqlite")) as first:
        await fill_with_many(first, MANY)
        dump = await dump_at(first, tmp_path / "first.jsonl")
    dump.check()
    whole = (tmp_path / "first.jsonl").read_bytes()
    async with open_store(str(tmp_path / "loaded.sqlite"), "fill") as loaded:
        await fill(loaded, dump, "the dump")
        async with open_store(mongo_uri, "fill") as between:
            await fill(between, loaded, "loaded.sqlite")
            assert await dumped(between) == whole
            async with open_store(str(tmp_path / "back.sqlite"), "fill") as back:
                await fill(back, between, "the database")
                assert await dumped(back) == whole


async def test_a_dump_is_loaded(store: Store, tmp_path: Path) -> None:
    await fill_with_everything(store)
    dump = await dump_at(store, tmp_path / "store.jsonl")
    dump.check()
    async with open_store(str(tmp_path / "loaded.sqlite"), "fill") as loaded:
        sums = await fill(loaded, dump, "store.jsonl")
        assert await dumped(loaded) == (tmp_path / "store.jsonl").read_bytes()
        assert sums["articles"].count == 35
        assert await loaded.get_document(UNFINISHED_COPIES, "") is None


def cut_in_a_line(data: bytes) -> bytes:
    return data[:-1000]


def cut_between_lines(data: bytes) -> bytes:
    return b"".join(data.splitlines(keepends=True)[:-3])


def flipped(data: bytes) -> bytes:
    return data.replace("第 7 条消息的正文".encode(), "第 8 条消息的正文".encode(), 1)


def garbled(data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    lines[8] = b'{"kind":"articles","record":{"article":{"site":"ithome"}}}\n'
    return b"".join(lines)


def swapped(data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    lines[3], lines[4] = lines[4], lines[3]
    return b"".join(lines)


def shorter_by_one(data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    del lines[5]
    return b"".join(lines)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (cut_in_a_line, r"line \d+: the file was cut"),
        (cut_between_lines, "was cut"),
        (flipped, r"line \d+: counts and hashes"),
        (garbled, "line 9: the record cannot be read"),
        (swapped, "line 5: the record stands out of its order"),
        (shorter_by_one, r"line \d+: counts and hashes"),
        (lambda data: data.replace(b'"version":1', b'"version":2', 1), "newer newsarchive"),
        (lambda data: data.replace(b'"kind":"runs"', b'"kind":"dreams"'), "line .*'dreams'.*update newsarchive"),
        (lambda data: data + b"{}\n", "after the last one"),
        (lambda _: b"", "line 1: this is no dump"),
        (lambda _: b"# Digest\n", "line 1: this is no dump"),
    ],
)  # fmt: skip
async def test_a_harmed_dump_is_refused_before_anything_is_made_of_it(
    tmp_path: Path, harm: Callable[[bytes], bytes], said: str
) -> None:
    async with open_store(str(tmp_path / "news.sqlite")) as store:
        await fill_with_everything(store)
        data = await dumped(store)
    path = tmp_path / "store.jsonl"
    path.write_bytes(harm(data))
    with pytest.raises((InputFileError, StoreVersionError), match=said):
        DumpFile(path).check()


class Dying(Exception):  # noqa: N818 - it stands for a death
    """What happens to the process in the middle of a copy."""


class Mortal:
    """A source that dies after some records."""

    def __init__(self, store: Store, records: int) -> None:
        self._store = store
        self._left = records

    async def contents(self, kind: ContentKind[C]) -> AsyncIterator[C]:
        async for record in self._store.contents(kind):
            self._left -= 1
            if self._left < 0:
                raise Dying
            yield record


async def test_a_copy_that_was_cut_short_is_no_store_until_it_is_ended(
    store_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsarchive.storage.copies.transfer._TOGETHER", 7)
    async with open_store(str(tmp_path / "from.sqlite")) as source:
        await fill_with_everything(source)
        for lived in (10, 40, 55):
            async with open_store(store_uri, "fill") as target:
                with pytest.raises(Dying):
                    await fill(target, Mortal(source, lived), "from.sqlite")
            for access in ("read", "write", "create", "export"):
                with pytest.raises(StoreVersionError, match=r"filled from from\.sqlite.*again"):
                    await open_store(store_uri, access).open()
            async with open_store(store_uri, "fill") as target:
                with pytest.raises(StoreVersionError, match=r"half filled from from\.sqlite"):
                    await fill(target, source, "other.sqlite")
        # The source has gone on meanwhile: what is new comes too, what is gone goes.
        await source.save_articles([article(2, title="Neu", published_at=NOON - timedelta(days=1))])
        await source.delete_document(PAUSES, "36kr.com")
        async with open_store(store_uri, "fill") as target:
            await fill(target, source, "from.sqlite")
        async with open_store(store_uri, "read") as target:
            assert await dumped(target) == await dumped(source)


async def test_a_store_that_holds_something_is_filled_only_where_that_is_said(
    store: Store, tmp_path: Path
) -> None:
    async with open_store(str(tmp_path / "from.sqlite")) as source:
        await fill_with_everything(source)
        await store.save_articles([article(1, title="Eigener"), article(500)])
        await store.put_document(LISTS, "https://b/", list_reading(url="https://b/"))
        with pytest.raises(StoreVersionError, match=r"holds articles already.*--over"):
            await fill(store, source, "from.sqlite")
        await fill(store, source, "from.sqlite", over=True)
        assert await store.article("ithome:1") == await source.article("ithome:1")
        assert await store.article("ithome:500") == article(500)
        assert {*await store.documents(LISTS)} == {"https://a/", "https://b/"}


class Lossy:
    """A target that loses a task."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._store, name)

    async def put_contents(self, kind: ContentKind[Any], records: list[Any]) -> None:
        await self._store.put_contents(kind, records[1:] if kind is TASKS else records)


@pytest.mark.parametrize("over", [False, True])
async def test_what_was_lost_on_the_way_is_noticed(tmp_path: Path, *, over: bool) -> None:
    async with open_store(str(tmp_path / "from.sqlite")) as source:
        await fill_with_everything(source)
        async with open_store(str(tmp_path / "to.sqlite"), "fill") as target:
            with pytest.raises(UnequalCopyError, match="task"):
                await fill(Lossy(target), source, "from.sqlite", over=over)  # type: ignore[arg-type]
    with pytest.raises(StoreVersionError, match="being filled"):
        await open_store(str(tmp_path / "to.sqlite"), "read").open()


async def test_every_table_is_carried_or_derived(tmp_path: Path) -> None:
    """Whoever adds a table says which: else a dump would leave it behind, and nobody would notice."""
    path = tmp_path / "news.sqlite"
    async with open_store(str(path)) as store:
        await fill_with_everything(store)
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        tables = {name for (name,) in rows}
    assert tables == {kind.name for kind in KINDS} | DERIVED_TABLES


async def test_every_collection_is_carried_or_derived(mongo_uri: str) -> None:
    async with open_store(mongo_uri) as store:
        await fill_with_everything(store)
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_uri)
    with closing(client):
        names = {*client.get_default_database().list_collection_names()}
    assert {name for name in names if not name.startswith("system.")} == {
        kind.name for kind in KINDS
    } | DERIVED_COLLECTIONS


async def test_every_collection_of_small_documents_is_carried(tmp_path: Path) -> None:
    registered = [it for it in vars(small_documents).values() if isinstance(it, DocumentCollection)]
    assert len(registered) > 10
    async with open_store(str(tmp_path / "news.sqlite"), "fill") as store:
        with closing(sqlite3.connect(tmp_path / "news.sqlite")) as connection:
            for one in registered:
                connection.execute("INSERT INTO documents VALUES (?, 'k', '{\"a\": 1}')", (one.name,))
            connection.commit()
        carried = {held.collection async for held in store.contents(DOCUMENTS)}
    assert carried == {one.name for one in registered} - {UNFINISHED_COPIES.name}


async def test_a_store_is_summed_up(store: Store, tmp_path: Path) -> None:
    await fill_with_everything(store)
    sums = await sums_of(store)
    assert {name: it.count for name, it in sums.items()} == {
        "articles": 35, "revisions": 5, "story_links": 3, "events": 3, "picks": 3, "runs": 2, "tasks": 3, "documents": 3,
    }  # fmt: skip
    dump = await dump_at(store, tmp_path / "store.jsonl")
    dump.check()
    assert {name: it.told() for name, it in (await sums_of(dump)).items()} == {
        name: it.told() for name, it in sums.items()
    }
    await store.save_articles([article(1, title="Noch einmal", fetched_at=NOON + timedelta(days=9))])
    assert (await sums_of(store))["articles"].sha256 != sums["articles"].sha256
