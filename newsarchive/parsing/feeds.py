"""RSS and Atom, read from bytes by a real XML parser that is closed to entities, DTDs and the network.

What feeds of these sites need (all seen): CDATA around links and dates, one body split over two adjacent CDATA sections
(ithome 2017), bodies whose `<![CDATA[` marks were themselves escaped, descriptions that were never escaped at all, and
characters that XML forbids.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from newsarchive.parsing.html_tree import Element, inner_text, utf8
from newsarchive.parsing.json_text import text_at
from newsarchive.parsing.text import one_line, plain
from newsarchive.parsing.urls import is_web_address

_FORBIDDEN = bytes(range(0x20)).translate(None, b"\t\n\r") + b"\x7f"
_BEFORE = b"\xef\xbb\xbf \t\r\n"
_DECLARED = re.compile(rb"^<\?xml[^>]{0,200}\?>")
_ROOT = re.compile(rb"<(rss|feed|rdf:RDF|channel)\b")
_ENTRY_END = re.compile(rb"</(?:item|entry)\s*>")
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]{4,12})|(\d{5,12}));")
_CDATA = "<![CDATA["
_ENTRY = frozenset({"item", "entry"})


@dataclass(slots=True)
class Entry:
    """One item: texts as they stand in the feed. `content` is the long body where the feed has one besides."""

    title: str = ""
    link: str = ""
    guid: str = ""
    published: str = ""
    author: str = ""
    description: str = ""
    content: str = ""
    source: str = ""
    categories: list[str] = field(default_factory=list)

    @property
    def address(self) -> str | None:
        """Where to read the item: its link, else its name where that is an address."""
        return self.link or (self.guid if is_web_address(self.guid) else None)


@dataclass(slots=True)
class Feed:
    """A feed: its head and its items in the feed's order."""

    title: str = ""
    link: str = ""
    entries: list[Entry] = field(default_factory=list)


def is_feed(content: bytes) -> bool:
    """Whether the bytes begin as RSS, RDF or Atom does (white space, marks and a declaration may come first)."""
    head = content.lstrip(_BEFORE)[:1000]
    head = _DECLARED.sub(b"", head).lstrip()
    while head.startswith((b"<!--", b"<?")):
        _, _, head = head.partition(b">")
        head = head.lstrip()
    return head.startswith((b"<rss", b"<feed", b"<rdf:RDF", b"<channel"))


def read_xml(content: bytes) -> Element | None:
    """The root element of an XML text, mended where it is broken; None where there is none."""
    try:  # to make sure beforehand that nothing needs mending costs as much as half of the parsing
        return _parse(content.lstrip(_BEFORE), recover=False)
    except etree.XMLSyntaxError:
        pass
    body = _REFERENCE.sub(_without_surrogate, utf8(content.translate(None, _FORBIDDEN)).lstrip())
    try:
        return _parse(_without_half_an_entry(body), recover=True)
    except etree.XMLSyntaxError:
        return None


def _parse(body: bytes, *, recover: bool) -> Element:
    declared = _DECLARED.match(body)
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(body[declared.end() :] if declared else body, parser)


def _without_surrogate(reference: re.Match[bytes]) -> bytes:
    """A reference as it stands; nothing for half a character, of which libxml2 makes text that cannot be decoded."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return b"" if 0xD800 <= number < 0xE000 else reference[0]


def _without_half_an_entry(body: bytes) -> bytes:
    """A feed whose end is missing, as far as its entries are whole: mended, half an entry would pass for a whole one."""
    root = _ROOT.search(body)
    if root is None:
        return body
    end = body.rfind(b"</" + root[1])
    if end >= 0 and not _ENTRY_END.search(body, end):
        return body
    return body[: max((entry.end() for entry in _ENTRY_END.finditer(body)), default=0)]


def read_feed(content: bytes) -> Feed | None:
    """A feed with all its items, or None where the bytes are no feed, or end before its first item does."""
    root = read_xml(content)
    if root is None or _name(root) not in {"rss", "feed", "RDF", "channel"}:
        return None
    feed = Feed()
    head = next((child for child in root.iter() if _name(child) in {"channel", "feed"}), root)
    for child in head:
        if _name(child) == "title":
            feed.title = feed.title or plain(inner_text(child))
        elif _name(child) == "link":
            feed.link = feed.link or _link(child)
    feed.entries = [_entry(element) for element in root.iter() if _name(element) in _ENTRY]
    return feed


def json_feed(answer: object) -> Feed | None:
    """A JSON Feed (jsonfeed.org, which programs that make feeds of these sites offer beside RSS); None for other JSON."""
    if not isinstance(answer, dict) or "jsonfeed.org" not in str(answer.get("version")):
        return None
    items = answer.get("items")
    rows = [row for row in items if isinstance(row, dict)] if isinstance(items, list) else []
    return Feed(
        plain(text_at(answer, "title")), text_at(answer, "home_page_url"), [_json_entry(row) for row in rows]
    )


def _json_entry(row: Mapping[str, Any]) -> Entry:
    authors = row.get("authors")
    author = authors[0] if isinstance(authors, list) and authors else row.get("author")
    tags = row.get("tags")
    return Entry(
        title=plain(text_at(row, "title")),
        link=text_at(row, "url"),
        guid=text_at(row, "id"),
        published=text_at(row, "date_published", "date_modified"),
        author=one_line(text_at(author, "name")) if isinstance(author, dict) else "",
        description=text_at(row, "summary"),
        content=text_at(row, "content_html"),
        categories=[one_line(tag) for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
    )


def _entry(element: Element) -> Entry:
    entry = Entry()
    for child in element:
        match _name(child):
            case "title":
                entry.title = plain(inner_text(child))
            case "link":
                entry.link = entry.link or _link(child)
            case "guid" | "id":
                entry.guid = one_line(inner_text(child))
            case "pubDate" | "published" | "date":
                entry.published = one_line(inner_text(child))
            case "updated":
                entry.published = entry.published or one_line(inner_text(child))
            case "author" | "creator":
                entry.author = one_line(inner_text(child))
            case "source":
                entry.source = one_line(inner_text(child))
            case "category":
                entry.categories.append(one_line(inner_text(child) or child.get("term")))
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
    return one_line(inner_text(element)) or element.get("href", "").strip()


def _markup(element: Element) -> str:
    """The HTML in an element: its text, or its children where the feed's author forgot to escape them."""
    if any(isinstance(child.tag, str) for child in element):
        inside = (etree.tostring(child, encoding="unicode", method="html") for child in element)
        return (element.text or "") + "".join(inside)
    text = inner_text(element)
    body = text.strip()
    return body[len(_CDATA) :].removesuffix("]]>") if body.startswith(_CDATA) else text
