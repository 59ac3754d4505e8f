"""The frontier's record of one article to fetch."""

from __future__ import annotations

from typing import Literal

from newsarchive.items.record import PublicationTime, Record, SiteName, Time

AUDIT = "audit"
"""The source of a task that nothing named: a number that nobody knows to be an article's."""
ABSENT = "absent"
"""The outcome of one that proved to be none."""


class Task(Record):
    """An article that is or was to be fetched: what the frontier knows of it.

    `name` is the article's identity, or the short link's while its page is unread. `wanted` was never fetched with
    success, `done` is held and looked at again when due, `gone` is no longer on the site. Nothing is due before `due_at`.
    `tries` counts the fetches since the last success, `outcome` is how the last one ended (`new`, `unchanged`, `deleted`,
    `challenge`, `http_503`). `source` is the URL of the list that named the article, `published_at` that list's word.
    `alive_at` is when its page was last an article, changed or not.
    `carried` is the article itself (JSON) where a list carried it whole: kept until the store has the article, as the list
    may never be sent again.
    """

    site: SiteName
    name: str
    url: str
    state: Literal["wanted", "done", "gone"] = "wanted"
    found_at: Time
    published_at: PublicationTime = None
    due_at: Time
    tries: int = 0
    outcome: str | None = None
    checked_at: Time | None = None
    alive_at: Time | None = None
    etag: str | None = None
    last_modified: str | None = None
    source: str | None = None
    carried: str | None = None
