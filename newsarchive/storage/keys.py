"""Keys by which the engines know that two records are the same one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

from pydantic import TypeAdapter

from newsarchive.items.body import Body
from newsarchive.items.event import Event
from newsarchive.records.pick import Pick
from newsarchive.records.revision import Revision

_BODY = TypeAdapter(Body)


def key_of(*parts: str) -> str:
    """BLAKE2b (32 hex digits) of some texts: a short key, whatever the length of a URL."""
    return hashlib.blake2b("\0".join(parts).encode(errors="surrogatepass"), digest_size=16).hexdigest()


def words_key(revision: Revision) -> str:
    """The same for two revisions with the same title and body, replaced at the same time: words may come back, and go again."""
    time = revision.replaced_at.isoformat(timespec="milliseconds")
    return key_of(revision.title, _BODY.dump_json(revision.body).decode(), time)


def event_key(event: Event) -> str:
    """The same for two records of one observation: site, identity or URL, kind, and time to the millisecond."""
    time = event.observed_at.isoformat(timespec="milliseconds")
    return key_of(event.site, event.identity or event.url, event.kind, time)


def checked_day(day: date, picks: Sequence[Pick]) -> Sequence[Pick]:
    """The picks, if all are of the day. Raises ValueError for one that is not."""
    for pick in picks:
        if pick.day != day:
            raise ValueError(f"a pick of {pick.day} cannot be one of {day}: {pick.url}")
    return picks
