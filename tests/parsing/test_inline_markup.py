"""Titles and summaries as strings: tags go, what only resembles one stays."""

from __future__ import annotations

import pytest

from newsarchive.parsing.inline_markup import plain


@pytest.mark.parametrize(
    "text",
    [
        "C++ 的 <iostream> 头文件",
        "List<String> 与 Map<K, V> 有什么不同",
        "《原神》<Genshin Impact> 登录车机",
        "市值 A<B，利润率 > 1%",
        "A<B and C>D",
        "1<2",
    ],
)
def test_what_is_no_tag_of_html_stays_in_a_string(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('乘<em class="keyword">小鹏</em>渡江', "乘小鹏渡江"),
        ("<FONT color=red>渡口</FONT><br/>", "渡口"),
        ("<!-- 标题 -->渡口", "渡口"),
        ("R&amp;D &lt;b&gt;", "R&D <b>"),
    ],
)
def test_tags_of_html_go(markup: str, text: str) -> None:
    assert plain(markup) == text


def test_in_a_page_all_tags_are_tags() -> None:
    assert plain("渡<mp-word data-x>口</mp-word>", of_page=True) == "渡口"
