"""ithome.com (IT之家): what a page is, and what is read from it. Not ithome.com.tw, which is another company's."""

from __future__ import annotations

import re
from typing import Any

from newsarchive.items.article import Article
from newsarchive.items.verdict import LIST_KINDS, Verdict
from newsarchive.parsing import feeds
from newsarchive.parsing.html_tree import Element, decode, document, words
from newsarchive.parsing.json_text import read_json, rows_of, without_broken_rows
from newsarchive.records.listing import Listing
from newsarchive.records.page import Page, Reading
from newsarchive.sites.ithome import lists
from newsarchive.sites.ithome.article import from_dom, from_interface, from_saved_body
from newsarchive.sites.ithome.saved import read_saved_markdown
from newsarchive.sites.ithome.urls import identify, is_promotion
from newsarchive.sites.shared.readings import Readings
from newsarchive.sites.shared.saved_rows import list_rows, markdown_links

_OURS = tuple(
    re.compile(pattern)
    for pattern in (
        rb"<link[^>]{0,40}href=\"https?://(?:www\.)?ithome\.com/(?:\d+/\d{3}/\d{3}\.htm|html/)",
        rb"id=\"pubtime_baidu\"(?=[\s\S]{0,4000}ithome\.com)",
        rb"<link>(?:<!\[CDATA\[)?\s*https?://(?:[a-z]+\.)?ithome\.com[/\]<]",
        rb"\"newsid\": ?\d+(?=[\s\S]{0,6000}ithome\.com/)",
        rb"class=\"(?:datel|bl|newslist|bd order|rank-box)[ \"](?=[\s\S]{0,4000}[/.]ithome\.com/)",
    )
)
"""Each begins with a literal, by which it is found ten times faster than all of them in one."""
_NUMBER = re.compile(rb"<newsid>\d+</newsid>")
_HEAD = 100_000
_BLANKS = b"\xef\xbb\xbf \t\r\n"
_GONE = ("页面不存在", "文章不存在", "已被删除", "已经删除", "找不到该页", "404 Not Found", "您访问的页面")
_NOTICE_WORDS_MAX = 300
_READINGS = Readings("ithome", identify)


def recognises(content: bytes) -> bool:
    """Whether a page without a URL is surely ithome's: its canonical link, its feed, its own ids beside its host."""
    if content[:64].lstrip(_BLANKS)[:1] not in {b"<", b"{", b"["}:
        return False
    if content.find(b"ithome.com", 0, _HEAD) < 0:
        return _NUMBER.search(content, 0, _HEAD) is not None
    return any(pattern.search(content, 0, _HEAD) for pattern in (_NUMBER, *_OURS))


def read(page: Page) -> Reading:
    """What a page is and all that can be read from it."""
    if page.status >= 400:
        return _READINGS.error(page)
    head = page.content[:64].lstrip(_BLANKS)
    if not head:
        return _READINGS.nothing(page, Verdict.EMPTY)
    if head[:1] in {b"{", b"["}:
        return _read_json(page)
    if feeds.is_feed(page.content[:2000]):
        return _read_feed(page)
    if head[:1] == b"<":
        return _read_html(page)
    return _read_markdown(page)


def _article_part(content: bytes) -> bytes:
    """A page as far as an article goes: without the menus above its frame and the scripts below the place of the comments.

    Both are two thirds of the page, and of the time that its tree takes.
    """
    body = content.find(b'id="paragraph"')
    comments = content.find(b'id="post_comm"', body) if body >= 0 else -1
    if comments < 0:
        return content
    end = content.find(b">", comments) + 1
    menus = content.find(b'<div id="top"', max(0, content.find(b"</head>")), body)
    frame = content.find(b'<div id="dt"', menus, body) if menus >= 0 else -1
    return content[:end] if frame < 0 else content[:menus] + content[frame:end]


