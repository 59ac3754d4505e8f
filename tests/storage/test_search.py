"""What is found in a store is what a scan of all texts finds, on both engines, whatever becomes of the articles."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from newsarchive.items.article import Article, Attribution
from newsarchive.search.fold import folded
from newsarchive.search.query import Query, matches
from newsarchive.storage import Store, open_store
from newsarchive.storage.contents import ARTICLES, HeldArticle
from newsarchive.storage.sqlite.store import SqliteStore
from tests.storage.queries import Queries
from tests.storage.records import NOON, article, body, weixin, weixin_by_short_link

WORDS = (
    *"小鹏汽车华为的一了在，。！“”",
    *(
        "AI",
        "Mate 60",
        "ＧＰＴ",
        "iPhone",
        "5G",
        "ß",
        "İ",
        "C++",
        "100%",
        "1,000",
        "🫠",
        "👨‍👩‍👧",
        "𠮷",
        "é",
        "e\u0301",
        "~~",
        "*",
        '"',
    ),
    *("\n", " ", "  ", "\u3000", "NEAR", "OR", "\\", "'", ";", "\u0378", "\ue000sithome"),
)
"""What texts are made of: common characters, so that words meet by chance, and what indexes stumble over."""


def made(number: int, chance: random.Random) -> Article:
    def words(most: int) -> str:
        return "".join(chance.choices(WORDS, k=chance.randint(0, most)))

    account = Attribution(account=chance.choice((None, "小鹏", "小鹏汽车", "AI 观察")))
    given = weixin if chance.random() < 0.3 else article
    fields = (
        {"identity": f"weixin:s:{number}", "keys": {}, "url": f"https://a/{number}"}
        if given is weixin
        else {}
    )
    made = article(
        number,
        title=words(8),
        body=body(*(words(30) for _ in range(chance.randint(0, 3)))),
        attribution=account,
        published_at=chance.choice((None, NOON + timedelta(minutes=chance.randint(0, 9000)))),
    )
    return made if not fields else made.model_copy(update={"site": "weixin", **fields})


async def all_newest_first(store: Store) -> list[Article]:
    everything = [it async for it in store.articles()]
    dated = [it for it in everything if it.published_at]
    return [*reversed(dated), *reversed(everything[len(dated) :])]


async def found(store: Store, query: Query, **limits: object) -> list[str]:
    return [it.identity async for it in store.found(query, **limits)]  # type: ignore[arg-type]


def queries(articles: Sequence[Article], number: int, chance: random.Random) -> list[Query]:
    """Pieces of titles and texts of one to six characters, one word or two, and words that are nowhere."""
    texts = [text for it in articles for text in (it.title, it.text) if text.strip()]

    def piece() -> str:
        text = chance.choice(texts)
        start = chance.randrange(len(text))
        word = text[start : start + chance.randint(1, 6)]
        return word if folded(word) else "小"

    asked = []
    for _ in range(number):
        one, other = piece(), piece() if chance.random() < 0.8 else "".join(chance.choices("小鹏华汽为", k=3))
        asked.append(chance.choice((one, other, f"{one} {other}", f'"{one}"', one.swapcase())))
    return [Query.of(it) for it in asked]


async def test_what_is_found_is_what_a_scan_finds(store: Store) -> None:
    chance = random.Random(1)  # noqa: S311 - it has to be repeatable
    await store.save_articles([made(number, chance) for number in range(80)])
    while await store.index_texts():
        pass
    await store.save_articles([made(number, chance) for number in range(40)])  # others in their place
    articles = await all_newest_first(store)
    limits: list[dict[str, Any]] = [
        {}, {}, {"site": "weixin"}, {"since": NOON + timedelta(days=2)}, {"until": NOON + timedelta(days=4)},
        {"since": NOON + timedelta(days=1), "until": NOON + timedelta(days=1, hours=3), "site": "ithome"},
    ]  # fmt: skip
    hits = 0
    for turn, query in enumerate(queries(articles, 50, chance)):
        while turn == 25 and await store.index_texts():
            pass
        within = chance.choice(limits)
        expected = [it.identity for it in articles if matches(query, it) and is_within(it, **within)]
        assert await found(store, query, **within) == expected, query
        for other in (Query(query.words, in_title=True), Query(query.words, account="小鹏汽车")):
            assert await found(store, other) == [it.identity for it in articles if matches(other, it)], other
        hits += len(expected)
    assert hits > 200


def is_within(
    it: Article, site: str | None = None, since: datetime | None = None, until: datetime | None = None
) -> bool:
    if site not in {None, it.site}:
        return False
    if since is None and until is None:
        return True
    return it.published_at is not None and (since or NOON) <= it.published_at < (
        until or NOON.replace(year=2100)
    )


async def test_an_article_is_found_by_what_it_says_now(store: Store) -> None:
    await store.save_articles([article(1, title="小鹏发布新车"), article(2)])
    later = article(1).fetched_at + timedelta(days=1)  # type: ignore[operator]
    await store.save_articles([article(1, title="理想发布新车", fetched_at=later)])
    assert await found(store, Query.of("小鹏")) == []
    assert await found(store, Query.of("理想")) == ["ithome:1"]
    moved = article(1).published_at - timedelta(days=40)  # type: ignore[operator]
    await store.save_articles(
        [article(1, title="理想发布新车", fetched_at=later + timedelta(days=1), published_at=moved)]
    )
    assert await found(store, Query.of("理想")) == ["ithome:1"]
    assert await found(store, Query.of("正文")) == ["ithome:2", "ithome:1"]
    assert await found(store, Query.of("理想"), until=moved + timedelta(days=1)) == ["ithome:1"]


async def test_an_absorbed_article_is_found_once(store: Store) -> None:
    await store.save_articles([weixin_by_short_link(title="小鹏的一天")])
    assert await found(store, Query.of("小鹏")) == ["weixin:s:AbCdEf_-0123456789XyZw"]
    await store.save_articles([weixin(title="小鹏的一天")])
    assert await found(store, Query.of("小鹏")) == ["weixin:MzA4MDY1NTU4Mw==:2650001234:1"]


async def test_more_is_found_than_is_looked_up_at_a_time(store: Store) -> None:
    await store.save_articles([article(number) for number in range(1, 151)])
    assert await found(store, Query.of("条消息的正文")) == [
        f"ithome:{number}" for number in range(150, 0, -1)
    ]


async def test_a_query_changes_nothing(store: Store) -> None:
    await store.save_articles([article(1)])
    token = await store.change_token()
    await found(store, Query.of("消息"))
    assert await store.change_token() == token
    while await store.index_texts():
        pass
    assert (await store.change_token(), await store.unsearched()) == (token, 0)


async def test_what_is_carried_into_a_store_is_found_and_what_is_cleared_is_not(store: Store) -> None:
    await store.put_contents(ARTICLES, [HeldArticle(article=article(number)) for number in (1, 2)])
    assert await found(store, Query.of("消息")) == ["ithome:2", "ithome:1"]
    await store.put_contents(ARTICLES, [HeldArticle(article=article(2, title="理想", body=[]))])
    assert await found(store, Query.of("消息")) == ["ithome:1"]
    await store.clear_contents(ARTICLES)
    assert await found(store, Query.of("消息")) == []


async def test_what_a_better_parser_reads_is_found(store: Store) -> None:
    await store.save_articles([article(1)])
    better = article(1, body=body("小鹏的正文。"))
    assert await store.rewrite_articles([(article(1), better)]) == [True]
    assert await found(store, Query.of("小鹏")) == ["ithome:1"]
    assert await found(store, Query.of("另有")) == []


@pytest.mark.parametrize("seed", range(5))
async def test_steps_of_any_size_find_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - it has to be repeatable
    sizes = {
        "FEW_NOTED": chance.randint(0, 90),
        "FEWEST": 1,
        "MOST": 4,
        "READ_AT_ONCE": chance.randint(1, 20),
    }
    for name, size in sizes.items():
        monkeypatch.setattr(f"newsarchive.storage.sqlite.search.{name}", size)
    async with open_store(str(tmp_path / "news.sqlite")) as store:
        for _ in range(6):
            some = [made(chance.randint(0, 150), chance) for _ in range(30)]
            await store.save_articles(some)
            for _ in range(chance.randint(0, 12)):
                await store.index_texts()
            articles = await all_newest_first(store)
            for query in queries(articles, 40, chance):
                expected = [it.identity for it in articles if matches(query, it)]
                assert await found(store, query) == expected, query


async def test_what_is_found_costs_no_more_in_a_large_store(tmp_path: Path) -> None:
    """Of the 500 articles of one store, and the 50 of another, one has the word."""
    steps: Counter[int] = Counter()
    for number in (50, 500):
        async with SqliteStore(tmp_path / f"{number}.sqlite") as store:
            await store.save_articles(
                [article(it, body=body("汽车" if it else "小鹏")) for it in range(number)]
            )
            while await store.index_texts():
                pass
            store._connection.set_progress_handler(lambda: steps.update([number]), 1)  # noqa: B023
            assert [it.identity async for it in store.found(Query.of("小鹏"))] == ["ithome:0"]
            store._connection.set_progress_handler(None, 1)
    assert steps[500] < 1.5 * steps[50]


async def test_a_server_looks_up_what_few_articles_have(
    mongo_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the order of their numbers is: it reads all that have the first, and these are nearly all articles else."""
    queries = Queries()
    listening = partial(AsyncMongoClient, event_listeners=[queries])
    monkeypatch.setattr("newsarchive.storage.mongo.client.AsyncMongoClient", listening)
    async with open_store(mongo_uri) as store:
        texts = [body("小鹏汽车罕见" if it == 7 else "小鹏汽车") for it in range(40)]
        await store.save_articles([article(it, body=texts[it]) for it in range(40)])
        while await store.index_texts():
            pass
        for words in ("罕见", "小鹏 罕见", "小鹏 汽车 鹏汽 罕见", "见 小鹏", "鹏汽车罕"):
            queries.asked.clear()
            assert await found(store, Query.of(words)) == ["ithome:7"]
            (first,) = [
                it["pipeline"][0]["$match"]["grams"]
                for name, it in queries.asked
                if name == "aggregate" and {"$sort": {"published_at": -1, "identity": -1}} in it["pipeline"]
            ]
            assert await store._in("search").count_documents({"grams": first}) == 1  # type: ignore[attr-defined]


async def test_a_search_goes_on_while_articles_are_taken_in_and_changed(tmp_path: Path) -> None:
    async with open_store(str(tmp_path / "news.sqlite")) as store:
        await store.save_articles([article(number) for number in range(1, 120)])
        await store.index_texts()
        await store.save_articles([article(number) for number in range(120, 151)])
        names: list[str] = []
        async for one in store.found(Query.of("条消息的正文")):
            names.append(one.identity)
            if len(names) == 10:
                while await store.index_texts():
                    pass
            if len(names) == 60:
                later = NOON + timedelta(days=9)
                await store.save_articles([article(300, title="后来的", fetched_at=later)])
        assert names == [f"ithome:{number}" for number in range(150, 0, -1)]
