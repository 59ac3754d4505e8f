"""What every engine promises; the same tests run over SQLite and over a MongoDB socket."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from newsarchive import storage
from newsarchive.errors import NoStoreError, RecordRefusedError, StoreVersionError
from newsarchive.items.article import Article, Attribution, RawReference
from newsarchive.items.body import Aside
from newsarchive.records.run import NotRead
from newsarchive.storage import SaveOutcome, Store, open_store
from newsarchive.storage.collections import LISTS
from tests.storage.records import (
    LONG_URL,
    NOON,
    SHORT,
    SHORT_URL,
    Plain,
    article,
    body,
    event,
    everything,
    list_reading,
    nested,
    pick,
    plain,
    run,
    task,
    weixin,
    weixin_by_short_link,
)

LATER = NOON + timedelta(days=2)


async def save(store: Store, *articles: Article) -> list[SaveOutcome]:
    return await store.save_articles(articles)


def without_validator(database: Any) -> None:  # noqa: ANN401
    """Let articles be written that are none; some servers have no validators."""
    with suppress(OperationFailure):
        database.command("collMod", "articles", validator={})


def rewrite(store_uri: str, old: str, new: str) -> None:
    """Let every text of a store have another word, as another program might have written it."""
    if not store_uri.startswith("mongodb"):
        with closing(sqlite3.connect(store_uri.removeprefix("sqlite:///"))) as connection:
            for table, columns in (
                ("articles", ("identity", "site", "document")),
                ("events", ("site", "document")),
                ("tasks", ("site", "document")),
            ):
                for column in columns:
                    connection.execute(f"UPDATE {table} SET {column} = replace({column}, ?, ?)", (old, new))  # noqa: S608
            connection.commit()
        return
    with MongoClient[dict[str, Any]](store_uri) as client:
        database = client.get_default_database()
        without_validator(database)
        for name in ("articles", "events", "tasks"):
            for document in database[name].find():
                changed = {
                    key: value.replace(old, new) if isinstance(value, str) and key != "_id" else value
                    for key, value in document.items()
                }
                database[name].replace_one({"_id": document["_id"]}, changed)


def damage(store_uri: str) -> None:
    """Let the article's body and the small document be rotten."""
    if not store_uri.startswith("mongodb"):
        with closing(sqlite3.connect(store_uri.removeprefix("sqlite:///"))) as connection:
            connection.execute("UPDATE articles SET document = substr(document, 1, 100)")
            connection.execute("UPDATE documents SET document = '[1'")
            connection.commit()
        return
    with MongoClient[dict[str, Any]](store_uri) as client:
        database = client.get_default_database()
        without_validator(database)
        database.articles.update_many({}, {"$set": {"body": 5}})
        database.documents.update_many({}, {"$set": {"document": 5}})


async def all_of(store: Store, **filters: object) -> list[str]:
    return [found.identity async for found in store.articles(**filters)]  # type: ignore[arg-type]


async def test_an_article_comes_back_as_it_was_saved(store: Store) -> None:
    given = everything()
    assert await save(store, given) == [SaveOutcome.NEW]
    assert await store.article(given.identity) == given


async def test_saving_again_changes_nothing(store: Store) -> None:
    first = [article(1), article(2), weixin()]
    assert await save(store, *first) == [SaveOutcome.NEW] * 3
    again = [one.model_copy(update={"fetched_at": LATER}) for one in first]
    assert await save(store, *again) == [SaveOutcome.UNCHANGED] * 3
    assert [found async for found in store.articles()] == sorted(
        first, key=lambda one: (one.published_at, one.identity)
    )
    assert await store.revisions("ithome:1") == []


async def test_a_batch_may_hold_the_same_article_twice(store: Store) -> None:
    corrected = article(1, title="改过的标题", fetched_at=LATER)
    assert await save(store, article(1), corrected, corrected) == [
        SaveOutcome.NEW,
        SaveOutcome.UPDATED,
        SaveOutcome.UNCHANGED,
    ]
    assert [revision.title for revision in await store.revisions("ithome:1")] == ["第 1 条消息"]


