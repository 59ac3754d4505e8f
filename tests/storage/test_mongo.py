"""What is particular to MongoDB: what is sent, who writes first, sudden death, servers that do not answer."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo import DeleteOne, MongoClient, ReplaceOne, UpdateOne
from pymongo.errors import AutoReconnect, BulkWriteError, OperationFailure, ServerSelectionTimeoutError
from pymongo.results import BulkWriteResult

from docs.generate import DOCS
from newsarchive.errors import (
    BadValueError,
    StorePermissionError,
    StoreUnreachableError,
    StoreVersionError,
)
from newsarchive.storage import SaveOutcome, open_store
from newsarchive.storage.merging import storable
from newsarchive.storage.mongo import tasks as mongo_tasks
from newsarchive.storage.mongo import writes as mongo_writes
from newsarchive.storage.mongo.batch import Batch
from newsarchive.storage.mongo.store import MongoStore
from newsarchive.storage.schema import mongo_schema
from tests.mongo import free_port
from tests.storage.records import (
    LONG_URL,
    NOON,
    SHORT,
    SHORT_URL,
    article,
    body,
    task,
    weixin,
    weixin_by_short_link,
)
from tests.storage.writer import told_before_death

LATER = NOON + timedelta(days=2)


INDEX_TABLE = "| collection | `_id` is the hash of | further indexes | for |"


class DeadError(Exception):
    """Where a process would have died."""


@pytest.fixture
def database(mongo_uri: str) -> Iterator[Any]:
    """The store's database as another program sees it."""
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_uri, tz_aware=True)
    yield client.get_default_database()
    client.close()


def batch_of(*held: Any) -> Batch:  # noqa: ANN401
    batch = Batch()
    for one in held:
        batch.add(one, "read")
    batch.names = {name: one.identity for one in held for name in (one.identity, one.url)}
    return batch


def test_no_field_is_set_and_set_on_insert_in_one_update() -> None:
    batch = batch_of(article(1), weixin_by_short_link(body=body("旧的正文。")))
    for one in (article(1, title="改过", aliases=("ithome:x",), fetched_at=LATER), weixin(), article(2)):
        batch.save(*storable(one), NOON)
    articles, _ = batch.article_writes()
    updates = [*batch.revision_writes(), *articles, *batch.name_writes(set())]
    assert len(updates) > 8
    for update in updates:
        if isinstance(update, UpdateOne):
            document = update._doc
            assert isinstance(document, dict), "a pipeline"
            assert len(document) == 1, "several operators"
            assert set(document) <= {"$set", "$setOnInsert"}
        assert "_id" in update._filter


def test_a_held_article_is_only_replaced_as_it_was_read() -> None:
    batch = batch_of(article(1))
    batch.save(*storable(article(1, title="改过", fetched_at=LATER)), NOON)
    ((write,), hashes) = batch.article_writes()
    assert write._filter["hash"] == "read"
    assert set(hashes) == {"ithome:1"}
    assert batch.name_writes({"ithome:1"}) == []


def test_an_absorbed_record_is_only_removed_as_it_was_read() -> None:
    batch = batch_of(weixin_by_short_link())
    batch.save(*storable(weixin()), NOON)
    (delete,) = batch.absorbed_deletes(set())
    assert isinstance(delete, DeleteOne)
    assert delete._filter["hash"] == "read"
    assert batch.absorbed_deletes({weixin().identity}) == []


