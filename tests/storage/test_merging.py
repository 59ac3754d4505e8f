"""The rule by which two records of an article become one."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.items.article import Article
from newsarchive.items.body import Image, ListBlock, Paragraph, Span
from newsarchive.storage import SaveOutcome
from newsarchive.storage.merging import change, merge, names_of, storable
from tests.storage.records import NOON, SHORT, article, body, weixin, weixin_by_short_link

TEXT = st.sampled_from(["", "甲", "乙"])
MAYBE = st.sampled_from([None, "甲", "乙"])
TIME = st.sampled_from([None, *(NOON + timedelta(seconds=seconds) for seconds in (0, 1, 65))])
IDENTITY = st.sampled_from(["weixin:s:a", "weixin:s:b", "weixin:M:1:1", "weixin:M:1:2"])
TABLE = st.dictionaries(st.sampled_from(["short", "sn"]), TEXT, max_size=2)
LISTS = st.lists(st.sampled_from(["a", "b"]), max_size=2, unique=True).map(tuple)
SITE_NAMED = {"identity", "url", "keys", "aliases"}


@st.composite
def records(draw: st.DrawFn) -> Article:
    identity = draw(IDENTITY)
    return Article(
        site="weixin",
        identity=identity,
        kind=draw(st.sampled_from(["article", "video"])),
        url=f"https://mp.weixin.qq.com/{identity}",
        keys=draw(TABLE),
        aliases=draw(LISTS),
        title=draw(TEXT),
        attribution={"account": draw(MAYBE), "author": draw(MAYBE), "original_keys": draw(TABLE)},
        published_at=draw(TIME),
        published_text=draw(MAYBE),
        published_precision=draw(st.sampled_from(["second", "minute", "day"])),
        fetched_at=draw(TIME),
        digest=draw(MAYBE),
        cover=draw(MAYBE),
        tags=draw(LISTS),
        promotion=draw(st.booleans()),
        body=body(*draw(st.lists(st.sampled_from(["甲", "乙"]), max_size=2))),
        extra=draw(TABLE),
        parser=draw(TEXT),
    )


@given(records(), records())
def test_merging_again_changes_nothing(old: Article, new: Article) -> None:
    merged = merge(old, new)
    assert merge(merged, new) == merged
    assert merge(merged, merged) == merged


@given(records(), records())
def test_no_filled_field_is_ever_emptied(old: Article, new: Article) -> None:
    merged = merge(old, new)
    for record in (old, new):
        replaced = {"published_text"} if merged.published_at != record.published_at else set()
        for name in set(Article.model_fields) - {"parser", "published_precision"} - replaced:
            assert getattr(merged, name) or not getattr(record, name), name
        for name, value in record.attribution:
            assert getattr(merged.attribution, name) or not value, name
        for key, value in record.extra.items():
            assert merged.extra[key] or not value


@given(records(), records())
def test_what_stands_is_said_by_one_of_the_two(old: Article, new: Article) -> None:
    merged = merge(old, new)
    for name in set(Article.model_fields) - SITE_NAMED - {"attribution", "extra"}:
        assert getattr(merged, name) in (getattr(old, name), getattr(new, name)), name


@given(records(), records())
def test_every_name_still_leads_there(old: Article, new: Article) -> None:
    assert set(names_of(merge(old, new))) == {*names_of(old), *names_of(new)}


@given(records(), records())
def test_time_and_raw_page_come_from_one_record(old: Article, new: Article) -> None:
    merged = merge(old, new)
    unit = (merged.fetched_at, merged.parser)
    assert unit in [(record.fetched_at, record.parser) for record in (old, new)]


@given(records(), st.lists(records(), max_size=4))
def test_saving_a_series_twice_ends_in_the_same_record(first: Article, series: list[Article]) -> None:
    """A run that is repeated from its beginning after a crash."""

    def replay(start: Article | None) -> Article:
        held = start
        for record in [first, *series]:
            held = merge(held, record) if held else record
        assert held is not None
        return held

    once = replay(None)
    again = replay(once)
    assert set(names_of(again)) == set(names_of(once))
    assert replay(again) == again


def test_what_does_not_say_when_it_was_fetched_replaces_nothing_that_does() -> None:
    """Else a series that is repeated would end in another record each time."""
    undated = article(1, title="别的", digest="摘要", fetched_at=None)
    merged = merge(article(1), undated)
    assert (merged.title, merged.digest, merged.fetched_at) == (
        article(1).title,
        "摘要",
        article(1).fetched_at,
    )
    assert merge(undated, article(1)).title == article(1).title


def test_a_day_does_not_replace_the_second_of_that_day() -> None:
    exact = article(1, published_text="2025-12-06 12:01:00")
    coarse = article(
        1,
        published_at=NOON - timedelta(hours=12),
        published_precision="day",
        published_text="12月6日",
        fetched_at=NOON + timedelta(days=3),
    )
    merged = merge(exact, coarse)
    assert (merged.published_at, merged.published_precision) == (exact.published_at, "second")
    assert merged.published_text == "2025-12-06 12:01:00"
    other_day = coarse.model_copy(update={"published_at": NOON + timedelta(days=3)})
    assert merge(exact, other_day).published_at == NOON + timedelta(days=3)


@pytest.mark.parametrize("order", [1, -1])
def test_the_article_keeps_its_final_identity_and_url(order: int) -> None:
    merged = merge(*[weixin_by_short_link(), weixin()][::order])
    assert (merged.identity, merged.url) == (weixin().identity, weixin().url)
    assert f"weixin:s:{SHORT}" in merged.aliases


def test_a_short_link_joins_one_of_two_articles_never_both() -> None:
    shared = weixin_by_short_link().url
    two = [
        weixin(aliases=(shared,)),
        weixin(identity="weixin:M:9:1", url="https://mp.weixin.qq.com/9", aliases=(shared,)),
    ]
    made = change(two, weixin_by_short_link(), NOON)
    assert made.absorbed == ()
    assert made.article.identity == "weixin:M:9:1"


def test_nodes_that_say_nothing_rare_are_kept_as_they_always_were() -> None:
    held = article(1, body=[Paragraph([Span("字")]), ListBlock([body("甲")]), Image("https://a.cn/1")])
    _, document = storable(held)
    assert json.loads(document)["body"] == [
        {
            "inlines": [
                {
                    "text": "字",
                    "strong": False,
                    "emphasis": False,
                    "code": False,
                    "link": None,
                    "kind": "span",
                }
            ],
            "kind": "paragraph",
        },
        {
            "items": [
                [
                    {
                        "inlines": [
                            {
                                "text": "甲",
                                "strong": False,
                                "emphasis": False,
                                "code": False,
                                "link": None,
                                "kind": "span",
                            }
                        ],
                        "kind": "paragraph",
                    }
                ]
            ],
            "ordered": False,
            "start": 1,
            "kind": "list",
        },
        {
            "url": "https://a.cn/1",
            "alt": "",
            "caption": "",
            "width": None,
            "height": None,
            "link": None,
            "key": None,
            "kind": "image",
        },
    ]
    made = change([Article.model_validate_json(document)], held, NOON)
    assert (made.outcome, made.write) == (SaveOutcome.UNCHANGED, False)


@pytest.mark.parametrize("names", [("ithome:1",), (article(1).url,)])
def test_an_article_is_never_absorbed_by_another_that_goes_by_its_name(names: tuple[str, ...]) -> None:
    for held, new in ((article(1), article(2, aliases=names)), (article(2, aliases=names), article(1))):
        made = change([held], new, NOON)
        assert (made.outcome, made.absorbed, made.article) == (SaveOutcome.NEW, (), new)


def test_a_record_of_another_site_is_never_the_same() -> None:
    other: dict[str, Any] = {"site": "36kr", "identity": "36kr:1", "url": "https://36kr.com/p/1"}
    made = change([article(1, aliases=("36kr:1",))], article(1, **other), NOON)
    assert made.outcome is SaveOutcome.NEW
