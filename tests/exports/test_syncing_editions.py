"""Files that an editor imported are edited, exported and synced like any other."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path

import pytest

from exports.export import export_pages
from exports.files.hand_edited import State
from exports.formats.format import Profile
from exports.imports import read_archive
from exports.imports.importer import import_archive
from exports.request import ExportRequest
from exports.sync.folder import sync_folder
from exports.targets import TARGETS, TargetName
from newsarchive.storage import Store
from tests.exports.test_imported_files import POST

DAY = date(2025, 3, 1)
BRIEFING = """---
title: "AI日报：头条"
date: 2025-03-01 09:00:00
categories: ["AI Daily"]
cover_image: "https://img.example/a.png"
---

![Cover Image](<https://img.example/a.png>)

## 🔥 今日头条

**头条的题**

头条的话。

## 🌍 全球速览

1.  **📰 甲**：甲的话。
2.  **📰 乙**：乙的话。

## 🚀 前沿洞察

末尾的话。
"""
FULL = """# 甲

> 甲的话。

[原文链接](https://36kr.com/p/1?f=rss)


# 乙

> 第一句。

第二句。

[原文链接](https://36kr.com/p/2?f=rss)


"""
FILES = {
    "daily": (POST, ExportRequest("daily", day=DAY), "两句话。"),
    "briefing": (BRIEFING, ExportRequest("briefing", day=DAY), "乙的话。"),
    "fulltext": (FULL, ExportRequest("fulltext", imported="x"), "第二句。"),
}
ALL_TARGETS: tuple[TargetName, ...] = tuple(TARGETS)
PROFILES: tuple[Profile, ...] = ("clean", "strict")


@pytest.mark.parametrize(("of", "profile", "target"), [*product(FILES, PROFILES, ALL_TARGETS)], ids=str)
async def test_an_imported_file_that_was_edited(
    store: Store, tmp_path: Path, of: str, profile: Profile, target: TargetName
) -> None:
    text, asked, old = FILES[of]
    await import_archive(store, read_archive(text), "x")
    wanted = ExportRequest(
        asked.format, day=asked.day, imported=asked.imported, profile=profile, target=target
    )
    ((_, written),) = (await export_pages(store, wanted, tmp_path / "out")).pages
    edited = written.path.read_text(encoding="utf-8").replace(old, f"{old}手写的话。", 1)
    assert "手写的话。" in edited
    written.path.write_text(edited, encoding="utf-8")
    (synced,) = [it for it in await sync_folder(store, tmp_path / "out") if it.edited]
    assert synced.stays == []
    assert synced.texts == 1
    again = await export_pages(store, wanted, tmp_path / "out")
    assert [it.state for _, it in again.pages] == [State.UNCHANGED]
    assert written.path.read_text(encoding="utf-8") == edited
    ((_, fresh),) = (await export_pages(store, wanted, tmp_path / "fresh")).pages
    assert fresh.path.read_text(encoding="utf-8") == edited


async def test_the_rest_of_an_imported_file_stays_as_it_was_written(store: Store, tmp_path: Path) -> None:
    await import_archive(store, read_archive(FULL), "x")
    ((_, written),) = (await export_pages(store, ExportRequest("fulltext", imported="x"), tmp_path)).pages
    edited = written.path.read_text(encoding="utf-8").replace("第二句。", "改过的第二句。")
    written.path.write_text(edited, encoding="utf-8")
    await sync_folder(store, tmp_path)
    strict = ExportRequest("fulltext", imported="x", profile="strict")
    ((_, kept),) = (await export_pages(store, strict, tmp_path / "strict")).pages
    assert kept.path.read_text(encoding="utf-8") == FULL.replace("第二句。", "改过的第二句。").replace(
        "p/2?f=rss", "p/2"
    )


@pytest.mark.parametrize("target", ["plain", "hugo"])
async def test_prose_of_a_post_that_is_kept_as_written_comes_back(
    store: Store, tmp_path: Path, target: TargetName
) -> None:
    await import_archive(store, read_archive(POST), "x")
    wanted = ExportRequest("daily", day=DAY, profile="strict", target=target)
    ((_, written),) = (await export_pages(store, wanted, tmp_path / "out")).pages
    edited = written.path.read_text(encoding="utf-8").replace("## 1. ", "编者按 {{ x }}。\n\n## 1. ")
    written.path.write_text(edited, encoding="utf-8")
    await sync_folder(store, tmp_path / "out")
    ((_, fresh),) = (await export_pages(store, wanted, tmp_path / "fresh")).pages
    assert "编者按" in fresh.path.read_text(encoding="utf-8")
