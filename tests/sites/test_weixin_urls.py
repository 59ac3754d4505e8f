"""Which article a weixin URL names."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.sites.weixin.body import clean_image_url
from newsarchive.sites.weixin.urls import identify, image_key
from tests.sites.weixin_pages import BIZ, LONG, MID, SHORT, SN, TOKEN

IDENTITY = f"weixin:{BIZ}:{MID}:1"
QUERY = f"__biz={BIZ}&mid={MID}&idx=1&sn={SN}"


@pytest.mark.parametrize(
    "url",
    [
        LONG,
        LONG.replace("https", "http"),
        LONG + "&chksm=c0ffee&scene=27&key=1#wechat_redirect",
        LONG + "#rd",
        LONG.replace("&", "&amp;"),
        LONG.replace("&", r"\x26"),
        LONG.replace("&", r"\x26amp;"),
        LONG.replace("&", r"\x26amp;amp;"),
        LONG.replace("==", "%3D%3D"),
        LONG.replace("==&", "&"),
        LONG.replace("https:", ""),
        LONG.replace("https://", ""),
        LONG.replace("mp.weixin.qq.com", "MP.Weixin.QQ.com"),
        f"  {LONG}\n",
        f"https://mp.weixin.qq.com/s?sn={SN}&idx=1&mid={MID}&__biz={BIZ}",
        f"https://mp.weixin.qq.com/mp/appmsg/show?__biz={BIZ}&appmsgid={MID}&itemidx=1&sign={SN}",
        f"https://mp.weixin.qq.com/s?{QUERY}&tempkey=abc&src=11&timestamp=1",
    ],
)
def test_every_spelling_of_a_long_link_is_one_article(url: str) -> None:
    link = identify(url)
    assert link is not None
    assert (link.identity, link.url) == (IDENTITY, LONG)
    assert link.keys == {"biz": BIZ, "mid": MID, "idx": "1", "sn": SN}


@pytest.mark.parametrize(
    "url",
    [SHORT, SHORT + "?scene=1#rd", SHORT + "/", SHORT.replace("_", "~"), SHORT.replace("https", "http")],
)
def test_a_short_link_is_its_token_even_with_a_leading_dash(url: str) -> None:
    link = identify(url)
    assert link is not None
    assert (link.identity, link.url, link.keys) == (f"weixin:s:{TOKEN}", SHORT, {"short": TOKEN})


def test_a_link_without_sn_names_the_article_all_the_same() -> None:
    link = identify(f"http://mp.weixin.qq.com/s?__biz={BIZ}&mid={MID}&idx=1")
    assert link is not None
    assert (link.identity, link.url) == (IDENTITY, LONG.partition("&sn=")[0])


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mp.weixin.qq.com",
        "https://mp.weixin.qq.com/",
        "https://mp.weixin.qq.com/s",
        "https://mp.weixin.qq.com/s/tooshort",
        "https://mp.weixin.qq.com/s?src=11&timestamp=1&ver=1&signature=abc*def&new=1",
        "https://mp.weixin.qq.com/s?timestamp=1&src=3&ver=1&signature=abc",
        f"https://mp.weixin.qq.com/mp/profile_ext?action=home&__biz={BIZ}",
        f"https://mp.weixin.qq.com/mp/appmsgalbum?__biz={BIZ}&action=getalbum&album_id=1",
        f"https://mp.weixin.qq.com/s?__biz={BIZ}&mid=abc&idx=1&sn={SN}",
        f"https://mp.weixin.qq.com/s?__biz=../../etc&mid={MID}&idx=1",
        f"https://mp.weixin.qq.com.evil.example/s?{QUERY}",
        f"https://evil.example/s?{QUERY}",
        f"javascript://mp.weixin.qq.com/s?{QUERY}",
        "https://[mp.weixin.qq.com/s",
    ],
)
def test_what_names_no_article_has_no_identity(url: str) -> None:
    assert identify(url) is None


_PARTS = st.fixed_dictionaries(
    {
        "__biz": st.integers(min_value=10**6, max_value=10**10).map(
            lambda n: b64encode(str(n).encode()).decode()
        ),
        "mid": st.integers(min_value=1000, max_value=10**12).map(str),
        "idx": st.integers(min_value=1, max_value=8).map(str),
        "sn": st.text("0123456789abcdef", min_size=32, max_size=32),
    },
    optional={name: st.text(max_size=8) for name in ("chksm", "scene", "key", "uin", "from")},
)


@given(parts=_PARTS, separator=st.sampled_from(["&", "&amp;", r"\x26", r"\x26amp;"]), data=st.data())
def test_order_escapes_and_tracking_do_not_matter(
    parts: dict[str, str], separator: str, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(list(parts.items())))
    url = "http://mp.weixin.qq.com/s?" + separator.join(f"{name}={quote(value)}" for name, value in shuffled)
    link = identify(url)
    assert link is not None
    assert link.identity == f"weixin:{parts['__biz']}:{parts['mid']}:{parts['idx']}"
    assert identify(link.url) == link


@given(
    parts=_PARTS,
    tail=st.text(max_size=20) | st.from_regex(r"(&(chksm|scene|mid|sn)=[\w%\\&;#]*)*(#.*)?", fullmatch=True),
)
def test_the_usual_form_is_read_as_any_other(parts: dict[str, str], tail: str) -> None:
    names = ("__biz", "mid", "idx", "sn")
    rest = "//mp.weixin.qq.com/s?" + "&".join(f"{name}={parts[name]}" for name in names) + tail
    assert identify("http:" + rest) == identify("HTTP:" + rest)


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    for url in (text, "https://mp.weixin.qq.com/s?" + text, "https://mp.weixin.qq.com/s/" + text):
        link = identify(url)
        assert link is None or link.identity.startswith("weixin:")
        assert isinstance(image_key(url), str)
        assert isinstance(clean_image_url(url), str)


@pytest.mark.parametrize(
    "url",
    [
        "https://mmbiz.qpic.cn/mmbiz_png/AbC-1_x/640?wx_fmt=png&from=appmsg",
        "https://mmbiz.qpic.cn/sz_mmbiz_jpg/AbC-1_x/0?wx_fmt=jpeg",
        "http://mmbiz.qlogo.cn/mmbiz/AbC-1_x/300",
        "//mmbiz.qpic.cn/mmbiz_gif/AbC-1_x/640#imgIndex=5",
    ],
)
def test_a_picture_has_one_name_in_all_sizes(url: str) -> None:
    assert image_key(url) == "AbC-1_x"


def test_a_foreign_picture_is_named_by_its_url() -> None:
    assert image_key("https://example.org/a/b/0?c=1#x") == "https://example.org/a/b/0?c=1"


def test_delivery_parameters_go_and_the_rest_stays_as_written() -> None:
    url = "https://mmbiz.qpic.cn/mmbiz_png/id/640?wx_fmt=png&tp=webp&wxfrom=5&from=appmsg&wx_lazy=1&wx_co=1#imgIndex=2"
    assert clean_image_url(url) == "https://mmbiz.qpic.cn/mmbiz_png/id/640?wx_fmt=png&from=appmsg"
    assert clean_image_url("//mmbiz.qpic.cn/mmbiz/id/0?tp=webp") == "https://mmbiz.qpic.cn/mmbiz/id/0"
