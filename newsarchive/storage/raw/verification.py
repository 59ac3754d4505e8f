"""Every record of every file read and compared with the index: what is lost is named, an index that differs is mended."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from newsarchive.errors import InputFileError, StoreUnreachableError, StoreVersionError
from newsarchive.items.verdict import Verdict
from newsarchive.records.page import Page
from newsarchive.storage.disk import lock
from newsarchive.storage.raw.folders import warc_files
from newsarchive.storage.raw.index import RawIndex, RawRecord
from newsarchive.storage.raw.reader import INDEX_NAME, Damage, RawReader, record_of
from newsarchive.storage.raw.store import RawStore, alone
from newsarchive.storage.raw.warc import Capture, Gap, Part, members

logger = logging.getLogger(__name__)

Judge = Callable[[Page, str | None], tuple[str | None, Verdict]]
"""What tells of a page of a site which article it is or stands for, and its verdict."""


@dataclass
class Verification:
    """What was found: `pages` are whole, `damages` name all that is not, with the pages that lay there.

    `mended` are rows of the index that were missing or said something else than their file, `struck` rows that stood for
    nothing. `new_index` is whether the whole index was made again.
    """

    files: int = 0
    size: int = 0
    pages: int = 0
    mended: int = 0
    struck: int = 0
    new_index: bool = False
    damages: list[Damage] = field(default_factory=list)

    @property
    def lost(self) -> list[RawRecord]:
        """The pages that are lost."""
        return [record for damage in self.damages for record in damage.records]


def verify(directory: Path, judge: Judge, *, forget: bool = False) -> Verification:
    """Read all raw pages; safe while a crawl runs, of whose newest file only what the index has is looked at.

    With `forget` what is lost is struck from the index, so that nobody is told of it again. Raises InputFileError,
    StoreUnreachableError where another one is at it, or where a crawl writes into a damaged index.
    """
    with alone(directory):
        found = Verification()
        salvaged = _new_index(directory)
        found.new_index = salvaged is not None
        with RawStore(directory) as raw:
            index = raw.reader.index
            found.damages += raw.torn
            if salvaged is not None:
                _teach(index, salvaged)
            being_written = set()
            for path in warc_files(directory):
                if not index.part(path.name):
                    closed = _is_closed(path)
                    _verify_file(index, path, found, closed=closed)
                    being_written |= set() if closed else {path.name}
            _look_for_missing(index, directory, found)
            _look_for_originals(index, found)
            for row in list(index.without_verdict()):
                if row.reference.file not in being_written:
                    _learn(raw.reader, row, judge)
            if forget:
                index.forget([record.reference for record in found.lost])
        return found


def _verify_file(index: RawIndex, path: Path, found: Verification, *, closed: bool) -> None:
    """Compare a file with the index; of one that is being written only what the index has."""
    rows = {row.reference.offset: row for row in index.in_file(path.name)}
    size = path.stat().st_size
    end = size if closed else max((row.end for row in rows.values()), default=0)
    gaps: list[Gap] = []
    found.files += 1
    found.size += size
    for one in members(path, 0, end, digests=True):
        if isinstance(one, Gap):
            gaps.append(one)
        elif isinstance(one.content, Part):
            if index.part(one.content.file) != (path.name, one.end, one.content.length):
                index.move([(one.content, one.end)], path.name)
                found.mended += 1
        elif isinstance(one.content, Capture):
            record = record_of(path.name, one, one.content)
            row = rows.pop(one.offset, None)
            if row is None or not _agree(row, record):
                index.put(record)
                found.mended += 1
            found.pages += 1
        elif one.offset in rows:
            gaps.append(Gap(one.offset, one.end))
    for gap in gaps:
        lying = [rows.pop(offset) for offset in [*rows] if gap.offset <= offset < gap.end]
        found.damages.append(
            Damage(path.name, gap.offset, gap.end, "no whole record lies here", tuple(lying))
        )
    if behind := tuple(row for offset, row in rows.items() if offset >= size):
        until = max(row.end for row in behind)
        found.damages.append(Damage(path.name, size, until, "the file has become shorter", behind))
    # Each byte before the end is in a whole record or a gap, so these never were there.
    wrong = [row.reference for offset, row in rows.items() if offset < size]
    index.strike(wrong)
    found.struck += len(wrong)


def _is_closed(path: Path) -> bool:
    """Whether nobody writes a file."""
    with path.open("rb") as file:
        return lock(file)


def _agree(row: RawRecord, record: RawRecord) -> bool:
    """Whether the index says what a file does, but for what was learnt later."""
    return row == replace(record, identity=row.identity, verdict=row.verdict)


def _look_for_missing(index: RawIndex, directory: Path, found: Verification) -> None:
    there = {path.name for path in warc_files(directory)}
    for name in index.files():
        if name in there:
            continue
        rows = list(index.in_file(name))
        elsewhere = [row.reference for row in rows if _lies_elsewhere(index, row, there)]
        index.strike(elsewhere)
        found.struck += len(elsewhere)
        lost = tuple(row for row in rows if row.reference not in elsewhere)
        if lost:
            found.damages.append(Damage(name, 0, max(row.end for row in lost), "the file is missing", lost))


def _lies_elsewhere(index: RawIndex, row: RawRecord, there: set[str]) -> bool:
    """Whether the very page is in a file that is there: then its row was garbled, or somebody has moved the record by hand."""
    return any(
        one.reference.file in there and one.reference.sha256 == row.reference.sha256
        for one in index.fetched(row.url, row.fetched_at)
    )


def _look_for_originals(index: RawIndex, found: Verification) -> None:
    """Revisits are lost with the page that holds their bytes."""
    lost = {(record.reference.file, record.reference.offset) for record in found.lost}
    for row in index.revisits():
        assert row.original is not None  # noqa: S101 - it is one
        place = (row.reference.file, row.reference.offset)
        if place in lost:
            continue
        held = [
            one
            for one in index.fetched(row.url, row.original)
            if one.original is None
            and one.reference.sha256 == row.reference.sha256
            and (one.reference.file, one.reference.offset) not in lost
        ]
        if not held:
            why = "the page that has the bytes of this one is lost"
            found.damages.append(Damage(*place, row.end, why, (row,)))
            found.pages -= 1


# A damaged index.


def _new_index(directory: Path) -> list[RawRecord] | None:
    """Put a damaged index aside, so that one is made again; what can be read of it, or None where it is sound."""
    path = directory / INDEX_NAME
    salvaged: list[RawRecord] = []
    try:
        index = RawIndex.for_writing(path)
    except StoreVersionError:
        if not path.is_file():
            raise
    else:
        try:
            if index.is_sound():
                return None
            salvaged = list(index.salvage())
        finally:
            index.close()
    if not all(map(_is_closed, warc_files(directory))):
        raise StoreUnreachableError(
            f"{path} is damaged, and a crawl writes raw pages: verify again when it has ended"
        )
    aside = f"damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(path.with_name(f"{path.name}.{aside}{suffix}"))
    logger.warning("%s was damaged; it is now %s.%s, and is made again", path, path.name, aside)
    return salvaged


def _teach(index: RawIndex, salvaged: Iterable[RawRecord]) -> None:
    """Put into a new index what the damaged one had learnt, and which pages it knew that are in no file."""
    for record in salvaged:
        known = index.at(record.reference)
        if known is None:
            index.add(record)
        elif known.reference.sha256 == record.reference.sha256:
            index.note(record.reference, record.identity, record.verdict)
    index.flush()


def _learn(reader: RawReader, row: RawRecord, judge: Judge) -> None:
    """Judge a page as the crawl did, or would have, that fetched it."""
    with suppress(InputFileError):  # which is among what is lost
        reader.index.note(row.reference, *judge(reader.read(row.reference), row.site))
