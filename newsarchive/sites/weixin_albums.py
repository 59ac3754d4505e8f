"""Albums (合集) of mp.weixin.qq.com: the page and the answer that continues it. They need no login."""

from __future__ import annotations

from typing import Any

from newsarchive.items import Listing, ListItem
from newsarchive.parsing.text import one_line
from newsarchive.sites.weixin_items import Record, list_item, records, string
from newsarchive.sites.weixin_page import WeixinPage, parse_fragment


def album_page(page: WeixinPage) -> Listing:
    """An album's HTML page: its first ten articles."""
    data = page.object(b"window.cgiData")
    items = [item for record in records(data.get("articleList")) if (item := _album_item(record))]
    start = page.content.find(b"album__list-item")
    if not items and start >= 0:
        start = page.content.rfind(b"<ul", 0, start)
        end = page.content.find(b"</ul>", start)
        root = parse_fragment(page.content[max(start, 0) : end if end >= 0 else None])
        items = (
            [item for element in root.iter("li") if (item := _album_entry(element))]
            if root is not None
            else []
        )
    count = string(data.get("article_count"))
    more = count.isdecimal() and len(items) < int(count)
    extra = {
        "album_id": string(data.get("albumId")),
        "article_count": count,
        "is_reverse": string(data.get("is_reverse")),
        "continue_flag": "1" if more else "0",
    }
    return Listing(
        title=one_line(string(data.get("title"))) or None,
        account=one_line(string(data.get("nick_name"))) or None,
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
    base = answer.get("base_info")
    base = base if isinstance(base, dict) else {}
    items = [item for record in records(answer.get("article_list")) if (item := _album_item(record))]
    names = ("album_id", "article_count", "is_reverse", "is_first_screen")
    extra = {name: string(base.get(name)) for name in names if string(base.get(name))}
    for name in ("continue_flag", "reverse_continue_flag", "verify_status"):
        if flag := string(answer.get(name)):
            extra[name] = flag
    return Listing(
        title=one_line(string(base.get("title"))) or None,
        account=one_line(string(base.get("nickname") or base.get("nick_name"))) or None,
        account_id=string(base.get("username") or base.get("user_name")) or None,
        items=tuple(items),
        cursor=_album_cursor(items),
        more=string(answer.get("continue_flag")) == "1",
        extra=extra,
    )


def _album_item(record: Record) -> ListItem | None:
    extra = {}
    if position := string(record.get("pos_num")):
        extra["position"] = position
    item = list_item(
        record.get("url"),
        title=record.get("title"),
        time=record.get("create_time"),
        kind=record.get("item_show_type"),
        keys={"mid": record.get("msgid"), "idx": record.get("itemidx")},
        extra=extra,
    )
    return item if item and item.url else None


def _album_entry(element: Any) -> ListItem | None:  # noqa: ANN401
    time = element.xpath("string(.//*[contains(@class, 'js_article_create_time')])")
    return _album_item(
        {
            "url": element.get("data-link"),
            "title": element.get("data-title"),
            "msgid": element.get("data-msgid"),
            "itemidx": element.get("data-itemidx"),
            "create_time": time.strip(),
            "pos_num": element.get("data-pos_num"),
        }
    )


def _album_cursor(items: list[ListItem]) -> str | None:
    """`<msgid>_<itemidx>` of the last article; the site's own continuation is exclusive."""
    keys = items[-1].keys if items else {}
    return f"{keys['mid']}_{keys['idx']}" if keys.keys() >= {"mid", "idx"} else None
