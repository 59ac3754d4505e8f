"""A hand at work among drafts: only what it changed becomes a pick, all else goes on saying what the sources say."""

from __future__ import annotations

import re
from datetime import date
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest

from exports.export import Exported, export_pages
from exports.files.hand_edited import State
from exports.formats.format import FormatName
from exports.request import ExportRequest
from exports.sync.folder import sync_folder
from newsarchive.editorial.days import done_days
from newsarchive.records.pick import Pick
from newsarchive.storage import Store
from tests.exports.stories import DAY, article

MONTH = date(2025, 11, 1)
NEXT_DAY = date(2025, 11, 14)
FORMATS: tuple[FormatName, ...] = ("digest", "daily", "briefing", "fulltext")
OWN = "编辑写的话。"


@pytest.fixture
async def drafted(store: Store) -> Store:
    """Five articles of a day and one of the next, nothing picked."""
    await store.save_articles([article(number) for number in range(1, 6)])
    await store.save_articles([article(9, day=NEXT_DAY)])
    return store


def wanted(of: FormatName, **more: Any) -> ExportRequest:  # noqa: ANN401
    return ExportRequest(of, month=MONTH, **more)


def words_of(of: FormatName, number: int) -> str:
    return f"第 {number} 条的{'正文' if of == 'fulltext' else '摘要'}。"


async def export(store: Store, out: Path, of: FormatName) -> Path:
    """Export a month; the file with the first day."""
    done = await export_pages(store, wanted(of), out)
    assert State.CONFLICT not in {it.state for it in done.files}, [it.message for it in done.files]
    return done.pages[0][1].path


async def order(store: Store, out: Path, of: FormatName) -> list[int]:
    """The stories of the day in a new file."""
    (out / "x").mkdir(parents=True, exist_ok=True)
    file = await export(store, out / "x" / str(len(list((out / "x").iterdir()))), of)
    text = file.read_text(encoding="utf-8").partition("2025.11.14")[0]
    return [int(number) for number in dict.fromkeys(re.findall(r"/800/00(\d)\.htm", text)) if number != "9"]


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def items_of(of: FormatName, text: str) -> list[str]:
    mark = {"digest": r"\d+\. ", "daily": r"## \d+\. ", "briefing": r"\d+\. +\*\*", "fulltext": "## "}[of]
    return re.split(rf"(?m)^(?={mark})", text)


async def picked(store: Store) -> list[str | None]:
    return [it.identity for it in await store.picks(DAY, NEXT_DAY) if it.state == "picked"]


@pytest.mark.parametrize("of", FORMATS)
async def test_an_edited_draft_is_the_only_pick_and_keeps_its_place(
    drafted: Store, tmp_path: Path, of: FormatName
) -> None:
    file = await export(drafted, tmp_path / "out", of)
    edit(file, words_of(of, 3), OWN)
    (synced,) = [it for it in await sync_folder(drafted, tmp_path / "out") if it.edited]
    assert (synced.texts, synced.added, synced.rejected, synced.stays) == (1, 0, 0, [])
    assert await picked(drafted) == ["ithome:800003"]
    assert await done_days(drafted, DAY, NEXT_DAY) == set()
    for other in FORMATS:
        assert await order(drafted, tmp_path, other) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("of", FORMATS)
async def test_corrections_of_the_source_reach_what_no_hand_touched(
    drafted: Store, tmp_path: Path, of: FormatName
) -> None:
    file = await export(drafted, tmp_path / "out", of)
    edit(file, words_of(of, 3), OWN)
    await sync_folder(drafted, tmp_path / "out")
    body = article(6).body
    await drafted.save_articles([article(4, body=body).model_copy(update={"digest": "第 6 条的摘要。"})])
    await export(drafted, tmp_path / "out", of)
    text = file.read_text(encoding="utf-8")
    assert words_of(of, 6) in text
    assert words_of(of, 4) not in text
    assert OWN in text


@pytest.mark.parametrize("of", FORMATS)
async def test_new_stories_of_the_day_and_new_days_still_come(
    drafted: Store, tmp_path: Path, of: FormatName
) -> None:
    file = await export(drafted, tmp_path / "out", of)
    edit(file, words_of(of, 3), OWN)
    await sync_folder(drafted, tmp_path / "out")
    await drafted.save_articles([article(6), article(7, day=date(2025, 11, 20))])
    done = await export_pages(drafted, wanted(of), tmp_path / "out")
    text = "".join(written.path.read_text(encoding="utf-8") for _, written in done.pages)
    assert all(words_of(of, number) in text for number in (1, 2, 4, 5, 6, 7, 9))
    assert OWN in text


