"""One ithome article, from whichever shape it comes in: desktop and mobile pages, interfaces, feed items, saved copies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from newsarchive.items.article import Article, Attribution
from newsarchive.items.verdict import Verdict
from newsarchive.parsing.dates import Moment, parse
from newsarchive.parsing.feeds import FeedEntry
from newsarchive.parsing.html_tree import Element, fragment, inner_text, words
from newsarchive.parsing.inline_markup import plain
from newsarchive.parsing.json_text import text_at
from newsarchive.parsing.text import one_line
from newsarchive.parsing.urls import is_web_address
from newsarchive.records.page import Page
from newsarchive.sites.ithome.body import read_element, read_markup
from newsarchive.sites.ithome.urls import identify, is_number, is_promotion, link_of
from newsarchive.sites.shared.readings import linked_article
from newsarchive.sites.shared.saved_body import BODY_OF_READABILITY, saved_body
from newsarchive.sites.site import Link

PARSER = "ithome/1"
PROMOTION_CHANNEL = "166"
"""The number of the channel that only holds shopping promotions (辣品)."""

_IDS = frozenset(
    {
        *("paragraph", "about_info_show", "pubtime_baidu", "source_baidu", "author_baidu"),
        *("editor_baidu", "post_comm", BODY_OF_READABILITY),
    }
)
_CLASSES = {
    "post_content": "body",
    "news-content": "body",
    "cv": "sections",
    "current_nav": "sections",
    "hot_tags": "tags",
    "pt_info": "line",
    "info": "line",
    "title-info": "line",
    "news-time": "time",
    "pub-time": "time",
    "news-author": "author",
}
"""What classes stand for, desktop and mobile, before and after the redesign of July 2020."""
_LANDMARK_TAGS = ("h1", "div", "span", "p", "section", "article")
_NOT_LETTERS = re.compile(r"[\W_]+")
_LABEL = re.compile(r"^\s*(?:来源|作者|责编|编辑)\s*[:：]\s*")
_LABELLED = re.compile(r"(?P<label>来源|作者|责编|编辑)\s*[:：]\s*(?P<value>\S+)")
_DATE = re.compile(r"\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?\s+\d{1,2}:\d{2}(?::\d{2})?")
_NUMBER = re.compile(r"(?:grade/|newsid=|hitcount/)(\d{1,12})")


def from_dom(root: Element, page: Page) -> Article | None:
    """An article from a page; None where the page has no article body. The body may be empty."""
    marks = _landmarks(root)
    of_body = ("paragraph", "body", "about_info_show")
    body_element = next((marks[key] for key in of_body if key in marks), None)
    if body_element is None and identify(page.url):
        body_element = marks.get(BODY_OF_READABILITY)
    if body_element is None:
        return None
    old = {} if "pubtime_baidu" in marks else _old_line(marks)
    when_text = words(marks.get("pubtime_baidu")) or old.get("time") or None
    dropped: Counter[str] = Counter()
    return build(
        _own_link(root, marks) or identify(page.url),
        page,
        parse(when_text, page.fetched_at),
        when_text,
        title=words(marks.get("h1")) or words(root.find(".//title")).removesuffix(" - IT之家").strip(),
        digest=_content(marks.get("description")) or None,
        body=read_element(body_element, dropped),
        dropped=dropped,
        attribution=Attribution(
            author=_value(marks.get("author_baidu")) or old.get("作者") or _contributor(marks.get("line")),
            source=_value(marks.get("source_baidu")) or old.get("来源"),
            editor=_value(marks.get("editor_baidu")) or old.get("责编") or old.get("编辑"),
        ),
        tags=_unique(
            [*_content(marks.get("keywords")).replace("，", ",").split(","), *_anchors(marks.get("tags"))]
        ),
        sections=_unique(_anchors(marks.get("sections"))[1:]),
        aliases=(marks["link"].get("href", ""),) if "link" in marks else (),
    )


def _landmarks(root: Element) -> dict[str, Element]:
    """The elements that fields are read from, found in one pass (twenty times faster than a search for each)."""
    marks: dict[str, Element] = {}
    for element in root.iter("meta", "h1", "link"):
        get, tag = element.get, element.tag
        if tag == "meta":
            marks.setdefault(get("name") or "", element)
        elif tag == "h1" or get("rel") == "canonical":
            marks.setdefault(tag, element)
    for element in root.iter(*_LANDMARK_TAGS):
        get = element.get
        if (name := get("id")) in _IDS:
            marks.setdefault(name, element)
        if (names := get("class")) is not None and (found := _of_classes(names)):
            for name in found:
                marks.setdefault(name, element)
    return marks


@lru_cache(maxsize=1024)
def _of_classes(names: str) -> tuple[str, ...]:
    """What the classes of an element stand for; pages have a few dozen that differ, the same on all pages of a time."""
    return tuple(_CLASSES[name] for name in names.split() if name in _CLASSES)


def from_interface(row: Mapping[str, Any], page: Page) -> Article | None:
    """An article from `newscontent` (JSON or XML, same fields): the second source for a body; None without a body."""
    dropped: Counter[str] = Counter()
    body = read_markup(text_at(row, "detail"), dropped)
    number = text_at(row, "newsid").strip()
    link = link_of(number) if is_number(number) else identify(text_at(row, "url").strip())
    link = link or identify(page.url)
    if not body or link is None:
        return None
    when_text = text_at(row, "postdate").strip() or None
    return build(
        link,
        page,
        parse(when_text),
        when_text,
        dropped=dropped,
        title=plain(text_at(row, "title")),
        digest=plain(text_at(row, "description")) or None,
        body=body,
        attribution=Attribution(
            author=one_line(text_at(row, "newsauthor")) or None,
            source=plain(text_at(row, "newssource")) or None,
            editor=one_line(text_at(row, "z")) or None,
        ),
        cover=text_at(row, "image").strip() or None,
        promotion=text_at(row, "cid") == PROMOTION_CHANNEL,
    )


def from_entry(entry: FeedEntry, page: Page) -> Article | None:
    """An article from a feed item, whose description is the whole body; None without an id or a body."""
    link = identify(entry.link) or identify(entry.guid)
    markup = entry.content or entry.description
    body = read_markup(markup) if link and "<" in markup else []
    if not body:
        return None
    return build(
        link,
        page,
        parse(entry.published),
        entry.published or None,
        title=entry.title,
        body=body,
        attribution=Attribution(author=entry.author or None),
        aliases=(entry.link, entry.guid),
        tags=tuple(entry.categories),
    )


def from_saved_body(text: str, page: Page) -> Article | None:
    """An article that a blog generator saved as front matter and the body's HTML; its address is often lost."""
    saved = saved_body(text)
    if saved is None or (element := fragment(saved.markup)) is None:
        return None
    body = read_element(element)
    if not body:
        return None
    pictures = [title for image in element.iter("img") if (title := one_line(image.get("title")))]
    title = headline(saved.title, pictures)
    return build(identify(saved.address), page, parse(saved.when), saved.when, title=title, body=body)


