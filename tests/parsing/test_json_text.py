"""JSON inside scripts and in cut-off answers."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.parsing.json_text import objects_in, read_json, value_after

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
