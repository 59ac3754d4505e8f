"""`newsarchive runs`: how the crawls ended."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from newsarchive.cli.options import JsonOption, StoreOption, site_name
from newsarchive.cli.output import OUT, say
from newsarchive.cli.record_lines import run_end, run_json
from newsarchive.cli.store import with_store
from newsarchive.cli.times import length, local_time
from newsarchive.monitoring.health import why_not_read
from newsarchive.records.run import Run


def runs(
    site: Annotated[
        str | None, typer.Option("--site", parser=site_name, help="Only the runs of this site.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many, newest first.")] = 20,
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """The last crawls: when, how long, how they ended and why, what they brought, and what was odd."""
    found = with_store(store, "read", lambda opened: opened.runs(site, limit))
    if as_json:
        typer.echo(json.dumps([run_json(run) for run in found], indent=2))
        return
    table = Table(box=None, padding=(0, 1, 0, 0))
    for heading in ("started", "site", "lasted", "end"):
        table.add_column(heading, no_wrap=heading != "end", overflow="fold")
    for heading in ("pages", "new", "updated", "failed", "warnings"):
        table.add_column(heading, justify="right")
    for run in found:
        counts = (_count(run, "page/fetched"), _count(run, "record/new"), _count(run, "record/updated"))
        table.add_row(
            local_time(run.started_at),
            run.site,
            length((run.finished_at or run.heartbeat_at) - run.started_at),
            Text(run_end(run)),
            *(str(count) for count in (*counts, _count(run, "page/failed"), len(run.warnings))),
        )
    OUT.print(table)
    for run in found:
        arguments = " ".join(f"{name}={value}" for name, value in sorted(run.arguments.items()))
        for label, lines in (
            ("arguments", [arguments] if arguments else []),
            ("note", run.notes),
            ("not read", why_not_read(run)),
            ("warning", run.warnings),
        ):
            for line in lines:
                say(f"{local_time(run.started_at)} {run.site} {label}: {line}")


def _count(run: Run, name: str) -> int:
    return run.counts.get(f"{name}_count", 0)
