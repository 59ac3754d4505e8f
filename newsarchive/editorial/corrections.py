"""What was changed in stored articles, what an editor looks at first on top."""

from __future__ import annotations

from datetime import datetime

from newsarchive.editorial.coverage import ALL, Coverage
from newsarchive.revisions.kinds import RANKS
from newsarchive.revisions.timeline import WordChange, changes_of
from newsarchive.storage.contract import ArticleStore


async def corrections(
    store: ArticleStore,
    since: datetime | None = None,
    until: datetime | None = None,
    coverage: Coverage = ALL,
) -> list[WordChange]:
    """The changes that were seen in a time, of the articles that are covered: corrections, numbers, names and titles first, then the newest.

    `since` is included, `until` is not. What is only read otherwise is no change of the site's.
    """
    found: dict[str, list[WordChange]] = {}
    for name in await store.changed(since, until):
        article = await store.article(name)
        if article and article.identity not in found and coverage.has(article):
            found[article.identity] = [
                change
                for change in changes_of(article, await store.revisions(name))
                if change.cause == "site"
                and (since is None or change.at >= since)
                and (until is None or change.at < until)
            ]
    changes = [change for of_article in found.values() for change in of_article]
    changes.sort(key=lambda change: (change.at, change.identity), reverse=True)
    return sorted(changes, key=lambda change: RANKS[change.kinds[0]])
