"""Makes the picks of the store what an edited file says: additions, order, days, words; what was deleted is rejected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from exports.digest import UNLINKED
from exports.editions import Edition
from exports.entries import Entry, day_entries, entry_of
from exports.forms import THE_TITLE, key_of_url
from exports.layouts import load_layout, save_layout
from exports.making import Made, Wanted
from exports.matching import Memory, Trace, alike_pairs, pairs_of, unpaired
from exports.parts import DAY_KEY, Part, fingerprint
from exports.picking import in_order, numbered
from exports.rewording import Rewording, expected
from exports.targets import TARGETS
from exports.told import FRONT_TITLE, Reading, Told, same_title
from exports.wording import item_title
from newsarchive import sites
from newsarchive.items import Pick
from newsarchive.markdown.escape import single_line
from newsarchive.markdown.links import links_in
from newsarchive.parsing.urls import is_web_address
from newsarchive.storage.contract import Store


@dataclass(frozen=True, slots=True)
class Sides:
    """An edited file: what was last written of it (`base`), what it says now (`ours`), what the store says (`theirs`).

    `parts` is all of the file; `theirs` are the stories of `made` in the order of its entries, and `text` is the file that
    would be written of them. `taken` are fingerprints of items that were typed and are in the store already.
    """

    wanted: Wanted
    reading: Reading
    base: Memory | None
    parts: Sequence[Part]
    ours: Sequence[Told]
    theirs: Sequence[Told]
    made: Made | None
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
    def traces(self) -> list[Trace]:
        """The stories that were last written."""
        found = self.base.traces if self.base else ()
        return [it for it in found if it.kind == "item" and self.reading.is_story(it)]

    def day_of(self, told: Told) -> date | None:
        """The day that the place of a story says; None where the file has stories of several days."""
        if self.reading.format == "digest":
            match = DAY_KEY.match(told.part.section)
            return date.fromisoformat(match[0]) if match else None
        return self.wanted.day

    def with_titles(self, told: Told) -> Told:
        """A story with its title only where a hand changed it: in a file of one article that is a part of its own."""
        if self.reading.unit != "article" or self.base is None:
            return told
        marks = {it.mark for it in self.base.traces} | self.taken
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
        base, ours, theirs = sides.traces, [it.part for it in sides.ours], [it.part for it in sides.theirs]
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

    def missing(self, sides: Sides) -> list[Part]:
        """The stories of the store that were in the file, if that is known, and are not."""
        gone = [theirs for base, theirs in self.stored.items() if base not in self.held]
        if sides.base is None:
            gone = sorted(set(range(len(sides.theirs))) - set(self.fresh.values()))
        return [sides.theirs[place].part for place in gone]

    def reordered(self) -> bool:
        """Whether a hand changed the order."""
        places = [ours for _, ours in sorted(self.held.items())]
        return places != sorted(places)


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
            waiting.get((sides.traces[base].section, told.words)) if base not in held and told.words else None
        )
        if places:
            found[base] = places.pop(0)
    return found


@dataclass(slots=True)
class Synced:
    """What was taken back from one file: counts, and a line for each thing that `stays` in the file alone.

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
    refused: str = ""
    missing: bool = False


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A pick that the file has; `origin` is the day and URL under which the store held it."""

    pick: Pick
    origin: tuple[date, str] | None


@dataclass(slots=True)
class Taking:
    """One file on its way into the store.

    `movers` are stories that were cut out of other files, by key; `landed` are keys that were put into another file,
    with the day.
    """

    store: Store
    sides: Sides
    result: Synced
    movers: Mapping[str, Entry]
    landed: Mapping[str, date]
    chosen: dict[date, list[_Chosen]] = field(default_factory=dict)
    more_links: list[tuple[str, ...]] = field(default_factory=list)
    consumed: set[tuple[date, str]] = field(default_factory=set)
    put_aside: list[Pick] = field(default_factory=list)

    async def run(self) -> None:
        """Read what the hand changed, and make the picks so."""
        sides = self.sides
        matching = Matching.of(sides)
        base_of = {place: number for number, place in matching.held.items()}
        day = sides.wanted.day
        for place, told in enumerate(sides.ours):
            base = base_of.get(place)
            trace = sides.traces[base] if base is not None else None
            theirs = matching.stored.get(base) if base is not None else matching.fresh.get(place)
            day = await self._take(told, trace, theirs, day) or day
        for base, theirs in matching.stored.items():
            if base not in matching.held:
                self._reject(sides.entries[theirs].pick, sides.traces[base].key)
        if sides.base is None:
            for theirs in set(range(len(sides.entries))) - set(matching.fresh.values()):
                self._put_aside(sides.entries[theirs].pick, "candidate")
        if sides.reading.unit == "article" and not sides.wanted.everything:
            await self._choose_siblings()
        await self._save(reordered=sides.base is None or matching.reordered())

    async def _take(
        self, told: Told, trace: Trace | None, theirs: int | None, last_day: date | None
    ) -> date | None:
        """One story of the file; its day, if it has one."""
        sides = self.sides
        entry = sides.entries[theirs] if theirs is not None else None
        told = sides.with_titles(told)
        before = bool(entry) and told.part.mark in sides.taken
        edited = trace is None or (trace.mark != told.part.mark and not before) or bool(told.front)
        edited = edited or (sides.reading.unit == "article" and bool(told.title))
        moved = trace is not None and trace.section != told.part.section and sides.reading.format == "digest"
        if entry is None and not edited and not moved:
            return None  # rejected in the store since
        expects = sides.theirs[theirs] if theirs is not None else None
        come = self.movers.get(told.part.key) if entry is None else None
        place_day = sides.day_of(told)
        day = place_day if place_day and (moved or entry is None) else entry.pick.day if entry else None
        if day is None and sides.reading.format != "digest":
            day = last_day or sides.wanted.month
        if day is None:
            return None  # under no day, and none of the store's
        if entry and not edited:
            unchosen = sides.wanted.everything and not moved
            self.result.moved += moved
            pick = entry.pick if unchosen else entry.pick.model_copy(update={"state": "picked"})
            self._choose(day, pick, told, entry.pick)
            return day
        self.result.moved += come is not None
        self.result.added += entry is None and come is None
        held = None if entry or come else await self._held(day, told)
        known = entry or come or held or await entry_of(self.store, _new_pick(day, told))
        if entry is None or expects is None:
            expects = expected(known, sides.reading, told.part, TARGETS[sides.wanted.target].style)
        pick = Rewording(sides.reading.format, known, told, expects, excerpts=sides.wanted.excerpts).pick()
        if sides.reading.format == "digest" and (other := _with_link(pick, told)).url != pick.url:
            if entry and told.part.key != key_of_url(entry.pick.url):
                self._put_aside(entry.pick, "rejected")  # so that it is not proposed again
            pick = other
        origin = known.pick if entry or come or held else None
        pick = pick.model_copy(update={"state": "picked"})
        self.result.texts += entry is not None and pick != entry.pick
        self._choose(day, pick, told, origin)
        return day

    async def _held(self, day: date, told: Told) -> Entry | None:
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

    def _choose(self, day: date, pick: Pick, told: Told, origin: Pick | None) -> None:
        picks = self.chosen.setdefault(day, [])
        urls = list(told.urls) if self.sides.reading.format == "digest" else []
        url = pick.url
        if url in {it.pick.url for it in picks}:
            url = f"{UNLINKED}{day}:{len(picks) + 1}"
        elif urls:
            urls = urls[1:]
        if urls:
            self.more_links.append((day.isoformat(), url, *urls))
        held = (origin.day, origin.url) if origin else None
        self.consumed |= {(day, url), held or (day, url)}
        here = held if held and held[0] == day else None
        picks.append(_Chosen(pick.model_copy(update={"day": day, "url": url}), here))

    async def _choose_siblings(self) -> None:
        """The other drafts of the day of an article that has a file of its own, which has been picked now."""
        for day, chosen in list(self.chosen.items()):
            if any(it.state == "picked" for it in await self.store.picks(day, day)):
                continue
            ours = {it.origin or (day, it.pick.url): it for it in chosen}
            entries = await day_entries(self.store, day)
            names = [((it.pick.day, it.pick.url), it.pick) for it in entries]
            self.chosen[day] = [ours.pop(name, _Chosen(pick, name)) for name, pick in names]
            self.chosen[day] += ours.values()
            self.consumed |= {name for name, _ in names}

    def _reject(self, pick: Pick, key: str) -> None:
        """What a hand took out of the file, unless it put it under another day of another file."""
        self.consumed.add((pick.day, pick.url))
        if self.landed.get(key, pick.day) == pick.day:
            self.result.rejected += 1
            self._put_aside(pick, "rejected")

    def _put_aside(self, pick: Pick, state: str) -> None:
        """What the store has and the file does not."""
        self.consumed.add((pick.day, pick.url))
        if not pick.url.startswith(UNLINKED):
            self.put_aside.append(pick.model_copy(update={"state": state}))

    async def _save(self, *, reordered: bool) -> None:
        days = {*self.chosen, *(day for day, _ in self.consumed)}
        for day in sorted(days):
            held = in_order(await self.store.picks(day, day))
            anew = self._day(day, held, reordered=reordered)
            if anew != held:
                await self.store.replace_day(day, anew)
        if self.sides.wanted.month and self.sides.reading.format == "digest":
            await self._save_more_links(self.sides.wanted.month, {day.isoformat() for day in days})

    async def _save_more_links(self, month: date, days: Collection[str]) -> None:
        """Further links of a digest's entries."""
        layout = await load_layout(self.store, month)
        rows = [row for row in layout.more_links if row[0] not in days]
        rows += [row for row in self.more_links if row[0] in days]
        if rows != list(layout.more_links):
            await save_layout(self.store, month, layout.model_copy(update={"more_links": tuple(rows)}))

    def _day(self, day: date, held: Sequence[Pick], *, reordered: bool) -> list[Pick]:
        """All picks of a day: in the order of the store, or of the file where a hand changed that."""
        chosen = self.chosen.get(day, [])
        names = {it.pick.url for it in chosen}
        rest = [it for it in held if it.url not in names and (day, it.url) not in self.consumed]
        rest += [it for it in self.put_aside if it.day == day and it.url not in names]
        picked = [it for it in chosen if it.pick.state == "picked"]
        row = _arranged([it for it in held if it.state == "picked"], picked, rest, reordered=reordered)
        others = [
            *(it for it in rest if it.state != "picked"),
            *(it.pick for it in chosen if it.pick.state != "picked"),
        ]
        return numbered([*row, *in_order(others)])


