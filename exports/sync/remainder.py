"""What is remembered of an edited file once its edits are in the store, and what of it could not go there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from exports.files.edited_file import EditedFile
from exports.files.snapshot import prints_of, section_marks, sections_of, snapshot, snapshot_of, texts_of
from exports.formats.items import is_draft_mark
from exports.formats.segments import FRONT, THE_TITLE, Segment, SegmentPrint, quoted
from exports.sync.edited_stories import EditedStories
from newsarchive.storage.collections import Snapshot

ELSEWHERE = " (others have typed something else of it since)"
"""Says why an edit stays in its file."""


def new_base(
    file: EditedFile, told: Mapping[int, str], behind: Collection[int] = (), *, news: bool
) -> Snapshot:
    """What the next merge into an edited file starts from: what the store says (`theirs`) after the edits went in.

    Segments that no hand has touched are remembered as they stand in the file, and stories that it does not have yet are
    not remembered, so that what the store says of them still comes. With `news` it comes with the next export, else
    with the next change. `told` is what to remember of the store's stories, by their places, `behind` are
    those of the file that only lack what the store says.
    """
    whole = snapshot_of(file.theirs, told)
    if file.base is None:
        return _first_base(file.ours, whole)
    prints = file.where_they_stand([*_as_it_stands(file, prints_of(whole), behind)])
    for section in sections_of(file.theirs):
        prints = _with_texts_of(prints, section, file)
    now = section_marks(file.ours)
    sections = dict(whole.sections)
    same = {name: mark for name, mark in file.base.sections if now.get(name) == mark and name in sections}
    return snapshot("" if news or file.put_elsewhere else whole.sha256, prints, sections | same)


def _first_base(ours: Sequence[Segment], whole: Snapshot) -> Snapshot:
    """Of a file of which nothing is known: days that it does not have are still to come."""
    held = {FRONT, "", *sections_of(ours)}
    prints = [it for it in prints_of(whole) if it.section in held]
    if len(prints) == len(prints_of(whole)):
        return whole
    return snapshot("", prints, {name: mark for name, mark in whole.sections if name in held})


def _as_it_stands(
    file: EditedFile, now: Sequence[SegmentPrint], behind: Collection[int]
) -> Iterator[SegmentPrint]:
    """The store's segments, by the name and mark of the file where that only lacks what the store says."""
    which = file.matching
    ours_of = {which.ours_to_theirs[place]: place for place in behind}
    for at, ours in {**file.ticked, **file.untouched}.items():
        if at in which.base_to_theirs:
            ours_of[which.base_to_theirs[at]] = ours
    for place, it in enumerate(now):
        mine = file.ours[ours_of[place]] if place in ours_of else it
        yield replace(it, key=mine.key, mark=mine.mark)


def _with_texts_of(prints: list[SegmentPrint], section: str, file: EditedFile) -> list[SegmentPrint]:
    """The texts of a section as they stand in the file, where no hand has touched them."""
    old = [it.mark for it in texts_of(file.prints, section)]
    mine = {it.mark for it in texts_of(file.ours, section)}
    places = [at for at, it in enumerate(prints) if it.section == section and it.kind != "item"]
    matcher = SequenceMatcher(None, old, [prints[place].mark for place in places], autojunk=False)
    for code, first, last, start, end in matcher.get_opcodes():
        if code == "replace" and last - first == end - start:
            for mark, place in zip(old[first:last], places[start:end], strict=True):
                if mark in mine:
                    prints[place] = replace(prints[place], mark=mark)
    return prints


def remainder(
    stories: EditedStories, behind: Collection[int] = (), elsewhere: Collection[int] = ()
) -> list[str]:
    """What a hand has typed or changed in a file that a new file of the same store would not have, a line each.

    Nothing of those that are `behind`; of what others have typed `elsewhere` (places of the store's stories) it is said so.
    """
    file = stories.file
    written = {it.mark for it in file.prints}
    known = written | {it.mark for it in file.theirs}
    own = [
        it
        for it in file.ours
        if it.mark not in known and it.raw.strip() and not (file.grammar.is_story(it) or is_draft_mark(it))
    ]
    mine = {it.mark for it in file.ours}
    lost = [it for it in file.theirs if it.kind != "item" and it.mark in written - mine and it.raw.strip()]
    return [
        *_stories_that_stay(stories, written, behind, elsewhere),
        *map(_named, own),
        *(f"taken out: {quoted(it.raw)}" for it in lost),
    ]


def _named(segment: Segment) -> str:
    """What is no story, by what it is."""
    if segment.kind != "item":
        return f"{segment.kind}: {quoted(segment.raw)}"
    if segment.section == FRONT:
        return f"front matter, {segment.key.removeprefix('field ')}"
    return f"{'title' if segment.key == THE_TITLE else 'a line among the sources'}: {quoted(segment.raw)}"


def _stories_that_stay(
    stories: EditedStories, written: Collection[str], behind: Collection[int], elsewhere: Collection[int]
) -> Iterator[str]:
    file, of = stories.file, stories.dialect.of
    which, theirs = file.stories, file.stories.ours_to_theirs
    for at, place in which.base_to_theirs.items():
        if at not in which.base_to_ours:
            yield f"taken out: {stories.entries[place].name}{ELSEWHERE if place in elsewhere else ''}"
    for place, item in stories.ours.items():
        if place not in theirs:
            yield f"all of: {item.name}"
            continue
        expected = stories.theirs[theirs[place]]
        if place in behind or item.segment.mark in {*written, expected.segment.mark}:
            continue  # as it was written; what another file says of it comes with the next export
        if different := of.differences(item, expected, stories.dialect):
            why = ELSEWHERE if theirs[place] in elsewhere else ""
            yield f"{', '.join(different)} of: {item.name}{why}"
    places = [theirs[place] for place in sorted(theirs)]
    if places != sorted(places):
        yield "the order of its items"
