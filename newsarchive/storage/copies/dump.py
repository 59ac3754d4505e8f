"""A whole store in one file: JSON Lines with a header, a line a record, and a last line by which a cut file is noticed.

    {"newsarchive":"dump","version":1}
    {"kind":"articles","record":{"article":{…},"names":null,"linked":true}}
    …
    {"end":{"articles":{"count":1,"sha256":"…"},…}}

Kinds and records stand in the order of `contents.py`, and nothing says when the dump was made: equal stores, equal bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from pydantic import ValidationError

from newsarchive.errors import InputFileError, OutputError, StoreVersionError
from newsarchive.storage.contents import KINDS, C, ContentKind
from newsarchive.storage.contract import Contents
from newsarchive.storage.reading import check_version

VERSION = 1
"""Of the file. It grows with a kind of records, and with a change of one that this program would not read."""
_LONGEST_LINE = 256 * 1024 * 1024
"""Bytes; a longer line is no record, which has 16 MB in a store."""
_LINE = re.compile(rb'\{"kind":"([^"\\]*)","record":(.*)\}\n', re.DOTALL)
_END = b'{"end":'


class Source(Protocol):
    """What records come from: a store, or a dump."""

    def contents(self, kind: ContentKind[C]) -> AsyncIterator[C]:
        """All records of a kind, in its order."""


class Sum:
    """How many records of a kind there are, and the SHA-256 of their lines."""

    def __init__(self) -> None:
        self.count = 0
        self._hash = hashlib.sha256()

    def add(self, line: bytes) -> None:
        """Count a line."""
        self.count += 1
        self._hash.update(line)

    @property
    def sha256(self) -> str:
        """The hash of all lines so far."""
        return self._hash.hexdigest()

    def told(self) -> dict[str, Any]:
        """As the last line of a dump has it."""
        return {"count": self.count, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class Counted:
    """Records of one kind as they pass, summed up."""

    kind: ContentKind[Any]
    total: Sum

    async def lines(self, records: AsyncIterable[Any]) -> AsyncIterator[bytes]:
        """Their lines."""
        async for record in records:
            line = line_of(self.kind, record)
            self.total.add(line)
            yield line


def line_of(kind: ContentKind[C], record: C) -> bytes:
    """The line of a record."""
    return f'{{"kind":"{kind.name}","record":{kind.text(record)}}}\n'.encode()


def fingerprint_of_sums(sums: Mapping[str, Sum]) -> str:
    """One hash for all kinds: that of two stores is the same where their records are."""
    return hashlib.sha256(json.dumps({name: it.told() for name, it in sums.items()}).encode()).hexdigest()


async def sums_of(source: Source) -> dict[str, Sum]:
    """Read all of it, and sum it up. Raises StoreVersionError for a record that cannot be read."""
    sums = {kind.name: Sum() for kind in KINDS}
    for kind in KINDS:
        async for _ in Counted(kind, sums[kind.name]).lines(source.contents(kind)):
            pass
    return sums


async def write_dump(store: Contents, file: BinaryIO) -> dict[str, Sum]:
    """Write all that a store holds."""
    sums = {kind.name: Sum() for kind in KINDS}
    file.write(_line({"newsarchive": "dump", "version": VERSION}))
    async with store.one_moment():
        for kind in KINDS:
            async for line in Counted(kind, sums[kind.name]).lines(store.contents(kind)):
                file.write(line)
    file.write(_line({"end": {name: it.told() for name, it in sums.items()}}))
    return sums


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A new file, which is there under its name only when all of it is on the disk. Raises OutputError."""
    if path.exists():
        raise OutputError(f"{path} is there already: name a new file")
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except OSError as error:
        raise OutputError(f"{part} cannot be written ({error.strerror}): make room, then run again") from None
    finally:
        part.unlink(missing_ok=True)