async def test_what_another_process_wrote_meanwhile_is_merged(
    mongo_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A feed's summary is decided on, then the full page arrives from elsewhere, then the summary is written."""
    read = MongoStore._read_batch

    async def read_then_overtaken(self: MongoStore, articles: Any) -> Batch:  # noqa: ANN401
        batch = await read(self, articles)
        monkeypatch.setattr(MongoStore, "_read_batch", read)
        async with open_store(mongo_uri) as other:
            await other.save_articles([article(1), article(2, title="别处改过", fetched_at=LATER)])
        return batch

    async with open_store(mongo_uri) as store:
        await store.save_articles([article(2)])
        monkeypatch.setattr(MongoStore, "_read_batch", read_then_overtaken)
        summary = article(1, body=[], digest="摘要", fetched_at=LATER)
        assert await store.save_articles([summary, article(2, digest="摘要"), article(3)]) == [
            SaveOutcome.UPDATED,
            SaveOutcome.UPDATED,
            SaveOutcome.NEW,
        ]
        held = [found async for found in store.articles()]
    assert [one.digest for one in held] == ["摘要", "摘要", None]
    assert [one.title for one in held] == ["第 1 条消息", "别处改过", "第 3 条消息"]
    assert held[0].body == article(1).body


async def test_several_crawls_write_the_same_articles(mongo_uri: str) -> None:
    async with open_store(mongo_uri) as one, open_store(mongo_uri) as two, open_store(mongo_uri) as three:
        batches = [[article(number) for number in range(start, start + 30)] for start in (0, 10, 20)]
        outcomes = await asyncio.gather(
            *(store.save_articles(batch) for store, batch in zip((one, two, three), batches, strict=True))
        )
        found = [held.identity async for held in one.articles()]
    assert len(found) == len(set(found)) == 50
    assert sum(outcome is SaveOutcome.NEW for batch in outcomes for outcome in batch) >= 50


async def test_an_article_whose_names_were_not_written_gets_them(mongo_uri: str, database: Any) -> None:  # noqa: ANN401
    async with open_store(mongo_uri) as store:
        await store.save_articles([article(1)])
        database.names.delete_many({})
        assert await store.known(["ithome:1"]) == set()
        assert await store.save_articles([article(1)]) == [SaveOutcome.UNCHANGED]
        assert await store.known(["ithome:1", article(1).url]) == {"ithome:1", article(1).url}


async def test_an_article_whose_text_was_not_taken_in_is_taken_in_by_the_next_save(
    mongo_uri: str,
    database: Any,  # noqa: ANN401
) -> None:
    """As a crawl sends it again, whose server died between the two."""
    long = article(1, body=body("".join(map(chr, range(0x4E00, 0x4E00 + 200)))))
    async with open_store(mongo_uri) as store:
        await store.save_articles([long])
        database.fingerprints.delete_many({})
        assert await store.save_articles([long]) == [SaveOutcome.UNCHANGED]
        assert database.fingerprints.count_documents({}) == 1
        token = await store.change_token()
        await store.save_articles([long])
        assert await store.change_token() == token


def test_tasks_are_written_by_key_and_with_one_operator() -> None:
    held = {"ithome:1": task(1), "ithome:2": task(2)}
    listed = [task(1, source="rss"), task(2), task(3)]
    fill, insert = mongo_tasks.additions(listed, held)
    assert isinstance(fill, ReplaceOne)
    assert set(fill._filter) == {"_id", "hash", "claim"}, (
        "a task that another process has changed or claimed is left alone"
    )
    assert isinstance(insert, UpdateOne)
    assert isinstance(insert._doc, dict)
    assert (set(insert._doc), "_id" in insert._doc["$setOnInsert"]) == ({"$setOnInsert"}, False)


async def test_a_task_of_two_names_that_a_dead_crawl_left_over_is_united_later(
    mongo_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*_: object) -> None:
        raise DeadError

    short = task(site="weixin", name=f"weixin:s:{SHORT}", url=SHORT_URL)
    async with open_store(mongo_uri) as store:
        await store.add_tasks([short])
        with monkeypatch.context() as patch:
            patch.setattr(MongoStore, "_unite_tasks", die)
            with pytest.raises(DeadError):
                await store.save_articles([weixin()])
        assert await store.save_articles([weixin()]) == [SaveOutcome.UNCHANGED]
        (due,) = await store.due_tasks("weixin", NOON, 10)
        held = (await store.tasks([due.name]))[due.name]
        assert held == short.model_copy(update={"name": weixin().identity})


@pytest.mark.parametrize("dies_before", ["names", "absorbed"])
async def test_an_interrupted_absorption_is_finished_by_the_next_save(
    mongo_uri: str, monkeypatch: pytest.MonkeyPatch, dies_before: str
) -> None:
    def die(*_: object) -> None:
        raise DeadError

    async with open_store(mongo_uri) as store:
        await store.save_articles([weixin_by_short_link()])
        with monkeypatch.context() as patch:
            patch.setattr(Batch, "name_writes" if dies_before == "names" else "absorbed_deletes", die)
            with pytest.raises(DeadError):
                await store.save_articles([weixin()])
        assert await store.article(SHORT_URL) is not None
        await store.save_articles([weixin()])
        assert [held.identity async for held in store.articles()] == [weixin().identity]
        for name in (SHORT_URL, LONG_URL, f"weixin:s:{SHORT}"):
            held = await store.article(name)
            assert held is not None
            assert (held.identity, held.digest) == (weixin().identity, "一句话的摘要")


async def test_a_killed_writer_loses_nothing_that_was_told(mongo_uri: str) -> None:
    sure = told_before_death(mongo_uri)
    async with open_store(mongo_uri) as store:
        names = {f"ithome:{number}" for number in range(sure)}
        assert await store.known(names) == names
        await store.save_articles([article(number) for number in range(sure + 30)])
        assert (await store.counts())["ithome"].articles["article"] >= sure + 30
        found = [held.identity async for held in store.articles()]
        assert len(found) == len(set(found))


async def test_times_are_times_for_other_programs(mongo_uri: str, database: Any) -> None:  # noqa: ANN401
    async with open_store(mongo_uri) as store:
        await store.save_articles([article(1)])
        await store.save_articles([article(1, title="改过", fetched_at=LATER)])
    held = database.articles.find_one({"identity": "ithome:1"})
    assert (held["published_at"], held["fetched_at"]) == (article(1).published_at, LATER)
    assert held["text_hash"] == article(1).text_hash


async def test_a_server_that_does_not_answer_is_named_without_the_password(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    uri = f"mongodb://editor:geheim@127.0.0.1:{free_port()}/news?serverSelectionTimeoutMS=50"
    with pytest.raises(StoreUnreachableError, match=r"127\.0\.0\.1.* does not answer") as refused:
        await open_store(uri).open()
    assert "geheim" not in str(refused.value) + caplog.text
    assert refused.value.__cause__ is None
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "uri",
    ["mongodb://", "mongodb://u:ge/heim@host/db", "mongodb://host:port/db", "mongodb://u:geheim@host/d$b"],
)
async def test_a_uri_that_cannot_be_read_is_not_repeated(uri: str) -> None:
    with pytest.raises(BadValueError) as refused:
        await open_store(uri).open()
    assert "heim" not in str(refused.value)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OperationFailure("failed to open connection to postgres", 1), StoreUnreachableError),
        (AutoReconnect("connection closed"), StoreUnreachableError),
        (ServerSelectionTimeoutError("no servers"), StoreUnreachableError),
        (BulkWriteError({"writeErrors": [{"code": 1, "errmsg": "down"}]}), StoreUnreachableError),
        (OperationFailure("Authentication failed.", 18), StorePermissionError),
        (OperationFailure("not authorized on news to execute command", 13), StorePermissionError),
    ],
)
def test_failures_become_errors_that_say_what_to_do(error: Exception, expected: type[Exception]) -> None:
    with pytest.raises(expected), MongoStore("mongodb://host/db")._errors():
        raise error


