"""Where the WARC files of a folder of raw pages lie: each in the folder of its day, those of earlier versions beside the index.

A file's name is its own whatever folder it lies in, and begins with the day: references name it alone. A run every ten
minutes on three sites makes 432 files a day; in one folder that would be 158,000 a year.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from newsarchive.storage.disk import sync_directory

WARC_FILES = "*.warc.gz"
_OF_A_DAY = f"[0-9][0-9][0-9][0-9]/[0-9][0-9]/[0-9][0-9]/{WARC_FILES}"
_DATED = re.compile(r"pages-(\d{4})(\d{2})(\d{2})[T-]", re.ASCII)


def day_of(name: str) -> date | None:
    """The day (UTC) in the name of a file; None for a name without one."""
    dated = _DATED.match(name)
    try:
        return date(*map(int, dated.groups())) if dated else None
    except ValueError:
        return None


def day_folder(directory: Path, name: str) -> Path:
    """The folder for a file: YYYY/MM/DD of its name; the folder of raw pages itself for a name without a day."""
    dated = _DATED.match(name)
    return directory.joinpath(*dated.groups()) if dated else directory


def made_day_folder(directory: Path, name: str) -> Path:
    """The folder for a new file, made and on the disk. Raises OSError."""
    folder = day_folder(directory, name)
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        for parent in (folder.parent, folder.parent.parent, directory):
            sync_directory(parent)
    return folder


def path_of(directory: Path, name: str) -> Path:
    """Where a file lies, or would; only the last part of a name is looked at."""
    name = Path(name).name
    path = day_folder(directory, name) / name
    beside = directory / name
    return beside if path != beside and not path.exists() and beside.exists() else path


def warc_files(directory: Path, pattern: str = "") -> list[Path]:
    """The WARC files in the order in which they were begun; with a `pattern` behind their names, what lies beside them."""
    found = [*directory.glob(WARC_FILES + pattern), *directory.glob(_OF_A_DAY + pattern)]
    return sorted(found, key=lambda path: path.name)
