"""What a site module provides: one `Site` value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from newsarchive.items.record import SiteName
from newsarchive.items.verdict import Verdict
from newsarchive.records.page import Page, Reading


def host_of(url: str) -> str:
    """The host of a URL in small letters; empty where there is none, or the URL cannot be taken apart."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Link:
    """A URL that names an article: its identity, the site's key parts, and the one URL to store for it."""

    site: SiteName
    identity: str
    url: str
    keys: Mapping[str, str] = field(default_factory=dict)
    kind: Verdict = Verdict.ARTICLE


@dataclass(frozen=True, slots=True)
class Site:
    """One site, as data and pure functions.

    `title` is the site's name as its readers write it. `hosts` are the hosts whose pages are read by this module
    (a leading dot stands for all subdomains). `identify` returns None for a URL that names no article of the site.
    `recognises` tells by content whether a page without a URL is this site's. `image_key` maps a picture's URL to the
    site's own name of it, the same for every size and format.
    """

    name: SiteName
    title: str
    hosts: tuple[str, ...]
    identify: Callable[[str], Link | None]
    recognises: Callable[[bytes], bool]
    read: Callable[[Page], Reading]
    image_key: Callable[[str], str]

    def owns(self, url: str) -> bool:
        """Whether a URL is on one of the site's hosts."""
        return self.has_host(host_of(url))

    def has_host(self, host: str) -> bool:
        """Whether a host (in small letters) is one of the site's."""
        return any(host == known or (known.startswith(".") and host.endswith(known)) for known in self.hosts)
