"""mp.weixin.qq.com: articles, posts and lists of WeChat official accounts."""

from __future__ import annotations

from newsarchive.sites.site import SLASH, Site
from newsarchive.sites.weixin.details import details
from newsarchive.sites.weixin.urls import HOST, identify, image_key, image_original, names_of

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
    details=details,
    video_key="vid",
    almost_article=rf"mp\.weixin\.qq\.com(?::\d+)?{SLASH}(?:s(?:{SLASH}|[?？#])|mp/appmsg(?:/show|album)\b)",
    whole_path=r"/s/[a-z0-9_~-]{22}",
)