async def test_an_empty_batch_is_fine(store: Store) -> None:
    assert await save(store) == []
    await store.save_events([])
    await store.save_picks([])


async def test_a_changed_text_keeps_the_earlier_one(store: Store) -> None:
    await save(store, article(1))
    changed = article(1, body=body("改写后的正文。"), fetched_at=LATER)
    assert await save(store, changed) == [SaveOutcome.UPDATED]
    assert await store.article("ithome:1") == changed
    (revision,) = await store.revisions("https://www.ithome.com/0/000/001.htm")
    assert revision.body == article(1).body
    assert revision.identity == "ithome:1"
    assert (revision.fetched_at, revision.replaced_at) == (article(1).fetched_at, LATER)


async def test_another_digest_is_an_update_without_a_revision(store: Store) -> None:
    await save(store, article(1))
    assert await save(store, article(1, digest="新的摘要", fetched_at=LATER)) == [SaveOutcome.UPDATED]
    assert await store.revisions("ithome:1") == []


async def test_a_feed_summary_never_replaces_the_full_page(store: Store) -> None:
    full = everything()
    await save(store, full)
    summary = article(
        7, title="截断的标题…", body=[], attribution=Attribution(), fetched_at=LATER, parser="feed/1"
    )
    assert await save(store, summary) == [SaveOutcome.UNCHANGED]
    assert await store.article("ithome:7") == full


async def test_the_full_page_completes_a_feed_summary(store: Store) -> None:
    await save(store, article(1, body=[], digest="只有列表里有的摘要", fetched_at=NOON))
    assert await save(store, article(1)) == [SaveOutcome.UPDATED]
    held = await store.article("ithome:1")
    assert held is not None
    assert held.body == article(1).body
    assert held.digest == "只有列表里有的摘要"
    assert held.fetched_at == article(1).fetched_at
    assert await store.revisions("ithome:1") == []


async def test_an_older_page_that_comes_late_is_kept_as_a_revision(store: Store) -> None:
    standing = article(1, body=body("今天的正文。"), fetched_at=LATER)
    await save(store, standing)
    for _ in range(2):
        assert await save(store, article(1)) == [SaveOutcome.UNCHANGED]
        assert await store.article("ithome:1") == standing
        assert [revision.body for revision in await store.revisions("ithome:1")] == [article(1).body]


async def test_words_that_come_back_and_go_again_are_kept_each_time(store: Store) -> None:
    for number, title in enumerate(("甲", "乙", "甲", "乙", "乙")):
        await save(store, article(1, title=title, fetched_at=NOON + timedelta(days=number)))
    assert [revision.title for revision in await store.revisions("ithome:1")] == ["甲", "乙", "甲"]


async def test_what_changed_is_found_by_time(store: Store) -> None:
    for day, number in enumerate((1, 2, 1, 3, 2, 1)):
        await save(store, article(number, title=f"第 {day} 版", fetched_at=NOON + timedelta(days=day)))
    assert await store.changed() == ["ithome:1", "ithome:2"]
    assert await store.changed(NOON + timedelta(days=3)) == ["ithome:2", "ithome:1"]
    assert await store.changed(NOON + timedelta(days=5)) == ["ithome:1"]
    assert await store.changed(until=NOON + timedelta(days=4)) == ["ithome:1"]
    assert await store.changed(NOON + timedelta(days=6)) == []


async def test_what_tells_a_reader_nothing_is_no_revision(store: Store) -> None:
    await save(store, article(1, body=[*body("一句话。", "阅读 100"), Aside("advertisement", body("特价"))]))
    changed = article(1, title=" 第 1 条消息", body=body("一句", "话。", "阅读 9000"), fetched_at=LATER)
    assert await save(store, changed) == [SaveOutcome.UPDATED]
    assert await store.revisions("ithome:1") == []


