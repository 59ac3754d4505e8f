"""What is a change to a reader makes a revision, and nothing else does."""

from __future__ import annotations

import pytest

from newsarchive.items.body import Aside, Block, Embed, Image, ListBlock, Paragraph, Span, Table
from newsarchive.items.body import Cell as TableCell
from newsarchive.revisions.words import address, says_the_same
from tests.storage.records import body

STORY = body("小米 15 售价 5499 元，今天开售。", "首批十万台。")


def linked(url: str) -> list[Block]:
    return [Paragraph([Span("详情见"), Span("公告", link=url)])]


def pictured(url: str, key: str | None = None, caption: str = "") -> list[Block]:
    return [*STORY, Image(url=url, key=key, caption=caption)]


def table(price: str) -> list[Block]:
    return [Table([[TableCell(body("售价")), TableCell(body(price))]])]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (STORY, body("小米15售价5499元，今天开售。", "首批\u3000十万台。")),
        (STORY, body("小米 15 售价 5499 元，", "今天开售。首批十\u200b万台。")),
        (STORY, [*STORY, *body("阅读 1.2万 · 评论 35")]),
        (STORY + body("1234 次浏览"), STORY + body("99,999 次浏览")),
        (STORY + body("点赞（12）"), STORY),
        (STORY + body("已有 1,234 人阅读"), STORY + body("已有 1.3万 人阅读")),
        (STORY + body("👁 阅读 12 👍 赞 3"), STORY + body("共 35 条评论")),
        (STORY + body("阅读数：100 | 评论数：2"), STORY + body("100 views, 3 comments")),
        (STORY, [*STORY, Aside("advertisement", body("限时 9.9 元"))]),
        (STORY, [*STORY, Aside("appeal", body("点个关注"))]),
        (linked("https://e.com/a?id=1"), linked("https://e.com/a?utm_source=x&id=1&spm=1.2#top")),
        (linked("https://e.com/a"), linked("http://e.com/a?from=timeline&isappinstalled=0")),
        (
            linked("https://www.ithome.com/0/897/104.htm"),
            linked("https://m.ithome.com/html/897104.htm?utm_source=rss"),
        ),
        (pictured("https://i.com/a.jpg?w=100"), pictured("https://i.com/a.jpg?w=900&t=3")),
        (pictured("https://i.com/a?imageView2/2/w/9"), pictured("http://i.com/a?x-oss-process=image/resize")),
        (pictured("https://cdn1.com/x", "k"), pictured("https://cdn2.com/y", "k")),
        (STORY, [Paragraph([Span("小米 15 售价 5499 元，今天开售。", strong=True)]), *STORY[1:]]),
    ],
)
def test_what_tells_a_reader_nothing_is_no_change(one: list[Block], other: list[Block]) -> None:
    assert says_the_same(one, other)
    assert says_the_same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (STORY, body("小米 15 售价 5999 元，今天开售。", "首批十万台。")),
        (STORY, STORY[:1]),
        (STORY, STORY[::-1]),
        (STORY, body("小米 15 售价 5499 元，今天开售！", "首批十万台。")),
        (body("视频播放 100 次后下架。"), body("视频播放 900 次后下架。")),
        (body("销量 100 万台"), body("销量 900 万台")),
        (body("12 人死亡"), body("13 人死亡")),
        (linked("https://e.com/a?id=1"), linked("https://e.com/a?id=2")),
        (linked("https://e.com/a"), body("详情见公告")),
        (pictured("https://i.com/a.jpg"), pictured("https://i.com/b.jpg")),
        (pictured("https://i.com/get?id=1"), pictured("https://i.com/get?id=2")),
        (pictured("https://i.com/a.jpg"), pictured("https://i.com/a.jpg", caption="左二为张三")),
        (table("5499 元"), table("5999 元")),
        ([ListBlock([body("甲"), body("乙")])], [ListBlock([body("甲"), body("丙")])]),
        ([Embed("video", id="1")], [Embed("video", id="2")]),
        (STORY, [*STORY, Aside("editor_note", body("编者注：价格已改。"))]),
    ],
)
def test_what_a_reader_sees_is_a_change(one: list[Block], other: list[Block]) -> None:
    assert not says_the_same(one, other)
    assert not says_the_same(other, one)


def test_an_address_that_is_none_stays_as_it_is() -> None:
    assert address("http://[") == "http://["
