"""What words mean, and what they find: the rule by which both engines answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.errors import BadValueError
from newsarchive.items.article import Attribution
from newsarchive.search.grams import grams_asked, grams_of
from newsarchive.search.query import Query, fields_of, matches
from newsarchive.search.snippets import snippets_of, title_of
from newsarchive.search.threes import may_have, threes_asked, threes_of
from tests.storage.records import article, body

XPENG = article(
    title="小鹏汽车：P7＋ 上市",
    body=body(
        "何小鹏在 Mate\u3000 60 旁说，ＡＩ 不是 Ai。", "Straße 与 50%，1,000 台", "两段之间\u200b有零宽字符"
    ),
    attribution=Attribution(account="小鹏 观察"),
)


@pytest.mark.parametrize(
    "words",
    [
        "小", "鹏汽", "小鹏汽车", "小鹏 Mate", "ai", "ＡＩ", "AI不", "mate", "MATE 60", '"mate 60"', "60 旁说", "strasse", "STRASSE",
        "50%", "1,000", "，", "。", "P7＋", "观察", '"小鹏 观察"', '"Ai。 straße"', "之间有零", "台 两段", '"台 两段"',
    ],
)  # fmt: skip
def test_words_that_are_there_are_found(words: str) -> None:
    if words == "AI不":
        assert not matches(Query.of(words), XPENG)  # there is a blank between
    else:
        assert matches(Query.of(words), XPENG)


@pytest.mark.parametrize(
    "words",
    ["小鹏车", "mate60", '"mate60"', "上市何", '"上市 何"', "小鹏 特斯拉", '"小鹏 汽车"', "P7+", ",小", "market", '"'],
)  # fmt: skip
def test_words_that_are_not_there_are_not(words: str) -> None:
    assert not matches(Query.of(words), XPENG)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ('小鹏 "Mate 60" 小鹏', ("小鹏", "mate 60")),
        ('"  a \n b "', ("a b",)),
        ('5.0" 屏', ('5.0"', "屏")),
        ('"不完', ('"不完',)),
        ('""', ('""',)),
        ("NEAR OR * AND", ("near", "or", "*", "and")),
    ],
)
def test_what_is_typed_is_taken_as_words(typed: str, words: tuple[str, ...]) -> None:
    assert Query.of(typed).words == words


@pytest.mark.parametrize(
    "typed", ["", " \u3000\n", "\u200b", "\ud83d", "a \udcff", "一" * 201, " ".join(map(str, range(40)))]
)
def test_what_is_no_query_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(BadValueError) as raised:
        Query.of(typed)
    assert "\n" not in str(raised.value)


def test_an_account_is_named_whole() -> None:
    assert matches(Query.of("小鹏", "小鹏　观察"), XPENG)
    assert not matches(Query.of("小鹏", "小鹏"), XPENG)


def test_hits_are_marked_in_the_words_of_the_article() -> None:
    assert title_of(XPENG, Query.of("P7＋ 汽车")).marked() == "小鹏«汽车»：«P7＋» 上市"
    assert [it.marked() for it in snippets_of(XPENG, Query.of("ai strasse"))] == [
        "何小鹏在 Mate 60 旁说，«ＡＩ» 不是 «Ai»。 «Straße» 与 50%，1,000 台 两段之间有零宽字符"
    ]
    far = article(body=body("甲" * 100 + "小鹏" + "乙" * 100 + "小鹏小鹏" + "丙" * 100))
    one, two = snippets_of(far, Query.of("小鹏"))
    assert one.marked() == f"…{'甲' * 20}«小鹏»{'乙' * 58}…"
    assert two.marked() == f"…{'乙' * 20}«小鹏小鹏»{'丙' * 56}…"
    assert snippets_of(far, Query.of("消息"))[0].marked() == "甲" * 80 + "…"


WORDS = st.text(st.sampled_from('小鹏汽车aßİＡ" \n,，é\u0301🫠👨\u200d👩*'), max_size=12)


@given(title=WORDS, text=WORDS, start=st.integers(0, 11), length=st.integers(1, 6))
def test_a_piece_of_a_text_finds_it_by_its_grams_and_is_marked(
    title: str, text: str, start: int, length: int
) -> None:
    of = article(title=title, body=body(text))
    try:
        query = Query.of(of.text[start : start + length])
    except BadValueError:
        return
    assert matches(query, of)
    assert set(grams_asked(query, "ithome")) <= set(grams_of(of))
    assert may_have(threes_of(fields_of(of)), threes_asked(query))
    assert any(it.hits for it in (title_of(of, query), *snippets_of(of, query)))


def test_an_article_with_the_pairs_of_a_word_in_other_places_is_mostly_told_from_one_that_has_it() -> None:
    text = "".join(chr(0x4E00 + 7 * number % 5000) for number in range(3000))
    threes = threes_of(fields_of(article(title="", body=body(text))))
    others = [f"{text[at : at + 2]}{text[at + 9]}" for at in range(2000)]
    assert all(may_have(threes, threes_asked(Query.of(text[at : at + 3]))) for at in range(2000))
    assert sum(may_have(threes, threes_asked(Query.of(it))) for it in others) < 300
