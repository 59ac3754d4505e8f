"""The bodies of 36kr's articles as trees: pictures, captions, players."""

from __future__ import annotations

from urllib.parse import urljoin

from newsarchive.body import Body, Embed, Image
from newsarchive.parsing.html_body import Element, Rules, read_body
from newsarchive.parsing.html_tree import fragment

BASE_URL = "https://36kr.com/"


def read_markup(markup: str) -> Body:
    """A body given as HTML text (the state object, feeds) as a tree."""
    element = fragment(markup)
    return [] if element is None else read_body(element, RULES)


def read_element(element: Element) -> Body:
    """A body that is part of a page as a tree."""
    return read_body(element, RULES)


def _image(element: Element) -> Image | None:
    source = (element.get("src") or element.get("data-src") or "").strip()
    if not source or source.startswith("data:"):
        return None
    width, _, height = element.get("data-img-size-val", "").partition(",")
    return Image(
        source if source.startswith("http") else urljoin(BASE_URL, source),
        alt=element.get("alt", "").strip(),
        width=int(width) if width.isdecimal() else None,
        height=int(height) if height.isdecimal() else None,
    )


def _embed(element: Element) -> Embed | None:
    """Players: the site's own by `data-id` (an iframe of class `entity-iframe`, 2026), others by their address."""
    tag = element.tag
    if tag not in {"iframe", "video", "audio"}:
        return None
    item = element.get("data-id", "")
    if item.isdecimal() and element.get("data-type") == "video":
        return Embed("video", id=item, url=f"{BASE_URL}video/{item}")
    inner = element.find("source")
    source = element.get("src") or element.get("data-src") or ("" if inner is None else inner.get("src", ""))
    if not source or source.startswith(("javascript:", "data:")):
        return None
    return Embed(
        "frame" if tag == "iframe" else tag, url=urljoin(BASE_URL, source), cover=element.get("poster")
    )


def _caption(element: Element) -> bool:
    return "img-desc" in element.get("class", "")


RULES = Rules(base_url=BASE_URL, image=_image, embed=_embed, caption=_caption)
"""36kr's habits: plain `src`, sizes in `data-img-size-val`, captions in `p.img-desc`."""
