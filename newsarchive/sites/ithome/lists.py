"""ithome's lists: day archive, channels, rankings, topics, the interfaces' answers, feeds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lxml import etree

from newsarchive.items.article import Article
from newsarchive.items.body import images_of, text_of
from newsarchive.parsing.dates import parse
from newsarchive.parsing.feeds import Feed, FeedEntry
from newsarchive.parsing.html_tree import Element, fragment, words
from newsarchive.parsing.inline_markup import plain
from newsarchive.parsing.json_text import objects_in, rows_of, text_at
from newsarchive.parsing.urls import absolute
from newsarchive.records.listing import Listing, ListItem
from newsarchive.records.page import Page
from newsarchive.sites.ithome.article import PROMOTION_CHANNEL, from_entry
from newsarchive.sites.ithome.body import BASE_URL, picture_url, read_markup
from newsarchive.sites.ithome.urls import identify, is_number, is_promotion, link_of
from newsarchive.sites.shared.readings import linked_item
from newsarchive.sites.site import Link

_OF_CLASS = "contains(concat(' ', normalize-space(@class), ' '), ' {} ')".format
_ROWS = etree.XPath(
    f"//ul[{' or '.join(map(_OF_CLASS, ('datel', 'ulcl', 'bl', 'order')))}]/li"
    f" | //ol[{_OF_CLASS('newslist')}]/li | //*[{_OF_CLASS('rank-box')}]//*[{_OF_CLASS('placeholder')}]"
)
_SCRIPT_TIME = re.compile(r"jsDateDiff\(\s*['\"]([^'\"]+)['\"]")
_API_LISTS = ("toplist", "newslist", "Result", "result", "list")
_FEW = 5


def from_dom(root: Element, page: Page) -> Listing | None:
    """A list page; times that are relative are counted from `fetched_at`. None where no known list stands in it."""
    rows = _ROWS(root)
    items = [item for row in rows if (item := _row(row, page.fetched_at))] if isinstance(rows, list) else []
    if not items:
        return None
    title = words(root.find(".//h1")) or words(root.find(".//title"))
    cursor = cursor_after(root)
    return Listing(title=title or None, items=tuple(items), cursor=cursor, more=cursor is not None)


def any_links(root: Element, page: Page) -> Listing | None:
    """All links to articles on a page of unknown make (home page, blocks); None where there are only a few."""
    found: dict[str, ListItem] = {}
    for anchor in root.iter("a"):
        url = absolute(anchor.get("href"), page.url or BASE_URL) or ""
        link = identify(url)
        title = anchor.get("title") or words(anchor)
        if link and title:
            found.setdefault(link.identity, _item(link, url, plain(title)))
    return Listing(items=tuple(found.values())) if len(found) >= _FEW else None


def from_more(content: Mapping[str, Any], page: Page) -> Listing:
    """An answer of `category/domainpage`, `blogpage` or `tagpage`: bare list items in a JSON string."""
    markup = content.get("html")
    root = fragment(f'<ul class="bl">{markup}</ul>') if isinstance(markup, str) else None
    listing = (from_dom(root, page) if root is not None else None) or Listing()
    return listing.model_copy(
        update={"title": None, "more": bool(content.get("count")) and bool(listing.items)}
    )


def cursor_after(root: Element) -> str | None:
    """What the next request sends as `ot`: the last row's list time in epoch milliseconds."""
    last = None
    for element in root.iter("div", "li", "a"):
        last = element.get("data-ot") or last
    return _milliseconds(last)


def from_answer(answer: Mapping[str, Any]) -> Listing | None:
    """An answer of the mobile or the JSON interface; None where it holds no list of news.

    The cursor is taken from the last row as it came, before anything is filtered: a page of promotions must not stall.
    """
    lists = [(key, found) for key, rows in answer.items() if (found := _news_rows(key, rows))]
    items = [_api_item(row, key if len(lists) > 1 else None) for key, rows in lists for row in rows]
    if not items:
        return None
    last = lists[-1][1][-1]
    cursor = _milliseconds(last.get("orderdate")) if "Result" in answer else None
    return Listing(items=tuple(items), cursor=cursor, more=cursor is not None)


def from_broken_answer(text: str) -> Listing | None:
    """An answer that somebody cut before saving it: the rows that are whole."""
    rows = [row for row in objects_in(text, '"Result"') if "newsid" in row]
    return from_answer({"Result": rows}) if rows else None


def from_feed(feed: Feed, page: Page) -> tuple[Listing, tuple[Article, ...]]:
    """The feed: all its items, and an article for each item that carries its body."""
    bodies = [from_entry(entry, page) for entry in feed.entries]
    items = tuple(_entry_item(entry, body) for entry, body in zip(feed.entries, bodies, strict=True))
    return Listing(title=feed.title or None, items=items, cut=feed.cut), tuple(
        body for body in bodies if body
    )


