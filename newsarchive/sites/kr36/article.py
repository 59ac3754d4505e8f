"""One 36kr article, flash or video, from whichever shape it comes in: the page's state object, its DOM, a feed item."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

from newsarchive.items.article import Article, Attribution
from newsarchive.items.body import Body, Embed, Paragraph, Span
from newsarchive.items.verdict import Verdict
from newsarchive.parsing.dates import Moment, from_epoch, parse
from newsarchive.parsing.feeds import FeedEntry
from newsarchive.parsing.html_tree import Element, inner_text, words
from newsarchive.parsing.inline_markup import plain
from newsarchive.parsing.json_text import rows_of, text_at
from newsarchive.parsing.text import one_line
from newsarchive.parsing.urls import is_web_address
from newsarchive.records.page import Page
from newsarchive.sites.kr36.body import read_element, read_markup
from newsarchive.sites.kr36.credits import take_credits
from newsarchive.sites.kr36.urls import created_at, identify, is_number, link_of
from newsarchive.sites.shared.readings import linked_article
from newsarchive.sites.shared.saved_body import BODY_OF_READABILITY, saved_body
from newsarchive.sites.site import Link

PARSER = "36kr/1"
_MARKUP = ("<p", "<br", "<img", "<div", "<h2", "<blockquote", "<ul", "<strong", "<a ")
_CLOCK_GRACE = timedelta(minutes=1)

_SAVED_FLASH = re.compile(r"^ *- *快讯 *$", re.MULTILINE)
_SITE_NAME = re.compile(r"\s*[-_|丨]\s*36氪$")
_CLASSES = {
    "article-title": "title",
    "articleDetailContent": "body",
    "item-a": "author",
    "item-time": "time",
    "summary": "summary",
    "article-footer-txt": "footer",
}
"""What the class names of the rendered page stand for: seen in 2020, named so by readers of 2026 too."""


def article_from_state(data: Mapping[str, Any], kind: Verdict, page: Page) -> Article:
    """An item from the object that the page's state (or a list of flashes) holds of it; times are epoch milliseconds."""
    number = text_at(data, "itemId", "id")
    when_text = text_at(data, "publishTime")
    dropped: Counter[str] = Counter()
    return _build(
        link_of(number, kind) if is_number(number) else identify(page.url),
        page,
        when_of(when_text),
        when_text or None,
        kind=kind,
        title=plain(text_at(data, "widgetTitle", "title")),
        body=read_markup(text_at(data, "widgetContent"), dropped),
        dropped=dropped,
        account=one_line(text_at(data, "author", "authorName")) or None,
        author_id=text_at(data, "authorId") or None,
        digest=plain(text_at(data, "summary")) or None,
        cover=text_at(data, "popinImage", "widgetImage") or None,
        copyright="original" if data.get("sourceType") == "original" else None,
        source_url=source_of(text_at(data, "sourceUrlRoute")),
        aliases=(page.url,) if identify(page.url) else (),
        image_sources=[name for one in rows_of(data.get("imgSources")) if (name := text_at(one, "name"))],
    )


def video_from_state(data: Mapping[str, Any], page: Page) -> Article:
    """A video from `videoDetail.data`: the player is the body."""
    article = article_from_state(data, Verdict.VIDEO, page)
    url = text_at(data, "url", "url720", "url384") or None
    player = Embed("video", id=article.keys.get("id"), url=url, title=article.title, cover=article.cover)
    return article.model_copy(update={"body": [player, *article.body]})


def article_from_dom(root: Element, page: Page) -> Article | None:
    """An article from the rendered page (class names of 2020, still so in 2026); None where it has no body.

    A body that somebody saved without what is around it is an article too, one that says nothing of itself.
    """
    marks, meta = _landmarks(root)
    if "readable" in marks and identify(page.url):
        marks.setdefault("body", marks["readable"])
    if "body" not in marks:
        return None
    when_text = words(marks.get("time")) or meta.get("article:published_time") or None
    footer = inner_text(marks["footer"]) if "footer" in marks else ""
    dropped: Counter[str] = Counter()
    return _build(
        # What the page says first: an address can come to answer with another article.
        identify(meta.get("canonical", "")) or identify(page.url) or identify(meta.get("og:url", "")),
        page,
        parse(meta.get("article:published_time")) or parse(when_text, page.fetched_at),
        when_text,
        body=read_element(marks["body"], dropped),
        dropped=dropped,
        title=words(marks.get("title"))
        or ("readable" in marks and words(root.find(".//h1")))
        or one_line(meta.get("og:title"))
        or _SITE_NAME.sub("", words(root.find(".//title"))),
        account=words(marks.get("author")) or None,
        digest=words(marks.get("summary")) or meta.get("description") or None,
        cover=meta.get("og:image"),
        copyright="original" if "原创文章" in footer else "repost" if "经授权发布" in footer else None,
        aliases=(page.url,) if page.url else (),
    )


def from_saved_body(text: str, page: Page) -> Article | None:
    """An article or flash that a blog generator saved as front matter and the body's HTML; its address is often lost."""
    saved = saved_body(text)
    if saved is None:
        return None
    link = identify(saved.address) or identify(page.url)
    flash = _SAVED_FLASH.search(saved.head)
    kind = link.kind if link else Verdict.NEWSFLASH if flash else Verdict.ARTICLE
    body = read_markup(saved.markup)
    when = parse(saved.when)
    return _build(link, page, when, saved.when, kind=kind, title=saved.title, body=body) if body else None


