"""The bodies of ithome's articles as trees: lazy pictures, Weibo players, thanks to tipsters, advertising statements."""

from __future__ import annotations

import re
from collections import Counter

from lxml import etree

from newsarchive.items.body import Aside, Block, Body, Embed, Image, Paragraph, Role, Span
from newsarchive.parsing.html_body.walk import Rules, read_body
from newsarchive.parsing.html_tree import Element, fragment, media_source, pixels, words
from newsarchive.parsing.urls import absolute, largest

BASE_URL = "https://www.ithome.com/"
_PLACEHOLDER = "/images/v2/t.png"
_PLAYER = "ithome_super_player"
_NOT_IN_XML = re.compile(r"[\x00-\x1f\ud800-\udfff\ufffe\uffff]")
_BILIBILI = re.compile(r"[?&]bvid=(BV[0-9A-Za-z]{8,12})(?:&|$)")
_OPENINGS: tuple[tuple[str, Role], ...] = (("感谢IT之家网友", "tipster"), ("广告声明：", "advertisement"))


def read_markup(markup: str, dropped: Counter[str] | None = None) -> Body:
    """A body given as HTML text (feeds, interfaces) as a tree."""
    element = fragment(markup)
    return [] if element is None else read_element(element, dropped)


def read_element(element: Element, dropped: Counter[str] | None = None) -> Body:
    """A body that is part of a page as a tree."""
    _set_players_apart(element)
    body = read_body(element, RULES, dropped)
    for place in {0, len(body) - 1} if body else ():
        body[place] = _aside_by_words(body[place])
    return body


def _set_players_apart(element: Element) -> None:
    """Put a player before the link that shows its cover or words, so that these stay in the article."""
    for anchor in list(element.iter("a")):
        if _PLAYER in anchor.get("class", "") and (words(anchor) or anchor.find(".//img") is not None):
            address = _NOT_IN_XML.sub("", anchor.get("href", ""))
            player = etree.Element("iframe", {"class": _PLAYER, "src": address})
            anchor.attrib.pop("class")
            anchor.addprevious(player)


def _aside_by_words(block: Block) -> Block:
    """The thanks and the statement where their classes are gone (Markdown, text saved from mobile pages)."""
    first = block.inlines[0] if isinstance(block, Paragraph) else None
    text = first.text if isinstance(first, Span) else ""
    return next((Aside(role, [block]) for opening, role in _OPENINGS if text.startswith(opening)), block)


def _image(element: Element) -> Image | None:
    url = picture_url(element)
    if url is None:
        return None
    get = element.get
    width, height = pixels(get("w") or get("width")), pixels(get("h") or get("height"))
    return Image(url, alt=get("alt", "").strip(), width=width, height=height)


def picture_url(element: Element) -> str | None:
    """Where a picture really is: `data-original`, else the largest of `srcset`, else `src`; never the 1x1 placeholder."""
    get = element.get
    source = get("data-original") or largest(get("srcset")) or get("data-src") or get("src")
    return _address(source)


def _address(source: str | None) -> str | None:
    url = absolute(source, BASE_URL)
    return None if url is None or _PLACEHOLDER in url else url


def _embed(element: Element) -> Embed | None:
    """Players: Weibo's (`ithome_super_player`, its preview address expires and is left out), iframes, video elements."""
    tag = element.tag
    if tag == "a":
        if _PLAYER not in element.get("class", ""):
            return None
        return Embed("video", url=absolute(element.get("href"), BASE_URL), linked=True)
    if tag not in {"iframe", "video", "audio"}:
        return None
    url = absolute(media_source(element), BASE_URL)
    if not url:
        return None
    if (video := _BILIBILI.search(url)) and tag == "iframe":
        number = video[1]
        return Embed("video", id=number, url=f"https://www.bilibili.com/video/{number}")
    frame = tag == "iframe" and element.get("class") != _PLAYER
    cover = absolute(element.get("poster"), BASE_URL)
    return Embed("frame" if frame else "audio" if tag == "audio" else "video", url=url, cover=cover)


def _aside(element: Element) -> Role | None:
    if name := element.get("class"):
        if "tougao-user" in name:
            return "tipster"
        if "ad-tips" in name:
            return "advertisement"
    return "advertisement" if len(element) == 1 and _holds_a_promotion(element) else None


def _holds_a_promotion(element: Element) -> bool:
    """Whether a block is nothing but a product's card (seen in `dir`, 2021) or a bar that leads to a promotion."""
    anchor = element[0]
    if anchor.tag != "a" or (element.text or "").strip() or (anchor.tail or "").strip():
        return False
    inner = next(anchor.iterchildren("span"), None)
    is_card = inner is not None and "card" in inner.get("class", "").split()
    return is_card or "topic-bar" in anchor.get("class", "").split()


RULES = Rules(
    base_url=BASE_URL,
    image=_image,
    embed=_embed,
    aside=_aside,
    picture=_address,
    special=frozenset({"a", "iframe", "video", "audio", "p", "div", "dir", "section"}),
)
"""ithome's habits: `data-original`, `a.ithome_super_player`, `div.tougao-user`, `p.ad-tips`, `span.card`."""
