"""Holding a lease while something is done that only one process at a time may do."""

from __future__ import annotations

import asyncio
import platform
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from newsarchive.records.lease import Holder
from newsarchive.storage.contract import Leases
from newsarchive.storage.leases import Claim, is_dead, process_word


@dataclass(frozen=True, slots=True)
class Turn:
    """A lease that this process holds, by a run's id of its own."""

    store: Leases
    name: str
    run_id: str
    seconds: float

    async def lasts(self) -> bool:
        """Whether it is still this process's, which it is for its seconds from now on then."""
        return any(it.name == self.name for it in await self.store.renew_leases(self.run_id, self.seconds))


async def claim_or_inherit(
    store: Leases, name: str, holder: Holder, seconds: float, *, want: bool = False
) -> Claim:
    """Claim a name; one whose holder is known to be dead is nobody's."""
    came = await store.claim_lease(name, holder, seconds, want=want)
    other = came.lease.holder
    if not came.held and other is not None and is_dead(other.process):
        came = await store.claim_lease(name, holder, seconds, over=other.run_id, want=want)
    return came


@asynccontextmanager
async def alone(
    store: Leases, name: str, seconds: float, *, tries: int = 1, pause: float = 0.0
) -> AsyncIterator[Turn | None]:
    """As long as it lasts, nobody else who shares the store holds the name, on whatever machine; None where another one does.

    It is tried so often, with a pause in seconds before each further time.
    """
    holder = Holder(run_id=f"{name}-{uuid.uuid4().hex}", machine=platform.node(), process=process_word())
    for number in range(tries):
        if number:
            await asyncio.sleep(pause)
        if (await claim_or_inherit(store, name, holder, seconds)).held:
            break
    else:
        yield None
        return
    try:
        yield Turn(store, name, holder.run_id, seconds)
    finally:
        await store.release_leases(holder.run_id, {name: 0.0})
