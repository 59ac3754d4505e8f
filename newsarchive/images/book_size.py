"""Pictures as a book takes them: of kinds that every reader knows, and no larger than a page."""

from __future__ import annotations

import io
import warnings

from newsarchive.images.content import SVG

LONGEST_SIDE = 1600
"""Pixels: as many as the pages of book readers have; more would only make the book larger."""
_TAKEN = frozenset({"jpg", "png", "gif", SVG[0]})
"""Kinds that are core media types of EPUB 3 in all its versions."""
_QUALITY = 85


def for_book(data: bytes, ending: str) -> tuple[bytes, str]:
    """A picture of the mirror and the ending of its kind, as they go into a book: as they are where that is good enough.

    Of a moving one that is too large or of another kind its first frame is shown.
    """
    if ending == SVG[0]:
        return data, ending
    from PIL import Image, ImageOps  # noqa: PLC0415 - most exports have no use for it, and all would wait for it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(data)) as picture:
            if ending in _TAKEN and max(picture.size) <= LONGEST_SIDE:
                return data, ending
            clear = picture.has_transparency_data
            upright: Image.Image = ImageOps.exif_transpose(picture)
            plain = upright.convert("RGBA" if clear else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    made = io.BytesIO()
    if clear or ending in {"png", "gif"}:
        plain.save(made, "PNG", optimize=True)
        return made.getvalue(), "png"
    plain.save(made, "JPEG", quality=_QUALITY, optimize=True)
    return made.getvalue(), "jpg"
