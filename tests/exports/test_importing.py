"""What an import leaves in the store, and what it tells."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from exports.formats.layout import load_layout
from exports.imports import read_archive
from exports.imports.importer import import_archive
from newsarchive.markdown.document import Document
from newsarchive.records.pick import Pick
from newsarchive.storage import Store
from newsarchive.storage.collections import DIGEST_LAYOUTS
from tests.exports.digests import export_digest
from tests.markdown.digests import day, entry, link, month

FIRST, SECOND = date(2025, 3, 1), date(2025, 3, 4)
ITHOME = "https://www.ithome.com/0/897/104.htm"


def digest(*entries: str, tail: str = "\n") -> str:
    return month("2025年3月", day(FIRST, *entries), tail=tail)


async def held(store: Store, of: date = FIRST) -> list[Pick]:
    return await store.picks(of, of)


async def test_a_digest_becomes_picks(store: Store) -> None:
    archive = read_archive(digest(entry(1, "一。", link(1)), f"2. 二。（[更多]({ITHOME})）"))
    report = await import_archive(store, archive)
    assert (report.days, report.items, report.links, report.remarks) == (1, 2, 2, ())
    first, second = await held(store)
    assert (first.position, first.text, first.url, first.style) == (1, "一。", link(1), "line")
    assert (second.position, second.text, second.url, second.style) == (2, "二。", ITHOME, "inline")
    assert second.identity == "ithome:897104"
    assert first.state == second.state == "picked"
    assert not first.draft


async def test_importing_twice_leaves_the_same_store(store: Store) -> None:
    archive = read_archive(digest(entry(1, "一。", link(1)), entry(2, "二。", link(2)), tail="\n\n"))
    first = await import_archive(store, archive), await held(store), await load_layout(store, FIRST)
    again = await import_archive(store, archive), await held(store), await load_layout(store, FIRST)
    assert first == again


async def test_a_later_version_of_the_file_is_the_day(store: Store) -> None:
    await import_archive(store, read_archive(digest(entry(1, "一。", link(1)), entry(2, "二。", link(2)))))
    (noted, _) = await held(store)
    await store.save_picks([noted.model_copy(update={"note": "核实"})])
    await import_archive(
        store, read_archive(digest(entry(1, "三。", link(3)), entry(2, "一，改。", link(1))))
    )
    picked = [pick for pick in await held(store) if pick.state == "picked"]
    assert [(pick.position, pick.text, pick.note) for pick in picked] == [
        (1, "三。", ""),
        (2, "一，改。", "核实"),
    ]
    assert [pick.url for pick in await held(store) if pick.state == "candidate"] == [link(2)]


async def test_a_day_whose_date_was_corrected_moves(store: Store) -> None:
    entries = entry(1, "一。", link(1)), entry(2, "二。", link(2))
    await import_archive(store, read_archive(month("2025年3月", day(FIRST, *entries))))
    (noted, _) = await held(store)
    await store.save_picks([noted.model_copy(update={"note": "核实"})])
    report = await import_archive(store, read_archive(month("2025年3月", day(SECOND, *entries))))
    assert await held(store) == []
    assert [(pick.url, pick.note) for pick in await held(store, SECOND)] == [(link(1), "核实"), (link(2), "")]
    assert [str(remark) for remark in report.remarks] == ["5: the day 2025.03.01 was moved to 2025.03.04"]


async def test_days_that_a_file_does_not_have_stay(store: Store) -> None:
    early = month(
        "2025年3月", day(FIRST, entry(1, "一。", link(1)), entry(2, "二。", link(2)), label="三月一日")
    )
    await import_archive(store, read_archive(early))
    later = month("2025年3月", day(SECOND, entry(1, "三。", link(3)), entry(2, "四。", link(4))))
    await import_archive(store, read_archive(later))
    assert len(await held(store)) == len(await held(store, SECOND)) == 2
    assert (await load_layout(store, FIRST)).labels == {"2025-03-01": "三月一日"}


async def test_what_the_strict_profile_needs_is_kept_only_while_the_file_has_it(store: Store) -> None:
    await import_archive(store, read_archive(digest(entry(1, "一。", link(1)), tail="\n\n\n")))
    assert (await load_layout(store, FIRST)).tail == "\n\n\n"
    await import_archive(store, read_archive(digest(entry(1, "一。", link(1)))))
    assert await store.documents(DIGEST_LAYOUTS) == {}


async def test_nothing_is_lost_of_entries_that_share_a_link_or_have_none(
    store: Store, tmp_path: Path
) -> None:
    odd = (
        entry(1, "一。", link(1)),
        entry(2, "同一链接。", link(1)),
        "3. 没有链接。",
        "4. 也没有。",
        f"{entry(5, '两个。', link(2))}\n\n   {link(3)}",
    )
    other = (entry(1, "一。", link(2)), entry(2, "同一链接。", link(2)))
    text = month("2025年3月", day(FIRST, *odd), day(SECOND, *other))
    await import_archive(store, read_archive(text))
    exported = await export_digest(store, FIRST, tmp_path, "strict")
    assert exported.path.read_text(encoding="utf-8") == text


async def test_a_day_without_a_calendar_date_is_told(store: Store) -> None:
    text = digest(entry(1, "一。", link(1))) + f"\n\n\n## 2025.03.32\n\n{entry(1, '二。', link(2))}\n"
    report = await import_archive(store, read_archive(text))
    assert report.days == 1
    assert "2025.03.32 not imported" in [remark.reason for remark in report.remarks]


async def test_a_daily_post_adds_to_its_day(store: Store) -> None:
    await import_archive(store, read_archive(digest(entry(1, "编辑写的。", link(1)))))
    post = read_archive(
        f"# 今日新闻 - 2025年03月01日\n- [又是它]({link(1)})\n- [新的]({ITHOME})\n- [没有](notes.md)\n"
    )
    report = await import_archive(store, post)
    assert [(pick.position, pick.text) for pick in await held(store)] == [(1, "编辑写的。"), (2, "新的")]
    assert [str(remark) for remark in report.remarks] == ["4: no link to keep: 没有"]
    await import_archive(store, post)
    assert len(await held(store)) == 2


async def test_a_list_that_names_a_story_twice_keeps_the_last_title(store: Store) -> None:
    text = f"# 今日新闻 - 2025年03月01日\n- [一]({ITHOME})\n- [二]({link(2)})\n- [一（更新）]({ITHOME})\n"
    report = await import_archive(store, read_archive(text))
    assert [(pick.position, pick.text) for pick in await held(store)] == [(1, "一（更新）"), (2, "二")]
    assert [remark.line for remark in report.remarks] == [4]


async def test_a_paragraph_comes_in_without_pictures_html_and_its_own_link(store: Store) -> None:
    text = (
        "---\ntitle: 日刊\ndate: 2025-03-01\n---\n\n### 产品\n"
        f"1.  **一段**话，见[文档](https://example.com)。 <br/> [![图]({ITHOME}.png)]({ITHOME}.png) ['更多'](https://x.example/a)\n"
        f'2.  另一段话。[更多]({ITHOME}) <video src="{ITHOME}.mp4"></video>\n'
    )
    report = await import_archive(store, read_archive(text))
    assert [(pick.text, pick.url) for pick in await held(store)] == [
        ("**一段**话，见[文档](https://example.com)。", "https://x.example/a"),
        (f"另一段话。 [视频]({ITHOME}.mp4)", ITHOME),
    ]
    assert report.remarks == ()
    assert str(report.counted) == "2 of stories, 2 in their words"


async def test_files_without_days_are_only_reported(store: Store) -> None:
    report = await import_archive(store, read_archive(f"# 周刊 第 1 期\n\n## 新闻\n\n1、[一]({link(1)})\n"))
    assert (report.days, report.items, report.links) == (0, 1, 1)
    assert "links only" in report.remarks[0].reason
    assert await store.picks(date(2000, 1, 1), date(2100, 1, 1)) == []


@pytest.mark.parametrize(
    "top",
    [
        "---\npubDate: 2026-03-01\n---\n",
        "---\ntitle: 江岸日报 2026/3/1\n---\n",
        "# 江岸日报 · 2026 年 3 月 1 日\n",
        "title: 江岸周报\ndate: 2026-03-01 12:50:42 +0800\n",
    ],
)
def test_where_a_file_says_its_day(top: str) -> None:
    assert Document(top, "x.md").date == date(2026, 3, 1)