async def test_a_better_reading_of_the_same_page_is_no_revision(store: Store) -> None:
    raw = RawReference(file="a.warc.gz", offset=0, sha256="1" * 64)
    await save(store, article(1, raw=raw, body=body("漏了一段。")))
    assert await save(store, article(1, raw=raw, parser="ithome/2")) == [SaveOutcome.UPDATED]
    held = await store.article("ithome:1")
    assert held is not None
    assert held.parser == "ithome/2"
    assert await store.revisions("ithome:1") == []


async def test_every_name_leads_to_the_article(store: Store) -> None:
    await save(store, article(1, aliases=("https://m.ithome.com/html/1.htm", "ithome:old-1")))
    names = [
        "ithome:1",
        "https://www.ithome.com/0/000/001.htm",
        "https://m.ithome.com/html/1.htm",
        "ithome:old-1",
    ]
    for name in names:
        held = await store.article(name)
        assert held is not None
        assert held.identity == "ithome:1"
    assert await store.known([*names, "ithome:2", ""]) == set(names)
    assert await store.known([]) == set()
    assert await store.article("ithome:2") is None


async def test_new_aliases_are_added_to_an_unchanged_article(store: Store) -> None:
    await save(store, article(1, aliases=("ithome:b",), keys={"id": "1"}))
    again = article(1, aliases=("ithome:a",), keys={"sn": "2"}, fetched_at=LATER)
    assert await save(store, again) == [SaveOutcome.UNCHANGED]
    held = await store.article("ithome:a")
    assert held is not None
    assert held.aliases == ("ithome:a", "ithome:b")
    assert held.keys == {"id": "1", "sn": "2"}
    assert held.fetched_at == article(1).fetched_at


async def test_a_short_link_is_absorbed_by_its_article(store: Store) -> None:
    await save(store, weixin_by_short_link())
    assert await save(store, weixin()) == [SaveOutcome.UPDATED]
    assert await all_of(store) == [weixin().identity]
    for name in (f"weixin:s:{SHORT}", SHORT_URL, LONG_URL, weixin().identity):
        held = await store.article(name)
        assert held is not None
        assert (held.identity, held.url) == (weixin().identity, LONG_URL)
        assert held.digest == "一句话的摘要"
        assert held.aliases == (SHORT_URL, f"weixin:s:{SHORT}")


async def test_revisions_and_picks_of_a_short_link_follow_it(store: Store) -> None:
    first = weixin_by_short_link(body=body("最初的正文。"))
    await save(store, first)
    await save(store, weixin_by_short_link(body=body("第二稿。"), fetched_at=LATER))
    await store.save_picks([pick(identity=f"weixin:s:{SHORT}", url=SHORT_URL)])
    final = weixin(fetched_at=LATER + timedelta(days=1))
    await save(store, final)
    for name in (final.identity, f"weixin:s:{SHORT}"):
        revisions = await store.revisions(name)
        assert [revision.body for revision in revisions] == [first.body, body("第二稿。")]
        assert {revision.identity for revision in revisions} == {final.identity}
    (held,) = await store.picks(NOON.date(), NOON.date())
    assert held.identity is not None
    assert await store.article(held.identity) == await store.article(final.identity)


async def test_a_short_link_that_comes_after_its_article_joins_it(store: Store) -> None:
    await save(store, weixin())
    assert await save(store, weixin_by_short_link(digest=None)) == [SaveOutcome.UNCHANGED]
    assert await all_of(store) == [weixin().identity]
    assert await store.known([SHORT_URL]) == {SHORT_URL}


async def test_a_short_link_is_found_by_a_url_alone(store: Store) -> None:
    await save(store, weixin_by_short_link())
    await save(store, weixin(keys={"mid": "2650001234"}, aliases=(SHORT_URL,)))
    assert await all_of(store) == [weixin().identity]


