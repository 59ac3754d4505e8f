"""Lists of articles that other programs saved as JSON or Markdown: rows of titles and links, in their order."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from newsarchive.parsing.dates import Moment, from_epoch, parse
from newsarchive.parsing.inline_markup import plain
from newsarchive.parsing.json_text import text_at
from newsarchive.parsing.text import visible
from newsarchive.records.listing import Listing, ListItem
from newsarchive.sites.shared.readings import linked_item
from newsarchive.sites.site import Link

Identify = Callable[[str], Link | None]
Judge = Callable[[str], bool]

_DEPTH = 5
_ROW_KEYS = ("list", "items", "data", "articles", "news", "result", "results", "rows")
_TITLES = ("title", "name", "headline")
_ADDRESSES = ("url", "link", "route", "href")
_TIMES = (
    *("published_at", "publishTime", "publish_time", "post_time", "pubDate", "created_at", "date"),
    *("time", "timestamp"),
)
_SUMMARIES = ("summary", "description", "desc", "content")
_AUTHORS = ("author", "authorName", "author_name")
_KEPT = ("rank", "index", "editor", "category", "source_url")
_LINE = re.compile(
    r"^[^\S\n]*(?:[-*+]|\d+[.、)])[^\S\n]+\[(?P<title>(?:\\.|[^\\\n]){1,500}?)\]\((?P<url><[^>\n]{1,2000}>|[^)\s]{1,2000})\)",
    re.MULTILINE,
)
_HEADING = re.compile(r"^#{1,3}\s+(?P<title>\S.*?)\s*#*\s*$", re.MULTILINE)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>|~])")


def list_rows(
    value: object, identify: Identify, is_promotion: Judge = lambda _: False
) -> tuple[ListItem, ...]:
    """The entries of a saved file: the rows of all its lists that name an article of the site, in their order, each row once.

    A row is an object with a title and an address; its `extra` object may hold what the row itself lacks. A file may have
    several lists, under whatever names, and lists of lists (one a day).
    """
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for found in _lists(value, _DEPTH):
        if any(identify(_address(row)) for row in found):
            for row in found:
                rows.setdefault((_address(row), _string(row, *_TITLES) or ""), row)
    return tuple(_item(row, identify, is_promotion) for row in rows.values())


def _lists(value: object, depth: int) -> Iterator[list[dict[str, Any]]]:
    """All lists of rows in a value, not too deep; what a row has inside it (related articles) is no list of the file."""
    if isinstance(value, list):
        if rows := [entry for entry in value if _is_row(entry)]:
            yield rows
        inner: Iterable[object] = [entry for entry in value if not _is_row(entry)]
    elif isinstance(value, dict):
        inner = [value[key] for key in _ROW_KEYS if key in value] if _is_row(value) else value.values()
        if _is_row(value) and not any(isinstance(entry, list | dict) for entry in inner):
            yield [value]
    else:
        return
    if depth:
        for entry in inner:
            yield from _lists(entry, depth - 1)


def _is_row(value: object) -> bool:
    return isinstance(value, dict) and bool(_string(value, *_TITLES)) and bool(_address(value))


def _address(row: Mapping[str, Any]) -> str:
    return _string(row, *_ADDRESSES) or ""


def markdown_links(text: str, identify: Identify, is_promotion: Judge = lambda _: False) -> Listing | None:
    """A Markdown list of links (`- [title](url)`), or None where fewer than two lines of it name the site's articles."""
    items = tuple(_linked(match, identify, is_promotion) for match in _LINE.finditer(text))
    known = sum(1 for item in items if item.identity)
    if known < 2 or known * 2 < len(items):
        return None
    heading = _HEADING.search(text)
    return Listing(title=plain(heading["title"]) if heading else None, items=items, extra=_day(heading))


def _linked(match: re.Match[str], identify: Identify, is_promotion: Judge) -> ListItem:
    url = match["url"].strip("<>")
    title = html.unescape(visible(_ESCAPE.sub(r"\1", match["title"]))).strip()
    return linked_item(identify(url), url, title, promotion=is_promotion(url))


def _day(heading: re.Match[str] | None) -> dict[str, Any]:
    found = re.search(r"\d{4}[年/.-]\d{1,2}[月/.-]\d{1,2}", heading["title"]) if heading else None
    moment = parse(found[0]) if found else None
    return {"day": moment.at.date().isoformat()} if moment else {}


def _item(row: dict[str, Any], identify: Identify, is_promotion: Judge) -> ListItem:
    inner = row.get("extra")
    facts: dict[str, Any] = {**(inner if isinstance(inner, dict) else {}), **row}
    url = _address(row)
    when = text_at(facts, *_TIMES)
    at = from_epoch(when) if when.isdecimal() else None
    return linked_item(
        identify(url),
        url,
        plain(_string(row, *_TITLES)),
        Moment(at) if at else parse(when),
        when,
        summary=plain(_string(facts, *_SUMMARIES)) or None,
        author=_string(facts, *_AUTHORS),
        promotion=is_promotion(url),
        extra={key: facts.get(key) for key in _KEPT},
    )


def _string(row: Mapping[str, Any], *keys: str) -> str | None:
    texts = (row[key].strip() for key in keys if isinstance(row.get(key), str))
    return next(filter(None, texts), None)
