"""`newsarchive runs`: how the crawls ended; one of them whole; and forgetting those that are old."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from newsarchive.cli.options import SinceOption, StoreOption, site_name, time_span
from newsarchive.cli.output import OUT, print_json, say
from newsarchive.cli.record_lines import run_end, run_json
from newsarchive.cli.store import with_store
from newsarchive.cli.times import length, local_time, now
from newsarchive.errors import InputFileError
from newsarchive.monitoring.health import why_not_read
from newsarchive.monitoring.outcome import PAGES, RECORDS, outcome_of_run
from newsarchive.monitoring.stopwatch import STAGES, WHOLE
from newsarchive.records.run import Run
from newsarchive.settings import ours
from newsarchive.sites import SITES
from newsarchive.storage.contract import Store
from newsarchive.storage.retention import Pruned, kept_for, prune, worded

SOUGHT = 2000
"""The last runs, among which the beginning of an id is looked for."""
SHORT = 8
"""Characters of an id that a line shows."""
_NAME = 12
"""The width of names before numbers."""

app = typer.Typer(help="How the last crawls ended; `show` tells all of one.", invoke_without_command=True)


@app.callback()
def runs(
    context: typer.Context,
    *,
    site: Annotated[
        str | None, typer.Option("--site", parser=site_name, help="Only the runs of this site.")
    ] = None,
    since: SinceOption = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, help="How many, newest first.  [default: 20; with --since all]"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array of objects, times in UTC.")] = False,
    store: StoreOption = None,
) -> None:
    """The last crawls: when, how long, how they ended and why, what they brought, and what was odd."""
    if context.invoked_subcommand:
        return
    found = with_store(store, "read", lambda opened: _last(opened, site, since, limit))
    if as_json:
        typer.echo(json.dumps([run_json(run) for run in found], indent=2))
        return
    table = Table(box=None, padding=(0, 1, 0, 0))
    for heading in ("started", "site", "lasted", "end"):
        table.add_column(heading, no_wrap=heading != "end", overflow="fold")
    for heading in ("pages", "new", "updated", "failed", "warn"):
        table.add_column(heading, justify="right")
    table.add_column("id", no_wrap=True)
    for run in found:
        counts = (_count(run, "page/fetched"), _count(run, "record/new"), _count(run, "record/updated"))
        table.add_row(
            local_time(run.started_at),
            run.site,
            length(_lasted(run)),
            Text(run_end(run)),
            *(str(count) for count in (*counts, _count(run, "page/failed"), len(run.warnings))),
            Text(run.run_id[:SHORT]),
        )
    OUT.print(table)
    for run in found:
        for label, lines in _remarks(run).items():
            for line in lines:
                say(f"{local_time(run.started_at)} {run.site} {label}: {line}")


@app.command()
def show(
    run_id: Annotated[str, typer.Argument(metavar="ID", help="The id of a run, or how it begins.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, times in UTC.")] = False,
    store: StoreOption = None,
) -> None:
    """All that is known of one crawl: where its time went, what it counted, what it did not read and why."""
    run = with_store(store, "read", lambda opened: _named(opened, run_id))
    if as_json:
        print_json(run_json(run), indent=2)
        return
    for name, value in _heads(run):
        say(f"{name:<{_NAME}}{value}")
    _say_counts(run)
    _say_time_and_bytes(run)
    for label, lines in _remarks(run).items():
        if label != "arguments" and lines:
            say(f"\n{label}")
            for line in lines:
                say(f"  {line}")


def _say_counts(run: Run) -> None:
    outcome = outcome_of_run(run)
    for title, rows in (
        (f"pages: {_count(run, 'page/fetched')}", {PAGES[it]: count for it, count in outcome.pages.items()}),
        (
            f"articles: {_count(run, 'record/read')}",
            {RECORDS[it]: count for it, count in outcome.records.items()},
        ),
        ("other counts", _other_counts(run)),
    ):
        if any(rows.values()):
            say(f"\n{title}")
            for name, count in rows.items():
                if count:
                    say(f"  {count:>9}  {name}")


def _say_time_and_bytes(run: Run) -> None:
    if run.seconds:
        say("\ntime")
        for stage, seconds in run.seconds.items():
            share = seconds / (run.seconds.get(WHOLE) or 1)
            say(f"  {seconds:>8.1f} s {share:>5.0%}  {stage}: {STAGES.get(stage, stage)}")
    if run.sizes:
        say("\nbytes")
        for name, size in run.sizes.items():
            said = "all that the store takes" if name == "store" else "added"
            say(f"  {size:>12,}  {name}: {said}")


@app.command("prune")
def prune_runs(
    runs_days: Annotated[
        int | None,
        typer.Option(
            "--runs-days",
            min=1,
            metavar="N",
            help="Forget runs that are older.  [default: NEWSARCHIVE_KEEP_RUNS_DAYS]",
            show_default=False,
        ),
    ] = None,
    events_days: Annotated[
        int | None,
        typer.Option(
            "--events-days",
            min=1,
            metavar="N",
            help="Forget challenges that are older.  [default: NEWSARCHIVE_KEEP_EVENTS_DAYS]",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be forgotten.")] = False,
    store: StoreOption = None,
) -> None:
    """Forget records of runs and challenges that are older than the settings keep them (docs/monitoring.md)."""
    settings = ours(os.environ)
    kept_runs = kept_for(runs_days or settings["NEWSARCHIVE_KEEP_RUNS_DAYS"])
    kept_events = kept_for(events_days or settings["NEWSARCHIVE_KEEP_EVENTS_DAYS"])
    if kept_runs is None and kept_events is None:
        say("all is kept for ever: NEWSARCHIVE_KEEP_RUNS_DAYS and NEWSARCHIVE_KEEP_EVENTS_DAYS say how long")
        return

    async def work(opened: Store) -> Pruned:
        return await prune(opened, SITES, now(), runs=kept_runs, events=kept_events, change=not dry_run)

    pruned = with_store(store, "read" if dry_run else "write", work)
    say(f"{worded(pruned)} {'would be' if dry_run else 'are'} forgotten")


async def _last(store: Store, site: str | None, since: date | None, limit: int | None) -> list[Run]:
    start, _ = time_span(since, None)
    return await store.runs(site, limit or (20 if since is None else 10**9), since=start)


async def _named(store: Store, beginning: str) -> Run:
    """The run of an id or its beginning. Raises InputFileError."""
    if whole := await store.run(beginning):
        return whole
    found = [run for run in await store.runs(limit=SOUGHT) if run.run_id.startswith(beginning)]
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(run.run_id for run in found[:5])
        raise InputFileError(f"{len(found)} runs begin with {beginning!r}: {several}; give more of the id")
    raise InputFileError(
        f"there is no run {beginning!r}: `newsarchive runs` shows ids; of a run that is not among the last {SOUGHT} give the whole"
    )


def _heads(run: Run) -> list[tuple[str, str]]:
    ended = f"{_exact(run.finished_at)}, after {length(_lasted(run))}" if run.finished_at else "-"
    return [
        ("run", run.run_id),
        ("site", run.site),
        ("started", _exact(run.started_at)),
        ("ended", ended),
        ("end", f"{run_end(run)}{'' if run.exit_code is None else f', exit code {run.exit_code}'}"),
        ("arguments", _arguments(run) or "-"),
        ("job", run.job or "-"),
        ("machine", run.machine or "-"),
    ]


def _other_counts(run: Run) -> dict[str, int]:
    told = {f"page/{name}_count" for name in (*PAGES, "fetched")}
    told |= {f"record/{name}_count" for name in (*RECORDS, "read")}
    return {name: count for name, count in sorted(run.counts.items()) if name not in told}


def _remarks(run: Run) -> dict[str, list[str]]:
    arguments = _arguments(run)
    return {
        "arguments": [arguments] if arguments else [],
        "note": [*run.notes],
        "not read": why_not_read(run),
        "warning": [*run.warnings],
    }


def _arguments(run: Run) -> str:
    return " ".join(f"{name}={value}" for name, value in sorted(run.arguments.items()))


def _lasted(run: Run) -> timedelta:
    return (run.finished_at or run.heartbeat_at) - run.started_at


def _exact(at: datetime) -> str:
    return f"{local_time(at)} (Asia/Shanghai; {at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ})"


def _count(run: Run, name: str) -> int:
    return run.counts.get(f"{name}_count", 0)
