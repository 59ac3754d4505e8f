"""The bodies of what is no plain article on mp.weixin.qq.com: picture, text, video and audio posts, and repost cards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from newsarchive.items.body import Body, Embed
from newsarchive.items.verdict import Verdict
from newsarchive.parsing.js_literal import JsLiteralError, parse_at
from newsarchive.parsing.text import one_line
from newsarchive.sites.weixin.body import article_body, picture_body, plain_body
from newsarchive.sites.weixin.facts import Facts
from newsarchive.sites.weixin.items import string
from newsarchive.sites.weixin.markup import WeixinPage
from newsarchive.sites.weixin.urls import identify, link_of, unescape_url

_WRITTEN = re.compile(rb"""(?:document\.write\(|\.innerHTML\s*=)\s*(?=["'])""")
_WRITTEN_BELOW = 4000
_FALLBACK_VID = re.compile(rb"""\bvid\s*[:=]\s*["']([\w-]{6,40})["']""")


def repost_card(page: WeixinPage, facts: Facts) -> Body:
    """What a repost card shows: the recommender's words and a card that leads to the original."""
    info = facts.copyright_info
    words = string(info.get("guide_words")) or _written(page, b"js_share_notice")
    original = original_of(facts, info)
    card = Embed("card", url=original["original_url"], title=facts.line("title"))
    if not words and (element := page.element(b"js_share_notice")[0]) is not None:
        return [*article_body(element), card]  # a browser's DOM, into which the script has written
    return [*plain_body(words), card]


def original_of(facts: Facts, info: Mapping[str, Any]) -> dict[str, Any]:
    """Whose text a repost repeats."""
    url = unescape_url(string(info.get("reprint_url")))
    if not url and facts.page:
        url = unescape_url(facts.page.attribute(b"js_share_source", "data-url"))
    link = identify(url) if url else None
    if link is None:
        names = ("source_encode_biz", "source_mid", "source_idx")
        biz, mid, idx = (
            string(info.get(name)) or (facts.variable(name) if not info else "") for name in names
        )
        link = link_of({"biz": biz, "mid": mid, "idx": idx})
    return {
        "original_account": one_line(string(info.get("platform"))) or _named_original(facts.page),
        "original_url": url or (link.url if link else None),
        "original_keys": dict(link.keys) if link else {},
    }


def _named_original(page: WeixinPage | None) -> str | None:
    """The first account as the elements of a repost and of a repost card show it."""
    if page is None:
        return None
    return page.words(b"js_share_author") or page.classed(b"original_primary_nickname") or None


def post_body(facts: Facts, kind: Verdict, content: str) -> Body:
    """The body of a post: its pictures, player and words."""
    page = facts.page
    blocks: Body = []
    text = string(facts.group("text_page_info").get("content_noencode")) or content
    if kind is Verdict.IMAGE_POST:
        blocks = picture_body(facts.pictures())
        if not blocks and page and (listed := page.element(b"img_list")[0]) is not None:
            blocks = article_body(listed)  # the template of 2018
    elif kind is Verdict.VIDEO:
        blocks = _player(facts)
    elif kind is Verdict.AUDIO:
        blocks = _voice(facts)
    if not text and page:
        text = _written(page, b"js_content") if kind in {Verdict.IMAGE_POST, Verdict.VIDEO} else ""
    if not text and kind is Verdict.TEXT_POST:
        element = page.element(b"js_text_desc")[0] if page else None
        if shown := article_body(element) if element is not None else []:
            return [*blocks, *shown]  # a browser's DOM: as the server sends it, the element is empty
        text = facts.variable("title") or facts.raw("title").replace("\\n", "\n")
    if not text and kind is not Verdict.ARTICLE:
        text = facts.raw("desc").replace("\\x0a", "\n")
    return [*blocks, *plain_body(text)]


def _player(facts: Facts) -> Body:
    page = facts.page
    vid = ""
    for group in ("video_page_info", "video_page_infos"):
        value = facts.state.get(group)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, dict):
            vid = vid or string(value.get("video_id")) or string(value.get("vid"))
    cover = facts.url("cdn_url")
    if page and not vid:
        vid = page.text(b"window.cgiData.vid", b"d.vid")
        if not vid or not cover:
            data = page.object(b"window.cgiData", dict.fromkeys(("vid", "cdn_url")))
            vid = vid or string(data.get("vid"))
            cover = cover or string(data.get("cdn_url")) or None
        if not vid and (match := _FALLBACK_VID.search(page.content)):
            vid = match[1].decode()
    return [Embed("video", vid or None, title=facts.line("title"), cover=cover)]


def _voice(facts: Facts) -> Body:
    info = facts.group("voice_page_info")
    voice = string(info.get("voice_id"))
    duration = string(info.get("duration"))
    return [
        Embed(
            "audio",
            voice or None,
            f"https://res.wx.qq.com/voice/getvoice?mediaid={voice}" if voice else None,
            one_line(string(info.get("title"))) or facts.line("title"),
            string(info.get("cover_url")) or None,
            int(duration) if duration.isdecimal() and len(duration) < 8 else None,
        )
    ]


def _written(page: WeixinPage, identifier: bytes) -> str:
    """The text that a script writes into an element of the page (templates of 2018, and repost cards)."""
    for code in page.written_below(identifier, _WRITTEN_BELOW):
        if match := _WRITTEN.search(code):
            with suppress(JsLiteralError):
                value, _ = parse_at(code[match.end() :].decode("utf-8", "replace"))
                return value if isinstance(value, str) else ""
            break
    return ""
