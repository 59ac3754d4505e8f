"""Every picture gets one canonical URL and the site's own name for it."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy.crawler import Crawler

from newsarchive.crawl.session import Component
from newsarchive.items.body import (
    Aside,
    Block,
    Heading,
    Image,
    Inline,
    ListBlock,
    Paragraph,
    Quote,
    Span,
    Table,
    images_of,
)
from newsarchive.sites import SITES
from pipelines.adapter import Item, article_of, with_fields


class ImagesPipeline(Component):
    """Names pictures (`key`: the same for all sizes and formats) and counts those that no client could fetch.

    One whose address is none at all (`http://[`) leaves the body; its words stay.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._stats = crawler.stats

    def process_item(self, item: Item) -> Item:
        """Set the key of each picture of the body, and give the cover the same canonical form."""
        article = article_of(item)
        update: dict[str, object] = {}
        addressless = False
        site = SITES[article.site]
        for image in images_of(article.body):
            image.url = canonical(image.url)
            self._stats.inc_value("image/count")
            scheme = scheme_of(image.url)
            if scheme not in {"http", "https"}:
                self._stats.inc_value("image/unfetchable_count")
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


def with_addresses(blocks: list[Block]) -> list[Block]:
    """The blocks without pictures whose address is none; a caption or other words for one stay as a paragraph."""
    kept: list[Block] = []
    for block in blocks:
        match block:
            case Image() if scheme_of(block.url) is None:
                if words := block.caption or block.alt:
                    kept.append(Paragraph([Span(words)]))
                continue
            case Paragraph() | Heading():
                block.inlines = _inlines_with_addresses(block.inlines)
            case ListBlock():
                block.items = [with_addresses(item) for item in block.items]
            case Quote() | Aside():
                block.blocks = with_addresses(block.blocks)
            case Table():
                for cell in (cell for row in block.rows for cell in row):
                    cell.blocks = with_addresses(cell.blocks)
        kept.append(block)
    return kept


def _inlines_with_addresses(inlines: list[Inline]) -> list[Inline]:
    return [
        Span(piece.alt, link=piece.link)
        if isinstance(piece, Image) and scheme_of(piece.url) is None
        else piece
        for piece in inlines
        if not isinstance(piece, Image) or piece.alt or scheme_of(piece.url) is not None
    ]
