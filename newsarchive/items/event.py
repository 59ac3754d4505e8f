"""What was observed in an article's place: a notice, a challenge, a move."""

from __future__ import annotations

from newsarchive.items.article import RawReference
from newsarchive.items.record import Record, SiteName, Time


class Event(Record):
    """An observation that is no article: deleted, violation, private, challenge, gone, moved."""

    site: SiteName
    identity: str | None = None
    url: str
    kind: str
    notice: str | None = None
    status: int = 200
    observed_at: Time
    raw: RawReference | None = None
