"""How much lies in folders, and when it came: asked of the file system alone."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from newsarchive.storage.raw.folders import day_of

MOST_FILES = 500_000
"""Files of a folder that are looked at: some seconds. What has more is shown as at least so much."""


@dataclass(frozen=True, slots=True)
class FolderSize:
    """Bytes and files of a folder with all that is in it; `whole` is False where not all was looked at.

    `by_day` are the bytes whose files have a day in their name.
    """

    size: int = 0
    files: int = 0
    whole: bool = True
    by_day: Counter[date] = field(default_factory=Counter)


def folder_size(folder: Path, most: int = MOST_FILES) -> FolderSize:
    """Look at a folder; one that is not there is empty."""
    size, files = 0, 0
    by_day: Counter[date] = Counter()
    for entry in _files(folder):
        if files >= most:
            return FolderSize(size, files, whole=False, by_day=by_day)
        try:
            bytes_of = entry.stat(follow_symlinks=False).st_size
        except OSError:  # it went while we looked
            continue
        size += bytes_of
        files += 1
        if day := day_of(entry.name):
            by_day[day] += bytes_of
    return FolderSize(size, files, by_day=by_day)


def _files(folder: Path) -> Iterator[os.DirEntry[str]]:
    waiting = [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        yield entry
        except OSError:  # it went while we looked, or is not ours to see
            continue
