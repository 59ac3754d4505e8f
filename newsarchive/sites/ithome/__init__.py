"""ithome.com (IT之家). Not ithome.com.tw, which is another company's."""

from __future__ import annotations

from newsarchive.sites.ithome.urls import identify, image_key, image_original, link_of
from newsarchive.sites.site import SLASH, DayLists, Site

SITE = Site(
    name="ithome",
    title="IT之家",
    hosts=("ithome.com", ".ithome.com"),
    reader=f"{__name__}.reader",
    identify=identify,
    image_key=image_key,
    sources={
        "https://www.ithome.com/rss/": 30,
        "https://m.ithome.com/api/news/newslistpageget": 30,
        "https://www.ithome.com/list/": 120,
    },
    delays={"www.ithome.com": 2.0, "m.ithome.com": 2.0, "img.ithome.com": 2.0},
    day_lists=DayLists("https://www.ithome.com/list/{}.html".format),
    # Promotions and drafts take numbers too: less than half of them are articles (lists of 2026).
    number_of=lambda link: int(link.keys["id"]),
    numbered=link_of,
    image_original=image_original,
    image_referrer="https://www.ithome.com/",
    dateline=r"^()(?:感谢)?IT\s?之家\s*(?:讯\s*)?(?:\d{1,2}\s*月\s*\d{1,2}\s*日\S{0,2}?\s*)?(?:消息|讯|获悉)\s*[，,：:]?\s*",
    almost_article=rf"ithome\.com{SLASH}(?:\d+{SLASH}\d|html{SLASH})",
)
