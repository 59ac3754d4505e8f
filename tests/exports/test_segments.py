"""Files are cut into parts and put together again without a change."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.formats.segments import Grammar, joined
from tests.exports.grammars import (
    BRIEFING,
    DAILY,
    DIGEST,
    FULL_TEXT,
    FULL_TEXT_BELOW_A_TITLE,
    ONE_ARTICLE,
)

FORMS: list[Grammar] = [DIGEST, BRIEFING, DAILY, FULL_TEXT, FULL_TEXT_BELOW_A_TITLE, ONE_ARTICLE]
LINES = st.sampled_from(
    [
        "---", "title: x", "# 题", "## 2025.03.04", "## 1. 标题", "### 2. 标题", "1. 条目", "10、条目", "   https://a.cn/1",
        "[原文链接](https://a.cn/2)", "```", "~~~", "<!--", "-->", "", "", "  ", "正文", "\ufeff", "\x0b", "\u2028", "a\rb",
    ]
)  # fmt: skip


@given(
    text=st.lists(LINES).flatmap(
        lambda lines: st.sampled_from(["\n", "\r\n"]).map(lambda end: end.join(lines))
    )
)
@pytest.mark.parametrize("form", FORMS)
def test_any_text_comes_back(form: Grammar, text: str) -> None:
    assert joined(form.split(text)) == text


@given(text=st.text())
def test_any_characters_come_back(text: str) -> None:
    assert all(joined(form.split(text)) == text for form in FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_the_archives_come_back(corpus: Path, seeds: Path, form: Grammar) -> None:
    files = [*corpus.glob("archives/*/*.md"), *seeds.glob("*.txt")]
    assert files
    for file in files:
        text = file.read_bytes().decode()
        assert joined(form.split(text)) == text


def items(form: Grammar, text: str) -> list[tuple[str, str, int | None]]:
    return [(part.section, part.key, part.number) for part in form.split(text) if part.kind == "item"]


def test_a_digest_has_days_and_items_named_by_their_links() -> None:
    text = (
        "# 2025年3月\n\n## 2025.03.04\n\n2025年03月04日 💡行业快讯\n\n"
        "1. 一。\n\n   https://www.ithome.com/0/897/104.htm?from=x\n\n旁注\n\n"
        "<!--\n7. 不发\n\n   https://example.com/7\n-->\n\n"
        "2. 二（[更多](https://example.com/2)）\n\n   再说一句\n\n3. 没有链接。\n\n4. 三\n\n插话\n\n   https://example.com/4\n"
    )
    found = items(DIGEST, text)
    assert [(section, number) for section, _, number in found] == [("2025-03-04", n) for n in (1, 2, 3, 4)]
    assert [key for _, key, _ in found][:2] == ["ithome:897104", "https://example.com/2"]
    assert found[2][1].startswith("urn:")
    assert found[3][1] == "https://example.com/4"


def test_daily_posts_have_front_matter_fields_and_numbered_headings() -> None:
    text = (
        '---\ntitle: "标题"\ntags:\n  - a\n---\n\n# 标题\n\n---\n\n'
        "## 1. 甲\n\n🔗 **原文链接：** [x](https://example.com/1)\n\n### 内容\n\n---\n\n"
        "## 2. 乙\n\n[别处](https://example.com/9)\n\n📎 [查看原文](https://example.com/2)\n\n---\n\n\n*完*\n"
    )
    assert items(DAILY, text) == [
        ("front matter", "field title", None),
        ("front matter", "field tags", None),
        ("", "https://example.com/1", 1),
        ("", "https://example.com/2", 2),
    ]
    assert DAILY.split(text)[-1].raw == "*完*"


def test_full_texts_are_named_by_their_original() -> None:
    text = (
        "# 甲\n\n> 正文\n\n```\n# 不是标题\n```\n\n[原文链接](https://36kr.com/p/1?f=rss)\n\n\n"
        "# 乙\n\n正文 [别处](https://example.com/)\n\n[原文链接](https://36kr.com/p/2?f=rss)\n"
    )
    assert [key for _, key, _ in items(FULL_TEXT, text)] == ["36kr:1", "36kr:2"]


def test_full_texts_are_named_by_no_other_link() -> None:
    facts = "来源：甲 ｜ 首发：[原文](https://example.com/first)"
    text = f"## 一\n\n{facts}\n\n见[乙](https://example.com/other)。\n"
    own = f"{text}\n改[原文链接](https://36kr.com/p/1)\n"
    form = FULL_TEXT_BELOW_A_TITLE
    assert [key for _, key, _ in items(form, own)] == ["36kr:1"]
    assert items(form, text) == items(form, "## 一\n\n文。\n")


def test_a_broken_link_names_no_item() -> None:
    broken, without = "## 1. 甲\n\n🔗 [原文](https改://example.com/1)", "## 2. 甲\n\n文。"
    assert DAILY.split(broken)[0].key == DAILY.split(without)[0].key


def test_briefs_are_named_by_their_lead() -> None:
    one, two = "1.  **⚡ 甲**：正文", "1.  **⚡ 甲**：正文改了"
    assert BRIEFING.split(one)[0].key == BRIEFING.split(two)[0].key
    assert BRIEFING.split(one)[0].mark != BRIEFING.split(two)[0].mark


def test_a_new_number_moves_the_link_along() -> None:
    assert DIGEST.numbered("9. 字\n\n   https://a.cn", 10) == "10. 字\n\n    https://a.cn"
    assert DIGEST.numbered("10. 字\n\n    https://a.cn", 9) == "9. 字\n\n   https://a.cn"
    assert DAILY.numbered("## 9. 字\n\n10. 字", 12) == "## 12. 字\n\n10. 字"
