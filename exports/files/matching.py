"""Which part of one text is which of another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from exports.formats.segments import WORDS, Segment, SegmentPrint

_ALIKE = 0.6
"""From which share of same signs on, two such items are taken for the same."""


def pairs_of(
    left: Sequence[int],
    left_parts: Sequence[SegmentPrint | Segment],
    right: Sequence[int],
    right_parts: Sequence[SegmentPrint | Segment],
) -> dict[int, int]:
    """Which item on the left is which on the right: by section and key, then by key alone; in order of place.

    `left` and `right` are places in the parts: those that take part.
    """
    found: dict[int, int] = {}
    taken: set[int] = set()
    for exact in (True, False):
        waiting: dict[tuple[str, str], list[int]] = {}
        for place in right:
            if place not in taken:
                part = right_parts[place]
                waiting.setdefault((part.section if exact else "", part.key), []).append(place)
        for place in left:
            part = left_parts[place]
            candidates = waiting.get((part.section if exact else "", part.key))
            if place not in found and candidates:
                found[place] = candidates.pop(0)
                taken.add(found[place])
    return found


def unpaired(places: Iterable[int], pairs: Mapping[int, int]) -> list[int]:
    """The places that no pair leads to, in their order."""
    paired = set(pairs.values())
    return [place for place in places if place not in paired]


def alike_pairs(
    left: Iterable[int], left_parts: Sequence[Segment], right: Iterable[int], right_parts: Sequence[Segment]
) -> dict[int, int]:
    """Which item without a link is which, where a hand has changed the words that name it: the one that is most alike."""
    ones = [place for place in left if left_parts[place].key.startswith(WORDS)]
    others = [place for place in right if right_parts[place].key.startswith(WORDS)]
    likeness = {
        (one, other): _likeness(left_parts[one], right_parts[other]) for one in ones for other in others
    }
    found: dict[int, int] = {}
    for one, other in sorted(likeness, key=lambda pair: -likeness[pair]):
        if likeness[one, other] >= _ALIKE and one not in found and other not in found.values():
            found[one] = other
    return found


def _likeness(one: Segment, other: Segment) -> float:
    return SequenceMatcher(None, one.body or one.raw, other.body or other.raw, autojunk=False).ratio()


def sections_of(parts: Sequence[Segment]) -> list[str]:
    """The sections of a text in their order."""
    return list(dict.fromkeys(part.section for part in parts))


def texts_of(parts: Sequence[SegmentPrint | Segment], section: str) -> list[int]:
    """The places of what is no item in a section."""
    return [place for place, part in enumerate(parts) if part.section == section and part.kind != "item"]


def equal_pairs(left: Sequence[SegmentPrint], right: Sequence[Segment]) -> Iterator[tuple[int, int]]:
    """Texts that are the same on both sides, in the same order."""
    matcher = SequenceMatcher(None, [it.mark for it in left], [it.mark for it in right], autojunk=False)
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            yield block.a + step, block.b + step
