"""36kr's lists: the state of list pages, the gateway's answers, dated hot lists, feeds, and what others saved of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from newsarchive.items.article import Article
from newsarchive.items.verdict import Verdict
from newsarchive.parsing.dates import Moment, parse
from newsarchive.parsing.feeds import Feed, FeedEntry
from newsarchive.parsing.html_tree import Element, words
from newsarchive.parsing.inline_markup import plain
from newsarchive.parsing.json_text import objects_in, rows_of, text_at
from newsarchive.parsing.urls import absolute
from newsarchive.records.listing import Listing, ListItem
from newsarchive.records.page import Page
from newsarchive.sites.kr36.article import article_from_state, body_markup, from_entry, source_of, when_of
from newsarchive.sites.kr36.urls import follow, identify, is_number, link_of
from newsarchive.sites.shared.readings import linked_item
from newsarchive.sites.site import Link

Found = tuple[Listing, tuple[Article, ...]]

_KEYS = ("itemList", "hotRankList", "hotList", "topList", "videoList", "remarkList", "collectList", "hotlist")
_TYPES = {"10": Verdict.ARTICLE, "20": Verdict.NEWSFLASH, "60": Verdict.VIDEO}
_DEPTH = 8
_PROMOTION = (0, "0")
"""The `itemType` of cards among articles that are no articles; other readers of the site drop them too."""


def from_state(state: Mapping[str, Any], page: Page) -> Found | None:
    """The first list in a state object or gateway answer (they are nested differently from page to page)."""
    found = next(_containers(state.get("hotListData", state), _DEPTH, path=""), None)
    if found is None:
        return None
    container, rows, flashes = found
    items = tuple(_item(row, flashes=flashes or "newsflash" in page.url) for row in rows)
    told = zip(rows, items, strict=True)
    bodies = [_flash(row, page) for row, item in told if item.kind is Verdict.NEWSFLASH]
    listing = Listing(
        items=items,
        cursor=text_at(container, "pageCallback") or None,
        more=container.get("hasNextPage") in (1, "1", "true"),
    )
    return listing, tuple(body for body in bodies if body.identity and body.body)


def from_saved(value: object, page: Page) -> Found | None:
    """All lists in a JSON text that somebody put together of the gateway's answers, or of parts of them, each item once."""
    items: dict[str, ListItem] = {}
    bodies: dict[str, Article] = {}
    for answer in _answers(value, _DEPTH):
        if found := from_state(answer, page):
            for item in found[0].items:
                items.setdefault(item.identity or f"{item.url} {item.title}", item)
            for body in found[1]:
                bodies.setdefault(body.identity, body)
    return (Listing(items=tuple(items.values())), tuple(bodies.values())) if items else None


def _answers(value: object, depth: int) -> Iterator[Mapping[str, Any]]:
    """Each list of items in a value, under whatever name, as an answer of its own; what an item has inside it is none."""
    if isinstance(value, list):
        rows = [row for row in _rows(value) if row is not _material(row) or "widgetTitle" in row]
        if rows:
            yield {"itemList": rows}
        inner: list[object] = [one for one in value if one not in rows]
    else:
        inner = (
            [it for name, it in value.items() if "recommend" not in name.lower()]
            if isinstance(value, dict)
            else []
        )
    if depth:
        for one in inner:
            yield from _answers(one, depth - 1)


def from_feed(feed: Feed, page: Page) -> Found:
    """A feed: all its items, and an article or flash for each item that carries its body.

    In feeds of flashes that others made (2019), an item links to the flash's source: that is no id of the flash.
    """
    flashes = "/newsflash" in feed.link or "/newsflash" in page.url or "/feed-newsflash" in page.url
    items: list[ListItem] = []
    bodies: list[Article] = []
    for entry in feed.entries:
        link = identify(entry.link) or identify(entry.guid)
        kind = Verdict.NEWSFLASH if flashes else link.kind if link else Verdict.ARTICLE
        when = parse(entry.published)
        items.append(_entry_item(entry, link, when, kind))
        if link and link.kind is kind and (article := from_entry(entry, link, when, page)):
            bodies.append(article)
    return Listing(title=feed.title or None, items=tuple(items), cut=feed.cut), tuple(bodies)


def from_note(text: str) -> Listing | None:
    """The answers of the retired `api/newsflash` (2019) that somebody pasted into a note; repeats are dropped."""
    rows = [row for answer in objects_in(text) for row in _legacy_rows(answer)]
    items = {str(row["id"]): _legacy_item(row) for row in rows}
    return Listing(items=tuple(items.values())) if items else None


def from_legacy(answer: Mapping[str, Any]) -> Listing | None:
    """One answer of the retired `api/newsflash`."""
    rows = _legacy_rows(answer)
    return Listing(items=tuple(_legacy_item(row) for row in rows)) if rows else None


def from_dated_file(value: object) -> Listing | None:
    """A dated file of openclaw.36krcdn.com that is no list of articles: an empty day, or notes on products (2026)."""
    if isinstance(value, dict) and value.get("data") == [] and isinstance(value.get("date"), str):
        return Listing()
    items = tuple(_note(row) for row in rows_of(value) if row.get("noteId"))
    return Listing(items=items) if items else None


