"""What a crawl has for the store and the store does not have yet."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from scrapy.statscollectors import StatsCollector

from newsarchive.errors import RecordRefusedError
from newsarchive.items.article import Article
from newsarchive.items.event import Event
from newsarchive.items.record import Record, SiteName
from newsarchive.monitoring.stopwatch import SAVING, SPOOLING, Stopwatch
from newsarchive.records.listing import ListReading
from newsarchive.records.run import Run
from newsarchive.records.task import Task
from newsarchive.storage.collections import LISTS, PAUSES, D, DocumentCollection, Pause
from newsarchive.storage.contract import SaveOutcome, Store
from newsarchive.storage.merging import names_of
from newsarchive.storage.raw.refused import set_aside
from newsarchive.storage.raw.store import RawStore
from newsarchive.storage.spool import (
    AWAY,
    Answer,
    Spool,
    SpoolEntry,
    answered,
    drain,
    may_come_back,
    worded,
)

R = TypeVar("R")
A = TypeVar("A")

MOST_BYTES = 4 * 1024 * 1024
"""Pages of so many bytes are a batch, too: an article takes up to ten times the memory of its page."""
MOST_BATCHES = 2
"""So much is in memory at most; then no further page is read before it is in the store or the spool."""
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

    watch: Stopwatch

    def warn(self, text: str) -> None:
        """A line."""

    def unforeseen(self, error: BaseException, where: str) -> None:
        """An exception that nobody foresaw."""


class Outbox:
    """Articles, events, tasks and readings of lists on their way into the store, in batches and in this order.

    A task is settled by the store's own answer for its article: it is written after the store has taken the article,
    and a list counts as read when each article that it carried is in the store or kept with a task. What is lost with
    its process is fetched again by the next run: only the store says what is known.

    While the store is away, all of that goes into the spool, a file on the disk, and from there in the same order into the
    store when it is back: before what came later. What still waits there when the crawl ends is drained by the next one.
    A record for which alone the store raises an error is set aside in a file, and its task is tried again later.
    """

    def __init__(
        self,
        store: Store,
        raw: RawStore,
        stats: StatsCollector,
        run: RunRecord,
        *,
        site: SiteName,
        size: int,
        seconds: float,
        patience: float,
    ) -> None:
        """A batch has `size` records or is `seconds` old; a store that is away is waited for `patience` seconds."""
        self._store = store
        self._raw = raw
        self._spool = Spool.beside(raw.directory, site)
        self._spooled: Counter[str] = Counter()
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
        self._pauses: deque[tuple[str, Pause | None]] = deque()
        self._said: dict[str, int] = {}
        self._waiting: dict[str, Delivery] = {}
        self._writing = asyncio.Lock()
        self._timer: asyncio.Task[None] | None = None
        self._back = asyncio.Event()
        self._back.set()
        self._may_come_back = True
        self._why_away = "it was not asked"
        self._stuck = False

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

    async def put_pause(self, host: str, pause: Pause | None) -> None:
        """Keep the pause of a host, or forget it, before any page of it is asked for again."""
        self._pauses.append((host, pause))
        await self.write()

    async def room(self) -> bool:
        """Whether a further page may be read; False where neither the store nor the spool takes what there is."""
        await self._write_full_batch(MOST_BATCHES)
        return not (self._stuck and self._is_full(MOST_BATCHES))

    # Into the store.

    def open(self) -> None:
        """Begin to write what gathers."""
        self._timer = asyncio.create_task(self._write_regularly())

    async def close(self, *, wait: bool) -> None:
        """Write the rest, for a store that is away wait if told so, and count what waits in the spool, or in vain."""
        if self._timer:
            self._timer.cancel()
        await self.write()
        loop = asyncio.get_running_loop()
        end = loop.time() + (self._patience if wait and self._may_come_back else 0)
        if not self._back.is_set() and loop.time() < end:
            logger.warning("All is fetched: waiting for the store, at most %.0f seconds", self._patience)
        while not self._back.is_set() and loop.time() < end:
            await asyncio.sleep(min(self._seconds, end - loop.time()))
            await self.write()
        if self._spooled:
            self._stats.inc_value("record/spooled_count", self._spooled["article"])
            self._stats.inc_value("run/spooled_count", self._spooled.total() - self._spooled["article"])
            told = f"{worded(self._spooled)} wait in {self._spool.path}: {self._why_away}"
            self._run.warn(told)
            logger.error("%s; the next crawl or `newsarchive spool drain` puts them into the store", told)
        articles = sum(1 + len(one.repeats) for one in self._articles)
        others = len(self._events) + len(self._tasks) + len(self._pauses)
        if articles or others:
            self._stats.inc_value("record/unsaved_count", articles)
            self._stats.inc_value("run/unsaved_count", others)
            told = f"{articles} articles, {others} events and tasks are not in the store: {self._why_away}"
            self._run.warn(told)
            logger.error("%s; the next run will fetch them again", told)

    def spool_run(self, run: Run) -> None:
        """Keep the record of the run, which the store did not take. Raises OutputError and RecordRefusedError."""
        self._spool.append([SpoolEntry(run=run).line()])

    def release(self) -> None:
        """Let others have what is in the spool."""
        self._spool.close()

    async def write(self) -> None:
        """Write what has gathered and count how each article ended.

        Before each write the raw pages are put on the disk. What waits in the spool goes first; then articles go before
        all else, then events, then the frontier and the lists: what says "done" is never written before what was done.
        While the store is away, all goes into the spool.
        """
        async with self._writing:
            with self._run.watch.stage(SAVING):
                await self._write_gathered()

    async def _write_gathered(self) -> None:
        try:
            await drain(self._spool, self._store, self._raw.directory, self._drained)
            await self._write_pauses()
            await self._write_articles()
            await self._write_events()
            await self._write_tasks_and_lists()
        except AWAY as error:
            self._back.clear()
            self._may_come_back = may_come_back(error)
            self._why_away = str(error)
            self._put_into_spool()
            waits = worded(self._spooled)
            logger.error("The store is away, %s wait for it in the spool: %s", waits, error)  # noqa: TRY400
        except Exception as error:
            logger.exception("What was fetched could not be written")
            self._run.unforeseen(error, "writing into the store")
        else:
            self._stuck = False
            self._back.set()

    # Into the spool.

    def _put_into_spool(self) -> None:
        """Move all that is in memory and can be written now into the spool, in the order in which it is written."""
        read = self._settled_lists()
        entries = [
            SpoolEntry(article=first.article, done=one.done, failed=one.failed)
            for first in self._articles
            for one in (first, *first.repeats)
        ]
        entries += [_document_entry(PAUSES, host, pause) for host, pause in self._pauses]
        for event, task in self._events:
            entries += [SpoolEntry(event=event), *([SpoolEntry(task=task)] if task else [])]
        entries += [SpoolEntry(task=task) for task in self._tasks]
        entries += [_document_entry(LISTS, reading.url, reading) for reading, _ in read]
        lines, refused = _lines(entries)
        try:
            with self._run.watch.stage(SPOOLING):
                self._raw.sync()
                aside = [self._set_aside(entry.kind, entry.name, entry.record, why) for entry, why in refused]
                self._spool.append(lines)
        except AWAY as error:
            self._stuck = True
            self._why_away = str(error)
            logger.error("What was fetched waits in memory: %s", error)  # noqa: TRY400
            return
        self._stuck = False
        self._spooled.update(entry.kind for entry in entries)
        for first in self._articles:
            # A repeat of what is in the spool is one more line of it: here nobody knows yet how that one ends.
            self._said.pop(first.article.identity, None)
        self._waiting.clear()
        self._articles.clear()
        self._bytes = 0
        for gathered in (self._pauses, self._events, self._tasks):
            gathered.clear()
        for one in read:
            self._lists.remove(one)
        for (entry, why), path in zip(refused, aside, strict=True):
            self._drained(entry, why, path)
            if entry.failed is not None:
                self._tasks.append(entry.failed)

    def _drained(self, entry: SpoolEntry, answer: Answer, path: Path | None) -> None:
        """Count what became of a line of the spool; the task of its article is in the store."""
        self._spooled[entry.kind] -= 1
        self._spooled = +self._spooled
        if isinstance(answer, Exception) and path is not None:
            self._tell_aside(entry.kind, entry.name, answer, path)
        if entry.article is not None:
            self._count(_outcome(answer), None)

    def _is_full(self, batches: int = 1) -> bool:
        return (
            len(self._articles) + len(self._events) >= self._size * batches
            or self._bytes >= MOST_BYTES * batches
        )

    async def _write_full_batch(self, batches: int = 1) -> None:
        if not self._is_full(batches):
            return
        async with self._writing:
            # Of many that waited for the same try, one goes on: while the store is away, a try takes seconds.
            if self._is_full(batches):
                if self._back.is_set():
                    with self._run.watch.stage(SAVING):
                        await self._write_gathered()
                else:
                    self._put_into_spool()

    async def _write_regularly(self) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            await self.write()

    async def _write_pauses(self) -> None:
        while self._pauses:
            host, pause = self._pauses[0]
            if pause is None:
                await self._store.delete_document(PAUSES, host)
            else:
                await self._store.put_document(PAUSES, host, pause)
            self._pauses.popleft()

    async def _write_articles(self) -> None:
        async def save(batch: Sequence[Delivery]) -> Sequence[SaveOutcome]:
            return await self._store.save_articles([one.article for one in batch])

        while self._articles:
            async for delivery, answer in self._answers([*self._articles][: self._size], save):
                if isinstance(answer, Exception):
                    name = delivery.article.identity
                    path = self._set_aside("article", name, delivery.article, answer)
                    self._tell_aside("article", name, answer, path)
                self._articles.popleft()
                self._bytes -= delivery.size
                self._settle(delivery, answer)

    async def _write_events(self) -> None:
        async def save(batch: Sequence[tuple[Event, Task | None]]) -> None:
            await self._store.save_events([event for event, _ in batch])

        async for (event, task), error in self._answers([*self._events], save):
            if error is not None:
                name = event.identity or event.url
                self._tell_aside("event", name, error, self._set_aside("event", name, event, error))
            self._events.popleft()
            if task is not None:
                self._tasks.append(task)

    async def _write_tasks_and_lists(self) -> None:
        read = self._settled_lists(one for first in self._articles for one in (first, *first.repeats))
        async for task, error in self._answers([*self._tasks], self._store.save_tasks):
            if error is not None:
                self._tell_aside("task", task.name, error, self._set_aside("task", task.name, task, error))
            self._tasks.popleft()
        for one in read:
            reading = one[0]
            await self._store.put_document(LISTS, reading.url, reading)
            self._lists.remove(one)

    def _settled_lists(
        self, waiting: Iterable[Delivery] = ()
    ) -> list[tuple[ListReading, tuple[Delivery, ...]]]:
        """The lists of whose articles none is on its way any more, or among those that wait."""
        unsettled = {*self._announced.values(), *self._in_pipelines, *waiting}
        return [(reading, carried) for reading, carried in self._lists if unsettled.isdisjoint(carried)]

    async def _answers(
        self, batch: Sequence[R], save: Callable[[Sequence[R]], Awaitable[Sequence[A] | None]]
    ) -> AsyncIterator[tuple[R, A | Exception | None]]:
        """Each record with the store's answer, once its raw page is on the disk."""
        if batch:
            self._raw.sync()
            async for one in answered(batch, save):
                yield one

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
            self._count(_outcome(answer), one.failed)

    def _count(self, outcome: str, task: Task | None) -> None:
        self._stats.inc_value(f"record/{outcome}_count")
        if task is not None:
            self._tasks.append(task)

    def _set_aside(self, kind: str, name: str, record: Record, error: Exception) -> Path:
        """Keep a record in a file that the store does not take. Raises OutputError."""
        return set_aside(self._raw.directory, kind, name, record, f"{type(error).__name__}: {error}")

    def _tell_aside(self, kind: str, name: str, error: Exception, path: Path) -> None:
        if kind != "article":  # which is an outcome of its own
            self._stats.inc_value("run/refused_count")
        logger.error("The store does not take the %s %s, which is now in %s: %s", kind, name, path, error)
        if isinstance(error, RecordRefusedError):
            self._run.warn(f"refused by the store: {kind} {name}, now in {path}")
        else:
            self._run.unforeseen(error, f"the store does not take the {kind} {name}, now in {path}")


def _outcome(answer: Answer) -> str:
    """The word for how an article ended."""
    if isinstance(answer, SaveOutcome):
        return answer
    return "refused" if isinstance(answer, RecordRefusedError) else "failed"


def _lines(entries: Sequence[SpoolEntry]) -> tuple[list[bytes], list[tuple[SpoolEntry, RecordRefusedError]]]:
    """The lines of a spool, and the entries that no store takes."""
    lines: list[bytes] = []
    refused: list[tuple[SpoolEntry, RecordRefusedError]] = []
    for entry in entries:
        try:
            lines.append(entry.line())
        except RecordRefusedError as error:
            refused.append((entry, error))
    return lines, refused


def _document_entry(collection: DocumentCollection[D], key: str, document: D | None) -> SpoolEntry:
    fields = None if document is None else collection.written(key, document)[0]
    return SpoolEntry(document=(collection.name, key, fields))
