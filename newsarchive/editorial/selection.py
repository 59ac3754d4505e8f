"""Chooses what every export shows of a day: the one rule, which docs/editing.md tells editors.

A day has what was picked, in the editor's order. As long as it is not done (`days.py`), the candidates and a draft for each
other stored story of the day fill the places between and after the picks.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta

from newsarchive.editorial.coverage import ALL, Coverage
from newsarchive.editorial.days import day_of, day_start, done_days
from newsarchive.editorial.excerpts import draft_line
from newsarchive.editorial.stories import Story, StoryStore, stories_of, story_of
from newsarchive.items.article import Article
from newsarchive.items.verdict import Verdict
from newsarchive.markdown.escape import escape_line
from newsarchive.records.pick import Pick
from newsarchive.storage.contract import EditorialStore
from newsarchive.stories.links import names_of

NEAR = timedelta(days=31)
"""How far from its own day a story may be picked, put forward or rejected so as not to be drafted on its own."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A story that is shown; what nobody has picked comes as a candidate.

    Its pick has a text; `follows` tells that this is the source's, whatever that comes to be.
    """

    pick: Pick
    article: Article | None = None
    reprints: tuple[Article, ...] = ()
    follows: bool = False

    @property
    def source_changed(self) -> bool:
        """Whether the article says something else than when the editor wrote."""
        known = self.article is not None and self.pick.basis
        return bool(known) and self.pick.basis != basis_of(self.article)


@dataclass(slots=True)
class LeftOut:
    """Why articles of some days are not shown: `articles` are all of them, those `shown` and the others add up to it.

    `waiting` are of days that are done (or unpicked, where only picks are asked for), `waiting_days` how many these are.
    `elsewhere` were picked or put forward for a day that was not asked for, or is not shown. `repeats` are of stories that are shown, or decided on, by another article, or on an earlier day.
    """

    articles: int = 0
    shown: int = 0
    waiting: int = 0
    waiting_days: int = 0
    rejected: int = 0
    elsewhere: int = 0
    repeats: int = 0
    promotions: int = 0

    def add(self, other: LeftOut) -> None:
        """Count other days too."""
        for it in fields(self):
            setattr(self, it.name, getattr(self, it.name) + getattr(other, it.name))


@dataclass(frozen=True, slots=True)
class Day:
    """What is shown of a day, in its order, and how much is not.

    `row` names all that is shown of the day whatever is covered, by the URLs of the picks, in that order.
    """

    day: date
    chosen: tuple[Chosen, ...] = ()
    left_out: LeftOut = field(default_factory=LeftOut)
    row: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """Which stories are asked for: those that the `coverage` has.

    With `everything`, all days are as if they were not done; with `picked_only`, as if they were. `newest_first` is the order
    of a day's drafts: articles, then flashes; else they come as they were published.
    """

    coverage: Coverage = ALL
    everything: bool = False
    picked_only: bool = False
    newest_first: bool = False


USUAL = Scope()
"""Everything, and of days that are done what was picked."""


async def chosen_days(
    store: EditorialStore, first: date, last: date, scope: Scope = USUAL
) -> AsyncIterator[Day]:
    """The days from `first` to `last` that have articles or picks, by the calendar. Raises what the store raises."""
    choosing = await _Choosing.of(store, first, last, scope)
    async for day, articles in _by_day(choosing, first, last):
        yield await choosing.day(day, articles)


async def chosen_day(store: EditorialStore, day: date, scope: Scope = USUAL) -> Day:
    """One day, as `chosen_days` has it."""
    found = [it async for it in chosen_days(store, day, day, scope)]
    return found[0] if found else Day(day)


async def _by_day(choosing: _Choosing, first: date, last: date) -> AsyncIterator[tuple[date, list[Article]]]:
    """Each day with picks or articles, and all its articles."""
    waiting = sorted(choosing.picks)
    today: list[Article] = []
    day = first
    until = None if last == date.max else day_start(last + timedelta(days=1))
    async for article in choosing.store.articles(since=day_start(first), until=until):
        if article.published_at is None:
            continue
        if today and day_of(article.published_at) != day:
            yield day, today
            today = []
        day = day_of(article.published_at)
        while waiting and waiting[0] <= day:
            if waiting[0] < day:
                yield waiting[0], []
            waiting.pop(0)
        today.append(article)
    if today:
        yield day, today
    for day in waiting:
        yield day, []


@dataclass(slots=True)
class _Choosing:
    """What is known of a span of days: picks by day, the done days, and by name for which days stories were decided on."""

    store: EditorialStore
    scope: Scope
    picks: dict[date, list[Pick]]
    decided: dict[str, list[Pick]]
    done: set[date]
    first: date
    last: date

    @classmethod
    async def of(cls, store: EditorialStore, first: date, last: date, scope: Scope) -> _Choosing:
        start = first - NEAR if first - date.min > NEAR else date.min
        end = last + NEAR if date.max - last > NEAR else date.max
        picks: dict[date, list[Pick]] = {}
        decided: dict[str, list[Pick]] = {}
        for pick in await store.picks(start, end):
            if first <= pick.day <= last:
                picks.setdefault(pick.day, []).append(pick)
            for name in (pick.url, pick.identity):
                if name:
                    decided.setdefault(name, []).append(pick)
        return cls(store, scope, picks, decided, await done_days(store, first, last), first, last)

    async def day(self, day: date, articles: Sequence[Article]) -> Day:
        """What is shown of a day that has these articles."""
        held = self.picks.get(day, [])
        names = _by_name(held)
        # What an editor picked is no promotion to him.
        counted = [it for it in articles if not it.promotion or _pick_of(it, names)]
        covered = [it for it in articles if self.scope.coverage.has(it)]
        today = {it.identity for it in counted} & {it.identity for it in covered}
        stories = await stories_of(self.store, counted)
        by_name = {name: story for story in stories for it in story.articles for name in names_of(it)}
        held = self._without_repeats(held, by_name)
        names = _by_name(held)
        opened = self._is_open(day)
        promotions = [it for it in covered if it.promotion and not _pick_of(it, names)]
        shown = sum(any(map(self._shows, self._picks_near(day, it))) for it in promotions)
        left = LeftOut(articles=len(covered), shown=shown, promotions=len(promotions) - shown)
        drafts = [
            self._draft(day, story)
            for story in stories
            if self._is_free(day, story, today, names, left, opened=opened)
        ]
        if self.scope.newest_first:
            drafts.sort(key=_published, reverse=True)
            drafts.sort(key=_is_flash)
        if left.waiting:
            left.waiting_days = 1
        chosen = {pick.url: await self._chosen(pick, by_name) for pick in held if pick.state != "rejected"}
        candidates = [chosen[it.url] for it in held if it.state == "candidate"]
        row = [chosen[pick.url] if pick else None for pick in places_of(held)]
        shown_of_all = tuple(_in_places(row, [*candidates, *drafts] if opened else []))
        urls = tuple(it.pick.url for it in shown_of_all)
        return Day(day, tuple(it for one in shown_of_all if (it := self._covered(one))), left, urls)

    def _draft(self, day: date, story: Story) -> Chosen:
        """A story that nobody has decided on, by the first of its articles that is covered."""
        covered = [it for it in story.articles if self.scope.coverage.has(it)]
        article, *reprints = covered or story.articles
        text = draft_text(article) if covered else ""
        return Chosen(candidate_of(day, article, text), article, tuple(reprints), follows=True)

    def _covered(self, chosen: Chosen) -> Chosen | None:
        """What is shown of a day, if it is covered, with those of its reprints that are."""
        coverage = self.scope.coverage
        if coverage.is_all:
            return chosen
        if not (coverage.has(chosen.article) if chosen.article else coverage.may_have(chosen.pick.url)):
            return None
        return replace(chosen, reprints=tuple(filter(coverage.has, chosen.reprints)))

    def _without_repeats(self, held: Sequence[Pick], by_name: Mapping[str, Story]) -> list[Pick]:
        """The picks of a day without candidates that nobody has worded and whose story is there by another pick.

        (They were put forward before it was known that their articles are one story.)
        """
        picked = {id(_story_of(it, by_name)) for it in held if it.state == "picked"}
        kept = []
        for pick in held:
            story = _story_of(pick, by_name)
            if story is None or pick.state != "candidate" or not pick.draft:
                kept.append(pick)
            elif id(story) not in picked and not self._is_decided_before(pick, story):
                kept.append(pick)
                picked.add(id(story))
        return kept

    def _is_decided_before(self, pick: Pick, story: Story) -> bool:
        """Whether a story was picked for another day than a candidate's, or put forward for an earlier one."""
        others = (it for one in story.articles for name in names_of(one) for it in self.decided.get(name, ()))
        return any(
            it.day != pick.day and (it.state == "picked" or (it.state == "candidate" and it.day < pick.day))
            for it in others
            if abs(it.day - pick.day) <= NEAR
        )

    def _is_free(
        self,
        day: date,
        story: Story,
        today: Collection[str],
        names: Mapping[str, Pick],
        left: LeftOut,
        *,
        opened: bool,
    ) -> bool:
        """Whether a story is to be drafted for its day; counts what becomes of its articles of the day."""
        here = [it for it in story.articles if it.identity in today]
        left = left if here else LeftOut()  # nothing of it is to be counted
        if any(_pick_of(it, names) for it in story.articles):
            states = Counter(pick.state for it in here if (pick := _pick_of(it, names)))
            left.shown += states["picked"] + (states["candidate"] if opened else 0)
            left.waiting += 0 if opened else states["candidate"]
            left.rejected += states["rejected"]
            others = [it for it in here if not _pick_of(it, names)]
            shown = sum(any(map(self._shows, self._picks_near(day, it))) for it in others)
            left.shown += shown
            left.repeats += len(others) - shown
            return False
        near = {it.identity: self._picks_near(day, it) for it in story.articles}
        shown = sum(any(map(self._shows, near[it.identity])) for it in here)
        states_near = {pick.state for picks in near.values() for pick in picks}
        free = story.day == day and not states_near
        if not shown:
            # One of these articles says what becomes of the story, if the story is of this day.
            counted = self._counted_here(day, story, today, drafted=free and opened)
            left.rejected += story.day == day and states_near == {"rejected"}
            left.elsewhere += story.day == day and states_near not in ({"rejected"}, set())
            left.waiting += free and not opened
            left.shown += counted
            shown = counted or (story.day == day and not (free and opened))
        else:
            left.shown += shown
        left.repeats += len(here) - shown
        return free and opened

    def _counted_here(self, day: date, story: Story, today: Collection[str], *, drafted: bool) -> bool:
        """Whether a story that is drafted counts as shown by an article of this day: where its original is, if that day is asked for."""
        original = next((it for it in story.articles if self.scope.coverage.has(it)), story.articles[0])
        if original.identity in today:
            return drafted or (story.day != day and self._is_drafted(story))
        of = story.day if original.published_at is None else day_of(original.published_at)
        return drafted and of is not None and not self.first <= of <= self.last

    def _is_drafted(self, story: Story) -> bool:
        """Whether a story is drafted on its day, which is another one than that of its original."""
        return (
            story.day is not None
            and self.first <= story.day <= self.last
            and self._is_open(story.day)
            and not any(self._picks_near(story.day, it, own_day=True) for it in story.articles)
        )

    def _picks_near(self, day: date, article: Article, *, own_day: bool = False) -> list[Pick]:
        """The picks of an article for other days (and for its own), as near as a story's reprints may be."""
        named = (pick for name in names_of(article) for pick in self.decided.get(name, ()))
        return [pick for pick in named if abs(pick.day - day) <= NEAR and (own_day or pick.day != day)]

    def _shows(self, pick: Pick) -> bool:
        """Whether a pick is shown on its day, which is one of those asked for."""
        asked = pick in self.picks.get(pick.day, ())
        return asked and (pick.state == "picked" or (pick.state == "candidate" and self._is_open(pick.day)))

    def _is_open(self, day: date) -> bool:
        """Whether a day's drafts are shown."""
        return self.scope.everything or not (self.scope.picked_only or day in self.done)

    async def _chosen(self, pick: Pick, by_name: Mapping[str, Story]) -> Chosen:
        """A pick that is held, with its article and what repeats that."""
        if story := _story_of(pick, by_name):
            names = {pick.identity, pick.url}
            article = next(it for it in story.articles if not names.isdisjoint(names_of(it)))
            return filled(pick, article, [it for it in story.articles if it is not article])
        return await chosen_of(self.store, pick)


