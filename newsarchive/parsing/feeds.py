"""RSS and Atom, read from bytes by a real XML parser that is closed to entities, DTDs and the network.

What feeds of these sites need (all seen): CDATA around links and dates, one body split over two adjacent CDATA sections
(2017), bodies whose `<![CDATA[` marks were themselves escaped, descriptions that were never escaped at all, and
characters that XML forbids. What is broken is taken apart by `broken_feed`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from newsarchive.parsing.broken_feed import TakenApart, head_of, mended, take_apart, without_forbidden
from newsarchive.parsing.html_tree import Element, decode
from newsarchive.parsing.inline_markup import plain
from newsarchive.parsing.json_text import rows_of, text_at
from newsarchive.parsing.text import decode_entities, one_line
from newsarchive.parsing.urls import is_web_address

_BEFORE = b"\xef\xbb\xbf \t\r\n"
_DECLARED = re.compile(rb"^<\?xml[^>]{0,200}\?>")
_ROOT = re.compile(rb"<(?:rss|feed|rdf:RDF|channel)(?=[\s>])")
_ATOM = re.compile(rb"www\.w3\.org/2005/Atom")
_PROLOG = re.compile(rb"<[?!][^>]*>|\]\s*>")
_OTHER_PAGE = re.compile(rb"<(?:html|head|body|div)\b", re.IGNORECASE)
_MOST_JUNK = 40
_HEAD = 1000
_CONTROL = bytes(range(0x20)).translate(None, b"\t\n\r")
_CDATA = "<![CDATA["
_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ENTRY = frozenset({"item", "entry"})


@dataclass(slots=True)
class FeedEntry:
    """One item: texts as they stand in the feed. `content` is the long body where the feed has one besides."""

    title: str = ""
    link: str = ""
    guid: str = ""
    published: str = ""
    author: str = ""
    description: str = ""
    content: str = ""
    categories: list[str] = field(default_factory=list)

    @property
    def address(self) -> str | None:
        """Where to read the item: its link, else its name where that is an address."""
        return self.link or (self.guid if is_web_address(self.guid) else None)


@dataclass(slots=True)
class Feed:
    """A feed: its head and its items in the feed's order; `cut` where its bytes end before it does."""

    title: str = ""
    link: str = ""
    entries: list[FeedEntry] = field(default_factory=list)
    cut: bool = False


def is_feed(content: bytes) -> bool:
    """Whether the bytes begin as RSS, RDF or Atom does; before it may come a declaration, comments, a few stray characters."""
    if _OTHER_PAGE.match(content):  # many pages: the rest takes ten times as long
        return False
    head = content[:_HEAD].translate(None, _CONTROL)
    root = _ROOT.search(head) or _ATOM.search(head)
    if root is None:
        return False
    before = head[: root.start()].lstrip(_BEFORE)
    junk = _PROLOG.sub(b"", before).strip()
    most = _HEAD if before.startswith(b"<") else _MOST_JUNK  # the tag of the root itself may be broken
    return len(junk) <= most and not _OTHER_PAGE.search(junk)


def read_xml(content: bytes) -> Element | None:
    """The root element of an XML text, mended where it is broken; None where there is none."""
    if (root := _parse(content)) is not None:
        return root
    text = mended(without_forbidden(decode(content)))
    return root if (root := _parse(text)) is not None else _parse(text, recover=True)


def text_in(element: Element) -> str:
    """All text in an element of an XML text, as it stands; an entity that the text declares is its name."""
    return "".join(element.itertext()) if len(element) else element.text or ""


def _parse(content: bytes | str, *, recover: bool = False) -> Element | None:
    """The root element of a text that is well-formed; None where it is not.

    Entities that the text declares are never resolved. Recovery would not even resolve those that XML has, so it does here, with
    the declarations taken away.
    """
    body = (content.encode() if isinstance(content, str) else content).lstrip(_BEFORE)
    declared = _DECLARED.match(body)
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=recover,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:  # to make sure beforehand that nothing needs mending costs as much as half of the parsing
        return etree.fromstring(body[declared.end() :] if declared else body, parser)
    except etree.XMLSyntaxError:
        return None


