"""What is asked of the system about a file that is being written: is it ours alone, is it still there, is its name kept."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

if sys.platform != "win32":
    import fcntl


def is_there(file: BinaryIO) -> bool:
    """Whether an open file still lies under its name: the pages of one that was removed would go with its last reader."""
    try:
        return os.path.samestat(Path(file.name).stat(), os.fstat(file.fileno()))
    except OSError:
        return False


def lock(file: BinaryIO | int) -> bool:
    """Take a file for this process; False where another one has it (and always on Windows, which has no such lock)."""
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def sync_directory(directory: Path) -> None:
    """Put a new file's name on the disk, too."""
    if sys.platform == "win32":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class DiskSpace:
    """A file system: which one (`device`), its size, and what of it this user may still fill, in bytes."""

    device: int
    total: int
    free: int


def space_of(folder: Path) -> DiskSpace:
    """The file system of a folder; one that is not there yet will be on that of the nearest folder above it."""
    place = folder.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    usage = shutil.disk_usage(place)
    return DiskSpace(place.stat().st_dev, usage.total, usage.free)
