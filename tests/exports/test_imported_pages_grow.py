"""Imported pages keep their own form when an editor chooses otherwise: new stories are written as the others are."""

from __future__ import annotations

import os
import re
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from exports.export import export_pages
from exports.files.hand_edited import State, Written
from exports.imports import read_archive
from exports.imports.importer import import_archive, picks_of_day
from exports.imports.reader import read_again
from exports.request import ExportRequest
from exports.sync.folder import sync_folder
from newsarchive.records.pick import Pick
from newsarchive.storage import Store, open_store
from tests.exports.imported_pages import ALL, STAY
from tests.exports.stories import article
from tests.exports.test_imported_files import POST
from tests.exports.test_syncing_editions import BRIEFING

DAY = date(2026, 3, 1)
STRICT = ExportRequest("daily", day=DAY, profile="strict")
LAMP = "https://example.com/lamp"
OVERVIEW = """---
title: 渡口日报
date: 2026-03-01
---

## 📊 今日看点

今日精选 **2 篇** 资讯：

- 🚀 **[渡口夜航恢复](#1-渡口夜航恢复)**
- 🌍 **[旧船票展开幕](#2-旧船票展开幕)**

<!--more-->

## 📰 详细内容

### 1. 渡口夜航恢复 {#1-渡口夜航恢复}

> 📅 **发布时间：** 2026/2/28

#### 📝 内容概要

首晚来了**四十**人。

📎 [查看原文](https://example.com/night)

---

### 2. 旧船票展开幕 {#2-旧船票展开幕}

> 📅 **发布时间：** 2026/2/28

#### 📝 内容概要

一百二十件展品。

📎 [查看原文](https://example.com/tickets)

---

## 💡 关于本日报

*每天九点*
"""
GROUPED = """# 2026-03-01 清单

- 江岸
  - [ ] [渡口夜航恢复](https://example.com/night)
- 灯塔
  - [ ] [三天修好一座灯塔](https://example.com/tower)
"""
PAGES = {**ALL, "overview": OVERVIEW, "grouped": GROUPED}


def new_pick(number: int, position: int, **more: str) -> Pick:
    fields = {"text": f"江岸的第{number}盏灯重新点亮。"} | more
    return Pick(day=DAY, position=position, url=f"{LAMP}/{number}", **fields)


async def imported(store: Store, text: str) -> None:
    await import_archive(store, read_archive(text, "x.md"), "x")


async def export(store: Store, out: Path, asked: ExportRequest = STRICT) -> tuple[str, Written]:
    ((_, written),) = (await export_pages(store, asked, out)).pages
    return written.path.read_bytes().decode(), written


