"""`newsarchive import`: Markdown archives into the store."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from exports.imports import read_archive
from exports.imports.importer import import_archive
from newsarchive.cli.options import StoreOption, with_store
from newsarchive.cli.output import ERR, OUT
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
        OUT.print(
            f"{path}: {archive.family}, {report.days} days, {report.items} items, {report.links} links",
            markup=False,
            soft_wrap=True,
        )
        for remark in report.remarks:
            ERR.print(f"{path}:{remark}", markup=False, soft_wrap=True)
