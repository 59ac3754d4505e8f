"""ithome's ids and addresses.

An article has one number, whatever the address: `/1/008/914.htm` is 1008914. Ids passed one million in September 2026;
promotions on lapin.ithome.com share the numbers.
"""

from __future__ import annotations

import re

from newsarchive.sites.shared.urls import parts_on
from newsarchive.sites.site import Link, host_of

_GROUPS = re.compile(r"^/(\d{1,6})/(\d{3})/(\d{3})\.html?$")
_USUAL = re.compile(r"https://www\.ithome\.com/(0|[1-9]\d{0,5})/(\d{3})/(\d{3})\.htm", re.ASCII)
"""The form of today, by which nearly all are known: a quarter of the time."""
_SINGLE = re.compile(r"^/(?:html|live)/(?:[A-Za-z][\w-]*/)?(\d{1,12})\.html?$")
_INTERFACE = re.compile(r"^/(?:json/newscontent/(\d{1,12})|xml/newscontent/(\d{1,9})/(\d{3})\.xml)$")
_PROMOTIONS = ("lapin.ithome.com", "zuihuimai.com")


def is_number(text: str) -> bool:
    """Whether a text can be an article's number."""
    return text.isdecimal() and len(text) <= 12 and int(text) > 0


def link_of(number: str | int) -> Link:
    """The link to an article by its number, in the form of the desktop pages since 2019."""
    value = int(number)
    url = f"https://www.ithome.com/{value // 10**6}/{value // 1000 % 1000:03d}/{value % 1000:03d}.htm"
    return Link("ithome", f"ithome:{value}", url, {"id": str(value)})


def identify(url: str) -> Link | None:
    """The article that a URL names: desktop, mobile, live, promotion, the form until 2019, and the interfaces' own."""
    if usual := _USUAL.fullmatch(url):
        number = int("".join(usual.groups()))
        return link_of(number) if number else None
    if (parts := parts_on("ithome.com", url)) is None:
        return None
    match = _GROUPS.match(parts.path) or _SINGLE.match(parts.path) or _INTERFACE.match(parts.path)
    number = int("".join(group for group in match.groups() if group)) if match else 0
    return link_of(number) if number else None


def is_promotion(url: str) -> bool:
    """Whether a URL is on one of the hosts that only hold shopping promotions."""
    return host_of(url).endswith(_PROMOTIONS)


def image_key(url: str) -> str:
    """A picture's host and path, without the CDN's processing: the query, or `@s_2,w_820` after the extension (to 2019)."""
    rest = url.partition("://")[2] or url.removeprefix("//")
    return rest.partition("?")[0].partition("@")[0]


def image_original(url: str) -> str:
    """A picture's address without the CDN's processing, which scales, re-encodes and prints marks on it."""
    return url.partition("?")[0].partition("@")[0]
