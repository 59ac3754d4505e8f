"""The monthly digest with its quirks: what editors typed over the years still reads."""

from __future__ import annotations

from datetime import date

import pytest

from exports.imports import Archive, ArchiveItem, label, read_archive
from tests.markdown.digests import day, entry, link, month

FIRST, SECOND = date(2025, 3, 1), date(2025, 3, 4)


def read(text: str) -> Archive:
    archive = read_archive(text)
    assert archive.family == "monthly-digest"
    return archive


def only(text: str) -> ArchiveItem:
    """The one item of a day with this content."""
    (item,) = read(month("2025年3月", day(FIRST, text))).days[0].items
    return item


def reasons(archive: Archive) -> dict[int, str]:
    return {remark.line: remark.reason for remark in archive.remarks}


def test_a_month_in_the_normal_form_has_nothing_to_remark() -> None:
    archive = read(
        month(
            "2025年3月",
            day(FIRST, entry(1, "第一条。", link(1)), entry(2, "第二条！", link(2))),
            day(SECOND, *(entry(n, f"第 {n} 条。", link(n)) for n in range(1, 12))),
        )
    )
    assert (archive.title, archive.month, archive.count) == ("2025年3月", "2025-03", 13)
    assert [(it.date, it.label) for it in archive.days] == [
        (FIRST, "2025年03月01日 💡行业快讯"),
        (SECOND, "2025年03月04日 💡行业快讯"),
    ]
    assert [item.n for item in archive.days[1].items] == list(range(1, 12))
    assert archive.days[0].items[1].url == link(2)
    assert archive.remarks == archive.not_understood == ()


def test_an_unpadded_heading_is_the_day_it_means() -> None:
    text = month("2024年12月", f"## 2024.12.2\n\n2024年12月2日 💡行业快讯\n\n{entry(1, '一。', link(1))}")
    archive = read(text)
    assert archive.days[0].date == date(2024, 12, 2)
    assert archive.days[0].heading == "2024.12.2"
    assert "2024.12.02" in reasons(archive)[5]


def test_the_link_may_be_in_brackets_at_the_end() -> None:
    item = only(f"1. 有（括号）的一条。（[更多]({link(1)})）")
    assert (item.text, item.url, item.style) == ("有（括号）的一条。", link(1), "inline")


def test_the_link_may_be_glued_to_the_text() -> None:
    item = only(f"1. 一条新闻。{link(1)}")
    assert (item.text, item.url, item.style) == ("一条新闻。", link(1), "glued")


def test_a_second_link_inside_the_text_stays_text() -> None:
    text = "项目在 https://example.com/a_b 开源，欢迎试用。"
    item = only(entry(1, text, link(1)))
    assert (item.text, item.url, item.urls) == (text, link(1), (link(1),))
    assert item.inline_urls == ("https://example.com/a_b",)


def test_wrong_numbers_are_kept_beside_the_position() -> None:
    items = [entry(1, "一。", link(1)), entry(1, "二。", link(2)), entry(4, "三。", link(3))]
    archive = read(month("2024年4月", day(date(2024, 4, 20), *items)))
    assert [(item.n, item.n_written) for item in archive.days[0].items] == [(1, None), (2, 1), (3, 4)]
    assert sorted(reasons(archive)) == [13, 17]


def test_the_oldest_style_has_ideographic_commas_and_links_at_the_margin() -> None:
    text = f"# 2024年3月\n\n\n\n## 2024.03.28\n\n2024年3月28日 💡行业快讯\n1、3月的一条。\n{link(1)}\n2、又一条。\n{link(2)}\n"
    (found,) = read(text).days
    assert [(item.text, item.url) for item in found.items] == [
        ("3月的一条。", link(1)),
        ("又一条。", link(2)),
    ]


def test_lines_of_spaces_are_remarked() -> None:
    archive = read(month("2025年3月", day(FIRST, entry(1, "一。", link(1))), tail="\n\n    "))
    assert reasons(archive) == {13: "blank line with spaces; written without them on export"}


def test_text_keeps_what_was_typed_and_the_label_shows_what_is_seen() -> None:
    archive = read(month("2025年3月", day(FIRST, entry(1, "协议\u200c\u200c，旨在。 ", link(1)))))
    assert archive.days[0].items[0].text == "协议\u200c\u200c，旨在。 "
    assert label(archive)["days"][0]["items"][0]["text"] == "协议，旨在。"