def read_feed(content: bytes) -> Feed | None:
    """A feed with all its items, or None where the bytes are no feed, or end before its first item does."""
    root = _parse(content)
    if root is None:
        text = without_forbidden(decode(content))
        root = _parse(text)  # what was in another encoding, or had a character that XML forbids
    if root is None:
        apart = take_apart(text, _parse)
    elif _name(root) in {"rss", "feed", "RDF", "channel"}:
        apart = TakenApart(head_of(root), [element for element in root.iter() if _name(element) in _ENTRY])
        if content.count(b"</item>") + content.count(b"</entry>") > len(apart.entries):
            # A CDATA section that was left open may have swallowed entries up to the end of another one.
            found = take_apart(without_forbidden(decode(content)), _parse)
            apart = found if found and len(found.entries) > len(apart.entries) else apart
    else:
        return None
    if apart is None:
        return None
    feed = Feed(entries=[_entry(children) for children in apart.entries], cut=apart.cut)
    for child in apart.head:
        if _name(child) == "title":
            feed.title = feed.title or plain(text_in(child))
        elif _name(child) == "link":
            feed.link = feed.link or _link(child)
    return feed


def json_feed(answer: object) -> Feed | None:
    """A JSON Feed (jsonfeed.org, which programs that make feeds of these sites offer beside RSS); None for other JSON."""
    if not isinstance(answer, dict) or "jsonfeed.org" not in str(answer.get("version")):
        return None
    entries = [_json_entry(row) for row in rows_of(answer.get("items"))]
    return Feed(plain(text_at(answer, "title")), text_at(answer, "home_page_url"), entries)


def _json_entry(row: Mapping[str, Any]) -> FeedEntry:
    authors = row.get("authors")
    author = authors[0] if isinstance(authors, list) and authors else row.get("author")
    tags = row.get("tags")
    return FeedEntry(
        title=plain(text_at(row, "title")),
        link=text_at(row, "url"),
        guid=text_at(row, "id"),
        published=text_at(row, "date_published", "date_modified"),
        author=one_line(text_at(author, "name")) if isinstance(author, dict) else "",
        description=text_at(row, "summary"),
        content=text_at(row, "content_html"),
        categories=[one_line(tag) for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
    )


def _entry(children: Iterable[Element]) -> FeedEntry:
    entry = FeedEntry()
    for child in children:
        match _name(child):
            case "title":
                entry.title = plain(text_in(child))
            case "link":
                entry.link = entry.link or _link(child)
            case "guid" | "id":
                entry.guid = one_line(text_in(child))
            case "pubDate" | "published" | "date":
                entry.published = one_line(text_in(child))
            case "updated":
                entry.published = entry.published or one_line(text_in(child))
            case "author" | "creator":
                entry.author = one_line(text_in(child))
            case "category":
                entry.categories.append(one_line(text_in(child) or child.get("term")))
            case "description" | "summary":
                entry.description = _markup(child)
            case "encoded" | "content":
                entry.content = _markup(child)
    return entry


def _name(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _link(element: Element) -> str:
    """The address of a link element: its text (RSS), or its `href` (Atom) where it is the page itself."""
    if element.get("rel", "alternate") != "alternate":
        return ""
    return one_line(text_in(element)) or element.get("href", "").strip()


def _markup(element: Element) -> str:
    """The HTML in an element: its text, or its children where the feed's author forgot to escape them, or some of them."""
    if any(isinstance(child.tag, str) for child in element):
        inside = "".join(etree.tostring(child, encoding="unicode", method="html") for child in element)
        escaped = _TAG.search(text_in(element)) is not None
        return (element.text or "") + (decode_entities(inside) if escaped else inside)
    text = text_in(element)
    body = text.strip()
    return body[len(_CDATA) :].removesuffix("]]>") if body.startswith(_CDATA) else text
