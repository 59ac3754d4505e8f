"""Proposes candidates for a day from the articles that are stored: one for each story, in the site's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from exports.picking import day_picks, numbered
from exports.selection import draft_text
from exports.stories import group_stories
from newsarchive.items import SHANGHAI, Article, Pick
from newsarchive.storage.contract import Store

LOOK_BACK = timedelta(days=7)
"""How long before the day a story may have been picked, proposed or rejected so as not to be proposed again."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A candidate and the articles of its story: the original first, then its reprints."""

    pick: Pick
    story: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """What was proposed, and how many stories of the day had been proposed or decided before."""

    proposals: tuple[Proposal, ...]
    known: int


async def draft_day(store: Store, day: date) -> Drafted:
    """Add a candidate for each story of a day (in Shanghai) that nobody has decided on; others stay as they are.

    Its text is the digest or the first sentences of the first article, marked as a draft. Promotions and stories that
    were picked, proposed or rejected in the week before are left out. The same store twice proposes nothing new.
    """
    since = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    until = since + timedelta(days=1)
    articles = [it async for it in store.articles(since=since - LOOK_BACK, until=until) if not it.promotion]
    taken = {
        name for pick in await store.picks(day - LOOK_BACK, day) for name in (pick.url, pick.identity) if name
    }
    stories = [story for story in group_stories(articles) if any(_is_of(it, since) for it in story)]
    new = [story for story in stories if taken.isdisjoint(_names(story))]
    proposals = [Proposal(_candidate(day, story[0]), tuple(story)) for story in new]
    if proposals:
        held = await day_picks(store, day)
        decided = [it for it in held if it.state != "rejected"]
        rejected = [it for it in held if it.state == "rejected"]
        await store.replace_day(day, numbered([*decided, *(it.pick for it in proposals), *rejected]))
    return Drafted(tuple(proposals), len(stories) - len(new))


def _is_of(article: Article, since: datetime) -> bool:
    return article.published_at is not None and article.published_at >= since


def _names(story: Sequence[Article]) -> set[str]:
    return {name for it in story for name in (it.identity, it.url, *it.aliases)}


def _candidate(day: date, article: Article) -> Pick:
    return Pick(
        day=day,
        position=1,
        url=article.url,
        text=draft_text(article),
        identity=article.identity,
        state="candidate",
        draft=True,
    )
