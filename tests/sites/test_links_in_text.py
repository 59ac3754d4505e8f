"""Where links in texts begin and end."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.sites.shared.links_in_text import links_in_text, unescaped

SHORT = "https://mp.weixin.qq.com/s/-S2CVk3hAbCdEfGhIjKl_-"
LONG = "https://mp.weixin.qq.com/s?__biz=MzI2NDk5NzA0Mw==&mid=2247484584&idx=1&sn=0123456789abcdef0123456789abcdef"
ITHOME = "https://www.ithome.com/0/897/104.htm"
KR36 = "https://36kr.com/p/3853011900142848"
ARTICLES = [SHORT, f"{SHORT}#rd", LONG, f"{LONG}&chksm=ab12#wechat_redirect", ITHOME, KR36]
OTHER = "https://example.com/a,b;c/(d)/e.html?x=1&y=[2]&z='3'/4"

CJK_BLOCKS = ((0x2000, 0x206F), (0x2100, 0x27BF), (0x3000, 0x303F), (0xFE10, 0xFE6F), (0xFF00, 0xFFEF))
MARKS = [
    chr(code)
    for first, last in CJK_BLOCKS
    for code in range(first, last + 1)
    if unicodedata.category(chr(code))[0] in "PSZ"
]
MARKS += list('·…—“”‘’×÷§¶«»\xa0\u3000 \t\n<>"{}|^`')
ASCII_AROUND = [
    "{}.", "{},", "{};", "{}:", "{}!", "{}?", "{}...", "({})", "[{}]", "<{}>", "'{}'", "*{}*", "**{}**", "_{}_", "__{}__",
    "~~{}~~", "`{}`", "[标题]({})", "![图]({})", "[{}][1]", "({},", "'{}',", "{}).", "| {}|", "甲,{},2026-11-20", '"{}",x',
    "甲;{};乙", "甲\t{}\t乙", "- {}", "url:{}", "url={}", "@{}", "${{{}}}", '<a href="{}">', "<a href={}>", "<p>{}</p>",
]  # fmt: skip


def urls(text: str) -> list[str]:
    return [link.url for link in links_in_text(text)]


@pytest.mark.parametrize("link", [*ARTICLES, OTHER])
def test_every_mark_of_chinese_writing_ends_a_link(link: str) -> None:
    for mark in MARKS:
        for text in (
            f"{link}{mark}", f"{mark}{link}{mark}", f"{link}{mark}后文", f"见{link}{mark}2026", f"{mark}{mark}{link}{mark}{mark}x"
        ):  # fmt: skip
            assert urls(text) == [link], text


@given(
    st.lists(
        st.tuples(
            st.sampled_from(ARTICLES), st.text(st.sampled_from([*MARKS, *"一篇好文"]), min_size=1, max_size=4)
        ),
        min_size=1,
        max_size=6,
    )
)
def test_links_among_chinese_words_and_marks_are_whole_and_exact(pieces: list[tuple[str, str]]) -> None:
    text = "".join(link + words for link, words in pieces)
    found = list(links_in_text(text))
    assert [link.url for link in found] == [link for link, _ in pieces]
    assert [text[link.start : link.end] for link in found] == [link for link, _ in pieces]


@pytest.mark.parametrize("around", ASCII_AROUND)
@pytest.mark.parametrize("link", ARTICLES)
def test_marks_of_other_writing_and_of_formats_are_no_part_of_an_article_s_link(
    around: str, link: str
) -> None:
    assert urls(around.format(link)) == [link]


def test_other_links_keep_the_marks_that_they_may_have() -> None:
    assert urls(f"({OTHER}).") == [OTHER]
    assert urls("https://en.wikipedia.org/wiki/A_(b), https://a.example/x(y") == [
        "https://en.wikipedia.org/wiki/A_(b)",
        "https://a.example/x",
    ]
    archived = "https://web.archive.org/web/2020/https://www.ithome.com/0/897/104.htm"
    assert urls(archived) == [archived]
    assert urls("https://a.example/?x&gt;") == ["https://a.example/?x"]


def test_links_without_a_blank_between_them_are_two() -> None:
    assert urls(f"{SHORT}{LONG}{ITHOME},{KR36};http://a.example/") == [
        SHORT,
        LONG,
        ITHOME,
        KR36,
        "http://a.example/",
    ]


def test_a_short_link_has_22_characters_whatever_follows() -> None:
    assert urls(f"{SHORT}abc {SHORT}_好 {SHORT}?scene=1#rd.") == [SHORT, SHORT, f"{SHORT}?scene=1#rd"]


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("mp.weixin.qq.com/s/-S2CVk3hAbCdEfGhIjKl_-", SHORT),
        ("链接//mp.weixin.qq.com/s/-S2CVk3hAbCdEfGhIjKl_-。", SHORT),
        ("HTTPS://MP.WEIXIN.QQ.COM/s/-S2CVk3hAbCdEfGhIjKl_-", SHORT),
        ("hxxps://mp.weixin.qq.com/s/-S2CVk3hAbCdEfGhIjKl_-", SHORT),
        ("https：//mp.weixin.qq.com/s/-S2CVk3hAbCdEfGhIjKl_-", SHORT),
        ("www.ithome.com/0/897/104.htm。", ITHOME),
        ("见36kr.com/p/3853011900142848：", KR36),
        (r"https://mp.weixin.qq.com/s?\_\_biz=A\&idx=1", "https://mp.weixin.qq.com/s?__biz=A&idx=1"),
    ],
)
def test_links_as_people_copy_them(written: str, url: str) -> None:
    assert urls(written) == [url]


@pytest.mark.parametrize(
    "text",
    [
        "公众号在 mp.weixin.qq.com 上",
        "not36kr.com/p/1",
        "a@36kr.com",
        "ithome.community/x",
        "http://",
        "https://。",
    ],
)
def test_what_is_no_link(text: str) -> None:
    assert urls(text) == []


@pytest.mark.parametrize("link", [LONG, SHORT])
@pytest.mark.parametrize(
    "quoted",
    [
        lambda link: json.dumps({"链接": link}),
        lambda link: json.dumps({"链接": link}).replace("/", r"\/").replace("&", r"\u0026"),
        lambda link: json.dumps(json.dumps({"url": link}).replace("/", r"\/")),
        lambda link: link.replace("&", "&amp;"),
        lambda link: link.replace("&", "&amp;amp;"),
        lambda link: link.replace("&", r"\x26amp;"),
        lambda link: f"第一\\n{link}\\n第二",
        lambda link: link.replace("mp.", "\u200bmp.").replace("/s", "/\u200bs"),
        lambda link: link.replace(".", "[.]").replace("https", "hxxps"),
    ],
)  # fmt: skip
def test_what_quotes_a_link_is_taken_off(quoted: Callable[[str], str], link: str) -> None:
    assert urls(unescaped(quoted(link))) == [link]


@given(st.text(st.sampled_from("htps:/mp.weixin.qq.com36kr\\_&;()[]'*~%2F。 "), max_size=200))
def test_any_text_has_links_in_order_or_none(text: str) -> None:
    place = 0
    for link in links_in_text(text):
        assert place <= link.start < link.end <= len(text)
        assert link.url.startswith(("http://", "https://"))
        place = link.end
    unescaped(text)
