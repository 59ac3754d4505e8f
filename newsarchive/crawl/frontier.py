"""One run's side of the frontier: which articles are wanted, in which order they are asked, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from heapq import heapify, heappop, heappush
from typing import Protocol

from scrapy.statscollectors import StatsCollector

from newsarchive.crawl.revisit_policy import NextVisit, after_failure, revisit_at
from newsarchive.errors import NewsarchiveError, StoreUnwritableError
from newsarchive.items.record import SiteName
from newsarchive.records.task import ABSENT, AUDIT, Task
from newsarchive.sites.site import host_of
from newsarchive.storage.contract import Store
from newsarchive.storage.tasks import postponed, ranked_at, settled

MOST_PENDING = 50_000
"""Pending articles that one run takes up again, their names 14 MB at most; the rest wait for the next. The numbers of two months of
a site that gives 350 a day are half of it."""


OF_A_HOST = 4
"""Of one host so many articles are in hand at most where others work too, who may be given the host."""
ASKED_AT_ONCE = 500
"""Tasks that are read together for their hosts."""


class Workers(Protocol):
    """Who works on a site's frontier."""

    run_id: str

    @property
    def several(self) -> bool:
        """Whether others work on it too."""

    async def may_ask(self, host: str, hosts: Collection[str]) -> bool:
        """Whether a host among some is this run's to ask for articles."""

    def in_hand(self, host: str) -> int:
        """How many requests to a host this run has under way, or queued."""


class Alone:
    """A run on whose frontier nobody else works."""

    run_id = ""
    several = False

    async def may_ask(self, host: str, hosts: Collection[str]) -> bool:  # noqa: ARG002
        """It may ask all."""
        return True

    def in_hand(self, host: str) -> int:  # noqa: ARG002
        """It need not know: nobody else waits for them."""
        return 0


