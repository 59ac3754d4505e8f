"""As much of a robots.txt is read as a crawler has to read, in whole lines."""

from __future__ import annotations

import pytest

from newsarchive.crawl.downloading.robots import MOST_BYTES, whole_lines

RULE = b"Disallow: /private/secret\n"


@pytest.mark.parametrize("body", [b"", RULE, b"x" * MOST_BYTES])
def test_a_usual_one_is_read_to_its_end(body: bytes) -> None:
    assert whole_lines(body) == body


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_long_one_ends_with_a_whole_line(end: bytes) -> None:
    rule = RULE.rstrip() + end
    read = whole_lines(rule * MOST_BYTES)
    assert MOST_BYTES - len(rule) <= len(read) <= MOST_BYTES
    assert set(read.replace(b"\r", b"\n").split(b"\n")) <= {RULE.rstrip(), b""}


def test_an_endless_line_is_none() -> None:
    assert whole_lines(b"x" * (MOST_BYTES + 1)) == b""
