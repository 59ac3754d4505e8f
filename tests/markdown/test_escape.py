"""Text that goes into Markdown: what markup means in CommonMark is asked of markdown-it."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from newsarchive.markdown.escape import escape_line, safe_line, safe_url, single_line

COMMONMARK = MarkdownIt("commonmark")
HOSTILE = [
    "# 标题", "#标签 很多", "> 引用", "- 一", "+ 一", "* 一", "---", "- - -", "***", "===", "2025. 一年", "3) 三", "```", "~~~",
    "[x]: https://example.com", "<script>alert(1)</script>", "<!-- 看不见 -->", "第一行\n第二行", "一\r\n\r\n# 二", "    四个空格",
    "<div onclick=x>", "一\u2028二", "一\x0b二\x00三", "1", "",
]  # fmt: skip


def paragraph(text: str) -> str:
    """The HTML inside the one paragraph that a line is."""
    rendered = COMMONMARK.render(f"1. {text}\n\n   https://example.com/after\n")
    match = re.fullmatch(
        r"<ol>\n<li>\n<p>(.*)</p>\n<p>https://example.com/after</p>\n</li>\n</ol>\n", rendered
    )
    assert match, rendered
    return match[1]


@pytest.mark.parametrize("text", [text for text in HOSTILE if text])
def test_an_editors_line_stays_one_paragraph_without_html(text: str) -> None:
    shown = paragraph(safe_line(text))
    assert "<script" not in shown
    assert "<!--" not in shown
    assert "<div" not in shown


def test_an_editors_emphasis_and_links_work() -> None:
    shown = paragraph(safe_line("**重点** 和 [链接](https://example.com/a) 和 <https://example.com/b>"))
    assert "<strong>重点</strong>" in shown
    assert shown.count("<a href=") == 2


@given(st.one_of(st.text(), st.sampled_from(HOSTILE)))
def test_a_safe_line_is_left_alone(text: str) -> None:
    once = safe_line(text)
    assert safe_line(once) == once
    assert "\n" not in once
    assert "\r" not in once


WORDS = st.text(alphabet="字母 ab12`*_[]()<>#&;!~|\\-+.:/\"'=amplt。，", min_size=1)


@given(WORDS.filter(lambda text: any(char.isalnum() for char in text)))
def test_a_pages_words_show_as_they_were(text: str) -> None:
    shown = html.unescape(paragraph(escape_line(text)))
    assert shown == text.strip(" ")


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.com/a_(b)", "https://example.com/a_(b)"),
        ("https://example.com/a)b", "https://example.com/a%29b"),
        ('https://example.com/a b"<c>\n', "https://example.com/a%20b%22%3Cc%3E"),
        ("https://example.com/新闻?a=1&b=2#c", "https://example.com/新闻?a=1&b=2#c"),
    ],
)
def test_a_url_stays_one_piece(url: str, safe: str) -> None:
    assert safe_url(url, in_brackets=True) == safe


def test_a_single_line_keeps_its_blanks() -> None:
    assert single_line("一  二\t三 ") == "一  二\t三 "
    assert single_line("一 \n  二") == "一 二"
