"""Makes the picks of the store what an edited file says: additions, order, days, words; what was deleted is rejected."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from pathlib import Path

from exports.build import BuiltPage, ExportRequest
from exports.content.entry import Entry, entry_of
from exports.content.wording import item_title
from exports.files.matching import alike_pairs, pairs_of, unpaired
from exports.files.snapshot import Snapshot
from exports.formats.digest import UNLINKED
from exports.formats.items import FRONT_TITLE, Item, Reading, same_title
from exports.formats.layout import load_layout, save_layout
from exports.formats.segments import DAY_KEY, THE_TITLE, Segment, SegmentPrint, fingerprint, key_of_url
from exports.sync.pick_edits import Rewording, expected
from exports.targets import TARGETS
from newsarchive import sites
from newsarchive.editorial.days import finish_days
from newsarchive.editorial.picks import in_order, numbered
from newsarchive.editorial.selection import basis_of, chosen_day
from newsarchive.markdown.escape import single_line
from newsarchive.markdown.links import links_in
from newsarchive.parsing.urls import is_web_address
from newsarchive.records.pick import Pick
from newsarchive.storage.collections import Edition
from newsarchive.storage.contract import Store


@dataclass(frozen=True, slots=True)
class Sides:
    """An edited file: what was last written of it (`base`), what it says now (`ours`), what the store says (`theirs`).

    `parts` is all of the file; `theirs` are the stories of `made` in the order of its entries, and `text` is the file that
    would be written of them. `taken` are fingerprints of items that were typed and are in the store already.
    """

    wanted: ExportRequest
    reading: Reading
    base: Snapshot | None
    parts: Sequence[Segment]
    ours: Sequence[Item]
    theirs: Sequence[Item]
    made: BuiltPage | None
    text: str
    taken: frozenset[str] = frozenset()

    @property
    def entries(self) -> Sequence[Entry]:
        """The stories of the store."""
        return self.made.entries if self.made else ()

    @property
    def edition(self) -> Edition | None:
        """The imported file that this one repeats."""
        return self.made.edition if self.made else None

    @property
    def clear(self) -> bool:
        """Whether what the store would write can be told apart into its stories."""
        return len(self.theirs) == len(self.entries)

    @property
    def prints(self) -> list[SegmentPrint]:
        """The stories that were last written."""
        found = self.base.prints if self.base else ()
        return [it for it in found if it.kind == "item" and self.reading.is_story(it)]

    def day_of(self, told: Item) -> date | None:
        """The day that the place of a story says; None where the file has stories of several days."""
        if self.reading.format == "digest":
            match = DAY_KEY.match(told.part.section)
            return date.fromisoformat(match[0]) if match else None
        return self.wanted.day

    def with_titles(self, told: Item) -> Item:
        """A story with its title only where a hand changed it: in a file of one article that is a part of its own."""
        if self.reading.unit != "article" or self.base is None:
            return told
        marks = {it.mark for it in self.base.prints} | self.taken
        edited = {it.key for it in self.parts if it.mark not in marks}
        title = told.title if THE_TITLE in edited else ""
        return replace(told, title=title, front=told.front if FRONT_TITLE in edited else "")


@dataclass(slots=True)
class Matching:
    """Which story is which on the three sides, by their places."""

    held: dict[int, int]
    stored: dict[int, int]
    fresh: dict[int, int]

    @classmethod
    def of(cls, sides: Sides) -> Matching:
        """By key; items without a link whose words were changed by what is alike."""
        base, ours, theirs = sides.prints, [it.part for it in sides.ours], [it.part for it in sides.theirs]
        held = pairs_of(range(len(base)), base, range(len(ours)), ours)
        stored = pairs_of(range(len(base)), base, range(len(theirs)), theirs)
        free = unpaired(range(len(ours)), held)
        gone = [place for place in stored if place not in held]
        like = alike_pairs([stored[place] for place in gone], theirs, free, ours)
        held |= {place: like[stored[place]] for place in gone if stored[place] in like}
        held |= _linked_anew(sides, held, stored, unpaired(free, held))
        free = unpaired(free, held)
        new = unpaired(range(len(theirs)), stored)
        fresh = pairs_of(free, ours, new, theirs)
        left = unpaired(new, fresh)
        like = alike_pairs(left, theirs, [place for place in free if place not in fresh], ours)
        fresh |= {place: number for number, place in like.items()}
        return cls(held, stored, fresh)

    def missing(self, sides: Sides) -> list[Segment]:
        """The stories of the store that were in the file, if that is known, and are not."""
        gone = [theirs for base, theirs in self.stored.items() if base not in self.held]
        if sides.base is None:
            gone = sorted(set(range(len(sides.theirs))) - set(self.fresh.values()))
        return [sides.theirs[place].part for place in gone]

    def moved(self, sides: Sides) -> set[int]:
        """The places in the file of the items that a hand put elsewhere within their section: as few as may be."""
        sections: dict[str, list[tuple[int, int]]] = {}
        for base, ours in self.held.items():
            sections.setdefault(sides.ours[ours].part.section, []).append((ours, base))
        found: set[int] = set()
        for pairs in sections.values():
            in_file = [base for _, base in sorted(pairs)]
            kept = set(_longest_rising(in_file))
            found |= {ours for ours, base in pairs if base not in kept}
        return found


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


def _linked_anew(
    sides: Sides, held: Mapping[int, int], stored: Mapping[int, int], free: Sequence[int]
) -> dict[int, int]:
    """Items of a digest whose link a hand has changed: they say the same under the same day."""
    if sides.reading.format != "digest":
        return {}
    waiting: dict[tuple[str, str], list[int]] = {}
    for place in free:
        told = sides.ours[place]
        if told.url:
            waiting.setdefault((told.part.section, told.words), []).append(place)
    found = {}
    for base, theirs in stored.items():
        told = sides.theirs[theirs]
        places = (
            waiting.get((sides.prints[base].section, told.words)) if base not in held and told.words else None
        )
        if places:
            found[base] = places.pop(0)
    return found


@dataclass(slots=True)
class SyncReport:
    """What was taken back from one file: counts, and a line for each thing that `stays` in the file alone.

    `changed` names stories whose source says something else since the hand wrote of them. Of a file of which nothing was
    known, `done` are its days, which are done now.
    `refused` says, to follow the file's name, why nothing was taken of a file that is damaged; one that was exported and
    is not there any more is `missing`.
    """

    path: Path
    edited: bool
    texts: int = 0
    added: int = 0
    rejected: int = 0
    moved: int = 0
    stays: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    done: list[date] = field(default_factory=list)
    refused: str = ""
    missing: bool = False


@dataclass(frozen=True, slots=True)
class _Item:
    """A story as it stands in the file: what names it in the store, and the pick that a hand has made of it, if it has."""

    url: str
    pick: Pick | None = None


@dataclass(slots=True)
class EditApplier:
    """One file on its way into the store.

    `movers` are stories that were cut out of other files, by key; `landed` are keys that were put into another file,
    with the day. `items` are the stories of the file by day, `standing` those that no hand has touched.
    """

    store: Store
    sides: Sides
    result: SyncReport
    movers: Mapping[str, Entry]
    landed: Mapping[str, date]
    items: dict[date, list[_Item]] = field(default_factory=dict)
    changed: set[date] = field(default_factory=set)
    reordered: set[date] = field(default_factory=set)
    standing: set[tuple[date, str]] = field(default_factory=set)
    more_links: list[tuple[str, ...]] = field(default_factory=list)
    consumed: set[tuple[date, str]] = field(default_factory=set)
    put_aside: list[Pick] = field(default_factory=list)

    async def run(self) -> None:
        """Read what the hand changed, and make the picks so."""
        sides = self.sides
        matching = Matching.of(sides)
        base_of = {place: number for number, place in matching.held.items()}
        moved = matching.moved(sides)
        self.standing = {
            (entry.pick.day, entry.pick.url)
            for base, theirs in matching.stored.items()
            if base in matching.held
            and sides.ours[matching.held[base]].part.mark == sides.prints[base].mark
            and (entry := sides.entries[theirs])
        }
        day = sides.wanted.day
        for place, told in enumerate(sides.ours):
            base = base_of.get(place)
            written = sides.prints[base] if base is not None else None
            theirs = matching.stored.get(base) if base is not None else matching.fresh.get(place)
            day = await self._take(told, written, theirs, day, moved=place in moved) or day
        for base, theirs in matching.stored.items():
            if base not in matching.held:
                self._reject(sides.entries[theirs], sides.prints[base].key)
        if self._unknown:
            await finish_days(self.store, self.items)
            self.result.done = sorted(self.items)
            for theirs in set(range(len(sides.entries))) - set(matching.fresh.values()):
                entry = sides.entries[theirs]
                if entry.pick.day in self.items:
                    self._put_aside(entry, "candidate")
        await self._save()

    @property
    def _unknown(self) -> bool:
        """Whether nothing is known of the file, so that it stands for its days as they are to be."""
        return self.sides.base is None and self.sides.reading.unit != "article"

    async def _take(
        self,
        told: Item,
        written: SegmentPrint | None,
        theirs: int | None,
        last_day: date | None,
        *,
        moved: bool,
    ) -> date | None:
        """One story of the file; its day, if it has one."""
        sides = self.sides
        entry = sides.entries[theirs] if theirs is not None else None
        told = sides.with_titles(told)
        before = bool(entry) and told.part.mark in sides.taken
        expects = sides.theirs[theirs] if theirs is not None else None
        was = written.mark if written else expects.part.mark if expects else ""
        edited = (was != told.part.mark and not before) or bool(told.front)
        edited = edited or (sides.reading.unit == "article" and bool(told.title))
        other_day = (
            written is not None and written.section != told.part.section and sides.reading.format == "digest"
        )
        if entry is None and not edited and not other_day:
            return None  # rejected in the store since
        come = self.movers.get(told.part.key) if entry is None else None
        place_day = sides.day_of(told)
        day = place_day if place_day and (other_day or entry is None) else entry.pick.day if entry else None
        if day is None and sides.reading.format != "digest":
            day = last_day or sides.wanted.month
        if day is None:
            return None  # under no day, and none of the store's
        if moved:
            self.reordered.add(day)
        if entry and not edited:
            self.result.moved += other_day
            chosen = other_day or (entry.pick.state != "picked" and (moved or self._unknown))
            pick = entry.kept(entry.pick).model_copy(update={"state": "picked"})
            self._choose(day, pick if chosen else None, told, entry)
            return day
        self.result.moved += come is not None
        self.result.added += entry is None and come is None
        held = None if entry or come else await self._held(day, told)
        known = entry or come or held or await entry_of(self.store, _new_pick(day, told))
        if entry and written and expects and _changed_below(entry, written, told, expects):
            self.result.changed.append(entry.name)
        if entry is None or expects is None:
            expects = expected(known, sides.reading, told.part, TARGETS[sides.wanted.target].style)
        pick = Rewording(sides.reading.format, known, told, expects, excerpts=sides.wanted.excerpts).pick()
        if sides.reading.format == "digest" and (other := _with_link(pick, told)).url != pick.url:
            if entry and told.part.key != key_of_url(entry.pick.url):
                self._put_aside(entry, "rejected")  # so that it is not proposed again
            pick = other
        pick = pick.model_copy(update={"state": "picked"})
        if pick != known.pick.model_copy(update={"state": "picked"}):
            self.result.texts += entry is not None
            article = known.article or await self.store.article(pick.identity or pick.url)
            pick = pick.model_copy(update={"basis": basis_of(article)})
        self._choose(day, known.kept(pick), told, known if entry or come or held else None)
        return day

    async def _held(self, day: date, told: Item) -> Entry | None:
        """What the store has of a story that the file did not show: one that was taken out, or proposed, before.

        So what else it holds stays: its note, and what other formats show of it.
        """
        shown = {(it.pick.day, it.pick.url) for it in self.sides.entries} | self.consumed
        keys = {told.part.key, *(key_of_url(url) for url in told.urls[:1])}
        for pick in await self.store.picks(day, day):
            if (day, pick.url) in shown:
                continue
            if keys & {key_of_url(pick.url), pick.identity}:
                return await entry_of(self.store, pick)
            if told.title and not told.url:
                entry = await entry_of(self.store, pick)
                if same_title(told.title, item_title(entry)):
                    return entry
        return None

    def _choose(self, day: date, pick: Pick | None, told: Item, origin: Entry | None) -> None:
        """A story of the file; `origin` is what the store held of it, `pick` what it is to hold where a hand was at work."""
        items = self.items.setdefault(day, [])
        url = pick.url if pick else origin.pick.url if origin else ""
        urls = list(told.urls) if self.sides.reading.format == "digest" else []
        taken = {it.pick.url if it.pick else it.url for it in items}
        if origin is None or (origin.pick.day, origin.pick.url) != (day, url):
            taken |= {other for of, other in self.standing if of == day}
        if pick and url in taken:
            url = self._free_name(day)
        elif urls:
            urls = urls[1:]
        if urls:
            self.more_links.append((day.isoformat(), url, *urls))
        if pick is None:
            items.append(_Item(url))
            return
        held = (origin.pick.day, origin.pick.url) if origin else (day, url)
        self.consumed |= {(day, url), held}
        self.changed |= {day, held[0]}
        name = held[1] if held[0] == day else url
        items.append(_Item(name, pick.model_copy(update={"day": day, "url": url})))

    def _free_name(self, day: date) -> str:
        """A name for an item whose link another one has already."""
        used = {it.pick.url if it.pick else it.url for it in self.items[day]}
        used |= {it.pick.url for it in self.sides.entries}
        names = (f"{UNLINKED}{day}:{number}" for number in count(len(self.items[day]) + 1))
        return next(name for name in names if name not in used)

    def _reject(self, entry: Entry, key: str) -> None:
        """What a hand took out of the file, unless it put it under another day of another file."""
        self.consumed.add((entry.pick.day, entry.pick.url))
        self.changed.add(entry.pick.day)
        if self.landed.get(key, entry.pick.day) == entry.pick.day:
            self.result.rejected += 1
            self._put_aside(entry, "rejected")

    def _put_aside(self, entry: Entry, state: str) -> None:
        """What the store has and the file does not."""
        pick = entry.pick
        self.consumed.add((pick.day, pick.url))
        self.changed.add(pick.day)
        if not pick.url.startswith(UNLINKED):
            self.put_aside.append(entry.kept(pick).model_copy(update={"state": state}))

    async def _save(self) -> None:
        for day in sorted(self.changed | self.reordered):
            held = in_order(await self.store.picks(day, day))
            anew = await self._day(day, held)
            if anew != held:
                await self.store.replace_day(day, anew)
        if self.sides.wanted.month and self.sides.reading.format == "digest":
            await self._save_more_links(
                self.sides.wanted.month, {day.isoformat() for day in {*self.items, *self.changed}}
            )

    async def _save_more_links(self, month: date, days: Collection[str]) -> None:
        """Further links of a digest's entries."""
        layout = await load_layout(self.store, month)
        rows = [row for row in layout.more_links if row[0] not in days]
        rows += [row for row in self.more_links if row[0] in days]
        if rows != list(layout.more_links):
            await save_layout(self.store, month, layout.model_copy(update={"more_links": tuple(rows)}))

    async def _day(self, day: date, held: Sequence[Pick]) -> list[Pick]:
        """All picks of a day, each at the place that it has among all that is shown of the day."""
        items = self.items.get(day, [])
        made = {it.url: it.pick for it in items if it.pick}
        gone = {url for of, url in self.consumed if of == day} - {it.url for it in items}
        gone |= {it.url for it in self.put_aside if it.day == day} - made.keys()
        shown = await chosen_day(self.store, day, everything=self.sides.wanted.everything)
        before = [it.pick.url for it in shown.chosen if it.pick.url not in gone]
        row = _arranged(before, items, reordered=day in self.reordered or self._unknown)
        picked = {it.url: it for it in held if it.state == "picked" and it.url not in gone} | made
        names = {it.url for it in made.values()}
        rest = [it for it in held if it.url not in picked and it.url not in names]
        rest = [it for it in rest if (day, it.url) not in self.consumed]
        rest += [it for it in self.put_aside if it.day == day and it.url not in names]
        left = set(before) - names  # as drafts
        places = (picked.get(url) for url in row if url in picked or url in left)
        return numbered([*_without_end(places), *in_order(rest)])


