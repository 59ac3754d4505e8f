"""The state of the sample sites: their stories, and what is wrong with a host at the moment. No clock, no chance.

Tests and scripts change it while the server runs; every change shows at the next request.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Literal, Self, TypeAlias

from samples.answer import Answer
from samples.generated import Writer
from samples.ids import SHANGHAI, number
from samples.story import Album, SiteName, Story, load

FIRST_DAY = date(2026, 9, 1)
LAST_DAY = date(2026, 10, 31)
"""The days of the hand-written stories."""

MIDNIGHT = datetime(2026, 11, 1, tzinfo=SHANGHAI)
"""The sample world's present: all stories of the two months are out."""

Closed: TypeAlias = Literal["empty", "blank", "error"]

SEEDS = "seeds"
"""What stands for the URL of the editor's list of weixin links."""

LINKS_BACK = (1, 2, 4)
"""A linked story leads to those that its site published so many before it."""

PER_DAY = 300
"""At most so many generated stories a day and site (ithome published about 200 a weekday in 2026)."""


@dataclass
class Fault:
    """What a host answers instead of its pages: a status, `times` times (None: until it is taken away).

    `retry_after` (seconds) becomes the header, `path` limits it to paths that begin so.
    """

    status: int
    path: str = "/"
    retry_after: int | None = None
    times: int | None = None


