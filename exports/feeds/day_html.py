"""One day as HTML: to be pasted into the editor of official accounts, and for mail.

All style stands on the elements, for nothing else outlives pasting or mail programs. No colour and no background is named,
so that readers' dark modes choose both; the text is a tree of elements (`html.py`), in which nothing of a page is markup.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from html import escape
from itertools import groupby

from lxml import etree

from exports.content.labels import USUAL, Labels
from exports.feeds.day_items import DayItem, DayItems
from exports.feeds.html import html_of, line_element
from exports.feeds.xml_text import web_url, xml_line
from newsarchive.items.body import Image, Inline, Span
from newsarchive.markdown.body_reader import read_line
from newsarchive.parsing.html_tree import Element
from newsarchive.sites import SITES
from newsarchive.sites.site import host_of

_TITLE = "margin:0 0 16px;font-size:18px;line-height:1.6;"
_TEXT = "margin:0 0 16px;font-size:16px;line-height:1.75;"
_SMALL = "margin:0 0 4px;font-size:14px;line-height:1.6;word-break:break-all;"
_COPY = """document.addEventListener("copy", event => {
  const selection = getSelection(), copied = document.createElement("div");
  if (!selection.rangeCount) return;
  copied.append(selection.getRangeAt(0).cloneContents());
  event.clipboardData.setData("text/html", copied.innerHTML);
  event.clipboardData.setData("text/plain", selection.toString());
  event.preventDefault();
});"""
"""Copies what is selected as it is written. Chromium's own copy says of each paragraph that it is black and in the browser's
font, which a dark editor shows as black on black (seen in Chromium 156)."""
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src {}; "
    f"script-src 'sha256-{b64encode(sha256(_COPY.encode()).digest()).decode()}'"
)
"""Nothing is loaded from elsewhere but pictures, where they were chosen, and no other script runs."""
_PICTURE = "max-width:100%;height:auto;"


@dataclass(slots=True)
class _References:
    """The addresses that are no links in the text, each once, numbered as they come."""

    numbers: dict[str, int] = field(default_factory=dict)

    def mark(self, url: str) -> Span:
        """What stands in the text for an address."""
        return Span(f"[{self.numbers.setdefault(url, len(self.numbers) + 1)}]", script="super")

    def marked(self, pieces: Iterable[Inline]) -> list[Inline]:
        """Pieces of text with marks for the links that are refused."""
        found: list[Inline] = []
        for link, of_one in groupby(pieces, key=lambda it: it.link if isinstance(it, Span) else None):
            url = web_url(link)
            if url is None or _is_kept(url):
                found += of_one
                continue
            found += (replace(it, link=None) for it in of_one if isinstance(it, Span))
            found.append(self.mark(url))
        return found


def wechat_page(day: DayItems, title: str, labels: Labels = USUAL, *, pictures: bool = False) -> str:
    """A day as a page of which all is to be copied and pasted into the editor of official accounts.

    Links that this editor refuses are numbers, which the end of the page explains. With `pictures` each entry shows those
    that its text has, else its article's cover or first picture, from where they lie.
    """
    references = _References()
    lines = [_line([Span(day.heading, strong=True)], _TITLE)]
    for item in day.items:
        pieces = references.marked(_words(item))
        if url := web_url(item.url):
            pieces += _link(url, labels) if _is_kept(url) else [references.mark(url)]
        lines.append(_line(pieces, _TEXT))
        if pictures:
            lines += _pictures(item)
    if references.numbers:
        lines.append(_line([Span(labels.references, strong=True)], _TEXT))
        lines += (_line([Span(f"[{number}] {url}")], _SMALL) for url, number in references.numbers.items())
    content = _POLICY.format("http: https:" if pictures else "'none'")
    head = f'<meta http-equiv="Content-Security-Policy" content="{content}"><script>{_COPY}</script>'
    return _page(lines, title, head)


def mail_page(day: DayItems, title: str, labels: Labels = USUAL, note: Iterable[Inline] = ()) -> str:
    """A day as the HTML of a mail, without pictures; a note stands below the entries."""
    lines = [_line([Span(day.heading, strong=True)], _TITLE), *(mail_line(it, labels) for it in day.items)]
    if words := [*note]:
        lines.append(_line(words, _TEXT))
    return _page(lines, title, '<meta name="color-scheme" content="light dark">')


def mail_line(item: DayItem, labels: Labels) -> Element:
    """An entry of a mail: its text, and the link behind it."""
    url = web_url(item.url)
    return _line([*_words(item), *(_link(url, labels) if url else ())], _TEXT)


def _is_kept(url: str) -> bool:
    return any(site.keeps_links and site.has_host(host_of(url)) for site in SITES.values())


def _link(url: str, labels: Labels) -> list[Inline]:
    return [Span(" "), Span(labels.original, link=url)]


def _words(item: DayItem) -> list[Inline]:
    """The words of an entry without its pictures."""
    words = (it for it in read_line(item.pick.text) if not isinstance(it, Image))
    return [Span(f"{item.number}. {item.mark}"), *words]


def _pictures(item: DayItem) -> list[Element]:
    urls = [it.url for it in read_line(item.pick.text) if isinstance(it, Image)]
    if not urls and (article := item.article):
        urls = [article.cover] if article.cover else [it.url for it in article.images[:1]]
    found = []
    for url in filter(None, map(web_url, urls)):
        found.append(paragraph := _line([Image(url)], _TEXT))
        for picture in paragraph.iter("img"):
            picture.set("style", _PICTURE)
            picture.set("referrerpolicy", "no-referrer")
    return found


def _line(pieces: list[Inline], style: str) -> Element:
    paragraph = line_element(pieces)
    paragraph.set("style", style)
    return paragraph


def _page(lines: Iterable[Element], title: str, head: str = "") -> str:
    section = etree.Element("section")
    section.text = "\n"
    for line in lines:
        line.tail = "\n"
        section.append(line)
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head><meta charset="utf-8">{head}'
        f"<title>{escape(xml_line(title))}</title></head>\n<body>\n{html_of(section)}\n</body>\n</html>\n"
    )
