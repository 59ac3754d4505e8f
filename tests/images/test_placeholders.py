"""The placeholder of a host is known by what its picture cannot be."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsarchive.images.content import Content, content_of
from newsarchive.images.mirror import Mirror
from newsarchive.images.placeholders import is_confirmed, is_placeholder, seen_again
from newsarchive.storage import Store
from newsarchive.storage.collections import MIRRORED_PICTURES, MirroredPicture, WantedPicture
from tests.images.drawn import drawn


@pytest.mark.parametrize(
    ("told", "came", "expected"),
    [
        ((1080, 608), (1080, 608), "confirmed"),
        ((640, 360), (1080, 608), "confirmed"),
        ((1080, 608), (640, 360), ""),
        ((1080, 608), (320, 240), "placeholder"),
        ((1080, 720), (320, 240), "placeholder"),
        ((1080, 810), (320, 240), ""),
        ((30, 20), (320, 240), ""),
        ((None, None), (320, 240), ""),
        ((1080, None), (320, 240), ""),
    ],
)
def test_by_size_and_shape(told: tuple[int | None, int | None], came: tuple[int, int], expected: str) -> None:
    wanted = WantedPicture(url="https://a/", width=told[0], height=told[1])
    content = Content("png", *came)
    assert is_confirmed(content, wanted) == (expected == "confirmed")
    assert is_placeholder(content, wanted) == (expected == "placeholder")


async def test_one_content_for_three_pictures_is_none_of_them(store: Store, tmp_path: Path) -> None:
    mirror = Mirror(tmp_path / "images")
    data = drawn()
    name = mirror.keep(data, content_of(data))
    for key in ("weixin:a", "weixin:b"):
        assert not await seen_again(store, mirror, name, key)
        assert not await seen_again(store, mirror, name, key)
        picture = MirroredPicture(url="https://a/", file=name, fetched_at=datetime(2026, 11, 1, tzinfo=UTC))
        await store.put_document(MIRRORED_PICTURES, key, picture)
    assert mirror.has(name)
    assert await seen_again(store, mirror, name, "weixin:c")
    assert not mirror.has(name)
    held = await store.documents(MIRRORED_PICTURES)
    assert {(it.file, it.reason) for it in held.values()} == {("", "placeholder")}
    assert await seen_again(store, mirror, name, "weixin:d")