async def test_two_articles_stay_two_though_one_goes_by_the_others_names(store: Store) -> None:
    """As after a redirect from one to the other: nothing of either is lost, and each is found by its own names."""
    both = [article(1), article(2)]
    await save(store, article(1, aliases=("ithome:2", article(2).url)))
    await save(store, article(2))
    await save(store, article(2, aliases=("ithome:1", article(1).url), fetched_at=LATER))
    assert await all_of(store) == ["ithome:1", "ithome:2"]
    for one in both:
        for name in (one.identity, one.url):
            held = await store.article(name)
            assert held is not None
            assert (held.identity, held.title, held.body) == (one.identity, one.title, one.body)
        assert await store.revisions(one.identity) == []


async def test_two_articles_stay_two_though_they_share_a_url(store: Store) -> None:
    shared = "https://example.com/shared"
    await save(store, article(1, aliases=(shared,)), article(2, aliases=(shared, article(1).url)))
    assert await all_of(store) == ["ithome:1", "ithome:2"]
    for name in (shared, article(1).url):
        held = await store.article(name)
        assert held is not None
        assert held.identity == "ithome:1"
    assert await save(store, article(2, aliases=(shared, article(1).url))) == [SaveOutcome.UNCHANGED]


async def test_a_canonical_url_is_stronger_than_an_alias(store: Store) -> None:
    await save(store, article(1, aliases=(article(2).url,)), article(2))
    held = await store.article(article(2).url)
    assert held is not None
    assert held.identity == "ithome:2"


async def test_articles_come_by_time_then_identity_and_undated_last(store: Store) -> None:
    await save(
        store,
        article(5, published_at=None),
        article(4, published_at=None),
        article(3, published_at=NOON),
        article(2, published_at=NOON),
        weixin(published_at=NOON - timedelta(days=1)),
    )
    day = timedelta(days=1)
    assert await all_of(store) == [weixin().identity, "ithome:2", "ithome:3", "ithome:4", "ithome:5"]
    assert await all_of(store, site="weixin") == [weixin().identity]
    assert await all_of(store, since=NOON) == ["ithome:2", "ithome:3"]
    assert await all_of(store, until=NOON) == [weixin().identity]
    assert await all_of(store, since=NOON - day, until=NOON + day, site="ithome") == ["ithome:2", "ithome:3"]
    assert await all_of(store, since=NOON + day) == []


async def test_many_articles_come_complete(store: Store) -> None:
    await save(store, *(article(number, published_at=NOON if number % 2 else None) for number in range(450)))
    found = await all_of(store)
    assert len(found) == len(set(found)) == 450


async def test_articles_can_be_saved_while_they_are_read(store: Store) -> None:
    await save(store, *(article(number) for number in range(3)))
    async for held in store.articles():
        await save(store, held.model_copy(update={"digest": "补上"}))
    assert [held.digest async for held in store.articles()] == ["补上"] * 3


async def test_reprints_are_found_by_their_text(store: Store) -> None:
    original = weixin(published_at=NOON - timedelta(hours=1))
    reprint = article(1, body=body("公众号文章的正文.", "第二段。"))
    other = article(2, body=[])
    await save(store, reprint, other, original)
    assert await store.with_text(original.text_hash) == [original.identity, "ithome:1"]
    assert await store.with_text(other.text_hash) == []


async def test_events_are_kept_once_and_change_no_article(store: Store) -> None:
    await save(store, weixin())
    await store.save_events([event(), event(), event(observed_at=LATER)])
    await store.save_events([event(), event(kind="violation")])
    found = [(one.kind, one.observed_at) async for one in store.events()]
    assert sorted(found) == [("deleted", NOON), ("deleted", LATER), ("violation", NOON)]
    assert await store.article(weixin().identity) == weixin()