def _row(row: Element, base: datetime | None) -> ListItem | None:
    title = first = channel = None
    when = text_time = summary = thumb = editor = None
    for element in row.iter():
        tag, names = element.tag, (element.get("class") or "").split()
        when = when or element.get("data-ot")
        if tag == "a":
            if "c" in names:
                channel = element
            elif title is None and ("t" in names or "title" in names):
                title = element
            elif first is None and "img" not in names and "tags" not in names and words(element):
                first = element
        elif tag == "img":
            thumb = thumb or picture_url(element)
        elif tag == "i" or "post-time" in names or "state" in names:
            text_time = text_time or words(element) or None
        elif tag == "script":
            found = _SCRIPT_TIME.search(element.text or "")
            when = when or (found[1] if found else None)
        elif "m" in names or "hidden-xs" in names or "memo" in names:
            summary = summary or words(element) or None
        elif "editor" in names:
            editor = (element.text or "").strip() or None
    title = title if title is not None else first
    if title is None:
        return None
    url, when, own = absolute(title.get("href"), BASE_URL), when or text_time, title.get("title", "")
    told = _words_of_title(title) or own
    return _item(
        identify(url or ""),
        url,
        plain(told),
        when=parse(when, base),
        when_text=when,
        summary=summary,
        extra={
            "channel": words(channel).strip("[]"),
            "thumb": thumb,
            "editor": editor,
            "rank_type": _rank_type(row),
            "title_attr": own if own != told else None,
        },
    )


def _words_of_title(anchor: Element) -> str:
    """The headline in a link: its marked part where the link also holds a time and counts (mobile rankings)."""
    for element in anchor.iter("p", "h2", "h3"):
        if element.tag != "p" or "title" in element.get("class", ""):
            return words(element)
    return words(anchor)


def _rank_type(row: Element) -> str | None:
    """The ranking a row belongs to: the name before the mobile box, the id of the desktop list."""
    box = next((one for one in row.iterancestors() if "rank-box" in one.get("class", "")), None)
    if box is not None:
        name = next((one for one in box.itersiblings(preceding=True) if one.get("data-rank-type")), None)
        return None if name is None else name.get("data-rank-type")
    parent = row.getparent()
    return parent.get("id") if parent is not None and "order" in parent.get("class", "").split() else None


def _news_rows(key: str, rows: object) -> list[dict[str, Any]]:
    """The rows of news in a member of an answer; none where it is another list."""
    listed = key in _API_LISTS or key.endswith("rank")
    return [row for row in rows_of(rows) if "newsid" in row] if listed else []


def _api_item(row: Mapping[str, Any], list_name: str | None) -> ListItem:
    url = absolute(text_at(row, "url", "WapNewsUrl"), BASE_URL) or ""
    number = text_at(row, "newsid")
    link = link_of(number) if is_number(number) else identify(url)
    when = text_at(row, "postdate", "orderdate")
    return _item(
        link,
        url or (link.url if link else None),
        plain(text_at(row, "title")),
        when=parse(when),
        when_text=when,
        summary=plain(text_at(row, "description")) or None,
        promotion=_promoted(row),
        extra={
            "thumb": text_at(row, "image"),
            "channel_id": text_at(row, "cid"),
            "order_text": text_at(row, "orderdate"),
            "list": list_name,
        },
    )


def _promoted(row: Mapping[str, Any]) -> bool:
    tipped = any(tip.get("TipName") == "广告" for tip in rows_of(row.get("NewsTips")))
    return tipped or bool(row.get("isad")) or bool(row.get("aid")) or text_at(row, "cid") == PROMOTION_CHANNEL


def _entry_item(entry: FeedEntry, body: Article | None) -> ListItem:
    link = identify(entry.link) or identify(entry.guid)
    # The words and pictures of a whole body whose link was lost (seen in copies of the feed): it names no article.
    markup = entry.content or entry.description
    blocks = read_markup(markup) if link is None and "<" in markup else []
    return _item(
        link,
        entry.address,
        entry.title,
        when=parse(entry.published),
        when_text=entry.published,
        summary=None if body else words(fragment(entry.description)) or None,
        extra={"text": text_of(blocks), "images": [picture.url for picture in images_of(blocks)]},
    )


def _item(
    link: Link | None,
    url: str | None,
    title: str,
    *,
    promotion: bool = False,
    **more: Any,  # noqa: ANN401 - see `linked_item`
) -> ListItem:
    return linked_item(link, url, title, promotion=promotion or is_promotion(url or ""), **more)


def _milliseconds(text: object) -> str | None:
    moment = parse(text) if isinstance(text, str) else None
    return str(round(moment.at.timestamp() * 1000)) if moment else None
