"""A file that hands may have edited, between what was last written to it and what the store says now."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from math import inf
from operator import itemgetter
from typing import TypeVar

from exports.content.entry import UNLINKED
from exports.files.matching import ItemOf, Matching
from exports.files.snapshot import prints_of
from exports.formats.fingerprints import Told, apart
from exports.formats.segments import DAY_KEY, WORDS, Grammar, Segment, SegmentPrint, joined
from newsarchive.storage.collections import Snapshot

_Either = TypeVar("_Either", Segment, SegmentPrint)


@dataclass(frozen=True)
class EditedFile:
    """`base` is what was last written, if that is known, `ours` the file as it is, `theirs` what would be written now.

    Items are named by their places in these three. `item_of` reads an item, in formats where a hand may give a story
    another link.
    """

    grammar: Grammar
    base: Snapshot | None
    ours: Sequence[Segment]
    theirs: Sequence[Segment]
    item_of: ItemOf = lambda _: None

    @classmethod
    def of(
        cls, grammar: Grammar, base: Snapshot | None, text: str, written: str, links: Sequence[str] = ()
    ) -> EditedFile:
        """The file with this `text`; `written`, in which the stories have these links, gets its line ends."""
        if "\r\n" in text:
            written = written.replace("\n", "\r\n")
        return cls(grammar, base, grammar.split(text), with_links(grammar, written, links))

    def now(self, written: str, links: Sequence[str]) -> EditedFile:
        """The file, where this text would be written now."""
        same = written == joined(self.theirs)
        return self if same else replace(self, theirs=with_links(self.grammar, written, links))

    @cached_property
    def prints(self) -> Sequence[SegmentPrint]:
        """What is known of the segments that were last written."""
        return prints_of(self.base)

    @property
    def before(self) -> Sequence[Segment] | Sequence[SegmentPrint]:
        """What the file is compared with: what was last written, if that is known."""
        return self.prints if self.base else self.theirs

    @cached_property
    def by_name(self) -> Matching:
        """Which item is which for certain."""
        which = Matching.by_name(_items(self.prints), _items(self.ours), _items(self.theirs))
        return which.with_linked(_links(self.prints), _links(self.ours), _links(self.theirs))

    @cached_property
    def matching(self) -> Matching:
        """Which item is which, also where a hand has changed what names it."""
        return self.by_name.with_renamed(_items(self.ours), _items(self.theirs), self.item_of)

    @cached_property
    def stories(self) -> Matching:
        """Which story is which."""
        which, ours, theirs = self.matching, self._stories_of(self.ours), self._stories_of(self.theirs)
        return Matching(
            {at: to for at, to in which.base_to_ours.items() if to in ours},
            {at: to for at, to in which.base_to_theirs.items() if to in theirs},
            {at: to for at, to in which.new_to_ours.items() if to in ours},
        )

    def _stories_of(self, segments: Sequence[Segment]) -> set[int]:
        return {place for place, it in enumerate(segments) if self.grammar.is_story(it)}

    @property
    def missing(self) -> list[Segment]:
        """The stories of the store that were in the file, if that is known, and are not."""
        if self.base is None:
            gone = self._stories_of(self.theirs) - self.stories.new_to_ours.keys()
        else:
            gone = {
                to for at, to in self.stories.base_to_theirs.items() if at not in self.stories.base_to_ours
            }
        return [self.theirs[place] for place in sorted(gone)]

    def telling(self, now: Mapping[int, str], agreed: Collection[int] = ()) -> dict[int, str]:
        """What is to be remembered of the stories of the store, of which `now` is told this.

        Where the file says something else of one, that is what was told when file and store last agreed on it. They do
        where they say the same, and on what is `agreed` (by the places in the file).
        """
        base_of = self.matching.theirs_to_base
        ours_of = {theirs: ours for ours, theirs in self.matching.ours_to_theirs.items()}
        found: dict[int, str] = {}
        for place, told in now.items():
            ours, at = ours_of.get(place), base_of.get(place)
            same = ours is not None and (ours in agreed or self.ours[ours].mark == self.theirs[place].mark)
            if same or self.base is None or (ours is None and at is None):
                found[place] = told
            else:
                found[place] = apart((self.prints[at].told or told) if at is not None else Told().kept)
        return found

    @cached_property
    def in_place(self) -> set[int]:
        """The items of the file that no hand has moved: they stand in the same order as before to all others of their section."""
        found: set[int] = set()
        by_section: dict[str, list[tuple[int, int]]] = {}
        for base, ours in self.by_name.base_to_ours.items():
            if self.ours[ours].section == self.prints[base].section:
                by_section.setdefault(self.ours[ours].section, []).append((ours, base))
        for pairs in by_section.values():
            pairs.sort()
            order = [base for _, base in pairs]
            highest = [-1, *accumulate(order, max)]
            lowest = [*accumulate(reversed(order), min)][::-1]
            found |= {
                ours for place, (ours, base) in enumerate(pairs) if highest[place] < base == lowest[place]
            }
        return found

    @property
    def put_elsewhere(self) -> Mapping[int, str]:
        """The items that the store has put under another day and no hand has moved, by their places in base, with the day of the file."""
        which = self.matching
        return {
            at: day
            for at, to in which.base_to_theirs.items()
            if which.base_to_ours.get(at) in self.in_place
            and DAY_KEY.match(day := self.prints[at].section)
            and self.theirs[to].section != day
        }

    @cached_property
    def to_come(self) -> set[int]:
        """The items of the store that neither the file has nor what was last written."""
        which = self.matching
        items = {place for place, it in enumerate(self.theirs) if it.kind == "item"}
        return items - {*which.base_to_theirs.values(), *which.new_to_ours}

    def where_they_stand(self, now: Sequence[SegmentPrint], *, merged: bool = False) -> list[SegmentPrint]:
        """What is to be remembered of the store's segments: items where the file has them, and none that are still to come.

        With those that the store has no more: else a hand would have put them there. Once the news are `merged` these are its
        own, also where it has only moved them: then they count as reworded, so that no later export takes them away.
        """
        which, base_of = self.matching, self.matching.theirs_to_base
        elsewhere, left = ({}, self.untouched) if merged else (self.put_elsewhere, {})
        gone = which.base_to_ours.keys() - which.base_to_theirs.keys()
        back = {
            at: replace(it, mark="") if at in left else it for at, it in enumerate(self.prints) if at in gone
        }
        found: list[tuple[float, SegmentPrint]] = []
        for place, it in enumerate(now):
            at = base_of.get(place)
            if at is not None and at in elsewhere:
                back[at] = replace(it, section=elsewhere[at])
            elif place not in self.to_come:
                found.append((at if at is not None else inf if it.kind == "item" else -1, it))
        for at, it in sorted(back.items(), key=itemgetter(0)):
            later = (n for n, (other, one) in enumerate(found) if one.section == it.section and other > at)
            found.insert(next(later, len(found)), (at, it))
        return [it for _, it in found]

    @property
    def untouched(self) -> Mapping[int, int]:
        """The items of the file that say what was written, by their places in base."""
        return {
            at: to
            for at, to in self.by_name.base_to_ours.items()
            if self.ours[to].mark == self.prints[at].mark
        }

    @property
    def ticked(self) -> Mapping[int, int]:
        """The items of the file in which a hand has changed a box alone, by their places in base."""
        return {
            at: to
            for at, to in self.by_name.base_to_ours.items()
            if self.grammar.only_ticked(self.prints[at].mark, self.ours[to].raw)
        }

    @property
    def moved(self) -> set[int]:
        """The stories of the file that a hand put elsewhere within their section: as few as may be."""
        sections: dict[str, list[tuple[int, int]]] = {}
        for base, ours in self.stories.base_to_ours.items():
            sections.setdefault(self.ours[ours].section, []).append((ours, base))
        found: set[int] = set()
        for pairs in sections.values():
            kept = set(_longest_rising([base for _, base in sorted(pairs)]))
            found |= {ours for ours, base in pairs if base not in kept}
        return found


def with_links(grammar: Grammar, written: str, links: Sequence[str]) -> list[Segment]:
    """The segments of a text of the store, whose stories have these links (as keys), also where the text does not say them."""
    segments = grammar.split(written)
    places = [place for place, it in enumerate(segments) if grammar.is_story(it)]
    for place, link in zip(places, links, strict=True) if len(places) == len(links) else ():
        if segments[place].key.startswith(WORDS) and not link.startswith(UNLINKED):
            segments[place] = replace(segments[place], link=link)
    return segments


def _items(segments: Sequence[_Either]) -> dict[int, _Either]:
    return {place: it for place, it in enumerate(segments) if it.kind == "item"}


def _links(segments: Sequence[_Either]) -> dict[int, str]:
    return {place: it.link for place, it in enumerate(segments) if it.link}


def _longest_rising(numbers: Sequence[int]) -> list[int]:
    """The longest row of rising numbers that can be taken out of different ones in their order."""
    ends: list[int] = []
    rows: list[list[int]] = []
    for number in numbers:
        place = bisect_left(ends, number)
        row = [*(rows[place - 1] if place else []), number]
        ends[place : place + 1] = [number]
        rows[place : place + 1] = [row]
    return rows[-1] if rows else []
