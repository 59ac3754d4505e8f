"""Front matter that programs wrote, as flat strings."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsarchive.parsing.front_matter import flat_front_matter


def test_scalars_and_the_rest() -> None:
    text = "\n---\ntitle: '它''s 一个: 标题'\ncategories: \n - 新媒体\nauthor: IT 之家\nsaid: \"a \\\"b\\\"\"\n---\n\n<div>正文</div>\n"
    front, rest = flat_front_matter(text)
    assert front == {"title": "它's 一个: 标题", "categories": "", "author": "IT 之家", "said": 'a "b"'}
    assert rest == "\n<div>正文</div>\n"


def test_no_front_matter() -> None:
    assert flat_front_matter("# 标题\n---\na: b\n---\n") == ({}, "# 标题\n---\na: b\n---\n")
    assert flat_front_matter("---\nnever closed") == ({}, "---\nnever closed")


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    front, rest = flat_front_matter(text)
    assert rest in text or front
