"""Fingerprints of texts: by them a store finds texts that have much in common with another, without reading them.

A text is taken as its letters and digits; a shingle is a run of four of them. MinHash (Broder 1997; `rensa`) keeps the least of
the hashes of a text's shingles for each of 128 permutations; two neighbours are a band, of which 32 are kept. Two texts share a
band with the square of the chance that they share a shingle: of texts inside another one of three times their length they
find 98 in 100, of unrelated ones 3 in 10,000. In a large store that are many, so beside the bands two
bits of each hash are kept (Li and König 2010): they tell how much two texts share without reading them.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from rensa import RMinHash

SHINGLE = 4
"""Characters of a shingle: of a word and a half of Chinese."""
FEWEST_SHINGLES = 60
"""Of a shorter text, what it has in common with another says nothing."""
_MOSTLY_ENOUGH = FEWEST_SHINGLES + 4
"""Few shingles are repeated: so many tell that there are enough, without a look at all."""
BANDS = 32
"""More would find more short texts in long roundups; adding an article would take longer (two hundredths of a millisecond a band).
Stores have texts of when there were forty: the same and eight more, which find and are found as before.
"""
_PERMUTATIONS = 128
_SEED = 1
_PHASES = range(0, 2 * SHINGLE, 2)
"""A shingle is a number of eight bytes, two a character: so all of a text are the numbers that it is read as, once from each of its
first four characters on. To cut a text of 1,450 characters into strings takes eight times as long.
"""
_MIXED = 20
"""The least of many hashes have few bits, all low: the second of a band is laid over the first, twelve bits higher."""
_BANDS = struct.Struct("<" + "i4x" * BANDS)
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
    content = words.encode("utf-16-le", "surrogatepass")
    size = len(content)
    shingles = memoryview(b"".join([content[it : it + (size - it & -8)] for it in _PHASES])).cast("Q")
    are_enough = size == 2 * len(words) and len({*shingles[:_MOSTLY_ENOUGH]}) >= FEWEST_SHINGLES
    if not are_enough and len(shingles_of(words)) < FEWEST_SHINGLES:  # a character of two units is one
        return None
    ends = [0, len(shingles)]
    [least] = RMinHash.digest_matrix_from_flat_token_hashes(shingles, ends, _PERMUTATIONS, _SEED).to_rows()
    packed = struct.pack(f"<{_PERMUTATIONS}I", *least)
    pairs = int.from_bytes(packed[: _BANDS.size], "little")
    bands = _BANDS.unpack((pairs ^ pairs >> _MIXED).to_bytes(_BANDS.size, "little"))
    sketch = int(packed[::4].translate(_QUARTERS), 4)
    return Fingerprint(bands, sketch.to_bytes(_PERMUTATIONS // 4, "big"))


def may_be_alike(one: bytes, other: bytes) -> bool:
    """Whether two texts may have much in common, by their sketches.

    Of texts that share a quarter of their shingles 97 in 100 may, of unrelated ones one in 400.
    """
    differing = int.from_bytes(one, "big") ^ int.from_bytes(other, "big")
    equal = _PERMUTATIONS - ((differing | differing >> 1) & _LOW_BITS).bit_count()
    return equal >= _FEWEST_EQUAL
