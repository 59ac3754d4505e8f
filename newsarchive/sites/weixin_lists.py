"""Pages and answers of mp.weixin.qq.com that lead to articles: albums, account pages, list answers, feeds, link lists."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from newsarchive.items import Listing, ListItem, Verdict
from newsarchive.parsing.dates import from_epoch, parse
from newsarchive.parsing.jsliteral import parse_at
from newsarchive.parsing.text import decode_entities, one_line, plain
from newsarchive.sites.weixin_page import WeixinPage, parse_fragment
from newsarchive.sites.weixin_urls import identify, unescape_url

Record = Mapping[str, Any]

_KINDS = {"5": Verdict.VIDEO, "7": Verdict.AUDIO, "8": Verdict.IMAGE_POST, "10": Verdict.TEXT_POST}
_ACCOUNT_ID = re.compile(r"gh_[0-9a-zA-Z_-]{6,20}")
_HIT = re.compile(r"</?em>")
_LINK_COLUMNS = ("url", "link", "content_url", "链接", "文章链接", "地址")
_TITLE_COLUMNS = ("title", "标题", "文章标题")
_TIME_COLUMNS = ("time", "date", "published_at", "publish_time", "create_time", "时间", "发布时间", "日期")


def album_page(page: WeixinPage) -> Listing:
    """An album's HTML page: its first ten articles."""
    data = page.object(b"window.cgiData")
    items = [item for record in _records(data.get("articleList")) if (item := _album_item(record))]
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
    count = _string(data.get("article_count"))
    more = count.isdecimal() and len(items) < int(count)
    extra = {
        "album_id": _string(data.get("albumId")),
        "article_count": count,
        "is_reverse": _string(data.get("is_reverse")),
        "continue_flag": "1" if more else "0",
    }
    return Listing(
        title=one_line(_string(data.get("title"))) or None,
        account=one_line(_string(data.get("nick_name"))) or None,
        account_id=_string(data.get("user_name")) or None,
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
    items = [item for record in _records(answer.get("article_list")) if (item := _album_item(record))]
    names = ("album_id", "article_count", "is_reverse", "is_first_screen")
    extra = {name: _string(base.get(name)) for name in names if _string(base.get(name))}
    for name in ("continue_flag", "reverse_continue_flag", "verify_status"):
        if flag := _string(answer.get(name)):
            extra[name] = flag
    return Listing(
        title=one_line(_string(base.get("title"))) or None,
        account=one_line(_string(base.get("nickname") or base.get("nick_name"))) or None,
        account_id=_string(base.get("username") or base.get("user_name")) or None,
        items=tuple(items),
        cursor=_album_cursor(items),
        more=_string(answer.get("continue_flag")) == "1",
        extra=extra,
    )


def _album_item(record: Record) -> ListItem | None:
    extra = {}
    if position := _string(record.get("pos_num")):
        extra["position"] = position
    item = _item(
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


def account_page(page: WeixinPage) -> Listing:
    """An account's page: its history as a search engine or the client showed it (`var msgList`, 2018)."""
    messages = _message_list(page)
    records = messages.get("list") if isinstance(messages, dict) else None
    nickname = page.content.find(b"profile_nickname")
    name = ""
    if nickname >= 0:
        start = page.content.rfind(b"<", 0, nickname)
        root = parse_fragment(page.content[start : start + 2000])
        name = one_line(root[0].text) if root is not None and len(root) else ""
    biz = page.text(b"var biz", b"var __biz", b"window.biz")
    return Listing(
        account=name or one_line(page.text(b"var nickname")) or None,
        account_id=page.text(b"var user_name", b"var username") or None,
        items=tuple(_messages(records)),
        extra={"biz": biz} if biz else {},
    )


def _message_list(page: WeixinPage) -> Any:  # noqa: ANN401
    """The value of `var msgList`: JSON, bare (2018) or escaped for HTML inside a string."""
    start = page.content.find(b"var msgList")
    start = page.content.find(b"=", start) + 1 if start >= 0 else 0
    if not start:
        return None
    end = page.content.find(b"</script", start)
    text = page.content[start : end if end >= 0 else None].decode("utf-8", "replace").lstrip()
    try:
        if text[:1] == "{":
            return json.JSONDecoder().raw_decode(text)[0]
        value, _ = parse_at(text)
    except (ValueError, RecursionError):
        return None
    return loads(decode_entities(value)) if isinstance(value, str) else value


def moved_to(page: WeixinPage) -> Listing | None:
    """Where a notice says that the account has moved with its articles (`transferTargetLink`); None elsewhere."""
    target = page.text(b"var transferTargetLink", b"window.transferTargetLink")
    item = _item(target) if target else None
    return Listing(items=(item,)) if item and item.url else None


def message_answer(answer: Record) -> Listing:
    """A `profile_ext?action=getmsg` answer: the list is JSON inside a JSON string."""
    messages = answer.get("general_msg_list")
    messages = loads(messages) if isinstance(messages, str) else messages
    offset = _string(answer.get("next_offset"))
    return Listing(
        items=tuple(_messages(messages.get("list") if isinstance(messages, dict) else None)),
        cursor=offset or None,
        more=_string(answer.get("can_msg_continue")) == "1",
        extra={name: answer[name] for name in ("ret", "msg_count") if isinstance(answer.get(name), int)},
    )


def _messages(records: object) -> Iterator[ListItem]:
    """The articles of messages: the first of each, and those sent along with it."""
    for record in _records(records):
        common = record.get("comm_msg_info")
        time = common.get("datetime") if isinstance(common, dict) else None
        first = record.get("app_msg_ext_info")
        if not isinstance(first, dict):
            continue  # a message of text or one picture: no article
        for entry in (first, *_records(first.get("multi_app_msg_item_list"))):
            item = _item(
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
    records = list(_records(answer.get("app_msg_list")))
    published = answer.get("publish_page")
    published = loads(published) if isinstance(published, str) else published
    total = answer.get("app_msg_cnt")
    if isinstance(published, dict):
        total = published.get("total_count")
        for entry in _records(published.get("publish_list")):
            info = entry.get("publish_info")
            info = loads(info) if isinstance(info, str) else info
            if isinstance(info, dict):
                records.extend(_records(info.get("appmsgex")))
    items = [item for record in records if (item := _platform_item(record))]
    return Listing(items=tuple(items), extra={"total": total} if isinstance(total, int) else {})


def _platform_item(record: Record) -> ListItem | None:
    return _item(
        record.get("link"),
        title=_HIT.sub("", _string(record.get("title"))),
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
        ListItem(title=one_line(_string(record.get("nickname"))), keys={"biz": _string(record.get("fakeid"))})
        for record in _records(answer.get("list"))
    ]
    return Listing(items=tuple(items))


def channel_answer(rows: Iterable[object]) -> Listing:
    """A catalogue of feeds or links: rows with a title, an address and a time, under whatever capitals."""
    items = []
    for row in rows:
        if not isinstance(row, dict):
            continue
        fields = {str(name).lower(): value for name, value in row.items()}
        url = next(
            (fields[name] for name in ("url", "link", "links", "content_url") if fields.get(name)), None
        )
        time = next(
            (fields[name] for name in ("pubdate", "date_published", *_TIME_COLUMNS) if fields.get(name)), None
        )
        if item := _item(
            url, title=fields.get("title") or fields.get("name"), time=time, summary=fields.get("summary")
        ):
            items.append(item)
    return Listing(items=tuple(items))


def link_table(text: str) -> Listing | None:
    """A CSV list of articles; None where it has no column of links to this site."""
    reader = csv.DictReader(io.StringIO(text, newline=""))
    names = {name.strip().lower(): name for name in reader.fieldnames or () if name}
    url, title, time = (
        next((names[column] for column in columns if column in names), None)
        for columns in (_LINK_COLUMNS, _TITLE_COLUMNS, _TIME_COLUMNS)
    )
    if not url:
        return None
    items = []
    try:
        for row in reader:
            item = _item(
                row.get(url), title=row.get(title) if title else "", time=row.get(time) if time else None
            )
            if item and item.url:
                items.append(item)
    except csv.Error:
        pass  # a damaged row ends the table; the rows before it stand
    return Listing(items=tuple(items)) if items else None


def feed(content: bytes) -> Listing | None:
    """An RSS or Atom feed of articles; its content is never taken for the article itself."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None:
        return None
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rsplit("}", 1)[-1]
    entries = [*root.iter("item"), *root.iter("entry")]
    if root.tag not in {"rss", "feed", "RDF"}:
        return None
    channel = next(root.iter("channel"), root)
    names = " ".join(
        filter(None, (channel.findtext("image/title"), channel.findtext("link"), channel.findtext("id")))
    )
    account_id = _ACCOUNT_ID.search(names)
    return Listing(
        account=one_line(channel.findtext("title")) or None,
        account_id=account_id[0] if account_id else None,
        items=tuple(item for entry in entries if (item := _feed_item(entry))),
    )


def _feed_item(entry: Any) -> ListItem | None:  # noqa: ANN401
    link = entry.findtext("link") or next(
        (node.get("href") for node in entry.findall("link") if node.get("href")), None
    )
    summary = entry.findtext("description") or entry.findtext("summary")
    time = next(
        (text for name in ("pubDate", "published", "updated", "date") if (text := entry.findtext(name))), None
    )
    return _item(
        link or entry.findtext("guid") or entry.findtext("id"),
        title=entry.findtext("title"),
        time=time,
        summary=summary,
        author=entry.findtext("author") or entry.findtext("creator"),
    )


def _item(
    url: object,
    *,
    title: object = "",
    time: object = None,
    kind: object = None,
    summary: object = None,
    author: object = None,
    keys: Record | None = None,
    extra: dict[str, Any] | None = None,
) -> ListItem | None:
    """One entry: canonical where its link names an article, else as found; None where it leads nowhere."""
    address = unescape_url(_string(url))
    if address.startswith("/"):
        address = urljoin("https://mp.weixin.qq.com/", address)
    if address and not address.startswith(("http://", "https://")):
        address = ""
    link = identify(address) if address else None
    words = plain(_string(title))
    if not address and not words:
        return None
    text = _string(time).strip()
    at = from_epoch(text) if text.isdecimal() else None
    moment = None if at or text.isdecimal() else parse(text)
    known = {name: _string(value) for name, value in (keys or {}).items() if _string(value)}
    return ListItem(
        url=link.url if link else address or None,
        identity=link.identity if link else None,
        keys={**known, **(link.keys if link else {})},
        title=words,
        kind=_KINDS.get(_string(kind), Verdict.ARTICLE),
        published_at=at or (moment.at if moment else None),
        published_text=text or None,
        summary=plain(_string(summary)) or None,
        author=one_line(_string(author)) or None,
        extra=extra or {},
    )


def loads(text: str | bytes) -> Any:  # noqa: ANN401
    """JSON, or None for what is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _records(value: object) -> Iterator[Record]:
    """The objects of a list, or the one object that stands in its place."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        yield from (entry for entry in value if isinstance(entry, dict))


def _string(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)
