"""The command's tree: one module per sub-command."""

from __future__ import annotations

import typer

from newsarchive import __version__
from newsarchive.cli import (
    crawl,
    draft,
    export,
    export_feeds,
    fixture,
    hosts,
    importing,
    parse,
    pick,
    runs,
    stats,
    status,
    sync,
)

app = typer.Typer(
    help="Archive 36kr, ithome and weixin: raw pages, articles, Markdown.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("crawl")(crawl.crawl)
app.command("draft")(draft.draft)
for way_out in (
    export_feeds.atom,
    export_feeds.epub,
    export_feeds.jsonl,
    export_feeds.parquet,
    export_feeds.text,
):
    export.app.command()(way_out)
app.add_typer(export.app, name="export")
app.add_typer(fixture.app, name="fixture")
app.command("hosts")(hosts.hosts)
app.command("import")(importing.import_files)
app.command("parse")(parse.parse)
app.add_typer(pick.app, name="pick")
app.command("runs")(runs.runs)
app.command("stats")(stats.stats)
app.command("status")(status.status)
app.command("sync")(sync.sync)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", help="Print the version.", callback=_version, is_eager=True
    ),
) -> None:
    """Hold the options that stand before a sub-command."""
