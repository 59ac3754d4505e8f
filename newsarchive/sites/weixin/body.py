"""The body of an article of mp.weixin.qq.com as a tree: what its HTML elements mean."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Any
from urllib.parse import parse_qs

from lxml import etree
from w3lib.url import url_query_cleaner

from newsarchive.items.body import Aside, Block, Body, Break, Embed, Image, Inline, Paragraph, Span
from newsarchive.parsing.html_body.walk import Rules, read_body
from newsarchive.parsing.html_tree import Element
from newsarchive.parsing.js_literal import Value
from newsarchive.parsing.text import decode_entities, visible
from newsarchive.parsing.urls import is_web_address
from newsarchive.sites.weixin.items import records, string
from newsarchive.sites.weixin.markup import parse_fragment
from newsarchive.sites.weixin.urls import identify, unescape_url

BASE_URL = "https://mp.weixin.qq.com/"

_DELIVERY = ("tp", "wxfrom", "wx_lazy", "wx_co", "usePicPrefetch", "wxtype")
_TO_CLEAN = re.compile(rf"&(?:&|\Z|(?:{'|'.join(_DELIVERY)})(?:[=&]|\Z))")
"""What the cleaning of a query would change: few have any of it, and to take one apart takes ten times as long."""
_EMOTICON_HOST = "res.wx.qq.com/"
_AUDIO = frozenset({"mp-common-mpaudio", "mpvoice", "mp-common-qqmusic", "qqmusic", "mp-common-audio"})
_CARDS = frozenset(
    {
        "mp-common-profile",
        "mp-common-product",
        "mp-miniprogram",
        "mp-weapp",
        "mp-common-miniprogram",
        "mp-common-poi",
    }
)
_VIDEO = frozenset({"mp-common-videosnap", "mpvideosnap", "mp-common-video", "video"})
_MARKUP = re.compile(
    r"</?(?:a|br|p|div|span|section|strong|em|b|i|img|ul|ol|li|sup|sub|del|strike)\b[^<>]*>", re.IGNORECASE
)
_WITH_BACKGROUND: Any = etree.XPath("descendant::*/@data-lazy-bgimg/..")
_UNQUOTABLE = re.compile(r"[\"\\\s]")
_APPEAL = re.compile(
    r"长按.{0,12}(?:关注|二维码|识别)|扫(?:描|一扫)?.{0,8}二维码|识别.{0,8}二维码|"
    r"点击.{0,10}(?:蓝字|关注|公众号|名片)|戳.{0,10}(?:蓝字|关注|公众号|名片)|关注我们|"
    r"点.{0,4}(?:在看|赞|转发)|戳.{0,4}(?:在看|赞|转发)|求.{0,4}(?:在看|赞|转发)|一键三连|"
    r"点赞.{0,6}(?:在看|关注|转发|收藏)|设为星标|加(?:个)?星标|"
    r"欢迎.{0,6}(?:关注|转发|分享|点赞|在看)|记得.{0,6}(?:关注|转发|分享|点赞|在看)|别忘了?.{0,6}(?:关注|转发|分享|点赞|在看)"
)
"""Each branch begins with a letter, not with a group: the expression then looks at those letters alone, a third of the time."""
_APPEAL_LENGTH = 40
"""Longer paragraphs say more than an appeal; 40 characters hold every stock phrase seen."""


def article_body(element: Element, dropped: Counter[str] | None = None) -> Body:
    """The body tree of `#js_content`, with the stock appeals (长按关注 and the like) marked."""
    return mark_appeals(read_body(element, RULES, dropped))


def markup_body(markup: str, dropped: Counter[str] | None = None) -> Body:
    """The body tree of a piece of HTML (`content_noencode`)."""
    root = parse_fragment(markup.encode())
    return article_body(root, dropped) if root is not None else []


def plain_body(text: str) -> Body:
    """The body tree of a post's text, whose lines are its own; it may hold links as HTML."""
    if _MARKUP.search(text):
        return markup_body(text.replace("\r", "").replace("\n", "<br>"))
    lines = [" ".join(line.split()) for line in visible(decode_entities(text)).splitlines()]
    blocks: Body = []
    for written, group in groupby(lines, bool):
        pieces: list[Inline] = [piece for line in group for piece in (Break(), Span(line))]
        blocks += [Paragraph(pieces[1:])] if written else []
    return blocks


def picture_body(pictures: Value) -> Body:
    """The pictures of `picture_page_info_list`: each one's own URL, not its watermarked or cropped doubles."""
    return [
        Image(
            clean_image_url(unescape_url(url)),
            width=_pixels(picture.get("width")),
            height=_pixels(picture.get("height")),
        )
        for picture in records(pictures)
        if (url := string(picture.get("cdn_url")))
    ]


def set_backgrounds(element: Element) -> None:
    """Give elements the backgrounds that the page's script would load (`data-lazy-bgimg`)."""
    for node in _WITH_BACKGROUND(element):
        url = _UNQUOTABLE.sub("", node.get("data-lazy-bgimg"))
        node.set("style", f'{node.get("style", "")};background-image:url("{url}")')


