"""`newsarchive fixture`: keep the golden pages of the tests."""

from __future__ import annotations

import json
import re
import sys
from difflib import unified_diff
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from newsarchive.cli.golden import META, FieldDifference, Golden, accept, create, differences, folders, load
from newsarchive.cli.options import FetchedAtOption
from newsarchive.cli.output import OUT, say
from newsarchive.cli.page_files import bytes_of
from newsarchive.errors import BadValueError, ExpectationError, InputFileError
from newsarchive.records.page import Page
from newsarchive.sites import SITES
from newsarchive.sites.reading import read, site_of

app = typer.Typer(help="Keep the golden pages of the tests (tests/golden).", no_args_is_help=True)

GOLDEN = Path(__file__).resolve().parents[3] / "tests" / "golden"
"""The golden pages of the checkout that this file belongs to."""
FolderOption = Annotated[
    Path | None,
    typer.Option("--folder", help="Where the golden pages are. [default: tests/golden of the checkout]"),
]
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LINES_MAX = 60
_STYLES = {"-": "red", "+": "green", "@": "cyan"}


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="A saved page; .gz is read as is.")],
    *,
    url: Annotated[str, typer.Option("--url", help="Where the page was fetched.")],
    fetched_at: FetchedAtOption = None,
    status: Annotated[int, typer.Option("--status", min=100, max=599, help="Its HTTP status.")] = 200,
    name: Annotated[
        str | None, typer.Option("--name", metavar="KIND", help="The folder's name. [default: the verdict]")
    ] = None,
    notes: Annotated[str, typer.Option("--notes", help="What the page shows that others do not.")] = "",
    folder: FolderOption = None,
) -> None:
    """Make a golden page of a saved one: what the parser reads from it now is what the tests will expect."""
    page = Page(bytes_of(file), url, status, fetched_at=fetched_at)
    site = site_of(page)
    if site is None:
        raise BadValueError(
            f"--url {url} is on none of the sites ({', '.join(SITES)}): give the page's own URL"
        )
    verdict = str(read(page).verdict)
    kind = name or verdict.replace("_", "-")
    if not _NAME.fullmatch(kind):
        raise BadValueError(f"--name takes small letters, digits and hyphens, not {kind!r}")
    target = _root(folder) / site.name / kind
    if target.exists():
        raise BadValueError(
            f"{target} exists: choose another --name, or run: newsarchive fixture review {target}"
        )
    golden = create(target, page, notes)
    say(f"{golden.name}: {verdict}; look through {target} before you commit it")


@app.command()
def review(
    pages: Annotated[
        list[Path] | None, typer.Argument(help="Folders of golden pages, or of a site. [default: all]")
    ] = None,
    accept_all: Annotated[
        bool, typer.Option("--accept-all", help="Expect from now on what is read now; ask nothing.")
    ] = False,
    only_list: Annotated[
        bool,
        typer.Option("--list", help="Ask nothing, change nothing; also where nobody is at the terminal."),
    ] = False,
    folder: FolderOption = None,
) -> None:
    """Show field by field what is no longer read as expected, and accept it or not."""
    if accept_all and only_list:
        raise BadValueError("--accept-all and --list exclude each other")
    root = _root(folder)
    chosen = [path for given in pages or [root] for path in _chosen(given, root)]
    ask = not only_list and sys.stdin.isatty()
    left = []
    for path in chosen:
        golden = load(path)
        found = list(differences(golden))
        if not found:
            continue
        _show(golden, found)
        if accept_all or (ask and typer.confirm(f"Accept {golden.name}?", default=False)):
            accept(golden)
            say(f"{golden.name}: accepted")
        else:
            left.append(golden.name)
    if left:
        raise ExpectationError(
            f"{len(left)} of {len(chosen)} golden pages are not read as expected: {', '.join(left)}"
        )
    say(f"{len(chosen)} golden pages are read as expected")


def _root(folder: Path | None) -> Path:
    root = folder or GOLDEN
    if not root.is_dir():
        advice = "make it first" if folder else "run newsarchive from a checkout, or give --folder"
        raise InputFileError(f"there is no folder {root} of golden pages: {advice}")
    return root


def _chosen(given: Path, root: Path) -> list[Path]:
    """The golden pages that an argument names: a path, or a name below the folder of all."""
    for path in (given, root / given):
        if (path / META).is_file():
            return [path]
        if path.is_dir() and (found := folders(path)):
            return found
    raise InputFileError(f"there is no golden page at {given}; newsarchive fixture add makes one")


def _show(golden: Golden, found: list[FieldDifference]) -> None:
    OUT.print(Text(f"\n{golden.name}", style="bold"), Text(golden.notes, style="dim"), soft_wrap=True)
    for difference in found:
        OUT.print(Text(f"  {difference.name}", style="yellow"), soft_wrap=True)
        lines = list(_diff(difference))
        for line in lines[:_LINES_MAX]:
            OUT.print(Text(f"    {line}", style=_STYLES.get(line[:1], "")), soft_wrap=True)
        if len(lines) > _LINES_MAX:
            say(f"    … and {len(lines) - _LINES_MAX} lines more")


def _diff(difference: FieldDifference) -> list[str]:
    """The lines that went and came; control characters are written out, for they are a page's."""
    lines = unified_diff(_lines(difference.expected), _lines(difference.actual), lineterm="", n=1)
    return ["".join(map(_visible, line)) for line in lines][2:]


def _visible(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]


def _lines(value: Any) -> list[str]:  # noqa: ANN401 - any JSON value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
    return [] if value is None else text.split("\n")
