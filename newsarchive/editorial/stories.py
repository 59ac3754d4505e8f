"""Finds the articles that tell one story: an original and its reprints, of whatever day (`newsarchive/stories/groups.py` has the rules).

A story has one original and one day, the earliest of its articles, whatever span of days is looked at.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Protocol

from newsarchive.errors import BadValueError
from newsarchive.items.article import Article
from newsarchive.items.record import SiteName
from newsarchive.records.story_link import StoryLink
from newsarchive.sites import identify
from newsarchive.storage.contract import ArticleStore, EditorialStore, StoryLinks
from newsarchive.stories.groups import TYING, Group, age, by_name, day_of, groups_of
from newsarchive.stories.links import SHORTEST_TEXT, names_account, names_of, original_names

_AT_ONCE = 500
_LONGEST_CHAIN = 32
"""How many steps from an article the articles of its story are looked for."""


class StoryStore(ArticleStore, StoryLinks, Protocol):
    """What stories are found in."""


@dataclass(frozen=True, slots=True)
class Story:
    """The articles that tell one story, and its day.

    `beside` ties them to others: what contains one of its texts, and what an editor keeps apart from it.
    """

    group: Group
    beside: tuple[StoryLink, ...] = ()

    @property
    def articles(self) -> tuple[Article, ...]:
        """The original first, then by age."""
        return self.group.articles

    @property
    def links(self) -> tuple[StoryLink, ...]:
        """What ties them, the strongest first."""
        return self.group.links

    @property
    def day(self) -> date | None:
        """The earliest day of its articles; None where no time is known."""
        return min((day for it in self.articles if (day := day_of(it))), default=None)


async def stories_between(
    store: StoryStore, since: datetime | None, until: datetime | None, *, site: SiteName | None = None
) -> AsyncIterator[Story]:
    """The stories that begin in a span of whole days (`until` is not included), by day. Promotions are none."""
    today: list[Article] = []
    async for article in store.articles(site=site, since=since, until=until):
        if today and day_of(article) != day_of(today[0]):
            for story in await _begun(store, today, site):
                yield story
            today = []
        if article.published_at is not None and not article.promotion:
            today.append(article)
    for story in await _begun(store, today, site):
        yield story


async def _begun(store: StoryStore, articles: Sequence[Article], site: SiteName | None) -> list[Story]:
    """The stories that begin on the day of these articles."""
    found = await stories_of(store, articles, site=site) if articles else []
    return [it for it in found if it.day == day_of(articles[0])]


async def story_named(store: StoryStore, name: str) -> Story:
    """The story of an article by its identity or URL. Raises BadValueError where none is stored."""
    return await story_of(store, await _named(store, name))


async def link_all(store: StoryStore) -> tuple[int, int]:
    """Find the links of all stored articles that have none yet; how many were taken in, and how many articles there are."""
    added = count = 0
    some: list[Article] = []
    async for article in store.articles():
        some.append(article)
        count += 1
        if len(some) == _AT_ONCE:
            added += await store.link_stories(some)
            some = []
    return added + await store.link_stories(some), count


async def stories_of(
    store: StoryStore, articles: Sequence[Article], *, site: SiteName | None = None
) -> list[Story]:
    """The stories of all articles of one day, in the order in which they began there. They may be of an earlier day.

    With a `site`, articles of other sites are as if they were not stored. Raises what the store raises.
    """
    found = await _Gathering.of(store, articles, site, whole_day=True)
    place = {it.identity: number for number, it in enumerate(sorted(articles, key=age))}
    stories = [it for it in found.stories() if any(one.identity in place for one in it.articles)]
    return sorted(
        stories,
        key=lambda it: min(place[one.identity] for one in it.articles if one.identity in place),
    )


async def story_of(store: StoryStore, article: Article) -> Story:
    """The story of a stored article. Raises what the store raises."""
    found = await _Gathering.of(store, [article], None)
    return next(it for it in found.stories() if any(one.identity == article.identity for one in it.articles))


@dataclass(slots=True)
class _Gathering:
    """Articles and all that are tied to them, step by step, of whatever day."""

    store: StoryStore
    site: SiteName | None
    articles: dict[str, Article] = field(default_factory=dict)
    names: dict[str, Article] = field(default_factory=dict)
    links: dict[str, StoryLink] = field(default_factory=dict)
    asked: dict[str, Article | None] = field(default_factory=dict)

    @classmethod
    async def of(
        cls,
        store: StoryStore,
        articles: Sequence[Article],
        site: SiteName | None,
        *,
        whole_day: bool = False,
    ) -> _Gathering:
        """With `whole_day` the articles are all of a day: none of that day has the same words as one of them."""
        found = cls(store, site)
        new = found._take(articles)
        for step in range(_LONGEST_CHAIN):
            new = await found._tied_to(new, know_words=whole_day and not step)
            if not new:
                break
        return found

    def stories(self) -> list[Story]:
        """All in stories."""
        beside = [it for it in self.links.values() if it.kind not in TYING]
        found = []
        for group in groups_of(self.articles.values(), self.links.values()):
            names = {name for it in group.articles for name in names_of(it)}
            others = (it for it in beside if it.identity in names or it.other in names)
            found.append(Story(group, tuple(others)))
        return found

    def _take(self, articles: Iterable[Article]) -> list[Article]:
        new = [it for it in articles if it.identity not in self.articles]
        self.articles |= {it.identity: it for it in new}
        self.names = by_name(new) | self.names if new else self.names
        return new

    async def _tied_to(self, articles: Sequence[Article], *, know_words: bool) -> list[Article]:
        """The articles that are tied to some of these, and were not known."""
        names = {name for it in articles for name in names_of(it)}
        links = await self.store.story_links(names)
        self.links |= {it.model_dump_json(): it for it in links}
        wanted = [name for it in links if it.kind in TYING for name in (it.identity, it.other)]
        wanted += [name for it in articles for name in original_names(it)]
        found = [await self._stored(name) for name in dict.fromkeys(wanted)]
        for article in articles:
            if (
                not know_words
                or article.attribution.original_account
                or article.attribution.original_account_alias
            ):
                found += await self._same_words(article)
        return self._take({it.identity: it for it in found if it}.values())

    async def _stored(self, name: str) -> Article | None:
        """The article of a name. What is shown of no day is part of no story: one without time, a promotion."""
        if name in self.names:
            return None
        if name not in self.asked:
            article = await self.store.article(name)
            self.asked[name] = article if article and self._counts(article) else None
        return self.asked[name]

    def _counts(self, article: Article) -> bool:
        dated = article.published_at is not None
        return dated and not article.promotion and self.site in {None, article.site}

    async def _same_words(self, article: Article) -> list[Article | None]:
        """The other articles with the same words that may be one story with it."""
        if len(article.text) < SHORTEST_TEXT:
            return []
        found = [await self._stored(name) for name in await self.store.with_text(article.text_hash)]
        return [
            it
            for it in found
            if it
            and (day_of(it) == day_of(article) or names_account(article, it) or names_account(it, article))
        ]


async def join_stories(store: EditorialStore, name: str, other: str) -> Story:
    """Make two articles one story for ever, whatever their texts say. Raises BadValueError for one that is not stored."""
    one, two = await _named(store, name), await _named(store, other)
    if one.identity == two.identity:
        raise BadValueError(f"{name} and {other} are one article: give another one")
    await store.delete_story_links(await _said_of(store, [one], [two]))
    link = StoryLink(identity=one.identity, other=two.identity, kind="joined", at=datetime.now(UTC))
    await store.put_story_links([link])
    return await story_of(store, one)


async def split_story(store: EditorialStore, name: str, other: str | None = None) -> Story:
    """Keep an article apart from another one, or from all of its story, for ever.

    Returns the story that it is now. Raises BadValueError for an article that is not stored, and where there is nothing to split.
    """
    article = await _named(store, name)
    story = await story_of(store, article)
    others = (
        [await _named(store, other)]
        if other
        else [it for it in story.articles if it.identity != article.identity]
    )
    if not others:
        raise BadValueError(f"{article.identity} is alone in its story: there is nothing to split")
    if any(it.identity == article.identity for it in others):
        raise BadValueError(f"{name} and {other} are one article: give another one")
    await store.delete_story_links(await _said_of(store, [article], others))
    at = datetime.now(UTC)
    await store.put_story_links(
        [StoryLink(identity=article.identity, other=it.identity, kind="apart", at=at) for it in others]
    )
    return await story_of(store, article)


async def _named(store: ArticleStore, name: str) -> Article:
    link = identify(name)
    article = await store.article(name) or (await store.article(link.identity) if link else None)
    if article is None:
        raise BadValueError(
            f"no article is stored as {name}: give its identity or URL, as `newsarchive stories` prints them"
        )
    return article


async def _said_of(
    store: StoryLinks, articles: Sequence[Article], others: Sequence[Article]
) -> list[StoryLink]:
    """What an editor has said before of articles and others."""
    ours, theirs = ({name for it in them for name in names_of(it)} for them in (articles, others))
    return [
        it
        for it in await store.story_links(ours)
        if it.kind in {"joined", "apart"} and theirs & {it.identity, it.other}
    ]
