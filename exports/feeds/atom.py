"""The archive as an Atom feed (RFC 4287) with whole texts: the same store gives the same bytes.

An entry's `id` is made of the article's identity, `updated` is when its words were last seen to change, the feed's
`updated` the newest of these; no clock is read. An article that was known by a short link only gets another id when its
page is read and tells its true identity.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from lxml import etree

from exports.content.attribution import RIGHTS, author_of, credit_blocks, rights_of
from exports.feeds.html import HtmlStyle, add_text, body_element, html_of
from exports.feeds.xml_text import web_url, xml_line
from newsarchive.editorial.excerpts import excerpt_of, excerpted
from newsarchive.items.article import Article
from newsarchive.items.record import SiteName
from newsarchive.parsing.html_tree import Element
from newsarchive.sites import SITES
from newsarchive.storage.contract import ArticleStore

NAMESPACE: Final = "http://www.w3.org/2005/Atom"
URN = "urn:newsarchive:"
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
"""The `updated` of a feed without entries, which may not be missing."""
_STYLE = HtmlStyle(heading_shift=1)


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed says of itself. `url` is where it will lie; with one, it is the feed's id and its link to itself."""

    title: str
    site: SiteName | None = None
    url: str | None = None

    @property
    def identity(self) -> str:
        """The feed's id."""
        return self.url or f"{URN}feed:{self.site or 'all'}"


def entry_id(identity: str) -> str:
    """The id of an article in feeds and books, from its identity and nothing else."""
    return f"{URN}{quote(identity, safe=':=-_.~')}"


def shown_title(article: Article) -> str:
    """The title, else the beginning of the text, else the identity: never nothing."""
    return xml_line(article.title) or xml_line(excerpt_of(article, 40)) or article.identity


async def make_feed(
    store: ArticleStore, articles: Sequence[Article], channel: Channel, *, excerpts: bool = False
) -> str:
    """The feed of articles in the order given, as the text of an XML file in UTF-8."""
    times = [await changed_at(store, article) for article in articles]
    feed = etree.Element(f"{{{NAMESPACE}}}feed", nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    feed.set("{http://www.w3.org/XML/1998/namespace}lang", "zh-CN")
    _add(feed, "id", channel.identity)
    _add(feed, "title", channel.title)
    _add(feed, "updated", stamp(max(times, default=_BEFORE_ALL)))
    _add(feed, "rights", RIGHTS)
    _add(feed, "generator", "newsarchive")
    if channel.url:
        _add(feed, "link", rel="self", type="application/atom+xml", href=channel.url)
    for article, time in zip(articles, times, strict=True):
        _add_entry(feed, excerpted(article) if excerpts else article, time)
    etree.indent(feed)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + etree.tostring(feed, encoding="unicode") + "\n"


def taken_out(old: bytes, new: str, limit: int) -> list[str]:
    """The titles of entries that an old feed had and a new one has not, but for those that are older than its limit."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        before, after = (list(_entries(etree.fromstring(it, parser))) for it in (old, new.encode()))
    except etree.XMLSyntaxError:
        return []  # it was no feed
    ids = {name for name, _, _ in after}
    oldest = min((time for _, _, time in after), default="") if len(after) >= limit else ""
    return [title for name, title, time in before if name not in ids and time >= oldest]


def _entries(feed: Element) -> Iterator[tuple[str, str, str]]:
    """Id, title and time of publication of each entry; stamps in UTC sort as they are."""
    for entry in feed.iterfind(f"{{{NAMESPACE}}}entry"):
        name, title, time = (
            entry.findtext(f"{{{NAMESPACE}}}{tag}", "") for tag in ("id", "title", "published")
        )
        yield name, title, time


async def changed_at(store: ArticleStore, article: Article) -> datetime:
    """When the article's words were published or last seen to change."""
    times = [revision.replaced_at for revision in await store.revisions(article.identity)]
    return max([*times, article.published_at or _BEFORE_ALL])


def _add_entry(feed: Element, article: Article, time: datetime) -> None:
    entry = etree.SubElement(feed, f"{{{NAMESPACE}}}entry")
    _add(entry, "id", entry_id(article.identity))
    _add(entry, "title", shown_title(article))
    if url := web_url(article.url):
        _add(entry, "link", rel="alternate", type="text/html", href=url)
    if article.published_at:
        _add(entry, "published", stamp(article.published_at))
    _add(entry, "updated", stamp(time))
    _add(etree.SubElement(entry, f"{{{NAMESPACE}}}author"), "name", author_of(article))
    _add(entry, "category", term=article.site, label=SITES[article.site].title)
    for tag in dict.fromkeys(map(xml_line, article.tags)):
        if tag:
            _add(entry, "category", term=tag)
    _add(entry, "rights", rights_of(article))
    if summary := excerpt_of(article):
        _add(entry, "summary", summary)
    _add(
        entry, "content", html_of(body_element([*article.body, *credit_blocks(article)], _STYLE)), type="html"
    )


def _add(parent: Element, tag: str, text: str = "", **attributes: str) -> None:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)
    add_text(element, text if tag == "content" else xml_line(text))


def stamp(time: datetime) -> str:
    """A time as Atom and EPUB write it, in UTC."""
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
