"""A text as it is searched: without differences that nobody means. Pure.

Each character becomes what it does whatever stands beside it, so a piece of a text is a piece of the folded text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_INVISIBLE = "[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe0e\ufe0f\ufeff\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]"
"""Also what joins emoji or chooses their form: 👨‍👩‍👧 is three people."""
_NOT_SEEN = re.compile(_INVISIBLE)
_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]")
"""Marks stay as they are: `，` is Chinese, `,` stands in numbers."""
_WIDER = ord("Ａ") - ord("A")


def folded(text: str) -> str:
    """A text on one line (white space and line breaks one blank, nothing invisible), its letters in small ones, none full-width."""
    seen = " ".join(_NOT_SEEN.sub("", text).split())
    return _WIDE.sub(lambda it: chr(ord(it[0]) - _WIDER), seen).casefold()


def hits_of(line: str, words: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where folded words stand in a line, each from where to where, in their order; those that touch or overlap are one."""
    whole = folded(line)
    places: Sequence[int] = range(len(line))
    if len(whole) != len(line) or _NOT_SEEN.search(line):
        whole, places = _one_by_one(line)
    found: list[tuple[int, int]] = []
    for start, end in sorted(it for word in words for it in _occurrences(whole, word)):
        first, last = places[start], places[end - 1] + 1
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def _one_by_one(line: str) -> tuple[str, list[int]]:
    """A line folded, and of which character each of the folded ones is."""
    whole = ""
    places: list[int] = []
    for place, character in enumerate(line):
        small = folded(character) or (" " if character.isspace() and not whole.endswith(" ") else "")
        whole += small
        places += [place] * len(small)
    return whole, places


def _occurrences(text: str, word: str) -> Iterator[tuple[int, int]]:
    start = text.find(word)
    while start >= 0:
        yield start, start + len(word)
        start = text.find(word, start + len(word))
