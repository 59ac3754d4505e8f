"""An editor's choice for a day, and what is proposed to the editor."""

from __future__ import annotations

from datetime import date

import pytest

from newsarchive.editorial.candidates import draft_day
from newsarchive.editorial.picks import add_pick, day_picks, move_pick, reject_pick, with_texts, word_pick
from newsarchive.editorial.selection import chosen_day
from newsarchive.errors import BadValueError
from newsarchive.items.article import Attribution
from newsarchive.storage import Store
from tests.exports.test_selection import LONG, article

DAY = date(2025, 3, 4)


def url(number: int) -> str:
    return f"https://www.ithome.com/0/897/{number:03}.htm"


async def listed(store: Store, day: date = DAY) -> list[tuple[int, str, str]]:
    return [(it.position, it.state, it.text) for it in await day_picks(store, day)]


async def test_picks_are_added_moved_reworded_and_rejected(store: Store) -> None:
    for number in (1, 2, 3):
        await add_pick(store, DAY, url(number), text=f"第 {number} 条。")
    await add_pick(store, DAY, url(4), text="头条\n在前。", position=1)
    await move_pick(store, DAY, url(1), position=4)
    await word_pick(store, DAY, "ithome:897002", "二，改过。", note="再核实")
    await reject_pick(store, DAY, url(3))
    assert await listed(store) == [
        (1, "picked", "头条 在前。"),
        (2, "picked", "二，改过。"),
        (3, "picked", "第 1 条。"),
        (4, "rejected", "第 3 条。"),
    ]
    assert [it.note for it in await day_picks(store, DAY)] == ["", "再核实", "", ""]


async def test_a_pick_moves_to_another_day(store: Store) -> None:
    await add_pick(store, DAY, url(1), text="一")
    await add_pick(store, date(2025, 3, 5), url(2), text="二")
    await move_pick(store, DAY, url(1), to=date(2025, 3, 5), position=1)
    assert await listed(store) == []
    assert await listed(store, date(2025, 3, 5)) == [(1, "picked", "一"), (2, "picked", "二")]


async def test_a_stored_article_is_picked_with_its_own_words_as_a_draft(store: Store) -> None:
    await store.save_articles([article(1, digest="网站的摘要。")])
    pick = await add_pick(store, DAY, "ithome:1")
    assert (pick.url, pick.identity, pick.draft) == (url(1), "ithome:1", True)
    assert [it.text for it in await with_texts(store, [pick])] == ["网站的摘要。"]
    await store.save_articles([article(1, digest="网站更正的摘要。")])
    assert [it.text for it in await with_texts(store, [pick])] == ["网站更正的摘要。"]
    pick = await word_pick(store, DAY, "ithome:1", "编辑的话。")
    assert not pick.draft


async def test_a_draft_that_is_only_shown_is_rejected_by_its_name(store: Store) -> None:
    await store.save_articles([article(1), article(2)])
    await reject_pick(store, DAY, url(1))
    assert [it.pick.url for it in (await chosen_day(store, DAY)).chosen] == [url(2)]
    with pytest.raises(BadValueError, match="no pick"):
        await reject_pick(store, date(2025, 3, 5), url(2))


@pytest.mark.parametrize("name", ["7", "https://example.com/none", "ithome:7"])
async def test_a_pick_that_is_not_there_is_told(store: Store, name: str) -> None:
    with pytest.raises(BadValueError, match="newsarchive"):
        await reject_pick(store, DAY, name)
    await add_pick(store, DAY, url(1), text="一")
    with pytest.raises(BadValueError, match="pick list"):
        await move_pick(store, DAY, name)


async def test_without_words_or_article_nothing_is_picked(store: Store) -> None:
    with pytest.raises(BadValueError, match="--text"):
        await add_pick(store, DAY, url(1))
    with pytest.raises(BadValueError, match="no URL"):
        await add_pick(store, DAY, "标题", text="字")
    with pytest.raises(BadValueError, match="counts from 1"):
        await add_pick(store, DAY, url(1), text="字", position=0)
    assert await listed(store) == []


async def test_each_story_of_a_day_is_proposed_once_with_its_reprints(store: Store) -> None:
    await store.save_articles(
        [
            article(1, LONG, at="2025-03-04T01:00:00"),
            article(2, LONG, at="2025-03-04T03:00:00", site="36kr"),
            article(3, at="2025-03-04T15:59:59"),
            article(4, at="2025-03-04T16:00:00"),
            article(5, promotion=True),
        ]
    )
    drafted = await draft_day(store, DAY)
    assert [[it.identity for it in proposal.story] for proposal in drafted.proposals] == [
        ["ithome:1", "ithome:2"],
        ["ithome:3"],
    ]
    picks = await day_picks(store, DAY)
    assert [(it.position, it.state, it.draft, it.identity) for it in picks] == [
        (1, "candidate", True, "ithome:1"),
        (2, "candidate", True, "ithome:3"),
    ]
    again = await draft_day(store, DAY)
    assert (again.proposals, again.known) == ((), 2)
    assert await day_picks(store, DAY) == picks


async def test_proposing_again_touches_nothing_that_an_editor_decided(store: Store) -> None:
    await store.save_articles([article(1), article(2), article(3)])
    await draft_day(store, DAY)
    await add_pick(store, DAY, "ithome:2", text="我的话。", note="好")
    await reject_pick(store, DAY, "ithome:1")
    await word_pick(store, DAY, "ithome:3", "候选也改过。")
    decided = await day_picks(store, DAY)
    await store.save_articles([article(4)])
    assert len((await draft_day(store, DAY)).proposals) == 1
    after = await day_picks(store, DAY)
    by_url = {it.url: it.model_copy(update={"position": 1}) for it in after}
    assert all(by_url[it.url] == it.model_copy(update={"position": 1}) for it in decided)
    assert [it.identity for it in after] == ["ithome:2", "ithome:3", "ithome:4", "ithome:1"]


async def test_a_reprint_of_a_story_picked_the_day_before_is_not_proposed(store: Store) -> None:
    named = Attribution(original_url=article(1).url)
    await store.save_articles(
        [article(1, LONG, at="2025-03-03T02:00:00"), article(2, LONG, attribution=named)]
    )
    await add_pick(store, date(2025, 3, 3), "ithome:1", text="昨天的。")
    drafted = await draft_day(store, DAY)
    assert (drafted.proposals, drafted.known) == ((), 1)
