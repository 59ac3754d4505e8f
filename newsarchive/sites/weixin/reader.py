"""mp.weixin.qq.com: articles, posts and lists of WeChat official accounts, and the notices in their place.

What is known of the site's pages is written beside the code that uses it; the templates change every few months, so
each value is looked for in several places (`weixin_facts`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from newsarchive.items.article import Article
from newsarchive.items.verdict import ARTICLE_KINDS, LIST_KINDS, Verdict
from newsarchive.parsing.feeds import is_feed
from newsarchive.parsing.json_text import read_json, rows_of, without_broken_rows
from newsarchive.parsing.plain_markup import written_out
from newsarchive.records.listing import Listing
from newsarchive.records.page import Page, Reading
from newsarchive.sites.shared.readings import Readings
from newsarchive.sites.shared.saved_rows import list_rows
from newsarchive.sites.weixin import albums, feeds, lists
from newsarchive.sites.weixin.article import read_article, read_json_article
from newsarchive.sites.weixin.items import kind_of, records
from newsarchive.sites.weixin.markup import WeixinPage
from newsarchive.sites.weixin.urls import identify
from newsarchive.sites.weixin.verdict import asked_url, judge

_PAGE_MARKS = (
    b"mmbizwap",
    b'id="js_article"',
    b"window.cgiDataNew",
    b"weui-msg__title",
    b'class="mesg-block"',
    b"mp-common-",
)
_DATA_MARKS = (
    *(b'"getalbum_resp"', b'"general_msg_list"', b'"app_msg_list"', b'"publish_page"', b'"base_resp"'),
    *(b'"gh_', b"mp.weixin.qq.com/s"),
)
_HOSTS = (b"mp.weixin.qq.com", b"mmbiz.q")
"""Named in what others make of its pages: the links and pictures."""
_ODD_BODY = re.compile(rb"""\sid\s*=\s*["']?js_content\b""", re.IGNORECASE)
_HEAD = 400
_SPACE = b" \t\r\n\xef\xbb\xbf"
_READINGS = Readings("weixin", identify)


def recognises(content: bytes) -> bool:
    """Whether bytes without a URL look like this site's: by the template's own marks, not by words."""
    start = content[:_HEAD].lstrip(_SPACE)
    if start[:1] in {b"{", b"["} or is_feed(content[:2000]):
        return any(mark in content for mark in _DATA_MARKS)
    if b"<" not in start:
        return b"mp.weixin.qq.com/s" in content
    return any(mark in content for mark in _PAGE_MARKS) or (
        b'id="js_content"' in content and any(host in content for host in _HOSTS)
    )


def read(page: Page) -> Reading:
    """What a page or answer is and all that can be read from it."""
    start = page.content[:_HEAD].lstrip(_SPACE)
    if start[:1] in {b"{", b"["}:
        text = page.content.decode("utf-8-sig", "replace")
        if (data := read_json(text)) is not None:
            return _read_data(data, page)
        reading = _read_data(without_broken_rows(text), page)
        if reading.verdict in LIST_KINDS:
            return reading
    if is_feed(page.content[:2000]) and (listing := feeds.feed(page.content)):
        return _READINGS.listing(Verdict.FEED, listing)
    if (
        start
        and b"<" not in start
        and (table := feeds.link_table(page.content.decode("utf-8-sig", "replace")))
    ):
        return _READINGS.listing(Verdict.LIST, table)
    return _read_page(page)


def _read_page(page: Page) -> Reading:
    found = WeixinPage(page.content)
    judgement = judge(found, page.url)
    if (
        judgement.verdict is Verdict.ARTICLE
        and found.tag_start(b"js_content") < 0
        and _ODD_BODY.search(found.markup)
    ):
        found = WeixinPage(written_out(page.content))
        judgement = judge(found, page.url)
    verdict = judgement.verdict
    if verdict in ARTICLE_KINDS:
        return _article(read_article(found, page, verdict), verdict)
    if verdict is Verdict.ALBUM or verdict is Verdict.ACCOUNT_PAGE:
        listing = albums.album_page(found) if verdict is Verdict.ALBUM else lists.account_page(found)
        return _READINGS.listing(verdict, listing)
    asked = replace(page, url=asked_url(page.url))
    notice, reason = judgement.notice, judgement.reason
    return _READINGS.nothing(asked, verdict, notice, reason=reason, listing=lists.moved_to(found))


def _read_data(data: Any, page: Page) -> Reading:  # noqa: ANN401
    if isinstance(data, list):
        return _read_rows(data)
    if not isinstance(data, dict):
        return _READINGS.of(None, Verdict.OTHER)
    if reading := _read_answer(data):
        return reading
    if data.get("user_name") and ("title" in data or "content_noencode" in data):
        verdict = kind_of(data.get("item_show_type"))
        return _article(read_json_article(data, page, verdict), verdict)
    if items := list_rows(data, identify):
        return _READINGS.listing(Verdict.LIST, Listing(items=items))
    if isinstance(data.get("list"), list):
        return _READINGS.listing(Verdict.LIST, lists.account_answer(data))
    return Reading("weixin", Verdict.OTHER, notice=_complaint(data))


def _read_answer(data: Mapping[str, Any]) -> Reading | None:
    """A list as the site's own interfaces, and programs that make feeds of it, give it; None for other objects."""
    if isinstance(album := data.get("getalbum_resp"), dict):
        listing = albums.album_answer(album)
        return _READINGS.listing(Verdict.ALBUM, listing)
    if "general_msg_list" in data:
        return _READINGS.listing(Verdict.LIST, lists.message_answer(data))
    if "app_msg_list" in data or "publish_page" in data:
        return _READINGS.listing(Verdict.LIST, lists.platform_answer(data))
    if lists.has_messages(data):
        return _READINGS.listing(Verdict.LIST, lists.messages(data))
    if isinstance(data.get("items"), list):
        listing = feeds.json_feed(data)
        return _READINGS.listing(Verdict.FEED, listing)
    if isinstance(data.get("reviews"), list):
        return _READINGS.listing(Verdict.LIST, feeds.shelf_answer(data))
    return None


def _read_rows(rows: list[Any]) -> Reading:
    """A list of messages, of whole answers (a line each), or of others' rows, also in lists of their own."""
    if lists.has_messages({"list": rows}):
        return _READINGS.listing(Verdict.LIST, lists.messages({"list": rows}))
    if answers := _READINGS.of_answers(map(_read_answer, rows_of(rows))):
        return answers
    listing = feeds.channel_answer(rows)
    listing = listing if listing.items else Listing(items=list_rows(rows, identify))
    return _READINGS.listing(Verdict.LIST, listing)


def _article(article: Article | None, verdict: Verdict) -> Reading:
    if article is None or article.body:
        return _READINGS.of(article, verdict)
    return Reading("weixin", Verdict.EMPTY, identity=article.identity or None, keys=article.keys)


def _complaint(data: Mapping[str, Any]) -> str | None:
    """Why an interface gave no list: `freq control` (200013), `invalid session` (200003) and the like."""
    groups = (*records(data.get("base_resp")), data)
    told = (group.get(name) for group in groups for name in ("err_msg", "errmsg"))
    return next((text for text in told if isinstance(text, str) and text), None)
