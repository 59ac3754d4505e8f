"""mp.weixin.qq.com: articles, posts and lists of WeChat official accounts."""

from __future__ import annotations

from newsarchive.sites.site import Site
from newsarchive.sites.weixin.urls import HOST, identify, image_key

SITE = Site(
    name="weixin",
    title="微信公众号",
    hosts=(HOST,),
    reader=f"{__name__}.reader",
    identify=identify,
    image_key=image_key,
)
