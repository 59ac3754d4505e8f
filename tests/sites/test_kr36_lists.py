"""36kr's lists and feeds: what they lead to, what they carry whole, and how they go on."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from newsarchive.items.record import SHANGHAI
from newsarchive.items.verdict import Verdict
from newsarchive.records.listing import Listing, ListItem
from newsarchive.records.page import Page, Reading
from newsarchive.sites.reading import read

PUBLISHED = datetime(2026, 7, 5, 16, 31, 23, tzinfo=SHANGHAI)
MILLISECONDS = int(PUBLISHED.timestamp() * 1000) + 508


def row(number: int, **changes: object) -> dict[str, Any]:
    material = {
        "itemId": number,
        "widgetTitle": f"第 {number} 个<em>标题</em>",
        "summary": "摘要",
        "authorName": "账号名",
        "publishTime": MILLISECONDS,
        "widgetImage": "https://img.36krcdn.com/a",
    }
    return {
        "itemId": number,
        "itemType": 10,
        "templateMaterial": material,
        "route": f"detail_article?itemId={number}",
    } | changes


def flash(number: int, **changes: object) -> dict[str, Any]:
    material = {
        "publishTime": MILLISECONDS,
        "widgetTitle": f"快讯 {number}",
        "widgetContent": f"36氪获悉，事情 {number}。（界面）",
    }
    return {"itemId": number, "templateMaterial": material | changes}


def page_of(state: object, url: str = "") -> Page:
    return Page(f"<html><script>window.initialState={json.dumps(state)};</script></html>".encode(), url=url)


def answer(data: object, url: str = "") -> Page:
    return Page(json.dumps({"code": 0, "data": data}).encode(), url=url)


def listed(page: Page) -> tuple[Reading, Listing]:
    reading = read(page, hint="36kr")
    assert reading.verdict is Verdict.LIST
    assert reading.listing is not None
    return reading, reading.listing


NEXT = {"pageCallback": "eyJmaXJzdElkIjoxfQ", "hasNextPage": 1}


@pytest.mark.parametrize(
    "page",
    [
        page_of({"information": {"informationList": {"itemList": [row(11), row(12)], **NEXT}}}),
        answer({"itemList": [row(11), row(12)], **NEXT}),
        page_of(
            {
                "motifDetail": {
                    "data": {"motifArticleList": {"data": {"itemList": [row(11), row(12)], **NEXT}}}
                }
            }
        ),
    ],
    ids=["channel", "gateway", "topic"],
)
def test_lists_of_articles_with_their_cursor(page: Page) -> None:
    reading, listing = listed(page)
    assert (listing.cursor, listing.more) == ("eyJmaXJzdElkIjoxfQ", True)
    assert [item.identity for item in listing.items] == ["36kr:11", "36kr:12"]
    assert listing.items[0] == ListItem(
        url="https://36kr.com/p/11",
        identity="36kr:11",
        keys={"id": "11"},
        title="第 11 个标题",
        published_at=PUBLISHED,
        published_text=str(MILLISECONDS),
        summary="摘要",
        author="账号名",
    )
    assert reading.bodies == ()


@pytest.mark.parametrize(
    "page",
    [
        page_of(
            {
                "newsflashCatalogData": {
                    "data": {
                        "newsflashList": {"data": {"itemList": [flash(21)]}},
                        "hotlist": {"data": [row(11)]},
                    }
                }
            }
        ),
        page_of({"newsflashList": {"newsflashList": {"data": {"itemList": [flash(21)]}}}}),
        answer(
            {"itemList": [flash(21)], "hasNextPage": 0}, "https://gateway.36kr.com/api/mis/nav/newsflash/list"
        ),
        answer({"itemList": [flash(21)], "hasNextPage": 0}),
        answer({"itemList": [flash(21) | {"itemType": 20}], "hasNextPage": 0}),
        answer({"itemList": [flash(21) | {"route": "detail_newsflash?itemId=21"}], "hasNextPage": 0}),
    ],
)
def test_a_list_of_flashes_carries_them_whole(page: Page) -> None:
    reading, listing = listed(page)
    item = listing.items[0]
    assert (item.kind, item.url, item.summary) == (
        Verdict.NEWSFLASH,
        "https://36kr.com/newsflashes/21",
        "36氪获悉，事情 21。（界面）",
    )
    body = reading.bodies[0]
    assert (body.kind, body.identity, body.title, body.text) == (
        Verdict.NEWSFLASH,
        "36kr:21",
        "快讯 21",
        "36氪获悉，事情 21。（界面）",
    )
    assert body.published_at == PUBLISHED
    assert not listing.more


def test_a_flash_names_its_source() -> None:
    page = answer(
        {"itemList": [flash(21, sourceUrlRoute="webview?url=https%3A%2F%2Fwww.thepaper.cn%2Fx%3Fa%3D1")]}
    )
    reading, listing = listed(page)
    assert listing.items[0].extra == {"source_url": "https://www.thepaper.cn/x?a=1"}
    assert reading.bodies[0].source_url == "https://www.thepaper.cn/x?a=1"
    _, hostile = listed(answer({"itemList": [flash(21, sourceUrlRoute="webview?url=javascript:alert(1)")]}))
    assert hostile.items[0].extra == {}


def test_cards_that_are_no_articles() -> None:
    theme = {
        "itemId": 5,
        "itemType": 5000,
        "templateMaterial": {"widgetTitle": "专题"},
        "route": "detail_theme?themeId=5",
    }
    card = row(12, itemType=0)
    video = row(13, itemType=60, route="detail_video?itemId=13")
    _, listing = listed(answer({"itemList": [theme, card, video]}))
    assert [item.kind for item in listing.items] == [Verdict.OTHER, Verdict.ARTICLE, Verdict.VIDEO]
    assert listing.items[0].identity is None
    assert listing.items[0].extra == {"route": "detail_theme?themeId=5"}
    assert [item.promotion for item in listing.items] == [False, True, False]


@pytest.mark.parametrize(
    "page",
    [
        answer({"hotRankList": [row(11)], "videoList": [row(13)]}),
        page_of(
            {
                "hotListData": {
                    "topList": {"code": 0, "data": [row(9)]},
                    "hotList": {"code": 0, "data": [row(11)]},
                }
            }
        ),
        page_of({"hotListData": {"topList": [row(9)], "hotList": [row(11)]}}),
        page_of({"homeData": {"data": {"hotlist": {"data": [row(11)]}}}}),
        page_of({"hotListDetail": {"articleList": {"itemList": [row(11)]}}}),
    ],
)
def test_hot_lists(page: Page) -> None:
    _, listing = listed(page)
    assert [item.identity for item in listing.items] == ["36kr:11"]


def test_the_last_page_of_a_cursor_is_a_list_without_items() -> None:
    _, listing = listed(answer({"itemList": [], "pageCallback": "", "hasNextPage": 0}))
    assert (listing.items, listing.cursor, listing.more) == ((), None, False)


def test_a_refusal_of_the_gateway_is_no_empty_list() -> None:
    reading = read(Page('{"code": 1002, "msg": "站点id为空", "data": null}'.encode()), hint="36kr")
    assert (reading.verdict, reading.notice) == (Verdict.UNAVAILABLE, "站点id为空")


def test_recommendations_on_an_article_page_are_no_list() -> None:
    state = {"articleDetail": {"articleRecommendData": {"itemList": [row(11)]}}}
    assert read(page_of(state, "https://36kr.com/p/10")).verdict is Verdict.EMPTY
    assert read(page_of(state), hint="36kr").verdict is Verdict.EMPTY


def test_a_list_page_without_state_is_read_by_its_cards() -> None:
    fetched = datetime(2026, 7, 5, 18, 0, tzinfo=SHANGHAI)
    cards = (
        '<div class="newsflash-item"><a class="item-title" href="/newsflashes/21">快讯 21</a><span class="time">3小时前</span></div>'
        '<div class="information-flow-item"><a class="article-item-title weight-bold" href="/p/11">标题 11</a>'
        '<a class="article-item-description" href="/p/11">摘要</a></div><a href="/p/12">别处的链接</a>'
    )
    page = Page(
        f"<html><body>{cards}</body></html>".encode(), url="https://36kr.com/newsflashes", fetched_at=fetched
    )
    _, listing = listed(page)
    assert [(item.identity, item.kind) for item in listing.items] == [
        ("36kr:21", Verdict.NEWSFLASH),
        ("36kr:11", Verdict.ARTICLE),
    ]
    assert listing.items[0].published_at == fetched - timedelta(hours=3)


def rss(items: str, link: str = "https://36kr.com") -> Page:
    text = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>36氪</title><link><![CDATA[{link}]]></link>{items}</channel></rss>'
    return Page(text.encode())


def item(path: str, description: str, more: str = "") -> str:
    return (
        f"<item><title><![CDATA[标题]]></title><link><![CDATA[https://36kr.com/{path}?f=rss]]></link>"
        f"<pubDate>2026-07-05 16:31:23  +0800</pubDate><description><![CDATA[{description}]]></description>{more}</item>"
    )


def test_the_mixed_feed() -> None:
    reading = read(
        rss(item("p/11", "<p>正文</p><p>编辑｜某某</p>") + item("newsflashes/21", "36氪获悉，事情。（界面）"))
    )
    assert reading.verdict is Verdict.FEED
    assert reading.listing is not None
    assert [entry.kind for entry in reading.listing.items] == [Verdict.ARTICLE, Verdict.NEWSFLASH]
    assert reading.listing.items[0].url == "https://36kr.com/p/11?f=rss"
    assert reading.listing.items[0].published_at == PUBLISHED
    article, news = reading.bodies
    assert (article.kind, article.url, article.text) == (
        Verdict.ARTICLE,
        "https://36kr.com/p/11",
        "正文\n编辑｜某某",
    )
    assert article.aliases == ("https://36kr.com/p/11?f=rss",)
    assert (news.kind, news.url, news.text) == (
        Verdict.NEWSFLASH,
        "https://36kr.com/newsflashes/21",
        "36氪获悉，事情。（界面）",
    )


def test_a_summary_or_cut_text_in_anothers_feed_is_no_body() -> None:
    reading = read(rss(item("p/11", "只有摘要。") + item("p/12", "") + item("p/13", "没有段落的长文" * 200)))
    assert reading.bodies == ()
    assert reading.listing is not None
    assert reading.listing.items[0].summary == "只有摘要。"


def test_a_feed_with_summary_and_body() -> None:
    content = '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">&lt;p&gt;正文&lt;/p&gt;</content:encoded>'
    article = read(rss(item("p/11", "一句摘要", content))).bodies[0]
    assert (article.digest, article.text) == ("一句摘要", "正文")


def test_a_source_in_a_feed_of_flashes_is_not_the_flash() -> None:
    reading = read(rss(item("p/5270421", "一条快讯的全文。"), link="https://36kr.com/newsflashes"))
    assert reading.bodies == ()
    assert reading.listing is not None
    assert reading.listing.items[0].kind is Verdict.NEWSFLASH


def test_the_dated_json_list() -> None:
    text = {
        "date": "2026-03-17",
        "time": 1773740922167,
        "data": [
            {
                "rank": 1,
                "title": "标题",
                "author": "某某",
                "publishTime": "2026-03-17 08:00:00",
                "content": "摘要",
                "url": "https://36kr.com/p/11?channel=openclaw",
            }
        ],
    }
    url = "https://openclaw.36krcdn.com/media/hotlist/2026-03-17/24h_hot_list.json"
    reading = read(Page(json.dumps(text).encode(), url=url))
    assert reading.listing is not None
    entry = reading.listing.items[0]
    assert (entry.identity, entry.author, entry.summary, entry.extra) == (
        "36kr:11",
        "某某",
        "摘要",
        {"rank": 1},
    )
    assert entry.published_at == datetime(2026, 3, 17, 8, 0, tzinfo=SHANGHAI)


def legacy(*numbers: int) -> str:
    items = [
        {
            "id": number,
            "title": f"旧快讯 {number}",
            "description": "全文",
            "published_at": "2019-01-11 21:55:00",
            "news_url": "http://example.com/1",
        }
        for number in numbers
    ]
    return json.dumps({"code": 0, "data": {"items": items}}, indent=4)


def test_answers_of_the_old_interface_in_a_note() -> None:
    note = f"## 快讯 api\n\njson 示例：\n\n{legacy(152648, 152647)}\n\n解析：`code`\n\n{legacy(152647, 152640)}\n"
    _, listing = listed(Page(note.encode()))
    assert [entry.keys["id"] for entry in listing.items] == ["152648", "152647", "152640"]
    assert listing.items[0].published_at == datetime(2019, 1, 11, 21, 55, tzinfo=SHANGHAI)
    assert listing.items[0].extra == {"source_url": "http://example.com/1"}
    _, alone = listed(Page(legacy(152648).encode()))
    assert len(alone.items) == 1


def test_a_description_of_an_interface_is_no_list() -> None:
    text = '# API\n\n```json\n{"date": "2026-03-17", "data": [{"title": "例子", "url": "https://36kr.com/p/9876543210000000"}]}\n```\n'
    assert read(Page(text.encode()), hint="36kr").verdict is Verdict.OTHER


def test_numbers_of_a_list_may_come_as_texts_and_an_id_in_the_material_alone() -> None:
    rows = [row(11, itemId=None, route=None), row(12, itemId="12", itemType="10", route=None)]
    _, listing = listed(answer({"itemList": rows, "pageCallback": "next", "hasNextPage": "1"}))
    assert [entry.identity for entry in listing.items] == ["36kr:11", "36kr:12"]
    assert (listing.cursor, listing.more) == ("next", True)
    _, advertised = listed(answer({"itemList": [row(13, itemType="0")]}))
    assert advertised.items[0].promotion


def test_dated_files_without_articles() -> None:
    day = {"date": "2026-03-17", "time": 1773740922167, "data": []}
    assert listed(Page(json.dumps(day).encode()))[1].items == ()
    note = {
        "noteId": 3568010593718423,
        "title": "某工具测评",
        "authorName": "某人",
        "content": None,
        "noteUrl": "https://36aidianping.com/note-detail/3568010593718423?channel=skills",
        "publishTime": MILLISECONDS,
    }
    _, notes = listed(Page(json.dumps([note]).encode()))
    entry = notes.items[0]
    assert (entry.identity, entry.url, entry.kind) == (None, note["noteUrl"], Verdict.OTHER)
    assert (entry.title, entry.author, entry.published_at) == ("某工具测评", "某人", PUBLISHED)


def test_rows_that_others_saved_with_a_time_in_milliseconds() -> None:
    rows = [{"title": "标题", "url": "https://36kr.com/p/11", "timestamp": MILLISECONDS}]
    _, listing = listed(Page(json.dumps(rows).encode()))
    assert listing.items[0].published_at == PUBLISHED


def test_lists_that_others_keep_under_names_of_their_own_are_all_read() -> None:
    days = {"days": [{"first": [row(11), row(12)]}, {"second": [row(13), row(11)]}], "recommend": [row(19)]}
    _, listing = listed(Page(json.dumps(days).encode()))
    assert [item.identity for item in listing.items] == ["36kr:11", "36kr:12", "36kr:13"]


@pytest.mark.parametrize("between", ["", "\n", "\r\n\r\n"])
@pytest.mark.parametrize("indent", [None, 1])
def test_answers_one_after_the_other_are_all_read(between: str, indent: int | None) -> None:
    answers = ({"code": 0, "data": {"itemList": [row(number)]}} for number in (11, 12, 13))
    text = between.join(json.dumps(one, indent=indent) for one in answers)
    _, listing = listed(Page(text.encode()))
    assert [item.identity for item in listing.items] == ["36kr:11", "36kr:12", "36kr:13"]


def test_a_json_feed_carries_whole_articles() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "36氪 - 最新",
        "items": [
            {
                "id": "https://www.36kr.com/p/3882467938040710",
                "url": "https://www.36kr.com/p/3882467938040710",
                "title": "题 &amp; 目",
                "content_html": "<p>正文。</p>",
                "date_published": PUBLISHED.isoformat(),
                "authors": [{"name": "账号名"}],
                "tags": ["标签", 1],
            },
            "?",
        ],
    }
    reading = read(Page(json.dumps(feed).encode()), hint="36kr")
    assert reading.verdict is Verdict.FEED
    assert reading.listing is not None
    assert (reading.listing.title, reading.listing.items[0].title) == ("36氪 - 最新", "题 & 目")
    body = reading.bodies[0]
    assert (body.identity, body.text, body.published_at) == ("36kr:3882467938040710", "正文。", PUBLISHED)
    assert (body.attribution.account, body.tags) == ("账号名", ("标签",))
