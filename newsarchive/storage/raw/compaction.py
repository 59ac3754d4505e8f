"""One file a day and site instead of one a run, each record in it byte for byte as it was.

References to the earlier files go on working: a record before each part says which file it was, and the index knows it,
too. Whatever stops a compaction, at whatever point, each page is there once for every reader: the new file has its
name only when it is whole and on the disk, and an earlier file goes only when its bytes were found again in the new one.
"""

from __future__ import annotations

import os
import re
import shutil
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from newsarchive.errors import OutputError
from newsarchive.items.record import SHANGHAI
from newsarchive.storage.disk import lock, sync_directory
from newsarchive.storage.raw.folders import WARC_FILES, day_folder, made_day_folder, path_of, warc_files
from newsarchive.storage.raw.index import FileSpan, RawIndex
from newsarchive.storage.raw.store import DEFAULT_FILE_BYTES, RawStore, alone
from newsarchive.storage.raw.warc import Member, Part, members, part_bytes

_PART = ".part"
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Joined:
    """Files that are one now; where nothing was to be changed, those that would be."""

    file: str
    earlier: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A file that stays as it is though it could be part of another one, and why."""

    file: str
    why: str


def compact(
    directory: Path, *, max_bytes: int = DEFAULT_FILE_BYTES, change: bool = True
) -> Iterator[Joined | LeftAlone]:
    """Join the files of each day (of their first page, Asia/Shanghai) and site, up to a size; may be stopped at any time.

    Files that are being written or damaged are left alone. Without `change` it only says what it would do. Raises OutputError, and
    StoreUnreachableError where another one is at it.
    """
    with alone(directory), RawStore(directory) as raw:
        if change:
            for leftover in warc_files(directory, _PART):
                leftover.unlink()
            for file, (now_in, offset, _) in raw.reader.index.parts().items():
                if not _removed(path_of(directory, file), path_of(directory, now_in), offset):
                    yield LeftAlone(file, f"it should be part of {now_in}, but differs from it")
            _put_into_day_folders(directory)
        for (day, site), spans in sorted(_groups(raw.reader.index.spans()).items()):
            with ExitStack() as locks:
                sources = []
                for span in spans:
                    why = _unfit(path_of(directory, span.file), locks)
                    if why:
                        yield LeftAlone(span.file, why)
                    else:
                        sources.append(path_of(directory, span.file))
                for together in _filled(sources, max_bytes):
                    yield _joined(directory, raw.reader.index, together, day, site, change=change)


def _put_into_day_folders(directory: Path) -> None:
    """Move what earlier versions have left beside the index; a file that is being written stays."""
    for path in directory.glob(WARC_FILES):
        with suppress(OSError), path.open("rb") as file:
            target = day_folder(directory, path.name) / path.name
            if target != path and not target.exists() and lock(file):
                made_day_folder(directory, path.name)
                path.rename(target)
                sync_directory(target.parent)


def _groups(spans: list[FileSpan]) -> dict[tuple[date, str], list[FileSpan]]:
    groups: dict[tuple[date, str], list[FileSpan]] = defaultdict(list)
    for span in sorted(spans, key=lambda span: (span.first, span.file)):
        groups[span.first.astimezone(SHANGHAI).date(), span.site].append(span)
    return {key: group for key, group in groups.items() if len(group) > 1}


def _unfit(path: Path, locks: ExitStack) -> str:
    """Why a file cannot be moved now; if it can, nobody else takes it until the locks are given up."""
    try:
        file = locks.enter_context(path.open("r+b"))
    except OSError as error:
        return f"cannot be opened ({error.strerror})"
    if not lock(file):
        return "is being written"
    if not all(isinstance(found, Member) for found in members(path)):
        return "is damaged: `newsarchive raw verify` says where"
    return ""


def _filled(paths: list[Path], max_bytes: int) -> Iterator[list[Path]]:
    """Files that come together, in their order; one by itself is none."""
    together: list[Path] = []
    size = 0
    for path in paths:
        more = path.stat().st_size
        if together and size + more > max_bytes:
            if len(together) > 1:
                yield together
            together, size = [], 0
        together.append(path)
        size += more
    if len(together) > 1:
        yield together


def _joined(
    directory: Path, index: RawIndex, paths: list[Path], day: date, site: str, *, change: bool
) -> Joined:
    name = f"pages-{day:%Y%m%d}-{re.sub(r'[^0-9A-Za-z]', '', site) or 'sites'}-{uuid.uuid4().hex[:8]}.warc.gz"
    done = Joined(name, tuple(path.name for path in paths), sum(path.stat().st_size for path in paths))
    if not change:
        return done
    target = day_folder(directory, name) / name
    part = target.with_name(f"{name}{_PART}")
    parts = []
    try:
        made_day_folder(directory, name)
        with part.open("xb") as file:
            for path in paths:
                earlier = Part(path.name, path.stat().st_size)
                file.write(part_bytes(earlier))
                parts.append((earlier, file.tell()))
                with path.open("rb") as source:
                    shutil.copyfileobj(source, file, _CHUNK)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise OutputError(
            f"{part} cannot be written ({error.strerror}): make room, then run again; no page is lost"
        ) from None
    sync_directory(target.parent)
    index.move(parts, name)
    for path, (_, offset) in zip(paths, parts, strict=True):
        if not _removed(path, target, offset):
            raise OutputError(f"{target} does not hold what was written to it: both it and {path} are kept")
    return done


def _removed(path: Path, target: Path, offset: int) -> bool:
    """Remove a file, if it is still there and its bytes are in another one from an offset on; False where they are not."""
    try:
        with path.open("rb") as earlier, target.open("rb") as file:
            file.seek(offset)
            while chunk := earlier.read(_CHUNK):
                if file.read(len(chunk)) != chunk:
                    return False
    except FileNotFoundError:
        return not path.exists()
    path.unlink()
    return True