async def test_events_come_by_time_and_of_a_site(store: Store) -> None:
    later = event(identity=None, url=SHORT_URL, observed_at=NOON + timedelta(hours=1))
    elsewhere = event(site="36kr", identity="36kr:1", url="https://36kr.com/p/1", kind="gone")
    await store.save_events([later, event(), elsewhere])
    assert [one async for one in store.events(site="weixin")] == [event(), later]
    assert [one async for one in store.events(site="36kr")] == [elsewhere]


async def test_picks_are_replaced_by_day_and_url(store: Store) -> None:
    await store.save_picks([pick(2), pick(1)])
    await store.save_picks([pick(1, text="改过的话"), pick(1, day=date(2025, 12, 7))])
    held = await store.picks(date(2025, 12, 6), date(2025, 12, 7))
    assert [(one.day.day, one.position, one.text) for one in held] == [
        (6, 1, "改过的话"),
        (6, 2, "第 2 条"),
        (7, 1, "第 1 条"),
    ]
    assert await store.picks(date(2025, 12, 8), date(2025, 12, 31)) == []


async def test_a_day_can_be_replaced_as_a_whole(store: Store) -> None:
    await store.save_picks([pick(1), pick(2), pick(3, day=date(2025, 12, 7))])
    await store.replace_day(NOON.date(), [pick(1, url=pick(2).url, text="只剩这条")])
    held = await store.picks(date(2025, 12, 1), date(2025, 12, 31))
    assert [(one.url, one.text) for one in held] == [(pick(2).url, "只剩这条"), (pick(3).url, "第 3 条")]
    await store.replace_day(NOON.date(), [])
    assert len(await store.picks(date(2025, 12, 1), date(2025, 12, 31))) == 1
    with pytest.raises(ValueError, match="2025-12-07"):
        await store.replace_day(NOON.date(), [pick(1, day=date(2025, 12, 7))])


async def test_runs_come_newest_first(store: Store) -> None:
    for number in (2, 1, 3):
        await store.save_run(run(number))
    await store.save_run(run(4, site="weixin"))
    ended = run(
        2, reason="finished", counts={"page/article": 3}, finished_at=LATER, end="incomplete", exit_code=34,
        not_read=(NotRead(name="https://www.36kr.com/feed", reason="http_503", detail="$why.not"),),
    )  # fmt: skip
    await store.save_run(ended)
    assert [one.run_id for one in await store.runs()] == ["run-4", "run-3", "run-2", "run-1"]
    assert await store.runs("36kr", limit=2) == [run(3), ended]


async def test_runs_of_a_time_and_one_by_its_id(store: Store) -> None:
    for number in (1, 2, 3, 4):
        await store.save_run(run(number))
    since, until = run(2).started_at, run(4).started_at
    assert await store.runs(since=since, until=until) == [run(3), run(2)]
    assert await store.runs("36kr", limit=1, until=until) == [run(3)]
    assert await store.run("run-2") == run(2)
    assert await store.run("run-") is None
    assert await store.run("\ud800") is None


async def test_forgotten_runs_are_gone_and_no_other(store: Store) -> None:
    for number in (1, 2, 3):
        await store.save_run(run(number))
    for _ in range(2):
        await store.delete_runs(["run-1", "run-3", "run-9"])
    await store.delete_runs([])
    assert await store.runs() == [run(2)]


async def test_events_of_a_kind_are_forgotten_before_a_time_and_no_others(store: Store) -> None:
    old, later = event(kind="captcha"), event(kind="captcha", observed_at=LATER)
    other = event(kind="deleted")
    await store.save_events([old, later, other])
    assert await store.delete_events({"captcha", "challenge"}, LATER, change=False) == 1
    assert len([one async for one in store.events()]) == 3
    assert await store.delete_events({"captcha", "challenge"}, LATER) == 1
    assert await store.delete_events({"captcha", "challenge"}, LATER) == 0
    assert [one async for one in store.events()] == [other, later]


