"""The bodies of ithome's articles as trees: lazy pictures, Weibo players, thanks to tipsters, advertising statements."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urljoin, urlsplit

from lxml import etree

from newsarchive.body import Aside, Block, Body, Embed, Image, Paragraph, Role, Span
from newsarchive.parsing.html_body import Element, Rules, read_body
from newsarchive.parsing.html_tree import fragment

BASE_URL = "https://www.ithome.com/"
_PLACEHOLDER = "/images/v2/t.png"
_PLAYER = "ithome_super_player"
_CANDIDATES = re.compile(r"(\S+)(?:\s+([\d.]+)[xw])?\s*(?:,\s|,?$)")
_OPENINGS: tuple[tuple[str, Role], ...] = (("感谢IT之家网友", "tipster"), ("广告声明：", "advertisement"))


def read_markup(markup: str) -> Body:
    """A body given as HTML text (feeds, interfaces) as a tree."""
    element = fragment(markup)
    return [] if element is None else read_element(element)


def read_element(element: Element) -> Body:
    """A body that is part of a page as a tree."""
    _set_players_apart(element)
    body = read_body(element, RULES)
    for place in {0, len(body) - 1} if body else ():
        body[place] = _aside_by_words(body[place])
    return body


def _set_players_apart(element: Element) -> None:
    """Put a player before the link that shows its cover, so that the cover stays a picture of the article."""
    for anchor in list(element.iter("a")):
        if _PLAYER in anchor.get("class", "") and anchor.find(".//img") is not None:
            player = etree.Element("iframe", {"class": _PLAYER, "src": anchor.get("href", "")})
            anchor.attrib.pop("class")
            anchor.addprevious(player)


def _aside_by_words(block: Block) -> Block:
    """The thanks and the statement where their classes are gone (Markdown, text saved from mobile pages)."""
    first = block.inlines[0] if isinstance(block, Paragraph) else None
    text = first.text if isinstance(first, Span) else ""
    return next((Aside(role, [block]) for opening, role in _OPENINGS if text.startswith(opening)), block)


def _image(element: Element) -> Image | None:
    source = picture_url(element)
    if not source:
        return None
    width, height = (
        element.get(long) or element.get(short) or "" for long, short in (("w", "width"), ("h", "height"))
    )
    return Image(
        source,
        alt=element.get("alt", "").strip(),
        width=int(width) if width.isdecimal() else None,
        height=int(height) if height.isdecimal() else None,
    )


def picture_url(element: Element) -> str | None:
    """Where a picture really is: `data-original`, else the largest of `srcset`, else `src`; never the 1x1 placeholder."""
    get = element.get
    source = get("data-original") or _largest(get("srcset")) or get("data-src") or get("src") or ""
    source = source.strip()
    if not source or source.startswith("data:") or _PLACEHOLDER in source:
        return None
    return source if source.startswith("http") else urljoin(BASE_URL, source)


def _largest(srcset: str | None) -> str | None:
    """The candidate with the largest descriptor; commas also stand inside the URLs (`format,f_auto`)."""
    candidates = _CANDIDATES.findall(srcset or "")
    return max(candidates, key=lambda one: float(one[1] or 1))[0] if candidates else None


def _embed(element: Element) -> Embed | None:
    """Players: Weibo's (`ithome_super_player`, its preview address expires and is left out), iframes, video elements."""
    tag = element.tag
    if tag == "a":
        if _PLAYER not in element.get("class", ""):
            return None
        return Embed("video", url=_absolute(element.get("href")))
    if tag not in {"iframe", "video", "audio"}:
        return None
    url = _absolute(element.get("src") or element.get("data-src") or _first_source(element))
    if not url:
        return None
    number = parse_qs(urlsplit(url).query).get("bvid", [""])[0]
    if number:
        return Embed("video", id=number, url=f"https://www.bilibili.com/video/{number}")
    frame = tag == "iframe" and element.get("class") != _PLAYER
    return Embed(
        "frame" if frame else "audio" if tag == "audio" else "video", url=url, cover=element.get("poster")
    )


def _first_source(element: Element) -> str | None:
    source = element.find("source")
    return None if source is None else source.get("src")


def _absolute(url: str | None) -> str | None:
    url = (url or "").strip()
    try:
        absolute = urljoin(BASE_URL, url)
        return absolute if url and urlsplit(absolute).scheme in {"http", "https"} else None
    except ValueError:
        return None


def _aside(element: Element) -> Role | None:
    name = element.get("class")
    if not name:
        return None
    return "tipster" if "tougao-user" in name else "advertisement" if "ad-tips" in name else None


RULES = Rules(base_url=BASE_URL, image=_image, embed=_embed, aside=_aside)
"""ithome's habits: `data-original`, `a.ithome_super_player`, `div.tougao-user`, `p.ad-tips`."""
