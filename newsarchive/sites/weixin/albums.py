"""Albums (合集) of mp.weixin.qq.com: the page and the answer that continues it. They need no login."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from newsarchive.parsing.text import one_line
from newsarchive.records.listing import Listing, ListItem
from newsarchive.sites.weixin.items import Record, list_item, records, string
from newsarchive.sites.weixin.markup import WeixinPage, parse_fragment

_COUNT = re.compile(r"(\d{1,6})\s*篇")


def album_page(page: WeixinPage) -> Listing:
    """An album's HTML page: its first ten articles."""
    data = page.object(b"window.cgiData")
    entries = _entries(page)
    shown = {(entry["msgid"], entry["itemidx"]): entry for entry in entries}
    rows = [_united(row, shown) for row in records(data.get("articleList"))] or entries
    items = [item for row in rows if (item := _album_item(row))]
    count = string(data.get("article_count")) or _count(page)
    more = count.isdecimal() and len(items) < int(count)
    extra = {
        "album_id": string(data.get("albumId")),
        "article_count": count,
        "is_reverse": string(data.get("is_reverse")),
        "continue_flag": "1" if more else "0",
    }
    return Listing(
        title=one_line(string(data.get("title"))) or page.words(b"js_tag_name") or None,
        account=one_line(string(data.get("nick_name"))) or page.classed(b"album__author-name") or None,
        account_id=string(data.get("user_name")) or None,
        items=tuple(items),
        cursor=_album_cursor(items),
        more=more,
        extra={name: value for name, value in extra.items() if value},
    )


def album_answer(answer: Record) -> Listing:
    """An album's JSON answer.

    Three habits of it (2025 and 2026): all scalars are strings; with a single article `article_list` is an object; an
    exhausted album has no `article_list`. `continue_flag` "0" comes together with the last articles.
    """
    base = next(records(answer.get("base_info")), {})
    items = [item for record in records(answer.get("article_list")) if (item := _album_item(record))]
    extra = {
        name: string(base.get(name))
        for name in ("album_id", "article_count", "is_reverse", "is_first_screen")
    }
    extra |= {
        name: string(answer.get(name)) for name in ("continue_flag", "reverse_continue_flag", "verify_status")
    }
    return Listing(
        title=one_line(string(base.get("title"))) or None,
        account=one_line(string(base.get("nickname") or base.get("nick_name"))) or None,
        account_id=string(base.get("username") or base.get("user_name")) or None,
        items=tuple(items),
        cursor=_album_cursor(items),
        more=extra["continue_flag"] == "1",
        extra={name: value for name, value in extra.items() if value},
    )


def _album_item(record: Record) -> ListItem | None:
    position = string(record.get("pos_num"))
    item = list_item(
        record.get("url"),
        title=record.get("title"),
        time=record.get("create_time"),
        kind=record.get("item_show_type"),
        keys={"mid": record.get("msgid"), "idx": record.get("itemidx")},
        extra={"position": position} if position else {},
    )
    return item if item and item.url else None


def _entries(page: WeixinPage) -> list[dict[str, str]]:
    """The articles as the page's elements show them; only these have the position in the album."""
    first = page.content.find(b"data-msgid=")
    start = page.content.rfind(b"<ul", 0, max(first, 0))
    if start < 0:
        return []
    end = page.content.find(b"</ul>", start)
    root = parse_fragment(page.content[start : end if end >= 0 else None])
    return [_entry(element) for element in root.iter("li")] if root is not None else []


def _entry(element: Any) -> dict[str, str]:  # noqa: ANN401
    """One element, under the names of the answer's members."""
    time = element.xpath("string(.//*[contains(@class, 'js_article_create_time')])")
    names = {"url": "link", "title": "title", "msgid": "msgid", "itemidx": "itemidx", "pos_num": "pos_num"}
    return {
        **{name: element.get(f"data-{attribute}", "") for name, attribute in names.items()},
        "create_time": time.strip(),
    }


def _count(page: WeixinPage) -> str:
    """How many articles the album has, as its head says (`105 篇内容`)."""
    head = page.content.find(b'<div class="album__head-content')
    match = _COUNT.search(page.content[head : head + 500].decode("utf-8", "replace")) if head >= 0 else None
    return match[1] if match else ""


def _united(row: Record, shown: Mapping[tuple[str, str], Record]) -> Record:
    """A row of the script's list with the element that shows it; its empty members give way."""
    entry = shown.get((string(row.get("msgid")), string(row.get("itemidx"))), {})
    return {**entry, **{name: value for name, value in row.items() if value}}


def _album_cursor(items: list[ListItem]) -> str | None:
    """`<msgid>_<itemidx>` of the last article; the site's own continuation is exclusive."""
    keys = items[-1].keys if items else {}
    return f"{keys['mid']}_{keys['idx']}" if keys.keys() >= {"mid", "idx"} else None
