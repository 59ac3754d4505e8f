"""An archive that is imported and exported again is the same file, or differs where it says so."""

from __future__ import annotations

import re
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest

from exports.imports import Archive, read_archive
from exports.imports.importer import ImportReport, import_archive
from newsarchive.records.pick import Pick
from newsarchive.storage import Store
from tests.conftest import corpus_labels
from tests.exports.digests import export_digest
from tests.markdown.digests import day, entry, link, month

DIGESTS = [truth["file"] for truth in corpus_labels("archive") if truth["family"] == "monthly-digest"]
NOT_OF_THE_NORMAL_FORM = {"newsflash-202412", "newsflash-202503", "newsflash-202403@4f61953"}


async def round_trip(store: Store, out: Path, text: str, profile: Any = "strict") -> tuple[str, ImportReport]:  # noqa: ANN401
    archive = read_archive(text)
    report = await import_archive(store, archive)
    exported = await export_digest(store, month_of(archive), out, profile)
    return exported.path.read_bytes().decode(), report


def month_of(archive: Archive) -> date:
    assert archive.month
    return date.fromisoformat(f"{archive.month}-01")


def changed_lines(before: str, after: str) -> list[tuple[int, int]]:
    """Where lines of the first text were changed or dropped, or others put in: first and last line number."""
    old, new = before.split("\n"), after.split("\n")
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [(start + 1, max(end, start + 1)) for code, start, end, _, _ in codes if code != "equal"]


@pytest.fixture(params=["001_*", "002_*"])
def seed(request: pytest.FixtureRequest, seeds: Path) -> str:
    """A digest of a month in progress, as its editor committed it."""
    (file,) = seeds.glob(request.param)
    return file.read_bytes().decode()


async def test_the_seeds_come_back_byte_for_byte(store: Store, tmp_path: Path, seed: str) -> None:
    exported, report = await round_trip(store, tmp_path, seed)
    assert exported == seed
    assert report.remarks == ()


@pytest.mark.parametrize("profile", ["strict", "clean"])
async def test_an_archive_with_the_newest_day_first_stays_so(
    store: Store, tmp_path: Path, profile: str
) -> None:
    days = [
        day(date(2025, 3, number), entry(1, f"{number} 日的一条。", link(number))) for number in (9, 4, 1)
    ]
    text = month("2025年3月", *days)
    exported, report = await round_trip(store, tmp_path, text, profile)
    assert exported == text
    assert report.remarks == ()
    await store.save_picks([Pick(day=date(2025, 3, 6), position=1, url=link(6), text="六日的一条。")])
    await export_digest(store, date(2025, 3, 1), tmp_path, "strict")
    new = (await export_digest(store, date(2025, 3, 1), tmp_path / "new", "strict")).path
    assert re.findall(r"(?m)^## .*03\.(\d+)$", new.read_text(encoding="utf-8")) == ["09", "06", "04", "01"]


async def test_new_days_go_to_the_top_of_a_file_that_a_hand_has_turned_round(
    store: Store, tmp_path: Path
) -> None:
    march = date(2025, 3, 1)
    for number in (1, 4):
        await store.save_picks([Pick(day=date(2025, 3, number), position=1, url=link(number), text="一条。")])
    file = (await export_digest(store, march, tmp_path, "clean")).path
    one, two = (day(date(2025, 3, number), entry(1, "一条。", link(number))) for number in (1, 4))
    file.write_text(month("2025年3月", two, one), encoding="utf-8")
    for number in (9, 2):
        await store.save_picks([Pick(day=date(2025, 3, number), position=1, url=link(number), text="一条。")])
    await export_digest(store, march, tmp_path, "clean")
    text = file.read_text(encoding="utf-8")
    assert re.findall(r"(?m)^## .*03\.(\d+)$", text) == ["09", "04", "02", "01"]
    assert text == month(
        "2025年3月", *(day(date(2025, 3, n), entry(1, "一条。", link(n))) for n in (9, 4, 2, 1))
    )


@pytest.mark.parametrize("file", DIGESTS)
async def test_every_digest_comes_back_or_says_where_not(
    store: Store, tmp_path: Path, corpus: Path, file: str
) -> None:
    text = (corpus / file).read_bytes().decode()
    exported, report = await round_trip(store, tmp_path, text)
    if not any(name in file for name in NOT_OF_THE_NORMAL_FORM):
        assert exported == text
    told = [remark.line for remark in report.remarks]
    for first, last in changed_lines(text, exported):
        assert any(first - 1 <= line <= last + 1 for line in told), (
            f"lines {first} to {last} changed silently"
        )


@pytest.mark.parametrize("file", DIGESTS)
async def test_a_clean_digest_holds_the_same_entries_and_needs_no_more_mending(
    store: Store, tmp_path: Path, corpus: Path, file: str
) -> None:
    text = (corpus / file).read_bytes().decode()
    exported, _ = await round_trip(store, tmp_path, text, "clean")
    before, after = read_archive(text), read_archive(exported)
    assert [item.url for day in after.days for item in day.items] == [
        item.url for day in before.days for item in day.items
    ]
    assert after.not_understood == ()
    assert all("the same" in remark.reason for remark in after.remarks)
    assert exported.endswith("\n")
    assert not exported.endswith("\n\n")
    again, _ = await round_trip(store, tmp_path, exported, "clean")
    assert again == exported


async def test_a_month_grows_at_its_end(store: Store, tmp_path: Path, corpus: Path) -> None:
    folder = corpus / "archives" / "getiot+newsflash"
    early = (folder / "newsflash-202502@40f599a.md").read_bytes().decode()
    late = (folder / "docs__2025__newsflash-202502.md").read_bytes().decode()
    before, _ = await round_trip(store, tmp_path, early)
    after, _ = await round_trip(store, tmp_path, late)
    assert (before, after) == (early, late)
    assert after.startswith(before[: before.rindex("## 2025.02.14")])


async def test_the_versions_of_a_month_one_after_the_other_end_as_the_last(
    store: Store, tmp_path: Path, corpus: Path
) -> None:
    folder = corpus / "archives" / "getiot+newsflash"
    versions = ["newsflash-202501@7cf96f1", "newsflash-202501@5bf0b9a", "newsflash-202501@eb23c04"]
    for name in [*versions, "docs__2025__newsflash-202501"]:
        text = (folder / f"{name}.md").read_bytes().decode()
        exported, _ = await round_trip(store, tmp_path, text)
        assert exported == text


UNUSUAL = """# 2024年7月

导语一句。

## 2024-07-01 星期一

2024年7月1日 💡行业快讯

1.没有空格。

   <https://example.com/1>

2. 末尾有链接 [更多](https://example.com/2)

3. 三（https://example.com/3）

4. 四

   [原文](https://example.com/4)\u0020\u0020

> 旁注。

## 2024.06.30

1. 别的月份。

   https://example.com/5

## 2024.07.99

1. 没有这一天。

   https://example.com/6
"""


async def test_each_line_of_an_unusual_digest_is_kept_or_told(store: Store, tmp_path: Path) -> None:
    exported, report = await round_trip(store, tmp_path, UNUSUAL)
    for url in ("<https://example.com/1>", "[更多](https://example.com/2)", "（https://example.com/3）"):
        assert exported.count(url.strip("<>")) == 1
    told = {remark.line for remark in report.remarks}
    for first, last in changed_lines(UNUSUAL, exported):
        assert any(first - 1 <= line <= last + 1 for line in told), f"lines {first} to {last}"
