"""One run of the command: every error that a user can act on ends in one line and its own exit code."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from io import TextIOWrapper

from newsarchive.cli.output import complain
from newsarchive.cli.quiet import HELD
from newsarchive.cli.tree import app
from newsarchive.errors import NewsarchiveError, OutputError

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS})
"""Codes of a disk that takes nothing more."""


def run() -> int:
    """Run the command of `sys.argv`; returns its exit code, all that it printed being written."""
    code = 1
    try:
        code = _run_and_flush()
    finally:
        HELD.release(code)
    return code


def _run_and_flush() -> int:
    _open_closed()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a GBK or ASCII terminal lacks much of what articles have
    try:
        code = _run()
        _flush()
    except NewsarchiveError as error:
        _say(error)
        code = error.exit_code
        try:
            _flush()
        except OutputError as another:
            _say(another)
    return code


def _open_closed() -> None:
    """Put something into the places of outputs that the caller closed (`>&-`), before a file of ours gets their numbers.

    What is written to such a standard output fails as on a full disk: here the descriptor takes nothing.
    """
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def _run() -> int:
    try:
        app()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            _forget_output()
            return 0
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except OSError as error:
        _flush()  # raises where standard output takes nothing, unless it is unbuffered
        if error.errno == errno.EBADF:  # see _open_closed
            raise OutputError("standard output is closed") from None
        if error.errno not in _NO_ROOM:
            raise
        place = error.filename or "standard output or a temporary file"
        raise OutputError(f"{place} cannot be written: {error.strerror}; make room there") from None
    return 0


def _flush() -> None:
    """Write what waits for standard output. Raises OutputError; a reader that has gone is no error (`… | head`)."""
    if sys.stdout is None or sys.stdout.closed:
        return
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_output()
    except OSError as error:
        _forget_output()
        raise OutputError(f"standard output cannot be written: {error.strerror}") from None


def _forget_output() -> None:
    """Let Python's own end, which writes again what waits, write it to nowhere."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(error: NewsarchiveError) -> None:
    with suppress(OSError):  # standard error may be full, too
        complain(str(error))
