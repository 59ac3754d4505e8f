"""JavaScript values read as data."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.parsing.js_literal import JsLiteralError, parse_at, parse_object


def parse(text: str) -> Any:  # noqa: ANN401
    """The value that is the whole text."""
    value, end = parse_at(text)
    if text[end:].strip(" ;\n"):
        raise JsLiteralError("text after the value", end)
    return value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'123' * 1", 123),
        ("'-7' * 1", -7),
        ("'' * 1", 0),
        ("'0.5' * 1", 0.5),
        ("'LINK_TYPE_MP_APPMSG' * 1", "LINK_TYPE_MP_APPMSG"),
        ('""*1||0', 0),
        ("'' || '' || 'third'", "third"),
        ("'first' || 'second'", "first"),
        ("'' === 'true'", False),
        ("'true' === 'true' ? 1 : 0", 1),
        ("xml ? getXmlValue('title.DATA') : 'title'", "title"),
        ("(xml ? getXmlValue('a') : 'a &amp; b').html(false)", "a & b"),
        ("JsDecode('a\\\\x26b\\\\x0ac')", "a&b\nc"),
        ('htmlDecode("&lt;b&gt; &amp;amp;")', "<b> &amp;"),
        (r'"a\x22b\u4e2d\n".replace(/\r/g, "").replace(/[/\]]/g, "<br>")', 'a"b中\n'),
        ("[1, 2, 3].slice(0, 2)", [1, 2]),
        ("[,]".replace(",", "'a',"), ["a"]),
        (
            "{a: 1, 'b-c': [true, false, null, undefined], 3: {},}",
            {"a": 1, "b-c": [True, False, None, None], "3": {}},
        ),
        ("{a: 1 , , b: 2}", {"a": 1, "b": 2}),
        ("/* one */ 0x10 // two", 16),
        ("!0", True),
        ("-1e3", -1000.0),
        ("'a' + 'b'", "ab"),
        ("window.nickname", None),
        ("unknown(1, 'two')", None),
        (r"'\ud83d\ude00'", "😀"),
        (r"'\ud83d'", "\ufffd"),
        (
            r"'it\'s \\ \q \
done'",
            "it's \\ q done",
        ),
        ("'x';", "x"),
    ],
)
def test_values_of_the_pages_are_read(text: str, value: Any) -> None:  # noqa: ANN401
    assert parse(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "'open",
        '"open',
        "[1, 2",
        "{a: 1",
        "{a 1}",
        "{a: }",
        "1 2",
        "(",
        "[1 2]",
        "}",
        "'a'.",
        "@",
        "function(){}",
    ],
)
def test_what_is_no_value_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(JsLiteralError, match="at character") as caught:
        parse(text)
    assert 0 <= caught.value.position <= len(text)


def test_a_value_inside_a_script_ends_where_it_ends() -> None:
    script = "var a = 'x' || ''; var b = 2;"
    assert parse_at(script, 8) == ("x", script.index(";"))


@given(
    st.lists(st.sampled_from(["''", '""', "'a'", '"b"', "'||'", "c", "1"]), min_size=1),
    st.sampled_from(["||", " || "]),
)
def test_the_first_of_several_that_is_not_empty_counts(values: list[str], between: str) -> None:
    text = between.join(values)
    assert parse_at(text + ";") == (parse(text), len(text))


def test_only_what_is_asked_for_is_read() -> None:
    text = r"""{ skipped: {deep: [1, {a: '}'}, "]"], call: f('(')}, long: JsDecode('\x3cp\x3e'), // note }
        title: 'T', info: {a: 1, b: 'two', c: {d: 3}}, list: [{x: 1, y: 2}, {x: 3, y: 4}], tail: 'z', }"""
    shape = {"title": None, "info": {"b": None}, "list": {"x": None}, "absent": None}
    assert parse_object(text, 0, shape) == {"title": "T", "info": {"b": "two"}, "list": [{"x": 1}, {"x": 3}]}
    whole = parse_object(text)
    assert (whole["long"], whole["skipped"]["call"], whole["tail"]) == ("<p>", None, "z")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
    max_leaves=30,
)


@given(_JSON)
def test_json_is_read_as_json(value: Any) -> None:  # noqa: ANN401
    assert parse(json.dumps(value)) == value
    assert parse(json.dumps(value, ensure_ascii=False, indent=1)) == value


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), _JSON, max_size=6), st.data())
def test_a_shape_reads_the_same_as_the_whole(value: dict[str, Any], data: st.DataObject) -> None:
    text = json.dumps(value)
    wanted = data.draw(st.sets(st.sampled_from(sorted(value)))) if value else set()
    assert parse_object(text, 0, dict.fromkeys(wanted)) == {name: value[name] for name in wanted}


@given(st.text("{}[]()'\"\\,:*|?.+-!=/ \nax1&", max_size=80))
def test_no_text_does_anything_but_be_read_or_refused(text: str) -> None:
    for read in (parse, parse_at, parse_object):
        with suppress(JsLiteralError):
            read(text)


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "{a:",
        "(",
        "!",
        "a?",
        "'\\",
        "/*",
        "1+",
        "'a'.x",
        "a:'",
        '"\\x',
        "/[",
        "9",
        ".",
        "{a:'b',",
        "{a:f('(',",
        "//\n",
    ],
)
def test_hostile_text_is_refused_at_the_price_of_its_length(piece: str) -> None:
    text = piece * 100_000
    for opening in ("", "{", "{a:"):
        for read in (parse, parse_object):
            with pytest.raises(JsLiteralError):
                read(opening + text)
        with pytest.raises(JsLiteralError):
            parse_object(opening + text, 0, {"z": None})