def headline(title: str, pictures: list[str], *, words_lost: bool = False) -> str:
    """A saved copy's title, as the site writes it where the pictures' titles tell.

    The site repeats the headline in each picture, and copies lose marks of their own headings, those in Markdown whole words
    or all Chinese ones (`words_lost`). A picture's title that differs by more is a caption.
    """
    told = pictures[0] if pictures and len(set(pictures)) == 1 else ""
    if told in {"", title}:
        return title
    kept, whole = _letters(title), _letters(told)
    rest = iter(whole)
    same = kept.isascii() or all(letter in rest for letter in kept) if words_lost else kept == whole
    return told if same or not title else title


def _letters(title: str) -> str:
    return _NOT_LETTERS.sub("", title).casefold()


def build(
    link: Link | None,
    page: Page,
    when: Moment | None,
    when_text: str | None,
    *,
    aliases: tuple[str, ...] = (),
    dropped: Mapping[str, int] | None = None,
    promotion: bool = False,
    **more: Any,  # noqa: ANN401 - the other fields of an article
) -> Article:
    """An article's record, whichever shape it came in."""
    seen = [url for url in (*aliases, page.url) if is_web_address(url) and link and url != link.url]
    return linked_article(
        "ithome",
        link,
        page,
        when,
        when_text,
        kind=Verdict.ARTICLE,
        aliases=tuple(dict.fromkeys(url for url in seen if identify(url) == link)),
        promotion=promotion or any(is_promotion(url) for url in seen),
        extra={"dropped": dict(dropped or {})},
        parser=PARSER,
        **more,
    )


def _own_link(root: Element, marks: Mapping[str, Element]) -> Link | None:
    """Which article the page itself says that it is."""
    canonical = marks.get("link")
    if canonical is not None and (link := identify(canonical.get("href", ""))):
        return link
    comments = marks.get("post_comm")
    number = comments.get("data-nid", "") if comments is not None else ""
    if not number.isdecimal():
        sources = (script.get("src", "") for script in root.iter("script"))
        number = next((match[1] for source in sources if (match := _NUMBER.search(source))), "")
    return link_of(number) if is_number(number) else None


def _old_line(marks: Mapping[str, Element]) -> dict[str, str]:
    """Time and names where they have no ids: the line under the headline until 2020, and mobile pages."""
    found: dict[str, str] = {}
    if "line" in marks:
        text = " ".join(marks["line"].itertext())
        found = {match["label"]: match["value"] for match in _LABELLED.finditer(text)}
        if date := _DATE.search(text):
            found["time"] = date[0]
    if "time" in marks:
        found.setdefault("time", words(marks["time"]))
    if "author" in marks:
        found.setdefault("作者", _LABEL.sub("", words(marks["author"])))
    return found


def _contributor(line: Element | None) -> str | None:
    """The name of an outside author, who stands as a linked face in the line under the headline (2020)."""
    anchors = () if line is None else line.iter("a")
    return words(next((it for it in anchors if "avatar" in it.get("class", "")), None)) or None


def _anchors(element: Element | None) -> list[str]:
    return [] if element is None else [words(anchor) for anchor in element.iter("a")]


def _value(element: Element | None) -> str | None:
    """The value after a label such as `来源：`."""
    return None if element is None else _LABEL.sub("", " ".join(inner_text(element).split())).strip() or None


def _content(element: Element | None) -> str:
    return "" if element is None else one_line(element.get("content"))


def _unique(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))
