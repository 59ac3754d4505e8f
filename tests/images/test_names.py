"""A picture has one name, whatever its size, format and address; and is asked for where it is largest."""

from __future__ import annotations

from typing import Any

import pytest

from newsarchive.images.names import addresses, picture_key, pictures_of
from newsarchive.items.article import Article
from newsarchive.items.body import Aside, Image, Paragraph, Quote, Span
from newsarchive.items.verdict import Verdict
from tests.conftest import corpus_labels

WEIXIN = "https://mmbiz.qpic.cn/sz_mmbiz_png/AbC1xYz/"
KR36 = "https://img.36krcdn.com/hsossms/20260901/v2_0123456789abcdef0123456789abcdef@000000_oswg9oswg800oswg448_img_png"
ITHOME = "https://img.ithome.com/newsuploadfiles/2026/9/9c484002-359a-98ed-0438-021c68b0161a.png"


@pytest.mark.parametrize(
    ("url", "key", "asked"),
    [
        (f"{WEIXIN}640?wx_fmt=png&from=appmsg", "weixin:AbC1xYz", [f"{WEIXIN}0?wx_fmt=png", f"{WEIXIN}640?wx_fmt=png&from=appmsg"]),
        (f"{WEIXIN}0?wx_fmt=png", "weixin:AbC1xYz", [f"{WEIXIN}0?wx_fmt=png"]),
        (f"{WEIXIN}300".replace("https", "http"), "weixin:AbC1xYz", [f"{WEIXIN}0", f"{WEIXIN}300"]),
        (
            f"{KR36}?x-oss-process=image/format,jpg/interlace,1",
            "36kr:v2_0123456789abcdef0123456789abcdef",
            [KR36, f"{KR36}?x-oss-process=image/format,jpg/interlace,1"],
        ),
        ("https://pic.36krcnd.com/a/b.png!heading", "36kr:pic.36krcnd.com/a/b.png", ["https://pic.36krcnd.com/a/b.png", "https://pic.36krcnd.com/a/b.png!heading"]),
        (f"{ITHOME}?x-bce-process=image/format,f_auto", f"ithome:{ITHOME[8:]}", [ITHOME, f"{ITHOME}?x-bce-process=image/format,f_auto"]),
        (f"{ITHOME}@s_2,w_820,h_546", f"ithome:{ITHOME[8:]}", [ITHOME, f"{ITHOME}@s_2,w_820,h_546"]),
        ("https://wx1.sinaimg.cn/large/x.jpg", None, ["https://wx1.sinaimg.cn/large/x.jpg"]),
        ("http://[", None, ["http://["]),
        ("http://127.0.0.1/x.png", None, ["https://127.0.0.1/x.png"]),
    ],
)  # fmt: skip
def test_one_name_and_the_best_form_first(url: str, key: str | None, asked: list[str]) -> None:
    assert picture_key(url) == key
    if url != "http://[":
        assert addresses(url) == asked


@pytest.mark.parametrize(
    "label", [it for it in corpus_labels() if it.get("cover")], ids=lambda it: str(it["file"])
)
def test_a_picture_and_its_original_have_one_name(label: dict[str, Any]) -> None:
    key = picture_key(label["cover"])
    assert {picture_key(url) for url in addresses(label["cover"])} == {key}
    assert key is None or key.startswith(f"{label['site']}:")


def test_a_long_or_foreign_name_stays_short_and_plain() -> None:
    key = picture_key("https://img.ithome.com/图 1.png")
    assert key == "ithome:img.ithome.com/%E5%9B%BE%201.png"
    long = picture_key("https://img.ithome.com/" + "图" * 2000)
    assert long is not None
    assert len(long) < 100


def test_the_pictures_of_an_article_are_named_once_with_their_sizes() -> None:
    article = Article(
        site="ithome",
        identity="ithome:1",
        kind=Verdict.ARTICLE,
        url="https://www.ithome.com/0/000/001.htm",
        cover=f"{ITHOME}?r=1",
        body=[
            Image(ITHOME, width=820, height=546),
            Aside("appeal", [Quote([Paragraph([Span("字"), Image("https://img.ithome.com/b.gif")])])]),
            Image(f"{ITHOME}?x-bce-process=image/format,f_avif"),
            Image("data:image/png;base64,iVBORw0KGgo="),
            Image("https://img.ithome.com/c.png", role="background"),
        ],
    )
    assert [(it.url, it.width, it.height) for it in pictures_of(article)] == [
        (ITHOME, 820, 546),
        ("https://img.ithome.com/b.gif", None, None),
        ("https://img.ithome.com/c.png", None, None),
    ]
