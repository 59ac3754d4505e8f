"""Makes the picks of a day what its candidates file says: what is ticked is picked, what is deleted is rejected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from exports.content.entry import UNLINKED, Entry, entry_of
from exports.formats.items import Item
from exports.formats.segments import SegmentPrint, key_of_url
from exports.sync.apply import new_pick, picked_near
from exports.sync.edited_stories import EditedStories, Mover, Typed, was_typed_elsewhere
from exports.sync.report import SyncReport
from newsarchive.editorial.days import finish_days
from newsarchive.editorial.numbers import keep_ticked, ticked_last
from newsarchive.editorial.picks import in_order, numbered
from newsarchive.editorial.selection import basis_of, places_of
from newsarchive.records.pick import Pick
from newsarchive.storage.contract import EditorialStore


@dataclass(slots=True)
class ChoiceApplier:
    """One candidates file on its way into the store.

    `movers` are stories that were cut out of other files, by key; `landed` are keys that were put into another file, with
    the day; `typed` is what hands have typed in files before this one. `row` names the stories of the file in its order,
    `made` has the picks that a hand has made, `agreed` are (by their places) those of which all that it changed is in the
    store, with what was remembered of them.
    """

    store: EditorialStore
    stories: EditedStories
    result: SyncReport
    movers: Mapping[str, Mover]
    landed: Mapping[str, date]
    typed: Typed
    row: list[str] = field(default_factory=list)
    made: dict[str, Pick] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    emptied: dict[date, set[str]] = field(default_factory=dict)
    agreed: dict[int, SegmentPrint | None] = field(default_factory=dict)

    async def run(self) -> None:
        """Read what the hand changed, and make the picks so. A day of which something was ticked is done."""
        stories, file = self.stories, self.stories.file
        which, theirs = file.stories, file.stories.ours_to_theirs
        base = {ours: file.prints[at] for at, ours in which.base_to_ours.items()}
        for ours, item in stories.ours.items():
            await self._take(ours, item, base.get(ours), theirs.get(ours))
        for at, place in which.base_to_theirs.items():
            if at not in which.base_to_ours:
                await self._reject(stories.entries[place], file.prints[at])
        await self._save()
        if self.result.chosen:
            await finish_days(self.store, [self._day])
            self.result.done = [self._day]

    @property
    def _day(self) -> date:
        day = self.stories.wanted.day
        assert day is not None  # noqa: S101 - candidates are a day's
        return day

    async def _take(self, ours: int, item: Item, written: SegmentPrint | None, place: int | None) -> None:
        """One story of the file."""
        stories, grammar = self.stories, self.stories.file.grammar
        entry = stories.entries[place] if place is not None else None
        says = stories.theirs[place] if place is not None else None
        mark = item.segment.mark
        known = {written.mark} if written else set()
        known |= {says.segment.mark} if says and (written is None or mark == says.segment.mark) else set()
        if mark in known or (entry is not None and mark in stories.taken):
            if entry:
                self.row.append(entry.pick.url)
            return
        mover = self.movers.get(item.segment.key) if entry is None else None
        come, was_written = mover or (None, written)
        held = entry or come or await self._held(item) or await self._elsewhere(item)
        known_of = held or await entry_of(self.store, new_pick(self._day, item))
        pick = known_of.pick
        if held is None or written is None or not grammar.only_ticked(written.mark, item.segment.raw):
            expects = says or stories.dialect.of.expected(known_of, item.segment, stories.dialect)
            pick, whole = stories.edited(known_of, item, expects, was_written)
            self.agreed |= {ours: was_written} if whole else {}
            self.result.texts += entry is not None and pick != known_of.pick
        if pick != known_of.pick:
            article = known_of.article or await self.store.article(pick.identity or pick.url)
            pick = pick.model_copy(update={"basis": basis_of(article)})
        stood = bool(written) or mark in stories.taken
        if held and stood and not come and held.pick.day != self._day:  # another hand has put it there since
            self.result.texts += pick != known_of.pick
            await self.store.save_picks([known_of.kept(pick)])
            return
        was = entry.pick.state if entry else None
        state = "picked" if item.marked else "candidate"
        self.result.added += held is None
        self.result.chosen += state == "picked" and was != "picked"
        if held and held.pick.day != self._day:
            self.result.moved += 1
            self.emptied.setdefault(held.pick.day, set()).add(held.pick.url)
        url = pick.url
        if url in self.made or url in self.row:
            url = f"{UNLINKED}{self._day}:{item.segment.mark}"
        update = {"day": self._day, "state": state, "url": url}
        self.made[url] = known_of.kept(pick).model_copy(update=update)
        self.row.append(url)

    async def _held(self, item: Item) -> Entry | None:
        """What the store has of a story that the file did not show: one that was rejected."""
        keys = {item.segment.key, *(key_of_url(url) for url in item.urls)}
        for pick in await self.store.picks(self._day, self._day):
            if (
                pick.url not in self.made
                and pick.url not in self.row
                and keys & {key_of_url(pick.url), pick.identity}
            ):
                return await entry_of(self.store, pick)
        return None

    async def _elsewhere(self, item: Item) -> Entry | None:
        """What the store has of a story under another day: it stands in one day only."""
        keys = {item.segment.key, *map(key_of_url, item.urls[:1])}
        near = [it for it in await picked_near(self.store, self._day, keys) if it.day != self._day]
        return await entry_of(self.store, near[0]) if near else None

    async def _reject(self, entry: Entry, written: SegmentPrint) -> None:
        """What a hand took out of the file, unless it put it under another day, or others have edited it since."""
        if await was_typed_elsewhere(self.store, entry, written, self.typed):
            return
        pick = entry.kept(entry.pick)
        if pick.url in self.made:
            return
        self.gone.add(pick.url)
        if self.landed.get(written.key, self._day) == self._day:
            self.result.rejected += 1
            if not pick.url.startswith(UNLINKED):
                self.made[pick.url] = pick.model_copy(update={"state": "rejected"})

    async def _save(self) -> None:
        """The picks of the day: those that were there at their places, or all as the file has them if a hand moved ticked lines."""
        held = in_order(await self.store.picks(self._day, self._day))
        now = {it.url: it for it in held if it.url not in self.gone} | self.made
        picked = [url for url in self.row if url in now and now[url].state == "picked"]
        before = [it.url if it else None for it in places_of(held)]
        last = await ticked_last(self.store, self._day)
        if [url for url in picked if url in last] != [url for url in last if url in picked]:
            before = [*picked, *(url for url in before if url and url not in picked)]
        row = [url for url in before if url is None or (url in now and now[url].state == "picked")]
        row += [url for url in picked if url not in row]
        while row and row[-1] is None:
            row.pop()
        rest = in_order([it for url, it in now.items() if it.state != "picked"])
        anew = numbered([*(now[url] if url else None for url in row), *rest])
        if anew != held:
            await self.store.replace_day(self._day, anew)
        await keep_ticked(self.store, self._day, picked)
        for day, urls in self.emptied.items():
            others = [it for it in in_order(await self.store.picks(day, day)) if it.url not in urls]
            await self.store.replace_day(day, numbered(others))
