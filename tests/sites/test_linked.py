"""The articles that texts link to."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from newsarchive.sites.shared.linked import articles_linked_in

TOKEN = "-S2CVk3hAbCdEfGhIjKl_-"
SHORT = f"https://mp.weixin.qq.com/s/{TOKEN}"
LONG = "https://mp.weixin.qq.com/s?__biz=MzI2NDk5NzA0Mw==&mid=2247484584&idx=1&sn=0123456789abcdef0123456789abcdef"
NAMES = {SHORT: f"weixin:s:{TOKEN}", LONG: "weixin:MzI2NDk5NzA0Mw==:2247484584:1"}


@pytest.mark.parametrize("link", NAMES)
@pytest.mark.parametrize(
    "within",
    [
        lambda link: f"https://link.example/?target={quote(link, safe='')}&from=x",
        lambda link: f"https://link.example/?target={quote(quote(link, safe=''), safe='')}",
        lambda link: f"https://link.example/?target={quote(link, safe='/')}",
        lambda link: quote(link, safe=""),
        lambda link: f"https://web.archive.org/web/20200101000000/{link}",
        lambda link: f"https://reader.example/{link}",
        lambda link: f"view-source:{link}",
    ],
)
def test_an_address_within_an_address_counts(within: Callable[[str], str], link: str) -> None:
    linked = articles_linked_in(f"见{within(link)}。", "weixin")
    assert [article.identity for article in linked.articles] == [NAMES[link]]
    assert linked.not_taken == ()


@pytest.mark.parametrize(
    "text",
    [
        "https://mp.weixin.qq.com/s/too-short",
        "https://mp.weixin.qq.com/s?src=11&timestamp=1700000000&signature=ab",
        f"mp.weixin.qq.com／s／{TOKEN}",
        f"https://mp.weixin.qq.com /s/{TOKEN}",
        "https://mp.weixin.qq.com/mp/appmsgalbum?action=getalbum&album_id=1",
    ],
)
def test_what_looks_like_an_article_s_address_is_told(text: str) -> None:
    linked = articles_linked_in(f"{SHORT} 和 {text}。", "weixin")
    assert [article.identity for article in linked.articles] == [NAMES[SHORT]]
    assert len(linked.not_taken) == 1


@pytest.mark.parametrize(
    "text",
    [
        "公众号在 mp.weixin.qq.com 上",
        "https://mp.weixin.qq.com/",
        "https://mp.weixin.qq.com/cgi-bin/home",
        "https://36kr.com/p/x",
    ],
)
def test_other_addresses_are_not(text: str) -> None:
    assert articles_linked_in(text, "weixin").not_taken == ()


def test_links_of_the_other_sites() -> None:
    text = "www.ithome.com/0/897/104.htm，https://36kr.com/p/3853011900142848（36氪），36kr.com/p/x，img.ithome.com/1/2/3.png"
    assert [it.identity for it in articles_linked_in(text, "ithome").articles] == ["ithome:897104"]
    assert [it.identity for it in articles_linked_in(text, "36kr").articles] == ["36kr:3853011900142848"]
    assert articles_linked_in(text, "36kr").not_taken == ("36kr.com/p/x",)
    assert articles_linked_in(text, "ithome").not_taken == ()
