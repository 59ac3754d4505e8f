"""What is remembered of an edited file once its edits are in the store, and what of it could not go there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from exports.files.matching import (
    alike_pairs,
    pairs_of,
    sections_of,
    texts_of,
    unpaired,
)
from exports.files.snapshot import Snapshot, section_marks, sha256, snapshot_of
from exports.formats.items import Item, Reading, same_words
from exports.formats.segments import FRONT, THE_TITLE, Segment, SegmentPrint, quoted


def new_base(
    base: Snapshot | None, ours: Sequence[Segment], text: str, again: Sequence[Segment], *, news: bool
) -> Snapshot:
    """What the next merge into an edited file starts from: `again`, the store's text (`text`) after the edits went in.

    Parts that no hand has touched are remembered as they stand in the file, and stories that it does not have yet are
    not remembered, so that what the store says of them still comes. With `news` it comes with the next export, else
    with the next change.
    """
    if base is None:
        return _first_base(ours, again)
    prints = [*_items_of_base(base, ours, again)]
    for section in sections_of(again):
        prints = _with_texts_of(prints, section, base, ours)
    now, sections = section_marks(ours), section_marks(again)
    same = {name: mark for name, mark in base.sections.items() if now.get(name) == mark and name in sections}
    return Snapshot("" if news else sha256(text.encode()), tuple(prints), sections | same)


def _first_base(ours: Sequence[Segment], again: Sequence[Segment]) -> Snapshot:
    """Of a file of which nothing is known: days that it does not have are still to come."""
    whole = snapshot_of(again)
    held = {FRONT, "", *sections_of(ours)}
    prints = tuple(it for it in whole.prints if it.section in held)
    if len(prints) == len(whole.prints):
        return whole
    return Snapshot("", prints, {name: mark for name, mark in whole.sections.items() if name in held})


def _items_of_base(
    base: Snapshot, ours: Sequence[Segment], again: Sequence[Segment]
) -> Iterator[SegmentPrint]:
    old = [it for it in base.prints if it.kind == "item"]
    mine = [it for it in ours if it.kind == "item"]
    new = [place for place, it in enumerate(again) if it.kind == "item"]
    held = _pairs(old, mine)
    stored = pairs_of(range(len(old)), old, new, again)
    old_of = {place: number for number, place in stored.items()}
    free = unpaired(range(len(mine)), held)
    fresh = [place for place in new if place not in old_of]
    mine_of = pairs_of(fresh, again, free, mine)
    left = unpaired(free, mine_of)
    mine_of |= alike_pairs([place for place in fresh if place not in mine_of], again, left, mine)
    for place, part in enumerate(again):
        segment = SegmentPrint.of(part)
        if part.kind != "item":
            yield segment
            continue
        number = old_of.get(place)
        if number is None:
            if place in mine_of:
                yield segment
        elif number in held and mine[held[number]].mark == old[number].mark:
            yield replace(segment, mark=old[number].mark)
        else:
            yield segment
    for number, was in enumerate(old):
        if number not in stored and number in held and mine[held[number]].mark == was.mark:
            yield was  # taken out of the store: it goes from the file too


def _pairs(left: Sequence[SegmentPrint], right: Sequence[Segment]) -> dict[int, int]:
    return pairs_of(range(len(left)), left, range(len(right)), right)


def _with_texts_of(
    prints: list[SegmentPrint], section: str, base: Snapshot, ours: Sequence[Segment]
) -> list[SegmentPrint]:
    """The texts of a section as they stand in the file, where no hand has touched them."""
    old = [base.prints[place].mark for place in texts_of(base.prints, section)]
    places = texts_of(prints, section)
    mine = {ours[place].mark for place in texts_of(ours, section)}
    matcher = SequenceMatcher(None, old, [prints[place].mark for place in places], autojunk=False)
    for code, first, last, start, end in matcher.get_opcodes():
        if code == "replace" and last - first == end - start:
            for mark, place in zip(old[first:last], places[start:end], strict=True):
                if mark in mine:
                    prints[place] = replace(prints[place], mark=mark)
    return prints


def remainder(
    base: Snapshot | None, ours: Sequence[Segment], again: Sequence[Segment], reading: Reading
) -> list[str]:
    """What a hand has typed or changed in a file that a new file of the same store would not have, a line each."""
    written = {it.mark for it in base.prints} if base else set()
    lines = list(_stories_that_stay(ours, again, reading, written))
    known = {it.mark for it in again} | written
    for part in ours:
        if part.section == FRONT and part.kind == "item" and part.mark not in known:
            lines.append(f"front matter, {part.key.removeprefix('field ')}")
        elif (
            part.kind == "item"
            and part.section != FRONT
            and not reading.is_story(part)
            and part.mark not in known
        ):
            lines.append(
                f"{'title' if part.key == THE_TITLE else 'a line among the sources'}: {quoted(part.raw)}"
            )
        elif part.kind != "item" and part.mark not in known and part.raw.strip():
            lines.append(f"{'heading' if part.kind == 'heading' else 'text'}: {quoted(part.raw)}")
    mine = {it.mark for it in ours}
    lost = [it for it in again if it.kind != "item" and it.mark in written - mine and it.raw.strip()]
    return [*lines, *(f"taken out: {quoted(it.raw)}" for it in lost)]


def _stories_that_stay(
    ours: Sequence[Segment], again: Sequence[Segment], reading: Reading, written: Collection[str]
) -> Iterator[str]:
    mine, new = reading.told_in(ours), reading.told_in(again)
    pairs = pairs_of(range(len(mine)), [it.part for it in mine], range(len(new)), [it.part for it in new])
    for place, told in enumerate(mine):
        if place not in pairs:
            yield f"all of: {told.name}"
        elif told.part.mark in written:
            continue  # as it was written; what another file says of it comes with the next export
        elif different := list(_differences(told, new[pairs[place]], reading)):
            yield f"{', '.join(different)} of: {told.name}"
    places = [pairs[place] for place in sorted(pairs)]
    if places != sorted(places):
        yield "the order of its items"


def _differences(ours: Item, again: Item, reading: Reading) -> Iterator[str]:
    if ours.part.mark == again.part.mark:
        return
    if reading.format == "digest":
        if ours.rest != again.rest:
            yield "what is around the text" if ours.words == again.words else "words"
        elif reading.guard(reading.undo(ours.part.raw)) != ours.part.raw:
            yield "signs that the tool takes for its own"
        return
    if ours.title and ours.title != again.title:
        yield "title"
    if not same_words(ours.words, again.words):
        yield "words"
    if ours.rest != again.rest or ours.url != again.url:
        yield "lines around the words"
    if reading.guard(reading.undo(ours.part.raw)) != ours.part.raw:
        yield "signs that the tool takes for its own"
