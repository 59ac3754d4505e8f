"""What travels with a request: noted by the stations that its answer passes, read where the page is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scrapy import Request
from scrapy.http import Response

from newsarchive.items.article import RawReference
from newsarchive.records.page import Reading

KEY = "newsarchive"
"""The one key of ours in Scrapy's `meta`, which a request shares with its answer."""


@dataclass(slots=True)
class PageContext:
    """What is known of the answer to a request.

    `fetched_at` and `raw` say when it came and where it is kept, `reading` what it was judged to be. `judged_by_address`: that
    is so by the address to which it leads, not by its own words; `moved_to` is that address where it is off the site.
    `asked_for_rest`: the host is left alone because of it. `picture`: a picture was asked for, or what a picture's host allows.
    `unpacked` is the answer's body between where it is kept and where it is unpacked, so that it is decoded once.
    """

    fetched_at: datetime | None = None
    raw: RawReference | None = None
    reading: Reading | None = None
    judged_by_address: bool = False
    moved_to: str = ""
    asked_for_rest: bool = False
    picture: bool = False
    unpacked: bytes | None = None


def context_of(page: Request | Response) -> PageContext:
    """What is known of a request's answer, empty at first."""
    context: PageContext | None = page.meta.get(KEY)
    if context is None:
        page.meta[KEY] = context = PageContext()
    return context
