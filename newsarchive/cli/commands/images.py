"""`newsarchive images`: the mirror of the articles' pictures."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from newsarchive.cli.crawl_jobs import begin_log, project_settings, set_event_loop
from newsarchive.cli.options import MonthOption, SiteOption, StoreOption
from newsarchive.cli.output import ERR, say
from newsarchive.cli.pictures.jobs import check_mirror, exit_of, fetch_pictures, sites_to_ask
from newsarchive.cli.pictures.lines import picture_lines
from newsarchive.editorial.days import month_span

app = typer.Typer(help="Keep the pictures of articles (docs/pictures.md).", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `fetch` a sub-command."""


@app.command()
def fetch(
    month: MonthOption,
    *,
    site: SiteOption = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder", help="The mirror.  [default: NEWSARCHIVE_IMAGES_FOLDER]", show_default=False
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Ask again for those too that were refused three times.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Fetch the pictures of a month's stored articles that are not in the mirror; it may be stopped and run again."""
    given = {"NEWSARCHIVE_STORE": store} if store else {}
    if folder:
        given["NEWSARCHIVE_IMAGES_FOLDER"] = str(folder)
    if "LOG_LEVEL" not in os.environ:
        given["LOG_LEVEL"] = "ERROR" if ERR.is_terminal else "WARNING"
    settings = project_settings(given)
    check_mirror(settings)
    sites = sites_to_ask(settings, site)
    begin_log(settings)
    set_event_loop(settings)
    outcomes = fetch_pictures(settings, sites, *month_span(month), again=again)
    found = False
    for outcome in outcomes:
        for line in picture_lines(outcome.site, outcome.stats):
            found = True
            say(line)
    if not found:
        say(f"no pictures: no stored article of {month:%Y-%m} shows any")
    raise typer.Exit(exit_of(outcomes))