async def test_a_store_says_how_large_it_is_where_it_can(store: Store, store_uri: str) -> None:
    before = await store.size()
    await save(store, *(article(number) for number in range(200)))
    after = await store.size()
    assert (before is None) == (after is None)
    if not store_uri.startswith("mongodb"):
        assert before
        assert after
        assert after > before


async def test_counts_tell_what_is_held(store: Store) -> None:
    assert await store.counts() == {}
    await save(
        store, article(1), article(2, kind="video"), article(3, published_at=None), weixin(published_at=None)
    )
    await store.save_events([event(), event(observed_at=LATER), event(site="36kr", kind="captcha")])
    counts = await store.counts()
    assert set(counts) == {"36kr", "ithome", "weixin"}
    assert counts["ithome"].articles == {"article": 2, "video": 1}
    assert counts["ithome"].newest == article(2).published_at
    assert counts["weixin"].newest is None
    assert counts["weixin"].events == {"deleted": 2}
    assert counts["36kr"].articles == {}


async def test_small_documents_are_kept_by_collection_and_key(store: Store) -> None:
    document = Plain({"hash": "abc", "items": [{"key": "a.b", "$set": 1}], "中文": None})
    digests, dailies = plain("export:digest"), plain("export:daily")
    await store.put_document(digests, "2025/12.md", document)
    await store.put_document(digests, "2025/11.md", Plain({"hash": "old"}))
    await store.put_document(digests, "2025/11.md", Plain({"hash": "new"}))
    await store.put_document(dailies, "2025/12.md", Plain({}))
    assert await store.get_document(digests, "2025/12.md") == document
    assert list(await store.documents(digests)) == ["2025/11.md", "2025/12.md"]
    assert (await store.documents(digests))["2025/11.md"] == Plain({"hash": "new"})
    await store.delete_document(digests, "2025/12.md")
    await store.delete_document(digests, "2025/12.md")
    assert await store.get_document(digests, "2025/12.md") is None
    assert await store.get_document(dailies, "2025/12.md") == Plain({})


async def test_hostile_text_is_stored_and_found(store: Store) -> None:
    title = "$where'; DROP TABLE articles;--\0<b>\u202e\U0001f600"
    given = article(1, title=title, extra={"$gt": {"a.b": "\0"}, "big": 2**70}, identity="ithome:$ne.\0'")
    await save(store, given)
    assert await store.article("ithome:$ne.\0'") is not None
    held = await store.article(given.url)
    assert held is not None
    assert (held.title, held.extra) == (title, {"$gt": {"a.b": "\0"}, "big": 2**70})
    assert await store.article("' OR 1=1 --") is None


HALF = "\ud83d"
TOO_MUCH = "中" * 5_600_000


@pytest.mark.parametrize(
    "fields",
    [
        {"title": f"半个{HALF}表情"},
        {"body": body(HALF)},
        {"extra": {"deep": [{HALF: 1}]}},
        {"keys": {"id": HALF}},
        {"attribution": Attribution(original_keys={HALF: ""})},
        {"aliases": (HALF,)},
        {"extra": {"number": 10**5000}},
        {"raw": RawReference(file="a.warc.gz", offset=2**70, sha256="")},
        {"body": nested(150)},
        {"body": body(TOO_MUCH)},
        {"extra": {"texts": [""] * 1_300_000}},
    ],
    ids="-".join,
)
async def test_an_article_that_one_engine_cannot_keep_is_refused_by_both(
    store: Store, fields: dict[str, Any]
) -> None:
    with pytest.raises(RecordRefusedError, match="ithome:1 ") as refused:
        await save(store, article(2), article(1, **fields), article(3))
    assert len(str(refused.value)) < 400
    assert await all_of(store) == [], "nothing of its batch was written"
    assert await save(store, article(2), article(3)) == [SaveOutcome.NEW] * 2, (
        "the rest can be saved without it"
    )


