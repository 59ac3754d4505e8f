"""`newsarchive parse`: what saved pages are, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from newsarchive.cli.options import FetchedAtOption
from newsarchive.cli.output import complain, print_json
from newsarchive.cli.page_files import read_entry, read_file, reason
from newsarchive.errors import BadValueError, InputFileError, NewsarchiveError


def parse(
    file: Annotated[
        Path | None, typer.Argument(help="A saved page or Markdown archive; .gz is read as is.")
    ] = None,
    url: Annotated[str, typer.Option("--url", help="Where the page was fetched.")] = "",
    fetched_at: FetchedAtOption = None,
    site: Annotated[
        str | None, typer.Option("--site", help="Whose page it is, where neither URL nor content tells.")
    ] = None,
    manifest: Annotated[
        Path | None,
        typer.Option(
            "--manifest", help='JSON lines {"file": …, "url": …}; also fetched_at, site. Prints JSON lines.'
        ),
    ] = None,
) -> None:
    """Print what a saved page is and says, as JSON."""
    if (file is None) == (manifest is None):
        raise BadValueError("parse takes a FILE or --manifest PAGES.jsonl, one of the two")
    if file is not None:
        for label in list(read_file(file, str(file), url=url, fetched_at=fetched_at, site=site)):
            print_json(label, indent=2)
        return
    assert manifest is not None  # noqa: S101 - for the type checker; checked above
    code = 0
    for entry in entries(manifest):
        try:
            for label in read_entry(entry, manifest.parent):
                print_json(label)
        except NewsarchiveError as error:
            complain(str(error))
            print_json({"file": entry.get("file"), "verdict": None, "error": str(error)})
            code = error.exit_code
    raise typer.Exit(code)


def entries(manifest: Path) -> Iterator[dict[str, Any]]:
    """The lines of a manifest. Raises InputFileError, BadValueError."""
    try:
        lines = manifest.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputFileError(f"the manifest {manifest} cannot be read: {reason(error)}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except json.JSONDecodeError as error:
            raise BadValueError(f"{manifest}:{number} is not JSON: {error.msg}") from None
        if not isinstance(entry, dict) or not isinstance(entry.get("file"), str):
            raise BadValueError(f'{manifest}:{number} is not an object with "file"')
        yield entry
