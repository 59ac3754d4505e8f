"""What waits for a store that is away: lines in a file beside the raw pages, and their way into the store.

A line holds one record with what it settles, behind its version, a checksum and its kind:

    1 5c3a91f0 article {"article": {…}, "done": {…}, "failed": {…}}

Lines are only ever added, and are on the disk before anybody says that a record is kept. Each crawl has a file of its own,
which it holds locked; the file of one that has ended is drained by the next crawl of its site, or by `newsarchive spool
drain`, and then removed. Every write may be sent twice, so a drain that dies is begun anew.
"""

from __future__ import annotations

import logging
import os
import sys
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, TypeVar
from zlib import crc32

from newsarchive.errors import (
    OutputError,
    StorePermissionError,
    StoreUnreachableError,
    StoreUnwritableError,
    StoreVersionError,
)
from newsarchive.items.article import Article
from newsarchive.items.event import Event
from newsarchive.items.record import Record
from newsarchive.records.run import Run
from newsarchive.records.task import Task
from newsarchive.storage.collections import LISTS, PAUSES, DocumentCollection
from newsarchive.storage.contract import SaveOutcome, Store
from newsarchive.storage.disk import is_there, lock, sync_directory
from newsarchive.storage.limits import refusing, text_of
from newsarchive.storage.merging import DERIVED, storable
from newsarchive.storage.raw.refused import set_aside
from newsarchive.storage.reading import check_version, record_of

R = TypeVar("R")
A = TypeVar("A")

FOLDER = "spool"
"""The folder of these files, inside that of the raw pages."""
AWAY = (StoreUnreachableError, StorePermissionError, StoreVersionError, OutputError)
"""What says that the store, or the disk, takes nothing now; every other error is of one record."""
VERSION = 1
AT_ONCE = 100
"""Lines that are written into the store together at most."""
_ENDING = ".spool"
_DAMAGED = ".damaged"
_SPOOLED: dict[str, DocumentCollection[Any]] = {LISTS.name: LISTS, PAUSES.name: PAUSES}
"""The small documents that a crawl has to say."""

logger = logging.getLogger(__name__)


class SpoolEntry(Record):
    """One line: a record of one kind. An article comes with its task once it is stored, and with that if it never is."""

    article: Article | None = None
    done: Task | None = None
    failed: Task | None = None
    event: Event | None = None
    task: Task | None = None
    document: tuple[str, str, dict[str, Any] | None] | None = None
    """Collection, key and fields of a small document; without fields it is forgotten."""
    run: Run | None = None

    @property
    def kind(self) -> str:
        """What it is: `article`, `event`, `task`, `document` or `run`."""
        return next(
            kind
            for kind in ("article", "event", "task", "document", "run")
            if getattr(self, kind) is not None
        )

    @property
    def record(self) -> Record:
        """The record that it is; of a small document the whole line."""
        record: Record | None = self.article or self.event or self.task or self.run
        return record or self

    @property
    def name(self) -> str:
        """Which one it is of its kind: the identity or URL of an article or event, and so on."""
        match self.record:
            case Article(identity=name) | Task(name=name) | Run(run_id=name):
                return name
            case Event(identity=identity, url=url):
                return identity or url
        return " ".join((self.document or ("", ""))[:2])

    def line(self) -> bytes:
        """It as it lies in the file. Raises RecordRefusedError for what no store takes."""
        if self.article is not None:
            storable(self.article)
        for record in (self.done, self.failed, self.event, self.task, self.run):
            if record is not None:
                text_of(record)
        with refusing(f"the {self.kind} {self.name}"):
            text = self.model_dump_json(exclude={"article": set(DERIVED)})
            said = f"{self.kind} {text}".encode()
        return b"%d %08x %b\n" % (VERSION, crc32(said), said)


Answer: TypeAlias = SaveOutcome | Exception | None


@dataclass(slots=True)
class Drained:
    """What became of the lines that were drained: how many of each kind, which the store refused, which were damaged."""

    kinds: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


