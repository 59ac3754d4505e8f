"""`newsarchive import`: Markdown archives into the store."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from exports.imports import read_archive
from exports.imports.importer import import_archive
from newsarchive.cli.options import StoreOption
from newsarchive.cli.output import say
from newsarchive.cli.store import with_store
from newsarchive.errors import InputFileError, UnreadableMarkdownError


def read_markdown(path: Path) -> str:
    """A Markdown file's text with its line ends as they are. Raises InputFileError or UnreadableMarkdownError."""
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise InputFileError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UnreadableMarkdownError(f"{path} is not UTF-8 text (byte {error.start})") from None


def import_files(
    files: Annotated[list[Path], typer.Argument(help="Markdown archives: digests, daily posts, link lists.")],
    store: StoreOption = None,
) -> None:
    """Read Markdown archives back into the store: days, items and links become picks."""
    archives = [(path, read_archive(read_markdown(path), str(path))) for path in files]
    for path, archive in archives:
        report = with_store(store, "create", partial(import_archive, archive=archive, name=path.stem))
        say(f"{path}: {archive.family}, {report.days} days, {report.items} items, {report.links} links")
        for remark in report.remarks:
            say(f"{path}:{remark}", beside=True)
