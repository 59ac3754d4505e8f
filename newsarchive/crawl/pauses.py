"""The pauses of hosts in the store: who is left alone, since when, until when and why. They hold over runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from newsarchive.monitoring.reasons import UNRECORDED
from newsarchive.storage.contract import Store
from newsarchive.storage.reading import damage

PAUSES = "pauses"
"""The store's collection of pauses, by host: `since`, `until` (ISO), `why` (a reason's word), `times` (in a row)."""
LONGEST = timedelta(days=1)
"""No answer of a server holds a host for longer than this, whatever number or date it names."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A host that is left alone; one whose end is past only remembers how many there were in a row."""

    host: str
    since: datetime
    until: datetime
    why: str
    times: int = 1

    def document(self) -> dict[str, Any]:
        """The pause as the store keeps it, without the host, which is its key."""
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "why": self.why,
            "times": self.times,
        }


def read_pause(host: str, document: Mapping[str, Any], now: datetime) -> Pause:
    """A pause from the store, at most `LONGEST` from now; older versions knew neither that bound nor why."""
    with damage(f"the pause of {host}", "the store"):
        until = datetime.fromisoformat(document["until"])
        since = min(datetime.fromisoformat(document["since"]), now) if "since" in document else now
        why = str(document.get("why", UNRECORDED))
        return Pause(host, since, min(until, since + LONGEST), why, int(document["times"]))


async def stored_pauses(store: Store, now: datetime) -> list[Pause]:
    """All pauses that the store remembers, by host, those that are over too."""
    documents = await store.documents(PAUSES)
    return [read_pause(host, document, now) for host, document in documents.items()]


async def held_hosts(store: Store, now: datetime) -> list[Pause]:
    """The pauses that are not over, by host."""
    return [pause for pause in await stored_pauses(store, now) if pause.until > now]
