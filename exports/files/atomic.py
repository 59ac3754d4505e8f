"""Writes the files of an archive: whole or not at all, inside the given directory, and only where they changed.

Only regular files and free names are written to or read: what else may lie at a place (a device, a FIFO, a socket, a
directory) is refused and stays.
"""

from __future__ import annotations

import filecmp
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from newsarchive.errors import OutputError


def write_text(root: Path, relative: str, text: str) -> bool:
    """Write a file below `root` and tell whether it had to be written; equal content is left alone, time stamps too.

    The content goes into a file beside it, onto the disk, and into place in one step, so that a reader (or a crash)
    meets the old file or the new one. Raises OutputError, with nothing changed, where that is not possible.
    """
    data = text.encode("utf-8", errors="replace")
    whole = WholeFile(root, relative)
    with _clear_errors(whole.path):
        if whole.target.is_file() and whole.target.read_bytes() == data:
            return False
    with whole as file:
        file.write(data)
    return True


class WholeFile:
    """A large file below a directory, written piece by piece beside its place and put there at the end, or not at all.

    `with WholeFile(root, relative) as file: file.write(…)`; afterwards `written` tells whether the content is new. Equal
    content is left alone, time stamps too. Raises OutputError, with nothing changed, where it cannot be written.
    """

    def __init__(self, root: Path, relative: str) -> None:
        self.path = root / relative
        with _clear_errors(self.path):
            self.target = _inside(root, relative)
        self.written = False
        self._stack = ExitStack()

    def __enter__(self) -> BinaryIO:
        """Open the file beside the place."""
        with _clear_errors(self.path):
            self.target.parent.mkdir(parents=True, exist_ok=True)
            self._temporary, file = _beside(self.target)
        self._stack.callback(self._temporary.unlink, missing_ok=True)
        self._file = self._stack.enter_context(file)
        return self._file

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put the file into place if all went well; take it away if not."""
        with _clear_errors(self.path), self._stack:
            if isinstance(error, OSError):
                raise error
            if kind is None:
                self._file.flush()
                if not self.target.is_file() or not filecmp.cmp(self._temporary, self.target, shallow=False):
                    _put(self._temporary, self._file, self.target)
                    self.written = True


def read_bytes(root: Path, relative: str) -> bytes | None:
    """The content of a file below `root`; None where there is none. Raises OutputError where it cannot be read."""
    with _clear_errors(root / relative, "read", "what lies there and who owns it"):
        target = _inside(root, relative)
        return target.read_bytes() if target.exists() else None


def remove_file(root: Path, relative: str) -> None:
    """Take a file below `root` away; one that is not there is fine. Raises OutputError where that is not possible."""
    with _clear_errors(root / relative, "removed", "who owns it"):
        _inside(root, relative).unlink(missing_ok=True)


def move_file(root: Path, relative: str, to: str) -> None:
    """Give a file below `root` another place there; nothing is done where it is not there, or something lies there.

    Raises OutputError where that is not possible.
    """
    with _clear_errors(root / relative, "moved", "who owns it"):
        old, new = _inside(root, relative), _inside(root, to)
        if old.exists() and not new.exists():
            old.rename(new)


def named_file(out: str) -> tuple[Path, str]:
    """The directory and name of a single file that somebody named, links followed. Raises OutputError for a directory."""
    path = Path(out)
    with _clear_errors(path):
        if not path.name or out.endswith("/") or path.is_dir():
            raise OutputError(f"{out or '.'} is a directory: name a file with --out")
        real = real_path(path)
    return real.parent, real.name


def _inside(root: Path, relative: str) -> Path:
    """The real path of a file, links followed.

    Raises OutputError for one outside of `root` and for what is no regular file, and OSError.
    """
    base = real_path(root)
    target = real_path(base / relative)
    if target == base or not target.is_relative_to(base):
        raise OutputError(f"{relative} would be written outside of {root}; nothing was written")
    if target.exists() and not target.is_file():
        raise OutputError(
            f"{root / relative} is {_kind_of(target)}, no file; it was left as it is: name another place with --out"
        )
    return target


def real_path(path: Path) -> Path:
    """The path with all links followed. Raises OutputError for a link that leads back to itself."""
    try:
        return path.resolve()
    except RuntimeError as error:  # until Python 3.13
        raise OutputError(f"{path} is a link that leads back to itself") from error


def _kind_of(path: Path) -> str:
    mode = path.stat().st_mode
    kinds = {stat.S_ISDIR: "a directory", stat.S_ISFIFO: "a FIFO", stat.S_ISSOCK: "a socket"}
    return next((words for asks, words in kinds.items() if asks(mode)), "a device")


@contextmanager
def _clear_errors(
    path: Path, done: str = "written", check: str = "the directory given with --out and who owns it"
) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"{path} cannot be {done}: {reason}; check {check}") from error


def _beside(target: Path) -> tuple[Path, BinaryIO]:
    """A new file in the same directory, and the way to write it."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    return Path(name), os.fdopen(handle, "wb")


def _put(temporary: Path, file: BinaryIO, target: Path) -> None:
    """Put a written file into the place of another, onto the disk."""
    file.flush()
    os.fsync(file.fileno())
    file.close()  # an open file cannot be moved everywhere
    temporary.chmod(_mode(target))
    temporary.replace(target)
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
