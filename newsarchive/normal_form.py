"""The one form of an article, whoever has read it: its site's canonical URL, a time, pictures by name. Pure.

The pipelines give it to what a crawl brings, and the raw pages that are read again get the same.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from newsarchive.items.article import Article
from newsarchive.items.body import Image, Paragraph, Span, images_of
from newsarchive.items.record import SHANGHAI, SiteName, is_possible
from newsarchive.parsing import dates
from newsarchive.sites import SITES
from newsarchive.storage.merging import is_provisional

CLOCK_SKEW = timedelta(minutes=10)
"""How far a page's time may lie after its fetching: clocks of sites and crawlers differ."""


def normalised(article: Article) -> Article:
    """An article as it goes into a store. The pictures of its body are changed in place."""
    for fields in (normal_names, normal_time, normal_pictures):
        if update := fields(article):
            article = article.model_copy(update=update)
    return article


def normal_names(article: Article) -> dict[str, Any]:
    """The canonical URL, and the aliases without those that name another article; empty where all is so."""
    names = dict.fromkeys((*article.aliases, article.url))
    link = SITES[article.site].identify(article.url)
    url = link.url if link is not None else article.url
    aliases = tuple(
        name for name in names if name != url and not names_another(article.site, name, article.identity)
    )
    return {} if (url, aliases) == (article.url, article.aliases) else {"url": url, "aliases": aliases}


def names_another(site: SiteName, name: str, identity: str) -> bool:
    """Whether a name, an identity or a URL, is that of another article; a short link may be any article's."""
    link = SITES[site].identify(name)
    named = link.identity if link else name if name.startswith(f"{site}:") else identity
    return named != identity and not is_provisional(named)


def normal_time(article: Article) -> dict[str, Any]:
    """The publication time where the page has it as text only; none where it cannot be true. Empty where all is so.

    The own grammar comes first, then `dateparser` with strict settings and the fetch time as base (it is 500 times
    slower and guesses). A time after the page was fetched is no publication time: it is dropped, the text stays.
    """
    update: dict[str, Any] = {}
    published_at = article.published_at
    if published_at is None and article.published_text:
        moment = dates.parse(article.published_text, article.fetched_at)
        if moment:
            published_at = moment.at.astimezone(UTC)
            update = {"published_at": published_at, "published_precision": moment.precision}
        elif published_at := guess(article.published_text, article.fetched_at):
            update = {"published_at": published_at, "published_precision": "day"}
    if published_at and article.fetched_at and published_at > article.fetched_at + CLOCK_SKEW:
        return {"published_at": None}
    return update


def guess(text: str, base: datetime | None) -> datetime | None:
    """What `dateparser` makes of a Chinese or English time, in UTC; None where it would invent or misread a part of it."""
    if dates.is_for_this_grammar(text):
        return None
    import dateparser  # noqa: PLC0415 - it takes a tenth of a second, and few texts come here

    settings: dict[str, object] = {
        "TIMEZONE": "Asia/Shanghai",
        "RETURN_AS_TIMEZONE_AWARE": True,
        "STRICT_PARSING": True,
        "DATE_ORDER": "YMD",
    }
    if base is not None:
        settings["RELATIVE_BASE"] = base.astimezone(SHANGHAI).replace(tzinfo=None)
    try:
        guessed = dateparser.parse(dates.in_chinese_zone(text), languages=["zh", "en"], settings=settings)
    except Exception:  # noqa: BLE001 - odd texts make it stumble in many ways (the year 9999 west of Shanghai); none is a time
        return None
    return guessed.astimezone(UTC) if guessed and is_possible(guessed) else None


def normal_pictures(article: Article) -> dict[str, Any]:
    """Gives each picture of the body its canonical URL and the site's own name for it (`key`), in place; the cover too.

    Returns the body where a picture whose address is none at all (`http://[`) has left it, its words stay; and the cover,
    where that is another one.
    """
    update: dict[str, Any] = {}
    site = SITES[article.site]
    addressless = False
    for image in images_of(article.body):
        image.url = canonical(image.url)
        addressless |= scheme_of(image.url) is None
        image.key = site.image_key(image.url)
    if addressless:
        update["body"] = with_addresses(article.body)
    cover = canonical(article.cover) if article.cover else None
    if cover and scheme_of(cover) is None:
        cover = None
    if cover != article.cover:
        update["cover"] = cover
    return update


def canonical(url: str) -> str:
    """A picture's URL with a scheme, without a fragment, and over https where the page left it to the reader."""
    url = url.strip()
    if url.startswith("//"):
        url = f"https:{url}"
    return url.partition("#")[0]


def scheme_of(url: str) -> str | None:
    """The scheme of a picture's URL; None where the URL cannot even be taken apart."""
    try:
        return urlsplit(url).scheme
    except ValueError:
        return None


def with_addresses(nodes: list[Any], *, inline: bool = False) -> list[Any]:
    """The nodes of a body (`inline`: of a line) without pictures whose address is none; words for one stay as text."""
    kept: list[Any] = []
    for node in nodes:
        if isinstance(node, Image) and scheme_of(node.url) is None:
            if inline and node.alt:
                kept.append(Span(node.alt, link=node.link))
            elif not inline and (words := node.caption or node.alt):
                kept.append(Paragraph([Span(words)]))
            continue
        for name in getattr(node, "__slots__", ()):
            if isinstance(inner := getattr(node, name), list):
                setattr(node, name, with_addresses(inner, inline=name == "inlines"))
        kept.append(with_addresses(node) if isinstance(node, list) else node)
    return kept
