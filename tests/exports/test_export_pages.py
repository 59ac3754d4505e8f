"""Exports of whole months: the same bytes again, and only what is new changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from exports.export import Exported, export_pages
from exports.files.hand_edited import State
from exports.formats.format import FormatName, Profile
from exports.index_pages import END, START
from exports.request import ExportRequest
from exports.targets import TARGETS, TargetName
from newsarchive.editorial.days import finish_days
from newsarchive.errors import BadValueError, OutputError
from newsarchive.storage import Store, open_store
from tests.exports.stories import DAY, GROWING, article, pick

MONTH = date(2025, 11, 1)
NEXT_DAY = date(2025, 11, 14)
FORMATS: tuple[FormatName, ...] = ("digest", "daily", "briefing", "fulltext")
ALL_TARGETS: tuple[TargetName, ...] = tuple(TARGETS)


@pytest.fixture
async def filled(store: Store) -> Store:
    """Two days of articles, nothing picked."""
    await store.save_articles([article(1), article(2), article(3, day=NEXT_DAY)])
    return store


async def export_all(store: Store, out: Path, target: TargetName, profile: Profile) -> Exported:
    exported = Exported()
    for of in FORMATS:
        done = await export_pages(store, ExportRequest(of, month=MONTH, profile=profile, target=target), out)
        exported.pages += done.pages
        exported.indexes += done.indexes
    return exported


def contents(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> Iterator[str]:
    return (name for name in after if before.get(name) != after[name])


@pytest.mark.parametrize("profile", ["strict", "clean"])
@pytest.mark.parametrize("target", ALL_TARGETS)
async def test_a_second_export_changes_no_byte(
    filled: Store, tmp_path: Path, target: TargetName, profile: Profile
) -> None:
    out = tmp_path / "out"
    first = await export_all(filled, out, target, profile)
    before = contents(out)
    assert len(first.pages) == 6
    assert {written.state for written in first.files} == {State.WRITTEN}
    again = await export_all(filled, out, target, profile)
    assert contents(out) == before
    assert {written.state for written in again.files} == {State.UNCHANGED}


@pytest.mark.parametrize("target", ALL_TARGETS)
async def test_a_new_day_changes_only_its_place_and_the_indexes(
    filled: Store, tmp_path: Path, target: TargetName
) -> None:
    out = tmp_path / "out"
    await export_all(filled, out, target, "clean")
    before = contents(out)
    await filled.save_articles([article(4, day=date(2025, 11, 20))])
    await export_all(filled, out, target, "clean")
    after = contents(out)
    for name in changed(before, after):
        if name not in before:
            assert "2025-11-20" in name
        elif START.encode() not in after[name]:
            kept = before[name].decode().splitlines()
            now = after[name].decode().splitlines()
            assert [line for line in kept if line not in now and not line.startswith(GROWING)] == []
    assert set(before) <= set(after)


async def test_hand_edits_of_every_format_stay(filled: Store, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = await export_all(filled, out, "hugo", "clean")
    for _, written in first.pages:
        text = written.path.read_text(encoding="utf-8")
        written.path.write_text(f"{text}\n编者按：这是手写的。\n", encoding="utf-8")
    await filled.save_articles([article(4)])
    again = await export_all(filled, out, "hugo", "clean")
    assert State.CONFLICT not in {written.state for written in again.files}
    for _, written in again.pages:
        assert "编者按：这是手写的。" in written.path.read_text(encoding="utf-8")
    day = (out / "content" / "posts" / "2025-11-13.md").read_text(encoding="utf-8")
    assert "## 3. 第 4 条新闻" in day


async def test_only_picks_are_exported_of_a_day_that_is_done(filled: Store, tmp_path: Path) -> None:
    await filled.save_picks([pick(article(2), text="只选这条。")])
    await finish_days(filled, [DAY])
    picked = await export_pages(filled, ExportRequest("daily", day=DAY), tmp_path / "a")
    everything = await export_pages(filled, ExportRequest("daily", day=DAY, everything=True), tmp_path / "b")
    assert [page.count for page, _ in picked.pages] == [1]
    assert [page.count for page, _ in everything.pages] == [2]
    assert [page.drafts for page, _ in everything.pages] == [1]


async def test_a_pick_without_a_stored_article_is_in_the_post_but_has_no_full_text(
    store: Store, tmp_path: Path
) -> None:
    await store.save_articles([article(1)])
    await store.save_picks([pick(article(1)), pick(article(9), 2, "这条没有抓到，只有编辑写的一句话。")])
    daily = await export_pages(store, ExportRequest("daily", day=DAY), tmp_path / "out")
    assert "## 2. 这条没有抓到，只有编辑写的一句话。\n" in daily.pages[0][1].path.read_text(encoding="utf-8")
    full = await export_pages(store, ExportRequest("fulltext", day=DAY), tmp_path / "out")
    assert [(page.count, page.left_out) for page, _ in full.pages] == [(1, 1)]


async def test_reprints_are_one_story_and_named(store: Store, tmp_path: Path) -> None:
    elsewhere = {"site": "36kr", "identity": "36kr:2", "url": "https://36kr.com/p/2"}
    first, other = article(1), article(2).model_copy(update=elsewhere)
    long = [*first.body, *article(50).body]
    await store.save_articles([it.model_copy(update={"body": long}) for it in (first, other)])
    daily = await export_pages(store, ExportRequest("daily", day=DAY), tmp_path / "out")
    text = daily.pages[0][1].path.read_text(encoding="utf-8")
    assert "## 2." not in text
    assert "另见：[第 2 条新闻](https://36kr.com/p/2)" in text


async def test_a_file_for_each_article(filled: Store, tmp_path: Path) -> None:
    done = await export_pages(filled, ExportRequest("fulltext", month=MONTH, per="article"), tmp_path)
    assert sorted(contents(tmp_path / "fulltext" / "2025" / "11")) == [
        "2025-11-13-ithome-800001.md",
        "2025-11-13-ithome-800002.md",
        "2025-11-14-ithome-800003.md",
    ]
    assert len(done.pages) == 3


async def test_excerpts_hold_no_whole_text(filled: Store, tmp_path: Path) -> None:
    done = await export_pages(filled, ExportRequest("fulltext", day=DAY, excerpts=True), tmp_path)
    text = done.pages[0][1].path.read_text(encoding="utf-8")
    assert "第 1 条的摘要。\n\n[阅读原文](https://www.ithome.com/0/800/001.htm)" in text
    assert "第 1 条的正文。" not in text
    assert "![" not in text


async def test_an_unknown_imported_file_is_named(store: Store, tmp_path: Path) -> None:
    with pytest.raises(BadValueError, match="no file of full texts was imported as 'x'"):
        await export_pages(store, ExportRequest("fulltext", imported="x"), tmp_path)


async def test_indexes_by_month_newest_first_with_ways_to_the_neighbours(
    filled: Store, tmp_path: Path
) -> None:
    await export_pages(filled, ExportRequest("daily", month=MONTH), tmp_path)
    await filled.save_articles([article(5, day=date(2025, 12, 1))])
    await export_pages(filled, ExportRequest("daily", month=date(2025, 12, 1)), tmp_path)
    assert (tmp_path / "daily" / "README.md").read_text(encoding="utf-8") == (
        f"# 每日资讯\n\n{START}\n\n## 2025\n\n- [2025年12月](2025/2025-12-index.md) · 1 篇\n"
        f"- [2025年11月](2025/2025-11-index.md) · 3 篇 · 2 页\n\n{END}\n"
    )
    assert (tmp_path / "daily" / "2025" / "2025-11-index.md").read_text(encoding="utf-8") == (
        f"# 每日资讯 2025年11月\n\n{START}\n\n[每日资讯](../README.md) · [2025年12月 →](2025-12-index.md)\n\n"
        f"- [每日资讯 2025-11-14](2025-11-14.md) · 1 篇\n- [每日资讯 2025-11-13](2025-11-13.md) · 2 篇\n\n{END}\n"
    )


@pytest.mark.parametrize("of", ["digest", "fulltext"])
@pytest.mark.parametrize("target", ALL_TARGETS)
async def test_an_index_of_months_that_are_a_page_each_says_what_each_has(
    filled: Store, tmp_path: Path, target: TargetName, of: FormatName
) -> None:
    await filled.save_articles([article(5, day=date(2025, 12, 1)), article(6, day=date(2025, 10, 1))])
    months = (date(2025, 10, 1), MONTH, date(2025, 12, 1))
    for month in months:
        done = await export_pages(filled, ExportRequest(of, month=month, target=target), tmp_path)
    lines = done.indexes[0].path.read_text(encoding="utf-8").splitlines()
    counts = [line.partition(" · ")[2] for line in lines if re.match(r"- (\[|<a [^>]*>)2025年", line)]
    assert counts == ["1 篇", "3 篇", "1 篇"]
    for month in months:
        again = await export_pages(filled, ExportRequest(of, month=month, target=target), tmp_path)
        assert {it.state for it in again.indexes} == {State.UNCHANGED}


async def test_only_what_is_between_the_markers_of_an_index_changes(filled: Store, tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"# 我的快讯\n\n前言。\n\n{START}\n{END}\n\n后记。", encoding="utf-8")
    await export_pages(filled, ExportRequest("digest", month=MONTH), tmp_path)
    text = readme.read_text(encoding="utf-8")
    assert text.startswith(
        f"# 我的快讯\n\n前言。\n\n{START}\n\n## 2025\n\n- [2025年11月](2025/newsflash-202511.md)"
    )
    assert text.endswith(f"{END}\n\n后记。")


async def test_a_readme_without_markers_is_the_editors(filled: Store, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# 我的\n", encoding="utf-8")
    done = await export_pages(filled, ExportRequest("digest", month=MONTH), tmp_path)
    assert done.indexes == []
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "# 我的\n"


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace(END, ""),
        lambda text: text.replace(START, "<!-- newsarchive:index x -->"),
        lambda text: text.replace("篇", "篇（手写）"),
        lambda text: f"{text}\n{START}\n",
    ],
)
async def test_an_index_that_a_hand_has_altered_is_left_alone(
    filled: Store, tmp_path: Path, edit: object
) -> None:
    await export_pages(filled, ExportRequest("digest", month=MONTH), tmp_path)
    readme = tmp_path / "README.md"
    altered = edit(readme.read_text(encoding="utf-8"))  # type: ignore[operator]
    readme.write_text(altered, encoding="utf-8")
    await filled.save_articles([article(4)])
    done = await export_pages(filled, ExportRequest("digest", month=MONTH), tmp_path)
    assert [written.state for written in done.indexes] == [State.CONFLICT]
    assert readme.read_text(encoding="utf-8") == altered
    assert (tmp_path / "README.md.new").exists()


async def test_titles_that_speak_of_the_markers_are_titles(filled: Store, tmp_path: Path) -> None:
    asked = ExportRequest("fulltext", day=DAY, per="article")
    await filled.save_articles([article(5, title=f"什么是 {START}")])
    await filled.save_picks([pick(article(5), 5)])
    for number in (6, 7):
        await export_pages(filled, asked, tmp_path)
        await filled.save_articles([article(number)])
        await filled.save_picks([pick(article(number), number)])
    done = await export_pages(filled, asked, tmp_path)
    assert State.CONFLICT not in {written.state for written in done.indexes}
    assert article(7).title in (tmp_path / "fulltext" / "2025" / "2025-11-index.md").read_text(
        encoding="utf-8"
    )


async def test_an_index_keeps_the_bytes_around_it_and_its_line_ends(filled: Store, tmp_path: Path) -> None:
    asked = ExportRequest("daily", month=date(2025, 11, 1))
    await export_pages(filled, asked, tmp_path)
    readme = tmp_path / "daily" / "README.md"
    windows = readme.read_bytes().replace(b"\n", b"\r\n")
    readme.write_bytes(windows)
    assert State.CONFLICT not in {it.state for it in (await export_pages(filled, asked, tmp_path)).indexes}
    assert readme.read_bytes() == windows
    await filled.save_picks([pick(article(7), 9)])
    await export_pages(filled, asked, tmp_path)
    text = readme.read_bytes()
    assert text != windows
    assert text.count(b"\n") == text.count(b"\r\n")
    garbled = text + "简介".encode("gb18030")
    readme.write_bytes(garbled)
    await filled.save_picks([pick(article(8), 10)])
    done = await export_pages(filled, asked, tmp_path)
    assert [it.message for it in done.indexes if "UTF-8" in it.message]
    assert readme.read_bytes() == garbled


@pytest.mark.parametrize("of", FORMATS)
@pytest.mark.parametrize("target", ALL_TARGETS)
async def test_a_time_without_stories_leaves_no_trace(
    store: Store, tmp_path: Path, target: TargetName, of: FormatName
) -> None:
    done = await export_pages(store, ExportRequest(of, month=MONTH, target=target), tmp_path / "out")
    assert done.files == []
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("of", FORMATS)
async def test_a_page_whose_stories_all_went_loses_them_and_its_line_in_the_index(
    store: Store, tmp_path: Path, of: FormatName
) -> None:
    await store.save_articles([article(1), article(2, day=date(2025, 10, 1))])
    for month in (date(2025, 10, 1), MONTH):
        done = await export_pages(store, ExportRequest(of, month=month), tmp_path)
    (_, written), index = done.pages[0], done.indexes[0].path
    assert "2025年11月" in index.read_text(encoding="utf-8")
    await store.save_picks([pick(article(1)).model_copy(update={"state": "rejected"})])
    await export_pages(store, ExportRequest(of, month=MONTH), tmp_path)
    assert "第 1 条" not in written.path.read_text(encoding="utf-8")
    assert "2025年11月" not in index.read_text(encoding="utf-8")
    assert "2025年10月" in index.read_text(encoding="utf-8")


@pytest.mark.parametrize("of", FORMATS)
@pytest.mark.parametrize("target", ALL_TARGETS)
async def test_another_store_keeps_the_lines_of_what_lies_in_the_folder(
    filled: Store, tmp_path: Path, target: TargetName, of: FormatName
) -> None:
    out = tmp_path / "out"
    await filled.save_articles([article(4, day=date(2025, 10, 2))])
    for month in (date(2025, 10, 1), MONTH):
        await export_pages(filled, ExportRequest(of, month=month, target=target), out)
    before = contents(out)
    async with open_store(str(tmp_path / "other.sqlite")) as other:
        await export_pages(other, ExportRequest(of, month=MONTH, target=target), out)
        assert contents(out) == before
        await other.save_articles([article(7), article(8, day=date(2025, 12, 3))])
        await export_pages(other, ExportRequest(of, month=MONTH, target=target), out)
        assert {name: contents(out)[name] for name in before} == before
        done = await export_pages(other, ExportRequest(of, month=date(2025, 12, 1), target=target), out)
    (index, *_) = done.indexes
    kept = [line for line in before[index.path.relative_to(out).as_posix()].decode().splitlines() if line]
    text = index.path.read_text(encoding="utf-8")
    assert [line for line in kept if line not in text] == []
    assert "2025年12月" in text


async def test_a_month_to_which_another_store_adds_a_day_has_the_days_of_both(
    filled: Store, tmp_path: Path
) -> None:
    await export_pages(filled, ExportRequest("daily", month=MONTH), tmp_path / "out")
    async with open_store(str(tmp_path / "other.sqlite")) as other:
        await other.save_articles([article(7, day=date(2025, 11, 12))])
        await export_pages(other, ExportRequest("daily", day=date(2025, 11, 12)), tmp_path / "out")
    month = (tmp_path / "out" / "daily" / "2025" / "2025-11-index.md").read_text(encoding="utf-8")
    assert [day for day in (14, 13, 12) if f"2025-11-{day}.md" in month] == [14, 13, 12]
    assert "- [2025年11月](2025/2025-11-index.md) · 4 篇 · 3 页" in (
        tmp_path / "out" / "daily" / "README.md"
    ).read_text(encoding="utf-8")


@pytest.mark.parametrize("format_name", FORMATS)
async def test_a_folder_that_is_a_link_to_itself_is_told(
    filled: Store, tmp_path: Path, format_name: FormatName
) -> None:
    out = tmp_path / "loop"
    out.symlink_to("loop")
    with pytest.raises(OutputError, match="loop"):
        await export_pages(filled, ExportRequest(format_name, month=MONTH), out)
    assert out.is_symlink()
