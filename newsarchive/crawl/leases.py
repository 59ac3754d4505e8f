"""What a crawl holds in the store while it lives: its site or a share of it, and the hosts that it asks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from newsarchive.items.record import SHANGHAI, SiteName
from newsarchive.records.lease import Holder, Lease
from newsarchive.storage.alone import claim_or_inherit
from newsarchive.storage.contract import Leases
from newsarchive.storage.leases import (
    Claim,
    is_dead,
    living,
    process_word,
    share_lease,
    site_lease,
    steady_seconds,
)

LEASE_LOST = "lease_lost"
"""Why a crawl ends whose lease ran out and was taken: it slept, or the store was away from it for too long."""


class CrawlLeases:
    """The leases of one crawl. It may act on them until `deadline`, by the clock that all processes of its machine share."""

    def __init__(self, store: Leases, holder: Holder, seconds: float) -> None:
        self._store = store
        self._seconds = seconds
        self.holder = holder.model_copy(update={"process": process_word()})
        self.deadline = math.inf

    async def claim(self, name: str, *, want: bool = False) -> Claim:
        """Claim a name; one whose holder is known to be dead is nobody's."""
        begun = steady_seconds()
        came = await claim_or_inherit(self._store, name, self.holder, self._seconds, want=want)
        if came.held:
            self.deadline = min(self.deadline, begun + self._seconds)
        return came

    async def renew(self, store: Leases) -> dict[str, Lease]:
        """Renew all leases in the store, however patiently it is asked; those that are still this crawl's, by name."""
        begun = steady_seconds()
        kept = await store.renew_leases(self.holder.run_id, self._seconds)
        self.deadline = begun + self._seconds
        return {lease.name: lease for lease in kept}

    async def release(self, idle: Mapping[str, float]) -> None:
        """Let go of names, each last used so many seconds ago."""
        if idle:
            await self._store.release_leases(self.holder.run_id, idle)

    async def workers(self, site: SiteName) -> int:
        """How many crawls work on a site now. What one had that is known to be dead, others may have from here on."""
        working = workers_of(site, await self._store.leases())
        for lease in [one for one in working if one.holder is not None and is_dead(one.holder.process)]:
            working.remove(lease)
            if lease.name != site_lease(site) and (await self.claim(lease.name)).held:
                await self.release({lease.name: 0.0})
        return len(living(working))


def workers_of(site: SiteName, leases: Iterable[Lease]) -> list[Lease]:
    """The leases by which crawls work on a site."""
    return [
        lease
        for lease in leases
        if lease.name == site_lease(site) or lease.name.startswith(share_lease(site, ""))
    ]


def who(lease: Lease) -> str:
    """Who holds a lease, since when and until when, in a line."""
    times = [at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") for at in (lease.since, lease.until)]
    if lease.holder is None:
        return f"nobody, since {times[1]}"
    job = f", job {lease.holder.job}" if lease.holder.job else ""
    machine = f" on {lease.holder.machine}" if lease.holder.machine else ""
    return f"run {lease.holder.run_id[:8]}{machine}{job}, since {times[0]}, until {times[1]} unless it renews that"
