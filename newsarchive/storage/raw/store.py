"""Every page as it came: WARC files that outlive the web page and any parser, and an index to find it by.

A page is written before anybody reads it. Several processes may write at once: each writes files of its own. A record
that was cut off by the sudden death of its writer is set aside when the store is opened next.
"""

from __future__ import annotations

import logging
import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Self

from newsarchive.errors import (
    NewsarchiveError,
    OutputError,
    StorePermissionError,
    StoreUnreachableError,
    StoreVersionError,
)
from newsarchive.items.article import RawReference
from newsarchive.items.verdict import Verdict
from newsarchive.records.page import Page
from newsarchive.storage.disk import is_there, lock, sync_directory
from newsarchive.storage.raw.content_encoding import decoded
from newsarchive.storage.raw.folders import day_folder, made_day_folder, path_of, warc_files
from newsarchive.storage.raw.index import RawIndex, RawRecord
from newsarchive.storage.raw.reader import (
    INDEX_NAME,
    Damage,
    RawReader,
    check_folder,
    sha256_of,
    shortness,
    size_of,
    take_in,
)
from newsarchive.storage.raw.warc import Capture, Original, header, header_text, read_member, record_bytes

logger = logging.getLogger(__name__)

DEFAULT_FILE_BYTES = 512 * 1024 * 1024
WORTH_A_REVISIT = 1024
"""Bytes of content. A record without content takes some 500 itself."""


