"""36kr.com (36氪), its gateway and its dated files (openclaw.36krcdn.com)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newsarchive.records.listing import Listing, ListItem
from newsarchive.records.page import Reading
from newsarchive.sites.kr36.urls import created_at, identify, image_key, image_original, names_of
from newsarchive.sites.site import SLASH, DayLists, Site


def details(_: Reading, of: Listing | ListItem) -> Mapping[str, Any]:
    """How a list goes on, as the gateway says it."""
    if isinstance(of, ListItem) or not of.cursor:
        return {}
    return {"list": {"pageCallback": of.cursor, "hasNextPage": int(of.more)}}


SITE = Site(
    name="36kr",
    title="36氪",
    hosts=("36kr.com", ".36kr.com", ".36krcdn.com"),
    reader=f"{__name__}.reader",
    identify=identify,
    image_key=image_key,
    # www: the bare domain has answered feeds with a challenge since August 2026.
    sources={
        "https://www.36kr.com/feed": 20,
        "https://www.36kr.com/feed-article": 60,
        "https://www.36kr.com/feed-newsflash": 20,
        "https://www.36kr.com/information/web_news/": 60,
    },
    delays={"img.36krcdn.com": 2.0},
    # Until about 2018 pictures were on pic.36krcnd.com.
    image_hosts=(".36krcnd.com",),
    image_original=image_original,
    image_referrer="https://www.36kr.com/",
    names_of=names_of,
    created_at=lambda link: created_at(link.keys["id"]),
    # At most 15 articles a day, but open; a day without one is no fault.
    day_lists=DayLists("https://openclaw.36krcdn.com/media/hotlist/{}/24h_hot_list.json".format, owed=False),
    details=details,
    dateline=r"^((?:近日|日前|今日|今天|昨日|近期)，)?(?:据\s?)?36\s?(?:氪|Kr)(?:独家)?(?:获悉|讯)[，,：:]\s*",
    boilerplate=r"(?:神译局|硬氪|智能涌现)是36氪旗下|36氪(?:出海)?(?:经授权|致力于|介绍过)",
    almost_article=rf"36kr\.com{SLASH}(?:zh/)?(?:p|newsflashes|video){SLASH}",
)
