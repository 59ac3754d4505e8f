"""What every reader says in the same way: that a page is an article, a list or nothing, and what an article and an entry of a list are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from newsarchive.items.article import Article
from newsarchive.items.record import SiteName
from newsarchive.items.verdict import Verdict
from newsarchive.parsing.dates import Moment
from newsarchive.records.listing import Listing, ListItem
from newsarchive.records.page import Page, Reading
from newsarchive.sites.site import Link


@dataclass(frozen=True, slots=True)
class Readings:
    """The readings of one site's pages."""

    site: SiteName
    identify: Callable[[str], Link | None]

    def article(self, article: Article, page: Page) -> Reading:
        """An article, unless the URL asked for another one: then the page must not be stored under that name."""
        asked = self.identify(page.url)
        if asked and article.identity and asked.identity != article.identity:
            return replace(self.nothing(page), moved_to=article.url)
        return self.of(article, article.kind)

    def of(self, article: Article | None, verdict: Verdict) -> Reading:
        """An article, whatever the URL asked for."""
        if article is None:
            return Reading(self.site, verdict)
        return Reading(
            self.site,
            verdict,
            article=article,
            identity=article.identity or None,
            keys=article.keys,
            account=article.attribution.account,
        )

    def listing(self, verdict: Verdict, listing: Listing, bodies: tuple[Article, ...] = ()) -> Reading:
        """A list, with the whole articles in it."""
        return Reading(self.site, verdict, listing=listing, bodies=bodies, account=listing.account)

    def of_answers(self, answers: Iterable[Reading | None]) -> Reading | None:
        """The lists of several answers in one file (a line each) as one; None where none is a list."""
        found = [answer for answer in answers if answer and answer.listing]
        items = tuple(item for answer in found for item in (answer.listing or Listing()).items)
        bodies = tuple(body for answer in found for body in answer.bodies)
        return self.listing(Verdict.LIST, Listing(items=items), bodies) if found else None

    def nothing(
        self,
        page: Page,
        verdict: Verdict = Verdict.OTHER,
        notice: str | None = None,
        **more: Any,  # noqa: ANN401 - the other fields of a reading
    ) -> Reading:
        """A page that is neither, with the article that its URL asked for."""
        link = self.identify(page.url)
        identity, keys = (link.identity, link.keys) if link else (None, {})
        return Reading(self.site, verdict, identity=identity, keys=keys, notice=notice, **more)

    def error(self, page: Page) -> Reading:
        """An HTTP error: 404 and 410 say that a page is gone; any other (403, 429, 5xx) that it cannot be had now."""
        return self.nothing(page, Verdict.DELETED if page.status in {404, 410} else Verdict.UNAVAILABLE)


def linked_article(
    site: SiteName,
    link: Link | None,
    page: Page,
    when: Moment | None,
    when_text: str | None,
    *,
    extra: Mapping[str, Any] = MappingProxyType({}),
    **more: Any,  # noqa: ANN401 - the other fields of an article
) -> Article:
    """An article that was read from a page; its link tells which one it is, where the page or its URL says so.

    What is empty in `extra` is left out.
    """
    return Article(
        site=site,
        identity=link.identity if link else "",
        url=link.url if link else "",
        keys=dict(link.keys) if link else {},
        published_at=when.at.replace(microsecond=0) if when else None,
        published_text=when_text,
        published_precision=when.precision if when else "second",
        fetched_at=page.fetched_at,
        extra={name: value for name, value in extra.items() if value or value == 0},
        **more,
    )


def linked_item(
    link: Link | None,
    url: str | None,
    title: str,
    when: Moment | None = None,
    when_text: str | None = None,
    *,
    extra: Mapping[str, Any] = MappingProxyType({}),
    **more: Any,  # noqa: ANN401 - the other fields of an item
) -> ListItem:
    """An entry of a list; its link tells which article it leads to, and of what kind. What is empty in `extra` is left out."""
    more = {"identity": link.identity, "keys": dict(link.keys), "kind": link.kind} | more if link else more
    at = when.at.replace(microsecond=0) if when else None
    kept = {name: value for name, value in extra.items() if value}
    return ListItem(
        url=url, title=title, published_at=at, published_text=when_text or None, extra=kept, **more
    )
