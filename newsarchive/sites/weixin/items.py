"""One entry of any list that leads to articles of mp.weixin.qq.com, and the loose shapes that lists come in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from newsarchive.items.verdict import Verdict
from newsarchive.parsing.dates import Moment, from_epoch, parse
from newsarchive.parsing.inline_markup import plain
from newsarchive.parsing.json_text import rows_of
from newsarchive.parsing.text import one_line
from newsarchive.parsing.urls import absolute, is_web_address
from newsarchive.records.listing import ListItem
from newsarchive.sites.shared.readings import linked_item
from newsarchive.sites.weixin.urls import identify, unescape_url

Record = Mapping[str, Any]

_KINDS = {
    "5": Verdict.VIDEO,
    "6": Verdict.AUDIO,
    "7": Verdict.AUDIO,
    "8": Verdict.IMAGE_POST,
    "10": Verdict.TEXT_POST,
}
"""By `item_show_type`, the site's own table (2026); 0, 11 and 17 are read as articles."""


def kind_of(show_type: object) -> Verdict:
    """The kind that the site itself says."""
    return _KINDS.get(string(show_type), Verdict.ARTICLE)


def list_item(
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
    """One entry, its link absolute but as written; None where it leads nowhere."""
    address = unescape_url(string(url))
    if address.startswith("/"):
        address = absolute(address, "https://mp.weixin.qq.com/") or ""
    if address and not is_web_address(address):
        address = ""
    link = identify(address) if address else None
    words = plain(string(title))
    if not address and not words:
        return None
    text = string(time).strip()
    at = from_epoch(text) if text.isdecimal() else None
    known = {name: string(value) for name, value in (keys or {}).items() if string(value)}
    return linked_item(
        link,
        address or None,
        words,
        Moment(at) if at else None if text.isdecimal() else parse(text),
        text,
        keys={**known, **(link.keys if link else {})},
        kind=kind_of(kind),
        summary=plain(string(summary)) or None,
        author=one_line(string(author)) or None,
        extra=extra or {},
    )


def records(value: object) -> Iterator[Record]:
    """The objects of a list, or the one object that stands in its place."""
    return iter([value] if isinstance(value, dict) else rows_of(value))


def string(value: object) -> str:
    """A text or number as text; empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)
