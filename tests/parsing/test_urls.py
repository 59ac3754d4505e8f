"""Addresses as pages give them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.parsing.urls import absolute

BASE = "https://www.ithome.com/list/"


@pytest.mark.parametrize(
    ("url", "full"),
    [
        ("https://example.com/a?b=1,2#c", "https://example.com/a?b=1,2#c"),
        ("//img.ithome.com/a.jpg", "https://img.ithome.com/a.jpg"),
        ("/0/892/248.htm", "https://www.ithome.com/0/892/248.htm"),
        (" x.htm\n", "https://www.ithome.com/list/x.htm"),
        ("javascript:alert(1)", None),
        ("data:image/png;base64,AA==", None),
        ("mailto:a@example.com", None),
        ("http://[", None),
        ("https://", None),
        ("", None),
        (None, None),
    ],
)
def test_absolute(url: str | None, full: str | None) -> None:
    assert absolute(url, BASE) == full


@given(st.text())
def test_any_text_is_an_address_or_none(url: str) -> None:
    full = absolute(url, BASE)
    assert full is None or full.startswith(("https://", "http://"))
