"""Writes the files of an archive: whole or not at all, inside the given directory, and only where they changed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from newsarchive.errors import OutputError


def write_text(root: Path, relative: str, text: str) -> bool:
    """Write a file below `root` and tell whether it had to be written; equal content is left alone, time stamps too.

    The content goes into a file beside it, onto the disk, and into place in one step, so that a reader (or a crash)
    meets the old file or the new one. Raises OutputError, with nothing changed, where that is not possible.
    """
    try:
        target = _inside(root, relative)
        data = text.encode("utf-8", errors="replace")
        if target.is_file() and target.read_bytes() == data:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, data)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"{root / relative} cannot be written: {reason}; check the directory given with --out and who owns it"
        ) from error
    return True


def read_bytes(root: Path, relative: str) -> bytes | None:
    """The content of a file below `root`; None where there is none. Raises OutputError where it cannot be read."""
    target = _inside(root, relative)
    try:
        return target.read_bytes() if target.exists() else None
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"{root / relative} cannot be read: {reason}; check what lies there and who owns it"
        ) from error


def remove_file(root: Path, relative: str) -> None:
    """Take a file below `root` away; one that is not there is fine. Raises OutputError where that is not possible."""
    try:
        _inside(root, relative).unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"{root / relative} cannot be removed: {reason}; check who owns it") from error


def _inside(root: Path, relative: str) -> Path:
    """The real path of a file, links followed. Raises OutputError for one outside of `root`."""
    base = root.resolve()
    target = (base / relative).resolve()
    if target == base or not target.is_relative_to(base):
        raise OutputError(f"{relative} would be written outside of {root}; nothing was written")
    return target


def _replace(target: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(target))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync(target.parent)


def _mode(target: Path) -> int:
    """The mode of the file that is replaced, else what the user's umask gives a new file."""
    if target.exists():
        return target.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def _sync(directory: Path) -> None:
    """Put the new name itself onto the disk, where the system can (Windows cannot open a directory)."""
    if os.name != "posix":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