@pytest.mark.parametrize(
    "write",
    [
        lambda store: store.save_events([event(notice=HALF)]),
        lambda store: store.save_events([event(), event(url=TOO_MUCH)]),
        lambda store: store.save_picks([pick(1), pick(2, text=HALF)]),
        lambda store: store.save_picks([pick(position=2**70, url="https://a/")]),
        lambda store: store.save_run(run(warnings=(HALF,))),
        lambda store: store.save_run(run(arguments={HALF: ""})),
        lambda store: store.save_run(run(metrics={"delay": math.nan})),
        lambda store: store.save_tasks([task(1), task(2, url=TOO_MUCH)]),
        lambda store: store.add_tasks([task(1), task(2, url=TOO_MUCH)]),
        lambda store: store.put_document(LISTS, "key", list_reading(etag=HALF)),
        lambda store: store.put_document(LISTS, HALF, list_reading()),
        lambda store: store.put_document(plain("lists"), "key", Plain({"at": object()})),
        lambda store: store.put_document(LISTS, "key", list_reading(etag=TOO_MUCH)),
    ],
)
async def test_whatever_one_engine_cannot_keep_is_refused_by_both(
    store: Store, write: Callable[[Store], Awaitable[object]]
) -> None:
    with pytest.raises(RecordRefusedError) as refused:
        await write(store)
    assert "pydantic" not in str(refused.value)
    assert [one async for one in store.events()] == []
    assert await store.picks(date.min, date.max) == []
    assert await store.runs() == []
    assert await store.task_counts() == {}
    assert await store.documents(LISTS) == {}


@pytest.mark.parametrize("levels", [20, 45, 80])
async def test_deep_nesting_is_kept_alike(store: Store, levels: int) -> None:
    """MongoDB takes documents of a hundred levels; a quotation in a quotation costs two."""
    given = article(1, body=nested(levels), extra={"a": {"b": [[{"$c.": 2**70}]]}})
    await save(store, given)
    assert await store.article("ithome:1") == given


async def test_names_that_no_store_can_hold_are_unknown(store: Store) -> None:
    await save(store, article(1))
    assert await store.known([HALF]) == set()
    assert await store.article(HALF) is None
    assert await store.get_document(LISTS, HALF) is None
    assert await store.tasks([HALF]) == {}


async def test_for_reading_a_store_is_not_made(store_uri: str) -> None:
    for access in ("read", "write"):
        with pytest.raises(NoStoreError, match="newsarchive crawl"):
            await open_store(store_uri, access).open()
    async with open_store(store_uri):
        pass
    async with open_store(store_uri, "read") as reading:
        assert await reading.counts() == {}
    async with open_store(store_uri, "write") as writing:
        assert await save(writing, article(1)) == [SaveOutcome.NEW]
    async with open_store(store_uri, "read") as reading:
        assert await all_of(reading) == ["ithome:1"]


async def test_what_a_newer_newsarchive_wrote_is_named(store: Store, store_uri: str) -> None:
    """Its schema may have the same number: a site, a kind or a field may be new."""
    await save(store, article(1), weixin())
    await store.save_events([event()])
    await store.save_tasks([task(site="weixin", name="weixin:s:a")])
    rewrite(store_uri, "weixin", "jiemo1")
    async with open_store(store_uri, "read") as reading:
        with pytest.raises(StoreVersionError, match=r"article .*jiemo1:MzA.* has the site 'jiemo1'.*update"):
            await all_of(reading)
        assert await all_of(reading, site="ithome") == ["ithome:1"]
        with pytest.raises(StoreVersionError, match=r"event .* has the site 'jiemo1'"):
            assert [one async for one in reading.events()]
        assert set(await reading.counts()) == {"ithome", "jiemo1"}, "counting needs no reading"
        assert await reading.task_counts() == {"jiemo1": {"wanted": 1}}