class Spool:
    """One file of lines that wait, held by this process: it may be added to at its end and read from its beginning."""

    def __init__(self, path: Path, file: BinaryIO | None = None) -> None:
        self.path = path
        self._file = file
        self._read = 0
        self.damaged: list[str] = []

    @classmethod
    def beside(cls, raw: Path, site: str) -> Spool:
        """A new one of a crawl; there is no file before something waits."""
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        return cls(raw / FOLDER / f"{site}-{now}-{os.getpid()}-{uuid.uuid4().hex[:8]}{_ENDING}")

    def __bool__(self) -> bool:
        """Whether anything waits in it."""
        return self._file is not None

    def append(self, lines: Sequence[bytes]) -> None:
        """Add lines and put them on the disk: all of them or none. Raises OutputError."""
        if not lines:
            return
        end = 0
        try:
            file = self._file or self._made()
            end = file.seek(0, os.SEEK_END)
            rest = memoryview(b"".join(lines))
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        except OSError as error:
            if self._file is not None:
                self._file.truncate(end)
            raise OutputError(f"{self.path} cannot be written ({error.strerror}): make room there") from None

    def _made(self) -> BinaryIO:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_suffix(".new")
        self._file = new.open("x+b", buffering=0)
        lock(self._file)
        new.rename(self.path)  # locked before a drain of another process sees it
        for folder in (self.path.parent, self.path.parent.parent):
            sync_directory(folder)
        return self._file

    def next(self, most: int = AT_ONCE) -> tuple[list[SpoolEntry], int]:
        """The next entries, all of one kind, and where they end; none at the end of the file.

        A line that is damaged is told, copied to a file beside this one and passed over; one that was cut off by the sudden
        death of its writer is told and passed over. Raises StoreVersionError for a line of a newer newsarchive.
        """
        entries: list[SpoolEntry] = []
        end = self._read
        with self.path.open("rb") as file:
            file.seek(end)
            for line in file:
                entry = self._entry(line, end)
                if entries and (entry is None or len(entries) >= most or entries[0].kind != entry.kind):
                    break
                if entry is not None:
                    entries.append(entry)
                else:
                    self._pass_over(line, end)
                end += len(line)
        return entries, end

    def _entry(self, line: bytes, at: int) -> SpoolEntry | None:
        version, _, rest = line.partition(b" ")
        checksum, _, said = rest[:-1].partition(b" ")
        if version.isdigit() and line.endswith(b"\n"):
            check_version(str(self.path), int(version), VERSION, "line")
        if version != b"%d" % VERSION or checksum != b"%08x" % crc32(said) or not line.endswith(b"\n"):
            return None
        return record_of(
            SpoolEntry, said.partition(b" ")[2].decode(), f"at byte {at}", str(self.path), "line"
        )

    def _pass_over(self, line: bytes, at: int) -> None:
        if not line.endswith(b"\n"):
            what = f"{self.path} ends in a line ({len(line)} bytes) over which its crawl was killed"
            logger.warning("%s: it was not said to be kept, and its page is fetched again", what)
            return
        aside = self.path.with_name(f"{self.path.name}.{at}{_DAMAGED}")
        try:
            aside.write_bytes(line)
        except OSError as error:
            raise OutputError(f"{aside} cannot be written ({error.strerror}): make room there") from None
        self.damaged.append(f"{self.path} is damaged at byte {at}: the line is now in {aside}")
        logger.error("%s", self.damaged[-1])

    def forget(self, end: int) -> None:
        """Take note that all before `end` is in the store; the file of which all is there is removed. Raises OutputError."""
        self._read = end
        if self._file is None or os.fstat(self._file.fileno()).st_size > end:
            return
        try:
            self.path.unlink()
        except OSError as error:
            raise OutputError(f"{self.path} cannot be removed ({error.strerror})") from None
        self._file.close()
        self._file, self._read = None, 0

    def close(self) -> None:
        """Leave the rest to whoever drains it."""
        if self._file is not None:
            self._file.close()
            self._file = None


def left_over(raw: Path, site: str | None = None) -> Iterator[Spool]:
    """What crawls (of a site) have left, the oldest first; what a living crawl holds is passed over."""
    for path in _files(raw):
        if site in (None, _site_of(path)):
            try:
                file = path.open("r+b", buffering=0)
            except FileNotFoundError:  # another process has drained it
                continue
            except OSError as error:
                raise OutputError(f"{path} cannot be opened ({error.strerror})") from None
            # Windows has no such lock, and drains may meet there.
            if (lock(file) or sys.platform == "win32") and is_there(file):
                yield Spool(path, file)
            else:
                file.close()


def waiting(raw: Path) -> dict[str, Counter[str]]:
    """How many lines of each kind wait, for each site of which any do; of a living crawl, too. Nothing is changed."""
    found: dict[str, Counter[str]] = {}
    for path in _files(raw):
        try:
            with path.open("rb") as file:
                kinds = Counter(
                    line.split(b" ", 3)[2].decode(errors="replace") for line in file if line.count(b" ") > 2
                )
        except OSError:
            continue
        if kinds:
            found.setdefault(_site_of(path), Counter()).update(kinds)
    return found


def worded(kinds: Counter[str]) -> str:
    """How many articles and other records, in words."""
    others = kinds.total() - kinds["article"]
    return f"{kinds['article']} articles, {others} other records"


def _files(raw: Path) -> list[Path]:
    return sorted((raw / FOLDER).glob(f"*{_ENDING}"), key=lambda path: path.name.rsplit("-", 3)[1:])


def _site_of(path: Path) -> str:
    return path.name.rsplit("-", 3)[0]


