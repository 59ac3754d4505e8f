"""`newsarchive init`: an archive of one's own, written to its file once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from exports.files.atomic import write_text
from exports.formats import FORMATS, FormatName
from exports.publication import publication_here
from exports.publication_file import file_text
from exports.targets import KnownTarget
from newsarchive.archive_settings import FILE_NAME, LANGUAGES, OF_AN_ARCHIVE, key_of
from newsarchive.cli.options import AccountsOption, SitesOption, TagsOption
from newsarchive.cli.output import say
from newsarchive.errors import BadValueError
from newsarchive.setting import read
from newsarchive.sites import SITES

_ASKED = ("title", "description", "author", "base_url", "language", "sites", "accounts")
"""What a person at a terminal is asked for, where no option says it."""
_OUT = "archive"
_PUBLISHED = tuple(name for name, it in FORMATS.items() if not (it.of_words or it.chooses))


def init(
    *,
    folder: Annotated[Path, typer.Option("--in", help="The folder of the archive.")] = Path(),
    title: Annotated[str | None, typer.Option(help="What the archive is called.")] = None,
    description: Annotated[str | None, typer.Option(help="A sentence on what it is about.")] = None,
    author: Annotated[str | None, typer.Option(help="Who edits it.")] = None,
    base_url: Annotated[str | None, typer.Option("--base-url", help="Where it lies on the web.")] = None,
    language: Annotated[
        str | None, typer.Option(help=f"The language of labels: {', '.join(LANGUAGES)}.")
    ] = None,
    site: SitesOption = None,
    account: AccountsOption = None,
    tag: TagsOption = None,
    formats: Annotated[
        list[str] | None,
        typer.Option("--format", help=f"What is published: {', '.join(_PUBLISHED)}.", show_default=False),
    ] = None,
    target: Annotated[KnownTarget, typer.Option(help="For which publishing tool.")] = "plain",
    out: Annotated[Path, typer.Option("--out", help="The folder of what is published.")] = Path(_OUT),
) -> None:
    """Write newsarchive.toml: names, sites, what is published where. Asks at a terminal; never over a file that is there."""
    file = folder / FILE_NAME
    if file.exists():
        raise BadValueError(f"{file} exists; edit it, or take it away and run init again")
    given: dict[str, object] = {
        "title": title,
        "description": description,
        "author": author,
        "base_url": base_url,
        "language": language,
        "sites": site or None,
        "accounts": account or None,
        "tags": tag or None,
    }
    if sys.stdin.isatty() and sys.stdout.isatty():
        _ask(given)
    values = {
        key_of(it): read(f"--{key_of(it).replace('_', '-')}", it.kind, value)
        for it in OF_AN_ARCHIVE
        if (value := given.get(key_of(it))) is not None
    }
    published = [_format(name) for name in formats or _PUBLISHED[:1]]
    write_text(folder, FILE_NAME, file_text(values, [(name, target, out) for name in published]))
    publication_here({}, folder)
    say(f"{file}: written; look at it, then `newsarchive export …` takes its names")


def _ask(given: dict[str, object]) -> None:
    """Ask for what no option has said; an empty answer is the default."""
    for setting in OF_AN_ARCHIVE:
        key = key_of(setting)
        if key not in _ASKED or given[key] is not None:
            continue
        known = f" ({', '.join(SITES)})" if key == "sites" else ""
        while True:
            default = setting.default if isinstance(setting.default, str) else ""
            answer = typer.prompt(f"{setting.reason.partition('.')[0]}{known}", default=default)
            try:
                given[key] = setting.read(answer)
            except BadValueError as error:
                say(str(error))
                continue
            break


def _format(name: str) -> FormatName:
    if name not in _PUBLISHED:
        raise BadValueError(f"--format is {name!r}; it takes one of {', '.join(_PUBLISHED)}")
    return name
