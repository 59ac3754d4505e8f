"""The stories of an edited file: what the hand says of them, what the store says, and what it has of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from exports.build import BuiltPage
from exports.content.entry import Entry
from exports.files.edited_file import EditedFile
from exports.formats.format import Dialect
from exports.formats.items import Item
from exports.formats.segments import DAY_KEY, FRONT, FRONT_TITLE, THE_TITLE, Segment, SegmentPrint
from exports.request import ExportRequest
from newsarchive.storage.collections import Edition


@dataclass(frozen=True)
class EditedStories:
    """The stories of `file`, by their places: `ours` is what it says of them, `made` the page that the store makes of them.

    `taken` are fingerprints of items that were typed and are in the store already.
    """

    file: EditedFile
    ours: Mapping[int, Item]
    wanted: ExportRequest
    made: BuiltPage | None
    taken: frozenset[str] = frozenset()

    @cached_property
    def dialect(self) -> Dialect:
        """How the file is written and read."""
        return self.wanted.dialect

    @cached_property
    def theirs(self) -> Mapping[int, Item]:
        """What would be written of the stories that the store has."""
        return stories_in(self.file.theirs, self.dialect)

    @cached_property
    def entries(self) -> Mapping[int, Entry]:
        """The stories of the store, by their places in what would be written."""
        return dict(zip(self.theirs, self.made.entries if self.made else (), strict=False))

    @property
    def edition(self) -> Edition | None:
        """The imported file that this one repeats."""
        return self.made.edition if self.made else None

    @property
    def clear(self) -> bool:
        """Whether what the store would write can be told apart into its stories."""
        return len(self.theirs) == len(self.made.entries if self.made else ())

    def day_of(self, item: Item) -> date | None:
        """The day that the place of a story says; None where the file has stories of several days."""
        if self.dialect.of.by_day:
            match = DAY_KEY.match(item.segment.section)
            return date.fromisoformat(match[0]) if match else None
        return self.wanted.day

    def with_titles(self, item: Item) -> Item:
        """A story with its title only where a hand changed it: in a file of one article that is a segment of its own."""
        if self.dialect.unit != "article" or self.file.base is None:
            return item
        marks = {it.mark for it in self.file.prints} | self.taken
        edited = {it.key for it in self.file.ours if it.mark not in marks}
        title = item.title if THE_TITLE in edited else ""
        return replace(item, title=title, front=item.front if FRONT_TITLE in edited else "")

    @property
    def has_news(self) -> bool:
        """Whether the store has what is not in the file and no hand has decided on."""
        file, which = self.file, self.file.stories
        known = {*which.base_to_theirs.values(), *which.new_to_ours}
        return file.base is not None and (
            len(known) < len(self.theirs)
            or bool(_fields(file.theirs) - _fields(file.prints))
            or any(
                at not in which.base_to_theirs
                or file.theirs[which.base_to_theirs[at]].mark != file.prints[at].mark
                for at in (file.untouched.keys() | file.ticked.keys()) & which.base_to_ours.keys()
            )
        )

    def says_otherwise(self, one: Mapping[int, Item], other: Mapping[int, Item]) -> bool:
        """Whether stories that no hand has touched in the file are not the same in two states of the store."""
        untouched = {it.mark for it in self.file.prints} & {it.segment.mark for it in self.ours.values()}
        marks = {it.segment.key: it.segment.mark for it in other.values()}
        return any(
            it.segment.mark in untouched and marks.get(it.segment.key, it.segment.mark) != it.segment.mark
            for it in one.values()
        )


def _fields(segments: Sequence[Segment | SegmentPrint]) -> set[str]:
    """The fields of a front matter."""
    return {it.key for it in segments if it.section == FRONT and it.kind == "item"}


def stories_in(segments: Sequence[Segment], dialect: Dialect) -> dict[int, Item]:
    """What a text says of its stories, by their places in it."""
    places = [place for place, it in enumerate(segments) if dialect.grammar.is_story(it)]
    return dict(zip(places, dialect.items(segments), strict=True))


def moved_between(files: Sequence[EditedStories]) -> tuple[dict[str, Entry], dict[str, date]]:
    """The stories that hands cut out of one file and put into another of another day: what they were, and that day."""
    gone: dict[str, Entry] = {}
    days: dict[str, date] = {}
    for stories in files:
        file, which = stories.file, stories.file.stories
        if file.base is None:
            continue
        for at, theirs in which.base_to_theirs.items():
            if at not in which.base_to_ours:
                gone.setdefault(file.prints[at].key, stories.entries[theirs])
        known = set(which.base_to_ours.values())
        for ours, item in stories.ours.items():
            if ours not in known and (day := stories.day_of(item)):
                days.setdefault(item.segment.key, day)
    landed = {key: day for key, day in days.items() if key in gone and gone[key].pick.day != day}
    return {key: gone[key] for key in landed}, landed
