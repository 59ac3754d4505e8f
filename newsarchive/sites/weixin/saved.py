"""What a page says around the body that somebody's program took out of a page of mp.weixin.qq.com.

Such programs keep `#js_content` and write the headline, the account, the time and the link above it (or below) in their own
way, so that the labels in front of the values are all there is to go by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml.html import defs

from newsarchive.parsing.html_tree import Element, words
from newsarchive.parsing.text import one_line
from newsarchive.sites.shared.saved_body import BODY_OF_READABILITY
from newsarchive.sites.site import Link
from newsarchive.sites.weixin.markup import WeixinPage, parse_fragment
from newsarchive.sites.weixin.urls import identify

READABILITY = BODY_OF_READABILITY.encode()

_LABELS = {
    "nick_name": "来源公众号|微信公众号|公众号名称|公众号|来源账号|账号|帐号|来源|出处|account|source",
    "title": "文章标题|原文标题|标题|title",
    "author": "原文作者|作者|author",
    "create_time": "发布时间|发表时间|发布日期|发表日期|发布于|时间|日期|published|publish time|date",
    "link": "原文链接|原文地址|文章链接|文章地址|阅读原文|原文|链接|地址|url|link",
}
_LABEL = re.compile(
    rf"(?:^|(?<=[\s|｜·,，;；]))(?:{'|'.join(f'(?P<{name}>{labels})' for name, labels in _LABELS.items())})(?:\s*[:：]\s*|$)",
    re.IGNORECASE,
)
_BEGINS_A_LINE = re.compile(rf"\s*(?:{'|'.join(_LABELS.values())})\s*[:：]", re.IGNORECASE)
"""Where labelled words are only set apart by their style."""
_OF_A_LINK = re.compile(rf"[\s【\[「（(]*(?:点击|查看)?(?:{_LABELS['link']})[\s】\]」）)>»→]*", re.IGNORECASE)
_PARTS = re.compile(r"\s*[|｜]\s*")
_MOMENT = re.compile(r"\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?(?:[T\s]*\d{1,2}:\d{2}(?::\d{2})?)?")
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
_AROUND_A_VALUE = " |｜·,，;；"
_BLOCKS = defs.block_tags | {"body", "dd", "li", "main", "td", "th", "time", "tr"}
_DEPTH = 50
_ROOM = 100_000
"""Bytes looked at before and after the body."""


def told_around(page: WeixinPage) -> dict[str, str]:
    """What stands around a page's body, by the names of the state object; the headline failing its own is the page's title.

    Empty for the site's own pages, and where there is no body.
    """
    body = next((name for name in (b"js_content", READABILITY) if page.tag_start(name) >= 0), None)
    if (
        body is None
        or page.state
        or page.tag_start(b"js_article") >= 0
        or page.tag_start(b"activity-name") >= 0
    ):
        return {}
    start = page.tag_start(body)
    above = parse_fragment(page.markup[max(0, start - _ROOM) : start])
    _, source = page.element(body)
    below = parse_fragment(page.markup[start + len(source) :][:_ROOM])
    roots = [root for root in (above, below) if root is not None]
    told: dict[str, str] = {}
    for root in roots:
        for name, value in _labelled(root):
            told.setdefault(name, value)
    told["title"] = _headline(above) or told.get("title") or page.title
    link = identify(told.get("link", "")) or next(
        (link for found in (_named_link, _only_link) for root in roots if (link := found(root))), None
    )
    told["link"] = link.url if link else ""
    return {name: value for name, value in told.items() if value}


def _headline(above: Element | None) -> str:
    """The last heading of the highest level above the body."""
    for level in ("h1", "h2"):
        texts = [] if above is None else [text for it in above.iter(level) if (text := words(it))]
        if texts:
            return texts[-1]
    return ""


def _labelled(root: Element) -> Iterator[tuple[str, str]]:
    """Labels with what follows each: on its line up to the next label, else the line below it."""
    waiting = None
    for line in _lines(root):
        found = list(_LABEL.finditer(line))
        if waiting and not found:
            yield from _value(waiting, line)
        waiting = None
        for label, end in zip(found, [*(one.start() for one in found[1:]), len(line)], strict=False):
            name = label.lastgroup or ""
            if value := line[label.end() : end].strip(_AROUND_A_VALUE):
                yield from _value(name, value)
            elif end == len(line):
                waiting = name


def _value(name: str, text: str) -> Iterator[tuple[str, str]]:
    address = _ADDRESS.search(text)
    if name == "link":
        if address:
            yield name, address[0]
    elif name == "create_time" and (moment := _MOMENT.search(text)):
        yield name, moment[0]
    elif value := _PARTS.split(_ADDRESS.sub("", text).strip(_AROUND_A_VALUE))[0]:
        yield name, value
        if name != "create_time" and (moment := _MOMENT.search(text)):
            yield "create_time", moment[0]


def _lines(root: Element) -> Iterator[str]:
    """The text line by line, as blocks and cells divide it; links to articles have their addresses after them."""
    line: list[str] = []
    last = None
    for node in root.xpath(".//text()[not(parent::title)]|.//br"):
        text = node if isinstance(node, str) else ""
        around = _around(node) if text else []
        block = next((element for element in around if element.tag in _BLOCKS), None)
        anchor = next((element for element in around if element.tag == "a"), None)
        if not text or block is not last or _BEGINS_A_LINE.match(text):
            yield from filter(None, [one_line("".join(line))])
            line, last = [], block
        line.append(text)
        if anchor is not None and identify(anchor.get("href", "")):
            line.append(f" {anchor.get('href')} ")
    yield from filter(None, [one_line("".join(line))])


def _around(text: Any) -> list[Element]:  # noqa: ANN401
    """The elements around a text, nearest first."""
    element = text.getparent().getparent() if text.is_tail else text.getparent()
    return [] if element is None else [element, *islice(element.iterancestors(), _DEPTH)]


def _named_link(root: Element) -> Link | None:
    """The article that a link leads to whose words say that it is the original."""
    anchors = (element for element in root.iter("a") if _OF_A_LINK.fullmatch(words(element)))
    return next((link for element in anchors if (link := identify(element.get("href", "")))), None)


def _only_link(root: Element) -> Link | None:
    """The one article that the links of a part lead to; None where there are several."""
    hrefs = (element.get("href", "") for element in root.iter("a", "link"))
    links = {link.identity: link for href in hrefs if (link := identify(href))}
    return next(iter(links.values())) if len(links) == 1 else None
