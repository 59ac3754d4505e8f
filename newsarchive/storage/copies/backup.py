"""Backups: the store, the raw pages and the pictures in one folder, made while others write, verified, and brought back.

A folder of backups holds one folder each, named by its time (UTC), which is there under that name only when all of it is. The
store is taken before the raw pages: every page that it refers to was written before, and so is among those that are taken later.
What does not change any more (a finished WARC file, a picture) is linked where the file system can, from the archive or from the
backup before; all else is copied.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from pydantic import ValidationError

from newsarchive.errors import InputFileError, NewsarchiveError, OutputError, UnequalCopyError
from newsarchive.items.record import Record, Time
from newsarchive.storage.copies.dump import DumpFile
from newsarchive.storage.disk import lock, sync_directory
from newsarchive.storage.raw.folders import warc_files
from newsarchive.storage.raw.index import APPLICATION_ID as RAW_INDEX
from newsarchive.storage.raw.index import RawIndex
from newsarchive.storage.raw.reader import INDEX_NAME
from newsarchive.storage.raw.warc import Member, members
from newsarchive.storage.reading import check_version
from newsarchive.storage.spool import FOLDER as SPOOL
from newsarchive.storage.sqlite.connection import APPLICATION_ID as STORE
from newsarchive.storage.sqlite.file import check_whole, clear_errors, connect_for_reading
from newsarchive.storage.sqlite.older_copies import copy_into

VERSION = 1
MANIFEST = "manifest.json"
STORE_FILE, DUMP_FILE = "store.sqlite", "store.jsonl"
"""The store in a backup: of a SQLite file a copy, of a MongoDB database a dump."""
RAW, IMAGES = "raw", "images"
_PART = ".part"
_PIECE = 1024 * 1024
_ROUNDS = 5
"""How often the raw pages are begun anew because files were put together (`raw compact`) meanwhile."""


class BackupFile(Record):
    """A file of a backup: its path in there, how many of its bytes count (a linked one may grow), and their SHA-256."""

    path: str
    size: int
    sha256: str


class Backup(Record):
    """What a backup holds, and of when."""

    version: int = VERSION
    made_at: Time
    files: tuple[BackupFile, ...]

    def among(self, tree: str) -> dict[str, BackupFile]:
        """The files of a tree (`raw`, `images`), by their path in it."""
        return {it.path.removeprefix(f"{tree}/"): it for it in self.files if it.path.startswith(f"{tree}/")}


def backups_in(folder: Path) -> list[Path]:
    """The whole backups of a folder, oldest first."""
    return sorted(one.parent for one in folder.glob(f"*/{MANIFEST}") if not one.parent.name.endswith(_PART))


def read_backup(path: Path) -> Backup:
    """What a backup says that it holds. Raises InputFileError, or StoreVersionError for a newer one."""
    try:
        backup = Backup.model_validate_json((path / MANIFEST).read_bytes())
    except OSError as error:
        raise InputFileError(
            f"{path} is no backup, or not a whole one ({error.strerror}: {MANIFEST})"
        ) from None
    except ValidationError:
        raise InputFileError(f"{path / MANIFEST} cannot be read: the backup is damaged") from None
    check_version(str(path), backup.version, VERSION, "backup version")
    return backup


@dataclass(slots=True)
class BackupMaker:
    """One backup on its way: `folder` is where it is made, `before` the files of the last whole one."""

    folder: Path
    before: dict[str, tuple[Path, BackupFile]]
    link: bool = True
    files: list[BackupFile] = field(default_factory=list)

    def take_store(self, path: Path) -> None:
        """Copy a SQLite store as it is at this moment, and check the copy. Raises what opening it for reading raises."""
        copy = self.folder / STORE_FILE
        with closing(connect_for_reading(path, STORE)) as source:
            _copy_database(path, source, copy)
        self._add(copy, sha256_of(copy))

    @contextmanager
    def dump(self) -> Iterator[BinaryIO]:
        """The file for the dump of a store that is no file."""
        path = self.folder / DUMP_FILE
        with path.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        DumpFile(path).check()
        self._add(path, sha256_of(path))

    def take_spool(self, raw: Path) -> None:
        """Take what waits for the store; before the store, so that what goes into it just now is in one of the two, or in both."""
        for path in _files_in(raw / SPOOL):
            with suppress(FileNotFoundError):  # it is in the store now
                name = PurePosixPath(RAW, *path.relative_to(raw).parts)
                self._take(path, name, path.stat().st_size, finished=False)

    def take_raw(self, raw: Path) -> None:
        """Take the raw pages with their index; of a file that is being written, the whole records.

        The index is taken first: every record that it knows is in the files that are taken after it.
        """
        before = None
        for _ in range(_ROUNDS):
            kept = len(self.files)
            with suppress(FileNotFoundError):
                self._take_raw_once(raw)
                missing = self._missing_pages()
                if not missing or missing == before:  # what is missing again was lost, not moved
                    return
                before = missing
            for taken in self.files[kept:]:
                (self.folder / taken.path).unlink()
            del self.files[kept:]
        raise OutputError(f"files are moved or removed in {raw} all the time: make the backup again later")

    def _missing_pages(self) -> set[str]:
        """The files that the index knows and the backup has not: put together with others after the index was taken, or lost."""
        with _index_of(self.folder / RAW / INDEX_NAME) as index:
            known = set(index.files()) if index else set()
        return known - {path.name for path in warc_files(self.folder / RAW)}

    def _take_raw_once(self, raw: Path) -> None:
        (self.folder / RAW).mkdir(exist_ok=True)
        index = self.folder / RAW / INDEX_NAME
        if (raw / INDEX_NAME).exists():
            with closing(connect_for_reading(raw / INDEX_NAME, RAW_INDEX)) as source:
                _copy_database(raw / INDEX_NAME, source, index)
            self._add(index, sha256_of(index))
        for path in _files_in(raw):
            name = path.relative_to(raw)
            if name.name.startswith(INDEX_NAME) or name.parts[0] == SPOOL:
                continue
            size, finished = path.stat().st_size, False
            if path.name.endswith(".warc.gz"):
                size, finished = _whole_size(path, index)
            self._take(path, PurePosixPath(RAW, *name.parts), size, finished=finished)

    def take_images(self, images: Path) -> None:
        """Take the pictures of the mirror; one that is removed meanwhile is not in the backup."""
        for path in _files_in(images):
            with suppress(FileNotFoundError):
                name = PurePosixPath(IMAGES, *path.relative_to(images).parts)
                self._take(path, name, path.stat().st_size, finished=True)

    def _take(self, source: Path, name: PurePosixPath, size: int, *, finished: bool) -> None:
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if finished and self.link and _link(source, target):
            self._add(target, sha256_of(target, size), size)
        elif not (finished and self._link_before(name, size, target)):
            wanted = _copy(source, target, size)
            if sha256_of(target) != wanted:
                raise UnequalCopyError(f"{target} does not read as it was written: check the disk")
            self._add(target, wanted, size)

    def _link_before(self, name: PurePosixPath, size: int, target: Path) -> bool:
        """Share a file with the backup before, if it is still what it was there."""
        held = self.before.get(str(name))
        if held is None or held[1].size != size or not _link(held[0], target):
            return False
        if sha256_of(target, size) != held[1].sha256:
            target.unlink()
            return False
        self._add(target, held[1].sha256, size)
        return True

    def _add(self, path: Path, sha256: str, size: int | None = None) -> None:
        name = path.relative_to(self.folder).as_posix()
        self.files.append(
            BackupFile(path=name, size=path.stat().st_size if size is None else size, sha256=sha256)
        )

    def finish(self) -> Backup:
        """Write what the backup holds, and give it its name."""
        backup = Backup(made_at=datetime.now(UTC), files=tuple(sorted(self.files, key=lambda it: it.path)))
        for folder in {self.folder, *(path.parent for path in _files_in(self.folder))}:
            sync_directory(folder)
        with (self.folder / MANIFEST).open("w", encoding="utf-8") as file:
            file.write(backup.model_dump_json(indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self.folder.rename(self.folder.with_name(self.folder.name.removesuffix(_PART)))
        sync_directory(self.folder.parent)
        return backup


@contextmanager
def making(folder: Path, *, link: bool = True) -> Iterator[BackupMaker]:
    """A new backup in a folder of backups. What one that was killed left over is removed.

    Without `link` nothing is shared with the archive itself, only with the backup before. Raises OutputError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("ab") as held:
            if not lock(held) and os.name == "posix":
                raise OutputError(f"another backup is just being made in {folder}")
            for left_over in folder.glob(f"*{_PART}"):
                shutil.rmtree(left_over)
            name = _new_name(folder)
            part = folder / f"{name}{_PART}"
            part.mkdir()
            try:
                yield BackupMaker(part, _files_before(folder), link)
            except BaseException:
                shutil.rmtree(part, ignore_errors=True)
                raise
    except OSError as error:
        place = error.filename or folder
        raise OutputError(
            f"{place} cannot be read or written ({error.strerror}): the backup was not made"
        ) from None


