"""Programs that lay out a whole file anew: what they do stays, and no item counts as edited because of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from exports.files.hand_edited import State
from exports.sync.folder import sync_folder
from newsarchive.records.pick import Pick
from newsarchive.storage import Store
from tests.exports.digests import ExportReport, export_digest

MONTH = date(2025, 3, 1)
LINK = r"(?m)^ +(https\S+)$"


def windows(text: str) -> str:
    return "\ufeff" + text.replace("\n", "\r\n")


def trailing_blanks(text: str) -> str:
    return re.sub(r"(?m)(\S)$", r"\1  ", text)


def markdownlint(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", re.sub(LINK, r"    <\1>", text))


def typora(text: str) -> str:
    return re.sub(LINK, r"   [\1](\1)", text).replace("2025.03", "2025\\.03")


def tight(text: str) -> str:
    return re.sub(r"\n\n +https", "\n   https", text)


def numbered_by_renderer(text: str) -> str:
    return re.sub(r"(?m)^\d+\. ", "1. ", text)


def outline(text: str) -> str:
    return re.sub(r"(?m)^## (.*)$", r"### \1 星期六", text)


def underlines(text: str) -> str:
    return re.sub(r"(?m)^# (.*)$", r"\1\n===", re.sub(r"(?m)^## (.*)$", r"\1\n-------------", text))


def underlines_windows(text: str) -> str:
    return windows(underlines(text))


def without_years(text: str) -> str:
    return re.sub(r"(?m)^## 2025.0(\d).(\d+)$", r"## \1月\2日", text)


FORMATTERS = (
    without_years,
    windows,
    trailing_blanks,
    markdownlint,
    typora,
    tight,
    numbered_by_renderer,
    outline,
    underlines,
    underlines_windows,
)


def pick(day: int, number: int, text: str = "") -> Pick:
    url = f"https://mp.weixin.qq.com/s/{number:022}"
    return Pick(day=date(2025, 3, day), position=number, url=url, text=text or f"第 {number} 条新闻。")


async def export(store: Store, out: Path) -> ExportReport:
    return await export_digest(store, MONTH, out, "clean")


@pytest.mark.parametrize("formatter", FORMATTERS, ids=lambda it: it.__name__)
async def test_the_layout_stays_and_news_still_come_in(
    store: Store, tmp_path: Path, formatter: Callable[[str], str]
) -> None:
    await store.save_picks([*(pick(1, number) for number in range(1, 12)), pick(8, 20), pick(8, 21)])
    file = (await export(store, tmp_path)).path
    laid_out = formatter(file.read_bytes().decode())
    file.write_bytes(laid_out.encode())

    assert (await export(store, tmp_path)).file.state is State.UNCHANGED
    (synced,) = await sync_folder(store, tmp_path)
    assert (synced.texts, synced.added, synced.rejected, synced.moved) == (0, 0, 0, 0)

    await store.save_picks([pick(1, 3, "库里改写的一条。"), pick(8, 22), pick(15, 30)])
    assert (await export(store, tmp_path)).file.state is State.MERGED
    text = file.read_bytes().decode()
    kept = laid_out.replace("第 3 条新闻。", "库里改写的一条。")
    old = [line.rstrip() for line in kept.splitlines() if line.strip() and "03" not in line]
    new = iter(line.rstrip() for line in text.splitlines())
    assert all(line in new for line in old if f"{3:022}" not in line)
    for number in (*range(1, 12), 20, 21, 22, 30):
        assert len(re.findall(f"/{number:022}", text)) == laid_out.count(f"/{number:022}") or number in {
            3,
            22,
            30,
        }
        assert text.count(f"/{number:022}") >= 1
    assert (await export(store, tmp_path)).file.state is State.UNCHANGED
