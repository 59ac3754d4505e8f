"""Merges what the store says into a file that a person has edited, segment by segment: a pure function of three texts.

`base` is what the exporter wrote last (only fingerprints of it are needed), `ours` the file as it is, `theirs` what the
exporter would write now. What a hand changed, added, moved or took away stays so, to the byte. What only the store
changed is taken over: new items at the end of their day, new days at their place. A segment that both changed
differently is a conflict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from exports.files.edited_file import EditedFile
from exports.files.snapshot import prints_of, section_marks, sections_of, texts_of
from exports.formats.segments import DAY_KEY, FRONT, FRONT_TITLE, Segment, SegmentPrint, is_falling
from newsarchive.storage.collections import Snapshot


@dataclass(frozen=True, slots=True)
class Merged:
    """The text that comes of it, and the segments where both sides said different things: there it has the store's."""

    text: str
    conflicts: tuple[str, ...] = ()


def merge(edited: EditedFile, settled: Snapshot | None = None) -> Merged:
    """Merge three ways. In conflicts in which the store says what it says in `settled`, the hand wins."""
    merging = _Merging(edited, settled)
    merging.run()
    return Merged(merging.text(), tuple(merging.conflicts))


@dataclass(slots=True, eq=False)
class _Piece:
    """A segment of the file that is being made. `known` tells segments that the exporter once wrote from a hand's own."""

    segment: Segment
    raw: str
    gap: str
    known: bool = False


