"""What an editor writes of a whole day is kept in the store, and comes with every file of the day."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from exports.export import export_pages
from exports.formats.format import Profile
from exports.request import ExportRequest
from exports.sync.folder import sync_folder
from exports.targets import TARGETS, TargetName
from newsarchive.storage import Store
from newsarchive.storage.collections import DAY_PROSE
from tests.exports.stories import DAY, article

ASKED = ExportRequest("briefing", day=DAY)
HEADING = "## 🚀 前沿洞察"
OUTLOOK = "今天的主线：**算力**成了资源。\n\n1. **第一**：更多。\n2. 第二 {{ x }}。\n\n**结论是**：三位一体。"
LEAD = "第一段。\n\n第二段有**粗体**。\n\n第三段。"


async def written(store: Store, asked: ExportRequest, out: Path) -> Path:
    return (await export_pages(store, asked, out)).pages[0][1].path


@pytest.fixture
async def day(store: Store) -> Store:
    await store.save_articles([article(1), article(2), article(3)])
    return store


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("profile", ["strict", "clean"])
async def test_a_third_section_is_kept_and_comes_with_other_files(
    day: Store, tmp_path: Path, profile: Profile, target: TargetName
) -> None:
    asked = replace(ASKED, profile=profile, target=target)
    path = await written(day, asked, tmp_path)
    text = path.read_text(encoding="utf-8").rstrip("\n")
    own = TARGETS[target].guard(OUTLOOK)
    path.write_text(f"{text}\n\n{HEADING}\n\n{own}\n", encoding="utf-8")
    (report,) = (it for it in await sync_folder(day, tmp_path) if it.edited)
    assert (report.texts, report.rejected, report.added, report.stays) == (1, 0, 0, [])
    typed = path.read_bytes()
    assert (await written(day, asked, tmp_path)).read_bytes() == typed
    for other in ("strict", "clean"):
        new = await written(day, replace(ASKED, profile=other), tmp_path / other)
        assert f"\n\n{HEADING}\n\n{OUTLOOK}\n" in new.read_text(encoding="utf-8")


async def test_a_section_that_a_hand_takes_out_goes(day: Store, tmp_path: Path) -> None:
    asked = replace(ASKED, profile="strict")
    path = await written(day, asked, tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n{HEADING}\n\n{OUTLOOK}\n", encoding="utf-8")
    await sync_folder(day, tmp_path)
    path.write_text(text, encoding="utf-8")
    await sync_folder(day, tmp_path)
    assert await day.documents(DAY_PROSE) == {}
    assert (await written(day, asked, tmp_path)).read_text(encoding="utf-8") == text


async def test_a_reworded_outlook_comes_with_the_next_export_of_another_file(
    day: Store, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    path = await written(day, ASKED, one)
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{HEADING}\n\n甲的话。\n", encoding="utf-8")
    await sync_folder(day, one)
    await written(day, ASKED, two)
    path.write_text(path.read_text(encoding="utf-8").replace("甲的话。", "乙的话。"), encoding="utf-8")
    await sync_folder(day, one)
    assert "乙的话。" in (await written(day, ASKED, two)).read_text(encoding="utf-8")


async def test_a_lead_of_several_paragraphs_and_own_signs_come_with_other_files(
    day: Store, tmp_path: Path
) -> None:
    asked = replace(ASKED, profile="strict")
    path = await written(day, asked, tmp_path)
    lines = path.read_text(encoding="utf-8").split("\n")
    title = next(place for place, line in enumerate(lines) if line.startswith("**"))
    lines[title + 1 :] = ["", *LEAD.split("\n"), *lines[lines.index("## 🌍 全球速览") - 1 :]]
    brief = next(place for place, line in enumerate(lines) if line.startswith("1.  **📰 "))
    lines[brief] = "1.  **⚡ 矿工大转型**：一句话。"
    path.write_text("\n".join(lines), encoding="utf-8")
    await sync_folder(day, tmp_path)
    new = (await written(day, asked, tmp_path / "new")).read_text(encoding="utf-8")
    assert f"\n\n{LEAD}\n\n## 🌍 全球速览\n\n1.  **⚡ 矿工大转型**：一句话。\n2.  **📰 " in new