async def chosen_of(store: StoryStore, pick: Pick) -> Chosen:
    """A pick as it is shown, with its article, if one is stored, and what repeats that."""
    stored = await store.article(pick.identity) if pick.identity else None
    stored = stored or await store.article(pick.url)
    if stored is None:
        return filled(pick)
    story = await story_of(store, stored)
    return filled(pick, stored, [it for it in story.articles if it.identity != stored.identity])


def filled(pick: Pick, article: Article | None = None, reprints: Sequence[Article] = ()) -> Chosen:
    """A pick as it is shown: with the source's words where it has none of an editor or a machine."""
    text = draft_text(article) if article and pick.draft else ""
    follows = bool(text) and pick.text in {"", text}
    if follows and pick.text != text:
        pick = pick.model_copy(update={"text": text})
    return Chosen(pick, article, tuple(reprints), follows)


def places_of(held: Sequence[Pick]) -> list[Pick | None]:
    """The picked ones of a day's picks by place; where the editor left a place to what nobody has picked there is None."""
    row: list[Pick | None] = []
    others = [it.position for it in held if it.state != "picked"]
    for pick in sorted((it for it in held if it.state == "picked"), key=lambda it: (it.position, it.url)):
        before = sum(position < pick.position for position in others)
        row += [None] * (pick.position - before - 1 - len(row))
        row.append(pick)
    return row