class Frontier:
    """The names of tasks wait here until the lists are read; then the newest are taken first, each once a run."""

    def __init__(
        self,
        site: SiteName,
        store: Store,
        stats: StatsCollector,
        *,
        limit: int | None,
        revisit: Mapping[str, float],
        recheck_days: Sequence[float] = (),
        workers: Workers | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._site = site
        self._store = store
        self._stats = stats
        self._limit = limit
        self._revisit = revisit
        self._recheck_days = recheck_days
        self._workers = workers or Alone()
        self._host_by_name: dict[str, str] = {}
        self._now = clock
        self._waiting: list[tuple[int, str]] = []
        self._met: set[str] = set()
        self._taken = 0

    async def want(self, found: Iterable[Task]) -> bool:
        """Put articles onto the frontier and wait for those that neither it nor the archive had; whether any was new."""
        tasks = {task.name: task for task in found}
        if not tasks:
            return False
        earlier = await self._store.tasks(list(tasks))
        await self._store.add_tasks(list(tasks.values()))
        # Not by what adding says: asked twice, for a store that went away over the first answer, it would call none new.
        new = (tasks.keys() - earlier.keys()) | await self._revive(tasks, earlier)
        held = await self._store.known(new) if new else set()
        now = self._now()
        known = [settled(tasks[name], state="done", outcome="known", at=now, due_at=now) for name in held]
        if known:
            await self._store.save_tasks(known)
        fresh = new - held
        later = sum(task.state == "wanted" and task.due_at > now for task in earlier.values())
        self._stats.inc_value("link/later_count", later)
        self._stats.inc_value("link/known_count", len(tasks) - len(fresh) - later)
        self._wait("link/new", ((name, ranked_at(tasks[name])) for name in tasks if name in fresh))
        return bool(fresh)

    async def _revive(self, tasks: Mapping[str, Task], earlier: Mapping[str, Task]) -> set[str]:
        """Those that are named now, after the audit alone had known their numbers: a draft may have been none at that time."""
        named = {
            name: task
            for name, task in earlier.items()
            if task.source == AUDIT and task.state != "done" and tasks[name].source not in {None, AUDIT}
        }
        if not named:
            return set()
        absent = {name for name, task in named.items() if task.outcome == ABSENT}
        await self._store.save_tasks(
            [
                (
                    tasks[name].model_copy(update={"name": task.name})
                    if name in absent
                    else task.model_copy(update={"source": tasks[name].source})
                )
                for name, task in named.items()
            ]
        )
        return absent

    async def resume(self, revisits: int, rechecks: int = 0) -> None:
        """Wait for what earlier runs left, and for known articles that are due for another look.

        Of these at most `revisits` are the newest, and at most `rechecks` more those that have been due longest.
        """
        now = self._now()
        due = self._store.due_tasks
        self._wait("link/resumed", await due(self._site, now, MOST_PENDING, states=("wanted",)))
        newest = await due(self._site, now, revisits, states=("done",))
        self._wait("link/revisited", newest)
        longest = await due(self._site, now, revisits + rechecks, states=("done",), order="longest_due")
        rest = [one for one in longest if one.name not in self._met]
        self._wait("link/revisited", rest[:rechecks])

    def _wait(self, counter: str, tasks: Iterable[tuple[str, datetime]]) -> None:
        for name, ranked in tasks:
            if name not in self._met:
                self._met.add(name)
                heappush(self._waiting, (-int(ranked.timestamp()), name))
                self._stats.inc_value(f"{counter}_count")

    @property
    def waits(self) -> bool:
        """Whether articles wait to be taken."""
        return bool(self._waiting)

    async def take(self, most: int) -> list[Task]:
        """At most so many of those that wait, newest first, up to the limit of the run.

        Only names wait here, the tasks come from the store, where they are claimed for this run. One that another run has
        claimed or settled meanwhile, or another name of its article, is passed over. Where the store fails, all wait on.
        """
        while (taken := await self._next(most)) and not (found := await self._claimed(taken)):
            """All of them were others', or are done."""
        if not taken:
            return []
        self._taken += len(found)
        if self._limit is not None and self._taken >= self._limit:
            self._stats.inc_value("link/over_limit_count", len(self._waiting))
            self._waiting.clear()
        return found

    async def _next(self, most: int) -> list[tuple[int, str]]:
        room = most if self._limit is None else max(min(most, self._limit - self._taken), 0)
        if self._workers.several:
            return await self._of_our_hosts(room)
        return [heappop(self._waiting) for _ in range(min(room, len(self._waiting)))]

    async def _claimed(self, taken: Sequence[tuple[int, str]]) -> list[Task]:
        names = [name for _, name in taken]
        try:
            held = await self._claims(names)
        except NewsarchiveError:
            for one in taken:
                heappush(self._waiting, one)
            raise
        now = self._now()
        return [held[name] for name in names if name in held and held[name].due_at <= now]

    async def _claims(self, names: Sequence[str]) -> dict[str, Task]:
        try:
            return await self._store.claim_tasks(names, self._workers.run_id)
        except StoreUnwritableError:
            if self._workers.several:
                raise
            # On a full disk nobody else can claim anything either; what is fetched waits in the spool.
            return await self._store.tasks(names)

    async def _of_our_hosts(self, most: int) -> list[tuple[int, str]]:
        """At most so many of those that wait whose hosts are this run's to ask; the others wait on, those that are done do not.

        A host that has enough in hand gets no more: else all room would be a host's whose turn is waited for, and others stand still.
        """
        hosts = await self._hosts()
        ours = {host for host in sorted(hosts) if await self._workers.may_ask(host, hosts)}
        taken: list[tuple[int, str]] = []
        others: list[tuple[int, str]] = []
        room = {host: max(OF_A_HOST - self._workers.in_hand(host), 0) for host in ours}
        for one in sorted(self._waiting):
            host = self._host_by_name[one[1]]
            if len(taken) < most and room.get(host):
                room[host] -= 1
                taken.append(one)
            else:
                others.append(one)
        self._waiting = others  # sorted, so it is a heap
        return taken

    async def _hosts(self) -> set[str]:
        """The hosts of all that wait. What somebody has settled since is no more waited for."""
        unknown = [name for _, name in self._waiting if name not in self._host_by_name]
        for start in range(0, len(unknown), ASKED_AT_ONCE):
            held = await self._store.tasks(unknown[start : start + ASKED_AT_ONCE])
            now = self._now()
            due = {name: host_of(task.url) for name, task in held.items() if task.due_at <= now}
            self._host_by_name.update(due)
        self._waiting = [one for one in self._waiting if one[1] in self._host_by_name]
        heapify(self._waiting)
        return {self._host_by_name[name] for _, name in self._waiting}

    def leave(self) -> None:
        """Leave all that waits to a later run."""
        self._waiting.clear()

    def read(
        self,
        task: Task,
        outcome: str,
        published_at: datetime | None,
        etag: str | None,
        last_modified: str | None,
        *,
        alive: bool = True,
    ) -> Task:
        """A task after its page was read, or was not modified: due again by the article's age.

        `alive` says that the page is the article; an address may lead elsewhere, too.
        """
        now = self._now()
        return settled(
            task,
            state="done",
            outcome=outcome,
            at=now,
            due_at=revisit_at(published_at or task.found_at, now, self._revisit, self._recheck_days),
            alive=alive,
            etag=etag,
            last_modified=last_modified,
        )

    def missed(self, task: Task, outcome: str, visit: NextVisit | None = None) -> Task:
        """A task after its page gave nothing: tried again later, or given up; as after a failure unless told otherwise."""
        now, visit = self._now(), visit or after_failure(task)
        later = postponed(task, outcome=outcome, at=now, due_at=now + visit.after)
        return later if later.state == visit.state else later.model_copy(update={"state": visit.state})
