"""Raw pages for whoever only reads them, one by one or file by file: nothing is written, others may write meanwhile."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from newsarchive.errors import InputFileError, NoStoreError, StorePermissionError, StoreVersionError
from newsarchive.items.article import RawReference
from newsarchive.records.page import Page
from newsarchive.storage.raw.folders import path_of, warc_files
from newsarchive.storage.raw.index import RawIndex, RawRecord
from newsarchive.storage.raw.warc import Capture, Gap, Member, Part, members, read_member

logger = logging.getLogger(__name__)

INDEX_NAME = "index.sqlite"


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page of a file, decoded, with where it lies and what its record says; a revisit has the bytes of its original."""

    reference: RawReference
    capture: Capture


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes of a file that give no page (`offset` up to `end`), why, and which pages the index knows to have lain there.

    The last file of a living or killed writer may end in one without records: a page that was being written.
    """

    file: str
    offset: int
    end: int
    why: str
    records: tuple[RawRecord, ...] = ()

    def __str__(self) -> str:
        lost = f", {len(self.records)} pages are lost" if self.records else ""
        return f"{self.file}, bytes {self.offset} to {self.end}: {self.why}{lost}"


class RawReader:
    """The pages of a folder of WARC files.

    Where there is no index that can be used (lost, damaged, older), one is made for the time being, which reads all files once.
    """

    def __init__(self, directory: Path, index: RawIndex | None = None) -> None:
        self.directory = directory
        self._index_file = index

    def open(self) -> None:
        """Open the index. Raises InputFileError where there is no folder, or what SQLite meets."""
        if self._index_file is not None:
            return
        check_folder(self.directory)
        path = self.directory / INDEX_NAME
        try:
            if RawIndex.is_older(path):
                RawIndex.for_writing(path).close()
            self._index_file = RawIndex.for_reading(path)
        except (NoStoreError, StoreVersionError, StorePermissionError) as error:
            logger.warning(
                "The index of the raw pages cannot be used: %s. `newsarchive raw verify` mends it", error
            )
            self._index_file = RawIndex.temporary()
            for path in warc_files(self.directory):
                for found in take_in(self._index_file, path, 0):
                    logger.warning(
                        "%s holds no whole record from byte %d to %d", path, found.offset, found.end
                    )
            self._index_file.flush()

    def close(self) -> None:
        """Close the index; closing twice is fine."""
        if self._index_file is not None:
            self._index_file.close()
            self._index_file = None

    def __enter__(self) -> Self:
        """Open it."""
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    @property
    def index(self) -> RawIndex:
        """What lies where."""
        if self._index_file is None:
            raise RuntimeError("the raw pages are not open: open() them first")
        return self._index_file

    # File by file.

    def files(self) -> list[str]:
        """The files in the order in which they were begun, also those that are missing and should be there."""
        parts = self.index.parts()
        there = {path.name for path in warc_files(self.directory)}
        return sorted((there | set(self.index.files())) - set(parts))

    def pages(self, file: str, start: int = 0) -> Iterator[RawPage | Damage]:
        """The pages of a file in their order, from a page's offset on, one in memory at a time.

        Damage comes in its place and has to be said aloud; reading goes on behind it. A file that became part of another one
        meanwhile is read there.
        """
        name, base, end = file, 0, None
        if not path_of(self.directory, file).exists() and (part := self.index.part(file)):
            name, base, end = part[0], part[1], part[1] + part[2]
        path, behind = path_of(self.directory, name), base + start
        try:
            for found in members(path, behind, end):
                if isinstance(found, Gap):
                    yield self.damage(name, found.offset, found.end, "no whole record lies here")
                elif capture := found.capture:
                    yield self._page(name, found, capture)
                behind = found.end
        except OSError as error:
            if path_of(self.directory, name) != path:  # moved into the folder of its day just now
                yield from self.pages(file, behind - base)
            elif name == file and self.index.part(file):
                yield from self.pages(file, behind)
            else:
                yield self.damage(name, behind, None, f"cannot be read ({error.strerror})")
            return
        known = self.index.end_of(name)  # before the size: both may be growing
        if end is None and known > (size_of(path) or 0):
            yield self.damage(name, behind, None, "the file has become shorter")

    def damage(self, file: str, start: int, end: int | None, why: str) -> Damage:
        """Damage, with the pages that should be there; `end` is None where all up to the file's end is gone."""
        records = tuple(self.index.in_file(file, start, end))
        known = max((one.end for one in records), default=start)
        return Damage(file, start, known if end is None else end, why, records)

    def _page(self, file: str, member: Member, capture: Capture) -> RawPage | Damage:
        if capture.original is not None:
            content = self._content(capture)
            if content is None:
                why = "the page that has the bytes of this one is lost"
                return self.damage(file, member.offset, member.end, why)
            capture = replace(capture, page=replace(capture.page, content=content))
        sha256 = capture.original.sha256 if capture.original else sha256_of(capture.page.content)
        return RawPage(RawReference(file=file, offset=member.offset, sha256=sha256), capture)

    def _content(self, capture: Capture) -> bytes | None:
        """The decoded content of a revisit, from its original."""
        assert capture.original is not None  # noqa: S101 - it was asked for
        for record in self.index.fetched(capture.page.url, capture.original.fetched_at):
            member = self.member(record.reference)
            held = member.capture if member else None
            if held and not held.original and sha256_of(held.page.content) == capture.original.sha256:
                return held.page.content
        return None

    # One by one.

    def read(self, reference: RawReference) -> Page:
        """A page by its reference, decoded, wherever its file went. Raises InputFileError."""
        member = self.member(reference, aloud=True)
        capture = member.capture if member else None
        content: bytes | None = None
        if capture is not None:
            content = self._content(capture) if capture.original else capture.page.content
        if capture is None or content is None or sha256_of(content) != reference.sha256:
            place = self.index.place(reference)
            raise InputFileError(
                f"{path_of(self.directory, place.file)} has no whole page at byte {place.offset}:"
                " restore it from a copy; `newsarchive raw verify` names all that is lost"
            )
        return replace(capture.page, content=content)

    def as_sent(self, record: RawRecord) -> tuple[Capture, bytes]:
        """A page as its server sent it, not decoded, and its record's bytes; a revisit has the content of its original.

        Raises InputFileError.
        """
        self.read(record.reference)  # compares the digest
        place = self.index.place(record.reference)
        with path_of(self.directory, place.file).open("rb") as file:
            file.seek(place.offset)
            data = file.read(record.length)
        capture = self._captured(record.reference)
        if capture.original is not None:
            held = (
                self._captured(one.reference)
                for one in self.index.fetched(capture.page.url, capture.original.fetched_at)
                if one.original is None and one.reference.sha256 == capture.original.sha256
            )
            capture = replace(capture, page=replace(capture.page, content=next(held).page.content))
        return capture, data

    def _captured(self, reference: RawReference) -> Capture:
        member = self.member(reference, as_sent=True)
        assert member is not None  # noqa: S101 - it was read just now
        assert member.capture is not None  # noqa: S101 - as above
        return member.capture

    def member(self, reference: RawReference, *, aloud: bool = False, as_sent: bool = False) -> Member | None:
        """The record of a page, if it is whole; `aloud` raises InputFileError where its file cannot be read."""
        path = path_of(self.directory, reference.file)
        try:
            try:
                file = path.open("rb")
            except FileNotFoundError:
                reference = self.index.place(reference)
                path = path_of(self.directory, reference.file)
                file = path.open("rb")
            with file:
                return read_member(file, reference.offset, as_sent=as_sent)
        except OSError as error:
            if aloud:
                raise InputFileError(f"{path} cannot be read ({error.strerror})") from None
            return None


