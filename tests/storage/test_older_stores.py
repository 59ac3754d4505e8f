"""A store as the version before made it, in its own words: it opens, is migrated, and holds what it held."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pymongo import MongoClient

from newsarchive.errors import StoreUnwritableError, StoreVersionError
from newsarchive.items.body import Paragraph, Span
from newsarchive.records.lease import Holder
from newsarchive.search.query import Query
from newsarchive.storage import Access, SaveOutcome, Store, open_store
from newsarchive.storage.collections import PAUSES
from newsarchive.storage.mongo.migrations import STEPS
from newsarchive.storage.sqlite.migrations import MIGRATIONS, OTHER_FINGERPRINTS
from tests.storage.records import NOON, article, event, pick, run, task, weixin

FIRST = """
CREATE TABLE articles (
    identity TEXT PRIMARY KEY, site TEXT NOT NULL, kind TEXT NOT NULL, published_at TEXT NOT NULL,
    text_hash TEXT NOT NULL, document TEXT NOT NULL
);
CREATE INDEX articles_by_time ON articles (published_at, identity);
CREATE INDEX articles_by_site ON articles (site, kind, published_at);
CREATE INDEX articles_by_text ON articles (text_hash);
CREATE TABLE names (name TEXT PRIMARY KEY, identity TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX names_by_identity ON names (identity);
CREATE TABLE revisions (
    identity TEXT NOT NULL, words TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (identity, words)
);
CREATE TABLE events (
    key TEXT PRIMARY KEY, site TEXT NOT NULL, kind TEXT NOT NULL, identity TEXT, url TEXT NOT NULL,
    observed_at TEXT NOT NULL, document TEXT NOT NULL
);
CREATE INDEX events_by_time ON events (observed_at, key);
CREATE TABLE picks (
    day TEXT NOT NULL, url TEXT NOT NULL, position INTEGER NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (day, url)
);
CREATE TABLE runs (run_id TEXT PRIMARY KEY, site TEXT NOT NULL, started_at TEXT NOT NULL, document TEXT NOT NULL);
CREATE INDEX runs_by_time ON runs (started_at);
CREATE TABLE documents (
    collection TEXT NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (collection, key)
);
PRAGMA application_id = 1851880035;
"""
SECOND = """
CREATE TABLE tasks (
    name TEXT PRIMARY KEY, site TEXT NOT NULL, state TEXT NOT NULL, due_at TEXT NOT NULL,
    ranked_at TEXT NOT NULL, document TEXT NOT NULL
);
CREATE INDEX tasks_by_due ON tasks (site, state, due_at);
"""
THIRD = """
CREATE TABLE mark (word TEXT NOT NULL);
INSERT INTO mark (word) VALUES ('220acf1c7481eefb7c77fec8');
"""
SCHEMAS = (FIRST, SECOND, THIRD)
"""Of the versions 1, 2 and 3, each on the one before."""

URL = "https://www.ithome.com/0/000/001.htm"
NOTICE_URL = "https://mp.weixin.qq.com/s?__biz=MzA4MDY1NTU4Mw==&mid=2650001234&idx=1&sn=0f1e2d3c"
PICK_URL = "https://mp.weixin.qq.com/s/0000000000000000000001"
TEXT_HASH = "376ff25dc53db195e4001d99b6021f75"


def _paragraph(text: str) -> dict[str, Any]:
    span = {"text": text, "strong": False, "emphasis": False, "code": False, "link": None, "kind": "span"}
    return {"inlines": [span], "kind": "paragraph"}


BODY = [_paragraph("这是第 1 条消息的正文。"), _paragraph("另有一段。")]
ARTICLE: dict[str, Any] = {
    "schema_version": 1, "site": "ithome", "identity": "ithome:1", "kind": "article", "url": URL, "keys": {},
    "aliases": [], "title": "改过的标题",
    "attribution": {
        "account": None, "account_id": None, "account_alias": None, "author": None, "editor": None, "source": None,
        "copyright": None, "original_account": None, "original_account_alias": None, "original_author": None,
        "original_url": None, "original_keys": {},
    },
    "published_at": "2025-12-06T04:01:00Z", "published_text": None, "published_precision": "second",
    "fetched_at": "2025-12-09T04:00:00Z", "digest": None, "cover": None, "source_url": None, "tags": [], "sections": [],
    "promotion": False, "paid": False, "body": BODY, "extra": {}, "parser": "ithome/1", "raw": None,
}  # fmt: skip
REVISION = {
    "identity": "ithome:1", "title": "第 1 条消息", "body": BODY, "fetched_at": "2025-12-07T04:00:00Z",
    "replaced_at": "2025-12-09T04:00:00Z",
}  # fmt: skip
EVENT = {
    "site": "weixin", "identity": "weixin:MzA4MDY1NTU4Mw==:2650001234:1", "url": NOTICE_URL, "kind": "deleted",
    "notice": "该内容已被发布者删除", "status": 200, "observed_at": "2025-12-06T04:00:00Z", "raw": None,
}  # fmt: skip
PICK = {
    "day": "2025-12-06", "position": 1, "url": PICK_URL, "text": "第 1 条", "identity": None, "state": "picked",
    "draft": False, "note": "", "style": "line", "title": "", "words": "", "body": "",
}  # fmt: skip
RUN: dict[str, Any] = {
    "run_id": "run-1", "site": "36kr", "arguments": {}, "started_at": "2025-12-06T05:00:00Z",
    "heartbeat_at": "2025-12-06T05:00:00Z", "finished_at": None, "reason": None, "counts": {}, "metrics": {},
    "warnings": [], "notes": [],
}  # fmt: skip
TASK = {
    "site": "ithome", "name": "ithome:1", "url": URL, "state": "wanted", "found_at": "2025-12-06T04:00:00Z",
    "published_at": None, "due_at": "2025-12-06T04:00:00Z", "tries": 0, "outcome": None, "checked_at": None, "etag": None,
    "last_modified": None, "source": None,
}  # fmt: skip
INDEXES = (
    ("articles", ("published_at", "identity")),
    ("articles", ("site", "published_at", "identity")),
    ("articles", ("text_hash",)),
    ("revisions", ("identity",)),
    ("events", ("observed_at",)),
    ("picks", ("day", "position")),
    ("runs", ("started_at",)),
    ("documents", ("collection", "key")),
    ("tasks", ("site", "state", "due_ms")),
)
"""Of a MongoDB database of version 3."""
PAUSE = {"until": "2025-11-13T04:00:00+00:00", "times": 1}


def older_file(path: Path, version: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for number, schema in enumerate(SCHEMAS[:version], start=1):
            connection.executescript(f"{schema}PRAGMA user_version = {number};")

        def insert(table: str, *values: object) -> None:
            row = [
                json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
                for value in values
            ]
            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 - the test's own names

        time, noon = "2025-12-06T04:01:00.000000+00:00", "2025-12-06T04:00:00.000"
        insert("articles", "ithome:1", "ithome", "article", time, TEXT_HASH, ARTICLE)
        insert("names", "ithome:1", "ithome:1")
        insert("names", URL, "ithome:1")
        insert("revisions", "ithome:1", "01632711e1f6c0fd85b17b2ed75fbe18", REVISION)
        key, identity = "c19689383dfe09c0aef705648e1c995f", EVENT["identity"]
        insert("events", key, "weixin", "deleted", identity, NOTICE_URL, f"{noon}000+00:00", EVENT)
        insert("picks", "2025-12-06", PICK_URL, 1, PICK)
        insert("runs", "run-1", "36kr", "2025-12-06T05:00:00.000000+00:00", RUN)
        insert("documents", "pauses", "36kr.com", PAUSE)
        if version > 1:
            insert("tasks", "ithome:1", "ithome", "wanted", f"{noon}+00:00", f"{noon}+00:00", TASK)
        connection.commit()


def key_of(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


def older_database(uri: str) -> None:
    def dated(record: dict[str, Any]) -> dict[str, Any]:
        return {
            name: datetime.fromisoformat(value) if value and name.endswith("_at") else value
            for name, value in record.items()
        }

    client: MongoClient[dict[str, Any]] = MongoClient(uri)
    with closing(client):
        database = client.get_default_database()
        database.meta.insert_many([{"_id": "schema", "version": 3}, {"_id": "mark", "word": "6b2efc84"}])
        for collection, fields in INDEXES:
            database[collection].create_index([(field, 1) for field in fields])
        hashes = {"text_hash": TEXT_HASH, "hash": "23c2d18a265aea6346885122019adfe7"}
        key = key_of("ithome:1")
        database.articles.insert_one({"_id": key, **dated(ARTICLE), **hashes})
        for name in ("ithome:1", URL):
            database.names.insert_one({"_id": key_of(name), "identity": "ithome:1", "name": name})
        database.revisions.insert_one({"_id": "4546493e60f6e5b8224a7aa7addc457a", **dated(REVISION)})
        database.events.insert_one({"_id": "c19689383dfe09c0aef705648e1c995f", **dated(EVENT)})
        database.picks.insert_one({"_id": key_of("2025-12-06", PICK_URL), **PICK})
        database.runs.insert_one({"_id": key_of("run-1"), **dated(RUN)})
        held = {"collection": "pauses", "key": "36kr.com", "document": PAUSE}
        database.documents.insert_one({"_id": key_of("pauses", "36kr.com"), **held})
        due = {"due_ms": 1764993600000, "rank_ms": 1764993600000, "hash": "317c70ee6314731cfb759c6635a58427"}
        database.tasks.insert_one({"_id": key, **dated(TASK), **due})


HELD = article(1, title="改过的标题", fetched_at=NOON + timedelta(days=3))


async def hold_what_they_held(store: Store) -> None:
    assert [one async for one in store.articles()] == [HELD]
    assert await store.article(URL) == HELD
    assert await store.with_text(TEXT_HASH) == ["ithome:1"]
    (revision,) = await store.revisions("ithome:1")
    assert (revision.title, revision.body) == ("第 1 条消息", article(1).body)
    assert await store.changed() == await store.changed(NOON + timedelta(days=3)) == ["ithome:1"]
    assert await store.changed(until=NOON + timedelta(days=3)) == []
    assert [one async for one in store.events()] == [event()]
    assert await store.picks(NOON.date(), NOON.date()) == [pick(1)]
    assert await store.runs() == [run()]
    assert [pause.times for pause in (await store.documents(PAUSES)).values()] == [1]
    assert await store.unsearched() == 1
    assert [one async for one in store.found(Query.of("改过 标题"))] == [HELD]


@pytest.mark.parametrize("access", ["read", "export", "write", "create"])
async def test_a_database_of_the_version_before(mongo_uri: str, access: Access) -> None:
    older_database(mongo_uri)
    async with open_store(mongo_uri, access) as store:
        await hold_what_they_held(store)
        assert list((await store.tasks(["ithome:1"])).values()) == [task(1)]
        assert [one.name for one in await store.due_tasks("ithome", NOON, 10)] == ["ithome:1"]
    await goes_on(mongo_uri)
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_uri)
    with closing(client):
        held = client.get_default_database().meta.find_one({"_id": "schema"})
    assert held is not None
    assert held["version"] == len(STEPS)


@pytest.mark.parametrize("access", ["read", "export", "write", "create"])
@pytest.mark.parametrize("version", [1, 2, 3])
async def test_a_file_of_a_version_before(tmp_path: Path, version: int, access: Access) -> None:
    path = tmp_path / "news.sqlite"
    older_file(path, version)
    async with open_store(str(path), access) as store:
        await hold_what_they_held(store)
        held = [task(1)] if version > 1 else []
        assert list((await store.tasks(["ithome:1"])).values()) == held
        due = await store.due_tasks("ithome", NOON, 10)
        assert [one.name for one in due] == [one.name for one in held]
    await goes_on(str(path))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


async def test_what_an_index_had_taken_in_is_found(tmp_path: Path) -> None:
    path = tmp_path / "news.sqlite"
    older_file(path, 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for version, statements in enumerate(MIGRATIONS[1:9], start=2):
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version}")
        number = NOON.toordinal() << 20 | 1
        connection.execute("INSERT INTO search_numbers VALUES ('ithome:1', ?)", (number,))
        words = "改 改过 过 过的 的 的标 标 标题 题"
        connection.execute("INSERT INTO search (rowid, words) VALUES (?, ?)", (number, words))
        connection.execute("DELETE FROM search_noted")
    async with open_store(str(path)) as store:
        assert await store.unsearched() == 0
        assert [one async for one in store.found(Query.of("改过的标题"))] == [HELD]
        assert [one async for one in store.found(Query.of("改过标题"))] == []


LONG = article(1, body=[Paragraph([Span("".join(map(chr, range(0x4E00, 0x4E00 + 200))))])])


async def finds_stories_again(uri: str, caplog: pytest.LogCaptureFixture) -> None:
    reprint = weixin(body=LONG.body)
    async with open_store(uri) as store:
        assert "run `newsarchive story index` once" in caplog.text
        await store.save_articles([reprint])
        assert await store.story_links([reprint.identity]) == []
        assert await store.link_stories([one async for one in store.articles()]) == 1
        (link,) = await store.story_links([reprint.identity])
        assert (link.kind, {link.identity, link.other}) == ("near", {LONG.identity, reprint.identity})
    caplog.clear()
    async with open_store(uri):
        assert not caplog.text, "once is enough"


async def test_a_file_with_the_fingerprints_of_before(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "news.sqlite"
    async with open_store(str(path)) as store:
        await store.save_articles([LONG])
    assert not caplog.text, "a new store has nothing to take in"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE bands SET hash = ~hash")
        connection.execute(f"PRAGMA user_version = {MIGRATIONS.index(OTHER_FINGERPRINTS)}")
        connection.commit()
    await finds_stories_again(str(path), caplog)


async def test_a_database_with_the_fingerprints_of_before(
    mongo_uri: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_store(mongo_uri) as store:
        await store.save_articles([LONG])
    assert "story index" not in caplog.text
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_uri)
    with closing(client):
        database = client.get_default_database()
        database.fingerprints.update_many({}, {"$set": {"bands": [1, 2]}})
        database.meta.update_one({"_id": "schema"}, {"$set": {"version": 9}})
    await finds_stories_again(mongo_uri, caplog)


async def goes_on(uri: str) -> None:
    """What is written into it meets what it held."""
    async with open_store(uri) as store:
        before = await store.change_token()
        assert await store.save_articles([HELD]) == [SaveOutcome.UNCHANGED]
        assert await store.change_token() == before
        assert await store.save_articles([article(1, fetched_at=NOON + timedelta(days=4))]) == [
            SaveOutcome.UPDATED
        ]
        assert await store.change_token() != before
        assert len(await store.revisions("ithome:1")) == 2
        await store.save_events([event()])
        await store.save_picks([pick(1)])
        await store.save_run(run())
        await store.add_tasks([task(1)])
        assert (await store.claim_lease("site ithome", Holder(run_id="run-1"), 60.0)).held
        assert list(await store.claim_tasks(["ithome:1"], "run-1")) == ["ithome:1"]
        assert [one async for one in store.events()] == [event()]
        assert await store.picks(NOON.date(), NOON.date()) == [pick(1)]
        assert await store.runs() == [run()]
        assert await store.task_counts() == {"ithome": {"wanted": 1}}
        await store.save_articles([article(2), weixin()])
        for left in (1, 0):
            found = [one.identity async for one in store.found(Query.of("正文"))]
            assert found == ["ithome:2", weixin().identity, "ithome:1"]
            while not left and await store.index_texts():
                pass
            assert (await store.unsearched() > 0) == bool(left)


def copies(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}.schema-*"), key=lambda it: it.name.rpartition(".")[2])


async def test_a_file_is_copied_before_it_is_brought_up_to_date(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "news.sqlite"
    older_file(path, 2)
    await open_and_close(path)
    (kept,) = copies(path)
    assert f"schema 2 to {len(MIGRATIONS)}" in caplog.text
    assert kept.name in caplog.text
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert connection.execute("SELECT identity FROM articles").fetchall() == [("ithome:1",)]
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    await open_and_close(path)
    assert copies(path) == [kept], "a store that is up to date needs none"


async def open_and_close(path: Path) -> None:
    async with open_store(str(path)):
        pass


async def test_few_copies_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "news.sqlite"
    for year in (2021, 2022, 2023):
        (tmp_path / f"news.sqlite.schema-1.{year}0101T000000Z").write_bytes(b"")
    (tmp_path / "news.sqlite.schema-x").write_bytes(b"")
    (tmp_path / "news.sqlite.schema-2.20210101T000000Z.part").write_bytes(b"of one that was killed")
    older_file(path, 2)
    await open_and_close(path)
    earlier, kept, foreign = (it.name.partition(".schema-")[2] for it in copies(path))
    assert (earlier[:6], kept[:2], foreign) == ("1.2023", "2.", "x")


async def test_an_older_program_is_told_the_way_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "news.sqlite"
    older_file(path, 2)
    await open_and_close(path)
    (kept,) = copies(path)
    monkeypatch.setattr("newsarchive.storage.sqlite.connection.MIGRATIONS", MIGRATIONS[:2])
    for access in ("read", "write", "create"):
        with pytest.raises(StoreVersionError) as told:
            await open_store(str(path), access).open()
        assert str(kept) in str(told.value)
        assert f"(schema {len(MIGRATIONS)}, this one knows up to 2)" in str(told.value)
    async with open_store(str(kept), "read") as store:
        assert await store.runs() == [run()]


async def test_without_room_for_a_copy_nothing_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "news.sqlite"
    older_file(path, 2)
    monkeypatch.setattr(
        "newsarchive.storage.sqlite.older_copies.shutil.disk_usage", lambda _: SimpleNamespace(free=1000)
    )
    with pytest.raises(StoreUnwritableError, match="no room for a copy"):
        await open_and_close(path)
    monkeypatch.undo()
    assert copies(path) == []
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
    await open_and_close(path)
