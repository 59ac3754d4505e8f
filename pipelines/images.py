"""Every picture gets one canonical URL and the site's own name for it."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy.crawler import Crawler

from newsarchive.body import Image, images_of
from newsarchive.items import Article
from newsarchive.sites import SITES
from pipelines.item import Item


class ImagesPipeline:
    """Names pictures (`key`: the same for all sizes and formats) and counts those that no client could fetch."""

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ImagesPipeline:
        """Make the pipeline."""
        return cls(crawler)

    def process_item(self, item: Item) -> Item:
        """Set the key of each picture of the body, and give the cover the same canonical form."""
        if not isinstance(item, Article):
            return item
        site = SITES[item.site]
        for image in images_of(item.body):
            image.url = canonical(image.url)
            image.key = site.image_key(image.url)
            self._stats.inc_value("image/count")
            if not fetchable(image):
                self._stats.inc_value("image/unfetchable_count")
        if item.cover and (cover := canonical(item.cover)) != item.cover:
            return item.model_copy(update={"cover": cover})
        return item


def canonical(url: str) -> str:
    """A picture's URL with a scheme, without a fragment, and over https where the page left it to the reader."""
    url = url.strip()
    if url.startswith("//"):
        url = f"https:{url}"
    return url.partition("#")[0]


def fetchable(image: Image) -> bool:
    """Whether a picture's URL is one that can be requested at all."""
    return urlsplit(image.url).scheme in {"http", "https"}