def _note(row: Mapping[str, Any]) -> ListItem:
    when = text_at(row, "publishTime")
    return linked_item(
        None,
        absolute(text_at(row, "noteUrl"), "https://36aidianping.com/"),
        plain(text_at(row, "title")),
        when_of(when),
        when,
        kind=Verdict.OTHER,
        summary=plain(text_at(row, "content")) or None,
        author=plain(text_at(row, "authorName")) or None,
    )


def from_dom(root: Element, page: Page) -> Listing | None:
    """A list page by its cards, where it has no state; times on cards are relative to `fetched_at`."""
    items: dict[str, ListItem] = {}
    for anchor in root.iter("a"):
        if not any(name in anchor.get("class", "") for name in ("item-title", "hotlist-item")):
            continue
        url = absolute(anchor.get("href"), page.url or "https://36kr.com/") or ""
        link = identify(url)
        if link and words(anchor):
            items.setdefault(link.identity, _card(anchor, url, link, page))
    return Listing(items=tuple(items.values())) if items else None


def _card(anchor: Element, url: str, link: Link, page: Page) -> ListItem:
    card = next(
        (one for one in anchor.iterancestors("div", "li") if "item" in one.get("class", "").split("-")), None
    )
    inside = () if card is None else card.iter()
    text = words(next((one for one in inside if "time" in one.get("class", "").split("-")[-1:]), None))
    return linked_item(link, url, words(anchor), parse(text, page.fetched_at), text)


def _containers(value: object, depth: int, path: str) -> Iterator[tuple[Mapping[str, Any], list[Any], bool]]:
    """Every object that holds a list of items, nearest first, and whether it is one of flashes.

    A list may be empty: the site says so with `hasNextPage` beside it.
    """
    if depth == 0 or not isinstance(value, dict):
        return
    keys = (*_KEYS, "data") if path.rpartition("/")[2] in _KEYS else _KEYS
    for key in keys:
        inner = value.get(key)
        if _rows(inner) or (inner == [] and "hasNextPage" in value):
            yield value, _rows(inner), "newsflash" in path.lower()
    for key, inner in sorted(value.items(), key=lambda pair: pair[0] == "topList"):
        if isinstance(inner, dict) and "recommend" not in key.lower():
            yield from _containers(inner, depth - 1, f"{path}/{key}")


def _rows(value: object) -> list[Any]:
    """The rows in which something names the item: its number may stand in the material alone."""
    return [
        row for row in rows_of(value) if row.get("itemId") or row.get("route") or _material(row).get("itemId")
    ]


def _flash(row: Mapping[str, Any], page: Page) -> Article:
    """A flash, whose whole text stands in the list."""
    material = _material(row)
    data = {**material, "itemId": row.get("itemId") or material.get("itemId")}
    return article_from_state(data, Verdict.NEWSFLASH, Page(b"", fetched_at=page.fetched_at))


def _material(row: Mapping[str, Any]) -> Mapping[str, Any]:
    material = row.get("templateMaterial")
    return material if isinstance(material, dict) else row


def _item(row: Mapping[str, Any], *, flashes: bool) -> ListItem:
    material = _material(row)
    route = text_at(row, "route")
    number = text_at(row, "itemId") or text_at(material, "itemId")
    link = follow(route)
    if link is None and not route and is_number(number):
        link = link_of(number, _kind(row, material, flashes=flashes))
    when = text_at(material, "publishTime") or text_at(row, "publishTime")
    flash = link is not None and link.kind is Verdict.NEWSFLASH
    summary = ("summary", "widgetContent") if flash else ("summary",)
    return linked_item(
        link,
        link.url if link else None,
        plain(text_at(material, "widgetTitle")),
        when_of(when),
        when,
        kind=link.kind if link else Verdict.OTHER,
        summary=plain(text_at(material, *summary)) or None,
        author=plain(text_at(material, "authorName")) or None,
        promotion=row.get("itemType") in _PROMOTION,
        extra={
            "route": None if link else route,
            "source_url": source_of(text_at(material, "sourceUrlRoute")),
        },
    )


def _kind(row: Mapping[str, Any], material: Mapping[str, Any], *, flashes: bool) -> Verdict:
    if kind := _TYPES.get(text_at(row, "itemType")):
        return kind
    whole = material.get("widgetContent") and not (material.get("summary") or material.get("widgetImage"))
    return Verdict.NEWSFLASH if flashes or whole else Verdict.ARTICLE


def _entry_item(entry: FeedEntry, link: Link | None, when: Moment | None, kind: Verdict) -> ListItem:
    whole = kind is Verdict.ARTICLE and bool(body_markup(entry, kind))
    return linked_item(
        link,
        entry.address,
        entry.title,
        when,
        entry.published,
        kind=kind,
        summary=None if whole and not entry.content else plain(entry.description) or None,
        author=entry.author or None,
        extra={"category": next(iter(entry.categories), None)},
    )


def _legacy_rows(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    data = answer.get("data")
    rows = rows_of(data.get("items")) if isinstance(data, dict) else []
    return [it for it in rows if is_number(text_at(it, "id")) and "news_url" in it and text_at(it, "title")]


def _legacy_item(row: Mapping[str, Any]) -> ListItem:
    link = link_of(text_at(row, "id"), Verdict.NEWSFLASH)
    when = text_at(row, "published_at", "created_at")
    return linked_item(
        link,
        link.url,
        plain(text_at(row, "title")),
        when_of(when),
        when,
        summary=plain(text_at(row, "description")) or None,
        extra={"source_url": text_at(row, "news_url")},
    )
