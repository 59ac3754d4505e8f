"""A page as it came, and what it was judged to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from newsarchive.items.article import Article
from newsarchive.items.record import SiteName
from newsarchive.items.verdict import Verdict
from newsarchive.records.listing import Listing


@dataclass(frozen=True, slots=True)
class Page:
    """Raw bytes as they came (decompressed), with where, how and when. `url` is the final URL."""

    content: bytes
    url: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page is and all that was read from it.

    `article` is set for article kinds (its identity is empty where the page does not say which one it is), `listing` for
    lists, `bodies` for whole articles inside a list or feed. `identity` names the article that a notice stands in
    for, where the URL tells. `notice` is the notice's own words, `reason` those it adds below them. `moved_to` is the
    address of the article that the page says it is, where its URL names another one.
    """

    site: SiteName | None
    verdict: Verdict
    article: Article | None = None
    listing: Listing | None = None
    bodies: tuple[Article, ...] = ()
    identity: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    notice: str | None = None
    account: str | None = None
    reason: str | None = None
    moved_to: str | None = None
