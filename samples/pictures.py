"""Pictures drawn from a name: small valid PNG and baseline JPEG files, the same bytes for the same name and size.

The name of a picture's file carries what is needed to draw it, 16 hexadecimal digits of its name's hash and its width
and height with 4 each, so the server needs no list of pictures.
"""

from __future__ import annotations

import struct
import zlib

from samples.ids import digest
from samples.markup import Picture


def stamp(picture: Picture) -> str:
    """The 24 hexadecimal digits that stand for a picture in its URL."""
    return f"{digest(picture.name, size=8).hex()}{picture.width:04x}{picture.height:04x}"


def draw(digits: str, kind: str, longest_width: int | None = None) -> bytes:
    """The picture of a stamp as `png` or `jpg`, made smaller where it is wider than `longest_width`."""
    seed, width, height = digits[:16], int(digits[16:20], 16) or 1, int(digits[20:24], 16) or 1
    if longest_width and width > longest_width:
        width, height = longest_width, max(1, height * longest_width // width)
    tiles = digest(seed, "tiles", size=64)
    return png(width, height, tiles) if kind == "png" else jpeg(width, height, tiles)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, tiles: bytes) -> bytes:
    """A greyscale PNG of 8 by 8 tiles."""
    rows = []
    for line in range(8):
        row = b"".join(bytes([tiles[line * 8 + x * 8 // width]]) for x in range(width))
        rows.append(b"\0" + row)
    data = b"".join(rows[y * 8 // height] for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(data, 9))
        + _chunk(b"IEND", b"")
    )


_ONES = bytes([1] * 64)
_HUFFMAN_DC = bytes([0, 0, 0, 12] + [0] * 12) + bytes(range(12))
_HUFFMAN_AC = bytes([1] + [0] * 15) + b"\0"


def _segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def jpeg(width: int, height: int, tiles: bytes) -> bytes:
    """A greyscale baseline JPEG of 8 by 8 tiles: only the DC value of each block, in Huffman codes of 4 bits."""
    across, down = -(-width // 8), -(-height // 8)
    bits: list[str] = []
    last = 0
    for y in range(down):
        for x in range(across):
            value = (tiles[y * 8 // down * 8 + x * 8 // across] - 128) * 8
            bits.append(_dc(value - last))
            last = value
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    scan = int(text, 2).to_bytes(len(text) // 8, "big").replace(b"\xff", b"\xff\0")
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
            _segment(0xDB, b"\0" + _ONES),
            _segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"),
            _segment(0xC4, b"\0" + _HUFFMAN_DC),
            _segment(0xC4, b"\x10" + _HUFFMAN_AC),
            _segment(0xDA, b"\1\1\0\0\x3f\0"),
            scan,
            b"\xff\xd9",
        )
    )


def _dc(difference: int) -> str:
    """A block: the size of the difference (4 bits), the difference, and the end-of-block code (one bit)."""
    size = abs(difference).bit_length()
    low = difference if difference > 0 else difference + (1 << size) - 1
    return f"{size:04b}{low:0{size}b}0" if size else "00000"