class _Merging:
    """The state of one merge. Segments of the three sides are named by their place in their text."""

    def __init__(self, edited: EditedFile, settled: Snapshot | None) -> None:
        self.grammar, self.which = edited.grammar, edited.by_name
        self.settled = prints_of(settled)
        self.base, self.ours, self.theirs = edited.prints, edited.ours, edited.theirs
        self.base_sections = dict(edited.base.sections) if edited.base else {}
        self.pieces = [_Piece(segment, segment.raw, segment.gap) for segment in self.ours]
        self.file = list(self.pieces)
        self.conflicts: list[str] = []
        self.additions: list[int] = []
        self._find_known()
        self.left_alone = edited.in_place & {*edited.untouched.values()}
        self.rivals: tuple[int, int] | None = None
        self.rivals = self._find_rivals()
        self.untouched = self._find_untouched()

    def run(self) -> None:
        """Take what only the store changed into the pieces of the file."""
        self._take_items()
        self._take_texts()
        self._take_sections()
        self._add()

    def text(self) -> str:
        """The file as it is now."""
        return "".join(piece.raw + piece.gap for piece in self.file)

    def _find_known(self) -> None:
        """The pieces that the exporter once wrote."""
        for place in self.which.base_to_ours.values():
            self.pieces[place].known = True
        for section in sections_of(self.ours):
            texts = self._texts_of(section)
            for place in _equal(texts_of(self.base, section), texts).values():
                texts[place].known = True

    def _find_untouched(self) -> set[str]:
        """Sections that nobody edited, and into which nothing goes that a hand has put elsewhere."""
        marks = section_marks(self.ours)
        same = {section for section, mark in marks.items() if self.base_sections.get(section) == mark}
        for base, theirs in self.which.base_to_theirs.items():
            ours = self.which.base_to_ours.get(base)
            if ours is None:
                same.discard(self.theirs[theirs].section)
            elif self.ours[ours].section != self.theirs[theirs].section and not self._moves(
                base, ours, theirs
            ):
                same -= {self.ours[ours].section, self.theirs[theirs].section}
        for theirs, ours in self.which.new_to_ours.items():
            same -= {self.ours[ours].section, self.theirs[theirs].section}
        return same

    def _find_rivals(self) -> tuple[int, int] | None:
        """The first story of the file and that of the store, where these are two and the one of the file is to stay."""
        mine = next((place for place, it in enumerate(self.ours) if self.grammar.leads(it)), None)
        new = next((place for place, it in enumerate(self.theirs) if self.grammar.leads(it)), None)
        if mine is None or new is None:
            return None
        theirs = self.which.ours_to_theirs.get(mine)
        base = next((at for at, ours in self.which.base_to_ours.items() if ours == mine), None)
        if theirs is None:
            goes = mine in self.left_alone
        else:
            goes = theirs == new or (base is not None and self._moves(base, mine, theirs))
        return None if goes else (mine, new)

    def _moves(self, base: int, ours: int, theirs: int) -> bool:
        """Whether the store moved an item that no hand has touched to another day, or to the first place or from there."""
        written, mine, new = self.base[base], self.ours[ours], self.theirs[theirs]
        if self.grammar.leads(mine) != self.grammar.leads(new):
            return mine.mark == written.mark and not (self.rivals and theirs == self.rivals[1])
        return new.section != written.section and ours in self.left_alone

    # Items.

    def _take_items(self) -> None:
        mine, first = self.rivals or (-1, -1)
        for base, ours in sorted(self.which.base_to_ours.items()):
            theirs = self.which.base_to_theirs.get(base)
            written, segment = self.base[base], self.ours[ours]
            whole = segment.section in self.untouched
            if ours == mine or theirs == first:
                continue
            if theirs is None:
                if not whole and ours in self.left_alone:
                    self._remove(self.pieces[ours])
            elif self._moves(base, ours, theirs):
                if not whole:
                    self._remove(self.pieces[ours])
                if self.theirs[theirs].section not in self.untouched:
                    self.additions.append(theirs)
            elif not whole:
                self._take_words(written, self.pieces[ours], self.theirs[theirs])
        known = set(self.which.base_to_theirs.values())
        for place, segment in enumerate(self.theirs):
            new = segment.kind == "item" and place not in known and place not in self.which.new_to_ours
            if new and place != first and segment.section not in self.untouched:
                self.additions.append(place)
        if self.rivals and not self._is_settled(first):
            self._take_first(mine, first)
        self.additions.sort()

    def _is_settled(self, first: int) -> bool:
        """Whether a hand has seen that the store begins with this story, or has brought it about."""
        now = SegmentPrint.of(self.theirs[first])
        before = (self.base[at] for at, theirs in self.which.base_to_theirs.items() if theirs == first)
        return now in self.settled or any(it.section == now.section for it in before)

    def _take_first(self, mine: int, first: int) -> None:
        """The store's first story in the place of the one that the file has there: that is a hand's to decide."""
        ours_of = {theirs: ours for ours, theirs in self.which.ours_to_theirs.items()}
        self.conflicts.append(_place_name(self.theirs[first]))
        self.pieces[mine].raw = self.theirs[first].raw
        if (place := ours_of.get(first)) is not None and self.ours[place].section not in self.untouched:
            self._remove(self.pieces[place])
        theirs = self.which.ours_to_theirs.get(mine)
        if theirs is not None and self.theirs[theirs].section not in self.untouched:
            self.additions.append(theirs)

    def _take_words(self, written: SegmentPrint, piece: _Piece, theirs: Segment) -> None:
        """The store's words where the hand left its own; both different is a conflict."""
        mark = piece.segment.mark
        if self.grammar.leads(piece.segment) != self.grammar.leads(theirs):
            return  # the one form does not go into the place of the other
        piece.raw = self.grammar.with_facts(piece.raw, theirs.raw)
        if theirs.mark in {written.mark, mark}:
            return
        if mark != written.mark:
            if SegmentPrint.of(theirs) in self.settled:
                return
            if written.section == FRONT and written.key != FRONT_TITLE:
                return  # they follow from the stories, where the new words will be seen
            both = self.grammar.both(written.mark, piece.segment.raw, theirs.raw)
            if both is not None:
                piece.raw = both
                return
            self.conflicts.append(_place_name(theirs))
        number = piece.segment.number
        with_number = self.grammar.numbered(theirs.raw, number) if number is not None else None
        piece.raw = with_number or self.grammar.without_number(theirs.raw)

    # Texts between items: headings, date lines, front matter's fences, leads, footers.

    def _take_texts(self) -> None:
        for section in sections_of(self.ours):
            base = texts_of(self.base, section)
            if section in self.untouched or not base:
                continue
            theirs = texts_of(self.theirs, section)
            if theirs:
                self._merge_texts(section, base, theirs)
            elif [piece.segment.mark for piece in self._of(section)] == [written.mark for written in base]:
                for piece in self._of(section):  # a day without items, and no word of a hand in it
                    self._remove(piece)

    def _merge_texts(self, section: str, base: Sequence[SegmentPrint], theirs: Sequence[Segment]) -> None:
        ours = self._texts_of(section)
        held = _equal(base, ours)
        for first, last, start, end in _changes(base, theirs):
            new = theirs[start:end]
            mine = [ours[held[place]] for place in range(first, last) if place in held]
            if len(mine) == last - first > 0:
                self._replace_texts(mine, new)
            elif first == last:
                self._insert_texts(section, new, ours, held, first)
            elif not mine and len(held) == len(ours):
                continue  # a hand took it away and wrote nothing in its place
            elif not self._says(ours, new) and not self._texts_settled(section, theirs):
                self.conflicts.append(_place_name(new[0]))
                self._insert_texts(section, new, ours, held, last)

    def _replace_texts(self, mine: Sequence[_Piece], new: Sequence[Segment]) -> None:
        for piece, segment in zip(mine, new, strict=False):
            piece.raw = segment.raw
        for piece in mine[len(new) :]:
            self._remove(piece)
        if len(new) > len(mine):
            self._insert(self.file.index(mine[-1]), _pieces(new[len(mine) :]), new[len(mine) - 1].gap)

    def _insert_texts(
        self,
        section: str,
        new: Sequence[Segment],
        ours: Sequence[_Piece],
        held: Mapping[int, int],
        place: int,
    ) -> None:
        if self._says(ours, new):
            return
        before = self._before(new[0])
        anchor = ours[held[place - 1]] if place - 1 in held else None
        if before is not None and before.kind == "item":
            anchor = next((it for it in reversed(self._of(section)) if it.segment.kind == "item"), anchor)
        anchor = anchor or self._of(section)[0]
        gap = before.gap if before else "\n\n"
        self._insert(self._past_notes(self.file.index(anchor)), _pieces(new), gap)

    def _says(self, ours: Sequence[_Piece], new: Sequence[Segment]) -> bool:
        """Whether the file has these texts already."""
        marks = {piece.segment.mark for piece in ours}
        return all(segment.mark in marks for segment in new)

    def _texts_settled(self, section: str, theirs: Sequence[Segment]) -> bool:
        settled = [it.mark for it in texts_of(self.settled, section)]
        return settled == [it.mark for it in theirs]

    # Whole sections that nobody touched.

    def _take_sections(self) -> None:
        for section in sections_of(self.ours):
            if section not in self.untouched:
                continue
            old = self._of(section)
            new = _pieces([it for it in self.theirs if it.section == section])
            if not new:
                for piece in old:
                    self._remove(piece)
                continue
            new[-1].gap = old[-1].gap
            first = self.file.index(old[0])
            self.file[first : first + len(old)] = new

    # What is new.

    def _add(self) -> None:
        """Put new items at the end of their sections, and sections that the file does not have at their places."""
        held = set(sections_of([piece.segment for piece in self.file]))
        fresh: dict[str, list[int]] = {}
        for place in self.additions:
            section = self.theirs[place].section
            home = section if section in held else self._home(section)
            if home is None:
                fresh.setdefault(section, []).append(place)
            else:
                self._append(home, place)
        with_items = {it.section for it in self.theirs if it.kind == "item"}
        empty = set(sections_of(self.theirs)) - with_items - held - self.base_sections.keys()
        for section in sections_of(self.theirs):
            if section in fresh or section in empty:
                self._add_section(section, fresh.get(section, []))

    def _home(self, section: str) -> str | None:
        """The section in which the items of one that a hand renamed now are."""
        if section == FRONT:
            return None
        for base, ours in sorted(self.which.base_to_ours.items(), reverse=True):
            moved_to = self.ours[ours].section
            if self.base[base].section == section and moved_to not in self.base_sections:
                return moved_to
        return None

    def _append(self, section: str, place: int) -> None:
        segment = self.theirs[place]
        members = self._of(section)
        last = next((piece for piece in reversed(members) if piece.segment.kind == "item"), None)
        anchor = last or self._text_before(place, members)
        before = next((it for it in reversed(members) if it.segment.number is not None), None)
        number = (self.grammar.number(before.raw) or 0) + 1 if before else 1
        raw = self.grammar.numbered(segment.raw, number) if segment.number is not None else segment.raw
        if last and not before:  # a hand has taken the numbers away
            raw = self.grammar.without_number(raw)
        piece = _Piece(replace(segment, section=section), raw, segment.gap, known=True)
        self._insert(self._past_notes(self.file.index(anchor)), [piece], self._gap_before(place))

    def _text_before(self, place: int, members: Sequence[_Piece]) -> _Piece:
        """In a section without items: the last of the exporter's texts that stand before the item."""
        marks = {it.mark for it in self.theirs[:place] if it.section == self.theirs[place].section}
        return next((it for it in reversed(members) if it.segment.mark in marks), members[0])

    def _add_section(self, section: str, places: Sequence[int]) -> None:
        if section == FRONT and FRONT in self.base_sections:
            return  # a hand took the front matter away
        members = [place for place, segment in enumerate(self.theirs) if segment.section == section]
        chosen = (place for place in members if place in places or self.theirs[place].kind != "item")
        pieces = _pieces([self.theirs[place] for place in chosen])
        if not pieces:
            return
        numbered = (piece for piece in pieces if piece.segment.number is not None)
        for number, piece in enumerate(numbered, start=1):
            piece.raw = self.grammar.numbered(piece.raw, number)
        gap = self.theirs[members[0] - 1].gap if members[0] else ""
        self._insert(self._place_for(section), pieces, gap)

    def _place_for(self, section: str) -> int:
        """After which piece a new section goes.

        Days go by the calendar, or against it if those of the file do, others after what they follow in theirs.
        """
        if section == FRONT:
            return -1
        sections = sections_of([piece.segment for piece in self.file])
        earlier: list[str] = []
        if DAY_KEY.match(section):
            days = [it for it in sections if DAY_KEY.match(it)]
            order = days if len(days) > 1 else [it for it in sections_of(self.theirs) if DAY_KEY.match(it)]
            newest_first = is_falling(order)
            earlier = [it for it in days if (it > section if newest_first else it < section)]
            if not earlier and days:
                return self.file.index(self._of(days[0])[0]) - 1
        if not earlier:
            order = sections_of(self.theirs)
            earlier = [it for it in order[: order.index(section)] if it in sections]
        return self.file.index(self._of(earlier[-1])[-1]) if earlier else len(self.file) - 1

    # The file.

    def _of(self, section: str) -> list[_Piece]:
        return [piece for piece in self.file if piece.segment.section == section]

    def _texts_of(self, section: str) -> list[_Piece]:
        return [piece for piece in self._of(section) if piece.segment.kind != "item"]

    def _before(self, segment: Segment) -> Segment | None:
        place = next(place for place, it in enumerate(self.theirs) if it is segment)
        return self.theirs[place - 1] if place else None

    def _gap_before(self, place: int) -> str:
        """The blank lines that the exporter puts between an item and the one before it."""
        segment = self.theirs[place]
        before = self.theirs[place - 1] if place else None
        following = self.theirs[place + 1] if place + 1 < len(self.theirs) else None
        if before and before.kind != "item" and following and following.kind == "item":
            return segment.gap if following.section == segment.section else before.gap
        return before.gap if before else "\n\n"

    def _past_notes(self, place: int) -> int:
        """The last of the notes that a hand has put after a piece of the same section."""
        section = self.file[place].segment.section
        while place + 1 < len(self.file):
            piece = self.file[place + 1]
            if piece.known or piece.segment.section != section or piece.segment.kind == "heading":
                break
            place += 1
        return place

    def _insert(self, place: int, pieces: list[_Piece], gap: str) -> None:
        """Put pieces after one, `gap` before them; the gap that was there comes after them."""
        before = self.file[place] if place >= 0 else None
        if before and before.raw:
            before.gap, pieces[-1].gap = gap, before.gap
        elif gap and place + 1 < len(self.file):
            pieces[-1].gap = gap
        self.file[place + 1 : place + 1] = pieces

    def _remove(self, piece: _Piece) -> None:
        """Take a piece out; the last of a section leaves the blank lines that end it."""
        place = self.file.index(piece)
        following = self.file[place + 1] if place + 1 < len(self.file) else None
        if place and (following is None or following.segment.section != piece.segment.section):
            self.file[place - 1].gap = piece.gap
        del self.file[place]


def _pieces(segments: Sequence[Segment]) -> list[_Piece]:
    return [_Piece(segment, segment.raw, segment.gap, known=True) for segment in segments]


def _changes(base: Sequence[SegmentPrint], theirs: Sequence[Segment]) -> Iterator[tuple[int, int, int, int]]:
    """Where the store says other texts than before: from and to which place there, and here. As many for as many go one by one."""
    matcher = SequenceMatcher(None, [it.mark for it in base], [it.mark for it in theirs], autojunk=False)
    for code, first, last, start, end in matcher.get_opcodes():
        if code == "replace" and last - first == end - start:
            yield from ((first + n, first + n + 1, start + n, start + n + 1) for n in range(last - first))
        elif code != "equal":
            yield first, last, start, end


def _equal(base: Sequence[SegmentPrint], ours: Sequence[_Piece]) -> dict[int, int]:
    """Which text of the file is which of the base: those that are the same, in the same order."""
    matcher = SequenceMatcher(
        None, [it.mark for it in base], [it.segment.mark for it in ours], autojunk=False
    )
    blocks = matcher.get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}


def _place_name(segment: Segment) -> str:
    return " ".join(it for it in (segment.section, segment.key) if it) or segment.raw[:40]
