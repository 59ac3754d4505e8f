"""Whose turn it is to ask a host: one crawl's at a time, over all processes and machines that share the store."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Collection, Mapping

from newsarchive.crawl.leases import who
from newsarchive.crawl.reasons import LeasedError
from newsarchive.crawl.session import BEATS_A_LEASE, ArchiveSession
from newsarchive.errors import NewsarchiveError
from newsarchive.records.lease import Lease
from newsarchive.storage.leases import host_lease, steady_seconds

LONGEST_WAIT = 2
"""Leases that a request waits for its host: whoever has it gives it up at his next heartbeat, or has died before that."""
POLLS_LEFT = 3
"""So many looks of another crawl's a host is left to it that was given up for it."""
A_DAY = 86400.0


class HostTurn:
    """This crawl's turn with a host, as the context of a request to it. `is_ending`: it is over when no request is under way."""

    __slots__ = (
        "asked",
        "claimed",
        "claiming",
        "host",
        "is_ending",
        "is_ours",
        "left_until",
        "let_go",
        "under_way",
    )

    def __init__(self, host: str, let_go: Callable[[HostTurn], object]) -> None:
        self.host = host
        self.is_ours = False
        self.is_ending = False
        self.under_way = 0
        self.asked = self.claimed = self.left_until = -math.inf
        self.claiming = asyncio.Lock()
        self.let_go = let_go

    def __enter__(self) -> None:
        """A request leaves."""
        self.under_way += 1
        self.asked = steady_seconds()

    def __exit__(self, *_: object) -> None:
        """It was answered, or failed."""
        self.under_way -= 1
        if self.is_ending and not self.under_way:
            self.let_go(self)

    @property
    def idle(self) -> float:
        """For how many seconds the host was not asked by us, nor by whoever had it before; a day at most."""
        return min(steady_seconds() - self.asked, A_DAY)


class HostTurns:
    """The turns of one crawl. A host is kept while it is asked, and let go when it is not, or when another crawl wants it."""

    def __init__(
        self,
        session: ArchiveSession,
        pause_of: Callable[[str], float],
        in_hand: Callable[[str], int],
        begins: Callable[[str, float], Awaitable[None]],
    ) -> None:
        """`in_hand` says how many requests to a host are on their way.

        `begins` is told of each turn before it begins: its host, and for how many seconds more that must rest.
        """
        self._session = session
        self._pause_of = pause_of
        self.in_hand = in_hand
        self._begins = begins
        self._turns: dict[str, HostTurn] = {}
        self._ends: set[asyncio.Task[None]] = set()
        self.run_id = session.run_id
        session.after_renewal = self.renewed
        session.idle_hosts = self.idle

    @property
    def several(self) -> bool:
        """Whether other crawls work on the site too, as far as was known at the last heartbeat."""
        return self._session.shares or self._session.workers > 1

    def of(self, host: str) -> HostTurn | None:
        """The turn with a host, if this crawl has it now."""
        turn = self._turns.get(host)
        if turn is None or not turn.is_ours or turn.is_ending:
            return None
        return turn if steady_seconds() < self._session.leases.deadline else None

    async def wait_for(self, host: str) -> HostTurn:
        """Wait for the turn with a host. Raises LeasedError where it does not come, or the site is no more this crawl's."""
        turn = self._turns.setdefault(host, HostTurn(host, self._end_soon))
        end = steady_seconds() + LONGEST_WAIT * self._session.lease_seconds
        while True:
            if steady_seconds() >= self._session.leases.deadline:
                await self._session.renew()
            if self._session.is_refused:
                raise LeasedError("another job has the site now")
            other = await self._claim(turn, want=True)
            if (ours := self.of(host)) is not None:
                return ours
            if other is not None and steady_seconds() >= end:
                raise LeasedError(f"{host} is asked by another job: {who(other)}")
            await asyncio.sleep(self._session.poll_seconds)

    async def may_ask(self, host: str, hosts: Collection[str]) -> bool:
        """Whether this crawl should ask a host of some for its articles: they are shared out among all that work on the site."""
        turn = self._turns.setdefault(host, HostTurn(host, self._end_soon))
        ours = sorted(one for one in hosts if self.of(one))
        share = math.ceil(len(hosts) / self._session.workers)
        if host in ours[:share]:
            return True
        if host not in ours and len(ours) < share:
            await self._claim(turn, want=False)
            return self.of(host) is not None
        if turn.is_ours and not self.in_hand(host):
            self._end_turn(turn)
        return False

    async def _claim(self, turn: HostTurn, *, want: bool) -> Lease | None:
        """Claim a host that is not ours; the lease of whoever has it."""
        async with turn.claiming:
            if turn.is_ours or steady_seconds() < turn.left_until:
                return None
            came = await self._session.leases.claim(host_lease(turn.host), want=want)
            if not came.held:
                return came.lease
            turn.claimed = steady_seconds()
            turn.asked = turn.claimed - min(came.idle, A_DAY)
            await self._begins(turn.host, max(0.0, self._pause_of(turn.host) - came.idle))
            turn.is_ours, turn.is_ending = True, False
            return None

    async def renewed(self, kept: Mapping[str, Lease]) -> None:
        """End the turns with hosts that another crawl wants or that are not asked any more; forget those that were lost."""
        now, beat = steady_seconds(), self._session.lease_seconds / BEATS_A_LEASE
        for turn in self._turns.values():
            if not turn.is_ours:
                continue
            if (lease := kept.get(host_lease(turn.host))) is None:
                turn.is_ours = (
                    now < turn.claimed + beat
                )  # it may have been claimed while the others were renewed
                continue
            unused = now - max(turn.asked, turn.claimed) > max(beat, 2 * self._pause_of(turn.host))
            if lease.wanted:
                turn.left_until = math.inf
            if turn.is_ending or lease.wanted or (unused and not self.in_hand(turn.host)):
                self._end_turn(turn)

    def _end_turn(self, turn: HostTurn) -> None:
        """End a turn as soon as no request is under way."""
        turn.is_ending = True
        if not turn.under_way:
            self._end_soon(turn)

    def _end_soon(self, turn: HostTurn) -> None:
        task = asyncio.ensure_future(self._end(turn))
        self._ends.add(task)
        task.add_done_callback(self._ends.discard)

    async def _end(self, turn: HostTurn) -> None:
        async with turn.claiming:
            if turn.under_way or not turn.is_ours:
                return
            try:
                await self._session.leases.release({host_lease(turn.host): turn.idle})
            except NewsarchiveError:
                return  # it is tried again after the next renewal, or runs out
            turn.is_ours = turn.is_ending = False
            if turn.left_until > steady_seconds():
                turn.left_until = steady_seconds() + POLLS_LEFT * self._session.poll_seconds

    def idle(self) -> dict[str, float]:
        """By lease, for how long each host that this crawl has was not asked."""
        return {host_lease(turn.host): turn.idle for turn in self._turns.values() if turn.is_ours}
