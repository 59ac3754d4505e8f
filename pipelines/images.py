"""Every picture gets one canonical URL and the site's own name for it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from newsarchive.crawl.session import Component
from newsarchive.items.body import Image, Paragraph, Span, images_of
from newsarchive.sites import SITES
from pipelines.adapter import Item, article_of, with_fields


class ImagesPipeline(Component):
    """Names pictures (`key`: the same for all sizes and formats) and counts those that no client could fetch.

    One whose address is none at all (`http://[`) leaves the body; its words stay.
    """

    def process_item(self, item: Item) -> Item:
        """Set the key of each picture of the body, and give the cover the same canonical form."""
        article = article_of(item)
        update: dict[str, object] = {}
        addressless = False
        site = SITES[article.site]
        for image in images_of(article.body):
            image.url = canonical(image.url)
            self.crawler.stats.inc_value("image/count")
            scheme = scheme_of(image.url)
            if scheme not in {"http", "https"}:
                self.crawler.stats.inc_value("image/unfetchable_count")
            addressless |= scheme is None
            image.key = site.image_key(image.url)
        if addressless:
            update["body"] = with_addresses(article.body)
        elif article is not item:
            update["body"] = article.body
        cover = canonical(article.cover) if article.cover else None
        if cover and scheme_of(cover) is None:
            cover = None
        if cover != article.cover:
            update["cover"] = cover
        return with_fields(item, article, update) if update else item


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
