"""Undo what a server did to a body on its way (`Content-Encoding`), within a size that a hostile page cannot exceed."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped, unused-ignore]

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LARGEST = 256 * 1024 * 1024
"""Bytes. The largest page of the three sites is under 10 MB; more is a compression bomb."""


def decoded(body: bytes, content_encoding: str) -> bytes:
    """The body without its encodings, the last one applied undone first.

    A body that was cut short gives what there is. One that is not what its header says (some servers send it plain),
    has an unknown encoding, or grows beyond `LARGEST` is returned as it came.
    """
    names = [name.strip().lower() for name in content_encoding.split(",") if name.strip()]
    result = body
    for name in reversed(names):
        decoder = _DECODERS.get(name)
        if decoder is None:
            return body
        try:
            result = decoder(result)
        except (zlib.error, brotli.error, zstd.ZstdError, _TooLargeError):
            return body
    return result


class _TooLargeError(Exception):
    pass


def _checked(data: bytes) -> bytes:
    if len(data) > LARGEST:
        raise _TooLargeError
    return data


def _gunzip(data: bytes) -> bytes:
    decoder = zlib.decompressobj(16 + zlib.MAX_WBITS)
    result = _checked(decoder.decompress(data, LARGEST + 1))
    while decoder.unused_data.startswith(b"\x1f\x8b"):
        data = decoder.unused_data
        decoder = zlib.decompressobj(16 + zlib.MAX_WBITS)
        result = _checked(result + decoder.decompress(data, LARGEST + 1))
    return result


def _inflate(data: bytes) -> bytes:
    try:
        return _checked(zlib.decompressobj().decompress(data, LARGEST + 1))
    except zlib.error:
        # Some servers leave out the zlib header that the standard asks for.
        return _checked(zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, LARGEST + 1))


def _unbrotli(data: bytes) -> bytes:
    decoder = brotli.Decompressor()
    result: bytes = decoder.process(data, output_buffer_limit=LARGEST + 1)
    return _checked(result)


def _unzstd(data: bytes) -> bytes:
    result = b""
    while data:
        decoder = zstd.ZstdDecompressor()
        result = _checked(result + decoder.decompress(data, LARGEST + 1))
        data = decoder.unused_data
    return result


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
    "identity": bytes,
}
