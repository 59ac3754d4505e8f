"""weixin has no lists to read: its spider fetches the links that an editor or another site names."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import ClassVar

from scrapy import Request

from newsarchive.errors import InputFileError
from newsarchive.items import Article
from newsarchive.sites import SITES, Link
from newsarchive.storage.session import ArchiveSession
from spiders.archive_spider import ArchiveSpider, Found
from spiders.arguments import Seeds

_LINK = re.compile(r"https?://mp\.weixin\.qq\.com/s[/?][^\s<>\"'`|\\，。；、（）()\[\]]+")


class WeixinSpider(ArchiveSpider):
    """Fetches the articles behind the links of a seed file or of another site's attributions."""

    name = "weixin"
    takes: ClassVar[type[Seeds]] = Seeds
    arguments: Seeds
    needs_robots_exception = "mp.weixin.qq.com"

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        self._seeds = read_seeds(self.arguments.seeds) if self.arguments.seeds else []

    def sources(self) -> Iterable[Request]:
        """None of its own: see `start`."""
        return ()

    async def start(self) -> AsyncIterator[Found]:
        """Ask for the links that the archive does not have yet."""
        async for request in super().start():
            yield request
        links = list(self._seeds)
        if self.arguments.from_site:
            links += [link async for link in self._attributed()]
        self.stats.inc_value("link/seed_count", len(links))
        for request in await self.requests_for((link, None) for link in links):
            yield request

    async def _attributed(self) -> AsyncIterator[Link]:
        """The weixin articles that another site's stored articles name as their original."""
        store = await ArchiveSession.of(self.crawler).open()
        async for article in store.articles(site=self.arguments.from_site):
            url = article.attribution.original_url
            if url and (link := SITES["weixin"].identify(url)):
                yield link

    def complete_in_list(self, article: Article) -> bool:
        """Nothing but the page itself is the article."""
        return False


def read_seeds(path: Path) -> list[Link]:
    """The weixin articles that a text of any kind links to, in its order, each once.

    Raises InputFileError where the file cannot be read or holds no such link.
    """
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise InputFileError(f"the seed file {path} cannot be read: {error.strerror}") from None
    links = (SITES["weixin"].identify(url) for url in _LINK.findall(text))
    unique = {link.identity: link for link in links if link}
    if not unique:
        raise InputFileError(f"the seed file {path} holds no link to an article of mp.weixin.qq.com")
    return list(unique.values())
