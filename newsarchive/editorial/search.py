"""Articles by their words, the newest or the best first; and stories."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

from newsarchive.editorial.selection import Chosen
from newsarchive.items.article import Article
from newsarchive.items.record import SiteName
from newsarchive.search.fold import folded
from newsarchive.search.query import Query, matches
from newsarchive.storage.contract import ArticleSearch


async def best_first(
    store: ArticleSearch,
    query: Query,
    *,
    site: SiteName | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> AsyncIterator[Article]:
    """What a query finds: first the articles that have all words in their titles, then the others, each the newest first."""
    of_title = replace(query, in_title=True)
    async for article in store.found(of_title, site=site, since=since, until=until):
        yield article
    async for article in store.found(query, site=site, since=since, until=until):
        if not matches(of_title, article):
            yield article


def is_about(query: Query, chosen: Chosen) -> bool:
    """Whether an article of a story has the words of a query, or what an editor says of it has."""
    articles = [chosen.article, *chosen.reprints] if chosen.article else []
    if any(matches(query, it) for it in articles):
        return True
    said = [folded(it) for it in (chosen.pick.title, chosen.pick.text, chosen.pick.words)]
    return all(any(word in it for it in said) for word in query.words)
