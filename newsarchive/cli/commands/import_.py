"""`newsarchive import`: Markdown archives into the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from exports.imports import Archive, read_archive
from exports.imports.days import DayOfFile, parts_of
from exports.imports.form import Form
from exports.imports.importer import import_archive
from newsarchive.cli.options import StoreOption, day_option, month_option
from newsarchive.cli.output import say
from newsarchive.cli.store import with_store
from newsarchive.editorial.days import month_span
from newsarchive.errors import BadValueError, InputFileError, UnreadableMarkdownError
from newsarchive.parsing.html_tree import encoding_of


def read_markdown(path: Path) -> str:
    """A Markdown file's text with its line ends as they are, from UTF-8, UTF-16 or GB18030, as editors of Windows save it.

    Raises InputFileError or UnreadableMarkdownError.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputFileError(f"{path} cannot be read: {error.strerror}") from None
    encoding = encoding_of(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableMarkdownError(
            f"{path} is text neither in UTF-8 nor in UTF-16 or GB18030 (byte {error.start})"
        ) from None
    return text if encoding == "utf-8" else text.removeprefix("\ufeff")


def import_files(
    files: Annotated[list[Path], typer.Argument(help="Markdown archives: digests, daily posts, link lists.")],
    day: Annotated[
        date | None, day_option("--day", "The day of files that name none, or another one.")
    ] = None,
    month: Annotated[
        date | None, month_option("The month of files that name no day; its last day takes their stories.")
    ] = None,
    form: Annotated[
        Path | None, typer.Option("--form", help="An example of how the files are written (docs/formats.md).")
    ] = None,
    store: StoreOption = None,
) -> None:
    """Read Markdown archives back into the store: days, items and links become picks."""
    if day and month:
        raise BadValueError("import takes --day or --month, one of the two")
    own = Form.parse(read_markdown(form), form.stem) if form else None
    read = [(path, read_archive(read_markdown(path), str(path), own)) for path in files]
    archives = [
        (path, part)
        for path, archive in read
        for part in (
            [DayOfFile(of_day(archive, day, month, path), None, 1)]
            if day or month
            else parts_of(archive, str(path))
        )
    ]
    for path, part in archives:
        name, shown = path.stem, f"{path}"
        if part.line > 1:
            name = f"{path.stem} {part.day}"
            say(f"{path}: {part.day} begins at line {part.line}; its lines are counted from there")
            shown = f"{path} {part.day}"
        report = with_store(store, "create", partial(import_archive, archive=part.archive, name=name))
        family = part.archive.family
        say(f"{shown}: {family}, {report.days} days, {report.items} items, {report.links} links")
        say(f"{shown}: links in the file: {report.counted}")
        for remark in report.remarks:
            say(f"{shown}:{remark}", beside=True)


def of_day(archive: Archive, day: date | None, month: date | None, path: Path) -> Archive:
    """The archive with the day that was asked for. Raises BadValueError for one that has days of its own."""
    if not day and not month:
        return archive
    if archive.days:
        raise BadValueError(f"{path} has days of its own: --day and --month are for files of one day")
    if month and archive.date is None:
        day = month_span(month)[1]
    return replace(archive, date=day or archive.date)
