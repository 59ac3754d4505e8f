"""`newsarchive report`: the health of the archive as one static page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from exports.files.atomic import write_text
from newsarchive.cli.options import RawOption, StoreOption
from newsarchive.cli.output import say
from newsarchive.cli.store import with_store
from newsarchive.cli.times import now
from newsarchive.report.overview import overview_of
from newsarchive.report.page import page_of
from newsarchive.report.words import FILES
from newsarchive.settings import ours


def report(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder for the page; it is made.")],
    completeness: Annotated[
        bool,
        typer.Option(
            "--completeness/--no-completeness",
            help="Say how many articles of the last 30 days are held of those that the sites show; that reads these articles.",
        ),
    ] = True,
    store: StoreOption = None,
    raw: RawOption = None,
) -> None:
    """Write index.html (Chinese) and index.en.html: sites day by day, runs, alarms, sizes. No script, no network."""
    settings = ours(os.environ)
    settings |= {"NEWSARCHIVE_STORE": store} if store else {}
    settings |= {"NEWSARCHIVE_RAW": str(raw)} if raw else {}
    overview = with_store(
        settings["NEWSARCHIVE_STORE"],
        "read",
        lambda opened: overview_of(opened, settings, now(), completeness=completeness),
    )
    # Each is whole before any is written: what goes wrong with one leaves both as they were.
    pages = {name: page_of(overview, language) for language, name in FILES.items()}
    for name, page in reversed(pages.items()):
        write_text(out, name, page)
    say(str(out / FILES["zh-CN"]))
