"""Lists that other programs saved as JSON: every list of a file, rows in any of the sites' addresses, JSON lines; and JSON gone wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsarchive.items.record import SiteName
from newsarchive.items.verdict import Verdict
from newsarchive.records.page import Page
from newsarchive.sites import SITES, identify
from newsarchive.sites.reading import read
from tests.sites import weixin_pages as pages

GOLDEN = Path(__file__).parents[1] / "golden"
KR36 = "https://36kr.com/p/370000000000000{}"
ITHOME = "https://www.ithome.com/0/900/00{}.htm"
WEIXIN = f"https://mp.weixin.qq.com/s?__biz={pages.BIZ}&mid=224748000{{}}&idx=1&sn={pages.SN}"


def row(address: str, number: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"title": f"第{number}篇", "url": address.format(number), **more}


def titles(value: object, site: SiteName, *, lines: bool = False) -> list[str]:
    if lines:
        assert isinstance(value, list)
        content = "\n".join(json.dumps(one, ensure_ascii=False) for one in value)
    else:
        content = json.dumps(value, ensure_ascii=False, indent=1)
    reading = read(Page(content.encode()), site)
    assert reading.listing, reading
    return [item.title for item in reading.listing.items if item.identity]


@pytest.mark.parametrize(("site", "address"), [("36kr", KR36), ("ithome", ITHOME), ("weixin", WEIXIN)])
@pytest.mark.parametrize(
    "form",
    [
        lambda a, b, c: {"articles": [a, b], "flash": [c]},
        lambda a, b, c: {"2026-01-28": [a], "2026-01-29": [b, c]},
        lambda a, b, c: {"date": "2026-01-28", "data": {"hot": {"rows": [a]}, "new": [b, c]}},
        lambda a, b, c: [{"day": "28", "entries": [a, b]}, {"day": "29", "entries": [c]}],
        lambda a, b, c: {
            "articles": [a, b],
            "again": [b, c],
            "sources": [{"title": "别家", "url": "https://example.org/"}],
        },
        lambda a, b, c: [a, b, c | {"related": [a, b]}],
        lambda a, b, c: {
            "hot": [a],
            "news": [{"name": one["title"], "href": one["url"]} for one in (b, c)],
        },
        lambda a, b, c: {"title": "今天", "link": "https://example.org/", "items": [a, b, c]},
    ],
)
def test_every_list_of_a_file_is_read(site: SiteName, address: str, form: Any) -> None:  # noqa: ANN401
    rows = [row(address, number) for number in (1, 2, 3)]
    assert titles(form(*rows), site) == ["第1篇", "第2篇", "第3篇"]


@pytest.mark.parametrize(("site", "address"), [("36kr", KR36), ("ithome", ITHOME), ("weixin", WEIXIN)])
def test_json_lines_are_a_list(site: SiteName, address: str) -> None:
    rows = [row(address, number) for number in (1, 2, 3)]
    assert titles(rows, site, lines=True) == ["第1篇", "第2篇", "第3篇"]
    cut = "\r\n".join(json.dumps(one) for one in rows).encode()[:-20]
    listing = read(Page(cut), site).listing
    assert listing
    assert [item.title for item in listing.items] == ["第1篇", "第2篇"]


@pytest.mark.parametrize(
    ("address", "identity", "kind"),
    [
        ("https://36kr.com/detail_article?itemId=3263485704388360", "36kr:3263485704388360", Verdict.ARTICLE),
        (
            "https://www.36kr.com/detail_newsflash?itemId=3263485704388361",
            "36kr:3263485704388361",
            Verdict.NEWSFLASH,
        ),
        (
            "http://m.36kr.com/detail_video?a=1&amp;itemId=3263485704388362&f=rss#x",
            "36kr:3263485704388362",
            Verdict.VIDEO,
        ),
        (
            "https://36kr.com/detail_article/?itemId=3263485704388360",
            "36kr:3263485704388360",
            Verdict.ARTICLE,
        ),
    ],
)
def test_the_gateways_routes_name_articles(address: str, identity: str, kind: Verdict) -> None:
    link = identify(address)
    assert link
    assert (link.identity, link.kind) == (identity, kind)
    reading = read(Page(json.dumps([{"title": "甲", "url": address}]).encode()), "36kr")
    assert reading.listing
    assert [(item.identity, item.url) for item in reading.listing.items] == [(identity, link.url)]


def test_a_row_with_nothing_but_the_route_is_read() -> None:
    reading = read(
        Page(b'{"day": [{"title": "a", "route": "detail_newsflash?itemId=3263485704388361"}]}'), "36kr"
    )
    assert reading.listing
    assert [item.url for item in reading.listing.items] == ["https://36kr.com/newsflashes/3263485704388361"]


@pytest.mark.parametrize(
    "address",
    [
        "https://36kr.com/detail_article",
        "https://36kr.com/detail_article?itemId=",
        "https://36kr.com/detail_x?itemId=1",
    ],
)
def test_other_routes_name_nothing(address: str) -> None:
    assert identify(address) is None


def message(number: int) -> dict[str, Any]:
    first = {"title": f"第{number}篇", "content_url": WEIXIN.format(number), "multi_app_msg_item_list": []}
    return {"comm_msg_info": {"datetime": pages.TIME}, "app_msg_ext_info": first}


def test_messages_without_their_answer_are_read() -> None:
    messages = [message(number) for number in (1, 2, 3)]
    answers = [{"ret": 0, "general_msg_list": json.dumps({"list": [one]})} for one in messages]
    expected = ["第1篇", "第2篇", "第3篇"]
    assert titles(messages, "weixin", lines=True) == expected
    assert titles(messages, "weixin") == expected
    assert titles({"list": messages}, "weixin") == expected
    assert titles(answers, "weixin", lines=True) == expected
    assert titles(message(1), "weixin") == ["第1篇"]


def test_answers_of_36kr_and_ithome_a_line_each_are_one_list() -> None:
    flashes = [
        {"code": 0, "data": {"itemList": [{"itemId": 3263485704388360 + n, "itemType": 20, "templateMaterial": {"widgetTitle": f"第{n}篇", "widgetContent": "<p>甲</p>"}}]}}
        for n in (1, 2)
    ]  # fmt: skip
    assert titles(flashes, "36kr", lines=True) == ["第1篇", "第2篇"]
    assert titles([one["data"]["itemList"][0] for one in flashes], "36kr", lines=True) == ["第1篇", "第2篇"]  # type: ignore[index]
    answers = [
        {"Success": 1, "Result": [{"newsid": n, "title": f"第{n}篇", "url": f"/0/000/00{n}.htm"}]}
        for n in (1, 2)
    ]
    assert titles(answers, "ithome", lines=True) == ["第1篇", "第2篇"]


ODD: tuple[Any, ...] = ([1], {"a": [1]}, None, True, 1.5, "x", [[]], [{}], {"list": [None, 1]})


def paths_in(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    members = (
        value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    )
    for name, member in members:
        yield from paths_in(member, (*path, name))


def replaced(value: Any, path: tuple[Any, ...], other: object) -> Any:  # noqa: ANN401
    if not path:
        return other
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], other)
    return copy


@pytest.mark.parametrize(
    "file", sorted(GOLDEN.rglob("page.json")), ids=lambda file: "/".join(file.parts[-3:-1])
)
def test_a_value_of_another_kind_anywhere_in_an_answer_raises_nothing(file: Path) -> None:
    site = next(name for name in SITES if name in file.parts)
    value = json.loads(file.read_text(encoding="utf-8"))
    for number, path in enumerate(paths_in(value)):
        for odd in ODD if number < 60 else (ODD[number % len(ODD)],):
            assert read(Page(json.dumps(replaced(value, path, odd)).encode()), site).verdict


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize(
    "content",
    [b'{"code": [1]}', b'{"code": {}, "data": [[]]}', b'[{"code": [1]}]', b'{"title": [1], "url": {}}'],
)
def test_answers_of_odd_kinds_are_other_pages(site: SiteName, content: bytes) -> None:
    assert read(Page(content), site).verdict in {Verdict.OTHER, Verdict.LIST, Verdict.UNAVAILABLE}