@pytest.mark.parametrize("of", FORMATS)
async def test_a_deleted_draft_is_rejected_and_the_others_stay(
    drafted: Store, tmp_path: Path, of: FormatName
) -> None:
    file = await export(drafted, tmp_path / "out", of)
    items = items_of(of, file.read_text(encoding="utf-8"))
    text = "".join(it for it in items if words_of(of, 3) not in it)
    file.write_text(re.sub(r"(?m)^\d+\. \[第 3 条.*\n", "", text), encoding="utf-8")
    (synced,) = [it for it in await sync_folder(drafted, tmp_path / "out") if it.edited]
    assert (synced.texts, synced.rejected, synced.refused) == (0, 1, "")
    assert [(it.identity, it.state) for it in await drafted.picks(DAY, DAY)] == [
        ("ithome:800003", "rejected")
    ]
    await drafted.save_articles([article(3).model_copy(update={"digest": "第 3 条改了。"}), article(6)])
    assert await order(drafted, tmp_path, of) == [1, 2, 4, 5, 6]


@pytest.mark.parametrize("moves", [(3, 0), (0, 4), (1, 2), (4, 1)], ids=str)
async def test_a_moved_draft_is_a_pick_without_words_of_its_own(
    drafted: Store, tmp_path: Path, moves: tuple[int, int]
) -> None:
    file = await export(drafted, tmp_path / "out", "daily")
    above, *items = items_of("daily", file.read_text(encoding="utf-8"))
    numbers = [1, 2, 3, 4, 5]
    items.insert(moves[1], items.pop(moves[0]))
    numbers.insert(moves[1], numbers.pop(moves[0]))
    file.write_text("\n".join([above, *items]), encoding="utf-8")
    (synced,) = [it for it in await sync_folder(drafted, tmp_path / "out") if it.edited]
    assert (synced.texts, synced.added, synced.rejected) == (0, 0, 0)
    (pick,) = [it for it in await drafted.picks(DAY, DAY) if it.state == "picked"]
    assert (pick.text, pick.draft) == ("", True)
    for of in FORMATS:
        assert await order(drafted, tmp_path, of) == numbers


@pytest.mark.parametrize("of", ["digest", "daily"])
async def test_any_order_of_a_hand_is_that_of_a_new_file(
    drafted: Store, tmp_path: Path, of: FormatName
) -> None:
    orders = Random(of).sample([*permutations(range(5))], 12)  # noqa: S311
    file = await export(drafted, tmp_path / "out", of)
    head, *items = items_of(of, file.read_text(encoding="utf-8"))
    items, end = items[:5], "".join(items[5:])
    if of == "digest":
        items[4], _, rest = items[4].partition("\n\n\n\n##")
        end = f"\n\n\n\n##{rest}{end}"
    for places in orders:
        text = head + "\n\n".join(items[place].strip("\n") for place in places)
        file.write_text(text + (end or "\n"), encoding="utf-8")
        await sync_folder(drafted, tmp_path / "out")
        picks = await drafted.picks(DAY, DAY)
        assert await order(drafted, tmp_path, of) == [place + 1 for place in places]
        await sync_folder(drafted, tmp_path / "out")
        assert await drafted.picks(DAY, DAY) == picks
        assert all(it.text == "" for it in picks)


async def test_an_item_that_is_typed_between_drafts_stands_between_them(
    drafted: Store, tmp_path: Path
) -> None:
    file = await export(drafted, tmp_path / "out", "digest")
    edit(file, "3. 第 3 条", "3. 手写的。\n\n   https://example.com/x\n\n3. 第 3 条")
    await sync_folder(drafted, tmp_path / "out")
    new = await export(drafted, tmp_path / "fresh", "digest")
    text = new.read_text(encoding="utf-8")
    assert text.index("第 2 条") < text.index("手写的。") < text.index("第 3 条")
    assert len(await picked(drafted)) == 1


async def test_a_title_that_was_edited_leaves_the_words_to_the_source(drafted: Store, tmp_path: Path) -> None:
    file = await export(drafted, tmp_path / "out", "daily")
    edit(file, "## 2. 第 2 条新闻", "## 2. 编辑起的标题")
    await sync_folder(drafted, tmp_path / "out")
    (pick,) = await drafted.picks(DAY, DAY)
    assert (pick.title, pick.text, pick.draft) == ("编辑起的标题", "", True)
    await drafted.save_articles([article(2).model_copy(update={"digest": "更正的摘要。"})])
    await export(drafted, tmp_path / "out", "daily")
    text = file.read_text(encoding="utf-8")
    assert "## 2. 编辑起的标题" in text
    fresh = (await export(drafted, tmp_path / "fresh", "daily")).read_text(encoding="utf-8")
    assert "更正的摘要。" in fresh


