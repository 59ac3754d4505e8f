"""Which entries a month gets: the editor's, or drafts of what was crawled."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from exports.export_digest import export_digest
from exports.selection import draft_text, month_entries
from exports.stories import group_stories
from newsarchive.body import Paragraph, Span
from newsarchive.items import Article, Attribution, Pick
from newsarchive.storage import Store

MARCH = date(2025, 3, 1)
LONG = "这是一段足够长的正文，有人写，有人转载，标点，可能不同，字却是一样的。"


def article(number: int, text: str = "", at: str = "2025-03-04T02:00:00", **fields: Any) -> Article:  # noqa: ANN401
    given: dict[str, Any] = {
        "site": "ithome",
        "identity": f"ithome:{number}",
        "kind": "article",
        "url": f"https://www.ithome.com/0/897/{number:03}.htm",
        "title": f"标题 {number}",
        "published_at": datetime.fromisoformat(at).replace(tzinfo=UTC),
        "body": [
            Paragraph([Span(text or f"第 {number} 篇文章的正文在这里，说了一件自己的事情。还有一句。")])
        ],
    }
    return Article(**given | fields)


def pick(number: int, position: int = 1, **fields: Any) -> Pick:  # noqa: ANN401
    given: dict[str, Any] = {
        "day": date(2025, 3, 4),
        "position": position,
        "url": f"https://www.ithome.com/0/897/{number:03}.htm",
        "text": f"编辑写的第 {number} 条。",
        "identity": f"ithome:{number}",
    }
    return Pick(**given | fields)


async def test_picks_are_the_month_where_there_are_any(store: Store) -> None:
    await store.save_articles([article(1), article(2)])
    await store.save_picks([pick(2), pick(1, 2, state="rejected"), pick(3, 3, state="candidate")])
    assert [entry.text for entry in await month_entries(store, MARCH)] == ["编辑写的第 2 条。"]


async def test_without_picks_every_article_is_drafted_by_its_shanghai_day(store: Store) -> None:
    await store.save_articles(
        [
            article(1, at="2025-02-28T16:00:00"),
            article(2, at="2025-03-31T15:59:59"),
            article(3, at="2025-03-31T16:00:00"),
            article(4, at="2025-02-28T15:59:59"),
            article(6, at="2025-03-04T02:00:00"),
            article(5, at="2025-03-04T02:00:00"),
        ]
    )
    entries = await month_entries(store, MARCH)
    assert [(entry.day.day, entry.position, entry.identity) for entry in entries] == [
        (1, 1, "ithome:1"),
        (4, 1, "ithome:5"),
        (4, 2, "ithome:6"),
        (31, 1, "ithome:2"),
    ]
    assert all(entry.draft for entry in entries)


async def test_everything_adds_what_nobody_picked_or_rejected(store: Store) -> None:
    await store.save_articles([article(1), article(2), article(3), article(4)])
    await store.save_picks([pick(3), pick(2, 2, state="rejected"), pick(4, 3, state="candidate")])
    entries = await month_entries(store, MARCH, everything=True)
    assert [(entry.position, entry.identity, entry.draft) for entry in entries] == [
        (1, "ithome:3", False),
        (2, "ithome:4", False),
        (3, "ithome:1", True),
    ]


async def test_promotions_are_left_out(store: Store) -> None:
    await store.save_articles([article(1, promotion=True), article(2)])
    assert [entry.identity for entry in await month_entries(store, MARCH)] == ["ithome:2"]


async def test_a_reprint_appears_once_with_the_first_before(store: Store) -> None:
    reprint = LONG.replace("，", " , ")
    await store.save_articles(
        [article(1, reprint, "2025-03-05T00:00:00"), article(2, LONG, "2025-03-04T00:00:00")]
    )
    assert [entry.identity for entry in await month_entries(store, MARCH)] == ["ithome:2"]


def test_the_article_that_others_name_is_the_original() -> None:
    original = article(
        1,
        at="2025-03-05T00:00:00",
        site="weixin",
        identity="weixin:MzA=:1:2",
        url="https://mp.weixin.qq.com/s?__biz=MzA=&mid=1&idx=2&sn=ab",
        keys={"biz": "MzA=", "mid": "1", "idx": "2"},
    )
    by_key = article(2, attribution=Attribution(original_keys={"biz": "MzA=", "mid": "1", "idx": "2"}))
    by_url = article(3, attribution=Attribution(original_url=original.url))
    alone = article(4)
    stories = group_stories([by_key, by_url, alone, original])
    assert [[it.identity for it in story] for story in stories] == [
        ["weixin:MzA=:1:2", "ithome:2", "ithome:3"],
        ["ithome:4"],
    ]


def test_equal_texts_of_a_word_are_no_story() -> None:
    assert len(group_stories([article(1, "视频"), article(2, "视频")])) == 2


def test_a_draft_is_the_sites_own_digest() -> None:
    assert draft_text(article(1, digest="一句话\n摘要。")) == "一句话 摘要。"


def test_a_draft_is_else_the_first_sentences() -> None:
    text = "第一句话。" * 30
    assert draft_text(article(1, text)) == "第一句话。" * 24
    assert draft_text(article(1, "他说：“好！”还有别的，没有句号")) == "他说：“好！”"
    assert draft_text(article(1, "无" * 130)) == "无" * 120 + "…"
    assert draft_text(article(1, "很短，没有句号")) == "很短，没有句号"
    assert draft_text(article(1, body=[])) == "标题 1"


def test_a_long_first_sentence_is_kept_whole() -> None:
    assert draft_text(article(1, "长" * 150 + "。后面。")) == "长" * 150 + "。"


def test_a_page_s_words_never_become_markup() -> None:
    assert draft_text(article(1, digest="# <b>标题</b> [链接](javascript:x)")) == (
        "\\# \\<b>标题\\</b> \\[链接\\](javascript:x)"
    )


async def test_the_file_is_written_once(store: Store, tmp_path: Path) -> None:
    await store.save_articles([article(1)])
    first = await export_digest(store, MARCH, tmp_path / "out", "clean")
    again = await export_digest(store, MARCH, tmp_path / "out", "clean")
    assert first.path == tmp_path / "out" / "2025" / "newsflash-202503.md"
    assert (first.days, first.items, first.drafts, first.written, again.written) == (1, 1, 1, True, False)