def _line(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


class DumpFile:
    """A dump that is read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._starts: dict[str, tuple[int, int]] = {}

    def check(self) -> None:
        """Read all of it, before anything is made of it.

        Raises InputFileError that names the line, for one that is no record or stands out of its order, and for a file that was
        cut or changed; StoreVersionError for what a newer newsarchive wrote.
        """
        sums = {kind.name: Sum() for kind in KINDS}
        kinds = iter(KINDS)
        kind: ContentKind[Any] | None = None
        last: tuple[Any, ...] | None = None
        with self._opened() as file:
            for number, start, line in self._lines(file):
                if line.startswith(_END):
                    if file.read(1):
                        raise InputFileError(
                            f"{self.path}, line {number}: there are lines after the last one"
                        )
                    return self._end(line, number, sums)
                name, given = self._record(line, number)
                if kind is None or name != kind.name:
                    kind = next((it for it in kinds if it.name == name), None)
                    if kind is None:
                        raise self._no_such_kind(name, number)
                    self._starts[name] = (start, number)
                    last = None
                record = self._read(kind, given, number)
                place = kind.place(record)
                if last is not None and place <= last:
                    raise InputFileError(
                        f"{self.path}, line {number}: the record stands out of its order, or twice"
                    )
                last = place
                sums[name].add(line)
        raise InputFileError(f"{self.path} was cut: its last line is missing. Make the dump again")

    async def contents(self, kind: ContentKind[C]) -> AsyncIterator[C]:
        """The records of a kind, of a dump that was checked."""
        if kind.name not in self._starts:
            return
        start, first = self._starts[kind.name]
        with self._opened() as file:
            file.seek(start)
            for number, _, line in self._lines(file, first):
                if line.startswith(_END):
                    return
                name, given = self._record(line, number)
                if name != kind.name:
                    return
                yield self._read(kind, given, number)

    def _opened(self) -> BinaryIO:
        try:
            return self.path.open("rb")
        except OSError as error:
            raise InputFileError(f"{self.path} cannot be read ({error.strerror})") from None

    def _lines(self, file: BinaryIO, first: int = 0) -> Iterator[tuple[int, int, bytes]]:
        """Number, offset and bytes of the lines; the header, if it is among them, is checked and left out."""
        number = first or 2
        if not first:
            self._check_header(file.readline(_LONGEST_LINE))
        start = file.tell()
        while line := file.readline(_LONGEST_LINE):
            if not line.endswith(b"\n"):
                raise InputFileError(
                    f"{self.path}, line {number}: the file was cut in it. Make the dump again"
                )
            yield number, start, line
            start += len(line)
            number += 1

    def _check_header(self, line: bytes) -> None:
        header = _parsed(line)
        if not isinstance(header, dict) or header.get("newsarchive") != "dump":
            raise InputFileError(f"{self.path}, line 1: this is no dump of newsarchive")
        version = header.get("version")
        if type(version) is not int or version < 1:
            raise InputFileError(f"{self.path}, line 1: the version of the dump cannot be read")
        check_version(str(self.path), version, VERSION, "dump version")

    def _record(self, line: bytes, number: int) -> tuple[str, bytes]:
        """Kind and JSON of the record in a line."""
        found = _LINE.fullmatch(line)
        if not found:
            raise InputFileError(f"{self.path}, line {number}: this is no record")
        return found[1].decode(errors="replace"), found[2]

    def _read(self, kind: ContentKind[C], given: bytes, number: int) -> C:
        try:
            return kind.record.model_validate_json(given)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            raise InputFileError(
                f"{self.path}, line {number}: the record cannot be read ({field or kind.name}: {first['msg']})"
            ) from None

    def _no_such_kind(self, name: str, number: int) -> Exception:
        if any(it.name == name for it in KINDS):
            return InputFileError(f"{self.path}, line {number}: {name} stand out of their order")
        return StoreVersionError(
            f"{self.path}, line {number}: {name[:80]!r} is no kind of records that this newsarchive knows: update newsarchive"
        )

    def _end(self, line: bytes, number: int, sums: dict[str, Sum]) -> None:
        value = _parsed(line)
        said = value.get("end") if isinstance(value, dict) else None
        if said != {name: it.told() for name, it in sums.items()}:
            raise InputFileError(
                f"{self.path}, line {number}: counts and hashes are not those of the records: the file was changed or damaged"
            )


def _parsed(line: bytes) -> object:
    try:
        value: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value
