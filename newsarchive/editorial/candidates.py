"""Proposes candidates for a day from the articles that are stored: one for each story, in the site's own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from newsarchive.editorial.coverage import ALL, Coverage
from newsarchive.editorial.days import day_start
from newsarchive.editorial.picks import day_picks, numbered
from newsarchive.editorial.selection import candidate_of, places_of
from newsarchive.editorial.stories import stories_of
from newsarchive.items.article import Article
from newsarchive.records.pick import Pick
from newsarchive.storage.contract import EditorialStore
from newsarchive.stories.links import names_of

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


async def draft_day(store: EditorialStore, day: date, coverage: Coverage = ALL) -> Drafted:
    """Add a candidate for each story of a day (in Shanghai) that nobody has decided on; others stay as they are.

    What is not covered is left out; a story is proposed by the first of its articles that is. It has no text: it shows what its article says, as a draft. Promotions, reprints of what was published on another day
    and stories that were picked, proposed or rejected in the week before are left out. The same store twice proposes nothing
    new.
    """
    start = day_start(day)
    found = store.articles(since=start, until=start + timedelta(days=1))
    stories = await stories_of(store, [it async for it in found if not it.promotion])
    decided = await store.picks(day - LOOK_BACK, day)
    taken = {name for pick in decided for name in (pick.url, pick.identity) if name}
    new = [
        story
        for story in stories
        if story.day == day and taken.isdisjoint(name for it in story.articles for name in names_of(it))
    ]
    articles = [[one for one in it.articles if coverage.has(one)] for it in new]
    proposals = [Proposal(candidate_of(day, it[0]), tuple(it)) for it in articles if it]
    if proposals:
        held = await day_picks(store, day)
        row = [*places_of(held), *(it for it in held if it.state == "candidate")]
        rejected = [it for it in held if it.state == "rejected"]
        await store.replace_day(day, numbered([*row, *(it.pick for it in proposals), *rejected]))
    return Drafted(tuple(proposals), len(stories) - len(new))
