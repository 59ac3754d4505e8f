"""Proposes candidates for a day from the articles that are stored: one for each story, in the site's own words, the best first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol, TypeAlias, TypeVar

from newsarchive.editorial.coverage import ALL, Coverage
from newsarchive.editorial.days import day_start
from newsarchive.editorial.picks import day_picks, numbered
from newsarchive.editorial.selection import candidate_of, places_of
from newsarchive.editorial.stories import stories_of
from newsarchive.items.article import Article
from newsarchive.parsing.text import one_line
from newsarchive.records.pick import Pick
from newsarchive.sites import SITES
from newsarchive.storage.contract import EditorialStore
from newsarchive.stories.links import names_of, original_names, publisher_of

Grouping: TypeAlias = Literal["site", "tag"]
"""By what the candidates of a day stand together."""
OTHERS = "其他"
"""The group of stories of which no article is stored, or that have no tag."""
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


class CandidateStory(Protocol):
    """A story that may be chosen: its article, if one is stored, and its reprints."""

    @property
    def article(self) -> Article | None:
        """The original, or what stands for it."""

    @property
    def reprints(self) -> Sequence[Article]:
        """The others."""


S = TypeVar("S", bound=CandidateStory)


def standing(story: CandidateStory) -> tuple[int, bool, int]:
    """How good a candidate is; the best is the lowest. This is the whole rule.

    First what more publishers have. Among those, originals before what names another article or account as its original;
    then the longer text.
    """
    article = story.article
    if article is None:
        return 0, False, 0
    by = article.attribution
    reprint = by.copyright == "repost" or bool(by.original_account) or any(original_names(article))
    return -(1 + also_on(story)), reprint, -len(article.text)


def also_on(story: CandidateStory) -> int:
    """On how many other sites or accounts a story stands, too."""
    articles = [*([story.article] if story.article else []), *story.reprints]
    return max(len({publisher_of(it) for it in articles}) - 1, 0)


def group_of(story: CandidateStory, by: Grouping) -> str:
    """The name of the group that a story stands in."""
    if story.article is None:
        return OTHERS
    if by == "site":
        return SITES[story.article.site].title
    return next((tag for it in story.article.tags if (tag := one_line(it))), OTHERS)


def grouped(stories: Iterable[S], by: Grouping) -> list[S]:
    """Stories by group, in each in the order given; sites as they are registered, tags by how many stories have them."""
    found = list(stories)
    sizes = Counter(group_of(it, by) for it in found)
    sites = {site.title: place for place, site in enumerate(SITES.values())}

    def place(story: S) -> tuple[bool, int, str]:
        group = group_of(story, by)
        return group == OTHERS, sites.get(group, 0) if by == "site" else -sizes[group], group

    return sorted(found, key=place)


def arranged(stories: Iterable[S], by: Grouping) -> list[S]:
    """Stories by group, in each the best first."""
    return grouped(sorted(stories, key=standing), by)