async def test_a_meeting_of_two_first_writers_is_tried_once_more(mongo_uri: str) -> None:
    """DocumentDB reports a duplicate key where two upserts of one key meet."""

    class Meeting:
        calls = 0

        async def bulk_write(self, _writes: object, *, ordered: bool) -> BulkWriteResult:
            assert not ordered
            self.calls += 1
            if self.calls == 1:
                raise BulkWriteError({"writeErrors": [{"code": 11000, "errmsg": "duplicate"}]})
            return BulkWriteResult({"upserted": [{"index": 0, "_id": "a"}]}, acknowledged=True)

    collection: Any = Meeting()
    assert await mongo_writes.write(collection, [DeleteOne({"_id": "a"})]) == {"a"}
    assert collection.calls == 2
    assert mongo_uri


async def test_a_newer_database_is_refused(mongo_uri: str, database: Any) -> None:  # noqa: ANN401
    async with open_store(mongo_uri):
        pass
    database.meta.update_one({"_id": "schema"}, {"$set": {"version": 99}})
    with pytest.raises(StoreVersionError, match="newer newsarchive"):
        await open_store(mongo_uri).open()


async def test_another_programs_articles_are_left_alone(mongo_uri: str, database: Any) -> None:  # noqa: ANN401
    database.articles.insert_one({"_id": 1, "title": "fremd"})
    with pytest.raises(StoreVersionError, match="another program"):
        await open_store(mongo_uri).open()
    assert database.articles.count_documents({}) == 1