def mark_appeals(blocks: Iterable[Block]) -> Body:
    """The blocks, with short paragraphs that only ask for a follow or a like put into asides; nothing is removed."""
    marked: Body = []
    for asked, group in groupby(blocks, _is_appeal):
        same = list(group)
        marked += [Aside("appeal", same)] if asked else same
    return marked


def _is_appeal(block: Block) -> bool:
    if not isinstance(block, Paragraph):
        return False
    text = ""
    for piece in block.inlines:
        if piece.kind == "image":
            return False
        if piece.kind == "span":
            text += piece.text
            if len(text) > _APPEAL_LENGTH:
                return False
    return _APPEAL.search(text) is not None


def _address(url: str) -> str | None:
    found = clean_image_url(url)
    return found if is_web_address(found) and _EMOTICON_HOST not in found[:30] else None


def _image(element: Element) -> Image | None:
    attributes = element.attrib
    url = attributes.get("data-src") or attributes.get("src") or ""
    if not url or url.startswith("data:") or _EMOTICON_HOST in url[:30]:
        return None
    width = _pixels(attributes.get("data-w"))
    ratio = attributes.get("data-ratio")
    height = _height(width, ratio) if width and ratio else None
    alt = " ".join(attributes.get("alt", "").split())
    return Image(clean_image_url(url), alt=alt, width=width, height=height)


def _height(width: int, ratio: str) -> int | None:
    try:
        return round(width * float(ratio)) or None
    except (ValueError, OverflowError):
        return None


def _embed(element: Element) -> Embed | None:
    tag = element.tag
    if tag == "iframe":
        return _frame(element)
    if tag in _AUDIO:
        return _audio(element)
    if tag in _VIDEO:
        return Embed(
            "video",
            element.get("data-id") or element.get("data-mpvid"),
            title=_clean(element.get("data-desc")),
        )
    if tag in _CARDS:
        return _card(element)
    return None


def _frame(element: Element) -> Embed | None:
    source = unescape_url(element.get("data-src") or element.get("src") or "")
    if source.startswith("//"):
        source = "https:" + source
    if not is_web_address(source):
        return None
    query = parse_qs(source.partition("#")[0].partition("?")[2])
    vid = element.get("data-mpvid") or query.get("vid", [""])[0] or None
    cover = unescape_url(element.get("data-cover") or "")
    if cover.startswith(("http%3A", "https%3A")):
        cover = parse_qs("c=" + cover)["c"][0]
    is_video = bool(vid) or "video" in element.get("class", "")
    return Embed("video" if is_video else "frame", vid, source, cover=cover or None)


def _audio(element: Element) -> Embed:
    identifier = element.get("voice_encode_fileid") or element.get("musicid") or element.get("data-id")
    url = None
    if element.get("voice_encode_fileid"):
        url = f"https://res.wx.qq.com/voice/getvoice?mediaid={element.get('voice_encode_fileid')}"
    length = element.get("play_length") or ""
    duration = round(int(length) / 1000) if length.isdecimal() and len(length) < 12 else None
    title = element.get("name") or element.get("music_name")
    return Embed("audio", identifier, url, _clean(title), _clean(element.get("cover")), duration)


def _card(element: Element) -> Embed:
    """A card of an account (`data-id` is its biz), a mini program or a product."""
    title = element.get("data-nickname") or element.get("data-miniprogram-title") or element.get("data-title")
    identifier = element.get("data-id") or element.get("data-miniprogram-appid") or element.get("data-pid")
    return Embed("card", identifier, title=_clean(title), cover=_clean(element.get("data-headimg")))


def _clean(text: str | None) -> str | None:
    return " ".join(decode_entities(text or "").split()) or None


def clean_image_url(url: str) -> str:
    """A picture's URL without the delivery parameters and fragment that an author's paste carries along."""
    url = url.strip()
    query = url.partition("?")[1:]
    if "#" in url or (query[0] and _TO_CLEAN.search(f"&{query[1]}")):
        url = url_query_cleaner(url, _DELIVERY, remove=True, unique=False)
    return f"https:{url}" if url.startswith("//") else url


def _pixels(value: object) -> int | None:
    text = str(value or "").strip()
    if not text.replace(".", "", 1).isdecimal() or len(text) > 9:
        return None
    return int(float(text)) or None


def _link(url: str) -> str:
    """Links to other articles in their canonical form; all others as they are."""
    link = identify(url)
    return link.url if link else url


RULES = Rules(
    base_url=BASE_URL,
    image=_image,
    embed=_embed,
    # The line numbers beside native code blocks.
    skip=lambda element: "code-snippet__line-index" in element.get("class", ""),
    link=_link,
    picture=_address,
    special=_AUDIO | _VIDEO | _CARDS | {"iframe", "ul"},
)
"""The site's habits: lazy pictures, players and cards as elements of its own."""
