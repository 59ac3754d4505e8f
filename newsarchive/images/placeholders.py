"""The picture that a host serves instead of one that it does not want shown elsewhere ("未经允许不可引用").

Nobody has written down what it looks like to the byte, and it may change. It is known by what it cannot be: smaller than
the page says of its picture and of another shape, or one content for several pictures or for all sizes of one.
"""

from __future__ import annotations

from typing import Final

from newsarchive.images.content import SVG, Content
from newsarchive.images.mirror import Mirror
from newsarchive.storage.collections import (
    MIRRORED_PICTURES,
    REPEATED_PICTURES,
    MirroredPicture,
    RepeatedPicture,
    WantedPicture,
)
from newsarchive.storage.contract import DocumentStore

PLACEHOLDER: Final = "placeholder"
_SHAPES_DIFFER = 0.03
"""By how much of itself a height may differ from what the page's width and height make of a width: they are rounded."""
_REPEATS = 3
"""One content for so many pictures of which no page confirms the size is a placeholder; two may be one upload made twice."""


def _is_of_shape(content: Content, width: int, height: int) -> bool:
    expected = content.width * height / width
    return abs(content.height - expected) <= max(1.0, expected * _SHAPES_DIFFER)


def is_confirmed(content: Content, wanted: WantedPicture) -> bool:
    """Whether the picture is what the page says: of that shape, and no smaller."""
    if content.ending == SVG[0]:  # no host draws its placeholder so
        return True
    if not (wanted.width and wanted.height):
        return False
    return content.width >= wanted.width and _is_of_shape(content, wanted.width, wanted.height)


def is_placeholder(content: Content, wanted: WantedPicture) -> bool:
    """Whether the page says that its picture is larger, and of another shape."""
    if not (wanted.width and wanted.height):
        return False
    return content.width < wanted.width and not _is_of_shape(content, wanted.width, wanted.height)


def is_smaller(content: Content, wanted: WantedPicture) -> bool:
    """Whether the page says that its picture is larger: a scaled form of it, or a placeholder of the same shape."""
    return bool(wanted.width and content.width < wanted.width)


async def seen_again(store: DocumentStore, mirror: Mirror, name: str, key: str) -> bool:
    """Note that an unconfirmed content came for a picture; whether it is a placeholder by now.

    When it turns out to be one, it is taken away from the pictures for which it was kept before.
    """
    content = name.partition(".")[0]
    known = await store.get_document(REPEATED_PICTURES, content) or RepeatedPicture()
    if known.placeholder:
        return True
    pictures = tuple(dict.fromkeys((*known.pictures, key)))
    is_one = len(pictures) >= _REPEATS
    if pictures != known.pictures:
        now = RepeatedPicture(pictures=pictures, placeholder=is_one)
        await store.put_document(REPEATED_PICTURES, content, now)
    if not is_one:
        return False
    for earlier in pictures:
        held = await store.get_document(MIRRORED_PICTURES, earlier)
        if held and held.file == name:
            refused = MirroredPicture(url=held.url, reason=PLACEHOLDER, tries=1, fetched_at=held.fetched_at)
            await store.put_document(MIRRORED_PICTURES, earlier, refused)
    mirror.remove(name)
    return True
