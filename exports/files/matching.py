"""Which item of one text is which of another. `EditedFile` asks it, nobody else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from exports.formats.items import Item, most_alike
from exports.formats.segments import WORDS, Segment, SegmentPrint

Items: TypeAlias = Mapping[int, Segment]
"""Items by their places in a text."""
ItemOf: TypeAlias = Callable[[Segment], Item | None]
"""What the file says with an item, in formats where that may tell which it is."""
Named: TypeAlias = Mapping[int, Segment] | Mapping[int, SegmentPrint]
"""The same, where only names and fingerprints may be known."""
_Either = TypeVar("_Either", Segment, SegmentPrint)


@dataclass(frozen=True, slots=True)
class Matching:
    """Which item is which on three sides, by their places; `new_to_ours` has those of theirs that base does not have."""

    base_to_ours: Mapping[int, int]
    base_to_theirs: Mapping[int, int]
    new_to_ours: Mapping[int, int]

    @classmethod
    def by_name(cls, base: Named, ours: Items, theirs: Items) -> Matching:
        """Of the same name."""
        to_ours, to_theirs = _pairs(base, ours), _pairs(base, theirs)
        return cls(to_ours, to_theirs, _pairs(_without(theirs, to_theirs), _without(ours, to_ours)))

    @property
    def theirs_to_base(self) -> dict[int, int]:
        """Which item of base one of theirs is."""
        return {theirs: at for at, theirs in self.base_to_theirs.items()}

    @property
    def ours_to_theirs(self) -> dict[int, int]:
        """Which item of theirs one of ours is."""
        both = self.base_to_ours.keys() & self.base_to_theirs.keys()
        known = {self.base_to_ours[at]: self.base_to_theirs[at] for at in both}
        return known | {ours: theirs for theirs, ours in self.new_to_ours.items()}

    def with_linked(
        self, base: Mapping[int, str], ours: Mapping[int, str], theirs: Mapping[int, str]
    ) -> Matching:
        """Also of the same link, which some items have beside their names (by their places).

        Where a side has named one anew, nothing else tells that it is the same. Files of earlier versions remember no link.
        """
        new = self.new_to_ours
        to_ours = {
            **self.base_to_ours,
            **_linked(base, ours, self.base_to_ours, {*self.base_to_ours.values(), *new.values()}),
        }
        known = {at: ours[to] for at, to in to_ours.items() if to in ours} | dict(base)
        to_theirs = {
            **self.base_to_theirs,
            **_linked(known, theirs, self.base_to_theirs, {*self.base_to_theirs.values(), *new}),
        }
        more = _linked(theirs, ours, {*to_theirs.values(), *new}, {*to_ours.values(), *new.values()})
        return Matching(to_ours, to_theirs, {**new, **more})

    def with_renamed(self, ours: Items, theirs: Items, item_of: ItemOf) -> Matching:
        """Also where a hand has changed what names an item.

        One without a link is named by its words: it is the one that is most alike, unless the links beside their names tell both
        apart. One with another link says the same in the same section; but where the store's story has a link that was not in
        the file, that is another story.
        """
        free = _without(_without(ours, self.base_to_ours), self.new_to_ours)
        gone = {at: theirs[to] for at, to in self.base_to_theirs.items() if at not in self.base_to_ours}
        left = _without(theirs, self.base_to_theirs)
        new = {at: it for at, it in left.items() if at not in self.new_to_ours}
        to_ours = _alike(gone, free)
        to_ours |= _saying_the_same(gone, free, to_ours, item_of, relinked=True)
        free = _without(free, to_ours)
        to_new = _alike(new, free)
        to_new |= _saying_the_same(new, free, to_new, item_of, relinked=False)
        return Matching({**self.base_to_ours, **to_ours}, self.base_to_theirs, {**self.new_to_ours, **to_new})


def _pairs(left: Named, right: Named) -> dict[int, int]:
    """By section and key, then by key alone; in order of place."""
    found: dict[int, int] = {}
    for exact in (True, False):
        taken = set(found.values())
        waiting: dict[tuple[str, str], list[int]] = {}
        for place, it in right.items():
            if place not in taken:
                waiting.setdefault((it.section if exact else "", it.key), []).append(place)
        for place, it in left.items():
            candidates = waiting.get((it.section if exact else "", it.key))
            if place not in found and candidates:
                found[place] = candidates.pop(0)
    return found


def _linked(
    left: Mapping[int, str], right: Mapping[int, str], known: Collection[int], taken: Collection[int]
) -> dict[int, int]:
    """Of the same link, but for those that are `known` already, or `taken`."""
    free = {link: place for place, link in right.items() if place not in taken}
    return {place: free.pop(link) for place, link in left.items() if place not in known and link in free}


def _without(items: Mapping[int, _Either], pairs: Mapping[int, int]) -> dict[int, _Either]:
    """The items that no pair leads to."""
    taken = set(pairs.values())
    return {place: it for place, it in items.items() if place not in taken}


def _alike(left: Items, right: Items) -> dict[int, int]:
    """Items that are named by words, each with the one that is most alike and has no other link."""
    ones, others = (
        {at: it.body or it.raw for at, it in side.items() if it.key.startswith(WORDS)}
        for side in (left, right)
    )

    def may_be(at: int, to: int) -> bool:
        one, other = left[at].link, right[to].link
        return one == other or not (one and other)

    return most_alike(ones, others, may_be)


def _saying_the_same(
    theirs: Items, ours: Items, pairs: Mapping[int, int], item_of: ItemOf, *, relinked: bool
) -> dict[int, int]:
    """Items with the same words in the same section, to which a hand gave a link or, if `relinked`, another one."""
    waiting: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for place, segment in _without(ours, pairs).items() if theirs else ():
        if item := item_of(segment):
            waiting.setdefault((segment.section, item.words), []).append((place, item.url))
    found: dict[int, int] = {}
    for place, segment in theirs.items() if waiting else ():
        item = None if place in pairs else item_of(segment)
        same = waiting.get((segment.section, item.words), []) if item and item.words else []
        if item and same and (not item.url or (relinked and same[0][1])):
            found[place] = same.pop(0)[0]
    return found
