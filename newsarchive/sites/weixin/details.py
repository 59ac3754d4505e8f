"""What `newsarchive parse` says of lists in the site's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newsarchive.items.verdict import Verdict
from newsarchive.records.listing import Listing, ListItem
from newsarchive.records.page import Reading


def details(reading: Reading, of: Listing | ListItem) -> Mapping[str, Any]:
    """The group of values in which a list or album of the site goes on, and what its entries' values are called there."""
    extra = of.extra
    if isinstance(of, ListItem):
        if reading.verdict is not Verdict.ALBUM:
            return {"digest": of.summary} if of.summary else {}
        position = str(extra.get("position", ""))
        return {"create_time": of.published_at} | ({"pos": int(position)} if position.isdecimal() else {})
    if reading.verdict is Verdict.ALBUM:
        names = ("article_count", "is_reverse", "continue_flag")
        return {"album": {"id": extra.get("album_id"), **{name: extra.get(name) for name in names}}}
    if reading.verdict is Verdict.ACCOUNT_PAGE:
        whole = {"biz": extra.get("biz"), "mid": None, "idx": None, "sn": None}
        return {"identity": whole} if whole["biz"] else {}
    if "msg_count" not in extra:
        return {}
    return {
        "list": {
            "ret": extra.get("ret"),
            "can_msg_continue": int(of.more),
            "msg_count": extra["msg_count"],
            "next_offset": int(of.cursor) if of.cursor else None,
        }
    }
