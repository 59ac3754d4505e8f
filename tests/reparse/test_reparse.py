"""Pages read again: what counts as worse, what several pages of one article come to, what is missing, what is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.items.article import Article
from newsarchive.items.body import Paragraph, Span
from newsarchive.items.verdict import Verdict
from newsarchive.records.page import Page, Reading
from newsarchive.sites.ithome import reader
from newsarchive.storage import open_store
from newsarchive.storage.raw.folders import path_of
from newsarchive.storage.raw.store import RawStore
from tests.mongo import database_of
from tests.reparse.archive import BEGIN, Archive, Kept, altered, feed_of, page_of

Alter = Callable[[Callable[[Article], Article]], None]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


@pytest.fixture
def in_mongo(tmp_path: Path, mongo_server: str) -> Iterator[Archive]:
    with database_of(mongo_server) as uri:
        yield Archive(tmp_path, uri)


@pytest.fixture
def alter(monkeypatch: pytest.MonkeyPatch) -> Alter:
    """Let the parser read articles otherwise from now on."""
    original = reader.read

    def put(change: Callable[[Article], Article]) -> None:
        monkeypatch.setattr(reader, "read", altered(change)(original))

    return put


def with_fields(**fields: object) -> Callable[[Article], Article]:
    return lambda article: article.model_copy(update=fields)


async def said_by(archive: Archive, number: int = 1) -> Article:
    return (await archive.articles())[f"ithome:{number}"]


@pytest.mark.parametrize(
    ("change", "worse"),
    [
        (with_fields(title=""), "title_lost"),
        (with_fields(body=[Paragraph([Span("只有几")])]), "text_halved, fewer_pictures"),
        (lambda it: it.model_copy(update={"body": it.body[:-1]}), "fewer_pictures"),
        (with_fields(kind=Verdict.VIDEO), "verdict"),
    ],
)
async def test_what_got_worse_is_listed_and_held_back_unless_it_is_forced(
    archive: Archive, alter: Alter, change: Callable[[Article], Article], worse: str
) -> None:
    await archive.crawl([page_of(1, pictures=1), page_of(2, pictures=1)])
    before = await archive.articles()
    alter(lambda it: change(it) if it.identity == "ithome:1" else it.model_copy(update={"digest": "新"}))
    held_back = await archive.reparse(apply=True)
    assert held_back.lists["worse"] == {"ithome:1": worse}
    assert held_back.fields == {"digest": 1}
    after = await archive.articles()
    assert (after["ithome:1"], after["ithome:2"].digest) == (before["ithome:1"], "新")
    assert (await archive.reparse(apply=True)).lists["worse"] == {"ithome:1": worse}
    forced = await archive.reparse(apply=True, force=True)
    assert forced.lists["worse"] == {"ithome:1": worse}
    assert await said_by(archive) != before["ithome:1"]
    assert not (await archive.reparse(apply=True)).changes


async def test_an_article_whose_page_is_none_any_more_stays_even_by_force(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    await archive.crawl([page_of(1)])
    before = await archive.articles()
    monkeypatch.setattr(reader, "read", lambda _: Reading("ithome", Verdict.OTHER))
    found = await archive.reparse(apply=True, force=True)
    assert found.lists["worse"] == {"ithome:1": "verdict"}
    assert await archive.articles() == before


async def test_a_last_page_that_is_none_any_more_is_worse_although_an_earlier_one_is_left(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    await archive.crawl([page_of(1, "早"), page_of(1, "晚")])
    before = await archive.articles()
    original = reader.read

    def only_the_early(page: Page) -> Reading:
        return original(page) if "早".encode() in page.content else Reading("ithome", Verdict.EMPTY)

    monkeypatch.setattr(reader, "read", only_the_early)
    found = await archive.reparse(apply=True)
    assert found.lists["worse"] == {"ithome:1": "verdict"}
    assert await archive.articles() == before


TITLES = st.sampled_from(["甲", "乙", ""])
LINES = st.lists(st.sampled_from(["第一句话。", "第二句话很长很长。", "第三句。"]), min_size=1, max_size=2)
TIMES = st.sampled_from(["2026/11/1 8:00:00", "2026/11/1 9:30:00", ""])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TITLES, LINES, TIMES), min_size=1, max_size=5), st.integers(0, 2))
async def test_several_pages_of_an_article_come_to_what_a_crawl_with_this_parser_would_store(
    tmp_path_factory: pytest.TempPathFactory, captures: list[tuple[str, list[str], str]], broken: int
) -> None:
    pages = [page_of(1, title, *lines, time=time) for title, lines, time in captures]

    def earlier(article: Article) -> Article:
        lost = (
            {"digest": "旧"},
            {"published_at": None, "published_text": None},
            {"title": f"旧{article.title}"},
        )
        return article.model_copy(update=lost[broken])

    old, new = Archive(tmp_path_factory.mktemp("old")), Archive(tmp_path_factory.mktemp("new"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "read", altered(earlier)(reader.read))
        await old.crawl(pages)
    await new.crawl(pages)
    await old.reparse(apply=True, force=True)
    left_out = {"raw", "fetched_at"}
    expected = [it.model_dump(exclude=left_out) for it in (await new.articles()).values()]
    assert [it.model_dump(exclude=left_out) for it in (await old.articles()).values()] == expected
    assert not (await old.reparse()).changes
    assert not (await new.reparse()).changes


async def test_what_came_out_of_a_feed_stays_as_long_as_the_feed_says_it(
    archive: Archive, alter: Alter
) -> None:
    """One article came from the feed alone, of another the feed told the digest and a time that its page has not."""
    alter(with_fields(digest="从列表来的"))
    await archive.crawl(
        [feed_of((1, "来自列表", "列表里的全文。" * 9), (2, "两处都有", "列表里的全文。" * 9))]
    )
    alter(with_fields(digest=None))
    await archive.crawl([page_of(2, "两处都有", time="")], BEGIN + timedelta(hours=1))
    before = await archive.articles()
    assert before["ithome:2"].digest == "从列表来的"
    assert before["ithome:2"].published_at

    def of_feeds_only(reading_of: Callable[[Page], Reading]) -> Callable[[Page], Reading]:
        told = altered(with_fields(digest="从列表来的"))(reading_of)
        return lambda page: told(page) if page.url.endswith("/rss/") else reading_of(page)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "read", of_feeds_only(reader.read))
        found = await archive.reparse(apply=True)
        assert not found.changes
        assert await archive.articles() == before
    # Now nothing tells it any more, neither page nor feed.
    found = await archive.reparse(apply=True)
    assert found.fields == {"digest": 2}
    assert (await said_by(archive, 2)).published_at == before["ithome:2"].published_at


async def test_a_page_that_is_damaged_or_lost_is_named_and_its_article_left_alone(
    archive: Archive, alter: Alter
) -> None:
    await archive.crawl([page_of(1), page_of(2)])
    await archive.crawl([page_of(3)], BEGIN + timedelta(days=1))
    before = await archive.articles()
    raw, lost = before["ithome:1"].raw, before["ithome:3"].raw
    assert raw is not None
    assert lost is not None
    data = bytearray(path_of(archive.raw, raw.file).read_bytes())
    data[raw.offset + 200] ^= 0xFF
    path_of(archive.raw, raw.file).write_bytes(data)
    path_of(archive.raw, lost.file).unlink()
    alter(with_fields(digest="新"))
    found = await archive.reparse(apply=True, force=True)
    assert set(found.lists["lost"]) == {"ithome:1", "ithome:3"}
    assert set(found.lists["unread"]) == {f"{it.file}:{it.offset}" for it in (raw, lost)}
    assert found.fields == {"digest": 1}
    after = await archive.articles()
    assert {name for name in before if before[name] != after[name]} == {"ithome:2"}


async def test_of_a_damaged_earlier_page_nothing_is_lost(archive: Archive, alter: Alter) -> None:
    """The first page told the time, and cannot be read any more."""
    await archive.crawl([page_of(1, "早", time="2026/11/1 8:00:00"), page_of(1, "晚", "另一段话。", time="")])
    before = await said_by(archive)
    with RawStore(archive.raw) as raw:
        place = raw.find("ithome:1")[-1].reference
    data = bytearray(path_of(archive.raw, place.file).read_bytes())
    data[place.offset + 200] ^= 0xFF
    path_of(archive.raw, place.file).write_bytes(data)
    alter(with_fields(digest="新"))
    found = await archive.reparse(apply=True)
    assert found.fields == {"digest": 1}
    assert len(found.lists["unread"]) == 1
    after = await said_by(archive)
    assert after.published_at == before.published_at is not None


async def test_a_page_that_can_be_read_today_gives_its_article(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(reader, "read", lambda _: Reading("ithome", Verdict.OTHER))
        await archive.crawl([page_of(1), page_of(2)])
    assert not await archive.articles()
    preview = await archive.reparse()
    assert set(preview.lists["new"]) == {"ithome:1", "ithome:2"}
    assert not await archive.articles()
    assert not (await archive.reparse(verdict=Verdict.DELETED)).changes
    await archive.reparse(verdict=Verdict.OTHER, apply=True)
    assert {it.title for it in (await archive.articles()).values()} == {"一个题目"}
    assert not (await archive.reparse(apply=True)).changes


async def test_an_article_without_a_page_is_named_and_stays(archive: Archive) -> None:
    await archive.crawl([page_of(1)])
    async with open_store(archive.uri) as store:
        own = (await said_by(archive)).model_copy(
            update={
                "identity": "ithome:9",
                "url": "https://www.ithome.com/0/000/009.htm",
                "raw": None,
                "aliases": (),
            }
        )
        await store.save_articles([own])
    found = await archive.reparse(apply=True)
    assert found.lists["no_page"] == {"ithome:9": ""}
    assert await said_by(archive, 9) == own


async def test_only_what_is_asked_for_is_read(archive: Archive, alter: Alter) -> None:
    days = ["2026/11/1 8:00:00", "2026/11/2 8:00:00", "2026/11/3 8:00:00"]
    await archive.crawl(
        [page_of(number, time=time) for number, time in enumerate(days, 1)], BEGIN + timedelta(days=5)
    )
    alter(with_fields(digest="新", parser="ithome/3"))
    assert (await archive.reparse(site="36kr")).fields == {}
    assert (await archive.reparse(since=BEGIN + timedelta(days=1))).fields == {"digest": 2}
    assert (await archive.reparse(until=BEGIN + timedelta(days=1))).fields == {"digest": 1}
    assert (await archive.reparse(verdict=Verdict.VIDEO)).fields == {}
    assert (await archive.reparse(parser_before="ithome/1")).fields == {}
    assert (await archive.reparse(parser_before="ithome/3", apply=True)).fields == {"digest": 3}
    assert (await archive.reparse(parser_before="ithome/3")).counts.get("articles", 0) == 0


async def test_what_pages_of_another_article_say_is_not_this_one_s(archive: Archive) -> None:
    """An address led to another article once: its page is kept under the name of the one that was asked for."""
    other = page_of(2, "另一篇")
    await archive.crawl([page_of(1), Kept("ithome", other.url, other.content, "ithome:1")])
    before = await archive.articles()
    assert not (await archive.reparse(apply=True)).changes
    assert await archive.articles() == before


async def test_a_mongodb_is_read_again_as_a_file_is(in_mongo: Archive, alter: Alter) -> None:
    await in_mongo.crawl([page_of(1), page_of(2, time=""), feed_of((3, "来自列表", "列表里的全文。" * 9))])
    assert not (await in_mongo.reparse(apply=True)).changes
    before = await in_mongo.articles()
    alter(
        lambda it: it.model_copy(update={"title": f"{it.title}。", "published_at": BEGIN - timedelta(days=3)})
    )
    found = await in_mongo.reparse(apply=True)
    assert found.fields == {"title": 3, "published_at": 3}
    assert {it.title for it in (await in_mongo.articles()).values()} == {
        f"{it.title}。" for it in before.values()
    }
    assert not (await in_mongo.reparse(apply=True)).changes
    async with open_store(in_mongo.uri, "read") as store:
        assert [it.cause for name in before for it in await store.revisions(name)] == ["parser"] * 3
