"""Chooses what feeds and books hold: an article a story, or what the editor picked, read from the store as it is written."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from exports.plain_text import plain_line
from exports.stories import SHORTEST_TEXT
from newsarchive.items import EARLIEST, LATEST, SHANGHAI, Article, SiteName
from newsarchive.storage.contract import Store


class Dated(NamedTuple):
    """An article and the day that it is of: an editor's, or that of its publication in Shanghai."""

    day: date
    article: Article


def day_start(day: date) -> datetime:
    """When a day begins in Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)


async def published(
    store: Store,
    *,
    site: SiteName | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> AsyncIterator[Dated]:
    """Articles by publication time, oldest first; without promotions, repeats of an earlier text, and undated ones."""
    async for article in store.articles(site=site, since=since, until=until):
        if article.published_at and not article.promotion and not await _repeats(store, article, site):
            yield Dated(article.published_at.astimezone(SHANGHAI).date(), article)


async def picked(
    store: Store, first: date, last: date, *, site: SiteName | None = None
) -> AsyncIterator[Dated]:
    """The stored articles that were picked for the days from `first` to `last`, in the editor's order.

    The editor's own text takes the place of the digest. Picks whose article is not stored are left out.
    """
    for pick in await store.picks(first, last):
        if pick.state != "picked":
            continue
        article = await store.article(pick.identity or pick.url) or await store.article(pick.url)
        if article and site in {None, article.site}:
            text = article.digest if pick.draft else plain_line(pick.text)
            yield Dated(pick.day, article.model_copy(update={"digest": text}))


async def newest(store: Store, limit: int, *, site: SiteName | None = None) -> list[Dated]:
    """The last `limit` of `published`, newest first, without reading much more of the store than these."""
    ends = [it.newest for name, it in (await store.counts()).items() if site in {None, name} and it.newest]
    oldest = await _oldest(store, site)
    if not ends or not oldest:
        return []
    until = min(max(ends), LATEST) + timedelta(milliseconds=1)
    span = timedelta(days=1)
    found: list[Dated] = []
    while len(found) < limit and until > oldest:
        since = max(until - span, oldest)
        part = deque[Dated](maxlen=limit - len(found))
        async for entry in published(store, site=site, since=since, until=until):
            part.append(entry)
        found += reversed(part)
        until, span = since, span * 2
    return found


async def newest_picked(store: Store, limit: int, *, site: SiteName | None = None) -> list[Dated]:
    """The last `limit` of all that was picked, the last day's last pick first."""
    last = deque[Dated](maxlen=limit)
    async for entry in picked(store, date.min, date.max, site=site):
        last.append(entry)
    return list(reversed(last))


async def _oldest(store: Store, site: SiteName | None) -> datetime | None:
    async for article in store.articles(site=site, since=EARLIEST):
        return article.published_at
    return None


async def _repeats(store: Store, article: Article, site: SiteName | None) -> bool:
    """Whether an article (of the site) that was published earlier has the same words."""
    if len(article.text) < SHORTEST_TEXT:
        return False
    same = await store.with_text(article.text_hash)
    first = next((it for it in same if site is None or it.startswith(f"{site}:")), article.identity)
    return first != article.identity