def check_folder(directory: Path) -> None:
    """Raise InputFileError where there is no folder of raw pages."""
    if not directory.is_dir():
        raise InputFileError(f"there are no raw pages at {directory}: NEWSARCHIVE_RAW says where they are")


def size_of(path: Path) -> int | None:
    """A file's bytes; None where there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def take_in(index: RawIndex, path: Path, start: int, end: int | None = None) -> Iterator[Gap]:
    """Put into the index what a file holds from an offset on, unless it is part of another one now; gives the gaps."""
    if index.part(path.name):
        return
    for found in members(path, start, end):
        if isinstance(found, Gap):
            yield found
        elif isinstance(found.content, Part):
            index.move([(found.content, found.end)], path.name)
        elif isinstance(found.content, Capture):
            index.add(record_of(path.name, found, found.content))


def shortness(index: RawIndex, path: Path, known: int, size: int | None) -> str | None:
    """That a file is missing or shorter than the index knows it (`known` bytes), in a line; None where others hold it now."""
    if (size is not None and size >= known) or index.part(path.name):
        return None
    what = "is missing" if size is None else f"has become {known - size} bytes shorter"
    return f"{path} {what}: restore it from a copy; `newsarchive raw verify` names the pages that are lost"


def plain_damages(directory: Path) -> list[str]:
    """What a look at the names and sizes of the files tells to be wrong, a line each; no page is read, nothing is changed."""
    if not any(True for _ in warc_files(directory)) and not (directory / INDEX_NAME).exists():
        return []
    try:
        if RawIndex.is_older(directory / INDEX_NAME):
            return []
        index = RawIndex.for_reading(directory / INDEX_NAME)
    except (NoStoreError, StoreVersionError, StorePermissionError) as error:
        return [f"the index of the raw pages cannot be used ({error}): `newsarchive raw verify` mends it"]
    try:
        return [
            told
            for name in index.files()
            if (told := shortness(index, path := path_of(directory, name), index.end_of(name), size_of(path)))
        ]
    finally:
        index.close()


def record_of(file: str, member: Member, capture: Capture) -> RawRecord:
    """What the index says of a page as it came out of a file."""
    original = capture.original
    return RawRecord(
        RawReference(
            file=file,
            offset=member.offset,
            sha256=original.sha256 if original else sha256_of(capture.page.content),
        ),
        capture.page.url,
        capture.fetched_at,
        capture.identity,
        capture.site,
        length=member.length,
        original=original.fetched_at if original else None,
    )


def sha256_of(content: bytes) -> str:
    """The digest by which references name a content."""
    return hashlib.sha256(content).hexdigest()
