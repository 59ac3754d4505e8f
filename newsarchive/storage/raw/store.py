"""Every page as it came: WARC files that outlive the web page and any parser, and an index to find it by.

A page is written before anybody reads it. Several processes may write at once: each writes files of its own. A record
that was cut off by the sudden death of its writer is set aside when the store is opened next.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Self

from newsarchive.errors import InputFileError, NewsarchiveError, OutputError, StorePermissionError
from newsarchive.items.article import RawReference
from newsarchive.items.verdict import Verdict
from newsarchive.records.page import Page
from newsarchive.storage.raw.content_encoding import decoded
from newsarchive.storage.raw.index import RawIndex, RawRecord
from newsarchive.storage.raw.warc import (
    Capture,
    Torn,
    header,
    header_text,
    members,
    read_member,
    record_bytes,
)

if sys.platform != "win32":
    import fcntl

logger = logging.getLogger(__name__)

DEFAULT_FILE_BYTES = 512 * 1024 * 1024
INDEX_NAME = "index.sqlite"


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
        self._index_file: RawIndex | None = None
        self._file: BinaryIO | None = None
        self._unsynced = False
        self._lost: str | None = None

    def open(self) -> None:
        """Create what is missing, and take in what writers left behind that died.

        Raises StorePermissionError, or StoreVersionError for an index that is none.
        """
        if self._index_file is not None:
            return
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorePermissionError(
                f"{self.directory} cannot be made ({error.strerror}): choose another place for raw pages"
            ) from None
        self._index_file = RawIndex(self.directory / INDEX_NAME)
        self._take_in()

    def close(self) -> None:
        """Put what was written on the disk, as far as that goes, and close the files; closing twice is fine."""
        if self._index_file is not None:
            try:
                self.sync()
            except NewsarchiveError as error:
                logger.error("%s", error)  # noqa: TRY400 - its text is for the user, its place says nothing
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._index_file is not None:
            self._index_file.close()
            self._index_file = None

    def __enter__(self) -> Self:
        """Open the store."""
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self.close()

    @property
    def _index(self) -> RawIndex:
        if self._index_file is None:
            raise RuntimeError("the raw store is not open: open() it first")
        return self._index_file

    def append(self, capture: Capture) -> RawReference:
        """Keep a page, with its headers and content as the server sent them. Raises OutputError."""
        page = replace(capture.page, url=header_text(capture.page.url))
        capture = replace(capture, page=page, identity=capture.identity and header_text(capture.identity))
        data = record_bytes(capture)
        index, file = self._index, self._current_file()
        offset = file.seek(0, os.SEEK_END)
        self._write(file, offset, data)
        content = decoded(page.content, header(page.headers, "content-encoding"))
        reference = RawReference(file=Path(file.name).name, offset=offset, sha256=_sha256(content))
        index.add(_record(reference, capture), len(data))
        return reference

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
        path = self.directory / f"pages-{now}-{os.getpid()}-{uuid.uuid4().hex[:8]}.warc.gz"
        try:
            file = path.open("xb", buffering=0)
        except OSError as error:
            raise OutputError(f"{path} cannot be written ({error.strerror})") from None
        _lock(file)
        if self._fsync:
            _sync_directory(self.directory)
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
        """A page by its reference, decoded; needs no index. Raises InputFileError."""
        path = self.directory / Path(reference.file).name
        try:
            with path.open("rb") as file:
                member = read_member(file, reference.offset)
        except OSError as error:
            raise InputFileError(f"{path} cannot be read ({error.strerror})") from None
        capture = member.capture if member else None
        if capture is None or _sha256(capture.page.content) != reference.sha256:
            raise InputFileError(
                f"{path} has no whole page at byte {reference.offset}: restore it from a copy"
            )
        return capture.page

    def _take_in(self) -> None:
        for path in sorted(self.directory.glob("*.warc.gz")):
            start = self._index.end_of(path.name)
            if path.stat().st_size <= start:
                continue
            for found in members(path, start):
                if isinstance(found, Torn):
                    _set_aside(path, found.offset)
                elif capture := found.capture:
                    reference = RawReference(
                        file=path.name, offset=found.offset, sha256=_sha256(capture.page.content)
                    )
                    self._index.add(_record(reference, capture), found.length)


def _record(reference: RawReference, capture: Capture) -> RawRecord:
    return RawRecord(reference, capture.page.url, capture.fetched_at, capture.identity, capture.site)


def _set_aside(path: Path, offset: int) -> None:
    """Move the torn end of a file into one beside it, unless the file's writer is alive and still at it."""
    with path.open("r+b") as file:
        if not _lock(file):
            return
        file.seek(offset)
        torn = file.read()
        aside = path.with_name(f"{path.name}.torn-{offset}")
        with aside.open("wb") as copy:
            copy.write(torn)
            copy.flush()
            os.fsync(copy.fileno())
        file.truncate(offset)
    logger.warning("%s ended in a torn record; its %d bytes are now in %s", path, len(torn), aside.name)


def is_there(file: BinaryIO) -> bool:
    """Whether an open file still lies under its name: the pages of one that was removed would go with its last reader."""
    try:
        return os.path.samestat(Path(file.name).stat(), os.fstat(file.fileno()))
    except OSError:
        return False


def _lock(file: BinaryIO) -> bool:
    """Take a file for this process; False where another one has it (and always on Windows, which has no such lock)."""
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _sync_directory(directory: Path) -> None:
    """Put a new file's name on the disk, too."""
    if sys.platform == "win32":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
