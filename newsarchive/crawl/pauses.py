"""The pauses of hosts in the store: who is left alone, since when, until when and why. They hold over runs."""

from __future__ import annotations

from datetime import datetime, timedelta

from newsarchive.storage.collections import PAUSES, Pause
from newsarchive.storage.contract import DocumentStore

LONGEST = timedelta(days=1)
"""No answer of a server holds a host for longer than this, whatever number or date it names."""


def bounded(pause: Pause, now: datetime) -> Pause:
    """A pause that has begun, and ends `LONGEST` after that at most; older versions did not know that bound."""
    since = min(pause.since, now)
    return pause.model_copy(update={"since": since, "until": min(pause.until, since + LONGEST)})


async def stored_pauses(store: DocumentStore, now: datetime) -> list[Pause]:
    """All pauses that the store remembers, by host, those that are over too."""
    return [bounded(pause, now) for pause in (await store.documents(PAUSES)).values()]


async def held_hosts(store: DocumentStore, now: datetime) -> list[Pause]:
    """The pauses that are not over, by host."""
    return [pause for pause in await stored_pauses(store, now) if pause.until > now]
