"""ithome's ids and addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.sites import SITES, identify
from newsarchive.sites.ithome.urls import image_key, is_promotion, link_of

numbers = st.integers(1, 99_999_999)


@given(numbers)
def test_every_form_of_an_address_names_the_same_article(number: int) -> None:
    groups = f"{number // 10**6}/{number // 1000 % 1000:03d}/{number % 1000:03d}"
    forms = [
        f"https://www.ithome.com/{groups}.htm",
        f"http://ithome.com/{groups}.htm?from=rss#post_comm",
        f"https://next.ithome.com/{groups}.html",
        f"https://m.ithome.com/html/{number}.htm",
        f"https://m.ithome.com/live/{number}.htm",
        f"https://www.ithome.com/html/win10/{number}.htm",
        f"https://lapin.ithome.com/html/digi/{number}.htm",
        f"https://api.ithome.com/json/newscontent/{number}",
        f"https://WWW.ITHOME.COM/{groups}.htm",
    ]
    links = [identify(form) for form in forms]
    assert links == [link_of(number)] * len(forms)


@pytest.mark.parametrize(
    ("number", "url"),
    [
        (897104, "https://www.ithome.com/0/897/104.htm"),
        (1000704, "https://www.ithome.com/1/000/704.htm"),
        (1008914, "https://www.ithome.com/1/008/914.htm"),
        (12345678, "https://www.ithome.com/12/345/678.htm"),
        (323, "https://www.ithome.com/0/000/323.htm"),
    ],
)
def test_the_canonical_address(number: int, url: str) -> None:
    link = link_of(number)
    assert (link.url, link.identity, link.keys) == (url, f"ithome:{number}", {"id": str(number)})
    assert identify(url) == link


def test_the_xml_interface_has_its_own_form() -> None:
    assert identify("https://api.ithome.com/xml/newscontent/892/248.xml") == link_of(892248)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://www.ithome.com/",
        "https://www.ithome.com/list/2026-07-21.html",
        "https://www.ithome.com/zt/xijiayi",
        "https://www.ithome.com/0/000/000.htm",
        "https://www.ithome.com.tw/news/123456",
        "https://www.ithome.com.tw/0/897/104.htm",
        "https://notithome.com/0/897/104.htm",
        "https://m.ithome.com/html/app/open.html?url=ithome%3A%2F%2Fuserpage",
        "https://quan.ithome.com/content/sharedetail?id=5",
        "https://example.com/?ithome.com/0/897/104.htm",
        "http://[ithome.com/0/897/104.htm",
    ],
)
def test_what_names_no_article(url: str) -> None:
    assert identify(url) is None


def test_promotions_are_told_by_their_host() -> None:
    assert is_promotion("https://lapin.ithome.com/html/digi/1009171.htm")
    assert is_promotion("https://www.zuihuimai.com/item/1")
    assert not is_promotion("https://www.ithome.com/1/009/172.htm")
    assert not is_promotion("http://[")


def test_a_picture_has_one_name_whatever_the_cdn_does_to_it() -> None:
    name = "img.ithome.com/newsuploadfiles/2026/6/555553cd.jpg"
    forms = [
        "https://{}",
        "//{}",
        "https://{}?x-bce-process=image/format,f_auto",
        "http://{}@s_2,w_820,h_546",
        "https://{}?r=1",
    ]
    assert {image_key(form.format(name)) for form in forms} == {name}


def test_hosts() -> None:
    owns = SITES["ithome"].owns
    for url in (
        "https://www.ithome.com/",
        "https://lapin.ithome.com/x",
        "https://m.ithome.com/rankm/",
        "https://api.ithome.com/",
    ):
        assert owns(url)
    for url in ("https://www.ithome.com.tw/", "https://ithome.example.com/", ""):
        assert not owns(url)
