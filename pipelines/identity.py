"""Every article goes by its site's canonical URL, and by no name that is another article's."""

from __future__ import annotations

from newsarchive.items.record import SiteName
from newsarchive.sites import SITES
from newsarchive.storage.merging import is_provisional
from pipelines.adapter import Item, article_of, with_fields


class IdentityPipeline:
    """Gives every article its canonical URL; the one that it came by becomes an alias."""

    def process_item(self, item: Item) -> Item:
        """Set the URL where the article's own is another spelling, and leave out aliases that name another article."""
        article = article_of(item)
        names = dict.fromkeys((*article.aliases, article.url))
        link = SITES[article.site].identify(article.url)
        url = link.url if link is not None else article.url
        aliases = tuple(
            name for name in names if name != url and not names_another(article.site, name, article.identity)
        )
        if (url, aliases) != (article.url, article.aliases):
            return with_fields(item, article, {"url": url, "aliases": aliases})
        return item


def names_another(site: SiteName, name: str, identity: str) -> bool:
    """Whether a name, an identity or a URL, is that of another article; a short link may be any article's."""
    link = SITES[site].identify(name)
    named = link.identity if link else name if name.startswith(f"{site}:") else identity
    return named != identity and not is_provisional(named)
