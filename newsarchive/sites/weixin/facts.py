"""What a page of mp.weixin.qq.com says of its article, from whichever of its places says it.

All templates since 2018 say the same things under a handful of names; a page's own state object (`cgiDataNew`, also
the JSON answer of `/s?f=json`) comes first, then the meta elements, the script variables, and the visible elements.
`Facts` holds one page's answers under the state object's names.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from newsarchive.parsing.js_literal import Value, js_decode
from newsarchive.parsing.text import decode_entities, one_line
from newsarchive.parsing.urls import is_web_address
from newsarchive.sites.weixin.items import string
from newsarchive.sites.weixin.markup import WeixinPage
from newsarchive.sites.weixin.saved import told_around
from newsarchive.sites.weixin.state import POST_SHAPE
from newsarchive.sites.weixin.urls import clean_keys, identify, unescape_url

_KEYS = ("biz", "mid", "idx", "sn")
_TEXTS: dict[str, tuple[bytes, ...]] = {
    "user_name": (b"var user_name", b"window.user_name", b"d.user_name"),
    "nick_name": (b"var nickname", b"window.nickname", b"d.nick_name", b"window.name"),
    "alias": (b"window.alias", b"var alias", b"d.alias"),
    "title": (b"var msg_title", b"window.msg_title", b"d.title"),
    "desc": (b"var msg_desc", b"window.desc", b"d.desc"),
    "author": (b"var author", b"d.author"),
    "cdn_url": (b"var msg_cdn_url", b"window.msg_cdn_url", b"d.cdn_url"),
    "source_url": (b"var msg_source_url", b"d.source_url"),
    "ori_create_time": (
        b"var ct",
        b"window.ct",
        b"d.ct",
        b"var oriCreateTime",
        b"var createTimestamp",
        b"d.create_time",
    ),
    "create_time": (b"var createTime", b"var create_time"),
    "svr_time": (b"var svr_time", b"d.svr_time"),
    "is_pay_subscribe": (b"var is_pay_subscribe",),
    "biz": (b"var biz", b"window.biz", b"d.biz"),
    "mid": (b"var mid", b"window.mid", b"d.mid", b"var appmsgid", b"window.appmsgid"),
    "idx": (b"var idx", b"window.idx", b"d.idx"),
    "sn": (b"var sn", b"window.sn", b"d.sn"),
    "link": (b"var msg_link", b"window.msg_link", b"d.msg_link"),
    "short_link": (b"window.short_link", b"var short_link"),
    "copyright_stat": (b"var _copyright_stat", b"var copyright_stat", b"d.copyright_stat"),
    "source_encode_biz": (b"var source_encode_biz",),
    "source_mid": (b"var source_mid",),
    "source_idx": (b"var source_idx",),
    "source_username": (b"var source_username",),
}
_METAS: dict[str, tuple[str, ...]] = {
    "title": ("og:title",),
    "desc": ("og:description", "description"),
    "author": ("author", "og:article:author"),
    "cdn_url": ("og:image",),
}
_ELEMENTS: dict[str, tuple[bytes, ...]] = {
    "title": (b"activity-name", b"video_title"),
    "nick_name": (b"js_name", b"post-user"),
    "author": (b"js_author_name_text", b"js_author_name"),
}
_CLASSES: dict[str, tuple[bytes, ...]] = {
    "nick_name": (
        b"wx_follow_nickname",
        b"account_nickname_inner",
        b"rich_media_meta_nickname",
        b"profile_nickname",
    ),
}


class Facts:
    """One page's answers. `page` is None for a JSON answer, which has nothing but its state."""

    def __init__(self, page: WeixinPage | None, state: Mapping[str, Any] | None = None) -> None:
        self.page = page
        self.state: Mapping[str, Any] = state if state is not None else page.state if page else {}
        self._raw: dict[str, str] = {}

    def raw(self, name: str) -> str:
        """A value as it stands: state object first, then meta elements, script variables and elements."""
        if name not in self._raw:
            self._raw[name] = self._sought(name)
        return self._raw[name]

    def _sought(self, name: str) -> str:
        state, page = self.state, self.page
        if value := _text(state.get(name)):
            return value
        if page is None:
            return ""
        for meta in _METAS.get(name, ()):
            if value := js_decode(page.metas.get(meta, "")).strip():
                return value
        if name in state and name not in {"nick_name", "user_name"}:
            return ""  # the state object says that it is empty: no need to search the scripts
        if value := page.text(*_TEXTS.get(name, ())):
            return value
        for element in _ELEMENTS.get(name, ()):
            if value := page.words(element):
                return value
        if name in _CLASSES and (value := page.classed(*_CLASSES[name])):
            return value
        return self._told.get(name, "")

    @cached_property
    def _told(self) -> dict[str, str]:
        return told_around(self.page) if self.page else {}

    def line(self, name: str) -> str | None:
        r"""A value as one line of text: entities decoded once, the `\x0a` that meta elements write out as blanks."""
        text = self.raw(name).replace("\\x0a", "\n").replace("\\x0d", "")
        return one_line(decode_entities(text)) or None

    def url(self, name: str) -> str | None:
        """A value as an http(s) URL."""
        url = unescape_url(self.raw(name))
        if url.startswith("//"):
            url = "https:" + url
        return url if is_web_address(url) else None

    def group(self, name: str) -> Mapping[str, Value]:
        """A member of the state object that is itself an object; empty where there is none."""
        value = self.state.get(name)
        return value if isinstance(value, dict) else {}

    @cached_property
    def copyright_info(self) -> Mapping[str, Value]:
        """Whose text it is; on a post without a state object its own object says so."""
        found = self.group("copyright_info")
        if found or not self.page or not self.page.is_post:
            return found
        return self.page.object(b"window.copyright_info")

    @cached_property
    def _post_state(self) -> Mapping[str, Any]:
        return self.page.state_part(POST_SHAPE) if self.page else self.state

    def content(self) -> str:
        """The body's HTML, or a post's text, as the state object holds it."""
        value = self._post_state.get("content_noencode") or self._post_state.get("contentNoEncode")
        return value if isinstance(value, str) else ""

    def pictures(self) -> Value:
        """A post's list of pictures; articles have one too, which repeats pictures of their body."""
        listed = self._post_state.get("picture_page_info_list")
        return listed or (self.page.assigned(b"window.picture_page_info_list") if self.page else None)

    def variable(self, name: str) -> str:
        """A script variable that has no counterpart in the state object."""
        return self.page.text(*_TEXTS[name]) if self.page else ""

    def keys(self, *urls: str) -> dict[str, str]:
        """The article's keys, from the state, the script variables, the page's own links and `urls` (its address)."""
        state = self.state
        keys = clean_keys({"biz": state.get("bizuin"), **{name: state.get(name) for name in _KEYS[1:]}})
        links = [_text(state.get("link")), _text(self.group("user_info").get("short_link"))]
        if self.page:
            links.append(self.page.metas.get("og:url", ""))
        for link in (*links, *urls):
            _add(keys, link)
        if self.page and not keys.keys() >= {*_KEYS}:
            keys |= clean_keys({name: self.variable(name) for name in _KEYS if name not in keys})
        if self.page and not keys.keys() >= {*_KEYS}:
            _add(keys, self.variable("link"))
        if self.page and "short" not in keys and not state:
            _add(keys, self.variable("short_link"))
        if not keys.keys() & {"mid", "short"}:
            _add(keys, self._told.get("link", ""))
        return keys


def _add(keys: dict[str, str], url: str) -> None:
    """What a URL adds to the keys, where it names the same article."""
    link = identify(url) if url else None
    if link and all(
        keys.get(name, value) == value for name, value in link.keys.items() if name in {"biz", "mid", "idx"}
    ):
        keys |= {**link.keys, **keys}


def _text(value: object) -> str:
    return string(value).strip() if value else ""
