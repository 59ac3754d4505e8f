"""The text of a month, character by character."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from exports.formats import FORMATS, Dialect
from exports.formats.digest import render_month
from exports.formats.format import Profile
from exports.imports import read_archive
from newsarchive.records.pick import Pick
from newsarchive.storage.collections import Layout
from tests.markdown.digests import link

MARCH = date(2025, 3, 1)
DAY = date(2025, 3, 4)


def pick(position: int = 1, **fields: Any) -> Pick:  # noqa: ANN401
    given: dict[str, Any] = {
        "day": DAY,
        "position": position,
        "url": link(position),
        "text": f"第 {position} 条。",
    }
    return Pick(**given | fields)


def render(*picks: Pick, profile: Profile = "clean", layout: Layout | None = None) -> str:
    return render_month(MARCH, {DAY: picks}, Dialect(FORMATS["digest"], "month", profile), layout or Layout())


def test_a_month_of_two_days() -> None:
    later = date(2025, 3, 11)
    days = {later: [pick(day=later)], DAY: [pick(1), pick(2)]}
    assert render_month(MARCH, days, Dialect(FORMATS["digest"], "month")) == (
        "# 2025年3月\n\n\n\n"
        "## 2025.03.04\n\n2025年03月04日 💡行业快讯\n\n"
        f"1. 第 1 条。\n\n   {link(1)}\n\n2. 第 2 条。\n\n   {link(2)}\n\n\n\n"
        "## 2025.03.11\n\n2025年03月11日 💡行业快讯\n\n"
        f"1. 第 1 条。\n\n   {link(1)}\n"
    )


def test_a_month_without_entries_is_its_heading() -> None:
    assert render_month(MARCH, {}, Dialect(FORMATS["digest"], "month", "strict")) == "# 2025年3月\n"


def test_links_keep_to_their_items_past_the_ninth() -> None:
    text = render(*(pick(n) for n in range(1, 13)))
    assert f"\n\n9. 第 9 条。\n\n   {link(9)}\n\n10. 第 10 条。\n\n    {link(10)}\n" in text
    tokens = MarkdownIt("commonmark").parse(text)
    assert [token.type for token in tokens].count("ordered_list_open") == 1
    assert [token.type for token in tokens].count("list_item_open") == 12


def test_the_inline_style_has_the_link_in_the_text() -> None:
    assert f"1. 第 1 条。（[更多]({link(1)})）\n" in render(pick(style="inline"))
    assert "（[更多](https://example.com/a%29b)）" in render(
        pick(style="inline", url="https://example.com/a)b")
    )


def test_strict_writes_texts_as_they_came_and_clean_mends_them() -> None:
    typed = pick(text="协议\u200c\u200c，<b>旨在</b>。\u3000")
    assert "1. 协议\u200c\u200c，<b>旨在</b>。\u3000\n" in render(typed, profile="strict")
    assert "1. 协议，\\<b>旨在\\</b>。\n" in render(typed, profile="clean")


@pytest.mark.parametrize("profile", ["strict", "clean"])
def test_no_text_makes_a_second_line(profile: Profile) -> None:
    text = render(pick(text="第一行\n# 第二行\r\n"), profile=profile)
    assert f"\n\n1. 第一行 # 第二行\n\n   {link(1)}\n" in text


def test_a_heading_mark_at_the_start_of_a_text_is_text() -> None:
    assert "1. \\# 标题\n" in render(pick(text="# 标题"))


def test_an_entry_without_words_is_its_link() -> None:
    text = render(pick(text=""), pick(2))
    assert f"1. {link(1)}\n\n2. 第 2 条。" in text


def test_a_layout_is_for_those_who_have_such_files() -> None:
    layout = Layout(tail="\n\n", labels={"2025-03-04": "2025年3月4日 💡行业快讯"})
    assert "\n\n2025年3月4日 💡行业快讯\n\n" in render(pick(), profile="strict", layout=layout)
    assert render(pick(), profile="strict", layout=layout).endswith(f"{link(1)}\n\n")
    assert render(pick(), profile="clean", layout=layout) == render(pick(), profile="clean")


def test_an_editors_own_date_line_stays_in_both() -> None:
    layout = Layout(labels={"2025-03-04": "三月四日 🚀今日要闻"})
    profiles: list[Profile] = ["strict", "clean"]
    for profile in profiles:
        assert "\n\n三月四日 🚀今日要闻\n\n1. " in render(pick(), profile=profile, layout=layout)


@given(st.lists(st.text(max_size=60), max_size=12))
def test_whatever_the_texts_every_link_is_read_back(texts: list[str]) -> None:
    picks = [pick(place, text=text) for place, text in enumerate(texts, start=1)]
    archive = read_archive(render(*picks))
    (day,) = archive.days
    assert [item.url for item in day.items] == [it.url for it in picks]
    assert archive.not_understood == ()
    again = [it.model_copy(update={"text": item.text}) for it, item in zip(picks, day.items, strict=True)]
    assert render(*again) == render(*picks)