def lines(text: str) -> list[str]:
    return [re.sub(r"\d+(?=\*?\*? [篇条])", "N", line) for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("name", [it for it in PAGES if it not in STAY])
@pytest.mark.parametrize("words", ["", "今晚八点开灯，江面亮了半边。"])
async def test_a_new_story_is_written_as_the_others_are(
    store: Store, tmp_path: Path, name: str, words: str
) -> None:
    await imported(store, PAGES[name])
    before, _ = await export(store, tmp_path)
    title = {"title": "灯塔重新点亮", "text": words} if words else {}
    await store.save_picks([new_pick(1, 50, **title)])
    after, written = await export(store, tmp_path)
    assert written.state is State.WRITTEN
    assert [line for line in lines(before) if line not in lines(after)] == []
    said = read_again(after, "x.md", read_archive(before, "x.md").family, "")
    picks, _ = picks_of_day(said, DAY)
    assert picks[-1].url == f"{LAMP}/1"
    assert (words or "江岸的第1盏灯重新点亮。") in after
    again, written = await export(store, tmp_path)
    assert (again, written.state) == (after, State.UNCHANGED)


@pytest.mark.parametrize(
    "page",
    [
        "# 2026-03-01\n\n## 江岸\n\n- **渡口夜航恢复** — [jiang](https://example.com/night)\n- **灯塔** — [jiang](https://example.com/tower)\n",
        (
            "# 2026-03-01\n\n1. **渡口夜航恢复**\n   - **原链接**：[夜航又开了](https://example.com/night)\n\n"
            "2. **三天修好一座灯塔**\n   - **原链接**：[修塔记](https://example.com/tower)\n"
        ),
    ],
)
async def test_the_link_of_a_new_story_is_not_called_as_another_ones(
    store: Store, tmp_path: Path, page: str
) -> None:
    await imported(store, page)
    await store.save_picks([new_pick(1, 50)])
    text, written = await export(store, tmp_path)
    assert written.state is State.WRITTEN
    assert f"[example.com]({LAMP}/1)" in text


@pytest.mark.parametrize("name", STAY)
async def test_a_page_whose_stories_cannot_be_copied_stays_as_it_is(
    store: Store, tmp_path: Path, name: str
) -> None:
    await imported(store, PAGES[name])
    before, _ = await export(store, tmp_path)
    await store.save_picks([new_pick(1, 50)])
    after, written = await export(store, tmp_path)
    assert (after, written.state) == (before, State.CONFLICT)
    beside = written.path.with_name(f"{written.path.name}.new").read_text(encoding="utf-8")
    assert f"{LAMP}/1" in beside


HOSTILE = '<script>alert(1)</script> "x" [点](javascript:x) `{{ y }}` </div> **粗** <!-- '


@pytest.mark.parametrize("name", PAGES)
async def test_a_hostile_article_does_nothing_to_a_page(store: Store, tmp_path: Path, name: str) -> None:
    await imported(store, PAGES[name])
    before, _ = await export(store, tmp_path)
    evil = article(1).model_copy(update={"title": HOSTILE, "digest": HOSTILE})
    await store.save_articles([evil])
    held = Pick(day=DAY, position=50, url=evil.url, identity=evil.identity, text="", draft=True)
    await store.save_picks([held])
    after, _ = await export(store, tmp_path)
    assert [line for line in lines(before) if line not in lines(after)] == []
    new = [line for line in after.split("\n") if line not in before.split("\n")]
    assert not any(
        re.search(r"(?<!\\)<(?:script|/div>(?!</div>|$)|!--)", line) for line in new if "card" not in line
    )
    assert not any("<script" in line for line in new if line.startswith("<"))
    assert not any(re.search(r"(?<!\\)\]\(javascript", line) for line in new if not line.startswith("<"))


async def test_the_overview_names_a_new_story_too(store: Store, tmp_path: Path) -> None:
    await imported(store, OVERVIEW)
    await store.save_picks([new_pick(1, 50, title="灯塔重新点亮", text="今晚八点。")])
    text, _ = await export(store, tmp_path)
    assert "今日精选 **3 篇** 资讯" in text
    assert "- 🌍 **[灯塔重新点亮](#3-灯塔重新点亮)**\n\n<!--more-->" in text
    assert (
        "### 3. 灯塔重新点亮 {#3-灯塔重新点亮}\n\n> 📅 **发布时间：** 2026/3/1\n\n#### 📝 内容概要\n\n今晚八点。\n\n"
        f"📎 [查看原文]({LAMP}/1)\n\n---\n\n## 💡 关于本日报"
    ) in text


async def test_a_story_between_numbered_ones_is_a_conflict_and_the_page_stays(
    store: Store, tmp_path: Path
) -> None:
    await imported(store, OVERVIEW)
    before, written = await export(store, tmp_path)
    picks = await store.picks(DAY, DAY)
    moved = [new_pick(1, 2), picks[1].model_copy(update={"position": 3})]
    await store.save_picks(moved)
    after, written = await export(store, tmp_path)
    assert written.state is State.CONFLICT
    assert after == before
    beside = written.path.with_name(f"{written.path.name}.new")
    assert f"{LAMP}/1" in beside.read_text(encoding="utf-8")
    assert "in its own form" in written.message
    beside.unlink()
    settled, written = await export(store, tmp_path)
    assert (settled, written.state) == (before, State.UNCHANGED)


async def test_a_line_typed_into_a_page_in_conflict_is_taken_and_stays(store: Store, tmp_path: Path) -> None:
    await imported(store, OVERVIEW)
    before, written = await export(store, tmp_path)
    picks = await store.picks(DAY, DAY)
    await store.save_picks([new_pick(1, 2), picks[1].model_copy(update={"position": 3})])
    await export(store, tmp_path)
    edited = before.replace("## 💡", "编者按：手写的。\n\n## 💡")
    written.path.write_text(edited, encoding="utf-8")
    await sync_folder(store, tmp_path)
    after, again = await export(store, tmp_path)
    assert (
        again.state is State.WRITTEN
    )  # the page's order is the order now, so that the story goes to its end
    assert "编者按：手写的。\n\n## 💡" in after
    assert f"{LAMP}/1" in after


async def test_titles_and_words_that_were_changed_elsewhere_are_written_in_their_places(
    store: Store, tmp_path: Path
) -> None:
    await imported(store, OVERVIEW)
    first, second = await store.picks(DAY, DAY)
    await store.save_picks(
        [
            first.model_copy(update={"title": "夜船又开"}),
            second.model_copy(update={"words": "改过的**话**。"}),
        ]
    )
    text, written = await export(store, tmp_path)
    assert written.state is State.WRITTEN
    assert "### 1. 夜船又开 {#1-渡口夜航恢复}" in text
    assert "[夜船又开](#1-渡口夜航恢复)" in text
    assert "首晚来了**四十**人。" in text
    assert "改过的**话**。\n\n📎 [查看原文](https://example.com/tickets)" in text
    assert "一百二十件展品" not in text


async def test_a_story_that_was_rejected_goes_and_the_rest_stays(store: Store, tmp_path: Path) -> None:
    await imported(store, OVERVIEW)
    before, _ = await export(store, tmp_path)
    _, second = await store.picks(DAY, DAY)
    await store.save_picks([second.model_copy(update={"state": "rejected"})])
    after, written = await export(store, tmp_path)
    assert written.state is State.WRITTEN
    start, end = before.index("### 2. "), before.index("## 💡")
    expected = (before[:start] + before[end:]).replace("**2 篇**", "**1 篇**")
    assert after == expected.replace("- 🌍 **[旧船票展开幕](#2-旧船票展开幕)**\n", "")


async def test_what_is_held_of_a_new_story_stays_when_the_page_is_edited(
    store: Store, tmp_path: Path
) -> None:
    await imported(store, OVERVIEW)
    held = new_pick(1, 3, title="灯塔重新点亮", text="今晚八点。", note="核实")
    await store.save_picks([held])
    text, written = await export(store, tmp_path)
    written.path.write_text(text.replace("四十", "四十一"), encoding="utf-8")
    await sync_folder(store, tmp_path)
    assert (await store.picks(DAY, DAY))[-1] == held
    again, state = await export(store, tmp_path)
    assert (again, state.state) == (text.replace("四十", "四十一"), State.UNCHANGED)


BRIEFED = ExportRequest("briefing", day=date(2025, 3, 1), profile="strict")


@pytest.mark.parametrize("profile", ["strict", "clean"])
async def test_an_imported_briefing_takes_new_picks(store: Store, tmp_path: Path, profile: str) -> None:
    asked = ExportRequest("briefing", day=date(2025, 3, 1), profile=profile)  # type: ignore[arg-type]
    await import_archive(store, read_archive(BRIEFING), "x")
    before, _ = await export(store, tmp_path, asked)
    added = Pick(day=date(2025, 3, 1), position=1, url=LAMP, title="灯塔点亮", text="今晚八点。")
    await store.save_picks([added])
    after, written = await export(store, tmp_path, asked)
    assert written.state is State.WRITTEN
    assert [line for line in before.split("\n") if line not in after.split("\n")] == []
    assert re.search(r"^3\. +\*\*(📰 )?灯塔点亮\*\*：今晚八点。$", after, re.MULTILINE)
    retitled = after.replace("灯塔点亮", "江岸的灯塔")
    written.path.write_text(retitled, encoding="utf-8")
    await sync_folder(store, tmp_path)
    assert await export(store, tmp_path, asked) == (retitled, Written(written.path, State.UNCHANGED))
    written.path.write_text(before, encoding="utf-8")
    await sync_folder(store, tmp_path)
    again, _ = await export(store, tmp_path, asked)
    assert again == before


async def test_a_briefing_does_not_take_what_another_import_brought(store: Store, tmp_path: Path) -> None:
    digest = f"# 2025年3月\n\n\n\n## 2025.03.01\n\n2025年03月01日 💡行业快讯\n\n1. 别的。\n\n   {LAMP}\n"
    for first, second in ((digest, BRIEFING), (BRIEFING, digest)):
        await import_archive(store, read_archive(first), "a")
        await import_archive(store, read_archive(second), "b")
        text, _ = await export(store, tmp_path, BRIEFED)
        assert text == BRIEFING


ROUNDS = int(os.environ.get("NEWSARCHIVE_ROUNDS", "400")) // 16
HARD = (428, 543, 551)
"""Histories that once lost a word: a page was merged with its other form, two paragraphs of it counted as one."""


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_rounds_of_edits_of_imported_pages_lose_no_typed_line(tmp_path: Path, seed: int) -> None:
    random = Random(seed)  # noqa: S311
    pages = {
        **PAGES,
        "post": POST.replace("2025-03-01", "2026-03-01"),
        "briefing": BRIEFING.replace("2025-03-01", "2026-03-01"),
    }
    name = random.choice([*pages])
    of = "briefing" if name == "briefing" else "daily"
    asked = ExportRequest(of, day=DAY, profile="strict", target=random.choice(["plain", "hugo", "hexo"]))
    async with open_store(str(tmp_path / "news.sqlite")) as store:
        await imported(store, pages[name])
        typed: list[str] = []
        added: set[str] = set()
        for turn in range(4):
            text, written = await export(store, tmp_path / "out", asked)
            assert [it for it in typed if it not in text] == [], "an export lost a typed line"
            for url in added:
                assert text.count(f"({url})") <= 2, "a story stands twice"
            rows = text.split("\n")
            for _ in range(random.randint(0, 2)):
                line = f"{random.choice(['编者按：', '> 按：', '- 按：'])}手写{turn}{len(typed)}号。"
                place = random.choice(
                    [n for n, row in enumerate(rows) if not row.strip() and n > 8] or [len(rows)]
                )
                rows[place:place] = ["", line]
                typed.append(line)
            written.path.write_text("\n".join(rows), encoding="utf-8")
            if random.random() < 0.7:
                await sync_folder(store, tmp_path / "out")
            if random.random() < 0.6:
                at = DAY + timedelta(days=0)
                number = turn + 1
                await store.save_picks([new_pick(number, 50 + number).model_copy(update={"day": at})])
                added.add(f"{LAMP}/{number}")
            held = [it for it in await store.picks(DAY, DAY) if it.state == "picked"]
            if held and random.random() < 0.2:
                one = random.choice(held)
                if not any(line in text for line in typed):  # what is typed into a story goes with it
                    await store.save_picks([one.model_copy(update={"state": "rejected"})])
        text, _ = await export(store, tmp_path / "out", asked)
        assert [it for it in typed if it not in text] == []


@pytest.mark.parametrize("seed", sorted({*range(ROUNDS), *HARD}))
async def test_two_formats_at_once_lose_no_typed_word(tmp_path: Path, seed: int) -> None:
    random = Random(seed)  # noqa: S311
    name = random.choice([*PAGES])
    other = random.choice([ExportRequest("digest", month=DAY), ExportRequest("daily", day=DAY)])
    folders = ((STRICT, tmp_path / "strict"), (other, tmp_path / "other"))
    async with open_store(str(tmp_path / "news.sqlite")) as store:
        await imported(store, PAGES[name])
        typed: dict[Path, list[str]] = {}
        for turn in range(3):
            for asked, folder in folders:
                text, written = await export(store, folder, asked)
                mine = typed.setdefault(written.path, [])
                assert [it for it in mine if it not in text] == [], f"{folder.name} lost typed words"
                if random.random() < 0.6:
                    word = f"手写{turn}{folder.name}号"
                    rows = text.split("\n")
                    places = [
                        n for n, row in enumerate(rows) if "四十" in row or "停了" in row or "夜航" in row
                    ]
                    places = [
                        n
                        for n in places
                        if "http" not in rows[n] and "#" not in rows[n] and "title" not in rows[n]
                    ]
                    if places:
                        place = random.choice(places)
                        rows[place] += word
                        mine.append(word)
                        written.path.write_text("\n".join(rows), encoding="utf-8")
            for _, folder in random.sample(folders, 2):
                await sync_folder(store, folder)
        urls = [it.url for it in await store.picks(DAY, DAY)]
        assert len(urls) == len(set(urls))
