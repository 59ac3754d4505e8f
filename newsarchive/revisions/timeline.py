"""An article's versions in their order, and what changed from each to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

from newsarchive.items.article import Article
from newsarchive.items.body import Body
from newsarchive.items.record import SiteName
from newsarchive.records.revision import Revision
from newsarchive.revisions.difference import Difference, difference
from newsarchive.revisions.kinds import ChangeKind, kinds_of


@dataclass(frozen=True, slots=True)
class Version:
    """What an article said: `seen_at` is when it was fetched so, `until` when it was first seen otherwise, by whose doing (`cause`)."""

    title: str
    body: Body
    seen_at: datetime | None = None
    until: datetime | None = None
    cause: Literal["site", "parser"] = "site"


@dataclass(frozen=True, slots=True)
class WordChange:
    """What an article says otherwise since `at`, when it was first seen so; what it said before was first seen at `since`.

    `site`, `identity`, `url` and `title` are those of the article today. `cause` tells whether its site says something else, or
    its page is only read otherwise.
    """

    site: SiteName
    identity: str
    url: str
    title: str
    at: datetime
    since: datetime | None
    difference: Difference
    kinds: tuple[ChangeKind, ...]
    cause: Literal["site", "parser"] = "site"


def versions_of(article: Article, revisions: Sequence[Revision]) -> list[Version]:
    """All that an article said, oldest first; the last one is what it says now."""
    earlier = [Version(it.title, it.body, it.fetched_at, it.replaced_at, it.cause) for it in revisions]
    return [*earlier, Version(article.title, article.body, article.fetched_at)]


def changes_of(article: Article, revisions: Sequence[Revision]) -> Iterator[WordChange]:
    """What changed from each version to the next, oldest first."""
    for before, after in pairwise(versions_of(article, revisions)):
        if change := change_between(article, before, after):
            yield change


def change_between(article: Article, before: Version, after: Version) -> WordChange | None:
    """What changed between two versions of an article; None where a reader is told the same.

    A version without a title or body (of a list that had none) says nothing of it.
    """
    found = difference(
        before.title or after.title,
        before.body or after.body,
        after.title or before.title,
        after.body or before.body,
    )
    if before.until is None or not found:
        return None
    return WordChange(
        article.site,
        article.identity,
        article.url,
        article.title,
        before.until,
        before.seen_at,
        found,
        kinds_of(found),
        before.cause,
    )


def version_at(versions: Sequence[Version], at: datetime) -> Version:
    """What an article said at a time, as far as was seen; its oldest version for a time before."""
    return next((it for it in versions if it.until and at < it.until), versions[-1])
