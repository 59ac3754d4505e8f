"""Fingerprints of texts: by them a store finds texts that have much in common with another, without reading them.

A text is taken as its letters and digits; a shingle is a run of four of them. MinHash (Broder 1997; `rensa`) keeps the least of
the hashes of a text's shingles for each of 128 permutations; two neighbours are a band, of which 40 are kept. Two texts share a
band with the square of the chance that they share a shingle: of texts inside another one of three times their length they
find 99 in 100, of unrelated ones 4 in 10,000. In a large store that are many, so beside the bands two
bits of each hash are kept (Li and König 2010): they tell how much two texts share without reading them.
"""

from __future__ import annotations

import struct
from operator import itemgetter
from typing import NamedTuple
from zlib import crc32

from rensa import RMinHash

SHINGLE = 4
"""Characters of a shingle: of a word and a half of Chinese."""
FEWEST_SHINGLES = 60
"""Of a shorter text, what it has in common with another says nothing."""
_MOSTLY_ENOUGH = FEWEST_SHINGLES + 4
"""The first shingles of a text are hardly ever repeated: so many tell that there are enough, in half the time of all."""
BANDS = 40
"""More would find more short texts in long roundups; adding an article would take longer (a hundredth of a millisecond a band)."""
_PERMUTATIONS = 128
_SEED = 1
_AT_ONCE = 128
_SHINGLES = itemgetter(*[slice(start, start + SHINGLE) for start in range(_AT_ONCE)])
"""The first shingles of a text; beyond its end, shorter ones. So many at once take two thirds of the time of all in a list."""
_LEAST = -(2**31)
_STARTS = tuple(crc32(struct.pack("<I", band)) for band in range(BANDS))
"""So that the same hashes give another number in each band."""
_PAIRS = struct.Struct("8s" * BANDS).unpack_from
_QUARTERS = bytes(b"0123"[byte & 3] for byte in range(256))
"""The last two bits of a byte as a digit."""
_LOW_BITS = int("01" * _PERMUTATIONS, 2)
_FEWEST_EQUAL = 46
"""Of 128 pairs of bits; by chance 32 are equal, of texts that share a quarter of their shingles 56."""


def shingles_of(words: str) -> frozenset[str]:
    """All runs of four characters; empty for fewer characters."""
    return frozenset(words[start : start + SHINGLE] for start in range(len(words) - SHINGLE + 1))


class Fingerprint(NamedTuple):
    """What a store keeps of a text: `bands`, signed numbers of 32 bits, and the `sketch`, two bits a permutation."""

    bands: tuple[int, ...]
    sketch: bytes


def fingerprint_of(words: str) -> Fingerprint | None:
    """The fingerprint of a text by its words; none for a text of too few shingles.

    The same words have to give the same for ever: stores are full of them.
    """
    last = max(0, len(words) - SHINGLE + 1)
    shingles = _SHINGLES(words)[:last]
    if len({*shingles[:_MOSTLY_ENOUGH]}) < FEWEST_SHINGLES and len(shingles_of(words)) < FEWEST_SHINGLES:
        return None
    minhash = RMinHash(_PERMUTATIONS, _SEED)
    minhash.update(shingles)
    for start in range(_AT_ONCE, last, _AT_ONCE):
        # Repeated ones change nothing.
        minhash.update(_SHINGLES(words[start : start + _AT_ONCE + SHINGLE - 1])[: last - start])
    least = minhash.digest()
    packed = struct.pack(f"<{_PERMUTATIONS}I", *least)
    bands = tuple([crc32(pair, start) + _LEAST for pair, start in zip(_PAIRS(packed), _STARTS, strict=True)])
    sketch = int(packed[::4].translate(_QUARTERS), 4)
    return Fingerprint(bands, sketch.to_bytes(_PERMUTATIONS // 4, "big"))


def may_be_alike(one: bytes, other: bytes) -> bool:
    """Whether two texts may have much in common, by their sketches.

    Of texts that share a quarter of their shingles 97 in 100 may, of unrelated ones one in 400.
    """
    differing = int.from_bytes(one, "big") ^ int.from_bytes(other, "big")
    equal = _PERMUTATIONS - ((differing | differing >> 1) & _LOW_BITS).bit_count()
    return equal >= _FEWEST_EQUAL
