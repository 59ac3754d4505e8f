"""Marks of what sites withdrew: on demand only, once a story, and no words of the story when a file is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from exports.content.wording import GONE_MARK, unmarked
from exports.export import export_pages
from exports.files.hand_edited import State
from exports.formats.format import Profile
from exports.targets import TargetName
from newsarchive.items.event import Event
from newsarchive.storage import Store
from tests.exports.stories import DAY, article
from tests.exports.test_syncing_everywhere import SOME, Desk, each, edit, filled, wanted, words_of

__all__ = ["filled"]
GONE = "ithome:800002"


async def withdraw(store: Store, names: Sequence[str] = (GONE,)) -> None:
    for name in names:
        held = await store.article(name)
        assert held is not None
        assert held.published_at is not None
        at = held.published_at + timedelta(days=9)
        await store.save_events(
            [
                Event(
                    site=held.site,
                    identity=held.identity,
                    url=held.url,
                    kind="deleted",
                    notice="已删除",
                    observed_at=at,
                )
            ]
        )


async def texts_of(desk: Desk, folder: str) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in await desk.export(folder)}


@each(SOME)
async def test_what_was_withdrawn_is_marked_once_and_only_on_demand(
    filled: Store, tmp_path: Path, way: str, profile: Profile, target: TargetName
) -> None:
    plain = Desk(filled, tmp_path, wanted(way, profile, target))
    before = await texts_of(plain, "before")
    desk = Desk(filled, tmp_path, replace(wanted(way, profile, target), mark_gone=True))
    assert await texts_of(desk, "none") == before, "nothing is withdrawn yet"
    await withdraw(filled)
    assert await texts_of(plain, "off") == before
    assert await texts_of(plain, "before") == before
    after = await texts_of(desk, "none")
    assert "".join(after.values()).count(GONE_MARK) == 1
    assert {name: unmarked(text) for name, text in after.items()} == before
    assert await texts_of(desk, "fresh") == after
    assert await texts_of(plain, "none") == before, "the mark goes where it is no longer asked for"


@each(SOME)
async def test_a_marked_file_is_taken_back_without_the_mark(
    filled: Store, tmp_path: Path, way: str, profile: Profile, target: TargetName
) -> None:
    await withdraw(filled)
    desk = Desk(filled, tmp_path, replace(wanted(way, profile, target), mark_gone=True))
    file = await desk.exported_with(words_of(way, 2))
    assert GONE_MARK in file.read_text(encoding="utf-8")
    assert await desk.sync() == []
    edit(file, words_of(way, 2), "编辑改写过的一句。")
    (synced,) = await desk.sync()
    assert (synced.texts, synced.added, synced.rejected, synced.stays) == (1, 0, 0, [])
    picks = {it.url: it for it in await filled.picks(DAY, DAY)}
    changed = picks[article(2).url]
    text = changed.body if way.startswith("fulltext") else changed.text
    assert "编辑改写过的一句。" in text
    assert GONE_MARK not in changed.model_dump_json()
    assert file.read_text(encoding="utf-8").count(GONE_MARK) == 1


@each(SOME)
async def test_a_mark_comes_into_a_file_whose_item_a_hand_changed_without_a_conflict_elsewhere(
    filled: Store, tmp_path: Path, way: str, profile: Profile, target: TargetName
) -> None:
    desk = Desk(filled, tmp_path, replace(wanted(way, profile, target), mark_gone=True))
    file = await desk.exported_with(words_of(way, 3))
    edit(file, words_of(way, 3), "编辑改写过的一句。")
    await withdraw(filled)
    await desk.export()
    found = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("*.md")]
    assert sum(text.count(GONE_MARK) for text in found) == 1
    assert any("编辑改写过的一句。" in text for text in found)


async def test_an_export_that_has_nothing_new_is_made_anew_when_an_article_goes(
    filled: Store, tmp_path: Path
) -> None:
    asked = replace(wanted("daily", "clean", "plain"), mark_gone=True)
    await export_pages(filled, asked, tmp_path)
    again = await export_pages(filled, asked, tmp_path)
    assert {it.state for it in again.files} == {State.UNCHANGED}
    await withdraw(filled)
    third = await export_pages(filled, asked, tmp_path)
    assert State.WRITTEN in {it.state for it in third.files}


@pytest.mark.parametrize(
    ("text", "without"),
    [
        (f"1. {GONE_MARK}一句\n\n   https://a.cn/", "1. 一句\n\n   https://a.cn/"),
        (f"一段。\n\n{GONE_MARK}\n\n🔗 原文", "一段。\n\n🔗 原文"),
        (f"一段。\n\n{GONE_MARK}", "一段。\n\n"),
        ("原文已删除，一句。", "原文已删除，一句。"),
    ],
)
def test_the_mark_goes_and_nothing_else(text: str, without: str) -> None:
    assert unmarked(text) == without
