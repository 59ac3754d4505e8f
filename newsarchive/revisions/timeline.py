"""An article's versions in their order, and what changed from each to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise

from newsarchive.items.article import Article
from newsarchive.items.body import Body
from newsarchive.records.revision import Revision
from newsarchive.revisions.difference import Difference, difference
from newsarchive.revisions.kinds import ChangeKind, kinds_of


@dataclass(frozen=True, slots=True)
class Version:
    """What an article said: `seen_at` is when it was fetched so, `until` when it was first seen otherwise."""

    title: str
    body: Body
    seen_at: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class WordChange:
    """What an article says otherwise since `at`, when it was first seen so; it may have changed at any time since `since`."""

    article: Article
    at: datetime | None
    since: datetime | None
    before: Version
    after: Version

    @cached_property
    def difference(self) -> Difference:
        """What is different."""
        return difference(self.before.title, self.before.body, self.after.title, self.after.body)

    @cached_property
    def kinds(self) -> tuple[ChangeKind, ...]:
        """What kind of change it is, the most telling first."""
        return kinds_of(self.difference)


def versions_of(article: Article, revisions: Sequence[Revision]) -> list[Version]:
    """All that an article said, oldest first; the last one is what it says now."""
    earlier = [Version(it.title, it.body, it.fetched_at, it.replaced_at) for it in revisions]
    return [*earlier, Version(article.title, article.body, article.fetched_at)]


def changes_of(article: Article, revisions: Sequence[Revision]) -> Iterator[WordChange]:
    """What changed from each version to the next, oldest first. A version that lacks a title or body says nothing of it."""
    for before, after in pairwise(versions_of(article, revisions)):
        if change := change_between(article, before, after):
            yield change


def change_between(article: Article, before: Version, after: Version) -> WordChange | None:
    """What changed between two versions of an article; None where a reader is told the same."""
    before = Version(before.title or after.title, before.body or after.body, before.seen_at, before.until)
    after = Version(after.title or before.title, after.body or before.body, after.seen_at, after.until)
    change = WordChange(article, before.until, before.seen_at, before, after)
    return change if change.difference else None


def version_at(versions: Sequence[Version], at: datetime) -> Version:
    """What an article said at a time, as far as was seen; its oldest version for a time before."""
    return next((it for it in versions if it.until and at < it.until), versions[-1])
