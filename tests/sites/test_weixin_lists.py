"""Pages, answers and feeds that lead to weixin articles."""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from newsarchive.items.verdict import Verdict
from newsarchive.records.listing import Listing, ListItem
from newsarchive.records.page import Page
from newsarchive.sites.weixin.reader import read
from newsarchive.sites.weixin.urls import identify
from tests.sites import weixin_pages as pages

TIME = datetime.fromtimestamp(pages.TIME, UTC)


def named(item: ListItem) -> str | None:
    """The canonical URL of the article that an entry links to, else the link itself."""
    link = identify(item.url) if item.url else None
    return link.url if link else item.url


def listing_of(content: object, verdict: Verdict) -> Listing:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    reading = read(Page(raw))
    assert reading.verdict is verdict
    assert reading.listing is not None
    return reading.listing


def long_link(mid: str, idx: int = 1) -> str:
    return pages.LONG.replace(pages.MID, mid).replace("idx=1", f"idx={idx}")


def album_entry(mid: str) -> dict[str, str]:
    url = long_link(mid).replace("https", "http") + "&chksm=c0ffee#rd"
    return {
        "title": f"第{mid}篇",
        "url": url,
        "msgid": mid,
        "itemidx": "1",
        "create_time": str(pages.TIME),
        "pos_num": "3",
    }


def album(**members: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"base_resp": {"ret": 0}, "getalbum_resp": {"base_info": {"is_first_screen": "0"}, **members}}


def test_an_albums_answer_leads_on() -> None:
    entries = [album_entry("2247480001"), album_entry("2247480002")]
    listing = listing_of(album(article_list=entries, continue_flag="1"), Verdict.ALBUM)
    assert [named(item) for item in listing.items] == [long_link("2247480001"), long_link("2247480002")]
    assert listing.items[0].published_at == TIME
    assert (listing.more, listing.cursor) == (True, "2247480002_1")


def test_the_last_articles_come_with_the_flag_that_there_are_no_more() -> None:
    listing = listing_of(album(article_list=[album_entry("2247480001")], continue_flag="0"), Verdict.ALBUM)
    assert (len(listing.items), listing.more) == (1, False)


def test_a_single_article_is_an_object_and_an_exhausted_album_has_no_list() -> None:
    assert len(listing_of(album(article_list=album_entry("2247480001")), Verdict.ALBUM).items) == 1
    exhausted = listing_of(album(continue_flag="0"), Verdict.ALBUM)
    assert (exhausted.items, exhausted.more) == ((), False)


def test_an_albums_page_has_its_first_articles_in_script_and_in_elements() -> None:
    url = html.escape(long_link("2247480001") + "&chksm=1#rd")
    item = (
        f"{{ title: '雨季', create_time: '{pages.TIME}', url: '{url}', msgid: '2247480001', itemidx: '1', }}"
    )
    data = f"""{{ ret: '0', albumId: '33', title: '短篇', nick_name: '小屋' || '', user_name: 'gh_a' || '',
        article_count: '2' * 1, is_wxa_novel: '' === 'true', is_reverse: '1' * 1, articleList: [ {item} ], }}"""
    frame = "<html><script>window.PAGE_MID='mmbizwap:pages/album.html';</script><style>.weui-msg{}</style><ul>%s</ul>%s"
    entry = f"""<li class="album__list-item js_album_item" data-msgid="2247480001" data-itemidx="1" data-link="{url}"
        data-title="雨季" data-pos_num="7"><span class="js_article_create_time">{pages.TIME}</span></li>"""
    both = listing_of((frame % (entry, f"<script>window.cgiData = {data};</script>")).encode(), Verdict.ALBUM)
    assert (both.title, both.account, both.account_id, both.more) == ("短篇", "小屋", "gh_a", True)
    elements = listing_of((frame % (entry, "")).encode(), Verdict.ALBUM)
    for listing in (both, elements):
        assert [(named(one), one.title, one.published_at) for one in listing.items] == [
            (long_link("2247480001"), "雨季", TIME)
        ]
        assert listing.items[0].extra == {"position": "7"}


def test_an_albums_page_that_a_browser_saved_without_scripts() -> None:
    page = f"""<html><body><div class="album"><div id="js_tag_name" class="album__label-title bold"></span>短篇</div>
        <div class="album__author-name">小屋</div><div class="album__head-content new_style"><span>9 篇内容</span></div>
        <ul class="album__list js_album_list"><li data-pos_num="9" data-itemidx='1' data-msgid='2247480009'
        data-link="{html.escape(long_link("2247480009"))}" data-title="第九篇" class="album__list-item"></li></ul></div>"""
    listing = listing_of(page.encode(), Verdict.ALBUM)
    assert (listing.title, listing.account, listing.extra["article_count"]) == ("短篇", "小屋", "9")
    assert (listing.more, listing.cursor) == (True, "2247480009_1")
    assert [(named(one), one.title) for one in listing.items] == [(long_link("2247480009"), "第九篇")]


