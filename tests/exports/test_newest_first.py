"""Strict full texts and daily posts have the newest first, also where a hand was at work in their files."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from exports.export import export_pages
from exports.files.hand_edited import State
from exports.request import ExportRequest
from exports.sync.folder import sync_folder
from newsarchive.storage import Store
from tests.exports.stories import DAY, article

MONTH = ExportRequest("fulltext", month=DAY.replace(day=1), profile="strict")
NEXT = date(2025, 11, 14)


async def exported(store: Store, asked: ExportRequest, out: Path) -> tuple[Path, State]:
    ((_, written),) = (await export_pages(store, asked, out)).pages
    return written.path, written.state


def links(path: Path) -> list[str]:
    return re.findall(r"\[原文链接\]\((\S+)\)", path.read_text(encoding="utf-8"))


async def test_a_later_day_comes_to_the_top_of_a_file_that_a_hand_has_edited(
    store: Store, tmp_path: Path
) -> None:
    await store.save_articles([article(1), article(2)])
    path, _ = await exported(store, MONTH, tmp_path)
    assert links(path) == [article(2).url, article(1).url]
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f"# {article(1).title}", "# 改过的标题"), encoding="utf-8")
    await sync_folder(store, tmp_path)
    await store.save_articles([article(3, day=NEXT)])
    path, state = await exported(store, MONTH, tmp_path)
    assert state is not State.CONFLICT
    assert links(path) == [article(it, day=NEXT if it == 3 else DAY).url for it in (3, 2, 1)]
    assert "# 改过的标题\n" in path.read_text(encoding="utf-8")


async def test_an_order_that_a_hand_has_made_is_kept_in_the_store(store: Store, tmp_path: Path) -> None:
    asked = ExportRequest("daily", day=DAY, profile="strict")
    await store.save_articles([article(1), article(2), article(3)])
    path, _ = await exported(store, asked, tmp_path)
    head, *items = re.split(r"(?=^## \d)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    first, second, rest = items
    swapped = f"{head}{second.replace('## 2.', '## 1.')}{first.replace('## 1.', '## 2.')}{rest}"
    path.write_text(swapped, encoding="utf-8")
    await sync_folder(store, tmp_path)
    new, _ = await exported(store, asked, tmp_path / "new")
    assert new.read_text(encoding="utf-8") == swapped
