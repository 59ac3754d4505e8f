"""What is read at all: no page that has more parts than any page has."""

from __future__ import annotations

import pytest

from newsarchive.sites.reading import MOST_TAGS, MOST_VALUES, overfull


@pytest.mark.parametrize("body", [b"", b"<p>" * MOST_TAGS, b"{}," * (MOST_VALUES // 2), b"x" * 5_000_000])
def test_pages(body: bytes) -> None:
    assert overfull(body) is None


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<p>" * (MOST_TAGS + 1), "75001 tags"),
        (b"<item/>" * 99_999, "99999 tags"),
        (b"[" * (MOST_VALUES + 1), "300001 values"),
        (b"{}," * MOST_VALUES, "600000 values"),
    ],
)
def test_none(body: bytes, told: str) -> None:
    assert overfull(body) == told