def message(mid: str, *others: str) -> dict[str, Any]:
    def entry(number: str, idx: int) -> dict[str, Any]:
        return {
            "title": number,
            "content_url": long_link(number, idx).replace("&", "&amp;"),
            "digest": "",
            "author": "甲",
        }

    more = [entry(other, place) for place, other in enumerate(others, start=2)]
    return {
        "comm_msg_info": {"datetime": pages.TIME},
        "app_msg_ext_info": {**entry(mid, 1), "multi_app_msg_item_list": more},
    }


def test_a_message_list_is_json_inside_a_string_and_has_articles_sent_along() -> None:
    messages = {
        "list": [message("2247480001", "2247480002"), {"comm_msg_info": {"datetime": 1, "content": "hi"}}]
    }
    answer = {"ret": 0, "general_msg_list": json.dumps(messages), "can_msg_continue": 1, "next_offset": 10}
    listing = listing_of(answer, Verdict.LIST)
    assert [named(item) for item in listing.items] == [long_link("2247480001"), long_link("2247480002", 2)]
    assert {item.published_at for item in listing.items} == {TIME}
    assert (listing.cursor, listing.more) == ("10", True)


@pytest.mark.parametrize("escaped", [True, False])
def test_an_accounts_page_holds_the_same_list_in_its_script(escaped: bool) -> None:  # noqa: FBT001
    entry = message("2247480001")
    entry["app_msg_ext_info"]["content_url"] = "/s?timestamp=1&amp;src=3&amp;ver=1&amp;signature=a*b"
    value = json.dumps({"list": [entry]})
    value = f"'{html.escape(value)}'" if escaped else value
    page = f"""<html><strong class="profile_nickname"> 象会 </strong><script>var biz = "{pages.BIZ}" || "";
        var msgList = {value};
        seajs.use("x.js");</script></html>"""
    listing = listing_of(page.encode(), Verdict.ACCOUNT_PAGE)
    assert (listing.account, listing.extra) == ("象会", {"biz": pages.BIZ})
    (item,) = listing.items
    assert item.url == "https://mp.weixin.qq.com/s?timestamp=1&src=3&ver=1&signature=a*b"
    assert item.identity is None


def platform_entry(mid: str) -> dict[str, Any]:
    link = long_link(mid) + "#rd"
    return {
        "title": "一<em>字</em> &amp; 二",
        "link": link,
        "appmsgid": int(mid),
        "itemidx": 1,
        "update_time": pages.TIME,
        "digest": "d",
    }


def test_the_platforms_list_marks_its_hits() -> None:
    listing = listing_of({"app_msg_cnt": 1, "app_msg_list": [platform_entry("2247480001")]}, Verdict.LIST)
    (item,) = listing.items
    assert (named(item), item.title, item.published_at, item.summary) == (
        long_link("2247480001"),
        "一字 & 二",
        TIME,
        "d",
    )


def test_the_platforms_newer_list_is_three_levels_of_strings() -> None:
    info = json.dumps({"type": 9, "appmsgex": [platform_entry("2247480001"), platform_entry("2247480002")]})
    published = {
        "total_count": 40,
        "publish_list": [{"publish_type": 101, "publish_info": info}, {"publish_info": ""}],
    }
    listing = listing_of({"base_resp": {"ret": 0}, "publish_page": json.dumps(published)}, Verdict.LIST)
    assert [item.keys["mid"] for item in listing.items] == ["2247480001", "2247480002"]
    assert listing.extra == {"total": 40}


def test_an_empty_list_is_a_list() -> None:
    answers: list[object] = [
        {"publish_page": "{}"},
        {"app_msg_list": []},
        {"general_msg_list": '{"list":[]}'},
    ]
    for answer in answers:
        assert listing_of(answer, Verdict.LIST).items == ()


def test_a_feed_gives_links_and_dates_and_never_an_article() -> None:
    feed = f"""<?xml version="1.0" ?><rss version="2.0"><channel><title><![CDATA[海洋所]]></title>
<image><title>gh_021881142875</title></image><item><title>浮标 &amp; 海</title><description>环境异常…去验证</description>
<link>{html.escape(long_link("2247480001"))}&amp;scene=0&amp;xtrack=1#rd</link>
<pubDate>Thu, 01 Jan 2026 08:00:00 +0800</pubDate></item><item><title>短</title><link>{pages.SHORT}</link></item></channel></rss>"""
    reading = read(Page(feed.encode()))
    assert (reading.verdict, reading.article, reading.bodies) == (Verdict.FEED, None, ())
    assert reading.listing is not None
    assert (reading.listing.account, reading.listing.account_id) == ("海洋所", "gh_021881142875")
    first, second = reading.listing.items
    assert (named(first), first.title, first.published_at) == (long_link("2247480001"), "浮标 & 海", TIME)
    assert second.identity == f"weixin:s:{pages.TOKEN}"