def _arranged(before: Sequence[str], items: Sequence[_Item], *, reordered: bool) -> list[str]:
    """What is shown of a day: what it had at its places, what is new after what it follows in the file."""
    row = list(before)
    known = set(row)
    if reordered:
        in_file = deque(it.url for it in items if it.url in known)
        mine = set(in_file)
        row = [in_file.popleft() if url in mine else url for url in row]
    last: str | None = None
    for number, it in enumerate(items):
        if it.url not in known:
            following = (other.url for other in items[number + 1 :] if other.url in known)
            place = (
                row.index(last) + 1
                if last is not None
                else next((row.index(url) for url in following), len(row))
            )
            row.insert(place, it.url)
            known.add(it.url)
        last = it.url
    return row


def _without_end(row: Iterable[Pick | None]) -> list[Pick | None]:
    """Without the places that are left after the last pick."""
    kept = list(row)
    while kept and kept[-1] is None:
        kept.pop()
    return kept


def _changed_below(entry: Entry, written: SegmentPrint, told: Item, expects: Item) -> bool:
    """Whether the source says something else than what stood in the file before a hand wrote there."""
    own = entry.pick.title or entry.pick.words or entry.pick.body
    if entry.follows and not own:
        return expects.part.mark not in {written.mark, told.part.mark}
    return entry.source_changed


