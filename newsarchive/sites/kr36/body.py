"""The bodies of 36kr's articles as trees: pictures, captions, players."""

from __future__ import annotations

import re
from collections import Counter

from newsarchive.items.body import Body, Embed, Image, Paragraph, Span
from newsarchive.items.verdict import Verdict
from newsarchive.parsing.html_body.walk import Rules, read_body
from newsarchive.parsing.html_tree import Element, fragment, media_source, pixels
from newsarchive.parsing.text import decode_entities, one_line
from newsarchive.parsing.urls import absolute
from newsarchive.sites.kr36.urls import is_number, link_of

BASE_URL = "https://36kr.com/"

_TAG = re.compile(r"<(?:/?(?:[abipqsu]|h[1-6]|[a-z][a-z-]{1,20})(?:\s[^<>]*)?/?>|!--)", re.IGNORECASE)


def read_markup(markup: str, dropped: Counter[str] | None = None) -> Body:
    """A body given as HTML text (the state object, feeds) as a tree; flashes are plain text, where `a<b` is no tag."""
    if not _TAG.search(markup):
        text = one_line(decode_entities(markup))
        return [Paragraph([Span(text)])] if text else []
    element = fragment(markup)
    return [] if element is None else read_element(element, dropped)


def read_element(element: Element, dropped: Counter[str] | None = None) -> Body:
    """A body that is part of a page as a tree."""
    return read_body(element, RULES, dropped)


def _image(element: Element) -> Image | None:
    sources = (absolute(element.get(name), BASE_URL) for name in ("src", "data-src", "data-original"))
    url = next((one for one in sources if one), None)
    if url is None:
        return None
    width, _, height = element.get("data-img-size-val", "").partition(",")
    return Image(url, alt=element.get("alt", "").strip(), width=pixels(width), height=pixels(height))


def _embed(element: Element) -> Embed | None:
    """Players: the site's own by `data-id` (an iframe of class `entity-iframe`, 2026), others by their address.

    The links that the site itself made of words in 2021 and 2022 (`a.project-link`, to its pages on companies) are no links of
    the article's: they make one of 得到 in 得到改善, too.
    """
    tag = element.tag
    if tag == "a":
        if "project-link" in element.get("class", ""):
            element.attrib.pop("href", None)
        return None
    item = element.get("data-id", "")
    if is_number(item) and element.get("data-type") == "video":
        return Embed("video", id=item, url=link_of(item, Verdict.VIDEO).url)
    url = absolute(media_source(element), BASE_URL)
    cover = absolute(element.get("poster"), BASE_URL)
    return Embed("frame" if tag == "iframe" else tag, url=url, cover=cover) if url else None


RULES = Rules(
    base_url=BASE_URL,
    image=_image,
    embed=_embed,
    caption=lambda element: "img-desc" in element.get("class", ""),
    picture=lambda url: absolute(url, BASE_URL),
    special=frozenset({"a", "iframe", "video", "audio"}),
)
"""36kr's habits: plain `src`, sizes in `data-img-size-val`, captions in `p.img-desc`."""
