"""Lists of an account's articles on mp.weixin.qq.com: its page, and the answers of the client's and the platform's lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from newsarchive.parsing.html_tree import words
from newsarchive.parsing.js_literal import parse_at
from newsarchive.parsing.json_text import read_json, value_after, without_broken_rows
from newsarchive.parsing.text import decode_entities, one_line
from newsarchive.records.listing import Listing, ListItem
from newsarchive.sites.weixin.items import Record, list_item, records, string
from newsarchive.sites.weixin.markup import WeixinPage

_HIT = re.compile(r"</?em>")


def account_page(page: WeixinPage) -> Listing:
    """An account's page: its history as a search engine or the client showed it (`var msgList`, 2018)."""
    messages = _message_list(page)
    listed = messages.get("list") if isinstance(messages, dict) else None
    biz = page.text(b"var biz", b"var __biz", b"window.biz")
    return Listing(
        account=page.classed(b"profile_nickname") or one_line(page.text(b"var nickname")) or None,
        account_id=page.text(b"var user_name", b"var username") or None,
        items=tuple(_messages(listed)) or tuple(_shown(page)),
        extra={"biz": biz} if biz else {},
    )


def _shown(page: WeixinPage) -> Iterator[ListItem]:
    """The articles in the page's elements, which its script has made of the list: all that a copy without scripts has."""
    history, _ = page.element(b"history")
    for title in history.iter("h4") if history is not None else ():
        rest = list(title.itersiblings("p"))
        item = list_item(
            title.get("hrefs"),
            title=words(title),
            summary=words(rest[0]) if len(rest) > 1 else None,
            time=words(rest[-1]) if rest else None,
        )
        if item and item.url:
            yield item


def _message_list(page: WeixinPage) -> Any:  # noqa: ANN401
    """The value of `var msgList`: JSON, bare (2018) or escaped for HTML inside a string."""
    if (bare := value_after(page.content, b"var msgList")) is not None:
        return bare
    start = page.content.find(b"var msgList")
    start = page.content.find(b"=", start) + 1 if start >= 0 else 0
    if not start:
        return None
    end = page.content.find(b"</script", start)
    text = page.content[start : end if end >= 0 else None].decode("utf-8", "replace").lstrip()
    try:
        value, _ = parse_at(text)
    except (ValueError, RecursionError):
        return None
    return _list_in(decode_entities(value)) if isinstance(value, str) else value


def _list_in(text: str) -> Any:  # noqa: ANN401
    """The list in a JSON string, without the rows that are broken."""
    value = read_json(text)
    return without_broken_rows(text) if value is None else value


def moved_to(page: WeixinPage) -> Listing | None:
    """Where a notice says that the account has moved with its articles (`transferTargetLink`); None elsewhere."""
    target = page.text(b"var transferTargetLink", b"window.transferTargetLink")
    item = list_item(target) if target else None
    return Listing(items=(item,)) if item and item.url else None


def message_answer(answer: Record) -> Listing:
    """A `profile_ext?action=getmsg` answer: the list is JSON inside a JSON string."""
    messages = answer.get("general_msg_list")
    messages = _list_in(messages) if isinstance(messages, str) else messages
    offset = string(answer.get("next_offset"))
    return Listing(
        items=tuple(_messages(messages.get("list") if isinstance(messages, dict) else None)),
        cursor=offset or None,
        more=string(answer.get("can_msg_continue")) == "1",
        extra={name: answer[name] for name in ("ret", "msg_count") if isinstance(answer.get(name), int)},
    )


def has_messages(record: Record) -> bool:
    """Whether an object is a message, or has a list of them (what stands in the string of `general_msg_list`)."""
    rows = record["list"] if isinstance(record.get("list"), list) else [record]
    return any(isinstance(row, dict) and "comm_msg_info" in row for row in rows)


def messages(record: Record) -> Listing:
    """The articles of a message, or of a list of them, that somebody took out of an answer."""
    return Listing(items=tuple(_messages(record.get("list", record))))


def _messages(messages: object) -> Iterator[ListItem]:
    """The articles of messages: the first of each, and those sent along with it."""
    for record in records(messages):
        common = record.get("comm_msg_info")
        time = common.get("datetime") if isinstance(common, dict) else None
        first = record.get("app_msg_ext_info")
        if not isinstance(first, dict):
            continue  # a message of text or one picture: no article
        for entry in (first, *records(first.get("multi_app_msg_item_list"))):
            item = list_item(
                entry.get("content_url"),
                title=entry.get("title"),
                time=time,
                kind=entry.get("item_show_type"),
                summary=entry.get("digest"),
                author=entry.get("author"),
            )
            if item:
                yield item


def platform_answer(answer: Record) -> Listing:
    """An answer of the platform's own list: `app_msg_list`, or three levels of JSON strings (`publish_page`)."""
    entries = list(records(answer.get("app_msg_list")))
    published = answer.get("publish_page")
    published = _list_in(published) if isinstance(published, str) else published
    total = answer.get("app_msg_cnt")
    if isinstance(published, dict):
        total = published.get("total_count")
        for entry in records(published.get("publish_list")):
            info = entry.get("publish_info")
            info = read_json(info) if isinstance(info, str) else info
            if isinstance(info, dict):
                entries.extend(records(info.get("appmsgex")))
    items = [item for entry in entries if (item := _platform_item(entry))]
    return Listing(items=tuple(items), extra={"total": total} if isinstance(total, int) else {})


def _platform_item(record: Record) -> ListItem | None:
    return list_item(
        record.get("link"),
        title=_HIT.sub("", string(record.get("title"))),
        time=record.get("create_time") or record.get("update_time"),
        kind=record.get("item_show_type"),
        summary=record.get("digest"),
        author=record.get("author_name"),
        keys={"mid": record.get("appmsgid"), "idx": record.get("itemidx")},
        extra={"is_deleted": True} if record.get("is_deleted") else {},
    )


def account_answer(answer: Record) -> Listing:
    """A `searchbiz` answer: accounts, not articles."""
    items = [
        ListItem(title=one_line(string(record.get("nickname"))), keys={"biz": string(record.get("fakeid"))})
        for record in records(answer.get("list"))
    ]
    return Listing(items=tuple(items))
