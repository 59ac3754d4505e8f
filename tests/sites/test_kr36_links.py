"""36kr's ids, addresses and the clock in the ids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.items.record import SHANGHAI
from newsarchive.items.verdict import Verdict
from newsarchive.sites import SITES, identify
from newsarchive.sites.kr36.urls import created_at, follow, image_key, link_of

ids = st.integers(1, 2**62)


@given(
    ids,
    st.sampled_from(
        ["https://36kr.com", "http://www.36kr.com", "https://m.36kr.com", "https://WWW.36KR.com:443"]
    ),
    st.sampled_from([("p", Verdict.ARTICLE), ("newsflashes", Verdict.NEWSFLASH), ("video", Verdict.VIDEO)]),
    st.sampled_from(["", "/", "?f=rss", "?channel=openclaw#top", ".html?ktm_source=feed"]),
)
def test_an_item_has_one_identity_on_every_host(
    number: int, host: str, folder: tuple[str, Verdict], tail: str
) -> None:
    link = identify(f"{host}/{folder[0]}/{number}{tail}")
    assert link is not None
    assert (link.site, link.identity, link.keys) == ("36kr", f"36kr:{number}", {"id": str(number)})
    assert link.url == f"https://36kr.com/{folder[0]}/{number}"
    assert link.kind is folder[1]
    assert identify(link.url) == link


def test_the_chinese_edition_abroad_has_the_same_articles() -> None:
    assert identify("https://eu.36kr.com/zh/p/3853011900142848") == link_of(3853011900142848)
    assert identify("https://eu.36kr.com/en/p/3853011900142848") is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://36kr.com/",
        "https://36kr.com/newsflashes",
        "https://36kr.com/newsflashes/catalog/4",
        "https://36kr.com/user/1413215348",
        "https://36kr.com/motif/327685734401",
        "https://36kr.com/p/",
        "https://36kr.com/p/abc",
        "https://36kr.com/p/12345678901234567890123",
        "https://36kr.com.example.com/p/3853011900142848",
        "https://not36kr.com/p/3853011900142848",
        "https://example.com/?u=https://36kr.com/p/3853011900142848",
        "https://[36kr.com/p/1",
        "javascript:36kr.com/p/1",
    ],
)
def test_what_names_no_item(url: str) -> None:
    assert identify(url) is None


def test_routes_of_the_sites_own_json() -> None:
    assert follow("detail_article?itemId=3882467938040710") == link_of(3882467938040710)
    assert follow("detail_newsflash?itemId=7") == link_of(7, Verdict.NEWSFLASH)
    assert follow("detail_video?foo=1&itemId=8") == link_of(8, Verdict.VIDEO)
    for other in ("detail_theme?themeId=5", "webview?url=x", "", None, 5):
        assert follow(other) is None


@pytest.mark.parametrize(
    ("item_id", "at"),
    [
        # the time that the site itself gave for a flash made in that millisecond
        ((1607767621096 - 1546272000000) << 14 | 5, datetime(2020, 12, 12, 18, 7, 1, 96000, tzinfo=SHANGHAI)),
        ((1785326556887 - 1546272000000) << 14, datetime(2026, 7, 29, 20, 2, 36, 887000, tzinfo=SHANGHAI)),
    ],
)
def test_the_clock_in_an_id(item_id: int, at: datetime) -> None:
    assert created_at(item_id) == at
    assert created_at(str(item_id)) == at


@given(st.integers(10**9, 10**13), st.integers(0, 2**14 - 1))
def test_the_clock_ignores_the_low_bits(milliseconds: int, low: int) -> None:
    start = datetime(2019, 1, 1, tzinfo=SHANGHAI).astimezone(UTC)
    expected: datetime | None
    try:
        expected = start + timedelta(milliseconds=milliseconds)
    except OverflowError:
        expected = None
    made = created_at(milliseconds << 14 | low)
    assert made is None or expected is None or abs(made - expected) < timedelta(milliseconds=1)


def test_old_ids_have_no_clock() -> None:
    assert created_at("5055230") is None
    assert created_at(152648) is None


def test_a_picture_has_one_name_in_all_sizes() -> None:
    name = "v2_" + "0123456789abcdef" * 2
    forms = [
        f"https://img.36krcdn.com/hsossms/20260619/{name}@000000_oswg440229oswg1080oswg780_img_000?x-oss-process=image/format,jpg",
        f"https://img.36krcdn.com/hsossms/20260619/{name}@5081058@ai_oswg1_img_jpg~tplv-1marlgjv7f-ai-v3:600:400:600:400:q70.jpg",
        f"http://img.36krcdn.com/20200812/{name}_img_000",
    ]
    assert {image_key(url) for url in forms} == {name}
    old = "https://pic.36krcnd.com/avatar/201610/24125316/71a2.png"
    assert image_key(old + "!heading") == image_key(old) == "pic.36krcnd.com/avatar/201610/24125316/71a2.png"


def test_hosts() -> None:
    owns = SITES["36kr"].owns
    assert owns("https://www.36kr.com/feed")
    assert owns("https://gateway.36kr.com/api/mis/nav/home/nav/rank/hot")
    assert owns("https://openclaw.36krcdn.com/media/hotlist/2026-03-17/24h_hot_list.json")
    assert not owns("https://my36kr.com/")
    assert not owns("")
