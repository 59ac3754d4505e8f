"""Pages that lead to articles: what they list, and that they were read."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from newsarchive.items.record import PublicationTime, Record, SiteName, Time
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

    `cursor` is the site's own continuation value (opaque), `more` whether the site says that there is more; `cut` that its bytes
    end before it does.
    """

    title: str | None = None
    account: str | None = None
    account_id: str | None = None
    items: tuple[ListItem, ...] = ()
    cursor: str | None = None
    more: bool = False
    cut: bool = False
    extra: dict[str, Any] = Field(default_factory=dict)


class Standstill(Record):
    """A time in which a list showed nothing new, against its own rhythm: from its newest entry to when it was last seen so.

    `usual` is the usual time between two entries, in seconds; `sure` (0 to 1) how unlikely the silence was by chance.
    """

    since: Time
    until: Time
    usual: float
    sure: float


class Hole(Record):
    """A place of a numbered list at which nothing stood: what stood before and after it, by identity, and their times."""

    position: int
    before: str
    after: str
    earliest: PublicationTime = None
    latest: PublicationTime = None


class ListShape(Record):
    """What the first page of a list was like, and what its own rhythm is; of a fixed size, however often it is read.

    `items` is how many articles it named, `most` how many it ever did; `content` is a fingerprint of their names, which was
    another one before `changed_at` and has changed `changes` times since `first_at`. `newest` is the time of the newest
    entry, `gap` the usual time between two entries of the page and `longest` the longest that passed between two, both in
    seconds; None where entries have no times. It shows far less than it did since `shrunk_at`. `holes` are those of a list
    whose places are `numbered`.
    """

    items: int
    most: int
    content: str
    first_at: Time
    changed_at: Time
    changes: int = 0
    newest: PublicationTime = None
    gap: float | None = None
    longest: float = 0
    shrunk_at: Time | None = None
    standstills: tuple[Standstill, ...] = ()
    numbered: bool = False
    holes: tuple[Hole, ...] = ()


class ListReading(Record):
    """A list was read: when, the validators for the next conditional request, and what it was like.

    `unfinished` says that further pages of it were still to be read; there are no validators then. `absent`: the site has no
    such list, and does not owe one. Records of earlier versions have no `shape`.
    """

    url: str
    read_at: Time
    etag: str | None = None
    last_modified: str | None = None
    unfinished: bool = False
    absent: bool = False
    shape: ListShape | None = None


class WantedList(Record):
    """A list that the next crawl of its site is to read, to its end, whatever else it was started for.

    `tries` counts the crawls that asked for it since.
    """

    site: SiteName
    url: str
    wanted_at: Time
    may_be_absent: bool = False
    tries: int = 0
