"""Lists of articles that other programs saved as JSON or Markdown: rows of titles and links, in their order."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

from newsarchive.items import Listing, ListItem
from newsarchive.parsing.dates import Moment, from_epoch, parse
from newsarchive.parsing.json_text import text_at
from newsarchive.parsing.text import plain, visible
from newsarchive.sites.site import Link

Identify = Callable[[str], Link | None]
Judge = Callable[[str], bool]

_ROW_KEYS = ("list", "items", "data", "articles", "news", "result", "results", "rows")
_TIMES = (
    "published_at",
    "publishTime",
    "publish_time",
    "post_time",
    "pubDate",
    "created_at",
    "date",
    "time",
    "timestamp",
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


def rows_of(value: object, depth: int = 4) -> list[dict[str, Any]]:
    """The rows of a saved list: objects with a title and a URL, at the top or under usual keys, not too deep."""
    if isinstance(value, dict):
        candidates = [value[key] for key in _ROW_KEYS if key in value] if depth else []
        return next((rows for candidate in candidates if (rows := rows_of(candidate, depth - 1))), [])
    if not isinstance(value, list):
        return []
    return [
        row
        for row in value
        if isinstance(row, dict) and _string(row, "title") and _string(row, "url", "link")
    ]


def _never(_: str) -> bool:
    return False


def list_rows(
    rows: list[dict[str, Any]], identify: Identify, is_promotion: Judge = _never
) -> tuple[ListItem, ...]:
    """Rows as list items; a row's `extra` object may hold what the row itself lacks."""
    return tuple(_item(row, identify, is_promotion) for row in rows)


def markdown_links(text: str, identify: Identify, is_promotion: Judge = _never) -> Listing | None:
    """A Markdown list of links (`- [title](url)`), or None where fewer than two lines of it name the site's articles."""
    items = tuple(_linked(text, identify, is_promotion))
    known = sum(1 for item in items if item.identity)
    if known < 2 or known * 2 < len(items):
        return None
    heading = _HEADING.search(text)
    return Listing(title=plain(heading["title"]) if heading else None, items=items, extra=_day(heading))


def _linked(text: str, identify: Identify, is_promotion: Judge) -> Iterator[ListItem]:
    for match in _LINE.finditer(text):
        url = match["url"].strip("<>")
        link = identify(url)
        title = html.unescape(visible(_ESCAPE.sub(r"\1", match["title"]))).strip()
        yield ListItem(url=url, title=title, promotion=is_promotion(url), **_identity(link))


def _day(heading: re.Match[str] | None) -> dict[str, Any]:
    found = re.search(r"\d{4}[年/.-]\d{1,2}[月/.-]\d{1,2}", heading["title"]) if heading else None
    moment = parse(found[0]) if found else None
    return {"day": moment.at.date().isoformat()} if moment else {}


def _item(row: dict[str, Any], identify: Identify, is_promotion: Judge) -> ListItem:
    inner = row.get("extra")
    facts: dict[str, Any] = {**(inner if isinstance(inner, dict) else {}), **row}
    url = _string(row, "url", "link") or ""
    when = text_at(facts, *_TIMES)
    at = from_epoch(when) if when.isdecimal() else None
    moment = Moment(at) if at else parse(when)
    return ListItem(
        url=url,
        title=plain(_string(row, "title")),
        published_at=moment.at.replace(microsecond=0) if moment else None,
        published_text=when or None,
        summary=plain(_string(facts, *_SUMMARIES)) or None,
        author=_string(facts, *_AUTHORS),
        promotion=is_promotion(url),
        extra={key: facts[key] for key in _KEPT if facts.get(key)},
        **_identity(identify(url)),
    )


def _identity(link: Link | None) -> dict[str, Any]:
    return {"identity": link.identity, "keys": dict(link.keys), "kind": link.kind} if link else {}


def _string(row: dict[str, Any], *keys: str) -> str | None:
    return next(
        (row[key].strip() for key in keys if isinstance(row.get(key), str) and row[key].strip()), None
    )
