"""36kr.com (36氪): what a page is, and what is read from it.

Structure is judged before words: a page with an article in it is one, whatever it talks about. A challenge is what is left
when a page yields nothing and loads the protection's own script.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from newsarchive.items.verdict import LIST_KINDS, Verdict
from newsarchive.parsing import feeds
from newsarchive.parsing.html_tree import Element, decode, document, words
from newsarchive.parsing.json_text import read_json, rows_of, value_after, without_broken_rows
from newsarchive.parsing.text import one_line
from newsarchive.records.listing import Listing, ListItem
from newsarchive.records.page import Page, Reading
from newsarchive.sites.kr36 import lists
from newsarchive.sites.kr36.article import (
    article_from_dom,
    article_from_state,
    flash_from_dom,
    from_saved_body,
    video_from_state,
)
from newsarchive.sites.kr36.urls import follow, identify
from newsarchive.sites.shared.readings import Readings
from newsarchive.sites.shared.saved_rows import list_rows, markdown_links
from newsarchive.sites.site import Link

_STATE = b"window.initialState"
_BLANKS = b"\xef\xbb\xbf \t\r\n"
_SLIDER = (b"TTGCaptcha.init", b"/obj/static/sec_sdk_build/", b"captchaOptions")
_CHECK = ("正在进行安全检测", "系统正在检测当前网络环境", "完成验证后继续")
_CHECK_SCRIPT = (b"_wafchallengeid", b"_waftokenid")
_CHALLENGE_WORDS_MAX = 400
_OURS = (
    *(b"articleDetailContent", b'"articleDetailData"', b'"newsflashCatalogData"', b'"hotRankList"'),
    *(b'"templateMaterial"', b"aid: 331981", b"aid:331981"),
)
_OUR_LINK = re.compile(rb"<link>(?:<!\[CDATA\[)?\s*https?://(?:[a-z]+\.)?36kr\.com[/\]<]")
_HEAD = 200_000
_READINGS = Readings("36kr", identify)


def recognises(content: bytes) -> bool:
    """Whether a page without a URL is surely 36kr's: its state object, its body class, its feed, its slider's account."""
    if content[:64].lstrip(_BLANKS)[:1] not in {b"<", b"{", b"["}:
        return False
    if any(content.find(mark, 0, _HEAD) >= 0 for mark in _OURS):
        return True
    return content.find(b"36kr.com", 0, _HEAD) >= 0 and _OUR_LINK.search(content, 0, _HEAD) is not None


def read(page: Page) -> Reading:
    """What a page is and all that can be read from it."""
    head = page.content[:64].lstrip(_BLANKS)
    if page.status >= 400:
        return _refused(page)
    if not head:
        return _READINGS.nothing(page, Verdict.EMPTY)
    if head[:1] in {b"{", b"["} and (reading := _read_json(page)):
        return reading
    if feeds.is_feed(page.content[:2000]) and (feed := feeds.read_feed(page.content)):
        return _READINGS.listing(Verdict.FEED, *lists.from_feed(feed, page))
    if head[:1] == b"<":
        return _read_html(page)
    return _read_note(page)


def _refused(page: Page) -> Reading:
    if notice := _challenge(page):
        return _READINGS.nothing(page, Verdict.CHALLENGE, notice)
    return _READINGS.error(page)


def _read_html(page: Page) -> Reading:
    state = value_after(page.content, _STATE)
    if isinstance(state, dict) and not state.get("isEncrypt") and (reading := _read_state(state, page)):
        return reading
    root = document(page.content)
    if root is not None and (reading := _read_dom(root, page)):
        return reading
    if notice := _challenge(page):
        return _READINGS.nothing(page, Verdict.CHALLENGE, notice)
    shell = state is not None or identify(page.url)
    return _READINGS.nothing(page, Verdict.EMPTY if shell else Verdict.OTHER)


def _read_dom(root: Element, page: Page) -> Reading | None:
    """What the rendered page shows, where the state object is locked or missing."""
    if article := article_from_dom(root, page):
        return _READINGS.article(article, page) if article.body else None
    asked = identify(page.url)
    if asked is None:
        listing = lists.from_dom(root, page)
        return _READINGS.listing(Verdict.LIST, listing) if listing else None
    flash = flash_from_dom(root, asked, page) if asked.kind is Verdict.NEWSFLASH else None
    return _READINGS.article(flash, page) if flash else None


def _read_state(state: Mapping[str, Any], page: Page) -> Reading | None:
    """What the state object holds: an article, a video, a flash, or a list; None where it is a shell."""
    if isinstance(detail := _inside(state, "articleDetail", "articleDetailData"), dict):
        return _read_detail(detail, page)
    if isinstance(video := _inside(state, "videoDetail", "data"), dict) and video.get("itemId"):
        return _READINGS.article(video_from_state(video, page), page)
    if flash := _flash_detail(state):
        return _READINGS.article(article_from_state(flash, Verdict.NEWSFLASH, page), page)
    found = lists.from_state(state, page) if identify(page.url) is None else None
    return _READINGS.listing(Verdict.LIST, *found) if found else None


def _read_detail(detail: Mapping[str, Any], page: Page) -> Reading | None:
    data = detail.get("data")
    if _is_well(detail) and isinstance(data, dict) and data.get("widgetTitle"):
        article = article_from_state(data, Verdict.ARTICLE, page)
        return _READINGS.article(article, page) if article.body else None
    if not _is_well(detail) or "data" in detail:
        notice = detail.get("msg")
        return _READINGS.nothing(page, Verdict.DELETED, notice if isinstance(notice, str) else None)
    return None


def _is_well(answer: Mapping[str, Any]) -> bool:
    """Whether an answer's code, a number or its text, says that there is no error."""
    return answer.get("code") in (0, "0", "", None)


