"""`newsarchive runs`: how the crawls ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from newsarchive.cli.opening import StoreOption, with_store
from newsarchive.cli.parse import site_name
from newsarchive.cli.terminal import OUT
from newsarchive.cli.times import ago, length, now, shown
from newsarchive.items import Run
from newsarchive.monitoring.outcome import outcome_of_run
from newsarchive.monitoring.reasons import meaning

SILENT = timedelta(minutes=3)
"""A run whose heartbeat is older than this was killed: one that lives records itself every 30 seconds."""


def runs(
    site: Annotated[str | None, typer.Option("--site", help="Only the runs of this site.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many, newest first.")] = 20,
    store: StoreOption = None,
) -> None:
    """The last crawls: when, how long, how they ended, what they brought, and what was odd."""
    name = site_name(site)
    found = with_store(store, lambda opened: opened.runs(name, limit))
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
            ("not read", _not_read(run)),
            ("warning", run.warnings),
        ):
            for line in lines:
                OUT.print(f"{shown(run.started_at)} {run.site} {label}: {line}", markup=False, soft_wrap=True)


def end(run: Run) -> str:
    """How a run ended; of one that did not, whether it still lives."""
    if run.finished_at is not None:
        outcome = outcome_of_run(run)
        return (run.end or outcome.end) + (f" ({outcome.stopped_by})" if outcome.stopped_by else "")
    state = "killed, last heartbeat" if now() - run.heartbeat_at > SILENT else "running, heartbeat"
    return f"{state} {ago(run.heartbeat_at)}"


def _count(run: Run, name: str) -> int:
    return run.counts.get(f"{name}_count", 0)


def _not_read(run: Run) -> list[str]:
    """Each list and host that was not read, and how many pages failed, with the reasons."""
    lines = [f"{one.name}: {one.reason} ({meaning(one.reason)})" for one in run.not_read]
    failures = outcome_of_run(run).failures()
    return lines + [f"{count} pages: {reason} ({meaning(reason)})" for reason, count in failures.items()]


def _arguments(run: Run) -> tuple[str, ...]:
    given = " ".join(f"{name}={value}" for name, value in sorted(run.arguments.items()))
    return (given,) if given else ()
