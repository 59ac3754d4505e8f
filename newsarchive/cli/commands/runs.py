"""`newsarchive runs`: how the crawls ended."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from newsarchive.cli.commands.parse import site_name
from newsarchive.cli.options import StoreOption, with_store
from newsarchive.cli.output import OUT
from newsarchive.cli.times import ago, length, now, shown
from newsarchive.monitoring.health import KILLED, end_of, why_not_read
from newsarchive.monitoring.outcome import outcome_of_run
from newsarchive.records.run import Run


def runs(
    site: Annotated[str | None, typer.Option("--site", help="Only the runs of this site.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many, newest first.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array of objects, times in UTC.")] = False,
    store: StoreOption = None,
) -> None:
    """The last crawls: when, how long, how they ended and why, what they brought, and what was odd."""
    name = site_name(site)
    found = with_store(store, "read", lambda opened: opened.runs(name, limit))
    if as_json:
        typer.echo(json.dumps([told(run) for run in found], indent=2))
        return
    table = Table(box=None, padding=(0, 1, 0, 0))
    for heading in ("started", "site", "lasted", "end"):
        table.add_column(heading, no_wrap=heading != "end", overflow="fold")
    for heading in ("pages", "new", "updated", "failed", "warnings"):
        table.add_column(heading, justify="right")
    for run in found:
        counts = (_count(run, "page/fetched"), _count(run, "record/new"), _count(run, "record/updated"))
        table.add_row(
            shown(run.started_at),
            run.site,
            length((run.finished_at or run.heartbeat_at) - run.started_at),
            Text(end(run)),
            *(str(count) for count in (*counts, _count(run, "page/failed"), len(run.warnings))),
        )
    OUT.print(table)
    for run in found:
        for label, lines in (
            ("arguments", _arguments(run)),
            ("note", run.notes),
            ("not read", why_not_read(run)),
            ("warning", run.warnings),
        ):
            for line in lines:
                OUT.print(f"{shown(run.started_at)} {run.site} {label}: {line}", markup=False, soft_wrap=True)


def end(run: Run) -> str:
    """How a run ended; of one that did not, whether it still lives."""
    word, _ = end_of(run, now())
    if run.finished_at is None:
        return f"{word}, {'last ' if word == KILLED else ''}heartbeat {ago(run.heartbeat_at)}"
    stopped_by = outcome_of_run(run).stopped_by
    return f"{word} ({stopped_by})" if stopped_by else word


def told(run: Run) -> dict[str, Any]:
    """A run as JSON has it: the fields of its record, with the end and exit code that earlier records lack.

    `end` is `running` or `killed` for a run that has none. Times are in UTC.
    """
    word, code = end_of(run, now())
    return run.model_copy(update={"end": word, "exit_code": code}).model_dump(mode="json")


def _count(run: Run, name: str) -> int:
    return run.counts.get(f"{name}_count", 0)


def _arguments(run: Run) -> tuple[str, ...]:
    given = " ".join(f"{name}={value}" for name, value in sorted(run.arguments.items()))
    return (given,) if given else ()
