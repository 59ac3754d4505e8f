"""weixin has no open lists but albums: its spider fetches the links that an editor or another site names."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import ClassVar

from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameters

from newsarchive.errors import BadValueError, InputFileError
from newsarchive.items.article import Article
from newsarchive.items.body import links_of
from newsarchive.parsing.html_tree import decode
from newsarchive.parsing.saved_copy import opened
from newsarchive.records.listing import Listing
from newsarchive.records.page import Page
from newsarchive.records.task import Task
from newsarchive.sites import SITES, Link
from newsarchive.sites.shared.linked import Linked, articles_linked_in
from newsarchive.sites.weixin.urls import album_url
from spiders.arguments import WeixinArguments
from spiders.base import ArchiveSpider

_JSON = frozenset({b"{", b"["})
_ALBUM_ID = re.compile(r"(?:album_id=)?(\d{15,25})")


class WeixinSpider(ArchiveSpider):
    """Fetches the articles behind the links of a seed file, of albums, or of another site's attributions."""

    name = "weixin"
    takes: ClassVar[type[WeixinArguments]] = WeixinArguments
    arguments: WeixinArguments

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        self._seeds = read_seeds(self.arguments.seeds) if self.arguments.seeds else Linked((), ())
        self._depths: dict[str, int] = {}
        self._albums = album_ids(self.arguments.albums) if self.arguments.albums else []

    async def sources(self) -> AsyncIterator[Request]:
        """The albums that were asked for, and the lists of the settings."""
        for album in self._albums:
            url = album_url(album)
            last = await self.last_reading(url)
            yield self.list_request(url, last if last and last.unfinished else None)
        async for request in super().sources():
            yield request

    async def seeds(self) -> list[Link]:
        """The links of the seed file, then those that another site's articles name as their originals."""
        if not_taken := self._seeds.not_taken:
            self.crawler.stats.inc_value("link/not_taken_count", len(not_taken))
            alike = (
                f"{len(not_taken)} addresses in {self.arguments.seeds} look like an article's but name none"
            )
            self.session.warn(told := f"{alike}: {examples(not_taken)}")
            self.logger.warning("%s", told)
        links = [*self._seeds.articles]
        if self.arguments.from_site:
            async for article in self.session.store.articles(site=self.arguments.from_site):
                url = article.attribution.original_url
                if url and (link := SITES["weixin"].identify(url)):
                    links.append(link)
        return links

    def without_sources(self) -> str:
        """Only another site's articles were looked through, and none names an article of weixin."""
        # To find nothing there is no failure: the site may have reprinted nothing yet.
        self.crawler.stats.set_value("link/no_seed_count", 1)
        if self.arguments.from_site is None:
            return "nothing new is looked for, only what waits is fetched"
        return f"no stored article of {self.arguments.from_site} names one of weixin as its original: there is nothing to fetch"

    def next_page(self, response: Response, listing: Listing) -> Request | None:
        """An album's next articles, after the last one of this page."""
        album = _ALBUM_ID.search(response.url)
        if not (album and listing.more and listing.cursor):
            return None
        mid, _, idx = listing.cursor.partition("_")
        url = album_url(album[1])
        return self.list_request(add_or_replace_parameters(url, {"begin_msgid": mid, "begin_itemidx": idx}))

    def most_pages(self) -> int:
        """An album is read to its end."""
        return MOST_ALBUM_PAGES

    async def follow(self, article: Article, task: Task) -> None:
        """Want the articles that an article links to, down to the depth that was asked for."""
        depth = self._depths.get(task.name, 0)
        if depth < self.arguments.depth:
            links = (SITES["weixin"].identify(url) for url, _ in links_of(article.body))
            others = [link for link in links if link is not None and link.identity != article.identity]
            for link in others:
                self._depths.setdefault(link.identity, depth + 1)
            await self.frontier.want([self.task_for(link, source=task.url) for link in others])


_ZIP = b"PK\x03\x04"
"""How the files of Excel and Word begin."""
MOST_ALBUM_PAGES = 500
"""Ten thousand articles: more than any album has."""


def album_ids(text: str) -> list[str]:
    """Album ids from ids or album URLs, separated by commas. Raises BadValueError."""
    ids = []
    for part in text.split(","):
        match = _ALBUM_ID.search(part)
        if match is None:
            raise BadValueError(
                f"albums takes album ids or album URLs, separated by commas, not {part.strip()!r}"
            )
        ids.append(match[1])
    return ids


def read_seeds(path: Path) -> Linked:
    """What a text of any kind and encoding links to at mp.weixin.qq.com: plain links, CSV, JSON, Markdown, HTML, a feed.

    Copies that programs save (gzip, MHTML with its lines broken within links) are opened first; JSON is looked at as a whole.
    Raises InputFileError where the file cannot be read or holds no such link.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputFileError(f"the seed file {path} cannot be read: {error.strerror}") from None
    if content.startswith(_ZIP):
        raise InputFileError(
            f"the seed file {path} is a spreadsheet or another packed file: save it as CSV or text"
        )
    if content[:64].lstrip()[:1] not in _JSON:
        content = opened(Page(content)).content
    linked = articles_linked_in(decode(content), "weixin")
    if not linked.articles:
        almost = f"; {examples(linked.not_taken)} names none" if linked.not_taken else ""
        raise InputFileError(f"the seed file {path} holds no link to an article of mp.weixin.qq.com{almost}")
    return linked


def examples(addresses: Sequence[str]) -> str:
    """A few of them, on one line."""
    return ", ".join(addresses[:3]) + (", …" if len(addresses) > 3 else "")
