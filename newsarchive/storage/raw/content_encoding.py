"""Undo what a server did to a body on its way (`Content-Encoding`), within a size that a hostile page cannot exceed."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from typing import Any

import brotli  # type: ignore[import-untyped, unused-ignore]

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LARGEST = 24 * 1024 * 1024
"""Bytes. The largest page of the three sites is under 10 MB; more is a compression bomb."""
MOST_STREAMS = 10_000
"""Streams of one body, one behind the other. Real ones are single; a million empty ones fit in what may be sent."""
MOST_ENCODINGS = 4
"""Encodings of one body, one over the other."""
PIECE = 16 * 1024
"""Bytes that are fed at once: what a decoder leaves of them is fed again, so the whole stays linear in its length."""
_GZIP = (b"\x1f\x8b",)
_ZSTD = (b"\x28\xb5\x2f\xfd", *(bytes((low, 0x2A, 0x4D, 0x18)) for low in range(0x50, 0x60)))
_ZSTD_WINDOW: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 23}
"""8 MiB, what an HTTP client has to support (RFC 9659); a frame could ask for gigabytes."""


class BombError(ValueError):
    """A body that unpacks to more than `LARGEST`, or in more streams or layers than any page does."""


def unpacked(body: bytes, content_encoding: str) -> bytes:
    """The body without its encodings, the last one applied undone first. Raises BombError.

    A body that was cut short gives what there is. One that is not what its header says (some servers send it plain) or
    has an unknown encoding is returned as it came.
    """
    names = [name.strip().lower() for name in content_encoding.split(",") if name.strip()]
    if not all(name in _DECODERS for name in names):
        return body
    if len(names) > MOST_ENCODINGS:
        raise BombError(f"packed {len(names)} times")
    result = body
    for name in reversed(names):
        try:
            result = _DECODERS[name](result)
        except (zlib.error, brotli.error, zstd.ZstdError):
            return body
    return result


def decoded(body: bytes, content_encoding: str) -> bytes:
    """As `unpacked`, but what is a bomb is returned as it came too."""
    try:
        return unpacked(body, content_encoding)
    except BombError:
        return body


def _streams(data: bytes, decoder: Callable[[], Any], beginnings: tuple[bytes, ...] = ()) -> bytes:
    """Undo a stream and those that follow it, as long as what follows begins like one.

    `decoder` makes what undoes one stream: zlib's and zstd's have the same attributes and method.
    """
    view, position, room = memoryview(data), 0, LARGEST
    parts: list[bytes] = []
    for _ in range(MOST_STREAMS):
        stream = decoder()
        while not stream.eof:
            piece = view[position : position + PIECE]
            if not piece:
                return b"".join(parts)
            part: bytes = stream.decompress(piece, room + 1)
            room -= len(part)
            if room < 0:
                raise BombError(f"unpacks to more than {LARGEST} bytes")
            parts.append(part)
            position += len(piece)
        position -= len(stream.unused_data)
        if not bytes(view[position : position + 4]).startswith(beginnings or b"\0" * 5):
            return b"".join(parts)
    raise BombError(f"packed in more than {MOST_STREAMS} streams")


def _gunzip(data: bytes) -> bytes:
    return _streams(data, lambda: zlib.decompressobj(16 + zlib.MAX_WBITS), _GZIP)


def _inflate(data: bytes) -> bytes:
    try:
        return _streams(data, zlib.decompressobj)
    except zlib.error:
        # Some servers leave out the zlib header that the standard asks for.
        return _streams(data, lambda: zlib.decompressobj(-zlib.MAX_WBITS))


def _unbrotli(data: bytes) -> bytes:
    result: bytes = brotli.Decompressor().process(data, output_buffer_limit=LARGEST + 1)
    if len(result) > LARGEST:
        raise BombError(f"unpacks to more than {LARGEST} bytes")
    return result


def _unzstd(data: bytes) -> bytes:
    return _streams(data, lambda: zstd.ZstdDecompressor(options=_ZSTD_WINDOW), _ZSTD)


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
    "identity": bytes,
}