def _arranged(
    held: Sequence[Pick], chosen: Sequence[_Chosen], rest: Collection[Pick], *, reordered: bool
) -> list[Pick]:
    """What is picked: those that stay at their places, what is new after what it follows in the file."""
    at = {it.origin[1]: it.pick for it in chosen if it.origin}
    kept = {it.url for it in rest if it.state == "picked"}
    row = [at.get(it.url) or it for it in held if it.url in at or it.url in kept]
    if reordered:
        places = [place for place, it in enumerate(row) if it.url not in kept]
        in_file = [it.pick for it in chosen if it.origin and any(it.pick is other for other in row)]
        for place, pick in zip(places, in_file, strict=True):
            row[place] = pick
    before: Pick | None = None
    for number, it in enumerate(chosen):
        if not any(it.pick is other for other in row):
            row.insert(_place_after(before, [other.pick for other in chosen[number + 1 :]], row), it.pick)
        before = it.pick
    return row


def _place_after(before: Pick | None, following: Sequence[Pick], row: Sequence[Pick]) -> int:
    urls = [it.url for it in row]
    if before is not None and before.url in urls:
        return urls.index(before.url) + 1
    return next((urls.index(it.url) for it in following if it.url in urls), len(urls))


def _new_pick(day: date, told: Told) -> Pick:
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


def _with_link(pick: Pick, told: Told) -> Pick:
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
                gone.setdefault(side.traces[base].key, side.entries[theirs])
        held = set(matching.held.values())
        for place, told in enumerate(side.ours):
            if place not in held and (day := side.day_of(told)):
                come[told.part.key] += 1
                days.setdefault(told.part.key, day)
    landed = {key: day for key, day in days.items() if key in gone and gone[key].pick.day != day}
    return {key: gone[key] for key in landed}, landed
