"""Fingerprints of texts: by them a store finds texts that have much in common with another, without reading them.

A text is taken as its letters and digits; a shingle is a run of four of them. MinHash (Broder 1997; `rensa`) keeps the least of
the hashes of a text's shingles for each of 128 permutations; two neighbours are a band. Two texts share a band with the square
of the chance that they share a shingle: of a text that is a quarter of another one, 64 bands find 98 in 100, of unrelated
texts (one shingle in 300) one in a thousand.
"""

from __future__ import annotations

import re
import struct
from zlib import crc32

from rensa import RMinHash

SHINGLE = 4
"""Characters of a shingle: of a word and a half of Chinese."""
FEWEST_SHINGLES = 60
"""Of a shorter text, what it has in common with another says nothing."""
BANDS = 64
_PERMUTATIONS = 2 * BANDS
_SEED = 1
_LEAST = -(2**31)
_NOT_WORDS = re.compile(r"[\W_]+")


def words_of(text: str) -> str:
    """The letters and digits of a text, in small letters: what marks, blanks and widths cannot change."""
    return _NOT_WORDS.sub("", text).casefold()


def shingles_of(words: str) -> frozenset[str]:
    """All runs of four characters; empty for fewer characters."""
    return frozenset(words[start : start + SHINGLE] for start in range(len(words) - SHINGLE + 1))


def bands_of(shingles: frozenset[str]) -> tuple[int, ...]:
    """The bands of a text by its shingles, signed numbers of 32 bits; none for a text of too few.

    They are kept in stores: the same shingles have to give the same bands for ever.
    """
    if len(shingles) < FEWEST_SHINGLES:
        return ()
    sketch = RMinHash(_PERMUTATIONS, _SEED)
    sketch.update(shingles)
    least = sketch.digest()
    return tuple(
        crc32(struct.pack("<III", band, least[2 * band], least[2 * band + 1])) + _LEAST
        for band in range(BANDS)
    )
