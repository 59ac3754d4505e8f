"""Which words are a later state of which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import SequenceMatcher

_ALIKE = 0.6
"""From which share of same signs on, words are taken for the same ones that a hand has changed."""
_LONGEST = 300
"""Signs that are compared: of long texts all would take seconds."""


def most_alike(
    ones: Mapping[int, str], others: Mapping[int, str], may_be: Callable[[int, int], bool] = lambda *_: True
) -> dict[int, int]:
    """Texts by their places, each with the one that is most alike, if it is at all and `may_be` says that it may be the same."""
    likeness = {
        (at, to): SequenceMatcher(None, one[:_LONGEST], other[:_LONGEST], autojunk=False).ratio()
        for at, one in ones.items()
        for to, other in others.items()
        if may_be(at, to)
    }
    found: dict[int, int] = {}
    for one, other in sorted(likeness, key=lambda pair: -likeness[pair]):
        if likeness[one, other] >= _ALIKE and one not in found and other not in found.values():
            found[one] = other
    return found
