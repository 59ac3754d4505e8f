"""Packed bodies: read in a time and memory that grow with their length, whoever packed them."""

from __future__ import annotations

import gzip
import hashlib
import sys
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped, unused-ignore]
import pytest

from newsarchive.storage.raw.content_encoding import (
    LARGEST,
    MOST_STREAMS,
    PIECE,
    BombError,
    decoded,
    unpacked,
)

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PAGE = "<html><title>旧船票</title><p>一张船票，三代人。</p></html>".encode()
NOISE = b"".join(hashlib.sha256(bytes([a, b])).digest() for a in range(256) for b in range(3 * PIECE // 8192))
SKIPPED = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"
"""A frame of zstd that holds nothing of the page."""


def numbered(names: tuple[str, ...], cases: list[tuple[object, ...]]) -> pytest.MarkDecorator:
    """Cases by number: names made of packed bytes are long."""
    return pytest.mark.parametrize(names, cases, ids=map(str, range(len(cases))))


@numbered(
    ("body", "encoding", "page"),
    [
        (PAGE, "", PAGE),
        (PAGE, "identity", PAGE),
        (gzip.compress(PAGE), "gzip", PAGE),
        (gzip.compress(PAGE), "X-GZip ", PAGE),
        (gzip.compress(NOISE), "gzip", NOISE),
        (zlib.compress(PAGE), "deflate", PAGE),
        (zlib.compress(NOISE)[2:-4], "deflate", NOISE),
        (brotli.compress(PAGE), "br", PAGE),
        (zstd.compress(NOISE), "zstd", NOISE),
        (zstd.compress(gzip.compress(PAGE)), "gzip, zstd", PAGE),
        (gzip.compress(gzip.compress(PAGE)), "gzip,, gzip", PAGE),
        (gzip.compress(PAGE[:20]) + gzip.compress(b"") + gzip.compress(PAGE[20:]), "gzip", PAGE),
        (gzip.compress(NOISE) + gzip.compress(PAGE), "gzip", NOISE + PAGE),
        (zstd.compress(NOISE) + SKIPPED + zstd.compress(PAGE), "zstd", NOISE + PAGE),
        (gzip.compress(PAGE) + b"rubbish", "gzip", PAGE),
        (gzip.compress(PAGE) + b"\0\0\0", "gzip", PAGE),
        (zstd.compress(PAGE) + b"rubbish", "zstd", PAGE),
        (zlib.compress(PAGE) + gzip.compress(PAGE), "deflate", PAGE),
        (gzip.compress(b"") * (MOST_STREAMS - 1) + gzip.compress(PAGE), "gzip", PAGE),
    ],
)
def test_a_page_is_unpacked(body: bytes, encoding: str, page: bytes) -> None:
    assert unpacked(body, encoding) == page


@numbered(
    ("body", "encoding"),
    [
        (PAGE, "gzip"),
        (PAGE, "deflate"),
        (PAGE, "br"),
        (PAGE, "zstd"),
        (PAGE, "gzip, gzip"),
        (b"", "gzip"),
        (gzip.compress(PAGE), "gzip, unknown"),
        (gzip.compress(PAGE), "zstd"),
    ],
)
def test_what_is_not_packed_so_is_left_as_it_came(body: bytes, encoding: str) -> None:
    assert unpacked(body, encoding) == body


@numbered(
    ("body", "encoding"),
    [(gzip.compress(NOISE), "gzip"), (zlib.compress(NOISE), "deflate"), (zstd.compress(NOISE), "zstd")],
)
def test_half_a_body_gives_what_there_is(body: bytes, encoding: str) -> None:
    half = unpacked(body[: len(body) // 2], encoding)
    assert half
    assert NOISE.startswith(half)


def bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return b"".join((*(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)), packer.flush()))


TOO_LARGE = LARGEST + (1 << 20)


@pytest.mark.parametrize(
    ("pack", "encoding", "said"),
    [
        pytest.param(lambda: bomb(TOO_LARGE), "gzip", "unpacks to more", id="gzip"),
        pytest.param(lambda: gzip.compress(bomb(TOO_LARGE)), "gzip, gzip", "unpacks to more", id="twice"),
        pytest.param(lambda: zlib.compress(bytes(TOO_LARGE)), "deflate", "unpacks to more", id="deflate"),
        pytest.param(lambda: brotli.compress(bytes(TOO_LARGE), quality=1), "br", "unpacks to more", id="br"),
        pytest.param(lambda: zstd.compress(bytes(TOO_LARGE)), "zstd", "unpacks to more", id="zstd"),
        pytest.param(
            lambda: gzip.compress(bytes(LARGEST // 2), 1) * 3, "gzip", "unpacks to more", id="gzip-streams"
        ),
        pytest.param(
            lambda: gzip.compress(b"") * 1_600_000, "gzip", "more than 10000 streams", id="many-gzip"
        ),
        pytest.param(
            lambda: zstd.compress(b"") * 1_600_000, "zstd", "more than 10000 streams", id="many-zstd"
        ),
        pytest.param(lambda: SKIPPED * 1_600_000, "zstd", "more than 10000 streams", id="skipped"),
        pytest.param(lambda: gzip.compress(PAGE), ",".join(["gzip"] * 5), "packed 5 times", id="five-times"),
    ],
)
def test_a_bomb_is_refused_and_kept_as_it_came(pack: Callable[[], bytes], encoding: str, said: str) -> None:
    body = pack()
    with pytest.raises(BombError, match=said):
        unpacked(body, encoding)
    assert decoded(body, encoding) is body


def test_what_is_as_large_as_a_page_may_be_is_none() -> None:
    assert len(unpacked(gzip.compress(bytes(LARGEST), 1), "gzip")) == LARGEST


def test_a_frame_may_not_ask_for_much_memory() -> None:
    packer = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 27})
    wide = packer.compress(NOISE) + packer.flush()
    assert unpacked(wide, "zstd") == wide
