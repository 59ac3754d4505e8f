"""The stories of an edited file: what the hand says of them, what the store says, and what it has of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple, TypeAlias

from exports.build import BuiltPage
from exports.content.entry import Entry
from exports.files.edited_file import EditedFile
from exports.files.snapshot import prints_of
from exports.formats.fingerprints import Own, Told, apart, is_apart, own_of, with_words_of
from exports.formats.format import Dialect
from exports.formats.items import Item
from exports.formats.segments import (
    DAY_KEY,
    FRONT,
    FRONT_TITLE,
    THE_ARTICLE,
    THE_TITLE,
    WORDS,
    Segment,
    SegmentPrint,
    key_of_url,
)
from exports.request import ExportRequest
from newsarchive.records.pick import Pick
from newsarchive.storage.collections import EXPORTED_FILES, Edition
from newsarchive.storage.contract import DocumentStore

Typed: TypeAlias = set[tuple[date, str, Own]]
"""What hands have typed of stories, by their days and picks, in files that are taken together: those remember it at the end."""


@dataclass(frozen=True)
class EditedStories:
    """The stories of `file`, by their places: `ours` is what it says of them, `made` the page that the store makes of them.

    `taken` are fingerprints of items that were typed and are in the store already. `offered` is what the store said where
    a hand had to decide, and has: its words go in the place of those.
    """

    file: EditedFile
    ours: Mapping[int, Item]
    wanted: ExportRequest
    made: BuiltPage | None
    taken: frozenset[str] = frozenset()
    offered: frozenset[SegmentPrint] = frozenset()

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
    def told(self) -> Mapping[int, str]:
        """What is told of the stories that the store has, by their places in what would be written."""
        if self.edition or not self.clear:
            return {}
        return {place: Told.of(it, own_of(self.entries[place])).kept for place, it in self.theirs.items()}

    def telling(self, agreed: Mapping[int, SegmentPrint | None]) -> Mapping[int, str]:
        """What to remember of the store's stories, by their places, when the edits of some are in the store."""
        told = self.file.telling(self.told, agreed)
        for ours, written in agreed.items():
            place, before = (
                self.file.stories.ours_to_theirs.get(ours),
                Told.read(written.told if written else ""),
            )
            now = Told.read(told.get(place, "")) if place is not None else None
            if before and now and place is not None and (kept := before.agreed(self.ours[ours], now)) != now:
                told[place] = apart(kept.kept)
        return told

    def typed(self, agreed: Collection[int]) -> Typed:
        """What hands have typed of the stories whose edits are in the store."""
        places = (self.file.stories.ours_to_theirs.get(ours) for ours in agreed)
        entries = [self.entries[place] for place in places if place is not None]
        return {(it.pick.day, it.pick.url, own_of(it)) for it in entries}

    def typed_elsewhere(self, told: Mapping[int, str], agreed: Collection[int]) -> set[int]:
        """The store's stories of which this is `told`, by their places, where other hands have typed what the file does not say."""
        taken = {self.file.stories.ours_to_theirs.get(ours) for ours in agreed}
        return {
            place
            for place, kept in told.items()
            if place not in taken
            and is_apart(kept)
            and (it := Told.read(kept))
            and it.typed_since(self.entries[place])
        }

    def edited(self, known: Entry, item: Item, says: Item, written: SegmentPrint | None) -> tuple[Pick, bool]:
        """The pick of a story with what the hand changed of it, and whether that is all of it.

        The store `says` the story so; `written` is what is remembered of it. What other hands have typed since is not
        written over: there the edit stays in its file.
        """
        told = self._told(known, says, written)
        if told:
            item = told.without_older(item, says)
        for less in (item, with_words_of(item, says), replace(item, title=says.title, front="")):
            pick = self.dialect.of.edit(known, less, says, self.dialect)
            if told is None or not told.written_over(known, pick, says):
                return pick, less is item
        return known.pick, False

    def _told(self, known: Entry, says: Item, written: SegmentPrint | None) -> Told | None:
        """What the file told of a story; None where the hand may write over all that the store has."""
        if self.file.base is None:
            return None  # it is taken as it stands
        if written is None:
            return None if known.pick.state == "rejected" else Told()
        since = SegmentPrint.of(says.segment)
        if written.mark != since.mark and since in self.offered:
            return None
        # Files of earlier versions tell nothing.
        return Told.read(written.told) or (Told() if written.mark != since.mark else None)

    def behind(self, agreed: Mapping[int, SegmentPrint | None], before: EditedStories) -> set[int]:
        """Of the stories whose edits are in the store those in which all else is only older than what that says.

        Also where others had put them first, or from there, `before` these edits.
        """
        found = set()
        for ours, written in agreed.items():
            theirs, told = (
                self.file.stories.ours_to_theirs.get(ours),
                Told.read(written.told if written else ""),
            )
            if told and theirs is not None:
                item, says = self.ours[ours], self.theirs[theirs]
                otherwise = written is not None and before.put_in_another_form(ours, written)
                if otherwise:
                    new = self.dialect.of.expected(self.entries[theirs], item.segment, self.dialect)
                    says = replace(item, title=new.title, words=new.words)
                newer = told.without_older(item, says)
                differs = self.dialect.of.differences(newer, says, self.dialect)
                if (newer != item or otherwise) and not differs:
                    found.add(ours)
        return found

    def put_in_another_form(self, ours: int, written: SegmentPrint) -> bool:
        """Whether the store has put a story first since it was `written`, or another one in its place."""
        place, leads = self.file.stories.ours_to_theirs.get(ours), self.dialect.grammar.leads
        now = self.file.theirs[place] if place is not None else None
        return (
            now is not None and now.section != written.section and leads(self.file.ours[ours]) != leads(now)
        )

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


