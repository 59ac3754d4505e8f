"""An archive's own names stand in its files, and files with older names are still read, merged and synced."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from exports.export import export_pages
from exports.files.hand_edited import State
from exports.formats import FORMATS
from exports.formats.words import Words
from exports.imports import read_archive
from exports.request import ExportRequest
from exports.sync.folder import sync_folder
from newsarchive.storage import Store
from tests.exports.stories import DAY, article

CARS: Words = {"name": "车圈早报", "lead": "🚗 头条", "briefs": "🛞 速览", "sources": "出处"}
LATER: Words = {**CARS, "lead": "头条", "name": "车报"}
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
async def filled(store: Store) -> Store:
    await store.save_articles([article(number) for number in (1, 2, 3)])
    return store


def day_of(name: str, own: Words, **more: Any) -> ExportRequest:  # noqa: ANN401
    time: dict[str, Any] = (
        {"month": DAY.replace(day=1)} if FORMATS[name].units == ("month",) else {"day": DAY}
    )
    return ExportRequest(name, own=own, **time, **more)


async def exported(store: Store, out: Path, name: str, own: Words, **more: Any) -> tuple[State, str]:  # noqa: ANN401
    (found,) = (await export_pages(store, day_of(name, own, **more), out)).pages
    return found[1].state, found[1].path.read_text(encoding="utf-8")


async def test_a_briefing_has_its_own_names(filled: Store, tmp_path: Path) -> None:
    _, usual = await exported(filled, tmp_path / "usual", "briefing", {})
    _, own = await exported(filled, tmp_path / "own", "briefing", CARS)
    for old, new in (
        ("AI日报", "车圈早报"),
        ("🔥 今日头条", "🚗 头条"),
        ("🌍 全球速览", "🛞 速览"),
        ("🔎 来源", "出处"),
    ):
        assert old in usual
        assert old not in own
        usual = usual.replace(old, new)
    assert own == usual
    index = (tmp_path / "own" / "briefing" / "README.md").read_text(encoding="utf-8")
    assert index.startswith("# 车圈早报\n")


async def test_a_strict_daily_post_names_no_brand_but_ours(filled: Store, tmp_path: Path) -> None:
    own: Words = {
        "title": "🚗 每日汽车",
        "description": "的汽车要闻",
        "footer": "",
        "tags": ("汽车",),
        "categories": (),
    }
    _, text = await exported(filled, tmp_path, "daily", own, profile="strict")
    assert 'title: "🚗 每日汽车"' in text
    assert 'description: "2025-11-13 的汽车要闻"' in text
    assert "AI" not in text
    assert "Bot" not in text
    assert text.endswith("---\n\n")


async def test_a_digest_has_its_own_words_after_the_date(filled: Store, tmp_path: Path) -> None:
    _, text = await exported(filled, tmp_path / "a", "digest", {"label": "🚗车圈快讯"})
    assert "\n\n2025年11月13日 🚗车圈快讯\n\n" in text
    _, text = await exported(filled, tmp_path / "b", "digest", {"label": ""})
    assert "\n\n2025年11月13日\n\n" in text


@pytest.mark.parametrize("profile", ["clean", "strict"])
@pytest.mark.parametrize(("before", "after"), [({}, CARS), (CARS, {}), (CARS, LATER)])
async def test_edits_stay_when_the_sections_get_other_names(
    filled: Store, tmp_path: Path, profile: str, before: Words, after: Words
) -> None:
    _, text = await exported(filled, tmp_path, "briefing", before, profile=profile)
    lead = next(line for line in text.splitlines() if line.startswith("**"))
    file = tmp_path / "briefing" / "2025" / "2025-11-13.md"
    typed = (
        text.replace(lead, "**编辑的标题**").replace("第 2 条的摘要。", "编辑写的一句。") + "\n手打的一段。\n"
    )
    file.write_text(typed, encoding="utf-8")
    state, merged = await exported(filled, tmp_path, "briefing", after, profile=profile)
    assert state is State.MERGED
    _, fresh = await exported(filled, tmp_path / "fresh", "briefing", after, profile=profile)
    expected = (
        fresh.replace(lead, "**编辑的标题**").replace("第 2 条的摘要。", "编辑写的一句。")
        + "\n手打的一段。\n"
    )
    assert merged == expected
    (report,) = await sync_folder(filled, tmp_path / ".")
    assert (report.rejected, report.added) == (0, 0)
    assert not report.refused
    picks = await filled.picks(DAY, DAY)
    assert {it.title for it in picks} >= {"编辑的标题"}
    assert any(it.text == "编辑写的一句。" for it in picks)
    state, again = await exported(filled, tmp_path, "briefing", after, profile=profile)
    assert (state, again) == (State.UNCHANGED, merged)


@pytest.mark.parametrize("own", [{}, CARS])
async def test_a_file_of_older_names_is_synced_after_they_were_changed(
    filled: Store, tmp_path: Path, own: Words
) -> None:
    _, text = await exported(filled, tmp_path, "briefing", own)
    file = tmp_path / "briefing" / "2025" / "2025-11-13.md"
    lead = next(line for line in text.splitlines() if line.startswith("**"))
    file.write_text(text.replace(lead, "**编辑的标题**"), encoding="utf-8")
    (report,) = await sync_folder(filled, tmp_path)
    assert (report.rejected, report.added, report.texts) == (0, 0, 1)
    state, now = await exported(filled, tmp_path, "briefing", LATER)
    assert state in {State.WRITTEN, State.MERGED}
    assert "## 头条\n\n**编辑的标题**" in now
    assert "今日头条" not in now
    assert "🚗 头条" not in now


@pytest.mark.parametrize("profile", ["clean", "strict"])
async def test_a_file_of_own_names_is_told_by_its_form(filled: Store, tmp_path: Path, profile: str) -> None:
    _, text = await exported(filled, tmp_path, "briefing", CARS, profile=profile)
    archive = read_archive(text, "2025-11-13.md")
    assert archive.family == "briefing"
    assert len(archive.items) == 2


def test_the_names_of_one_archive_stand_in_the_code_as_defaults_of_words_alone() -> None:
    brands = re.compile(r"\bAI\b|AI日报|AI Daily|行业快讯|每日资讯|今日头条|全球速览|前沿洞察")
    found = []
    for top in ("exports", "newsarchive/editorial", "newsarchive/cli", "newsarchive/markdown"):
        for path in sorted((ROOT / top).rglob("*.py")):
            if "imports" in path.parts:
                continue  # the words of archives that others wrote
            tree = ast.parse(path.read_text(encoding="utf-8"))
            calls = [
                it
                for it in ast.walk(tree)
                if isinstance(it, ast.Call) and getattr(it.func, "id", "") == "Word"
            ]
            usual = [
                it
                for it in ast.walk(tree)
                if isinstance(it, ast.Assign) and getattr(it.targets[0], "id", "") == "_USUAL"
            ]
            allowed = {id(it) for node in [*calls, *usual] for it in ast.walk(node)}
            docs = {
                id(it.value)
                for it in ast.walk(tree)
                if isinstance(it, ast.Expr) and isinstance(it.value, ast.Constant)
            }
            found += [
                f"{path.relative_to(ROOT)}:{it.lineno} {it.value}"
                for it in ast.walk(tree)
                if isinstance(it, ast.Constant) and isinstance(it.value, str) and brands.search(it.value)
                if id(it) not in allowed | docs
            ]
    assert found == []
