"""What others offer as ways to articles of mp.weixin.qq.com: feeds, link tables, catalogues.

Only links, titles and dates are taken from them: a feed's content may be somebody's stored verification page.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from newsarchive.parsing.feeds import read_feed
from newsarchive.parsing.json_text import rows_of, text_at
from newsarchive.parsing.text import one_line
from newsarchive.records.listing import Listing
from newsarchive.sites.weixin.items import list_item, records, string
from newsarchive.sites.weixin.urls import identify, link_of

_ACCOUNT_ID = re.compile(rb"\bgh_[0-9a-zA-Z]{6,20}\b")
_LINK_COLUMNS = ("url", "link", "content_url", "链接", "文章链接", "地址")
_TITLE_COLUMNS = ("title", "标题", "文章标题")
_TIME_COLUMNS = ("time", "date", "published_at", "publish_time", "create_time", "时间", "发布时间", "日期")


def feed(content: bytes) -> Listing | None:
    """An RSS or Atom feed of articles; None for what is none."""
    found = read_feed(content)
    if found is None:
        return None
    head = content[: max(content.find(b"<item"), content.find(b"<entry"), 0)]
    account_id = _ACCOUNT_ID.search(head)
    items = (
        list_item(
            _address(entry.link, entry.guid),
            title=entry.title,
            time=entry.published,
            summary=entry.description,
            author=entry.author,
        )
        for entry in found.entries
    )
    return Listing(
        account=found.title or None,
        account_id=account_id[0].decode() if account_id else None,
        items=tuple(filter(None, items)),
        cut=found.cut,
    )


def _address(link: str, guid: str) -> str:
    """Where an entry leads: feeds of some programs link to their own copy and name the article beside it."""
    return guid if identify(guid) and not identify(link) else link or guid


def json_feed(answer: Mapping[str, Any]) -> Listing:
    """A JSON Feed of an account's articles."""
    return channel_answer(answer["items"]).model_copy(
        update={"account": one_line(string(answer.get("title"))) or None}
    )


def shelf_answer(answer: Mapping[str, Any]) -> Listing:
    """An answer of WeRead's list of an account (2026): `originalId` is the token of the short link."""
    items = []
    for group in records(answer.get("reviews")):
        for review in rows_of([entry.get("review") for entry in records(group.get("subReviews"))]):
            for info in rows_of([review.get("mpInfo")]):
                link = link_of({"short": string(info.get("originalId")).replace("~", "_")})
                url = link.url if link else ""
                items.append(list_item(url, title=info.get("title"), time=review.get("createTime")))
    return Listing(items=tuple(filter(None, items)))


def channel_answer(rows: object) -> Listing:
    """A catalogue of feeds or links: rows with a title, an address and a time, under whatever capitals."""
    named = ({str(name).lower(): value for name, value in row.items()} for row in rows_of(rows))
    items = (
        list_item(
            text_at(row, "url", "link", "links", "content_url"),
            title=text_at(row, "title", "name"),
            time=text_at(row, "pubdate", "date_published", *_TIME_COLUMNS, "date_modified"),
            summary=text_at(row, "summary"),
        )
        for row in named
    )
    return Listing(items=tuple(filter(None, items)))


def link_table(text: str) -> Listing | None:
    """A CSV list of articles; None where it has no column of links to this site."""
    reader = csv.DictReader(io.StringIO(text, newline=""))
    items = []
    with suppress(csv.Error):  # a damaged row ends the table; the rows before it stand
        names = {name.strip().lower(): name for name in reader.fieldnames or () if name}
        url, title, time = (
            next((names[column] for column in known if column in names), "")
            for known in (_LINK_COLUMNS, _TITLE_COLUMNS, _TIME_COLUMNS)
        )
        for row in reader if url else ():
            item = list_item(row.get(url), title=row.get(title), time=row.get(time))
            if item and item.url:
                items.append(item)
    return Listing(items=tuple(items)) if items else None