def _files_before(folder: Path) -> dict[str, tuple[Path, BackupFile]]:
    """The files of the last whole backup of a folder that can be read."""
    for path in reversed(backups_in(folder)):
        with suppress(NewsarchiveError):
            return {it.path: (path / it.path, it) for it in read_backup(path).files}
    return {}


def _new_name(folder: Path) -> str:
    """The time, so that the newest sorts last; of two within a second the later one gets the next second."""
    at = int(datetime.now(UTC).timestamp())
    while (folder / (name := datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ"))).exists():
        at += 1
    return name


def verify_backup(path: Path) -> Backup:
    """Read all of a backup. Raises UnequalCopyError that names what is missing or damaged, and what `read_backup` raises."""
    backup = read_backup(path)
    wrong = [it.path for it in backup.files if not _is_whole(path / it.path, it)]
    if wrong:
        more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise UnequalCopyError(
            f"{path} is damaged: {wrong[0]}{more} is missing, or is not what was put there"
        )
    return backup


def remove_backups(folder: Path, keep: int) -> list[Path]:
    """Remove all backups of a folder but the newest ones."""
    old = backups_in(folder)[:-keep]
    for path in old:
        (path / MANIFEST).unlink()  # from here on it is none
        shutil.rmtree(path)
    return old


def check_free(target: Path, files: dict[str, BackupFile]) -> None:
    """See that nothing would be overwritten: only what is the same already may be there. Raises OutputError."""
    if target.is_file():
        raise OutputError(f"{target} is there already: move it away, or name another place")
    for path in _files_in(target) if target.is_dir() else ():
        name = path.relative_to(target).as_posix()
        if name not in files or not _is_whole(path, files[name]) or path.stat().st_size != files[name].size:
            raise OutputError(f"{path} is there already: move {target} away, or name another place")


def restore_files(source: Path, target: Path, files: dict[str, BackupFile]) -> None:
    """Copy files of a backup out of it; those that are there already, and the same, stay. Raises OutputError, UnequalCopyError."""
    for name, it in files.items():
        to = target / name
        part = to.with_name(f"{to.name}{_PART}")
        part.unlink(missing_ok=True)
        if to.exists():
            continue
        try:
            to.parent.mkdir(parents=True, exist_ok=True)
            if _copy(source / name, part, it.size) != it.sha256 or sha256_of(part) != it.sha256:
                raise UnequalCopyError(f"{source / name} could not be copied to {part}: they differ")
            part.rename(to)
        except OSError as error:
            raise OutputError(
                f"{part} cannot be written ({error.strerror}): make room, then run again"
            ) from None


def restore_store(backup: Path, target: Path, file: BackupFile) -> None:
    """Put the SQLite store of a backup into its place, as it was. Raises OutputError where something is there."""
    for there in (target, target.with_name(f"{target.name}-wal")):
        if there.exists():
            raise OutputError(f"{there} is there already: move it away, or name another place with --store")
    part = target.with_name(f"{target.name}{_PART}")
    part.unlink(missing_ok=True)
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        if _copy(backup / STORE_FILE, part, file.size) != file.sha256:
            raise UnequalCopyError(f"{backup / STORE_FILE} was changed while it was copied")
        part.rename(target)
        sync_directory(target.parent)
    except OSError as error:
        raise OutputError(f"{part} cannot be written ({error.strerror}): make room, then run again") from None


def _copy_database(path: Path, source: sqlite3.Connection, target: Path) -> None:
    with clear_errors(target):
        copy_into(source, target)
    with closing(sqlite3.connect(target)) as copy:
        check_whole(path, copy)


def _whole_size(path: Path, index: Path) -> tuple[int, bool]:
    """How many bytes of a WARC file are whole records, and whether that is all and nobody writes it any more.

    Only behind what the index knows is read; damage before that is copied as it is.
    """
    with path.open("rb") as file:
        written = not lock(file)
    size = path.stat().st_size
    with _index_of(index) as opened:
        known = opened.end_of(path.name) if opened else 0
    if known >= size:
        return size, not written
    whole = known
    for found in members(path, known):
        if isinstance(found, Member):
            whole = found.end
    return whole, whole == size and not written


@contextmanager
def _index_of(path: Path) -> Iterator[RawIndex | None]:
    """The index of raw pages, or none where there is none of this version: then all of each file is read."""
    index = None
    with suppress(NewsarchiveError):
        index = RawIndex.for_reading(path)
    try:
        yield index
    finally:
        if index:
            index.close()


def _files_in(folder: Path) -> list[Path]:
    """All files below a folder, sorted, without those that are just being written under another name."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in {_PART, ".tmp"})


def _link(source: Path, target: Path) -> bool:
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        return False  # another disk, or a file system without links
    return True


def _copy(source: Path, target: Path, size: int) -> str:
    """Copy the first bytes of a file into a new one, onto the disk; gives their SHA-256.

    Never into one that is there: it might be linked, and be the archive's own.
    """
    digest = hashlib.sha256()
    with source.open("rb") as given, target.open("xb") as file:
        for piece in _pieces(given, size):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def sha256_of(path: Path, size: int | None = None) -> str:
    """The SHA-256 of a file, or of its first bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for piece in _pieces(file, path.stat().st_size if size is None else size):
            digest.update(piece)
    return digest.hexdigest()


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    left = size
    while left and (piece := file.read(min(left, _PIECE))):
        left -= len(piece)
        yield piece


def _is_whole(path: Path, it: BackupFile) -> bool:
    try:
        return path.stat().st_size >= it.size and sha256_of(path, it.size) == it.sha256
    except OSError:
        return False