def _in_places(row: Sequence[Chosen | None], rest: Iterable[Chosen]) -> Iterator[Chosen]:
    """The picked ones at their places, the rest where these leave one, and after them; numbered."""
    waiting = deque(rest)
    number = 0
    for it in row:
        shown = it or (waiting.popleft() if waiting else None)
        if shown:
            number += 1
            yield _numbered(shown, number)
    for place, it in enumerate(waiting, start=number + 1):
        yield _numbered(it, place)


def _published(chosen: Chosen) -> datetime:
    at = chosen.article.published_at if chosen.article else None
    return at or day_start(chosen.pick.day)


def _is_flash(chosen: Chosen) -> bool:
    return chosen.article is not None and chosen.article.kind is Verdict.NEWSFLASH


def _numbered(chosen: Chosen, number: int) -> Chosen:
    if chosen.pick.position == number:
        return chosen
    return replace(chosen, pick=chosen.pick.model_copy(update={"position": number}))


def _by_name(picks: Iterable[Pick]) -> dict[str, Pick]:
    return {name: pick for pick in picks for name in (pick.url, pick.identity) if name}


def _story_of(pick: Pick, by_name: Mapping[str, Story]) -> Story | None:
    return by_name.get(pick.identity or "") or by_name.get(pick.url)


def _pick_of(article: Article, names: Mapping[str, Pick]) -> Pick | None:
    return next((names[name] for name in names_of(article) if name in names), None)


def candidate_of(day: date, article: Article, text: str = "") -> Pick:
    """An article as what nobody has decided on of its day; without a text it shows what the article says."""
    return Pick(
        day=day,
        position=1,
        url=article.url,
        text=text,
        identity=article.identity,
        state="candidate",
        draft=True,
    )


def draft_text(article: Article) -> str:
    """An article in one line, to be edited: what tells by itself what it is about (`draft_line`)."""
    return escape_line(draft_line(article))


def basis_of(article: Article | None) -> str:
    """A fingerprint of an article's words (16 hex digits), by which it is seen that they have changed; blanks do not count.

    Empty without an article.
    """
    if article is None:
        return ""
    words = "\0".join("".join((it or "").split()) for it in (article.title, article.digest, article.text))
    return hashlib.blake2b(words.encode(errors="replace"), digest_size=8).hexdigest()