def _read_html(page: Page) -> Reading:
    root = document(_article_part(page.content))
    if root is None:
        return _READINGS.nothing(page, Verdict.EMPTY)
    article = from_dom(root, page)
    if article:
        return _READINGS.article(article, page) if article.body else _READINGS.nothing(page, Verdict.EMPTY)
    listing = lists.from_dom(root, page)
    if listing is None and not identify(page.url):
        listing = lists.any_links(root, page)
    if listing:
        return _READINGS.listing(Verdict.LIST, listing)
    return _read_notice(root, page)


def _read_notice(root: Element, page: Page) -> Reading:
    """A page without an article: the only place where words decide, and only a page of few words."""
    text = words(root)
    if len(text) <= _NOTICE_WORDS_MAX and any(word in text for word in _GONE):
        return _READINGS.nothing(page, Verdict.DELETED, words(root.find("body")) or text)
    return _READINGS.nothing(page, Verdict.EMPTY if identify(page.url) else Verdict.OTHER)


def _read_feed(page: Page) -> Reading:
    if b"<newsid>" in page.content and (article := _read_xml_article(page)):
        return _READINGS.article(article, page)
    feed = feeds.read_feed(page.content)
    if feed is None:
        return _READINGS.nothing(page)
    return _READINGS.listing(Verdict.FEED, *lists.from_feed(feed, page))


def _read_xml_article(page: Page) -> Article | None:
    """An answer of `xml/newscontent`: one item with the interface's own element names."""
    root = feeds.read_xml(page.content)
    item = None if root is None else root.find(".//item")
    if item is None:
        return None
    return from_interface(
        {child.tag: feeds.text_in(child) for child in item if isinstance(child.tag, str)}, page
    )


def _read_json(page: Page) -> Reading:
    text = decode(page.content)
    value = read_json(text)
    if value is None:
        reading = _read_value(without_broken_rows(text), page)
        if reading and reading.verdict in LIST_KINDS:
            return reading
        listing = lists.from_broken_answer(text)
        return _READINGS.listing(Verdict.LIST, listing) if listing else _READINGS.nothing(page)
    return _read_value(value, page) or _READINGS.nothing(page)


def _read_value(value: object, page: Page) -> Reading | None:
    """An article or list in JSON: the site's own answers, and what others keep of them; None for other JSON."""
    if feed := feeds.json_feed(value):
        return _READINGS.listing(Verdict.FEED, *lists.from_feed(feed, page))
    if isinstance(value, dict) and (reading := _read_answer(value, page)):
        return reading
    if items := list_rows(value, identify, is_promotion):
        return _READINGS.listing(Verdict.LIST, Listing(items=items))
    if not isinstance(value, list):
        return None
    if listing := lists.from_answer({"list": value}):
        return _READINGS.listing(Verdict.LIST, listing)
    return _READINGS.of_answers(_read_answer(one, page) for one in rows_of(value))


def _read_answer(value: dict[str, Any], page: Page) -> Reading | None:
    """An answer of one of the site's interfaces."""
    content = value.get("content")
    if isinstance(content, dict) and "html" in content:
        return _READINGS.listing(Verdict.LIST, lists.from_more(content, page))
    if "detail" in value:
        article = from_interface(value, page)
        return _READINGS.article(article, page) if article else _READINGS.nothing(page, Verdict.EMPTY)
    if listing := lists.from_answer(value):
        return _READINGS.listing(Verdict.LIST, listing)
    if isinstance(value.get("Result"), list):
        return _READINGS.listing(Verdict.LIST, Listing())
    return None


def _read_markdown(page: Page) -> Reading:
    """Copies that others keep as Markdown: a body under front matter, an article made from RSS, a list of links."""
    text = decode(page.content)
    if article := from_saved_body(text, page) or read_saved_markdown(text, page):
        return _READINGS.article(article, page)
    listing = markdown_links(text, identify, is_promotion)
    return _READINGS.listing(Verdict.LIST, listing) if listing else _READINGS.nothing(page)
