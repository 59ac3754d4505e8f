"""mp.weixin.qq.com: articles of WeChat official accounts."""

from __future__ import annotations

from newsarchive.items import Page, Reading, Verdict
from newsarchive.sites.site import Link, Site


def identify(_url: str) -> Link | None:
    """The article that a URL names."""
    return None


def recognises(_content: bytes) -> bool:
    """Whether a page without a URL is from mp.weixin.qq.com."""
    return False


def read(_page: Page) -> Reading:
    """What a page is and all that can be read from it."""
    return Reading(site="weixin", verdict=Verdict.OTHER)


def image_key(url: str) -> str:
    """The site's own name of a picture."""
    return url


SITE = Site("weixin", "微信公众号", ("mp.weixin.qq.com",), identify, recognises, read, image_key)
