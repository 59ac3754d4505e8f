"""ithome's lists and feeds, and lists of its articles that others saved."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsarchive.items.record import SHANGHAI
from newsarchive.items.verdict import Verdict
from newsarchive.records.listing import Listing, ListItem
from newsarchive.records.page import Page
from newsarchive.sites.reading import read

FETCHED = datetime(2026, 10, 1, 12, 0, tzinfo=SHANGHAI)


def listed(content: str | bytes, url: str = "") -> Listing:
    raw = content.encode() if isinstance(content, str) else content
    reading = read(Page(raw, url=url, fetched_at=FETCHED), hint="ithome")
    assert reading.verdict is Verdict.LIST
    assert reading.listing is not None
    return reading.listing


def beijing(*parts: int) -> datetime:
    year, month, day, hour, minute, second = (*parts, *(0,) * (6 - len(parts)))
    return datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "times",
    ["<i>2026-07-21 15:50:05</i>", '<a data-ot="2026-07-21T15:50:05.1230000+08:00"></a><i>3小时前</i>'],
)
def test_the_day_archive(times: str) -> None:
    listing = listed(
        "<html><body><h1>IT之家滚动新闻</h1><ul class='datel'><li><a class='c' href='//next.ithome.com/'>[智能时代]</a>"
        f"<a class='t' href='https://www.ithome.com/0/979/611.htm'>标题 &amp; 一</a>{times}</li>"
        "<li><a class='c' href='//lapin.ithome.com/'>[辣品]</a><a class='t' href='https://lapin.ithome.com/html/digi/979612.htm'>"
        "促销</a><i>2026-07-21 15:51:00</i></li></ul></body></html>"
    )
    first, second = listing.items
    assert listing.title == "IT之家滚动新闻"
    assert first == ListItem(
        url="https://www.ithome.com/0/979/611.htm",
        identity="ithome:979611",
        keys={"id": "979611"},
        title="标题 & 一",
        published_at=beijing(2026, 7, 21, 15, 50, 5),
        published_text=first.published_text,
        extra={"channel": "智能时代"},
    )
    assert (second.identity, second.promotion) == ("ithome:979612", True)


def test_relative_times_of_a_list_count_from_the_fetch() -> None:
    listing = listed(
        "<ul class='datel'><li><a class='t' href='https://www.ithome.com/0/979/611.htm'>标题</a><i>昨日 20:36</i></li></ul>"
    )
    assert listing.items[0].published_at == beijing(2026, 9, 30, 20, 36)


def test_the_list_of_2015() -> None:
    listing = listed(
        "<ul class='ulcl'><li><a href='http://www.ithome.com/html/it/123456.htm'>旧标题</a></li></ul>"
    )
    assert (listing.items[0].identity, listing.items[0].title) == ("ithome:123456", "旧标题")


CARD = (
    '<li><a href="https://www.ithome.com/1/008/914.htm" class="img"><img class="lazy" data-original="https://img.ithome.com/t.jpg"></a>'
    '<div class="c" data-ot="{time}"><h2><a title="完整的标题" href="https://www.ithome.com/1/008/914.htm" class="title">短标题</a></h2>'
    '<div class="m">一句摘要。</div><div class="tags"><a href="#">AI</a></div><span class="state tody">今日 20:47</span></div></li>'
)


def test_a_channel_page_and_what_comes_after_it() -> None:
    listing = listed(
        f'<div id="list"><ul class="bl">{CARD.format(time="2026-09-30T21:24:53.6630000+08:00")}</ul></div>'
    )
    entry = listing.items[0]
    assert (entry.identity, entry.title, entry.summary) == ("ithome:1008914", "短标题", "一句摘要。")
    assert entry.published_at == beijing(2026, 9, 30, 21, 24, 53)
    assert entry.extra == {"thumb": "https://img.ithome.com/t.jpg", "title_attr": "完整的标题"}
    assert listing.cursor == str(round(beijing(2026, 9, 30, 21, 24, 53).timestamp() * 1000) + 663)
    assert listing.more


def test_the_answer_to_more_of_a_channel() -> None:
    answer = {"success": True, "content": {"count": 1, "html": CARD.format(time="2026/6/10 13:16:22")}}
    listing = listed(json.dumps(answer))
    assert listing.items[0].published_at == beijing(2026, 6, 10, 13, 16, 22)
    assert (listing.cursor, listing.more) == (
        str(int(beijing(2026, 6, 10, 13, 16, 22).timestamp() * 1000)),
        True,
    )
    for end in ({"count": 0, "html": ""}, {"count": 0, "html": None}):
        last = listed(json.dumps({"success": True, "content": end}))
        assert (last.items, last.more) == ((), False)


def test_a_topic_page() -> None:
    listing = listed(
        '<ol class="newslist col-xs-12"><li><div class="newspic"><a href="https://www.ithome.com/1/007/340.htm" title=""><img class="lazy"'
        ' data-original="https://img.ithome.com/t.jpg"></a></div><div class="newsbody"><a href="https://www.ithome.com/1/007/340.htm" title="">'
        '<h2>专题里的标题</h2></a><p class="hidden-xs">摘要</p><div class="editor">漾某 <span class="time"><script>'
        "jsDateDiff('2026/9/26 13:26:07')</script></span></div></div></li></ol>"
    )
    entry = listing.items[0]
    assert (entry.identity, entry.title, entry.summary) == ("ithome:1007340", "专题里的标题", "摘要")
    assert entry.published_at == beijing(2026, 9, 26, 13, 26, 7)
    assert entry.extra["editor"] == "漾某"


def test_rankings() -> None:
    desktop = listed(
        '<ul class="bd order sel" id="d-1"><li><a title="一" href="https://www.ithome.com/0/998/998.htm">一</a></li></ul>'
        '<ul class="bd order" id="d-2"><li><a title="二" href="https://www.ithome.com/1/000/704.htm">二</a></li></ul>'
    )
    assert [(entry.identity, entry.extra["rank_type"]) for entry in desktop.items] == [
        ("ithome:998998", "d-1"),
        ("ithome:1000704", "d-2"),
    ]
    mobile = listed(
        '<div class="rank"><div class="rank-name" data-rank-type="week-rank">周榜</div><div class="rank-box">'
        '<div class="placeholder" data-news-id="1008151"><a href="https://m.ithome.com/html/1008151.htm"><p class="plc-title">标题</p>'
        '<p class="plc-footer"><span class="post-time">09月27日</span><span class="review-num">670评</span></p></a></div></div></div>'
    )
    entry = mobile.items[0]
    assert (entry.identity, entry.title, entry.extra["rank_type"]) == ("ithome:1008151", "标题", "week-rank")
    assert (entry.published_at, entry.published_text) == (beijing(2026, 9, 27), "09月27日")


def test_a_page_of_unknown_make_is_read_by_its_links() -> None:
    anchors = "".join(f'<a href="/0/979/{number}.htm">标题 {number}</a>' for number in range(600, 606))
    listing = listed(f"<html><body><div>{anchors}{anchors}</div></body></html>", "https://www.ithome.com/")
    assert [entry.keys["id"] for entry in listing.items] == [str(number) for number in range(979600, 979606)]
    few = read(
        Page(
            b'<html><body><a href="/0/979/600.htm">one</a></body></html>',
            url="https://www.ithome.com/about.htm",
        )
    )
    assert few.verdict is Verdict.OTHER


def news(**changes: object) -> dict[str, Any]:
    return {
        "newsid": 1009170,
        "title": "标题",
        "description": "摘要",
        "image": "https://img.ithome.com/t.jpg?r=1",
        "orderdate": "2026-10-01T23:47:33.417",
        "postdate": "2026-10-01T20:00:00.5",
        "cid": 192,
        "url": "/1/009/170.htm",
        "isad": False,
        "NewsTips": [],
    } | changes


@pytest.mark.parametrize(
    ("changes", "promotion"),
    [
        ({}, False),
        ({"isad": True}, True),
        ({"cid": 166}, True),
        ({"NewsTips": [{"TipName": "广告"}]}, True),
        ({"NewsTips": [{"TipName": "置顶"}]}, False),
        ({"url": "https://lapin.ithome.com/html/digi/1009170.htm"}, True),
        ({"aid": 1}, True),
    ],
)
def test_promotions_in_the_mobile_interface(changes: dict[str, Any], promotion: bool) -> None:  # noqa: FBT001
    listing = listed(json.dumps({"Success": 1, "Result": [news(**changes)]}))
    assert listing.items[0].promotion is promotion
    assert listing.items[0].identity == "ithome:1009170"


def test_the_two_clocks_of_the_mobile_interface() -> None:
    rows = [
        news(),
        news(
            newsid=1009160,
            url="",
            WapNewsUrl="https://m.ithome.com/html/1009160.htm",
            isad=True,
            orderdate="2026-10-01T22:00:00",
        ),
    ]
    listing = listed(json.dumps({"Success": 1, "Result": rows}))
    assert listing.items[0].published_at == beijing(2026, 10, 1, 20)
    assert listing.items[1].url == "https://m.ithome.com/html/1009160.htm"
    assert (listing.cursor, listing.more) == (str(int(beijing(2026, 10, 1, 22).timestamp() * 1000)), True)
    assert listed('{"Success": 1, "Result": []}') == Listing()


def test_pinned_items_of_the_json_interface_have_no_place_in_time() -> None:
    pinned = news(orderdate="0001-01-01T00:00:00", url="https://www.ithome.com/1/009/170.htm")
    listing = listed(
        json.dumps({"toplist": [pinned], "newslist": [news(newsid=1009169, url="/1/009/169.htm")]})
    )
    assert [entry.extra["list"] for entry in listing.items] == ["toplist", "newslist"]
    assert listing.items[0].published_at == beijing(2026, 10, 1, 20)
    assert listing.items[1].url == "https://www.ithome.com/1/009/169.htm"


def test_the_whole_rows_of_a_cut_answer() -> None:
    text = json.dumps({"Success": 1, "Result": [news(), news(newsid=1009169)]})
    listing = listed(text[:-2] + "...\n]}")
    assert [entry.keys["id"] for entry in listing.items] == ["1009170", "1009169"]


def test_a_login_asked_for_is_no_list() -> None:
    assert read(Page(b'{"Success": 1, "Result": "needLogin"}'), hint="ithome").verdict is Verdict.OTHER


def feed(items: str) -> Page:
    text = f'<rss version="2.0"><channel><title>IT之家</title><link>https://www.ithome.com/</link>{items}</channel></rss>'
    return Page(text.encode())


def test_the_feed_carries_whole_articles() -> None:
    reading = read(
        feed(
            "<item><title>标题</title><link>https://www.ithome.com/html/it/323641.htm</link><guid>https://www.ithome.com/html/it/323641.htm</guid>"
            "<description><![CDATA[<p>前]]><![CDATA[后</p><p><img src='https://img.ithome.com/a.jpg?x-bce-process=image/format,f_auto'></p>]]></description>"
            "<pubDate>Tue, 29 Aug 2017 23:48:37 GMT</pubDate></item><item><title>无链接</title><description>&lt;p&gt;文字&lt;/p&gt;</description></item>"
        )
    )
    assert reading.verdict is Verdict.FEED
    assert reading.listing is not None
    assert [entry.identity for entry in reading.listing.items] == ["ithome:323641", None]
    assert reading.listing.items[1].summary == "文字"
    (article,) = reading.bodies
    assert (article.url, article.aliases) == (
        "https://www.ithome.com/0/323/641.htm",
        ("https://www.ithome.com/html/it/323641.htm",),
    )
    assert (article.text, article.published_at) == ("前后", beijing(2017, 8, 30, 7, 48, 37))
    assert [picture.url for picture in article.images] == [
        "https://img.ithome.com/a.jpg?x-bce-process=image/format,f_auto"
    ]


def test_a_markdown_list_of_links() -> None:
    text = (
        "# 今日新闻 - 2026年06月24日(sorted)\n- [GCC 性能暴涨 12% \\[更新\\]](https://www.ithome.com/0/968/151.htm)\n"
        "- [A  &amp; B](https://lapin.ithome.com/html/digi/968152.htm)\n- [别处](https://example.com/1)\n"
    )
    listing = listed(text)
    assert (listing.title, listing.extra) == ("今日新闻 - 2026年06月24日(sorted)", {"day": "2026-06-24"})
    assert [entry.title for entry in listing.items] == ["GCC 性能暴涨 12% [更新]", "A  & B", "别处"]
    assert [entry.identity for entry in listing.items] == ["ithome:968151", "ithome:968152", None]
    assert [entry.promotion for entry in listing.items] == [False, True, False]


@pytest.mark.parametrize(
    "text",
    [
        "# 标题\n\n正文里有 [一个链接](https://www.ithome.com/0/968/151.htm)。\n",
        "no list",
        "- [a](https://example.com/1)\n- [b](https://example.com/2)\n",
    ],
)
def test_other_markdown_is_no_list(text: str) -> None:
    assert read(Page(text.encode()), hint="ithome").verdict is Verdict.OTHER


@pytest.mark.parametrize(
    "wrap",
    [lambda rows: rows, lambda rows: {"type": "x", "list": rows}, lambda rows: {"data": {"items": rows}}],
)
def test_rows_that_another_program_saved(wrap: Callable[[object], object]) -> None:
    rows = [
        {
            "index": 1,
            "title": "80&#176; 广角",
            "url": "https://m.ithome.com/html/997927.htm",
            "extra": {"post_time": "2026/3/20 8:06:48", "editor": "漾某"},
        }
    ]
    (entry,) = listed(json.dumps(wrap(rows))).items
    assert (entry.identity, entry.title) == ("ithome:997927", "80° 广角")
    assert entry.published_at == beijing(2026, 3, 20, 8, 6, 48)
    assert entry.extra == {"index": 1, "editor": "漾某"}


@given(
    st.dictionaries(
        st.sampled_from(sorted(news())),
        st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers()),
    )
)
@example({"NewsTips": "<!DOCTYPE html>"})
def test_a_field_of_another_type_is_no_field(changes: dict[str, Any]) -> None:
    assert (
        read(Page(json.dumps({"Success": 1, "Result": [news(**changes)]}).encode()), hint="ithome").verdict
        is Verdict.LIST
    )


def test_a_body_whose_link_was_lost_stays_with_its_entry() -> None:
    feed = """<rss version="2.0"><channel><item><title>无链接</title><description>
        <p data-vmark="1">第一段。</p><p><img src="https://img.ithome.com/newsuploadfiles/2024/11/a.jpg"></p></description></item>
        <item><title>只有摘要</title><description>一句话。</description></item></channel></rss>"""
    reading = read(Page(feed.encode()), hint="ithome")
    assert reading.listing is not None
    assert reading.bodies == ()
    first, second = reading.listing.items
    assert first.extra == {
        "text": "第一段。",
        "images": ["https://img.ithome.com/newsuploadfiles/2024/11/a.jpg"],
    }
    assert (second.summary, second.extra) == ("一句话。", {})


def test_an_entry_without_link_leads_where_its_guid_says() -> None:
    feed = """<rss version="2.0"><channel><item><title>题</title><guid>https://www.ithome.com/1/008/914.htm</guid>
        <description>摘要</description></item></channel></rss>"""
    listing = read(Page(feed.encode()), hint="ithome").listing
    assert listing is not None
    assert listing.items[0].url == "https://www.ithome.com/1/008/914.htm"


def test_a_json_feed_carries_whole_articles_too() -> None:
    entry = {"url": "https://www.ithome.com/1/008/914.htm", "title": "题", "content_html": "<p>正文。</p>"}
    feed = {"version": "https://jsonfeed.org/version/1", "title": "IT之家", "items": [entry]}
    reading = read(Page(json.dumps(feed).encode()), hint="ithome")
    assert (reading.verdict, [body.text for body in reading.bodies]) == (Verdict.FEED, ["正文。"])


@pytest.mark.parametrize(
    "bad", [None, "", [], {}, {"newsid": None}, {"newsid": [1]}, {"newsid": 7, "url": "http://["}]
)
def test_a_bad_row_costs_no_other(bad: object) -> None:
    rows = [{"newsid": n, "title": f"题 {n}", "postdate": "2026-11-20T10:00:00"} for n in (897101, 897102)]
    for name in ("newslist", "Result"):
        content = json.dumps({name: [rows[0], bad, rows[1]]}).encode()
        listing = listed(content, "https://m.ithome.com/api/news/newslistpageget")
        found = [item.identity for item in listing.items if item.identity]
        assert [name for name in found if name != "ithome:7"] == ["ithome:897101", "ithome:897102"]