def _new_pick(day: date, told: Item) -> Pick:
    """A pick for a story that a hand has written."""
    url = told.url
    if not url and (links := [it.url for it in links_in(told.words) if is_web_address(it.url)]):
        url = links[-1]
    name = fingerprint(single_line(f"{told.title}{told.words}"))
    link = sites.identify(url) if url else None
    return Pick(
        day=day,
        position=1,
        url=url or f"{UNLINKED}{day}:{name}",
        text="",
        identity=link.identity if link else None,
    )


def _with_link(pick: Pick, told: Item) -> Pick:
    """With the link of an item whose link may have been written anew."""
    if not told.url or key_of_url(pick.url) == told.part.key:
        return pick
    link = sites.identify(told.url)
    return pick.model_copy(update={"url": told.url, "identity": link.identity if link else None})


def moved_between(sides: Sequence[Sides]) -> tuple[dict[str, Entry], dict[str, date]]:
    """The stories that hands cut out of one file and put into another of another day: what they were, and that day."""
    gone: dict[str, Entry] = {}
    come: Counter[str] = Counter()
    days: dict[str, date] = {}
    for side in sides:
        if side.base is None:
            continue
        matching = Matching.of(side)
        for base, theirs in matching.stored.items():
            if base not in matching.held:
                gone.setdefault(side.prints[base].key, side.entries[theirs])
        held = set(matching.held.values())
        for place, told in enumerate(side.ours):
            if place not in held and (day := side.day_of(told)):
                come[told.part.key] += 1
                days.setdefault(told.part.key, day)
    landed = {key: day for key, day in days.items() if key in gone and gone[key].pick.day != day}
    return {key: gone[key] for key in landed}, landed
