"""Pictures of books are of kinds that every reader knows, and no larger than a page."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from newsarchive.images.book_size import LONGEST_SIDE, for_book
from tests.images.drawn import drawn


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("GIF", "gif")])
def test_a_small_one_stays_as_it_is(kind: str, ending: str) -> None:
    data = drawn(kind)
    assert for_book(data, ending) == (data, ending)
    assert for_book(b"<svg/>", "svg") == (b"<svg/>", "svg")


@pytest.mark.parametrize(
    ("kind", "ending", "mode", "becomes"),
    [
        ("JPEG", "jpg", "RGB", "jpg"),
        ("JPEG", "jpg", "CMYK", "jpg"),
        ("PNG", "png", "RGBA", "png"),
        ("GIF", "gif", "P", "png"),
        ("WEBP", "webp", "RGB", "jpg"),
        ("WEBP", "webp", "RGBA", "png"),
        ("AVIF", "avif", "RGB", "jpg"),
        ("BMP", "bmp", "RGB", "jpg"),
    ],
)
def test_a_large_one_and_one_of_another_kind_are_made_for_it(
    kind: str, ending: str, mode: str, becomes: str
) -> None:
    data = drawn(kind, 2000, 500, mode=mode)
    made, now = for_book(data, ending)
    assert now == becomes
    with Image.open(io.BytesIO(made)) as picture:
        assert picture.size == (LONGEST_SIDE, 400)
    assert for_book(data, ending) == (made, now)


def test_a_small_one_of_another_kind_is_not_made_larger() -> None:
    made, _ = for_book(drawn("WEBP", 40, 30), "webp")
    with Image.open(io.BytesIO(made)) as picture:
        assert picture.size == (40, 30)
