"""Makes the picks of the store what an edited file says: additions, order, days, words; what was deleted is rejected."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count

from exports.content.entry import UNLINKED, Entry, entry_of
from exports.content.wording import item_title
from exports.formats.items import Item, same_title
from exports.formats.layout import load_layout, save_layout
from exports.formats.segments import WORDS, SegmentPrint, fingerprint, key_of_url
from exports.sync.edited_stories import EditedStories, Mover, Typed, was_typed_elsewhere
from exports.sync.report import SyncReport
from newsarchive import sites
from newsarchive.editorial.days import finish_days
from newsarchive.editorial.picks import in_order, numbered
from newsarchive.editorial.selection import NEAR, basis_of, chosen_day
from newsarchive.markdown.escape import single_line
from newsarchive.markdown.links import links_in
from newsarchive.records.pick import Pick
from newsarchive.storage.contract import EditorialStore


@dataclass(frozen=True, slots=True)
class _Item:
    """A story as it stands in the file: what names it in the store, and the pick that a hand has made of it, if it has."""

    url: str
    pick: Pick | None = None


@dataclass(slots=True)
class EditApplier:
    """One file on its way into the store.

    `movers` are stories that were cut out of other files, by key; `landed` are keys that were put into another file,
    with the day; `typed` is what hands have typed in files before this one. `items` are the stories of the file by day,
    `standing` those that no hand has touched, `agreed` (by their places) those of which all that a hand changed is in the
    store, with what was remembered of them.
    """

    store: EditorialStore
    stories: EditedStories
    result: SyncReport
    movers: Mapping[str, Mover]
    landed: Mapping[str, date]
    typed: Typed
    items: dict[date, list[_Item]] = field(default_factory=dict)
    changed: set[date] = field(default_factory=set)
    reordered: set[date] = field(default_factory=set)
    standing: set[tuple[date, str]] = field(default_factory=set)
    more_links: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    older: set[tuple[str, str]] = field(default_factory=set)
    consumed: set[tuple[date, str]] = field(default_factory=set)
    put_aside: list[Pick] = field(default_factory=list)
    agreed: dict[int, SegmentPrint | None] = field(default_factory=dict)

    async def run(self) -> None:
        """Read what the hand changed, and make the picks so."""
        stories, file = self.stories, self.stories.file
        which, moved, theirs = file.stories, file.moved, file.stories.ours_to_theirs
        base = {ours: file.prints[at] for at, ours in which.base_to_ours.items()}
        self.standing = {
            (entry.pick.day, entry.pick.url)
            for ours in file.untouched.values()
            if (entry := stories.entries.get(theirs.get(ours, -1)))
        }
        day = stories.wanted.day
        for ours, item in stories.ours.items():
            written, to = base.get(ours), theirs.get(ours)
            day = await self._take(ours, item, written, to, day, moved=ours in moved) or day
        for at, place in which.base_to_theirs.items():
            if at not in which.base_to_ours:
                await self._reject(stories.entries[place], file.prints[at])
        if self._unknown:
            await finish_days(self.store, self.items)
            self.result.done = sorted(self.items)
            for place in sorted(stories.entries.keys() - theirs.values()):
                entry = stories.entries[place]
                if entry.pick.day in self.items:
                    self._put_aside(entry, "candidate")
        await self._save()

    @property
    def _unknown(self) -> bool:
        """Whether nothing is known of the file, so that it stands for its days as they are to be."""
        return self.stories.file.base is None and self.stories.dialect.unit != "article"

    async def _take(
        self,
        ours: int,
        item: Item,
        written: SegmentPrint | None,
        theirs: int | None,
        last_day: date | None,
        *,
        moved: bool,
    ) -> date | None:
        """One story of the file; its day, if it has one."""
        stories, of = self.stories, self.stories.dialect.of
        entry = stories.entries[theirs] if theirs is not None else None
        item = stories.with_titles(item)
        before = item.segment.mark in stories.taken
        expects = stories.theirs[theirs] if theirs is not None else None
        was = written.mark if written else expects.segment.mark if expects else ""
        edited = (was != item.segment.mark and not before) or bool(item.front)
        edited = edited or (stories.dialect.unit == "article" and bool(item.title))
        older = bool(written and expects and written.mark != expects.segment.mark)
        other_day = of.by_day and written is not None and written.section != item.segment.section
        if entry is None and not edited and not other_day:
            return None  # rejected in the store since
        mover = self.movers.get(item.segment.key) if entry is None else None
        come, written = mover or (None, written)
        place_day = stories.day_of(item)
        day = place_day if place_day and (other_day or entry is None) else entry.pick.day if entry else None
        if day is None and not of.by_day:
            day = last_day or stories.wanted.month
        if day is None:
            return None  # under no day, and none of the store's
        if moved:
            self.reordered.add(day)
        if entry and not edited:
            self.result.moved += other_day
            chosen = other_day or (entry.pick.state != "picked" and (moved or self._unknown))
            pick = entry.kept(entry.pick).model_copy(update={"state": "picked"})
            self._choose(day, pick if chosen else None, item, entry, older=older)
            return day
        held = None if entry or come else await self._held(day, item, written)
        day = held.pick.day if held else day
        elsewhere = None if entry or come or held else await self._elsewhere(day, item, written)
        self.result.moved += bool(come or elsewhere)
        self.result.added += not (entry or come or elsewhere) and day == (place_day or day)
        origin = entry or come or held or elsewhere
        known = origin or await entry_of(self.store, new_pick(day, item))
        if entry and written and expects and _changed_below(entry, written, item, expects):
            self.result.changed.append(entry.name)
        if entry is None or expects is None:
            expects = of.expected(known, item.segment, stories.dialect)
        pick, whole = stories.edited(known, item, expects, written if origin else None)
        if whole:
            self.agreed[ours] = written
        if of.by_day and (other := _with_link(pick, item)).url != pick.url:
            if entry and item.segment.key != key_of_url(entry.pick.url):
                self._put_aside(entry, "rejected")  # so that it is not proposed again
            pick = other
        pick = pick.model_copy(update={"state": "picked"})
        if pick != known.pick.model_copy(update={"state": "picked"}):
            self.result.texts += entry is not None
            article = known.article or await self.store.article(pick.identity or pick.url)
            pick = pick.model_copy(update={"basis": basis_of(article)})
        self._choose(day, known.kept(pick), item, origin, older=older)
        return day

    async def _held(self, day: date, item: Item, written: SegmentPrint | None) -> Entry | None:
        """What the store has of a story that the file did not show: one that was taken out, or proposed, before.

        So what else it holds stays: its note, and what other formats show of it. One that the file had may be under another
        day by now.
        """
        shown, before = self._shown, item.segment.mark in self.stories.taken
        keys = _keys(item, written)
        # Where stories are named by their links, the file would not know again what the store has with one.
        titled = all(it.segment.key.startswith(WORDS) for it in self.stories.theirs.values())
        for pick in await self.store.picks(day, day):
            if (day, pick.url) in shown:
                continue
            if keys & {key_of_url(pick.url), pick.identity}:
                return await entry_of(self.store, pick)
            if item.title and not item.url and not before and (titled or pick.url.startswith(UNLINKED)):
                entry = await entry_of(self.store, pick)
                if same_title(item.title, item_title(entry)):
                    return entry
        near = await picked_near(self.store, day, keys) if written or before else []
        free = [pick for pick in near if (pick.day, pick.url) not in shown]
        return await entry_of(self.store, free[0]) if free else None

    async def _elsewhere(self, day: date, item: Item, written: SegmentPrint | None) -> Entry | None:
        """What the store has of a story under another day, to which another hand has moved it since: it stands in one day only."""
        for pick in await picked_near(self.store, day, _keys(item, written)):
            if pick.day != day and (pick.day, pick.url) not in self._shown:
                return await entry_of(self.store, pick)
        return None

    @property
    def _shown(self) -> set[tuple[date, str]]:
        """The picks that the file shows, and those that are dealt with."""
        return {(it.pick.day, it.pick.url) for it in self.stories.entries.values()} | self.consumed

    def _choose(
        self, day: date, pick: Pick | None, item: Item, origin: Entry | None, *, older: bool = False
    ) -> None:
        """A story of the file; `origin` is what the store held of it, `pick` what it is to hold where a hand was at work.

        The file may have been written when the store said something `older` of it.
        """
        items = self.items.setdefault(day, [])
        url = pick.url if pick else origin.pick.url if origin else ""
        urls = list(item.urls) if self.stories.dialect.of.by_day else []
        taken = {it.pick.url if it.pick else it.url for it in items}
        if origin is None or (origin.pick.day, origin.pick.url) != (day, url):
            taken |= {other for of, other in self.standing if of == day}
        if pick and url in taken:
            url = self._free_name(day)
        elif urls:
            urls = urls[1:]
        if pick:
            self.more_links[day.isoformat(), url] = tuple(urls)
            self.older |= {(day.isoformat(), url)} if older else set()
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
        used |= {it.pick.url for it in self.stories.entries.values()}
        names = (f"{UNLINKED}{day}:{number}" for number in count(len(self.items[day]) + 1))
        return next(name for name in names if name not in used)

    async def _reject(self, entry: Entry, written: SegmentPrint) -> None:
        """What a hand took out of the file, unless it put it under another day of another file, or others have edited it since."""
        if await was_typed_elsewhere(self.store, entry, written, self.typed):
            return
        self.consumed.add((entry.pick.day, entry.pick.url))
        self.changed.add(entry.pick.day)
        if self.landed.get(written.key, entry.pick.day) == entry.pick.day:
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
        if self.stories.wanted.month and self.stories.dialect.of.by_day:
            await self._save_more_links(self.stories.wanted.month)

    async def _save_more_links(self, month: date) -> None:
        """Further links of the entries of a digest that a hand has edited; those that others have typed since stay."""
        layout = await load_layout(self.store, month)
        held = {(day, url): tuple(urls) for day, url, *urls in layout.more_links}
        made = {
            key: tuple(dict.fromkeys((*urls, *held.get(key, ())))) if key in self.older else urls
            for key, urls in self.more_links.items()
        }
        rows = [(*key, *urls) for key, urls in (held | made).items() if urls]
        if rows != list(layout.more_links):
            await save_layout(self.store, month, layout.model_copy(update={"more_links": tuple(rows)}))

    async def _day(self, day: date, held: Sequence[Pick]) -> list[Pick]:
        """All picks of a day, each at the place that it has among all that is shown of the day."""
        items = self.items.get(day, [])
        made = {it.url: it.pick for it in items if it.pick}
        gone = {url for of, url in self.consumed if of == day} - {it.url for it in items}
        gone |= {it.url for it in self.put_aside if it.day == day} - made.keys()
        wanted = self.stories.wanted
        shown = await chosen_day(self.store, day, wanted.scope)
        before = [url for url in shown.row if url not in gone]
        row = _arranged(before, items, reordered=day in self.reordered or self._unknown)
        picked = {it.url: it for it in held if it.state == "picked" and it.url not in gone} | made
        names = {it.url for it in made.values()}
        rest = [it for it in held if it.url not in picked and it.url not in names]
        rest = [it for it in rest if (day, it.url) not in self.consumed]
        rest += [it for it in self.put_aside if it.day == day and it.url not in names]
        left = set(before) - names  # as drafts
        places = [picked.get(url) for url in row if url in picked or url in left]
        while places and places[-1] is None:
            places.pop()
        return numbered([*places, *in_order(rest)])


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
            following = (row.index(other.url) for other in items[number + 1 :] if other.url in known)
            row.insert(next(following, len(row)) if last is None else row.index(last) + 1, it.url)
            known.add(it.url)
        last = it.url
    return row


def _keys(item: Item, written: SegmentPrint | None) -> set[str]:
    """By what the store may know a story of a file: a brief, which is named by its title, by the link that its source has or had."""
    had = {written.link} if written and written.link else set()
    return {item.segment.key, *map(key_of_url, item.urls[:1])} | had


async def picked_near(store: EditorialStore, day: date, keys: Collection[str | None]) -> list[Pick]:
    """What is picked of a story, known by one of these keys, on a day or around it."""
    near = await store.picks(day - NEAR, day + NEAR)
    return [it for it in near if it.state == "picked" and (key_of_url(it.url) in keys or it.identity in keys)]


def _changed_below(entry: Entry, written: SegmentPrint, item: Item, expects: Item) -> bool:
    """Whether the source says something else than what stood in the file before a hand wrote there."""
    own = entry.pick.title or entry.pick.words or entry.pick.body
    if entry.follows and not own:
        return expects.segment.mark not in {written.mark, item.segment.mark}
    return entry.source_changed


def new_pick(day: date, item: Item) -> Pick:
    """A pick for a story that a hand has written; a link in its words is its own only if it is named by that."""
    urls = (it.url for it in links_in(item.words) if key_of_url(it.url) == item.segment.key)
    url = item.url or next(urls, "")
    name = fingerprint(single_line(f"{item.title}{item.words}"))
    return _linked(Pick(day=day, position=1, url=f"{UNLINKED}{day}:{name}", text=""), url)


def _with_link(pick: Pick, item: Item) -> Pick:
    """With the link of an item whose link may have been written anew."""
    return pick if key_of_url(pick.url) == item.segment.key else _linked(pick, item.url)


def _linked(pick: Pick, url: str) -> Pick:
    """With a link, if there is one."""
    if not url:
        return pick
    link = sites.identify(url)
    return pick.model_copy(update={"url": url, "identity": link.identity if link else None})
