"""`newsarchive export`: Markdown from the store."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from exports.digest import Profile
from exports.export_digest import export_digest
from exports.merged_writing import raise_conflicts
from newsarchive.cli.opening import StoreOption, with_store
from newsarchive.cli.terminal import OUT
from newsarchive.errors import BadValueError

app = typer.Typer(help="Write Markdown archives from the store.", no_args_is_help=True)

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@app.callback()
def _formats() -> None:
    """Each sub-command is a format."""


def month_of(text: str) -> date:
    """The first day of a month written YYYY-MM. Raises BadValueError."""
    match = _MONTH.fullmatch(text)
    if not match or not int(match[1]):
        raise BadValueError(f"--month takes YYYY-MM, for example 2025-01, not {text!r}")
    return date(int(match[1]), int(match[2]), 1)


@app.command()
def digest(
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="Which month.")],
    out: Annotated[
        Path, typer.Option("--out", help="Directory of the archive; the file goes into its year.")
    ],
    profile: Annotated[
        Profile, typer.Option(help="strict: as such archives were written by hand; clean: quirks mended.")
    ] = "clean",
    everything: Annotated[
        bool, typer.Option("--all", help="Every article of the month, not the editor's picks only.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """The monthly digest: `# 2025年1月`, a section a day, a numbered line and a link an item."""
    first = month_of(month)
    report = with_store(
        store, lambda opened: export_digest(opened, first, out, profile, everything=everything)
    )
    OUT.print(
        f"{report.path}: {report.days} days, {report.items} items, {report.file.state}",
        markup=False,
        soft_wrap=True,
    )
    raise_conflicts([report.file])