async def test_a_database_whose_schema_lists_the_sites_takes_others(mongo_uri: str, database: Any) -> None:  # noqa: ANN401
    async with open_store(mongo_uri) as store:
        await store.save_articles([article(1)])
    before = mongo_schema()
    before["properties"]["site"] = {"enum": ["ithome"], "bsonType": "string"}
    database.command("collMod", "articles", validator={"$jsonSchema": before})
    database.meta.update_one({"_id": "schema"}, {"$set": {"version": 3}})
    async with open_store(mongo_uri) as store:
        assert await store.save_articles([article(2, site="another", identity="another:2")]) == [
            SaveOutcome.NEW
        ]
    (articles,) = database.list_collections(filter={"name": "articles"})
    assert articles["options"]["validator"] == {"$jsonSchema": mongo_schema()}


async def test_a_server_that_takes_no_schema_gets_a_warning(
    mongo_uri: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise OperationFailure("$jsonSchema keyword 'required' is not supported", 9)

    monkeypatch.setattr("pymongo.asynchronous.database.AsyncDatabase.create_collection", refuse)
    async with open_store(mongo_uri) as store:
        assert await store.save_articles([article(1)]) == [SaveOutcome.NEW]
    assert "will not check articles" in caplog.text


async def test_without_a_name_the_database_is_newsarchive(monkeypatch: pytest.MonkeyPatch) -> None:
    async def stop(self: MongoStore, database: Any) -> None:  # noqa: ANN401
        del self
        names.append(database.name)

    async def ping(*_: object) -> None:
        pass

    names: list[str] = []
    monkeypatch.setattr("newsarchive.storage.mongo.store.refuse_unfinished", ping)
    monkeypatch.setattr(MongoStore, "_migrate", stop)
    monkeypatch.setattr("pymongo.asynchronous.database.AsyncDatabase.command", ping)
    for uri in ("mongodb://host", "mongodb://host/?appName=x", "mongodb://a,b/news"):
        async with open_store(uri):
            pass
    assert names == ["newsarchive", "newsarchive", "news"]


async def test_the_documentation_names_every_index(mongo_uri: str, database: Any) -> None:  # noqa: ANN401
    async with open_store(mongo_uri):
        pass
    lines = (DOCS / "mongodb.md").read_text(encoding="utf-8").splitlines()
    told: dict[str, set[str]] = {}
    collection = ""
    for line in lines[lines.index(INDEX_TABLE) + 2 :]:
        if not line.startswith("|"):
            break
        name, _, indexes, _ = (cell.strip() for cell in line.strip("|").split("|"))
        collection = name.strip("`") or collection
        told.setdefault(collection, set()).update(re.findall(r"`([^`]+)`", indexes))
    there = {
        name: {
            ", ".join("-" * (way == -1) + field for field, way in index["key"].items())
            for index in database[name].list_indexes()
        }
        - {"_id"}
        for name in database.list_collection_names()
    }
    assert {name: found for name, found in there.items() if found} == {
        name: found for name, found in told.items() if found
    }
