"""Every article goes by its site's canonical URL, and by no name that is another article's."""

from __future__ import annotations

from newsarchive.normal_form import normal_names
from pipelines.adapter import Item, article_of, with_fields


class IdentityPipeline:
    """Gives every article its canonical URL; the one that it came by becomes an alias."""

    def process_item(self, item: Item) -> Item:
        """Set the URL where the article's own is another spelling, and leave out aliases that name another article."""
        article = article_of(item)
        update = normal_names(article)
        return with_fields(item, article, update) if update else item
