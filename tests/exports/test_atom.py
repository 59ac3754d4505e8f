"""The feed holds whole texts under ids that stay, and the same store gives the same bytes."""

from __future__ import annotations

from datetime import timedelta

from lxml import etree, html

from exports.feeds.atom import Channel, make_feed
from exports.feeds.selection import Unshown, newest
from newsarchive.editorial.coverage import Coverage
from newsarchive.editorial.selection import Scope
from newsarchive.items.article import Article
from newsarchive.items.body import Embed, Image
from newsarchive.items.record import SiteName
from newsarchive.storage import Store
from tests.exports.test_html import HOSTILE, URLS
from tests.storage.records import NOON, article, body, pick, weixin

ATOM = {"a": "http://www.w3.org/2005/Atom"}
CHANNEL = Channel("新闻存档")


async def feed_of(
    store: Store, limit: int = 50, *, site: SiteName | None = None, excerpts: bool = False
) -> etree._Element:
    entries = [
        entry.article for entry in await newest(store, limit, Scope(Coverage.of_site(site)), Unshown())
    ]
    return etree.fromstring((await make_feed(store, entries, CHANNEL, excerpts=excerpts)).encode())


def values(root: etree._Element, path: str) -> list[str | None]:
    return [it.text for it in root.iterfind(path, ATOM)]


async def test_newest_come_first_with_whole_text_source_and_rights(store: Store) -> None:
    long = [f"第 {number} 段，很长的正文。" for number in range(80)]
    await store.save_articles(
        [
            article(1),
            article(2, body=body(*long), attribution={"author": "清源", "source": "新华社"}),
            weixin(),
        ]
    )
    root = await feed_of(store, limit=2)
    assert values(root, "a:entry/a:title") == ["第 2 条消息", "一篇公众号文章"]
    entry = root.find("a:entry", ATOM)
    assert entry is not None
    assert values(entry, "a:id") == ["urn:newsarchive:ithome:2"]
    assert values(entry, "a:author/a:name") == ["清源"]
    assert [it.get("href") for it in entry.iterfind("a:link", ATOM)] == [
        "https://www.ithome.com/0/000/002.htm"
    ]
    (rights,) = values(entry, "a:rights")
    assert rights
    (content,) = values(entry, "a:content")
    assert content
    shown = "".join(map(str, html.fragment_fromstring(content).itertext()))
    assert all(line in shown for line in long)
    assert "来源：IT之家 · 新华社 ｜ 作者：清源 ｜ 原文：https://www.ithome.com/0/000/002.htm" in shown
    assert rights in shown


async def test_ids_stay_when_articles_come_and_urls_and_titles_change(store: Store) -> None:
    await store.save_articles([article(1), weixin(published_at=NOON)])
    before = values(await feed_of(store), "a:entry/a:id")
    await store.save_articles(
        [
            *(article(number) for number in range(5, 9)),
            article(1, title="（更新：）新题", url="https://www.ithome.com/1/000/001.htm"),
        ]
    )
    after = values(await feed_of(store), "a:entry/a:id")
    assert [it for it in after if it in before] == before
    assert before == ["urn:newsarchive:ithome:1", "urn:newsarchive:weixin:MzA4MDY1NTU4Mw==:2650001234:1"]


async def test_updated_is_when_the_words_changed_not_when_the_feed_was_made(store: Store) -> None:
    await store.save_articles([article(1), article(2)])
    first = await feed_of(store)
    assert values(first, "a:updated") == ["2025-12-06T04:02:00Z"]
    assert values(first, "a:entry/a:updated") == values(first, "a:entry/a:published")
    assert etree.tostring(first) == etree.tostring(await feed_of(store))
    seen = NOON + timedelta(days=3)
    await store.save_articles(
        [article(1, body=body("改过的正文，和原来不同。", "另有一段。"), fetched_at=seen)]
    )
    second = await feed_of(store)
    assert values(second, "a:updated")[0] == values(second, "a:entry/a:updated")[1]
    assert str(values(second, "a:updated")[0]) > "2025-12-06T04:02:00Z"
    assert values(second, "a:entry/a:published") == values(first, "a:entry/a:published")