@dataclass
class World:
    """All sample stories and switches. `now` hides what is published later; move it to let the sites live on.

    `replies` is what a real URL, query included, answers instead of its page: a redirect, a 304, a page of the test's own.
    """

    now: datetime = MIDNIGHT
    challenged: dict[str, int] = field(default_factory=dict)
    long_links_challenged: bool = False
    closed: dict[str, Closed] = field(default_factory=dict)
    missing_days: set[date] = field(default_factory=set)
    forbidden: set[str] = field(default_factory=set)
    faults: dict[str, Fault] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)
    replies: dict[str, Answer] = field(default_factory=dict)
    left_out: dict[str, float] = field(default_factory=dict)
    still: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._asked = ""
        self._stories: dict[str, Story] = {}
        self._numbers: dict[tuple[SiteName, int], str] = {}
        self._tokens: dict[str, str] = {}
        self._weixin: dict[tuple[str, int, int], str] = {}
        self._order: dict[SiteName, list[tuple[datetime, str]]] = {"36kr": [], "ithome": [], "weixin": []}
        self._days: dict[tuple[SiteName, date], list[str]] = {}
        content = load()
        self.albums: dict[str, Album] = dict(content.albums)
        self.accounts = dict(content.accounts)
        for story in content.stories:
            self.add(story)
        self._fill_ithome_days()

    def add(self, story: Story) -> Story:
        """Publish a story; its time decides its place in lists and its number."""
        if story.key in self._stories:
            raise ValueError(f"there is a sample story with the key {story.key!r} already; edit() changes it")
        if story.site == "weixin":
            place = (story.biz, story.mid, story.idx)
            if place in self._weixin:
                raise ValueError(
                    f"{story.key}: {self._weixin[place]} has the same account and minute; change `published`"
                )
            self._weixin[place] = self._tokens[story.short_token] = story.key
        else:
            number = (story.site, story.item_id)
            if number in self._numbers:
                raise ValueError(
                    f"{story.key}: {self._numbers[number]} has the same number; change `published`"
                )
            self._numbers[number] = story.key
        self._stories[story.key] = story
        insort(self._order[story.site], (story.order_at or story.published, story.key))
        self._days.setdefault((story.site, story.published.astimezone(SHANGHAI).date()), []).append(story.key)
        return story

    def edit(
        self, key: str, *, title: str | None = None, text: str | None = None, author: str | None = None
    ) -> Story:
        """Change a story's title, text or author; its number, time and URL stay."""
        story = self._stories[key]
        story = replace(
            story,
            title=story.title if title is None else title,
            text=story.text if text is None else text,
            author=story.author if author is None else author,
        )
        self._stories[key] = story
        return story

    def delete(self, key: str) -> None:
        """Take a story away: ithome 404, 36kr a page without data, weixin the notice of the author's deletion."""
        self._stories[key] = replace(self._stories[key], gone=True)

    def generate(
        self,
        count: int,
        seed: int = 0,
        *,
        sites: Sequence[SiteName] = ("ithome", "36kr", "weixin"),
        first_day: date | None = None,
        linked: bool = False,
        silent: Mapping[str, datetime] | None = None,
        in_albums: bool = False,
    ) -> list[Story]:
        """Add `count` articles made of word lists, shared among sites, spread over the two months and earlier days.

        They begin on the `first_day`, if one is given. One that is `linked` leads to some that its site published before it.
        `silent` are the keys of accounts that publish nothing any more from a time on. Accounts that have an album put all
        that they publish into it where stories are `in_albums`.
        """
        writer = Writer(seed, list(self.accounts.values()), silent or {})
        if in_albums:
            writer.albums = {album.account: album.album_id for album in self.albums.values()}
        added: list[Story] = []
        for place, site in enumerate(sites):
            share = count // len(sites) + (place < count % len(sites))
            earlier: list[Story] = []
            for position, moment in enumerate(_moments(share, first_day)):
                key = f"{site}-s{seed}-{position + 1:06}"
                links = [earlier[-back] for back in LINKS_BACK if back <= len(earlier)] if linked else []
                write = partial(writer.story, site, key, turn=position + place, links=links)
                earlier.append(self._publish(write, moment))
            added += earlier
        return added

    def _publish(self, write: Callable[[datetime], Story], moment: datetime) -> Story:
        while True:
            story = write(moment)
            taken = (
                (story.biz, story.mid, story.idx) in self._weixin
                if story.site == "weixin"
                else (story.site, story.item_id) in self._numbers
            )
            if not taken:
                return self.add(story)
            moment += timedelta(seconds=61)

    def _fill_ithome_days(self) -> None:
        writer = Writer(0, list(self.accounts.values()))
        day = FIRST_DAY
        while day <= LAST_DAY:
            if all(self._stories[key].kind == "promotion" for key in self._days.get(("ithome", day), ())):
                moment = datetime(day.year, day.month, day.day, 9, 30, 12, tzinfo=SHANGHAI)
                turn = (day - FIRST_DAY).days
                self._publish(partial(writer.story, "ithome", f"ithome-{day}", turn=turn), moment)
            day += timedelta(days=1)

    def __getitem__(self, key: str) -> Story:
        """The story with a key, deleted or not."""
        return self._stories[key]

    def numbered(self, site: SiteName, number: int) -> Story | None:
        """The story with a number of 36kr or ithome, if it is out."""
        return self._out(self._numbers.get((site, number)))

    def at_token(self, token: str) -> Story | None:
        """The story of a short weixin link, if it is out."""
        return self._out(self._tokens.get(token))

    def at_place(self, biz: str, mid: int, idx: int) -> Story | None:
        """The story of a long weixin link, if it is out."""
        return self._out(self._weixin.get((biz, mid, idx)))

    def _out(self, key: str | None) -> Story | None:
        story = self._stories[key] if key else None
        return story if story and story.published <= self.now else None

    def newest(self, site: SiteName, before: tuple[datetime, str] | None = None) -> Iterator[Story]:
        """A site's stories in list order, newest first, from a place (time and key) on; deleted ones are in no list."""
        order = self._order[site]
        end = len(order) if before is None else bisect_left(order, before)
        for place in range(end - 1, -1, -1):
            story = self._stories[order[place][1]]
            if not story.is_withdrawn and story.published <= self.now and self.lists(story):
                yield story

    def of_day(self, site: SiteName, day: date) -> list[Story]:
        """A day's stories, newest first."""
        stories = (self._stories[key] for key in self._days.get((site, day), ()))
        visible = [
            story
            for story in stories
            if not story.is_withdrawn and story.published <= self.now and self.lists(story)
        ]
        return sorted(visible, key=lambda story: story.published, reverse=True)

    def stories(self, site: SiteName | None = None) -> list[Story]:
        """All stories, also deleted and future ones, oldest first."""
        chosen = (story for story in self._stories.values() if site in {None, story.site})
        return sorted(chosen, key=lambda story: (story.published, story.key))

    def seeds(self) -> list[str]:
        """The weixin URLs that an editor would list: short links mostly, some long ones, some since deleted."""
        seen = self.as_shown_at(SEEDS)
        stories = (
            story for story in self.stories("weixin") if story.published <= self.now and seen.lists(story)
        )
        return [story.long_url if story.seed_link == "long" else story.url for story in stories]

    def challenge(self, host: str, stage: int = 1) -> None:
        """Let a host ask for proof of a human: 36kr stage 1 is the script check and 2 the slider."""
        self.challenged[host] = stage

    def without_stories(self) -> Self:
        """The same world as its lists see it when nothing was published."""
        bare = copy(self)
        vars(bare).update(_order={site: [] for site in self._order}, _days={})
        return bare

    def leave_out(self, share: float, url: str = "") -> None:
        """Let a list, or every list by itself, leave out a share (0 to 1) of its stories, always the same ones.

        `url` is the list's real one without query, or `SEEDS` for the editor's; a share of 0 lets it show them all again.
        """
        self.left_out[url] = share

    def stand_still(self, url: str, since: datetime) -> None:
        """Let a list (its real URL without query) show nothing that was published after a time."""
        self.still[url] = since

    def as_shown_at(self, url: str) -> Self:
        """The same world as the list at a URL shows it: without what it leaves out, and as old as it is."""
        if not self.left_out and not self.still:
            return self
        shown = copy(self)
        vars(shown).update(_asked=url, now=min(self.now, self.still.get(url, self.now)))
        return shown

    def lists(self, story: Story) -> bool:
        """Whether the list that was asked for shows a story."""
        share = self.left_out.get(self._asked, self.left_out.get("", 0))
        return not (
            share and self._asked and number(self._asked, story.key, below=10_000) < round(share * 10_000)
        )

    def calm(self, host: str) -> None:
        """End a host's challenges, faults and delays."""
        self.challenged.pop(host, None)
        self.faults.pop(host, None)
        self.delays.pop(host, None)

    def close(self, url: str, how: Closed = "empty") -> None:
        """Let a list or feed (its real URL without query) be without entries, a page without a byte, or 500."""
        self.closed[url] = how

    def fail(
        self,
        host: str,
        status: int,
        *,
        path: str = "/",
        retry_after: int | None = None,
        times: int | None = None,
    ) -> None:
        """Let a host answer a status, such as 429 with Retry-After, 503, 500 or 404."""
        self.faults[host] = Fault(status, path, retry_after, times)

    def delay(self, place: str, seconds: float) -> None:
        """Let a host, or one URL (the real one without query), wait before each answer."""
        self.delays[place] = seconds

    def forbid(self, host: str) -> None:
        """Close a host by its robots.txt."""
        self.forbidden.add(host)

    def drop_day(self, day: date) -> None:
        """Remove one day's list of ithome."""
        self.missing_days.add(day)


def _moments(count: int, first_day: date | None = None) -> Iterator[datetime]:
    """Evenly spread moments, at most PER_DAY a day, ending with the last day."""
    days = max((LAST_DAY - (first_day or FIRST_DAY)).days + 1, -(-count // PER_DAY))
    start = MIDNIGHT - timedelta(days=days)
    step = timedelta(days=days) / max(count, 1)
    for position in range(count):
        yield start + step * position + timedelta(seconds=30)
