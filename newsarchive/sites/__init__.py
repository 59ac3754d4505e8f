"""The registry of sites: everything that newsarchive knows of a site is one `Site` entry made in one module here.

Everything in this package is pure: bytes, URLs and times in, values out.
"""

from __future__ import annotations

from newsarchive.items import Page, Reading, SiteName, Verdict
from newsarchive.sites import ithome, kr36, weixin
from newsarchive.sites.site import Link, Site

SITES: dict[SiteName, Site] = {site.name: site for site in (kr36.SITE, ithome.SITE, weixin.SITE)}
"""All sites by name."""

__all__ = ["SITES", "Link", "Site", "identify", "read", "site_of"]


def identify(url: str) -> Link | None:
    """The article that a URL names, on whichever site, or None."""
    for site in SITES.values():
        if link := site.identify(url):
            return link
    return None


def site_of(page: Page, hint: SiteName | None = None) -> Site | None:
    """The site a page is from: by its URL's host, else by `hint`, else by its content (saved pages lack a URL)."""
    for site in SITES.values():
        if site.owns(page.url):
            return site
    if hint:
        return SITES[hint]
    return next((site for site in SITES.values() if site.recognises(page.content)), None)


def read(page: Page, hint: SiteName | None = None) -> Reading:
    """What a page is and all that can be read from it."""
    site = site_of(page, hint)
    return site.read(page) if site else Reading(site=None, verdict=Verdict.OTHER)
