"""What a page is, whichever site it is from."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from newsarchive.items.record import SiteName
from newsarchive.items.verdict import ARTICLE_KINDS, Verdict
from newsarchive.parsing.plain_markup import is_html, is_plain, written_out
from newsarchive.parsing.saved_copy import opened
from newsarchive.records.page import Page, Reading
from newsarchive.sites import SITES, Site
from newsarchive.sites.shared.truncation import is_cut_off
from newsarchive.sites.site import host_of

_UNREAD = frozenset({Verdict.EMPTY, Verdict.OTHER})
_SPOILT_BY_A_CUT = ARTICLE_KINDS | {Verdict.ACCOUNT_PAGE}
"""What half a page must not be taken for; an account page is told by a name that articles have too."""
MOST_TAGS = 75_000
"""A page of more is made to take memory: the largest real pages have 36,000, feeds 10,000. A million in a few packed
kilobytes would become a gigabyte."""
MOST_VALUES = 300_000
"""The same for values of JSON and scripts, which commas and brackets part: real pages have 10,000."""


def overfull(body: bytes) -> str | None:
    """What a page has too much of to be read in bounded memory and time, if it has."""
    # A page with fewer bytes has fewer of them, and nearly all have.
    if len(body) > MOST_TAGS and (tags := body.count(b"<")) > MOST_TAGS:
        return f"{tags} tags"
    if len(body) > MOST_VALUES and (values := sum(map(body.count, (b",", b"[", b"{")))) > MOST_VALUES:
        return f"{values} values"
    return None


def site_of(page: Page, hint: SiteName | None = None) -> Site | None:
    """The site a page is from: by its URL's host, else by `hint`, else by its content (saved pages lack a URL)."""
    if page.url and (host := host_of(page.url)):
        for site in SITES.values():
            if site.has_host(host):
                return site
    if hint:
        return SITES[hint]
    return next((site for site in SITES.values() if site.recognises(page.content)), None)


def read(page: Page, hint: SiteName | None = None) -> Reading:
    """What a page is and all that can be read from it, whoever has saved it, in whatever form.

    Never raises, whatever the bytes and the URL are. A page whose end is missing is `empty`, never an article: half an
    article would replace a whole one.
    """
    try:
        if page.url:
            urlsplit(page.url)
    except ValueError:
        page = replace(page, url="")
    page = opened(page)
    plain = is_plain(page.content)
    reading = _read(page if plain else replace(page, content=written_out(page.content)), hint)
    if reading.verdict in _SPOILT_BY_A_CUT and is_cut_off(page.content):
        return replace(reading, verdict=Verdict.EMPTY, article=None, listing=None)
    if plain and reading.verdict in _UNREAD and is_html(page.content) and not is_cut_off(page.content):
        # Only the tags at its top were looked at: further down they may be of another hand.
        again = _read(replace(page, content=written_out(page.content)), hint)
        return reading if again.verdict in _UNREAD else again
    return reading


def _read(page: Page, hint: SiteName | None) -> Reading:
    site = site_of(page, hint)
    return site.read(page) if site else Reading(site=None, verdict=Verdict.OTHER)
