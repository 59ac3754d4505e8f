"""Trees from bytes in whatever encoding they really are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.parsing.html_tree import decode, document, fragment, words
from newsarchive.parsing.inline_markup import plain


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("declared", ["utf-8", "gb2312"])
def test_chinese_is_read_whatever_the_meta_element_says(encoding: str, declared: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><body><h1>中文的标题，有标点</h1></body></html>'
    root = document(page.encode(encoding))
    assert root is not None
    assert words(root.find(".//h1")) == "中文的标题，有标点"


def test_the_euro_sign_of_old_chinese_pages_is_one() -> None:
    assert decode("售价 12 ".encode("gbk") + b"\x80" + "，今日开售".encode("gbk")) == "售价 12 €，今日开售"


def test_a_page_cut_inside_a_character_stays_utf_8() -> None:
    assert decode("中文标题".encode()[:-1]) == "中文标"


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xef\xbb\xbf"])
def test_no_tree_of_nothing(content: bytes) -> None:
    assert document(content) is None or words(document(content)) == ""


def test_a_fragment_is_the_body_around_it() -> None:
    body = fragment("<p>一</p>二<!-- no --><br>三")
    assert body is not None
    assert (body.tag, words(body)) == ("body", "一二三")
    assert fragment("") is None


def test_deep_nesting_is_no_danger() -> None:
    root = document(b"<div>" * 50_000 + b"x")
    assert root is None or isinstance(words(root), str)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_tree_or_none(content: bytes) -> None:
    root = document(content)
    assert root is None or isinstance(words(root), str)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("规模达 10<sup>9</sup> 颗", "规模达 10⁹ 颗"),
        ("CO<sub>2</sub> 与 10<SUP><b>-3</b></SUP>", "CO₂ 与 10⁻³"),
        ("利润 x<sup>a&lt;b</sup>&amp;<sup>[1]</sup>", "利润 xa<b&[1]"),
        ("现价 799<del>（原价 999）</del>元<s class='old'>起</s>", "现价 799元"),
    ],
)
def test_a_headline_keeps_what_markup_means(markup: str, text: str) -> None:
    heading = document(f"<h1>{markup}</h1>".encode())
    assert (words(heading), plain(markup)) == (text, text)