class RawStore:
    """The WARC files of a directory with their index.

    A file is followed by a new one when it holds `max_bytes` or more. A page is in the system's hands before `append`
    returns (it survives `kill -9`), and on the disk itself after the next `sync` (it survives a power cut): a group of
    pages costs one such wait, a page by itself would cost as much as its parsing. Without `fsync` that is never waited for.
    """

    def __init__(self, directory: Path, *, max_bytes: int = DEFAULT_FILE_BYTES, fsync: bool = True) -> None:
        self.directory = directory
        self._max_bytes = max_bytes
        self._fsync = fsync
        self._reader: RawReader | None = None
        self._file: BinaryIO | None = None
        self._unsynced = False
        self._leant_on: set[Path] = set()
        self._lost: str | None = None
        self.added = 0
        """Bytes of the records that were written since it was made."""
        self.damages: list[str] = []
        """Of the last opening: files that are shorter than the index knows them, or missing, a line each."""
        self.torn: list[Damage] = []
        """Of the last opening: ends of files that were set aside."""

    def open(self) -> None:
        """Create what is missing, and take in what writers left behind that died.

        Raises StorePermissionError, or StoreVersionError for an index that is none.
        """
        if self._reader is not None:
            return
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorePermissionError(
                f"{self.directory} cannot be made ({error.strerror}): choose another place for raw pages"
            ) from None
        self._reader = RawReader(self.directory, RawIndex.for_writing(self.directory / INDEX_NAME))
        self._take_in()

    def close(self) -> None:
        """Put what was written on the disk, as far as that goes, and close the files; closing twice is fine."""
        if self._reader is not None:
            try:
                self.sync()
            except NewsarchiveError as error:
                logger.error("%s", error)  # noqa: TRY400 - its text is for the user, its place says nothing
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def __enter__(self) -> Self:
        """Open the store."""
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self.close()

    @property
    def reader(self) -> RawReader:
        """The same pages for reading."""
        if self._reader is None:
            raise RuntimeError("the raw store is not open: open() it first")
        return self._reader

    @property
    def _index(self) -> RawIndex:
        return self.reader.index

    def append(self, capture: Capture, content: bytes | None = None) -> RawReference:
        """Keep a page, with its headers and content as the server sent them. Raises OutputError.

        `content` is the decoded content, where that is known already.

        Where the store has the same bytes of the same address, it is kept without its content, as a `revisit`.
        """
        page, url = capture.page, header_text(capture.page.url)
        if url != page.url:
            page = replace(page, url=url)
        if content is None:
            content = decoded(page.content, header(page.headers, "content-encoding"))
        sha256 = sha256_of(content)
        original = None if capture.rendered else self._original(page, sha256)
        identity = capture.identity and header_text(capture.identity)
        capture = replace(capture, page=page, identity=identity, original=original)
        data = record_bytes(capture)
        file = self._current_file()
        offset = file.seek(0, os.SEEK_END)
        self._write(file, offset, data)
        self.added += len(data)
        reference = RawReference(file=Path(file.name).name, offset=offset, sha256=sha256)
        self._index.add(
            RawRecord(
                reference, page.url, capture.fetched_at, capture.identity, capture.site,
                length=len(data), original=capture.original.fetched_at if capture.original else None,
            )
        )  # fmt: skip
        return reference

    def _original(self, page: Page, sha256: str) -> Original | None:
        """The page that holds the bytes of this one, for the same address, if there is one.

        It is read: what the index alone knows may be lost. So what is damaged is kept anew as soon as it is fetched again.
        """
        if len(page.content) < WORTH_A_REVISIT:
            return None
        try:
            return self._held(page, sha256)
        except StoreVersionError:  # a damaged index: a page more in full
            return None

    def _held(self, page: Page, sha256: str) -> Original | None:
        alike = self._index.alike(page.url, sha256)
        for held in self._index.fetched(page.url, alike.original or alike.fetched_at) if alike else ():
            member = self.reader.member(held.reference, as_sent=True)
            there = member.capture if member else None
            if there is None or there.rendered or there.original or there.page.content != page.content:
                continue
            self._leant_on.add(path_of(self.directory, held.reference.file))
            return Original(held.fetched_at, sha256)
        return None

    def sync(self) -> None:
        """Put all pages on the disk, and then what is known of them into the index.

        To be called before anybody says that a page is done. Raises OutputError, ever again once it has failed: the system
        forgets a failed write, and asking again would answer that all is well. Raises StoreUnreachableError for the index.
        """
        if self._lost:
            raise OutputError(self._lost)
        if self._unsynced and self._file is not None:
            try:
                os.fsync(self._file.fileno())
                # Another process may have written the pages that revisits lean on, and not have waited for the disk yet.
                for path in self._leant_on - {Path(self._file.name)}:
                    _sync_file(path)
                self._leant_on.clear()
            except OSError as error:
                self._lost = (
                    f"{self._file.name} cannot be written ({error.strerror}): make room, then run again"
                )
                raise OutputError(self._lost) from None
            if not is_there(self._file):
                self._lost = f"{self._file.name} was taken away while pages were kept in it: run again"
                raise OutputError(self._lost)
            self._unsynced = False
        self._index.flush()

    def _current_file(self) -> BinaryIO:
        if self._file is not None and self._file.tell() >= self._max_bytes:
            self.sync()
            self._file.close()
            self._file = None
        if self._file is None:
            self._file = self._new_file()
        return self._file

    def _new_file(self) -> BinaryIO:
        """A file that no other process writes: its name is its own, and it is locked as long as it is written."""
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        name = f"pages-{now}-{os.getpid()}-{uuid.uuid4().hex[:8]}.warc.gz"
        path = day_folder(self.directory, name) / name
        try:
            made_day_folder(self.directory, name)
            file = path.open("xb", buffering=0)
        except OSError as error:
            raise OutputError(f"{path} cannot be written ({error.strerror})") from None
        if not lock(file) and sys.platform != "win32":  # another process looked at it at just this moment
            file.close()
            return self._new_file()
        if self._fsync:
            sync_directory(path.parent)
        return file

    def _write(self, file: BinaryIO, offset: int, data: bytes) -> None:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[file.write(rest) :]
        except OSError as error:
            file.truncate(offset)
            raise OutputError(
                f"a page cannot be written to {file.name} ({error.strerror}): make room, then run again"
            ) from None
        self._unsynced = self._fsync

    def note(
        self, reference: RawReference, identity: str | None = None, verdict: Verdict | None = None
    ) -> None:
        """Add what was learnt of a page after judging it; None leaves what is known."""
        self._index.note(reference, identity, verdict)

    def find(self, name: str, at: datetime | None = None) -> list[RawRecord]:
        """The pages of an identity or URL, newest first; with `at` only those fetched at or before it."""
        return self._index.find(name, at)

    def records(self) -> Iterator[RawRecord]:
        """All pages, in the order in which they were fetched."""
        return self._index.all()

    def read(self, reference: RawReference) -> Page:
        """A page by its reference, decoded. Raises InputFileError."""
        return self.reader.read(reference)

    def _take_in(self) -> None:
        self.damages, self.torn = [], []
        there = {path.name: path for path in warc_files(self.directory)}
        for name in sorted({*there, *self._index.files()}):
            path = there.get(name) or path_of(self.directory, name)
            # In this order: of a file that is being written, both grow, and the index never knows more than the file holds.
            known, size = self._index.end_of(name), size_of(path)
            if size is None:  # moved into the folder of its day just now
                size = size_of(path := path_of(self.directory, name))
            if size is None or size < known:
                if told := shortness(self._index, path, known, size):
                    self.damages.append(told)
            elif size > known:
                for gap in take_in(self._index, path, known, size):
                    if gap.end == size:
                        if aside := _set_aside(path, gap.offset):
                            self.torn.append(
                                Damage(name, gap.offset, gap.end, f"a torn record, now in {aside.name}")
                            )
                    else:
                        logger.warning(
                            "%s is damaged from byte %d to %d: what lay there is lost, `newsarchive raw verify` says what"
                            " is known of it",
                            path, gap.offset, gap.end,
                        )  # fmt: skip
        self._index.flush()


def _set_aside(path: Path, offset: int) -> Path | None:
    """Move the torn end of a file into one beside it, unless the file's writer is alive and still at it."""
    with path.open("r+b") as file:
        if not lock(file) or read_member(file, offset):  # whole by now: its writer has just come to its end
            return None
        file.seek(offset)
        torn = file.read()
        aside = path.with_name(f"{path.name}.torn-{offset}")
        with aside.open("wb") as copy:
            copy.write(torn)
            copy.flush()
            os.fsync(copy.fileno())
        file.truncate(offset)
    logger.warning("%s ended in a torn record; its %d bytes are now in %s", path, len(torn), aside.name)
    return aside


def _sync_file(path: Path) -> None:
    """Put a file of another process on the disk; one that is gone became part of another file, which is."""
    with suppress(FileNotFoundError), path.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Keep other verifications and compactions away from a folder.

    Raises StoreUnreachableError where one is at it, InputFileError where there is no folder.
    """
    check_folder(directory)
    if sys.platform == "win32":  # where no file is ever moved
        yield
        return
    folder = os.open(directory, os.O_RDONLY)
    try:
        if not lock(folder):
            raise StoreUnreachableError(f"another process verifies or compacts {directory}: try again later")
        yield
    finally:
        os.close(folder)
