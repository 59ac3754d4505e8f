"""What feeds and books hold: the articles of what is shown of each day (`selection.py`), read from the store as they are written."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Collection
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple, cast

from exports.content.labels import USUAL, Labels
from newsarchive.editorial.days import day_of
from newsarchive.editorial.excerpts import excerpt_of, worded
from newsarchive.editorial.selection import Chosen, Day, LeftOut, Scope, chosen_days
from newsarchive.items.article import Article
from newsarchive.items.record import EARLIEST, LATEST
from newsarchive.markdown.plain_text import plain_line
from newsarchive.storage.contract import EditorialStore, Store

_TITLE_OF_UNTITLED = 40
"""Characters of its text by which an article without a title is called."""


class Dated(NamedTuple):
    """An article, the day that it is of (an editor's, or that of its story in Shanghai), and the others of its story."""

    day: date
    article: Article
    reprints: tuple[Article, ...] = ()


@dataclass(slots=True)
class Unshown:
    """What is not in a feed or book: articles, picks of which no article is stored, and what is `older` than its limit.

    (Of the days that were looked at for it: there may be more.)
    """

    left_out: LeftOut = field(default_factory=LeftOut)
    without_article: int = 0
    older: int = 0


async def published(
    store: EditorialStore, first: date, last: date, scope: Scope, unshown: Unshown
) -> AsyncIterator[Dated]:
    """The articles of the days from `first` to `last`, in the order of each day; what is not shown is counted in `unshown`.

    The editor's own text takes the place of the digest.
    """
    async for day in chosen_days(store, first, last, scope):
        for entry in _articles(day, unshown):
            yield entry


def _articles(day: Day, unshown: Unshown) -> list[Dated]:
    unshown.left_out.add(day.left_out)
    found = [Dated(day.day, _with_words(it, it.article), it.reprints) for it in day.chosen if it.article]
    unshown.without_article += len(day.chosen) - len(found)
    return found


def _with_words(chosen: Chosen, article: Article) -> Article:
    return article if chosen.pick.draft else worded(article, plain_line(chosen.pick.text))


async def marked(
    entries: AsyncIterator[Dated], withdrawn: Collection[str], labels: Labels = USUAL
) -> AsyncIterator[Dated]:
    """The articles, those of these identities with a mark before their titles."""
    async for entry in entries:
        yield entry._replace(article=marked_article(entry.article, withdrawn, labels))


def marked_article(article: Article, withdrawn: Collection[str], labels: Labels = USUAL) -> Article:
    """An article, with a mark before its title if its site withdrew it."""
    if article.identity not in withdrawn:
        return article
    title = article.title.strip() or excerpt_of(article, _TITLE_OF_UNTITLED)
    return article.model_copy(update={"title": f"{labels.gone}{title}"})


async def newest(store: Store, limit: int, scope: Scope, unshown: Unshown) -> list[Dated]:
    """The last `limit` of what is shown, newest first, without reading much more of the store than these.

    Of the days that it reaches into, what is not shown is counted in `unshown`.
    """
    span = await _span(store)
    if span is None:
        return []
    oldest, until = span
    length = timedelta(days=1)
    found: list[Dated] = []
    while len(found) < limit and until >= oldest:
        first = max(until - length + timedelta(days=1), oldest)
        for day in reversed([day async for day in chosen_days(store, first, until, scope)]):
            if len(found) < limit:
                found += reversed(_articles(day, unshown))
        if first == oldest:
            break
        until, length = first - timedelta(days=1), length * 2
    unshown.older = max(len(found) - limit, 0)
    return found[:limit]


async def _span(store: Store) -> tuple[date, date] | None:
    """The first and the last day that have articles or picks."""
    counts = (await store.counts()).values()
    ends = [day_of(min(it.newest, LATEST)) for it in counts if it.newest]
    picks = await store.picks(max(ends, default=date.min), date.max)
    last = max([*ends, *(pick.day for pick in picks[-1:])], default=None)
    if last is None:
        return None
    oldest = await _oldest(store)
    earlier = await store.picks(date.min, oldest or last)
    return min([oldest or last, *(pick.day for pick in earlier[:1])]), last


async def _oldest(store: Store) -> date | None:
    articles = cast("AsyncGenerator[Article]", store.articles(since=EARLIEST))
    async with aclosing(articles):
        async for article in articles:
            return day_of(article.published_at) if article.published_at else None
    return None
