"""Every picture gets one canonical URL and the site's own name for it."""

from __future__ import annotations

from newsarchive.crawl.session import Component
from newsarchive.items.body import images_of
from newsarchive.normal_form import normal_pictures, scheme_of
from pipelines.adapter import Item, article_of, with_fields


class ImagesPipeline(Component):
    """Names pictures (`key`: the same for all sizes and formats) and counts those that no client could fetch.

    One whose address is none at all (`http://[`) leaves the body; its words stay.
    """

    def process_item(self, item: Item) -> Item:
        """Set the key of each picture of the body, and give the cover the same canonical form."""
        article = article_of(item)
        images = images_of(article.body)
        update = normal_pictures(article)
        for image in images:
            self.crawler.stats.inc_value("image/count")
            if scheme_of(image.url) not in {"http", "https"}:
                self.crawler.stats.inc_value("image/unfetchable_count")
        if article is not item:
            update.setdefault("body", article.body)
        return with_fields(item, article, update) if update else item
