"""A text as it is searched: without differences that nobody means. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from newsarchive.parsing.text import one_line

_WIDTHS = {
    wide: wide - 0xFEE0
    for first, last in (("０", "９"), ("Ａ", "Ｚ"), ("ａ", "ｚ"))
    for wide in range(ord(first), ord(last) + 1)
}
"""Full-width letters and digits. Marks stay as they are: `，` is Chinese, `,` stands in numbers."""


def folded(text: str) -> str:
    """A text on one line (white space and line breaks one blank, nothing invisible), its letters in small ones, none full-width."""
    return one_line(text).translate(_WIDTHS).casefold()


def hits_of(line: str, words: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where folded words stand in a line, each from where to where, in their order; those that touch or overlap are one."""
    small = [one.translate(_WIDTHS).casefold() for one in line]
    places = [place for place, one in enumerate(small) for _ in one]
    whole = "".join(small)
    found: list[tuple[int, int]] = []
    for start, end in sorted(it for word in words for it in _occurrences(whole, word)):
        first, last = places[start], places[end - 1] + 1
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def _occurrences(text: str, word: str) -> Iterator[tuple[int, int]]:
    start = text.find(word)
    while start >= 0:
        yield start, start + len(word)
        start = text.find(word, start + len(word))