def flash_from_dom(root: Element, link: Link, page: Page) -> Article | None:
    """A flash from its own page: the `newsflash-item` block, its text failing that the description of the head."""
    block = next((one for one in root.iter("div") if "newsflash-item" in one.get("class", "").split()), None)
    title = next(
        (one for one in root.iter("h1", "a") if "item-title" in one.get("class", "") or one.tag == "h1"), None
    )
    if title is None:
        return None
    texts = () if block is None else filter(_is_flash_text, block.iter("div", "pre", "p", "span"))
    inside = next(iter(texts), None)
    meta = _landmarks(root)[1]
    when_text = meta.get("article:published_time") or next(
        (words(one) for one in root.iter("span", "div") if "time" in one.get("class", "").split()), None
    )
    text = one_line(meta.get("description"))
    body: Body = [Paragraph([Span(text)])] if text else []
    body = body if inside is None else read_element(inside)
    if not body:
        return None
    when = parse(when_text, page.fetched_at)
    return _build(link, page, when, when_text or None, kind=Verdict.NEWSFLASH, title=words(title), body=body)


def _is_flash_text(element: Element) -> bool:
    return any(name in element.get("class", "") for name in ("item-desc", "item-des", "newsflash-content"))


def _landmarks(root: Element) -> tuple[dict[str, Element], dict[str, str]]:
    """The elements that fields are read from, the first of each kind, and the meta values."""
    marks: dict[str, Element] = {}
    meta: dict[str, str] = {}
    for element in root.iter("meta", "link"):
        if element.tag == "meta":
            meta.setdefault(element.get("property") or element.get("name") or "", element.get("content", ""))
        elif element.get("rel") == "canonical":
            meta.setdefault("canonical", element.get("href", ""))
    for element in root.iter("h1", "div", "a", "span"):
        if (classes := element.get("class")) is not None and (found := _of_classes(classes)):
            for name in found:
                marks.setdefault(name, element)
    if "body" not in marks or "title" not in marks:
        readable = next((it for it in root.iter("div") if it.get("id") == BODY_OF_READABILITY), None)
        marks |= {} if readable is None else {"readable": readable}
    return marks, meta


@lru_cache(maxsize=1024)
def _of_classes(classes: str) -> tuple[str, ...]:
    """What the classes of an element stand for; pages have a few dozen that differ, the same on all pages of a time."""
    return tuple(_CLASSES[name] for name in classes.split() if name in _CLASSES)


def from_entry(entry: FeedEntry, link: Link, when: Moment | None, page: Page) -> Article | None:
    """An article or flash from a feed item of such a time; None where the item has only a summary.

    A flash's description is the whole of it. An article's is its body where it is HTML (the site's own feed, RSS made
    from its pages); third-party feeds also hold cut plain text, which must not pass for a body.
    """
    markup = body_markup(entry, link.kind)
    body = read_markup(markup) if markup.strip() else []
    if not body:
        return None
    return _build(
        link,
        page,
        when,
        entry.published or None,
        kind=link.kind,
        title=entry.title,
        body=body,
        account=entry.author or None,
        digest=plain(entry.description) or None if entry.content else None,
        tags=tuple(one for one in entry.categories if one),
        aliases=tuple(dict.fromkeys(url for url in (entry.link, entry.guid) if is_web_address(url))),
    )


def body_markup(entry: FeedEntry, kind: Verdict) -> str:
    """The item's body as HTML text, or nothing where the feed has only a summary."""
    if entry.content:
        return entry.content
    whole = kind is Verdict.NEWSFLASH or any(tag in entry.description for tag in _MARKUP)
    return entry.description if whole else ""


def _build(
    link: Link | None,
    page: Page,
    when: Moment | None,
    when_text: str | None,
    *,
    body: Body,
    kind: Verdict = Verdict.ARTICLE,
    account: str | None = None,
    author_id: str | None = None,
    copyright: str | None = None,  # noqa: A002 - the field's name
    aliases: tuple[str, ...] = (),
    image_sources: Sequence[str] = (),
    dropped: Mapping[str, int] | None = None,
    **more: Any,  # noqa: ANN401 - the other fields of an article
) -> Article:
    """An item's record. A time that the id's own clock contradicts is kept and marked in `extra`."""
    if kind is Verdict.ARTICLE:
        attribution = take_credits(body, account, copyright).attribution
    else:
        attribution = Attribution(account=account, author=account, copyright=copyright)
    early = link and when and _before_its_id(when, link.keys["id"])
    return linked_article(
        "36kr",
        link,
        page,
        when,
        when_text,
        kind=kind,
        aliases=tuple(url for url in aliases if link and url != link.url),
        attribution=attribution,
        body=body,
        extra={
            "date_check": "published before the id was made" if early else None,
            "dropped": dict(dropped or {}),
            "author_id": author_id,
            "image_sources": image_sources,
        },
        parser=PARSER,
        **more,
    )


def source_of(route: str) -> str | None:
    """The address behind `webview?url=<percent-encoded>`, where a flash names its source."""
    found = parse_qs(route.partition("?")[2]).get("url", [""])[0]
    return found if is_web_address(found) else None


def _before_its_id(when: Moment, item_id: str) -> bool:
    created = created_at(item_id)
    grace = timedelta(days=1) if when.precision == "day" else _CLOCK_GRACE
    return created is not None and when.at < created - grace


def when_of(text: str) -> Moment | None:
    """A time of the site's JSON: epoch milliseconds, or text in Beijing time."""
    if not text.isdecimal():
        return parse(text)
    at = from_epoch(text)
    return Moment(at) if at else None