# Into the store.


async def drain(
    spool: Spool, store: Store, raw: Path, settled: Callable[[SpoolEntry, Answer, Path | None], None]
) -> None:
    """Write what waits into the store, in order, and remove the file.

    `settled` is told each record's end: the store's answer, or the error for which it is not taken and the file (beside
    `raw`, the raw pages) where it is now. Raises one of AWAY where the store takes nothing; then it may be called again.
    """
    while spool:
        entries, end = spool.next()
        answers = [one async for one in answered(entries, lambda batch: _save(batch, store))]
        # What may fail comes before what is counted: a batch that was cut short is sent again as a whole.
        aside = [_kept_aside(raw, entry, answer) for entry, answer in answers]
        tasks = [
            entry.failed if isinstance(answer, Exception) else entry.done
            for entry, answer in answers
            if entry.article is not None
        ]
        await _settle([task for task in tasks if task is not None], store, raw)
        spool.forget(end)
        for (entry, answer), path in zip(answers, aside, strict=True):
            settled(entry, answer, path)


async def drain_left_over(store: Store, raw: Path, site: str | None = None) -> Drained:
    """Drain what crawls (of a site) have left. Raises what `drain` does."""
    drained = Drained()

    def settled(entry: SpoolEntry, answer: Answer, path: Path | None) -> None:
        if isinstance(answer, Exception):
            drained.refused.append(
                f"the store does not take the {entry.kind} {entry.name}, now in {path}: {answer}"
            )
            logger.error("%s", drained.refused[-1])
        else:
            drained.kinds[entry.kind] += 1

    for spool in left_over(raw, site):
        try:
            await drain(spool, store, raw, settled)
        finally:
            spool.close()
            drained.damaged += spool.damaged
    return drained


async def _save(entries: Sequence[SpoolEntry], store: Store) -> Sequence[SaveOutcome] | None:
    match entries[0].kind:
        case "article":
            return await store.save_articles([it.article for it in entries if it.article])
        case "event":
            await store.save_events([it.event for it in entries if it.event])
        case "task":
            await _save_tasks([it.task for it in entries if it.task], store)
        case "document":
            for entry in entries:
                if entry.document:
                    await _save_document(*entry.document, store)
        case _:
            for entry in entries:
                if entry.run:
                    await store.save_run(entry.run)
    return None


async def _settle(tasks: Sequence[Task], store: Store, raw: Path) -> None:
    """Keep the tasks of articles that have come to their end."""
    async for task, error in answered(tasks, lambda batch: _save_tasks(batch, store)):
        if isinstance(error, Exception):
            path = set_aside(raw, "task", task.name, task, f"{type(error).__name__}: {error}")
            logger.error(
                "The store does not take the task %s, which is now in %s: %s", task.name, path, error
            )


async def _save_tasks(tasks: Sequence[Task], store: Store) -> None:
    """Keep tasks, but for those that another crawl has tried again since."""
    held = await store.tasks([task.name for task in tasks]) if tasks else {}

    def is_older(task: Task) -> bool:
        now = held[task.name].checked_at if task.name in held else None
        return now is not None and task.checked_at is not None and task.checked_at < now

    if news := [task for task in tasks if not is_older(task)]:
        await store.save_tasks(news)


async def _save_document(collection: str, key: str, fields: dict[str, Any] | None, store: Store) -> None:
    kept = _SPOOLED[collection]
    if fields is None:
        await store.delete_document(kept, key)
    else:
        await store.put_document(kept, key, kept.read(key, fields, "the spool"))


def _kept_aside(raw: Path, entry: SpoolEntry, answer: Answer) -> Path | None:
    if not isinstance(answer, Exception):
        return None
    return set_aside(raw, entry.kind, entry.name, entry.record, f"{type(answer).__name__}: {answer}")


async def answered(
    batch: Sequence[R], save: Callable[[Sequence[R]], Awaitable[Sequence[A] | None]]
) -> AsyncIterator[tuple[R, A | Exception | None]]:
    """Each record with the store's answer, or with the error for which alone it is not taken.

    Where the store does not take the batch, the records go one by one. Raises one of AWAY where it takes nothing now.
    """
    if not batch:
        return
    answers: Sequence[A | Exception | None]
    try:
        answers = await save(batch) or [None] * len(batch)
    except AWAY:
        raise
    except Exception as error:  # noqa: BLE001 - told with its record
        if len(batch) > 1:
            for record in batch:
                async for one in answered([record], save):
                    yield one
            return
        answers = [error]
    for record, answer in zip(batch, answers, strict=True):
        yield record, answer


def may_come_back(error: Exception) -> bool:
    """Whether a store may take, after a while, what it did not take now: one that is busy, or does not answer."""
    return isinstance(error, StoreUnreachableError) and not isinstance(error, StoreUnwritableError)
