"""Which entries a month gets: the editor's, or drafts of what was crawled."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from newsarchive.editorial.days import finish_days, reopen_days
from newsarchive.editorial.selection import Scope, chosen_days, draft_text
from newsarchive.items.article import Article
from newsarchive.items.body import Paragraph, Span
from newsarchive.records.pick import Pick
from newsarchive.storage import Store
from tests.exports.digests import export_digest

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


async def month_entries(store: Store, month: date, *, everything: bool = False) -> list[Pick]:
    days = chosen_days(store, month, month.replace(day=31), Scope(everything=everything))
    return [chosen.pick async for day in days for chosen in day.chosen]


async def test_a_day_has_its_picks_and_what_nobody_has_decided_on(store: Store) -> None:
    await store.save_articles([article(number) for number in range(1, 6)])
    await store.save_picks([pick(5), pick(2, 2, state="rejected"), pick(4, 3, state="candidate")])
    entries = await month_entries(store, MARCH)
    assert [(it.position, it.identity, it.state, it.draft) for it in entries] == [
        (1, "ithome:5", "picked", False),
        (2, "ithome:4", "candidate", False),
        (3, "ithome:1", "candidate", True),
        (4, "ithome:3", "candidate", True),
    ]


async def test_a_day_that_is_done_has_its_picks_alone_and_other_days_do_not_care(store: Store) -> None:
    await store.save_articles([article(1), article(2), article(6, at="2025-03-05T02:00:00")])
    await store.save_picks([pick(2), pick(3, 3, state="candidate")])
    await finish_days(store, [date(2025, 3, 4)])
    assert [it.identity for it in await month_entries(store, MARCH)] == ["ithome:2", "ithome:6"]
    everything = await month_entries(store, MARCH, everything=True)
    assert [it.identity for it in everything] == ["ithome:2", "ithome:3", "ithome:1", "ithome:6"]
    await reopen_days(store, [date(2025, 3, 4)])
    assert await month_entries(store, MARCH) == everything


async def test_an_empty_day_that_is_done_is_empty(store: Store) -> None:
    await store.save_articles([article(1)])
    await finish_days(store, [date(2025, 3, 4)])
    assert await month_entries(store, MARCH) == []


async def test_picks_keep_the_places_that_an_editor_left_between_them(store: Store) -> None:
    await store.save_articles([article(number) for number in range(1, 6)])
    await store.save_picks([pick(4, 2), pick(2, 4)])
    assert [it.identity for it in await month_entries(store, MARCH)] == [
        "ithome:1",
        "ithome:4",
        "ithome:3",
        "ithome:2",
        "ithome:5",
    ]


@pytest.mark.parametrize("state", ["picked", "candidate", "rejected"])
async def test_a_story_that_was_decided_on_for_another_day_is_not_drafted_on_its_own(
    store: Store, state: str
) -> None:
    await store.save_articles([article(1), article(2)])
    await store.save_picks([pick(1, day=date(2025, 4, 1), state=state)])
    assert [it.identity for it in await month_entries(store, MARCH)] == ["ithome:2"]
    only_day = [
        it.pick async for day in chosen_days(store, date(2025, 3, 4), date(2025, 3, 4)) for it in day.chosen
    ]
    assert [it.identity for it in only_day] == ["ithome:2"]


async def test_a_pick_without_words_says_what_its_article_says(store: Store) -> None:
    await store.save_articles([article(1, digest="先这样说。")])
    await store.save_picks([pick(1, text="", draft=True), pick(9, 2, text="", draft=True)])
    assert [it.text for it in await month_entries(store, MARCH)] == ["先这样说。", ""]
    await store.save_articles([article(1, digest="更正了。")])
    assert [it.text for it in await month_entries(store, MARCH)] == ["更正了。", ""]


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


async def test_promotions_are_left_out(store: Store) -> None:
    await store.save_articles([article(1, promotion=True), article(2)])
    assert [entry.identity for entry in await month_entries(store, MARCH)] == ["ithome:2"]


def test_a_draft_is_the_sites_own_digest() -> None:
    assert draft_text(article(1, digest="一句话\n摘要。")) == "一句话 摘要。"


def test_a_draft_is_else_one_sentence_and_never_half_a_one() -> None:
    long = "第一句话说得足够长，不用再添一句，这样读起来就很清楚了。"
    assert draft_text(article(1, f"{long}第二句话。")) == long
    assert draft_text(article(1, "第一句话很短。第二句话也是。")) == "第一句话很短。第二句话也是。"
    assert draft_text(article(1, "他说：“好！”还有别的，没有句号")) == "他说：“好！”"
    assert draft_text(article(1, "无" * 170)) == "标题 1"
    assert draft_text(article(1, "很短，没有句号")) == "很短，没有句号。"
    assert draft_text(article(1, body=[])) == "标题 1"


def test_a_long_first_sentence_is_kept_whole() -> None:
    assert draft_text(article(1, "长" * 150 + "。后面。")) == "长" * 150 + "。"


def test_a_page_s_words_never_become_markup() -> None:
    assert draft_text(article(1, digest="# <b>标题</b> [链接](javascript:x)")) == (
        "\\# \\<b>标题\\</b> \\[链接\\](javascript:x)。"
    )


async def test_the_file_is_written_once(store: Store, tmp_path: Path) -> None:
    await store.save_articles([article(1)])
    first = await export_digest(store, MARCH, tmp_path / "out", "clean")
    again = await export_digest(store, MARCH, tmp_path / "out", "clean")
    assert first.path == tmp_path / "out" / "2025" / "newsflash-202503.md"
    assert (first.items, first.drafts, first.written, again.written) == (1, 1, True, False)
