"""What bytes are as a picture: their kind and size by the content alone, whatever a server or a name says of them.

A picture is decoded once, whole, so that a cut file is told from a picture. (Pillow does it, and knows all kinds that the
sites' hosts serve.) What is kept are always the bytes as they came.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels

KINDS = {
    "JPEG": ("jpg", "image/jpeg"),
    "MPO": ("jpg", "image/jpeg"),
    "PNG": ("png", "image/png"),
    "GIF": ("gif", "image/gif"),
    "WEBP": ("webp", "image/webp"),
    "AVIF": ("avif", "image/avif"),
    "BMP": ("bmp", "image/bmp"),
}
"""By Pillow's name of a kind: the ending of its files and its media type. MPO is a JPEG with a second one behind (phones)."""
_OPENED = tuple(kind for kind in KINDS if kind != "MPO")  # which is opened as a JPEG
SVG = ("svg", "image/svg+xml")
MEDIA_TYPES = dict([*KINDS.values(), SVG])
"""Media types by ending."""
MOST_PIXELS = 50_000_000
"""The tallest drawings of real articles have 20 million; one of this size takes 200 MB while it is looked at."""
MOST_DECODED = 4 * MOST_PIXELS
"""Of a picture that moves, so many pixels are looked at: what a second of work decodes."""
_SVG_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml\s[^>]*+>\s*+)?(?:<!--(?:[^-]|-(?!->))*+-->\s*+)*+(?:<!DOCTYPE\s+svg\b[^>\[]*+>\s*+)?"
    rb"(?:<!--(?:[^-]|-(?!->))*+-->\s*+)*+<svg[\s>]"
)
"""A drawing has no declarations of its own before it: with those it could say anything in other words."""
_MARKUP_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype html|<html|<head|<body|<script|<\?xml|<!--)", re.IGNORECASE
)
_CUT_START = re.compile(rb"\x89PNG\r|\xff\xd8\xff|GIF8[79]a[^ ]|RIFF....WEBP|....ftyp", re.DOTALL)
_ACTIVE = frozenset(
    {"script", "foreignObject", "iframe", "embed", "object", "handler", "listener", "set", "animate"}
)
"""Elements of a drawing that run something, load something or can change a link afterwards."""
_INSIDE = re.compile(r"\s*(?:#|data:image/(?:png|jpeg|gif|webp);base64,)", re.IGNORECASE)
_LOADS = re.compile(r"url\(\s*+['\"]?+\s*+(?!#)|@import|expression\(|javascript:", re.IGNORECASE)


class NoPictureError(ValueError):
    """Bytes that are not kept as a picture; `reason` is the word for why."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Content:
    """What a picture is: the ending of its file, and its size in pixels (0 for a drawing that says none)."""

    ending: str
    width: int
    height: int


def content_of(data: bytes) -> Content:
    """What a picture's bytes are. Raises NoPictureError for all that is none, or not whole, or not safe to show."""
    if not data:
        raise NoPictureError("empty_picture", "the answer has no content")
    if _SVG_START.match(data[:4096]):
        return _drawing(data)
    if _MARKUP_START.match(data[:4096]):
        raise NoPictureError("no_picture", "the answer is a page, no picture")
    return _pixels(data)


def _pixels(data: bytes) -> Content:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - it takes a while, and exports ask for no more than kinds

    with warnings.catch_warnings():
        # Of large sizes and odd details: the first are looked at here, the others are the picture's own.
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=_OPENED) as picture:
                kind, (width, height) = str(picture.format), picture.size
                _decode(picture)
        except Image.DecompressionBombError as error:
            raise NoPictureError("too_many_pixels", str(error)) from error
        except UnidentifiedImageError as error:
            if _CUT_START.match(data):
                raise NoPictureError(
                    "broken_picture", "the picture is cut or damaged near its start"
                ) from error
            raise NoPictureError("no_picture", "the content is of no known kind of picture") from error
        except NoPictureError:
            raise
        except Exception as error:  # what Pillow's decoders raise for broken data is of a dozen kinds
            raise NoPictureError("broken_picture", f"the picture is cut or damaged: {error}") from error
    if kind == "GIF" and not data.rstrip(b"\0\r\n").endswith(b";"):
        raise NoPictureError("broken_picture", "the picture is cut: its end is missing")
    return Content(KINDS[kind][0], width, height)


def _decode(picture: Pixels) -> None:
    """Read all of a picture; of one that moves, all frames that anybody would look at. Raises NoPictureError."""
    if picture.width * picture.height > MOST_PIXELS:
        raise NoPictureError("too_many_pixels", f"the picture has {picture.width} × {picture.height} pixels")
    if picture.format == "JPEG":
        # Every byte is read, and an eighth of the pixels computed.
        picture.draft("RGB", (picture.width // 8 or 1, picture.height // 8 or 1))
    picture.load()
    frames = min(getattr(picture, "n_frames", 1), MOST_DECODED // (picture.width * picture.height or 1))
    for frame in range(1, frames):
        picture.seek(frame)
        picture.load()


def _drawing(data: bytes) -> Content:
    """An SVG drawing that does nothing but draw: no scripts, no links, nothing loaded, no entities."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NoPictureError("broken_picture", f"the drawing cannot be read: {error}") from error
    for element in root.iter():
        if not isinstance(element.tag, str):
            if isinstance(element, etree._ProcessingInstruction | etree._Entity):  # noqa: SLF001 - lxml has no other names
                raise NoPictureError("active_picture", "the drawing has instructions for programs")
            continue
        name = etree.QName(element).localname
        if name in _ACTIVE or (name == "style" and _LOADS.search("".join(map(str, element.itertext())))):
            raise NoPictureError("active_picture", f"the drawing has a <{name}>")
        for attribute, value in element.attrib.items():
            _check_attribute(etree.QName(attribute).localname.lower(), str(value))
    return Content(SVG[0], _length(root.get("width")), _length(root.get("height")))


def _check_attribute(name: str, value: str) -> None:
    links = name in {"href", "src"} and not _INSIDE.match(value)
    if name.startswith("on") or links or _LOADS.search(value):
        raise NoPictureError("active_picture", f"the drawing has an attribute {name} that acts or loads")


def _length(text: str | None) -> int:
    match = re.fullmatch(r"\s*(\d{1,5})(?:\.\d+)?(?:px)?\s*", text or "", re.ASCII)
    return int(match[1]) if match else 0
