"""The registry of sites: everything that newsarchive knows of a site is one `Site` entry made in one package here.

Everything in this package is pure: bytes, URLs and times in, values out.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from newsarchive.items.record import SiteName
from newsarchive.sites.ithome import SITE as ITHOME
from newsarchive.sites.kr36 import SITE as KR36
from newsarchive.sites.site import Link, Site
from newsarchive.sites.weixin import SITE as WEIXIN

SITES: dict[SiteName, Site] = {site.name: site for site in (KR36, ITHOME, WEIXIN)}
"""All sites by name."""

KnownSite: TypeAlias = Literal[*SITES]  # type: ignore[valid-type]
"""The name of one of them, for what a user gives."""

__all__ = ["SITES", "KnownSite", "Link", "Site", "identify"]


def identify(url: str) -> Link | None:
    """The article that a URL names, on whichever site, or None."""
    for site in SITES.values():
        if link := site.identify(url):
            return link
    return None
