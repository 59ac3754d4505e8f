"""Every error that a user can meet, each with an exit code of its own (docs/exit-codes.md)."""

from __future__ import annotations


class NewsarchiveError(Exception):
    """Something went wrong that the user can understand and act on; its text is one line."""

    exit_code = 1


class UnknownSiteError(NewsarchiveError):
    """A site was named that newsarchive does not know."""

    exit_code = 10


class BadValueError(NewsarchiveError):
    """An argument or setting has a value that cannot be used (a month, a date, a number, a URL)."""

    exit_code = 11


class InputFileError(NewsarchiveError):
    """A file that the user named is missing or cannot be read."""

    exit_code = 12


class UnreadableMarkdownError(NewsarchiveError):
    """A Markdown file is none of the archive formats that can be read, or was damaged (emptied, cut off, garbled)."""

    exit_code = 13


class ExpectationError(NewsarchiveError):
    """Golden pages of the tests are not read as expected."""

    exit_code = 14


class StoreUnreachableError(NewsarchiveError):
    """The store does not answer; what a crawl fetched meanwhile waits in the spool (docs/spool.md)."""

    exit_code = 20


class StoreUnwritableError(StoreUnreachableError):
    """The store's disk is full or fails: waiting does not help."""


class StorePermissionError(NewsarchiveError):
    """The store's path exists or would exist where this user may not write."""

    exit_code = 21


class StoreVersionError(NewsarchiveError):
    """The store was written by a newer newsarchive, or is no newsarchive store."""

    exit_code = 22


class OutputError(NewsarchiveError):
    """The place where output should go cannot be written."""

    exit_code = 23


class ConflictError(NewsarchiveError):
    """A file was edited by hand where the store changed too: it was left as it is, a `.new` file lies beside it."""

    exit_code = 24


class MissingExtraError(NewsarchiveError):
    """What was asked for needs an optional dependency that is not installed; the message names the extra."""

    exit_code = 25


class RecordRefusedError(NewsarchiveError):
    """No store takes the record (over 16 MB, half a character); a crawl sets it aside in a file beside the raw pages."""

    exit_code = 26


class NoStoreError(NewsarchiveError):
    """There is no store where one was to be read or changed: `crawl`, `schedule run`, `import` and `pick add` make one."""

    exit_code = 27


class UnequalCopyError(NewsarchiveError):
    """A copy, backup or dump is not what it was made from, or is not whole: it was cut, damaged, or changed meanwhile."""

    exit_code = 28


class LostPagesError(NewsarchiveError):
    """Raw pages are lost or damaged: `newsarchive raw verify` names each of them."""

    exit_code = 29


class WorkerDiedError(NewsarchiveError):
    """A process that did a part of the work died; what it did before is kept, and the same command goes on there."""

    exit_code = 43


class DiskFullError(NewsarchiveError):
    """Where a crawl writes, less than NEWSARCHIVE_DISK_RESERVE_BYTES is free: it does not begin, or ends in order."""

    exit_code = 38


class JobNotStartedError(NewsarchiveError):
    """A job that a schedule says is due could not be started: no Scrapyd node took it, or this machine has no room for it."""

    exit_code = 44
