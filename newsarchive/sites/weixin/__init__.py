"""mp.weixin.qq.com: articles, posts and lists of WeChat official accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newsarchive.items.article import Article
from newsarchive.items.verdict import Verdict
from newsarchive.records.listing import Listing, ListItem
from newsarchive.records.page import Reading
from newsarchive.sites.site import SLASH, Site
from newsarchive.sites.weixin.urls import HOST, album_url, identify, image_key, image_original, names_of


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


def position_of(item: ListItem) -> int | None:
    """The place that an album gives an article, counted from its first one."""
    position = str(item.extra.get("position", ""))
    return int(position) if position.isdecimal() else None


def listed_in(article: Article) -> tuple[str, ...]:
    """The albums that an article's page names."""
    return tuple(album_url(str(album)) for album in article.extra.get("albums") or ())


SITE = Site(
    name="weixin",
    title="微信公众号",
    hosts=(HOST,),
    reader=f"{__name__}.reader",
    identify=identify,
    image_key=image_key,
    # The pace at which public crawlers of the site stayed unchallenged.
    delays={HOST: 10.0, "mmbiz.qpic.cn": 2.0},
    robots_exceptions={
        HOST: "its robots.txt forbids every article to everybody; only articles that an editor lists are fetched, "
        "slowly, one at a time"
    },
    image_hosts=(".qpic.cn", ".qlogo.cn"),
    image_original=image_original,
    # A page of another host gets the placeholder (reports of 2024 to 2026).
    image_referrer=f"https://{HOST}/",
    image_placeholder=True,
    publisher="account",
    provisional={"short": "weixin:s:"},
    names_of=names_of,
    waiting="-a waiting=1",
    position_of=position_of,
    listed_in=listed_in,
    details=details,
    video_key="vid",
    keeps_links=True,
    almost_article=rf"mp\.weixin\.qq\.com(?::\d+)?{SLASH}(?:s(?:{SLASH}|[?？#])|mp/appmsg(?:/show|album)\b)",
    whole_path=r"/s/[a-z0-9_~-]{22}",
)