async def test_the_schema_takes_any_site(store: Store, store_uri: str) -> None:
    """Which sites there are, the program knows: a store is not made anew for another one."""
    await save(store, article(1, site="another-1", identity="another-1:1"))
    await store.save_events([event(site="another-1")])
    await store.save_tasks([task(site="another-1", name="another-1:1")])
    assert set(await store.counts()) == {"another-1"}
    with pytest.raises(ValidationError):
        article(1, site="Another site")
    async with open_store(store_uri, "read") as reading:
        with pytest.raises(
            StoreVersionError, match=r"article another-1:1 in .* has the site 'another-1'.*update"
        ):
            await all_of(reading)


async def test_a_damaged_record_is_named(store: Store, store_uri: str) -> None:
    await save(store, article(1))
    await store.put_document(LISTS, "https://a/", list_reading())
    damage(store_uri)
    async with open_store(store_uri, "read") as damaged:
        with pytest.raises(StoreVersionError, match=r"article ithome:1 in .* is damaged.*backup"):
            await all_of(damaged)
        with pytest.raises(StoreVersionError, match=r"document lists https://a/ in .*backup"):
            await damaged.get_document(LISTS, "https://a/")


async def test_times_are_exact_to_the_millisecond_and_in_utc(store: Store) -> None:
    time = datetime(2025, 12, 6, 4, 0, 0, 123000, tzinfo=UTC)
    await save(store, article(1, published_at=time, fetched_at=time))
    held = await store.article("ithome:1")
    assert held is not None
    assert (held.published_at, held.fetched_at) == (time, time)
    assert held.published_at is not None
    assert held.published_at.tzinfo is UTC or held.published_at.utcoffset() == timedelta(0)


async def test_what_was_saved_is_there_after_closing(store_uri: str) -> None:
    async with open_store(store_uri) as store:
        await save(store, article(1))
        await store.close()
    async with open_store(store_uri) as store, open_store(store_uri) as second:
        assert await second.known(["ithome:1"]) == {"ithome:1"}
        await save(second, article(2))
        assert await store.known(["ithome:2"]) == {"ithome:2"}


async def test_a_store_says_that_it_is_not_open(store_uri: str) -> None:
    with pytest.raises(RuntimeError, match="not open"):
        await open_store(store_uri).counts()


async def test_the_change_token_changes_with_articles_and_picks_and_with_nothing_else(store: Store) -> None:
    tokens = [await store.change_token()]

    async def changed() -> bool:
        tokens.append(await store.change_token())
        return tokens[-1] not in tokens[:-1]

    assert tokens == [await store.change_token()]
    await save(store, article())
    assert await changed()
    await save(store, article())
    assert not await changed()
    await save(store, article().model_copy(update={"title": "改过的标题", "fetched_at": LATER}))
    assert await changed()
    await store.save_picks([pick(1)])
    assert await changed()
    await store.replace_day(NOON.date(), [])
    assert await changed()
    await store.save_events([event()])
    await store.save_run(run())
    await store.put_document(LISTS, "key", list_reading())
    assert not await changed()


async def test_the_change_token_changes_when_a_short_links_article_is_absorbed(store: Store) -> None:
    await save(store, weixin_by_short_link())
    before = await store.change_token()
    await save(store, weixin())
    assert await store.change_token() != before


async def test_two_processes_see_the_same_change_token(store: Store, store_uri: str) -> None:
    await save(store, article())
    before = await store.change_token()
    async with open_store(store_uri) as other:
        assert await other.change_token() == before
        await other.save_picks([pick(1)])
    assert await store.change_token() != before


def test_both_engines_have_the_same_modules() -> None:
    engines = Path(storage.__file__).parent
    of_sqlite, of_mongo = (
        {path.stem for path in (engines / name).glob("*.py")} for name in ("sqlite", "mongo")
    )
    assert (of_sqlite - of_mongo, of_mongo - of_sqlite) == (
        {"file", "older_copies"},
        {"batch", "client", "values", "writes"},
    )