def _flash_detail(state: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A flash's own page; its state is not documented, so that any `newsflashDetail…` object with a title is taken."""
    for key, value in state.items():
        if key.startswith("newsflashDetail"):
            candidates = (value, _inside(value, "data"), _inside(value, "newsflashDetailData", "data"))
            return next((one for one in candidates if isinstance(one, dict) and one.get("widgetTitle")), None)
    return None


def _read_json(page: Page) -> Reading | None:
    text = decode(page.content)
    value = read_json(text)
    if reading := _read_value(value, page):
        return reading
    if value is None and (reading := _read_value(without_broken_rows(text), page)):
        return reading if reading.verdict in LIST_KINDS else None
    if isinstance(value, dict) and not _is_well(value):
        notice = value.get("msg") or value.get("message")
        return _READINGS.nothing(page, Verdict.UNAVAILABLE, notice if isinstance(notice, str) else None)
    return None if value is None else _READINGS.nothing(page)


def _read_value(value: object, page: Page) -> Reading | None:
    """An article or list in JSON: the site's own answers, and what others keep of them; None for other JSON."""
    if feed := feeds.json_feed(value):
        return _READINGS.listing(Verdict.FEED, *lists.from_feed(feed, page))
    if isinstance(value, dict):
        if reading := _read_state(value, page):
            return reading
        if listing := lists.from_legacy(value):
            return _READINGS.listing(Verdict.LIST, listing)
    if listing := lists.from_dated_file(value):
        return _READINGS.listing(Verdict.LIST, listing)
    if items := list_rows(value, _named):
        return _READINGS.listing(Verdict.LIST, Listing(items=tuple(map(_with_address, items))))
    if isinstance(value, list) and (found := lists.from_state({"itemList": value}, page)):
        return _READINGS.listing(Verdict.LIST, *found)
    if isinstance(value, list) and (
        reading := _READINGS.of_answers(_read_value(one, page) for one in rows_of(value))
    ):
        return reading
    found = lists.from_saved(value, page)
    return _READINGS.listing(Verdict.LIST, *found) if found else None


def _with_address(item: ListItem) -> ListItem:
    """An item with the address of its page, where it was saved with the gateway's route (`detail_article?itemId=…`)."""
    link = _named(item.url) if item.url and "detail_" in item.url else None
    return item.model_copy(update={"url": link.url}) if link else item


def _named(url: str) -> Link | None:
    """The item that an address or a bare route names."""
    return identify(url) or follow(url)


def _read_note(page: Page) -> Reading:
    """Copies that others keep as text: a body under front matter, answers pasted into a note, a list of links."""
    text = decode(page.content)
    if article := from_saved_body(text, page):
        return _READINGS.article(article, page)
    listing = lists.from_note(text) or markdown_links(text, identify)
    return _READINGS.listing(Verdict.LIST, listing) if listing else _READINGS.nothing(page)


def _challenge(page: Page) -> str | None:
    """The words of a protection page, or None: the slider's own script, or a short page that says it checks the visitor."""
    content = page.content
    slider = all(mark in content for mark in _SLIDER[:2]) or (_SLIDER[0] in content and _SLIDER[2] in content)
    root = document(content)
    text = words(root if root is None else root.find("body"))
    told = next((word for word in _CHECK if word in text), None)
    scripted = any(mark in content for mark in _CHECK_SCRIPT)
    if slider or scripted or (told and len(text) <= _CHALLENGE_WORDS_MAX):
        return _sentence(root, told) if told else "TTGCaptcha" if slider else "JavaScript check"
    return None


def _sentence(root: Element, told: str) -> str:
    """The words of the element that says what is going on."""
    lines = (one_line(element.text) for element in root.iter("*"))
    return next((line for line in lines if told in line), told)


def _inside(value: object, *path: str) -> object:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
