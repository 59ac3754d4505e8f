"""A picture is told from all else by its content alone."""

from __future__ import annotations

import struct
import zlib

import pytest

from newsarchive.images import content as module
from newsarchive.images.content import Content, NoPictureError, content_of
from samples.pictures import draw
from tests.images.drawn import drawn

ENDINGS = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp", "AVIF": "avif", "BMP": "bmp"}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="30" height="20">{}</svg>'


def reason(data: bytes) -> str:
    with pytest.raises(NoPictureError) as caught:
        content_of(data)
    assert "\n" not in str(caught.value)
    return caught.value.reason


@pytest.mark.parametrize("kind", ENDINGS)
def test_kind_and_size_are_those_of_the_content(kind: str) -> None:
    assert content_of(drawn(kind)) == Content(ENDINGS[kind], 40, 30)


@pytest.mark.parametrize("kind", ["png", "jpg"])
def test_the_samples_pictures_are_some(kind: str) -> None:
    assert content_of(draw("0123456789abcdef" + "0320" + "01c0", kind)) == Content(kind, 800, 448)


@pytest.mark.parametrize("kind", ENDINGS)
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_cut_file_is_none(kind: str, share: float) -> None:
    data = drawn(kind, 200, 150)
    assert reason(data[: int(len(data) * share)]) == "broken_picture"


def test_a_moving_picture_without_its_end_is_none() -> None:
    data = drawn("GIF", frames=3)
    assert content_of(data).ending == "gif"
    assert reason(data[:-1]) == "broken_picture"


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE html><html><body><img src=x></body></html>",
        b"\xef\xbb\xbf  <html>",
        b"<script>alert(1)</script>",
        b"GIF89a is how this text begins",
        b"%PDF-1.7",
        b'{"error": "not found"}',
        b"\0" * 2000,
    ],
)
def test_what_only_has_the_type_of_a_picture_is_none(data: bytes) -> None:
    assert reason(data) in {"no_picture", "broken_picture"}


def test_comments_without_end_cost_nothing() -> None:
    assert reason(b"<!--a-->" * 5000) == "no_picture"
    assert reason(b"<!--" + b"--" * 5000) == "no_picture"


def test_nothing_is_none() -> None:
    assert reason(b"") == "empty_picture"


def test_a_picture_of_more_pixels_than_any_is_refused_before_it_is_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_PIXELS", 1000)
    assert reason(drawn()) == "too_many_pixels"


def test_a_few_bytes_that_claim_a_gigabyte_are_refused() -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(inner)) + name + inner + struct.pack(">I", zlib.crc32(name + inner))
        for name, inner in chunks
    )
    assert reason(data) == "too_many_pixels"


def test_a_drawing_that_only_draws_is_one() -> None:
    inner = (
        '<defs><linearGradient id="g"/></defs><style>.a { fill: red }</style><rect class="a" fill="url(#g)" width="9"/>'
        '<use href="#g"/><image href="data:image/png;base64,iVBORw0KGgo="/>'
    )
    assert content_of(SVG.format(inner).encode()) == Content("svg", 30, 20)
    doctype = (
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    )
    for before in (
        "<?xml version='1.0'?>\n<!-- made - by hand -->\n",
        doctype,
        f"<!-- a -->{doctype}<!-- b -->\n",
    ):
        assert content_of((before + SVG.format("")).encode()).ending == "svg", before


@pytest.mark.parametrize(
    "inner",
    [
        "<script>alert(1)</script>",
        '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
        '<rect onload="alert(1)"/>',
        '<a href="javascript:alert(1)"><rect/></a>',
        '<image href="https://example.com/x.png"/>',
        '<image xlink:href="//example.com/x.png"/>',
        '<use href="data:image/svg+xml;base64,PHN2Zz4="/>',
        "<foreignObject><p>x</p></foreignObject>",
        "<style>@import 'https://example.com/x.css';</style>",
        "<style>a {}<!-- b -->@import 'https://example.com/x.css';</style>",
        '<rect style="fill: url(https://example.com/x)"/>',
        "<rect fill=\"url( 'https://example.com/x')\"/>",
        '<set attributeName="href" to="javascript:alert(1)"/>',
        '<?xml-stylesheet href="https://example.com/x.css"?>',
    ],
)
def test_a_drawing_that_acts_or_loads_is_not_embedded(inner: str) -> None:
    assert reason(SVG.format(inner).encode()) == "active_picture"


@pytest.mark.parametrize(
    "before",
    [
        '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE svg PUBLIC "x" "y" [<!ATTLIST svg onload CDATA "alert(1)">]>',
        '<?xml-stylesheet href="https://example.com/x.css"?>',
        '<?xml version="1.0"?><?xml-stylesheet href="https://example.com/x.css"?>',
    ],
)
def test_a_drawing_with_declarations_before_it_is_none(before: str) -> None:
    assert reason((before + SVG.format("<rect/>")).encode()) == "no_picture"


def test_half_a_drawing_is_none() -> None:
    assert reason(SVG.format("<rect/>").encode()[:-9]) == "broken_picture"
