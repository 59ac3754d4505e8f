"""What newsarchive knows of a site: one `Site` value, from which all other rooms take what is special to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Protocol, cast
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


class Reader(Protocol):
    """The module that reads a site's pages."""

    def recognises(self, content: bytes) -> bool:
        """Whether a page without a URL is surely this site's."""

    def read(self, page: Page) -> Reading:
        """What a page is and all that can be read from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One site, as data and pure functions.

    `title` is the site's name as its readers write it. `hosts` are the hosts whose pages are read by this module
    (a leading dot stands for all subdomains). `reader` is the module that reads them (a `Reader`). `identify` returns None
    for a URL that names no article of the site. `image_key` maps a picture's URL to the site's own name of it, the same for
    every size and format.
    """

    name: SiteName
    title: str
    hosts: tuple[str, ...]
    reader: str
    identify: Callable[[str], Link | None]
    image_key: Callable[[str], str]

    def recognises(self, content: bytes) -> bool:
        """Whether a page without a URL is surely this site's."""
        return self._reader.recognises(content)

    def read(self, page: Page) -> Reading:
        """What a page is and all that can be read from it."""
        return self._reader.read(page)

    @property
    def _reader(self) -> Reader:
        """The reader, imported with the first page: most commands read none, and it takes a tenth of a second."""
        return cast("Reader", import_module(self.reader))

    def owns(self, url: str) -> bool:
        """Whether a URL is on one of the site's hosts."""
        return self.has_host(host_of(url))

    def has_host(self, host: str) -> bool:
        """Whether a host (in small letters) is one of the site's."""
        return any(host == known or (known.startswith(".") and host.endswith(known)) for known in self.hosts)