def test_a_number_with_a_decimal_point_begins_no_item() -> None:
    item = only(f"1. 一条，分成两行：\n3.5 亿元。\n\n   {link(1)}")
    assert item.text == "一条，分成两行： 3.5 亿元。"


def test_a_day_copied_under_another_date_is_told() -> None:
    items = [entry(1, "一。", link(1)), entry(2, "二。", link(2))]
    archive = read(month("2025年3月", day(FIRST, *items), day(SECOND, *items)))
    assert "the same 2 links as under 2025.03.01" in reasons(archive).values()


def test_what_is_not_understood_is_told_by_line() -> None:
    text = month("2025年3月", day(FIRST, entry(1, "一。", link(1)))) + "\n编者的话\n\n## 附录\n"
    archive = read(text)
    assert [(it.line, it.reason) for it in archive.not_understood] == [
        (13, "not understood: 编者的话"),
        (15, "not understood: ## 附录"),
    ]
    assert label(archive)["not_understood"][0] == {"line": 13, "reason": "not understood: 编者的话"}


def test_a_day_that_no_calendar_has_keeps_its_items() -> None:
    archive = read(f"# 2025年2月\n\n\n\n## 2025.02.30\n\n{entry(1, '一。', link(1))}\n")
    assert archive.days[0].date is None
    assert archive.count == 1
    assert label(archive)["days"][0]["date"] is None


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm() -> None:
    plain = month("2025年3月", day(FIRST, entry(1, "一。", link(1))))
    archive = read("\ufeff" + plain.replace("\n", "\r\n"))
    assert archive.days == read(plain).days
    assert archive.remarks


def test_an_item_may_have_no_link_or_several() -> None:
    text = month("2025年3月", day(FIRST, "1. 没有链接。", f"{entry(2, '两个。', link(1))}\n\n   {link(2)}"))
    assert [item.urls for item in read(text).days[0].items] == [(), (link(1), link(2))]


@pytest.mark.parametrize(
    ("written", "text", "style"),
    [
        ("一条新闻。 [更多]({})", "一条新闻。 [更多]({})", "line"),
        ("一条新闻（[详情]({})）", "一条新闻（[详情]({})）", "line"),
        ("一条新闻（{}）。", "一条新闻（{}）。", "line"),
        ("一条新闻(原文 {})", "一条新闻(原文 {})", "line"),
        ("一条新闻。<{}>", "一条新闻。", "glued"),
        ("一条新闻([更多]({}))", "一条新闻", "inline"),
    ],
)
def test_other_links_at_the_end_are_the_items_own_and_stay_whole(written: str, text: str, style: str) -> None:
    item = only(f"1. {written.format(link(1))}")
    assert (item.text, item.urls, item.style) == (text.format(link(1)), (link(1),), style)


@pytest.mark.parametrize(
    "heading",
    [
        "## 2025-3-1",
        "## 2025年3月1日",
        "## 2025.03.01 星期六",
        "## 2025\\.03\\.01",
        "### **2025.03.01（周六）**",
    ],
)
def test_a_heading_of_a_day_in_another_spelling_is_that_day(heading: str) -> None:
    text = month("2025年3月", day(FIRST, entry(1, "一。", link(1)))).replace("## 2025.03.01", heading)
    archive = read(text)
    assert [(it.date, len(it.items)) for it in archive.days] == [(FIRST, 1)]
    assert 5 in reasons(archive)


def test_front_matter_before_a_digest_is_told() -> None:
    archive = read("---\ntitle: 三月\n---\n\n" + month("2025年3月", day(FIRST, entry(1, "一。", link(1)))))
    assert archive.count == 1
    assert "front matter" in reasons(archive)[1]


def test_nothing_in_a_code_block_is_a_day_or_an_item() -> None:
    block = "```\n## 2025.03.02\n1. 假的\n```"
    archive = read(
        month("2025年3月", day(FIRST, entry(1, "一。", link(1)), block, entry(2, "二。", link(2))))
    )
    assert [(it.date, len(it.items)) for it in archive.days] == [(FIRST, 2)]
    assert [it.line for it in archive.not_understood] == [13, 14, 15, 16]