async def test_candidates_and_picks_are_kept_as_they_are(drafted: Store, tmp_path: Path) -> None:
    rows = [
        Pick(day=DAY, position=1, url=article(4).url, identity="ithome:800004", text="四。", note="记"),
        Pick(
            day=DAY, position=2, url=article(5).url, identity="ithome:800005", text="五。", state="candidate"
        ),
    ]
    await drafted.save_picks(rows)
    file = await export(drafted, tmp_path / "out", "digest")
    edit(file, words_of("digest", 2), OWN)
    await sync_folder(drafted, tmp_path / "out")
    held = {it.identity: it for it in await drafted.picks(DAY, DAY)}
    assert set(held) == {"ithome:800004", "ithome:800005", "ithome:800002"}
    for row in rows:
        assert held[row.identity or ""].model_copy(update={"position": row.position}) == row
    assert await order(drafted, tmp_path, "digest") == [4, 5, 1, 2, 3]


# The source changes below an edit.


async def corrected(store: Store, number: int = 3) -> None:
    await store.save_articles([article(number).model_copy(update={"digest": "来源更正了这句话。"})])


def changed_in(done: Exported) -> list[str]:
    return [name for page, _ in done.pages for name in page.changed]


@pytest.mark.parametrize("of", FORMATS)
async def test_a_change_after_the_sync_is_named_by_each_export(
    drafted: Store, tmp_path: Path, of: FormatName
) -> None:
    file = await export(drafted, tmp_path / "out", of)
    edit(file, words_of(of, 3), OWN)
    await sync_folder(drafted, tmp_path / "out")
    assert changed_in(await export_pages(drafted, wanted(of), tmp_path / "out")) == []
    await corrected(drafted)
    for _ in range(2):  # the second time nothing is made anew
        done = await export_pages(drafted, wanted(of), tmp_path / "out")
        assert changed_in(done) == ["第 3 条新闻 https://www.ithome.com/0/800/003.htm"] or of == "digest"
        assert len(changed_in(done)) == 1
        assert article(3).url in changed_in(done)[0]
    assert OWN in file.read_text(encoding="utf-8")
    edit(file, OWN, "编辑又看过了。")
    await sync_folder(drafted, tmp_path / "out")
    assert changed_in(await export_pages(drafted, wanted(of), tmp_path / "out")) == []


@pytest.mark.parametrize("exported_between", [True, False])
async def test_a_change_before_the_sync_is_named_by_the_sync(
    drafted: Store, tmp_path: Path, *, exported_between: bool
) -> None:
    file = await export(drafted, tmp_path / "out", "digest")
    edit(file, words_of("digest", 3), OWN)
    edit(file, words_of("digest", 1), "另一句。")
    await corrected(drafted)
    if exported_between:
        done = await export_pages(drafted, wanted("digest"), tmp_path / "out")
        assert next(it.state for it in done.files) is State.CONFLICT
    (synced,) = [it for it in await sync_folder(drafted, tmp_path / "out") if it.edited]
    assert [article(3).url in it for it in synced.changed] == [True]
    assert changed_in(await export_pages(drafted, wanted("digest"), tmp_path / "out")) == []
    assert [it.changed for it in await sync_folder(drafted, tmp_path / "out")] == [[]]


async def test_two_files_with_one_story_do_not_take_each_other_for_its_source(
    drafted: Store, tmp_path: Path
) -> None:
    for of in ("digest", "daily"):
        file = await export(drafted, tmp_path / "out", of)
        edit(file, "第 3 条的摘要。", f"{of} 写的话。")
    assert [it.changed for it in await sync_folder(drafted, tmp_path / "out") if it.edited] == [[], []]


async def test_a_copy_that_was_edited_stands_for_its_days_and_other_days_still_come(
    drafted: Store, tmp_path: Path
) -> None:
    await export(drafted, tmp_path / "out", "digest")
    text = (tmp_path / "out" / "2025" / "newsflash-202511.md").read_text(encoding="utf-8")
    copy = tmp_path / "copy" / "2025" / "newsflash-202511.md"
    copy.parent.mkdir(parents=True)
    items = items_of("digest", text.partition("\n\n\n\n## 2025.11.14")[0] + "\n")
    copy.write_text("".join(items[:3] + items[4:]).replace("第 1 条的摘要。", OWN), encoding="utf-8")
    await sync_folder(drafted, tmp_path / "copy")
    assert [(it.identity, it.state, it.text) for it in await drafted.picks(DAY, NEXT_DAY)] == [
        ("ithome:800001", "picked", OWN),
        ("ithome:800002", "picked", ""),
        ("ithome:800004", "picked", ""),
        ("ithome:800005", "picked", ""),
        ("ithome:800003", "candidate", ""),
    ]
    assert await done_days(drafted, DAY, NEXT_DAY) == {DAY}
    before = copy.read_text(encoding="utf-8")
    done = await export_pages(drafted, wanted("digest"), tmp_path / "copy")
    assert State.CONFLICT not in {it.state for it in done.files}
    after = copy.read_text(encoding="utf-8")
    assert after.startswith(before.rstrip("\n"))
    assert words_of("digest", 9) in after
    assert words_of("digest", 3) not in after
