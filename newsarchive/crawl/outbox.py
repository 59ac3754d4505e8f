"""What a crawl has for the store and the store does not have yet."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeVar

from scrapy.statscollectors import StatsCollector

from newsarchive.errors import (
    OutputError,
    RecordRefusedError,
    StorePermissionError,
    StoreUnreachableError,
    StoreUnwritableError,
    StoreVersionError,
)
from newsarchive.items.article import Article
from newsarchive.items.event import Event
from newsarchive.items.record import Record
from newsarchive.records.listing import ListReading
from newsarchive.records.task import Task
from newsarchive.storage.collections import LISTS
from newsarchive.storage.contract import SaveOutcome, Store
from newsarchive.storage.merging import names_of
from newsarchive.storage.raw.refused import set_aside
from newsarchive.storage.raw.store import RawStore

R = TypeVar("R")
A = TypeVar("A")

AWAY = (StoreUnreachableError, StorePermissionError, StoreVersionError, OutputError)
"""What says that the store, or the disk, takes nothing now; every other error is of one record."""
MOST_BYTES = 4 * 1024 * 1024
"""Pages of so many bytes are a batch, too: an article takes up to ten times the memory of its page."""
MOST_BATCHES = 2
"""So much is held while the store is away; then no further page is read until it is back. Parsed pages are large."""
SHORTEST_SECONDS = 0.1
"""The shortest pause between two tries."""

logger = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Delivery:
    """An article on its way into the store, and what it settles there: that travels beside the item, not in it.

    `done` is its task once the store has the article, `failed` its task if it never gets there; None for one that
    settles no task. `size` is that of its page in bytes: what it takes in memory grows with it. `repeats` are
    those that came after it with the same names and words, and end with it.
    """

    article: Article
    done: Task | None = None
    failed: Task | None = None
    size: int = 0
    repeats: list[Delivery] = field(default_factory=list)


class RunRecord(Protocol):
    """Where the outbox reports what the reader of a run should know."""

    def warn(self, text: str) -> None:
        """A line."""

    def unforeseen(self, error: BaseException, where: str) -> None:
        """An exception that nobody foresaw."""


class Outbox:
    """Articles, events, tasks and readings of lists on their way into the store, in batches and in this order.

    A task is settled by the store's own answer for its article: it is written after the store has taken the article,
    and a list counts as read when each article that it carried is in the store or kept with a task. What is lost with
    its process is fetched again by the next run: only the store says what is known.

    While the store is away, what there is waits here; `room` keeps it from growing. A record for which alone the store
    raises an error is set aside in a file, and its task is tried again later.
    """

    def __init__(
        self,
        store: Store,
        raw: RawStore,
        stats: StatsCollector,
        run: RunRecord,
        *,
        size: int,
        seconds: float,
        patience: float,
    ) -> None:
        """A batch has `size` records or is `seconds` old; a store that is away is waited for `patience` seconds."""
        self._store = store
        self._raw = raw
        self._stats = stats
        self._run = run
        self._size = size
        self._seconds = max(seconds, SHORTEST_SECONDS)
        self._patience = patience
        self._announced: dict[int, Delivery] = {}
        self._in_pipelines: set[Delivery] = set()
        self._articles: deque[Delivery] = deque()
        self._bytes = 0
        self._events: deque[tuple[Event, Task | None]] = deque()
        self._tasks: deque[Task] = deque()
        self._lists: list[tuple[ListReading, tuple[Delivery, ...]]] = []
        self._said: dict[str, int] = {}
        self._waiting: dict[str, Delivery] = {}
        self._writing = asyncio.Lock()
        self._timer: asyncio.Task[None] | None = None
        self._back = asyncio.Event()
        self._back.set()
        self._may_come_back = True
        self._why_away = "it was not asked"
        self._full_since: float | None = None
        self._given_up = False

    # What spiders and pipelines bring.

    def announce(
        self, article: Article, done: Task | None = None, failed: Task | None = None, size: int = 0
    ) -> Delivery:
        """Take note of an article that a spider sends into the pipelines, itself or as what a plugin makes of it."""
        self._stats.inc_value("record/read_count")
        self._announced[id(article)] = delivery = Delivery(article, done, failed, size)
        return delivery

    def claim(self, item: object, identity: str) -> Delivery | None:
        """The delivery of an item that enters the pipelines, which comes back by `add` or `lose`.

        An item of a plugin's own has that of its article, by the identity; None where no spider has announced it.
        """
        delivery = self._announced.get(id(item)) or next(
            (one for one in self._announced.values() if one.article.identity == identity), None
        )
        if delivery is not None:
            del self._announced[id(delivery.article)]
            self._in_pipelines.add(delivery)
        return delivery

    async def add(self, delivery: Delivery | None, article: Article) -> bool:
        """Put an article into the batch; False for a repeat: the same names and words as the last one of this run."""
        if delivery is None:
            delivery = Delivery(article)
            self._stats.inc_value("record/read_count")
        self._in_pipelines.discard(delivery)
        # What comes behind the store may do with the item what it likes.
        delivery.article = article.model_copy()
        said = hash((article.text_hash, article.title, *sorted(names_of(article))))
        if self._said.get(article.identity) == said:
            if first := self._waiting.get(article.identity):
                first.repeats.append(delivery)
            else:
                self._count("duplicate", delivery.done)
            return False
        self._said[article.identity] = said
        self._waiting[article.identity] = delivery
        self._articles.append(delivery)
        self._bytes += delivery.size
        await self._write_full_batch()
        return True

    def lose(self, delivery: Delivery | None, outcome: Literal["failed", "dropped"]) -> None:
        """A pipeline raised over an article, or dropped it: the store never saw it, its task is tried again later."""
        if delivery is not None and delivery in self._in_pipelines:
            self._in_pipelines.discard(delivery)
            self._count(outcome, delivery.failed)

    async def add_event(self, event: Event, task: Task | None = None) -> None:
        """Put an event into the batch, with the task that it settles."""
        self._events.append((event, task))
        await self._write_full_batch()

    def add_task(self, task: Task) -> None:
        """Have a task saved that no article and no event settles."""
        self._tasks.append(task)

    def add_list(self, reading: ListReading, carried: Sequence[Delivery] = ()) -> None:
        """Have a list marked as read, once the articles that it carried whole are settled."""
        self._lists.append((reading, tuple(carried)))

    async def room(self) -> bool:
        """Wait while the store is away and enough waits for it; False when it has not come back in time."""
        loop = asyncio.get_running_loop()
        while not self._back.is_set() and self._is_full(MOST_BATCHES):
            self._full_since = self._full_since or loop.time()
            left = self._full_since + self._patience - loop.time() if self._may_come_back else 0
            try:
                await asyncio.wait_for(self._back.wait(), max(left, 0))
            except TimeoutError:
                self._given_up = True
                break
        return not self._given_up

    async def patiently(self, ask: Callable[[], Awaitable[A]]) -> A:
        """The store's answer, asked for again while the store is away; what is asked must bear that.

        Raises what asking raises where waiting does not help, and StoreUnreachableError where it was in vain.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + self._patience
        while True:
            try:
                return await ask()
            except StoreUnreachableError as error:
                if not may_come_back(error) or loop.time() >= end:
                    raise
                logger.warning("Waiting for the store: %s", error)
            await asyncio.sleep(self._seconds)

    # Into the store.

    def open(self) -> None:
        """Begin to write what gathers."""
        self._timer = asyncio.create_task(self._write_regularly())

    async def close(self, *, wait: bool) -> None:
        """Write the rest, for a store that is away wait if told so, and count what it did not take."""
        if self._timer:
            self._timer.cancel()
        await self.write()
        loop = asyncio.get_running_loop()
        worth_it = wait and self._may_come_back and not self._given_up
        end = loop.time() + (self._patience if worth_it else 0)
        if not self._back.is_set() and loop.time() < end:
            logger.warning("All is fetched: waiting for the store, at most %.0f seconds", self._patience)
        while not self._back.is_set() and loop.time() < end:
            await asyncio.sleep(min(self._seconds, end - loop.time()))
            await self.write()
        articles = sum(1 + len(one.repeats) for one in self._articles)
        others = len(self._events) + len(self._tasks)
        if articles or others:
            self._stats.inc_value("record/unsaved_count", articles)
            self._stats.inc_value("run/unsaved_count", others)
            told = f"{articles} articles, {others} events and tasks are not in the store: {self._why_away}"
            self._run.warn(told)
            logger.error("%s; the next run will fetch them again", told)

    async def write(self) -> None:
        """Write what has gathered and count how each article ended.

        Before each write the raw pages are put on the disk. Articles go before all else, then events, then the frontier and the
        lists: what says "done" is never written before what was done. While the store is away, all is kept.
        """
        async with self._writing:
            try:
                await self._write_articles()
                await self._write_events()
                await self._write_tasks_and_lists()
            except AWAY as error:
                self._back.clear()
                self._may_come_back = may_come_back(error)
                self._why_away = str(error)
                logger.error("%d articles wait for the store: %s", len(self._articles), error)  # noqa: TRY400
            except Exception as error:
                logger.exception("What was fetched could not be written")
                self._run.unforeseen(error, "writing into the store")
            else:
                self._full_since = None
                self._back.set()

    def _is_full(self, batches: int = 1) -> bool:
        return (
            len(self._articles) + len(self._events) >= self._size * batches
            or self._bytes >= MOST_BYTES * batches
        )

    async def _write_full_batch(self) -> None:
        if self._back.is_set() and self._is_full():
            await self.write()

    async def _write_regularly(self) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            await self.write()

    async def _write_articles(self) -> None:
        async def save(batch: Sequence[Delivery]) -> Sequence[SaveOutcome]:
            return await self._store.save_articles([one.article for one in batch])

        while self._articles:
            async for delivery, answer in self._answers([*self._articles][: self._size], save):
                if isinstance(answer, Exception):
                    self._set_aside("article", delivery.article.identity, delivery.article, answer)
                self._articles.popleft()
                self._bytes -= delivery.size
                self._settle(delivery, answer)

    async def _write_events(self) -> None:
        async def save(batch: Sequence[tuple[Event, Task | None]]) -> None:
            await self._store.save_events([event for event, _ in batch])

        async for (event, task), error in self._answers([*self._events], save):
            if error is not None:
                self._set_aside("event", event.identity or event.url, event, error)
            self._events.popleft()
            if task is not None:
                self._tasks.append(task)

    async def _write_tasks_and_lists(self) -> None:
        unsettled = {
            *self._announced.values(),
            *self._in_pipelines,
            *(one for first in self._articles for one in (first, *first.repeats)),
        }
        read = [(reading, carried) for reading, carried in self._lists if unsettled.isdisjoint(carried)]
        async for task, error in self._answers([*self._tasks], self._store.save_tasks):
            if error is not None:
                self._set_aside("task", task.name, task, error)
            self._tasks.popleft()
        for one in read:
            reading = one[0]
            await self._store.put_document(LISTS, reading.url, reading)
            self._lists.remove(one)

    async def _answers(
        self, batch: Sequence[R], save: Callable[[Sequence[R]], Awaitable[Sequence[A] | None]]
    ) -> AsyncIterator[tuple[R, A | Exception | None]]:
        """Each record with the store's answer, or with the error for which alone it is not taken.

        Where the store does not take the batch, the records go one by one. Raises one of AWAY where it takes nothing now.
        """
        if not batch:
            return
        answers: Sequence[A | Exception | None]
        try:
            self._raw.sync()
            answers = await save(batch) or [None] * len(batch)
        except AWAY:
            raise
        except Exception as error:  # noqa: BLE001 - told with its record
            if len(batch) > 1:
                for record in batch:
                    async for answered in self._answers([record], save):
                        yield answered
                return
            answers = [error]
        for record, answer in zip(batch, answers, strict=True):
            yield record, answer

    # How each ends.

    def _settle(self, delivery: Delivery, answer: SaveOutcome | Exception | None) -> None:
        identity = delivery.article.identity
        if self._waiting.get(identity) is delivery:
            del self._waiting[identity]
        if isinstance(answer, SaveOutcome):
            logger.debug("%s: %s", answer, identity)
            self._count(answer, delivery.done)
            for repeat in delivery.repeats:
                self._count("duplicate", repeat.done)
            return
        self._said.pop(identity, None)
        for one in (delivery, *delivery.repeats):
            self._count("refused" if isinstance(answer, RecordRefusedError) else "failed", one.failed)

    def _count(self, outcome: str, task: Task | None) -> None:
        self._stats.inc_value(f"record/{outcome}_count")
        if task is not None:
            self._tasks.append(task)

    def _set_aside(self, kind: str, name: str, record: Record, error: Exception) -> None:
        """Keep a record in a file that the store does not take. Raises OutputError."""
        path = set_aside(self._raw.directory, kind, name, record, f"{type(error).__name__}: {error}")
        if kind != "article":  # which is an outcome of its own
            self._stats.inc_value("run/refused_count")
        logger.error("The store does not take the %s %s, which is now in %s: %s", kind, name, path, error)
        if isinstance(error, RecordRefusedError):
            self._run.warn(f"refused by the store: {kind} {name}, now in {path}")
        else:
            self._run.unforeseen(error, f"the store does not take the {kind} {name}, now in {path}")


def may_come_back(error: Exception) -> bool:
    """Whether a store may take, after a while, what it did not take now: one that is busy, or does not answer."""
    return isinstance(error, StoreUnreachableError) and not isinstance(error, StoreUnwritableError)