async def test_limit_is_filled_from_far_back_without_repeats_promotions_and_undated(store: Store) -> None:
    long = "很长的一段话，长到足以说明它是同一篇报道。"
    await store.save_articles(
        [
            article(1, published_at=NOON - timedelta(days=900)),
            article(2, published_at=NOON - timedelta(days=30), body=body(long)),
            weixin(published_at=NOON - timedelta(days=30) + timedelta(hours=1), body=body(long)),
            article(4, promotion=True),
            article(5, published_at=None),
        ]
    )
    assert values(await feed_of(store), "a:entry/a:id") == [
        "urn:newsarchive:ithome:2",
        "urn:newsarchive:ithome:1",
    ]
    assert len(values(await feed_of(store, limit=1), "a:entry/a:id")) == 1
    assert values(await feed_of(store, site="weixin"), "a:entry/a:title") == ["一篇公众号文章"]
    assert values(await feed_of(store, site="36kr"), "a:entry/a:title") == []


async def test_feed_of_an_empty_store_is_a_feed(store: Store) -> None:
    assert values(await feed_of(store), "a:updated") == ["1970-01-01T00:00:00Z"]


async def test_feed_of_picks_has_the_editors_order_and_words(store: Store) -> None:
    await store.save_articles([article(1), article(2)])
    await store.save_picks(
        [
            pick(1, url=article(2).url, identity="ithome:2", text="编辑的话"),
            pick(2, url=article(1).url, identity="ithome:1", text="草稿", draft=True),
        ]
    )
    entries: list[Article] = [
        it.article for it in await newest(store, 50, Scope(picked_only=True), Unshown())
    ]
    root = etree.fromstring((await make_feed(store, entries, CHANNEL)).encode())
    assert values(root, "a:entry/a:id") == ["urn:newsarchive:ithome:1", "urn:newsarchive:ithome:2"]
    assert values(root, "a:entry/a:summary")[1] == "编辑的话"


async def test_excerpts_end_with_a_sentence_and_lead_to_the_original(store: Store) -> None:
    await store.save_articles([article(1, body=body("一句话而已。" * 50, "结尾的秘密。"))])
    (entry,) = (await feed_of(store, excerpts=True)).iterfind("a:entry", ATOM)
    assert "秘密" not in "".join(map(str, entry.itertext()))
    assert "阅读原文" in str(values(entry, "a:content"))


async def test_own_address_is_the_feeds_id_and_link_to_itself(store: Store) -> None:
    channel = Channel("题", url="https://example.org/feed.xml")
    root = etree.fromstring((await make_feed(store, [], channel)).encode())
    assert values(root, "a:id") == ["https://example.org/feed.xml"]
    assert [it.get("rel") for it in root.iterfind("a:link", ATOM)] == ["self"]


async def test_hostile_articles_stay_inside_their_fields(store: Store) -> None:
    everywhere = "".join(HOSTILE)
    held = article(
        1,
        title=everywhere * 200,
        digest=everywhere,
        url="javascript:alert(1)",
        tags=(everywhere, ""),
        attribution={"author": everywhere, "source": everywhere},
        body=[
            *body(everywhere),
            *(Image(url, everywhere) for url in URLS),
            Embed("frame", url=URLS[3], title=everywhere),
        ],
    )
    root = etree.fromstring((await make_feed(store, [held], Channel(everywhere))).encode())
    assert [etree.QName(it).localname for it in root] == [
        "id",
        "title",
        "updated",
        "rights",
        "generator",
        "entry",
    ]
    (content,) = values(root, "a:entry/a:content")
    assert content
    shown = html.fragment_fromstring(content)
    assert {it.tag for it in shown.iter()} <= {"div", "p", "figure", "img", "hr", "a", "em"}
    assert not [it for it in shown.iter("a") if not (it.get("href") or "").startswith("http")]
    assert root.find("a:entry/a:link", ATOM) is None
