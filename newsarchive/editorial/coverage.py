"""What an archive covers: the sites, accounts and tags whose articles belong to it."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime

from newsarchive.items.article import Article
from newsarchive.items.record import SiteName
from newsarchive.parsing.text import one_line
from newsarchive.sites import SITES, identify
from newsarchive.storage.contract import ArticleStore


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which articles belong to an archive; all of them where nothing is named.

    Of a site that is named all articles belong, of one on which accounts publish only those of the accounts, if one is
    named; articles of these accounts belong whatever sites are named. With tags, those of them that have one of the tags.
    """

    sites: tuple[SiteName, ...] = ()
    accounts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, sites: Iterable[SiteName] = (), accounts: Iterable[str] = (), tags: Iterable[str] = ()
    ) -> Coverage:
        """The coverage of these, each once, in an order of their own: the same ones give the same coverage."""
        return cls(*(tuple(sorted(set(map(one_line, names)))) for names in (sites, accounts, tags)))

    @classmethod
    def of_site(cls, site: SiteName | None) -> Coverage:
        """One site, or everything."""
        return cls.of([site]) if site else ALL

    @property
    def name(self) -> str:
        """A word for names of files and feeds, another one for each coverage; empty for everything."""
        if self.is_all:
            return ""
        named = "-".join(self.sites)
        if not (self.accounts or self.tags):
            return named
        digest = hashlib.blake2b(repr(self).encode(), digest_size=4).hexdigest()
        return f"{named}-{digest}" if named else digest

    @property
    def is_all(self) -> bool:
        """Whether every article belongs."""
        return not (self.sites or self.accounts or self.tags)

    @property
    def words(self) -> str:
        """What is covered, in words for a message."""
        named = (("site", self.sites), ("account", self.accounts), ("tag", self.tags))
        return ", ".join(f"{kind} {' '.join(names)}" for kind, names in named if names) or "everything"

    def has(self, article: Article) -> bool:
        """Whether an article belongs."""
        if self.tags and not set(self.tags) & {one_line(tag) for tag in article.tags}:
            return False
        by_account = SITES[article.site].publisher == "account"
        if self.accounts and one_line(article.attribution.account) in self.accounts:
            return True
        if self.accounts and (by_account or not self.sites):
            return False
        return not self.sites or article.site in self.sites

    def may_have(self, url: str) -> bool:
        """Whether what an editor picked may belong, though no article of it is stored: no other site's link does."""
        link = identify(url)
        if link is None or not self.sites or link.site in self.sites:
            return True
        return bool(self.accounts) and SITES[link.site].publisher == "account"


ALL = Coverage()
"""Everything that is stored."""


async def covered(
    store: ArticleStore, coverage: Coverage, since: datetime | None, until: datetime | None
) -> AsyncIterator[Article]:
    """The stored articles of a time that belong, in the store's order; with a time those that have one."""
    site = coverage.sites[0] if len(coverage.sites) == 1 and not coverage.accounts else None
    async for article in store.articles(site=site, since=since, until=until):
        if coverage.has(article):
            yield article
