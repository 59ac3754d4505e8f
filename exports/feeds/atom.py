"""The archive as an Atom feed (RFC 4287) with whole texts: the same store gives the same bytes.

An entry's `id` is made of the article's identity, `updated` is when its words were last seen to change, the feed's
`updated` the newest of these; no clock is read. An article that was known by a short link only gets another id when its
page is read and tells its true identity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from lxml import etree

from exports.content.attribution import author_of, credit_blocks, rights_of
from exports.content.labels import USUAL, Labels
from exports.feeds.html import HtmlStyle, add_text, body_element, html_of
from exports.feeds.xml_text import web_url, xml_line
from newsarchive.editorial.excerpts import excerpt_of, excerpted
from newsarchive.items.article import Article
from newsarchive.items.body import Body
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
    """What a feed says of itself. `url` is where it will lie; with one, it is the feed's id and its link to itself.

    `home` is where the archive itself lies. `about` tells feeds without a `url` apart: of articles, of corrections, of what was withdrawn.
    """

    title: str
    site: SiteName | None = None
    url: str | None = None
    about: str = "feed"
    description: str = ""
    author: str = ""
    home: str = ""
    labels: Labels = USUAL

    @property
    def identity(self) -> str:
        """The feed's id."""
        return self.url or f"{URN}{self.about}:{self.site or 'all'}"


def entry_id(identity: str) -> str:
    """The id of an article in feeds and books, from its identity and nothing else."""
    return f"{URN}{quote(identity, safe=':=-_.~')}"


def shown_title(article: Article) -> str:
    """The title, else the beginning of the text, else the identity: never nothing."""
    return xml_line(article.title) or xml_line(excerpt_of(article, 40)) or article.identity


async def make_feed(
    store: ArticleStore,
    articles: Sequence[Article],
    channel: Channel,
    *,
    excerpts: bool = False,
    reprints: Mapping[str, Sequence[Article]] | None = None,
) -> str:
    """The feed of articles in the order given, as the text of an XML file in UTF-8.

    `reprints` are the other articles of their stories, by identity.
    """
    others = reprints or {}
    times = [await changed_at(store, article) for article in articles]
    feed = feed_element(channel, max(times, default=_BEFORE_ALL))
    for article, time in zip(articles, times, strict=True):
        shown = excerpted(article) if excerpts else article
        _add_entry(feed, shown, time, others.get(article.identity, ()), channel.labels)
    return xml_file(feed)


@dataclass(frozen=True, slots=True)
class Notice:
    """An entry of a feed that is about an article, not the article: what was corrected in it, or that it went.

    `name` is what the id ends with, `time` is when it was seen, `kinds` are its categories.
    """

    name: str
    title: str
    url: str
    site: SiteName
    time: datetime
    kinds: Sequence[str]
    body: Body


def make_notices(notices: Sequence[Notice], channel: Channel) -> str:
    """The feed of notices in the order given, as the text of an XML file in UTF-8."""
    feed = feed_element(channel, max((it.time for it in notices), default=_BEFORE_ALL))
    for it in notices:
        entry = _entry(feed, f"{channel.about}:{it.name}", it.title, it.url)
        _tell(entry, it.time, "newsarchive", it.site, it.kinds)
        add(entry, "content", html_of(body_element(it.body, _STYLE)), type="html")
    return xml_file(feed)


def _entry(feed: Element, name: str, title: str, url: str) -> Element:
    """A new entry, with its id, its title and where it leads."""
    entry = etree.SubElement(feed, f"{{{NAMESPACE}}}entry")
    add(entry, "id", entry_id(name))
    add(entry, "title", title)
    if address := web_url(url):
        add(entry, "link", rel="alternate", type="text/html", href=address)
    return entry


def _tell(entry: Element, time: datetime, author: str, site: SiteName, kinds: Iterable[str]) -> None:
    """Say when an entry was changed, by whom it is, from which site and of what kinds."""
    add(entry, "updated", stamp(time))
    add(etree.SubElement(entry, f"{{{NAMESPACE}}}author"), "name", author)
    add(entry, "category", term=site, label=title_of(site))
    for kind in kinds:
        add(entry, "category", term=kind)


def title_of(site: SiteName) -> str:
    """What a site's readers call it; the name of one that this newsarchive does not know."""
    return SITES[site].title if site in SITES else site


def feed_element(channel: Channel, updated: datetime) -> Element:
    """A feed without entries."""
    feed = etree.Element(f"{{{NAMESPACE}}}feed", nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    feed.set("{http://www.w3.org/XML/1998/namespace}lang", "zh-CN")
    add(feed, "id", channel.identity)
    add(feed, "title", channel.title)
    add(feed, "updated", stamp(updated))
    if channel.description:
        add(feed, "subtitle", channel.description)
    if channel.author:
        add(etree.SubElement(feed, f"{{{NAMESPACE}}}author"), "name", channel.author)
    add(feed, "rights", channel.labels.rights)
    add(feed, "generator", "newsarchive")
    if channel.url:
        add(feed, "link", rel="self", type="application/atom+xml", href=channel.url)
    if channel.home:
        add(feed, "link", rel="alternate", type="text/html", href=channel.home)
    return feed


def xml_file(root: Element) -> str:
    """The text of an XML file in UTF-8 that has this root."""
    etree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{etree.tostring(root, encoding="unicode")}\n'


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
    """When the article's words were published or last seen to change; not when they were only read otherwise."""
    revisions = await store.revisions(article.identity)
    times = [revision.replaced_at for revision in revisions if revision.cause == "site"]
    return max([*times, article.published_at or _BEFORE_ALL])


def _add_entry(
    feed: Element, article: Article, time: datetime, reprints: Sequence[Article], labels: Labels
) -> None:
    entry = _entry(feed, article.identity, shown_title(article), article.url)
    if article.published_at:
        add(entry, "published", stamp(article.published_at))
    _tell(
        entry,
        time,
        author_of(article),
        article.site,
        filter(None, dict.fromkeys(map(xml_line, article.tags))),
    )
    add(entry, "rights", rights_of(article, labels))
    if summary := excerpt_of(article):
        add(entry, "summary", summary)
    body = body_element([*article.body, *credit_blocks(article, reprints, labels)], _STYLE)
    add(entry, "content", html_of(body), type="html")


def add(parent: Element, tag: str, text: str = "", **attributes: str) -> None:
    """Put an element with a text into another."""
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)
    add_text(element, text if tag == "content" else xml_line(text))


def stamp(time: datetime) -> str:
    """A time as Atom and EPUB write it, in UTC."""
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
