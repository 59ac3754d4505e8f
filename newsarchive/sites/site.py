"""What newsarchive knows of a site: one `Site` value, from which all other rooms take what is special to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from typing import Any, Literal
from urllib.parse import urlsplit

from newsarchive.items.article import Article
from newsarchive.items.record import SiteName
from newsarchive.items.verdict import Verdict
from newsarchive.records.listing import Listing, ListItem
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
class DayLists:
    """A site's lists by day: the address of the one of a day, and whether the site owes one for every day."""

    url: Callable[[date], str]
    owed: bool = True


SLASH = r"[^\S\n]?(?:[/\\／]|%2F)"
"""A slash in an address, also as people mistype it and programs write it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Site:
    """One site, as data and pure functions.

    What every site has:

    - `name` is what the archive calls it, `title` what its readers do.
    - `hosts`, whose pages are its own (a leading dot stands for all subdomains).
    - `reader`: the module that reads them, with two functions: `recognises` tells by its content whether a page without a URL
      is surely this site's, `read` all that a page is and says.
    - `identify`: the article that a URL names; None for a URL that names none of the site.
    - `image_key`: the site's own name of the picture at a URL, the same for every size and format.

    What a crawl begins with, as defaults of the settings:

    - `sources`: its lists, each with the least time between two readings, in minutes.
    - `delays`: the pause between two requests to a host, in seconds.
    - `robots_exceptions`: hosts whose robots.txt forbids all, each with the reason why it is not obeyed.

    How it serves its pictures:

    - `image_hosts`: hosts that hold them, beside the site's own; nothing else is asked of them.
    - `image_original`: the address of the largest form of the picture at a URL, as it was uploaded.
    - `image_referrer`: what the picture's host is told as the page that shows it.
    - `image_placeholder`: whether those hosts may answer with another picture ("not to be quoted") instead of an error.

    What other sites do without:

    - `publisher`: which field of an attribution names who published an article, beside the author.
    - `provisional`: by key part, how an identity begins that is only that part, until a page has said which article it is.
    - `names_of`: other names that the key parts of an article, or of an original, give it.
    - `created_at`: the time in an article's number; no article is older.
    - `day_lists`: its lists by day.
    - `number_of`, `numbered`: an article's place in the one row of numbers that a site counts its articles with, and the link to the
      one with a number. Numbers rise with time; not every one need be an article.
    - `waiting`: what a crawl has to be told that is to fetch no more than what waits.
    - `position_of`: the place that an entry has in its list, where the list numbers its places.
    - `listed_in`: the addresses of the lists in which an article says that it stands, as crawls ask for them.
    - `details`: what `newsarchive parse` says of a list or of one of its items in the site's own words.
    - `video_key`: what the site calls the id of a video.
    - `dateline`: pattern of the words before its news that name the site and the day; its first group stays.
    - `boilerplate`: pattern of how sentences begin that tell of the site and stand in many of its articles.
    - `almost_article`: pattern of what is meant to be an article's address, up to where it tells which.
    - `keeps_links`: whether texts are written in an editor of its own, which keeps links to its own hosts and refuses all others.
    - `whole_path`: pattern of a path in small letters with which an address ends, whatever follows.
    """

    name: SiteName
    title: str
    hosts: tuple[str, ...]
    reader: str
    identify: Callable[[str], Link | None]
    image_key: Callable[[str], str]
    sources: Mapping[str, float] = field(default_factory=dict)
    delays: Mapping[str, float] = field(default_factory=dict)
    robots_exceptions: Mapping[str, str] = field(default_factory=dict)
    image_hosts: tuple[str, ...] = ()
    image_original: Callable[[str], str] = lambda url: url
    image_referrer: str = ""
    image_placeholder: bool = False
    publisher: Literal["source", "account"] = "source"
    provisional: Mapping[str, str] = field(default_factory=dict)
    names_of: Callable[[Mapping[str, str]], tuple[str, ...]] = lambda _: ()
    created_at: Callable[[Link], datetime | None] = lambda _: None
    day_lists: DayLists | None = None
    number_of: Callable[[Link], int | None] = lambda _: None
    numbered: Callable[[int], Link | None] = lambda _: None
    waiting: str = ""
    position_of: Callable[[ListItem], int | None] = lambda _: None
    listed_in: Callable[[Article], tuple[str, ...]] = lambda _: ()
    details: Callable[[Reading, Listing | ListItem], Mapping[str, Any]] = lambda *_: {}
    video_key: str = "id"
    dateline: str = ""
    boilerplate: str = ""
    almost_article: str = ""
    keeps_links: bool = False
    whole_path: str = ""

    def recognises(self, content: bytes) -> bool:
        """Whether a page without a URL is surely this site's."""
        return bool(import_module(self.reader).recognises(content))

    def read(self, page: Page) -> Reading:
        """What a page is and says. The reader is imported with the first page: it takes a tenth of a second."""
        reading: Reading = import_module(self.reader).read(page)
        return reading

    def owns(self, url: str) -> bool:
        """Whether a URL is on one of the site's hosts."""
        return self.has_host(host_of(url))

    def has_host(self, host: str) -> bool:
        """Whether a host (in small letters) is one of the site's."""
        return _is_among(self.hosts, host)

    def has_image_host(self, host: str) -> bool:
        """Whether a host (in small letters) may hold pictures of the site."""
        return self.has_host(host) or _is_among(self.image_hosts, host)


def _is_among(hosts: tuple[str, ...], host: str) -> bool:
    return any(host == known or (known.startswith(".") and host.endswith(known)) for known in hosts)