def test_a_day_that_comes_back_after_another_stands_twice() -> None:
    days = [day(it, entry(1, "一。", link(n))) for n, it in enumerate((FIRST, SECOND, FIRST))]
    assert any("stands twice" in reason for reason in reasons(read(month("2025年3月", *days))).values())


@pytest.mark.parametrize("line", ["-", "-----------", "===", "   ----  "])
def test_headings_with_a_line_below_are_days_and_are_named(line: str) -> None:
    text = month(
        "2025年3月", day(FIRST, entry(1, "第一条。", link(1))), day(SECOND, entry(1, "二。", link(2)))
    )
    archive = read(
        text.replace("## 2025.03.04", f"2025.03.04\n{line}").replace("# 2025年3月", "2025年3月\n====", 1)
    )
    assert (archive.title, archive.month) == ("2025年3月", "2025-03")
    assert [it.date for it in archive.days] == [FIRST, SECOND]
    assert [it.label for it in archive.days] == ["2025年03月01日 💡行业快讯", "2025年03月04日 💡行业快讯"]
    assert [item.url for it in archive.days for item in it.items] == [link(1), link(2)]
    assert archive.not_understood == ()
    assert [reason for reason in reasons(archive).values() if "line below" in reason] == [
        "heading with a line below it; written with # before it on export"
    ] * 2


def test_a_date_line_above_a_rule_is_no_day() -> None:
    text = month("2025年3月", day(FIRST, entry(1, "第一条。", link(1))))
    archive = read(text.replace("💡行业快讯\n", "💡行业快讯\n---\n"))
    assert [(it.date, len(it.items)) for it in archive.days] == [(FIRST, 1)]
    assert [it.reason for it in archive.not_understood] == ["not understood: ---"]


@pytest.mark.parametrize("heading", ["## 3月4日", "### 03月04日 星期二", "3月4日\n-----"])
def test_days_without_a_year_are_of_the_year_before(heading: str) -> None:
    text = month(
        "2025年3月", day(FIRST, entry(1, "第一条。", link(1))), day(SECOND, entry(1, "二。", link(2)))
    )
    archive = read(text.replace("## 2025.03.04", heading))
    assert [(it.date, len(it.items)) for it in archive.days] == [(FIRST, 1), (SECOND, 1)]
    assert archive.not_understood == ()
    assert any("2025.03.04 on export" in reason for reason in reasons(archive).values())


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("{}。", ""),
        ("{}，", ""),
        ("（{}）", ""),
        ("“{}”", ""),
        ("**{}**", ""),
        ("{}（来源）", "（来源）"),
        ("{} （来源：36氪）", "（来源：36氪）"),
        ("{}来源：36氪", "来源：36氪"),
    ],
)
@pytest.mark.parametrize(
    "url",
    [
        "https://www.ithome.com/0/897/104.htm",
        link(1),
        "https://a.example/x_(y)?z=1",
        "https://zh.example/wiki/中文",
    ],
)
def test_marks_and_notes_beside_a_link_on_its_line_are_no_part_of_it(line: str, note: str, url: str) -> None:
    if note[:1].isalpha() and not url.isascii():
        return  # nobody can tell where such a link ends
    archive = read(month("2025年3月", day(FIRST, f"1. 一条。\n\n   {line.format(url)}")))
    (item,) = archive.days[0].items
    assert (item.text, item.url, item.style) == ("一条。", url, "line")
    assert [it.rpartition("export: ")[2] for it in reasons(archive).values()] == ([note] if note else [])


@pytest.mark.parametrize("text", ["一条 {}（来源：36氪）", "一条（{}）。", "一条 {}。"])
def test_a_link_at_the_end_of_a_text_is_whole_and_the_text_stays(text: str) -> None:
    item = only(f"1. {text.format(link(1))}")
    assert (item.url, item.text) == (link(1), text.format(link(1)))


def test_a_link_that_was_copied_without_its_scheme_is_a_link() -> None:
    assert only("1. 一条。\n\n   www.ithome.com/0/897/104.htm").url == "https://www.ithome.com/0/897/104.htm"
    assert (
        only("1. 一条。\n\n   HTTPS://WWW.ITHOME.COM/0/897/104.htm").url
        == "https://www.ithome.com/0/897/104.htm"
    )
