"""A format and a target that are added as their pages in docs/ say work, without a change elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.checkout import PYTEST, Checkout, checkout_of

DAY = ("--day", "2025-11-13")
FIRST, SECOND = "https://example.com/1", "https://example.com/2"


@pytest.fixture(scope="module")
def with_format(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return checkout_of("adding-a-format.md", tmp_path_factory.mktemp("format"))


@pytest.fixture(scope="module")
def with_target(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return checkout_of("adding-a-target.md", tmp_path_factory.mktemp("target"))


def picked(checkout: Checkout, folder: Path) -> Checkout:
    """With a store of two stories of a day."""
    store = {"NEWSARCHIVE_STORE": str(folder / "news.sqlite")}
    checkout = replace(checkout, environment=checkout.environment | store)
    checkout.succeeds("pick", "add", FIRST, *DAY, "--text", "甲公司今天发布了新品，三万片已经下线。")
    checkout.succeeds("pick", "add", SECOND, *DAY, "--text", "乙公司的营收增长了三成，{{ 模板 }}也还在。")
    return checkout


def test_a_format_is_a_module_and_a_line(with_format: Checkout) -> None:
    assert sorted(with_format.files) == ["exports/formats/__init__.py", "exports/formats/clips.py"]
    with_format.is_clean(*with_format.files)
    tests = ("tests/exports/test_every_format.py", "tests/exports/test_formats_are_named_nowhere_else.py")
    told = with_format.succeeds(*tests, "-k", "clips or named", command=PYTEST)
    assert "passed" in told


@pytest.mark.parametrize(
    ("target", "name", "index"),
    [
        ("plain", "clips/2025/2025-11-13.md", "clips/README.md"),
        ("jekyll", "_posts/2025-11-13-clips.md", "clips/index.md"),
    ],
)
def test_hand_edits_of_a_new_format_become_picks(
    with_format: Checkout, tmp_path: Path, target: str, name: str, index: str
) -> None:
    checkout, out = picked(with_format, tmp_path), tmp_path / "out"
    export = ("export", "clips", *DAY, "--out", str(out), "--target", target)
    checkout.succeeds(*export)
    file = out / name
    text = file.read_text(encoding="utf-8")
    assert "- **甲公司今天发布了新品，三万片已经下线。**" in text
    assert "快讯摘录" in (out / index).read_text(encoding="utf-8")
    first, second = text[text.index("- **甲") : text.index("- **乙")], text[text.index("- **乙") :]
    words = f"{target} 说了更多"
    edited = (
        second.replace("**\n", f"**：{words}。\n", 1) + "\n编者按。\n\n" + first.replace("新品", "新芯片")
    )
    file.write_text(text[: text.index("- **甲")] + edited, encoding="utf-8")
    before = file.read_bytes()

    told = checkout.succeeds("sync", str(out))
    assert "2 texts, 0 added" in told
    assert "stays in the file alone: text: 编者按。" in told
    checkout.succeeds(*export)
    assert file.read_bytes() == before
    picks = checkout.succeeds("pick", "list", *DAY)
    assert picks.index(SECOND) < picks.index(FIRST)
    assert words in picks
    checkout.succeeds("export", "daily", *DAY, "--out", str(out))
    daily = (out / "daily/2025/2025-11-13.md").read_text(encoding="utf-8")
    assert "新芯片" in daily
    assert words in daily


def test_a_target_is_a_module_and_a_line(with_target: Checkout, tmp_path: Path) -> None:
    assert sorted(with_target.files) == ["exports/targets/__init__.py", "exports/targets/mica.py"]
    with_target.is_clean(*with_target.files)
    tests = (
        "tests/exports/test_undoing.py",
        "tests/exports/test_targets.py",
        "tests/exports/test_block_marks_in_lines.py",
    )
    assert "passed" in with_target.succeeds(*tests, "-k", "mica", command=PYTEST)

    checkout, out = picked(with_target, tmp_path), tmp_path / "out"
    export = ("export", "daily", *DAY, "--out", str(out), "--target", "mica")
    checkout.succeeds(*export)
    file = out / "pages/2025/2025-11-13.md"
    text = file.read_text(encoding="utf-8")
    assert text.startswith('---\ntitle: "每日资讯 2025-11-13"\ndate: 2025-11-13\n')
    assert "\\{\\{ 模板 }}" in text
    assert "{{" not in text
    file.write_text(text.replace("三成", "四成"), encoding="utf-8")
    assert "1 texts" in checkout.succeeds("sync", str(out))
    before = file.read_bytes()
    checkout.succeeds(*export)
    assert file.read_bytes() == before
    assert "乙公司的营收增长了四成，{{ 模板 }}也还在。" in checkout.succeeds("pick", "list", *DAY)
    checkout.succeeds("export", "digest", "--month", "2025-11", "--out", str(out), "--target", "mica")
    assert (out / "pages/digest/2025/2025-11.md").exists()
