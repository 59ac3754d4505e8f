"""36kr's ids and addresses.

Every article, flash and video has one number. Since 2019 it is a clock: the upper bits are milliseconds since
2019-01-01 00:00 Beijing time (checked on 872 ids of 2026 and four of 2020). Ids of seven digits and fewer are older and
count up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from newsarchive.items.verdict import Verdict
from newsarchive.sites.shared.urls import parts_on
from newsarchive.sites.site import Link

_PATH = re.compile(
    r"^(?:/zh)?/(?P<kind>p|newsflashes|video)/(?P<id>\d{1,19})(?:\.html?)?/?$",
)
_ROUTE = re.compile(r"^detail_(?P<kind>article|newsflash|video)/?\?(?:.*&)?itemId=(?P<id>\d{1,19})(?!\d)")
_KINDS = {
    "p": Verdict.ARTICLE,
    "article": Verdict.ARTICLE,
    "newsflashes": Verdict.NEWSFLASH,
    "newsflash": Verdict.NEWSFLASH,
    "video": Verdict.VIDEO,
}
_FOLDERS = {Verdict.ARTICLE: "p", Verdict.NEWSFLASH: "newsflashes", Verdict.VIDEO: "video"}
_EPOCH_MS = 1546272000000
_CLOCK_BITS = 14
_FIRST_CLOCK_ID = 10**12
_PICTURE = re.compile(r"v2_[0-9a-f]{32}")


def is_number(text: str) -> bool:
    """Whether a text can be an item's number."""
    return text.isdecimal() and len(text) <= 19 and int(text) > 0


def link_of(item_id: str | int, kind: Verdict = Verdict.ARTICLE) -> Link:
    """The link to an item by its number."""
    number = str(int(item_id))
    kind = kind if kind in _FOLDERS else Verdict.ARTICLE
    return Link("36kr", f"36kr:{number}", f"https://36kr.com/{_FOLDERS[kind]}/{number}", {"id": number}, kind)


def identify(url: str) -> Link | None:
    """The item that a URL names: `/p/`, `/newsflashes/` or `/video/` on any of the site's hosts (eu: `/zh/p/` only).

    Others who save the gateway's answers put the site before its routes: `https://36kr.com/detail_article?itemId=…`.
    """
    if (parts := parts_on("36kr.com", url)) is None:
        return None
    if parts.path.startswith("/detail_"):
        return follow(f"{parts.path[1:]}?{parts.query.replace('&amp;', '&')}")
    match = _PATH.match(parts.path)
    return link_of(match["id"], _KINDS[match["kind"]]) if match else None


def follow(route: object) -> Link | None:
    """The item behind a route of the site's JSON, such as `detail_article?itemId=3882467938040710`."""
    match = _ROUTE.match(route) if isinstance(route, str) else None
    return link_of(match["id"], _KINDS[match["kind"]]) if match else None


def names_of(keys: Mapping[str, str]) -> tuple[str, ...]:
    """The identity that the key parts of an original give."""
    return (f"36kr:{keys['id']}",) if keys.get("id") else ()


def created_at(item_id: str | int) -> datetime | None:
    """When an item was created, by its id; None for the old ids that count up. No item is dated before it.

    It is no publication date: articles are published a median of six minutes later, drafts up to four weeks.
    """
    number = int(item_id)
    if number < _FIRST_CLOCK_ID:
        return None
    try:
        return datetime.fromtimestamp(((number >> _CLOCK_BITS) + _EPOCH_MS) / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def image_key(url: str) -> str:
    """A picture's name, `v2_` and 32 hex digits; for older pictures the URL without scheme, query and `!size`."""
    if match := _PICTURE.search(url):
        return match[0]
    return url.partition("://")[2].partition("?")[0].partition("!")[0] or url


def image_original(url: str) -> str:
    """A picture's address without the CDN's processing: the query, or `!heading` of older ones."""
    return url.partition("?")[0].partition("!")[0]
