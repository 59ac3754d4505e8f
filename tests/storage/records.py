"""Records of the tests' own making, in the shape that the three sites give."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import RootModel

from newsarchive.items.article import Article, RawReference
from newsarchive.items.body import Block, Image, ListBlock, Paragraph, Quote, Span
from newsarchive.items.event import Event
from newsarchive.records.listing import ListReading
from newsarchive.records.pick import Pick
from newsarchive.records.run import Run
from newsarchive.records.task import Task
from newsarchive.storage.collections import DocumentCollection

NOON = datetime(2025, 12, 6, 4, 0, tzinfo=UTC)
"""2025-12-06 12:00 in Shanghai."""
SHORT = "AbCdEf_-0123456789XyZw"
LONG_URL = "https://mp.weixin.qq.com/s?__biz=MzA4MDY1NTU4Mw==&mid=2650001234&idx=1&sn=0f1e2d3c"
SHORT_URL = f"https://mp.weixin.qq.com/s/{SHORT}"


def body(*lines: str) -> list[Block]:
    return [Paragraph([Span(line)]) for line in lines]


def nested(levels: int) -> list[Block]:
    """Quotations in each other."""
    blocks = body("最里面的一句。")
    for _ in range(levels):
        blocks = [Quote(blocks)]
    return blocks


def article(number: int = 1, **fields: Any) -> Article:  # noqa: ANN401
    given: dict[str, Any] = {
        "site": "ithome",
        "identity": f"ithome:{number}",
        "kind": "article",
        "url": f"https://www.ithome.com/0/{number // 1000:03}/{number % 1000:03}.htm",
        "title": f"第 {number} 条消息",
        "published_at": NOON + timedelta(minutes=number),
        "fetched_at": NOON + timedelta(days=1),
        "body": body(f"这是第 {number} 条消息的正文。", "另有一段。"),
        "parser": "ithome/1",
    }
    return Article(**given | fields)


def weixin(**fields: Any) -> Article:  # noqa: ANN401
    """The article with everything its page says."""
    given: dict[str, Any] = {
        "site": "weixin",
        "identity": "weixin:MzA4MDY1NTU4Mw==:2650001234:1",
        "url": LONG_URL,
        "keys": {"biz": "MzA4MDY1NTU4Mw==", "mid": "2650001234", "idx": "1", "short": SHORT},
        "title": "一篇公众号文章",
        "body": body("公众号文章的正文。", "第二段。"),
        "parser": "weixin/1",
    }
    return article(**given | fields)


def weixin_by_short_link(**fields: Any) -> Article:  # noqa: ANN401
    """The same article, as a list or an aggregator names it before its page was read."""
    given: dict[str, Any] = {
        "identity": f"weixin:s:{SHORT}",
        "url": SHORT_URL,
        "keys": {"short": SHORT},
        "body": [],
        "digest": "一句话的摘要",
    }
    return weixin(**given | fields)


def everything() -> Article:
    """An article with a value in every field."""
    return article(
        7,
        keys={"id": "7"},
        aliases=("https://m.ithome.com/html/7.htm",),
        attribution={
            "account": "IT之家",
            "author": "清源",
            "editor": "清源",
            "source": "新华社",
            "copyright": "repost",
            "original_keys": {"biz": "MzA="},
        },
        published_text="2025/12/6 12:07:00",
        digest="摘要",
        cover="https://img.ithome.com/newsuploadfiles/2025/12/cover.jpg",
        source_url="https://example.com/origin",
        tags=("手机", "芯片"),
        sections=("数码",),
        promotion=True,
        paid=True,
        extra={"word_count": 12, "nested": {"a.b": [1, 2.5, None, True]}},
        raw=RawReference(file="a.warc.gz", offset=12, sha256="0" * 64),
        body=[
            *body("正文。"),
            Image(url="https://img.ithome.com/a.jpg", caption="图说", width=800, height=600),
            Image(url="https://img.ithome.com/b.jpg", role="background"),
            Paragraph(
                [Span("旧", struck=True), Span("2", script="super"), Span("x_1", code=True, formula=True)]
            ),
            ListBlock([body("甲"), body("乙")], ordered=True, start=2, style="A", numbers=[2, 1]),
        ],
    )


def event(**fields: Any) -> Event:  # noqa: ANN401
    given: dict[str, Any] = {
        "site": "weixin",
        "identity": "weixin:MzA4MDY1NTU4Mw==:2650001234:1",
        "url": LONG_URL,
        "kind": "deleted",
        "notice": "该内容已被发布者删除",
        "observed_at": NOON,
    }
    return Event(**given | fields)


def pick(position: int = 1, **fields: Any) -> Pick:  # noqa: ANN401
    given: dict[str, Any] = {
        "day": NOON.date(),
        "position": position,
        "url": f"https://mp.weixin.qq.com/s/{position:022}",
        "text": f"第 {position} 条",
    }
    return Pick(**given | fields)


def run(number: int = 1, **fields: Any) -> Run:  # noqa: ANN401
    started = NOON + timedelta(hours=number)
    given: dict[str, Any] = {
        "run_id": f"run-{number}",
        "site": "36kr",
        "started_at": started,
        "heartbeat_at": started,
    }
    return Run(**given | fields)


def task(number: int = 1, **fields: Any) -> Task:  # noqa: ANN401
    given: dict[str, Any] = {
        "site": "ithome",
        "name": f"ithome:{number}",
        "url": f"https://www.ithome.com/0/{number // 1000:03}/{number % 1000:03}.htm",
        "found_at": NOON,
        "due_at": NOON,
    }
    return Task(**given | fields)


def list_reading(**fields: Any) -> ListReading:  # noqa: ANN401 - like the record's own fields
    """A list that was read at noon."""
    return ListReading(**{"url": "https://a/", "read_at": NOON} | fields)


class Plain(RootModel[dict[str, Any]]):
    """A small document of any shape."""


def plain(name: str) -> DocumentCollection[Plain]:
    """A collection as another version of the program might write it."""
    return DocumentCollection(name, Plain)
