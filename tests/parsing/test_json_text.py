"""JSON inside scripts and in cut-off answers."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.parsing.json_text import objects_in, read_json, value_after, without_broken_rows

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), values, max_size=4))
def test_one_value_is_read_whatever_follows_it_in_the_script(value: dict[str, object]) -> None:
    text = json.dumps(value, ensure_ascii=True).replace("<", "\\u003c")
    page = f'<script>window.__SIGN__="x";window.state = {text};window.after={{"a":[1]}}</script>'
    assert value_after(page.encode(), b"window.state") == value


def test_a_mention_before_the_assignment_is_passed_over() -> None:
    page = b'<p>window.state is explained here</p><script>window.state={"a": 1}</script>'
    assert value_after(page, b"window.state") == {"a": 1}


@pytest.mark.parametrize(
    "page", [b"", b"window.state", b"window.state=", b"window.state={broken", b"window.state=undefined;"]
)
def test_nothing_to_read(page: bytes) -> None:
    assert value_after(page, b"window.state") is None


def test_deep_nesting_is_refused_not_fatal() -> None:
    assert read_json("[" * 200_000) is None
    assert value_after(b"window.state=" + b'{"a":' * 200_000, b"window.state") is None
    assert objects_in('{"a":' * 100_000) == []


def test_whole_objects_of_a_cut_answer() -> None:
    text = '{"Success":1,"Result":[{"newsid":2,"inner":{"x":1}},{"newsid":1}...'
    assert objects_in(text, '"Result"') == [{"newsid": 2, "inner": {"x": 1}}, {"newsid": 1}]
    assert objects_in(text, '"Missing"') == []


@pytest.mark.parametrize(
    ("written", "title"),
    [("a\nb", "a\nb"), ("a\tb", "a\tb"), (r"a\x26b", r"a\x26b"), (r"a\u12", r"a\u12"), ("a\0b", "a\0b")],
)
def test_small_mistakes_in_a_string_cost_nothing(written: str, title: str) -> None:
    assert read_json(f'{{"title": "{written}", "n": 1}}') == {"title": title, "n": 1}


def test_a_number_of_any_length_costs_nothing_else() -> None:
    assert read_json(f'[{{"id": 1}}, {{"id": {"9" * 5000}}}]')[0] == {"id": 1}


@pytest.mark.parametrize("row", range(4))
@pytest.mark.parametrize(
    "broken", ['"t": "他说"好"呀"', '"t": 好', '"t" "x"', '"t": "x",', '"t": [1,}', "'t': 1"]
)
def test_a_broken_row_costs_no_other(row: int, broken: str) -> None:
    rows = [f'{{"id": {n}, "t": "题]}}{n}", "more": [{{"id": 9}}, {{"id": 8}}]}}' for n in range(4)]
    rows[row] = f'{{"id": {row}, {broken}, "more": [{{"id": 7}}]}}'
    text = f'{{"code": 0, "data": {{"list": [{", ".join(rows)}], "next": true}}}}'
    assert read_json(text) is None
    found = without_broken_rows(text)
    assert [it["id"] for it in found["data"]["list"]] == [n for n in range(4) if n != row]
    assert found["data"]["next"] is True


@pytest.mark.parametrize("text", ["", "{", '{"a": x}', '[{"a": 1}', "[1, x]", '{"rows": [{"a": 1}, {"a": x'])
def test_what_is_broken_elsewhere_is_none(text: str) -> None:
    assert without_broken_rows(text) is None


def test_hostile_rows_are_refused_in_little_time() -> None:
    assert without_broken_rows("[" + '{"a": x},' * 20_000) is None
    assert without_broken_rows('[{"a": x' + "]" * 100_000) is None
