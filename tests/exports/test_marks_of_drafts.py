"""That nobody has written the words of a file is said once a file, as long as it is true; files of earlier versions say it below each story."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from exports.export import ExportRequest, export_pages
from exports.files.hand_edited import State
from exports.formats.format import FormatName
from exports.imports import read_archive
from exports.sync.folder import sync_folder
from newsarchive.editorial.picks import day_picks
from newsarchive.storage import Store
from tests.exports.stories import DAY, article

MARK = "*（自动摘录，未经编辑）*"
POSTS: tuple[FormatName, ...] = ("daily", "briefing")
OWN = "编辑自己写的一句。"


@pytest.fixture
async def drafted(store: Store) -> Store:
    await store.save_articles([article(1), article(2), article(3)])
    return store


async def export(store: Store, out: Path, wanted: ExportRequest) -> Path:
    done = await export_pages(store, wanted, out)
    assert State.CONFLICT not in {it.state for it in done.files}, [it.message for it in done.files]
    return done.pages[0][1].path


def edit(file: Path, old: str, new: str) -> str:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file.read_text(encoding="utf-8")


def words(number: int) -> str:
    return f"第 {number} 条的摘要。"


def earlier(of: FormatName) -> ExportRequest:
    """As versions wrote it that had the mark below each story."""
    return ExportRequest(of, day=DAY, item_marks=True)


@pytest.mark.parametrize("profile", ["clean", "strict"])
@pytest.mark.parametrize("of", POSTS)
async def test_a_post_says_it_once_until_every_story_is_rewritten(
    drafted: Store, tmp_path: Path, of: FormatName, profile: str
) -> None:
    wanted = replace(ExportRequest(of, day=DAY), profile="strict" if profile == "strict" else "clean")
    file = await export(drafted, tmp_path, wanted)
    assert file.read_text(encoding="utf-8").count(MARK) == 1
    assert file.read_text(encoding="utf-8").index(MARK) < file.read_text(encoding="utf-8").index(words(1))
    for number in (1, 2, 3):
        edit(file, words(number), f"{OWN}{number}")
        assert file.read_text(encoding="utf-8").count(MARK) == 1
        (report,) = await sync_folder(drafted, tmp_path)
        assert report.stays == []
        await export(drafted, tmp_path, wanted)
    text = file.read_text(encoding="utf-8")
    assert MARK not in text
    assert text == (await export(drafted, tmp_path / "fresh", wanted)).read_text(encoding="utf-8")
    assert sorted(it.text for it in await day_picks(drafted, DAY)) == [
        f"{OWN}{number}" for number in (1, 2, 3)
    ]


async def test_a_digest_says_it_where_that_is_asked_for(drafted: Store, tmp_path: Path) -> None:
    month = DAY.replace(day=1)
    plain = await export(drafted, tmp_path / "plain", ExportRequest("digest", month=month))
    assert MARK not in plain.read_text(encoding="utf-8")
    wanted = ExportRequest("digest", month=month, drafts_marked=True)
    file = await export(drafted, tmp_path / "marked", wanted)
    text = file.read_text(encoding="utf-8")
    assert text.count(MARK) == 1
    assert text.replace(f"{MARK}\n\n", "") == plain.read_text(encoding="utf-8")
    assert not read_archive(text).not_understood
    edit(file, words(1), OWN)
    (report,) = await sync_folder(drafted, tmp_path / "marked")
    assert report.stays == []
    assert [it.text for it in await day_picks(drafted, DAY) if not it.draft] == [OWN]
    for number in (2, 3):
        edit(file, words(number), f"{OWN}{number}")
    await sync_folder(drafted, tmp_path / "marked")
    assert MARK not in (await export(drafted, tmp_path / "marked", wanted)).read_text(encoding="utf-8")


@pytest.mark.parametrize("of", POSTS)
async def test_it_can_be_left_out(drafted: Store, tmp_path: Path, of: FormatName) -> None:
    file = await export(drafted, tmp_path, ExportRequest(of, day=DAY, drafts_marked=False))
    assert MARK not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("of", POSTS)
async def test_an_untouched_file_with_a_mark_a_story_is_written_anew(
    drafted: Store, tmp_path: Path, of: FormatName
) -> None:
    file = await export(drafted, tmp_path, earlier(of))
    assert file.read_text(encoding="utf-8").count(MARK) == 3
    assert [it.edited for it in await sync_folder(drafted, tmp_path)] == [False]
    await export(drafted, tmp_path, ExportRequest(of, day=DAY))
    assert file.read_text(encoding="utf-8").count(MARK) == 1


@pytest.mark.parametrize("synced", [True, False])
@pytest.mark.parametrize("of", POSTS)
async def test_an_edited_file_with_a_mark_a_story_keeps_the_others(
    drafted: Store, tmp_path: Path, of: FormatName, *, synced: bool
) -> None:
    file = await export(drafted, tmp_path, earlier(of))
    typed = edit(file, words(2), OWN)
    wanted = ExportRequest(of, day=DAY)
    if not synced:
        await export(drafted, tmp_path, wanted)
        assert file.read_text(encoding="utf-8") == typed
    (report,) = await sync_folder(drafted, tmp_path)
    assert report.stays == []
    assert [(it.identity, it.text, it.draft) for it in await day_picks(drafted, DAY) if it.text] == [
        (article(2).identity, OWN, False)
    ]
    await drafted.save_articles([article(4)])
    await export(drafted, tmp_path, wanted)
    text = file.read_text(encoding="utf-8")
    assert OWN in text
    assert words(4) in text
    assert text.count(MARK) == 3
    before, after = text.split(OWN)
    assert not after.lstrip().startswith(MARK)
    assert words(1) in before
    await export(drafted, tmp_path, wanted)
    assert file.read_text(encoding="utf-8") == text
    assert [it.edited and it.stays for it in await sync_folder(drafted, tmp_path)] in ([False], [[]])


async def test_to_take_away_the_mark_of_a_story_confirms_its_words(drafted: Store, tmp_path: Path) -> None:
    file = await export(drafted, tmp_path, earlier("daily"))
    edit(file, f"{words(1)}\n\n{MARK}", words(1))
    await sync_folder(drafted, tmp_path)
    assert [(it.identity, it.draft) for it in await day_picks(drafted, DAY) if it.state == "picked"] == [
        (article(1).identity, False)
    ]


async def test_words_that_were_drafted_otherwise_before_are_no_edit_where_a_hand_changed_the_title(
    drafted: Store, tmp_path: Path
) -> None:
    file = await export(drafted, tmp_path, earlier("daily"))
    edit(file, "## 2. 第 2 条新闻", "## 2. 编辑起的标题")
    await drafted.save_articles([article(2).model_copy(update={"digest": "今天会这样起草。"})])
    await sync_folder(drafted, tmp_path)
    assert [(it.title, it.text, it.draft) for it in await day_picks(drafted, DAY)] == [
        ("编辑起的标题", "", True)
    ]