def test_atom_and_json_feeds_are_read_too() -> None:
    atom = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>甲</title><entry><title>乙</title>
<link href="{pages.SHORT}"/><updated>2026-01-01T00:00:00Z</updated></entry></feed>"""
    entry = {"id": "x", "url": pages.SHORT, "title": "乙", "date_published": "2026-01-01T00:00:00Z"}
    for content in (atom.encode(), {"version": "https://jsonfeed.org/version/1", "items": [entry]}):
        (item,) = listing_of(content, Verdict.FEED).items
        assert (named(item), item.title, item.published_at) == (pages.SHORT, "乙", TIME)


def test_a_link_table_has_escaped_links_and_local_times() -> None:
    url = long_link("2247480001").replace("&", "&amp;") + "&amp;scene=27#wechat_redirect"
    table = f'\ufefftitle,url,time,like_num\r\n"逗号, 引号""",{url},2026-01-01 08:00:00,5\r\n空,,,\r\n'
    (item,) = listing_of(table.encode(), Verdict.LIST).items
    assert (named(item), item.title, item.published_at) == (long_link("2247480001"), '逗号, 引号"', TIME)


def test_a_catalogue_of_channels_is_a_list() -> None:
    rows = [
        {
            "Title": "媒",
            "Id": "gh_1.xml",
            "Links": "https://example.org/gh_1.xml",
            "Pubdate": "Thu, 01 Jan 2026 08:00:00 +0800",
        }
    ]
    (item,) = listing_of(rows, Verdict.LIST).items
    assert (named(item), item.title, item.published_at) == ("https://example.org/gh_1.xml", "媒", TIME)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "ftp://x", "\\\\x", 7, None, {"a": 1}]
)
def test_a_link_that_is_no_web_address_is_dropped(url: object) -> None:
    entry = {**album_entry("2247480001"), "url": url}
    assert (
        listing_of(album(article_list=[entry, album_entry("2247480002")]), Verdict.ALBUM).items[0].keys["mid"]
        == "2247480002"
    )


@pytest.mark.parametrize(
    "answer",
    [
        {"getalbum_resp": {"article_list": "x", "base_info": 7}},
        {"general_msg_list": "{broken", "next_offset": {}},
        {"publish_page": '{"publish_list": [1, null, {"publish_info": "nope"}]}'},
        {"app_msg_list": [[], None, "x", {}]},
        {"items": [1, {"url": None}]},
        {"list": [None, {"nickname": 1}]},
        [None, 1, "x", [], {"Title": {}}],
    ],
)
def test_answers_of_the_wrong_shape_do_no_harm(answer: object) -> None:
    assert read(Page(json.dumps(answer).encode())).article is None


def test_a_json_feed_names_its_account_and_dates() -> None:
    answer = {
        "version": "https://jsonfeed.org/version/1",
        "title": "小屋",
        "items": [
            {"id": pages.TOKEN, "url": pages.SHORT, "title": "雨季", "date_modified": TIME.isoformat()}
        ],
    }
    listing = listing_of(answer, Verdict.FEED)
    assert listing.account == "小屋"
    assert [(item.url, item.title, item.published_at) for item in listing.items] == [
        (pages.SHORT, "雨季", TIME)
    ]


def test_a_feed_that_links_to_its_own_copy_names_the_article_beside_it() -> None:
    feed = f"""<rss version="2.0"><channel><title>小屋</title><item><title>雨季</title>
        <link>https://reader.example.org/rss/feed/7</link><guid>{pages.SHORT}</guid>
        <pubDate>Thu, 01 Jan 2026 08:00:00</pubDate></item></channel></rss>"""
    item = listing_of(feed.encode(), Verdict.FEED).items[0]
    assert (item.url, item.published_at) == (pages.SHORT, TIME), "a time without a zone is Beijing's"


def test_the_list_of_a_reading_app_gives_short_links() -> None:
    review = {
        "createTime": pages.TIME,
        "mpInfo": {"title": "雨季", "originalId": "-a~B3456789012345678xY"},
    }
    answer = {"reviews": [{"subReviews": [{"review": review}]}, {"subReviews": "?"}]}
    listing = listing_of(answer, Verdict.LIST)
    assert [(named(item), item.title, item.published_at) for item in listing.items] == [
        (pages.SHORT, "雨季", TIME)
    ]


def test_a_row_whose_address_nobody_can_take_apart_costs_no_other() -> None:
    good = {"title": "一", "link": "https://mp.weixin.qq.com/s/-S2CVk3hAbCdEfGhIjKl_g"}
    content = json.dumps({"app_msg_list": [{"title": "二", "link": "//[/a"}, good]}).encode()
    listing = read(Page(content, "https://mp.weixin.qq.com/cgi-bin/appmsg")).listing
    assert listing is not None
    assert [item.url for item in listing.items] == [None, good["link"]]
