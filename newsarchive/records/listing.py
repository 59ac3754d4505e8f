"""Pages that lead to articles: what they list, and that they were read."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from newsarchive.items.record import PublicationTime, Record, Time
from newsarchive.items.verdict import Verdict


class ListItem(Record):
    """One entry of a list, feed, album or archive: a way to an article, with what the list says of it."""

    url: str | None = None
    identity: str | None = None
    keys: dict[str, str] = Field(default_factory=dict)
    title: str = ""
    kind: Verdict = Verdict.ARTICLE
    published_at: PublicationTime = None
    published_text: str | None = None
    summary: str | None = None
    author: str | None = None
    promotion: bool = False
    extra: dict[str, Any] = Field(default_factory=dict)


class Listing(Record):
    """What a list page holds, in its order, and how to go on.

    `cursor` is the site's own continuation value (opaque), `more` whether the site says that there is more.
    """

    title: str | None = None
    account: str | None = None
    account_id: str | None = None
    items: tuple[ListItem, ...] = ()
    cursor: str | None = None
    more: bool = False
    extra: dict[str, Any] = Field(default_factory=dict)


class ListReading(Record):
    """A list was read: when, and the validators for the next conditional request.

    `unfinished` says that further pages of it were still to be read; there are no validators then.
    """

    url: str
    read_at: Time
    etag: str | None = None
    last_modified: str | None = None
    unfinished: bool = False
