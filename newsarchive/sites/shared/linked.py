"""The articles that a text links to, and what looks like a link to one but names none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from newsarchive.items.record import SiteName
from newsarchive.sites import SITES
from newsarchive.sites.shared.links_in_text import links_in_text, unescaped
from newsarchive.sites.site import Link

_FLAGS = re.IGNORECASE | re.ASCII
_REST = r"[\w%&=.~?#/:+-]{1,80}"
_FILE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|mp4)\b", re.IGNORECASE)
_LIKE_AN_ARTICLE = {
    site.name: re.compile(rf"(?:{site.almost_article or '(?!)'}){_REST}", _FLAGS) for site in SITES.values()
}
"""A site's host with the path of an article, also where a mark of Chinese writing or a blank has got into it."""
_MOST_WRAPPERS = 4


@dataclass(frozen=True, slots=True)
class Linked:
    """A site's articles that a text links to, each once and in its order, and what looks like another but names none."""

    articles: tuple[Link, ...]
    not_taken: tuple[str, ...]


def articles_linked_in(text: str, site: SiteName) -> Linked:
    """What a text of any kind links to on a site, plainly or quoted in JSON, HTML, Markdown or another address.

    The address within an address counts: a redirect's target, the page behind an archived copy.
    """
    text = unescaped(text)
    articles: dict[str, Link] = {}
    rest: list[str] = []
    place = 0
    for found in links_in_text(text):
        if link := _named(found.url, SITES[site].identify):
            articles.setdefault(link.identity, link)
            rest.append(text[place : found.start])
            place = found.end
    rest.append(text[place:])
    alike = (match[0] for part in rest for match in _LIKE_AN_ARTICLE[site].finditer(part))
    return Linked(tuple(articles.values()), tuple(dict.fromkeys(it for it in alike if not _FILE.search(it))))


def _named(url: str, identify: Callable[[str], Link | None]) -> Link | None:
    """The article that an address names, or the address within it."""
    for _ in range(_MOST_WRAPPERS):
        if link := identify(url):
            return link
        path = url.find("/", len("https://"))
        inner = next(links_in_text(url[path:]), None) if path >= 0 else None
        if inner is None:
            return None
        url = inner.url
    return None
