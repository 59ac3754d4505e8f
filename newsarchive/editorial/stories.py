"""Finds articles that tell the same story: an original and its reprints.

The same words are not yet the same story. Two articles are one if

- one names the other as its original: by its key or URL, or by its account where the words are the same; or
- they have the same words (of some length) on the same day (in Shanghai), on different sites; or on one site within
  hours, under one title and with the same pictures.

So a story has one original, on one day, whatever span of days is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from newsarchive.editorial.days import day_of
from newsarchive.items.article import Article, text_hash
from newsarchive.items.record import SiteName
from newsarchive.sites import SITES, identify
from newsarchive.storage.contract import ArticleStore

SHORTEST_TEXT = 20
"""Characters below which equal texts say nothing (a video's only line, a greeting)."""
_HOURS = timedelta(hours=6)
"""Within what time one site's article with the same title, words and pictures is the same one, sent again."""
_LONGEST_CHAIN = 32
"""How often an original may name another one as its own."""


@dataclass(frozen=True, slots=True)
class Story:
    """The articles of a day that tell one story, the original first; `elsewhere` is that original's day, if not this."""

    articles: tuple[Article, ...]
    elsewhere: date | None = None


Cluster = tuple[Article, ...]
"""Articles of a day with the same words that are one story, oldest first."""


async def stories_of(
    store: ArticleStore, articles: Sequence[Article], *, site: SiteName | None = None
) -> list[Story]:
    """The stories of all articles of one day, in the order in which they began.

    With a `site`, articles of other sites are as if they were not stored. Raises what the store raises.
    """
    return await _Day(store, site, clusters(articles)).stories()


async def reprints_of(store: ArticleStore, article: Article) -> list[Article]:
    """The other articles of its day that have the words of an article and are one story with it."""
    return [it for it in await _Day(store, None, []).cluster_of(article) if it.identity != article.identity]


def clusters(articles: Iterable[Article]) -> list[Cluster]:
    """The articles of one day, those together that have the same words and may be one story; by age."""
    found: list[list[Article]] = []
    by_words: dict[str, list[list[Article]]] = {}
    for article in sorted(articles, key=age):
        alike = by_words.setdefault(article.text_hash, []) if len(article.text) >= SHORTEST_TEXT else []
        home = next((them for them in alike if all(_may_be_one(it, article) for it in them)), None)
        if home is None:
            home = []
            alike.append(home)
            found.append(home)
        home.append(article)
    return [tuple(them) for them in found]


def _may_be_one(one: Article, other: Article) -> bool:
    """Whether two articles with the same words on the same day are one story."""
    if one.site != other.site or _names(one, other) or _names(other, one):
        return True
    if one.published_at is None or other.published_at is None:
        return False
    return (
        abs(one.published_at - other.published_at) <= _HOURS
        and text_hash(one.title) == text_hash(other.title)
        and _pictures(one) == _pictures(other)
    )


def _pictures(article: Article) -> list[str]:
    """The addresses of the pictures without what only asks for a size."""
    return [image.url.partition("?")[0] for image in article.images]


def _names(article: Article, original: Article) -> bool:
    """Whether an article names another one, which has the same words, as its original."""
    by, account = article.attribution, original.attribution
    same_account = (by.original_account and by.original_account in {account.account, account.author}) or (
        by.original_account_alias and by.original_account_alias == account.account_alias
    )
    return bool(same_account) or not set(_original_names(article)).isdisjoint(names_of(original))


def names_of(article: Article) -> tuple[str, ...]:
    """All names that an article may be named by."""
    return (article.identity, article.url, *article.aliases, *SITES[article.site].names_of(article.keys))


def age(article: Article) -> tuple[bool, datetime | None, str]:
    """What puts articles in the order of their publication."""
    return article.published_at is None, article.published_at, article.identity


@dataclass(slots=True)
class _Day:
    """The clusters of a day, and how to find those of others."""

    store: ArticleStore
    site: SiteName | None
    clusters: list[Cluster]
    by_name: dict[str, Cluster] = field(default_factory=dict)

    async def stories(self) -> list[Story]:
        for cluster in self.clusters:
            for article in cluster:
                for name in names_of(article):
                    self.by_name.setdefault(name, cluster)
        groups: dict[str, list[Article]] = {}
        heads: dict[str, Cluster] = {}
        for cluster in self.clusters:
            head = await self._head(cluster)
            heads[head[0].identity] = head
            groups.setdefault(head[0].identity, []).extend(cluster)
        ours = {cluster[0].identity for cluster in self.clusters}
        named = {name for cluster in self.clusters for it in cluster for name in _original_names(it)}
        stories = []
        for name, members in groups.items():
            original = {it.identity for it in heads[name] if not named.isdisjoint(names_of(it))} or {name}
            row = sorted(members, key=lambda it: (it.identity not in original, age(it)))
            stories.append(Story(tuple(row), None if name in ours else _day(heads[name][0])))
        return sorted(stories, key=lambda story: min(age(it) for it in story.articles))

    async def _head(self, cluster: Cluster) -> Cluster:
        """The cluster of the original: that of the original's original, and so on; in a circle the oldest."""
        way = [cluster]
        while len(way) <= _LONGEST_CHAIN and (following := await self._original(way[-1])):
            names = [it[0].identity for it in way]
            if following[0].identity in names:
                return min(way[names.index(following[0].identity) :], key=lambda it: age(it[0]))
            way.append(following)
        return way[-1] if len(way) <= _LONGEST_CHAIN else cluster

    async def _original(self, cluster: Cluster) -> Cluster | None:
        """The cluster of an article that one of these names as its original."""
        for article in cluster:
            for name in _original_names(article):
                found = self.by_name.get(name) or await self._stored(name)
                if found and found[0].identity != cluster[0].identity:
                    return found
            if found := await self._named_by_account(article):
                return found
        return None

    async def _stored(self, name: str) -> Cluster | None:
        """The cluster of an article of another day. What is shown of no day is no original: one without time, a promotion."""
        article = await self.store.article(name)
        return await self.cluster_of(article) if article and self._counts(article) else None

    def _counts(self, article: Article) -> bool:
        dated = article.published_at is not None
        return dated and not article.promotion and self.site in {None, article.site}

    async def cluster_of(self, article: Article) -> Cluster:
        if known := self.by_name.get(article.identity):
            return known
        same = [it for it in await self._same_words(article) if _day(it) == _day(article)]
        return next(it for it in clusters([article, *same]) if article in it)

    async def _same_words(self, article: Article) -> list[Article]:
        """The other articles with the same words, of any day."""
        if len(article.text) < SHORTEST_TEXT:
            return []
        names = [it for it in await self.store.with_text(article.text_hash) if it != article.identity]
        found = [await self.store.article(name) for name in names]
        return [it for it in found if it and self._counts(it)]

    async def _named_by_account(self, article: Article) -> Cluster | None:
        by = article.attribution
        if not (by.original_account or by.original_account_alias):
            return None
        for other in await self._same_words(article):
            if _names(article, other) and _day(other) != _day(article):
                return await self.cluster_of(other)
        return None


def _day(article: Article) -> date | None:
    return day_of(article.published_at) if article.published_at else None


def _original_names(article: Article) -> Iterable[str]:
    by = article.attribution
    if by.original_url:
        yield by.original_url
        if link := identify(by.original_url):
            yield link.identity
    for site in (SITES[article.site], *SITES.values()):
        if names := site.names_of(by.original_keys):
            yield from names
            return