async def was_typed_elsewhere(
    store: DocumentStore, entry: Entry, written: SegmentPrint, typed: Typed
) -> bool:
    """Whether another file has what other hands have typed of a story since."""
    told = Told.read(written.told)
    if told is None or not told.typed_since(entry):
        return False
    own = own_of(entry)
    if (entry.pick.day, entry.pick.url, own) in typed:
        return True
    names = {key_of_url(entry.pick.url), entry.pick.identity, THE_ARTICLE}
    files = (await store.documents(EXPORTED_FILES)).values()
    there = (
        Told.read(it.told)
        for file in files
        for it in prints_of(file.written)
        if (name := it.link or it.key) in names or name.startswith(WORDS)
    )
    return any(it is not None and it.own == own for it in there)


def _fields(segments: Sequence[Segment | SegmentPrint]) -> set[str]:
    """The fields of a front matter."""
    return {it.key for it in segments if it.section == FRONT and it.kind == "item"}


def stories_in(segments: Sequence[Segment], dialect: Dialect) -> dict[int, Item]:
    """What a text says of its stories, by their places in it."""
    places = [place for place, it in enumerate(segments) if dialect.grammar.is_story(it)]
    return dict(zip(places, dialect.items(segments), strict=True))


class Mover(NamedTuple):
    """A story that a hand cut out of a file: what the store has of it, and what is remembered of it there."""

    entry: Entry
    written: SegmentPrint


def moved_between(files: Sequence[EditedStories]) -> tuple[dict[str, Mover], dict[str, date]]:
    """The stories that hands cut out of one file and put into another of another day: what they were, and that day."""
    gone: dict[str, Mover] = {}
    days: dict[str, date] = {}
    for stories in files:
        file, which = stories.file, stories.file.stories
        if file.base is None:
            continue
        for at, theirs in which.base_to_theirs.items():
            if at not in which.base_to_ours:
                written = file.prints[at]
                gone.setdefault(written.key, Mover(stories.entries[theirs], written))
        known = set(which.base_to_ours.values())
        for ours, item in stories.ours.items():
            if ours not in known and (day := stories.day_of(item)):
                days.setdefault(item.segment.key, day)
    landed = {key: day for key, day in days.items() if key in gone and gone[key].entry.pick.day != day}
    return {key: gone[key] for key in landed}, landed
