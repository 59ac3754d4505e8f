"""Hand edits of a digest become picks, and then file and store agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from exports.files.hand_edited import State
from exports.sync.folder import raise_refused, sync_folder
from newsarchive.editorial.picks import add_pick, day_picks, reject_pick
from newsarchive.errors import InputFileError, UnreadableMarkdownError
from newsarchive.storage import Store
from tests.exports.digests import export_digest
from tests.exports.test_selection import article

MARCH = date(2025, 3, 1)
DAY = date(2025, 3, 4)


def link(number: int) -> str:
    return f"https://example.com/{number}"


@pytest.fixture
async def file(store: Store, tmp_path: Path) -> Path:
    """A digest of three items, as it was exported."""
    for number in (1, 2, 3):
        await add_pick(store, DAY, link(number), text=f"第 {number} 条。", note=f"注 {number}")
    return (await export_digest(store, MARCH, tmp_path, "clean")).path


def edit(file: Path, change: Callable[[str], str]) -> str:
    text = change(file.read_bytes().decode())
    file.write_bytes(text.encode())
    return text


def read(file: Path) -> str:
    return file.read_bytes().decode()


async def listed(store: Store, day: date = DAY) -> list[tuple[str, str, str]]:
    return [(it.url[-1], it.state, it.text) for it in await day_picks(store, day)]


async def agrees(store: Store, file: Path) -> bool:
    before = read(file)
    report = await export_digest(store, MARCH, file.parent.parent, "clean")
    return report.file.state is State.UNCHANGED and read(file) == before


async def test_texts_order_additions_and_deletions_become_picks(store: Store, file: Path) -> None:
    edit(
        file,
        lambda _: (
            "# 2025年3月\n\n\n\n## 2025.03.04\n\n2025年03月04日 💡行业快讯\n\n编者按：一句话。\n\n"
            f"1. 第 3 条，<b>改过</b>。\n\n   {link(3)}\n\n2. 第 1 条。\n\n   {link(1)}\n\n3. 手写。（[更多]({link(4)})）\n"
        ),
    )
    (synced,) = await sync_folder(store, file.parent.parent)
    assert (synced.texts, synced.added, synced.rejected) == (1, 1, 1)
    assert await listed(store) == [
        ("3", "picked", "第 3 条，<b>改过</b>。"),
        ("1", "picked", "第 1 条。"),
        ("4", "picked", "手写。"),
        ("2", "rejected", "第 2 条。"),
    ]
    assert [it.note for it in await day_picks(store, DAY)] == ["注 3", "注 1", "", "注 2"]
    assert await agrees(store, file)


async def test_a_story_whose_link_a_hand_broke_is_the_same_in_the_next_sync(store: Store, file: Path) -> None:
    broken = f"https://mp.weixin.qq.com/s?__biz=M改号zAwMDAwMDAwMA==&mid=9024&idx=1&sn={24:032}"
    edit(file, lambda text: text.replace(link(2), broken))
    await sync_folder(store, file.parent.parent)
    picks = {(it.url, it.state) for it in await day_picks(store, DAY)}
    await add_pick(store, DAY, link(9), text="新闻。")
    await export_digest(store, MARCH, file.parent.parent, "clean")
    assert read(file).count("第 2 条。") == 1
    (synced,) = await sync_folder(store, file.parent.parent)
    assert (synced.texts, synced.added, synced.rejected) == (0, 0, 0)
    assert {(it.url, it.state) for it in await day_picks(store, DAY)} == picks | {(link(9), "picked")}


async def test_a_file_that_nobody_edited_changes_nothing(store: Store, file: Path) -> None:
    picks = await day_picks(store, DAY)
    (synced,) = await sync_folder(store, file.parent.parent)
    assert not synced.edited
    assert await day_picks(store, DAY) == picks


async def test_a_day_dated_anew_and_an_item_on_another_day_move(store: Store, file: Path) -> None:
    await add_pick(store, date(2025, 3, 6), link(6), text="六。")
    await export_digest(store, MARCH, file.parent.parent, "clean")
    edit(file, lambda it: it.replace("## 2025.03.06", "## 2025.03.07"))
    (synced,) = await sync_folder(store, file.parent.parent)
    assert synced.moved == 1
    assert await listed(store, date(2025, 3, 6)) == []
    assert await listed(store, date(2025, 3, 7)) == [("6", "picked", "六。")]
    assert await agrees(store, file)


async def test_what_the_store_got_meanwhile_stays_and_comes_with_the_next_export(
    store: Store, file: Path
) -> None:
    text = edit(file, lambda it: it.replace("第 1 条。", "第一条。"))
    await add_pick(store, DAY, link(5), text="新。")
    await reject_pick(store, DAY, link(2))
    await sync_folder(store, file.parent.parent)
    assert await listed(store) == [
        ("1", "picked", "第一条。"),
        ("3", "picked", "第 3 条。"),
        ("5", "picked", "新。"),
        ("2", "rejected", "第 2 条。"),
    ]
    assert text == read(file)


async def test_a_draft_becomes_a_pick_when_a_hand_has_been_over_it(store: Store, tmp_path: Path) -> None:
    await store.save_articles([article(1), article(2)])
    file = (await export_digest(store, MARCH, tmp_path, "clean")).path
    edit(file, lambda it: it.replace("第 1 篇文章的正文在这里，说了一件自己的事情。", "编辑写的。"))
    await sync_folder(store, tmp_path)
    assert [(it.text, it.draft) for it in await day_picks(store, DAY)] == [("编辑写的。", False)]
    assert await agrees(store, file)


async def test_a_conflict_is_settled_for_the_hand(store: Store, file: Path) -> None:
    edit(file, lambda it: it.replace("第 1 条。", "手改。"))
    await add_pick(store, DAY, link(1), text="库改。")
    report = await export_digest(store, MARCH, file.parent.parent, "clean")
    assert report.file.state is State.CONFLICT
    await sync_folder(store, file.parent.parent)
    assert ("1", "picked", "手改。") in await listed(store)
    assert not file.with_name(f"{file.name}.new").exists()
    assert await agrees(store, file)


async def test_a_digest_of_unknown_history_is_taken_as_it_stands(
    store: Store, file: Path, tmp_path: Path
) -> None:
    other = tmp_path / "clone"
    copy = other / "2025" / file.name
    copy.parent.mkdir(parents=True)
    copy.write_text(
        f"# 2025年3月\n\n## 2025.03.04\n\n快讯\n\n1. 甲。\n\n   {link(9)}\n\n2. 第 2 条。\n\n   {link(2)}\n",
        encoding="utf-8",
    )
    await sync_folder(store, other)
    assert await listed(store) == [
        ("9", "picked", "甲。"),
        ("2", "picked", "第 2 条。"),
        ("1", "candidate", "第 1 条。"),
        ("3", "candidate", "第 3 条。"),
    ]
    assert await agrees(store, copy)


async def test_further_links_and_repeated_links_stay(store: Store, file: Path) -> None:
    edit(file, lambda it: it.rstrip() + f"\n\n   {link(8)}\n\n4. 又一条。\n\n   {link(1)}\n\n5. 没有链接。\n")
    await sync_folder(store, file.parent.parent)
    assert await agrees(store, file)
    elsewhere = await export_digest(store, MARCH, file.parent.parent / "elsewhere", "clean")
    assert read(elsewhere.path) == read(file)


async def test_wrong_input_is_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="--out"):
        await sync_folder(store, tmp_path / "none")
    (tmp_path / "2025").mkdir()
    (tmp_path / "2025" / "newsflash-202503.md").write_bytes("编".encode("gb18030"))
    with pytest.raises(UnreadableMarkdownError, match="UTF-8"):
        raise_refused(await sync_folder(store, tmp_path))


async def test_a_link_that_was_mended_keeps_all_else_of_its_pick(store: Store, file: Path) -> None:
    (held, *_) = [it for it in await day_picks(store, DAY) if it.url == link(2)]
    await store.save_picks([held.model_copy(update={"title": "编辑的题", "words": "一段。\n\n又一段。"})])
    edit(file, lambda it: it.replace(link(2), link(7)))
    (synced,) = await sync_folder(store, file.parent.parent)
    assert (synced.texts, synced.added, synced.rejected) == (1, 0, 0)
    assert [(it.url[-1], it.state) for it in await day_picks(store, DAY)] == [
        ("1", "picked"),
        ("7", "picked"),
        ("3", "picked"),
        ("2", "rejected"),
    ]
    mended = (await day_picks(store, DAY))[1]
    assert (mended.note, mended.title, mended.words) == ("注 2", "编辑的题", "一段。\n\n又一段。")
    assert await agrees(store, file)
    edit(file, lambda it: it.replace(link(7), link(2)))
    await sync_folder(store, file.parent.parent)
    back = (await day_picks(store, DAY))[1]
    assert (back.url, back.state, back.note, back.title) == (link(2), "picked", "注 2", "编辑的题")
    assert await agrees(store, file)
