"""`newsarchive status`: what the store holds, how fresh it is, and what waits."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from newsarchive.cli.options import RawOption, StoreOption, duration, site_name
from newsarchive.cli.output import OUT, say
from newsarchive.cli.record_lines import lease_json, pause_json, pause_line, run_end, run_json
from newsarchive.cli.store import with_store
from newsarchive.cli.times import ago, local_time, now
from newsarchive.crawl.leases import who, workers_of
from newsarchive.crawl.pauses import held_hosts
from newsarchive.errors import NewsarchiveError
from newsarchive.monitoring.health import Trouble, troubles, why_not_read
from newsarchive.monitoring.outcome import CrawlExit
from newsarchive.records.lease import Lease
from newsarchive.records.run import Run
from newsarchive.settings import ours
from newsarchive.sites import SITES
from newsarchive.storage.collections import Pause
from newsarchive.storage.contract import SiteCounts, Store
from newsarchive.storage.spool import waiting, worded

SOUGHT = 1000
"""Runs that are looked through for the last ones that read a list, or what is newest."""


UNSOUND = 37
"""Exit code of `--check` where a site is stale, blocked or incomplete."""
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SiteState:
    """What the store says of one site; `known` is whether this newsarchive knows it."""

    counts: SiteCounts
    waiting: int
    due: int
    runs: list[Run]
    held: list[Pause]
    known: bool
    spooled: Counter[str]
    leases: list[Lease]

    @property
    def last(self) -> Run | None:
        """The last run, but for those that another one did not let begin."""
        return next((run for run in self.runs if run.exit_code != CrawlExit.LEASED), None)

    @property
    def listed(self) -> Run | None:
        """The last run that read a list."""
        return next((run for run in self.runs if run.counts.get("page/listed_count")), None)

    def troubles(self, max_age: timedelta) -> list[Trouble]:
        """What is wrong with the site."""
        found = list(troubles(self.runs, {pause.host: pause.why for pause in self.held}, max_age, now()))
        return [*found, Trouble("incomplete", f"{spool_line(self.spooled)}")] if self.spooled else found


def status(
    *,
    sites: Annotated[
        list[str] | None,
        typer.Option("--site", parser=site_name, help="Only this site; can be given more than once."),
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help=f"Say only what is wrong, a line each, and end with {UNSOUND} if anything is."
        ),
    ] = False,
    max_age: Annotated[
        timedelta | None,
        typer.Option(
            "--max-age",
            metavar="DURATION",
            parser=duration,
            help="With --check: a site is stale after this time, such as 30m, 6h, 2d.  [default: 1d]",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, times in UTC.")] = False,
    store: StoreOption = None,
    raw: RawOption = None,
) -> None:
    """Per site: articles, the newest one's age, what waits to be fetched, the last list read, the last run's end and why.

    A site that was never crawled is checked only where --site names it.
    """
    spooled = waiting(raw or Path(ours(os.environ)["NEWSARCHIVE_RAW"]))
    try:
        states = with_store(store, "read", lambda opened: gather(opened, spooled))
    except NewsarchiveError:
        for site, kinds in spooled.items():
            say(f"{site}: {spool_line(kinds)}", beside=True)
        raise
    if sites:
        states = {site: states[site] for site in sites}
    wrong = {
        site: state.troubles(max_age or A_DAY)
        for site, state in states.items()
        if state.known and (sites or state.runs or state.held or state.spooled)
    }
    if as_json:
        typer.echo(json.dumps(told_all(states, wrong), indent=2))
    elif check or max_age:
        name_troubles(wrong)
    else:
        OUT.print(table_of(states))
        explain(states)
    if (check or max_age) and (any(wrong.values()) or not wrong):
        raise typer.Exit(UNSOUND)


def spool_line(kinds: Counter[str]) -> str:
    """What waits for the store, in words."""
    return f"{worded(kinds)} wait in the spool: the next crawl puts them into the store, or `newsarchive spool drain`"


async def gather(store: Store, spooled: Mapping[str, Counter[str]]) -> dict[str, SiteState]:
    """The state of every site, also of those that a newer newsarchive put there."""
    at = now()
    counts, tasks, due = await store.counts(), await store.task_counts(), await store.task_counts(due_by=at)
    held, leases = await held_hosts(store, at), await store.leases()
    states = {}
    for name in dict.fromkeys([*SITES, *counts, *tasks, *spooled]):
        site = SITES.get(name)
        states[str(name)] = SiteState(
            counts.get(name, SiteCounts()),
            tasks.get(name, {}).get("wanted", 0),
            due.get(name, {}).get("wanted", 0),
            await store.runs(name, limit=SOUGHT) if site else [],
            [pause for pause in held if site and site.has_image_host(pause.host)],
            known=site is not None,
            spooled=spooled.get(name, Counter()),
            leases=workers_of(name, leases),
        )
    return states


def name_troubles(wrong: Mapping[str, list[Trouble]]) -> None:
    """What is wrong with each site, a line each."""
    for site, found in wrong.items():
        for trouble in found:
            say(f"{site}: {trouble.kind}: {trouble.text}")
    if not wrong:
        OUT.print("stale: no site was ever crawled into this store")
    elif not any(wrong.values()):
        OUT.print(f"{', '.join(wrong)}: nothing is stale, blocked or incomplete", soft_wrap=True)


def explain(states: Mapping[str, SiteState]) -> None:
    """Below the table: what the last runs did not read and why, who is left alone, and sites of a newer newsarchive."""
    for site, state in states.items():
        for line in why_not_read(state.last) if state.last else ():
            say(f"{site} not read: {line}")
        for pause in state.held:
            say(pause_line(pause))
        for lease in state.leases:
            say(f"{site} is being crawled: {who(lease)}")
        if state.spooled:
            say(f"{site}: {spool_line(state.spooled)}")
        if not state.known:
            say(f"{site} is no site of this newsarchive: a newer one wrote it")


def told_all(states: Mapping[str, SiteState], wrong: Mapping[str, list[Trouble]]) -> dict[str, Any]:
    """All that is known, as JSON has it."""
    return {
        "at": _iso(now()),
        "sites": {site: _told(state, wrong.get(site, [])) for site, state in states.items()},
    }


def _told(state: SiteState, wrong: list[Trouble]) -> dict[str, Any]:
    return {
        "known": state.known,
        "articles": state.counts.articles,
        "events": state.counts.events,
        "newest_article": _iso(state.counts.newest),
        "waiting": state.waiting,
        "due": state.due,
        "spooled": dict(state.spooled),
        "last_list_read": _iso(state.listed.started_at if state.listed else None),
        "last_run": run_json(state.last) if state.last else None,
        "held_hosts": [pause_json(pause) for pause in state.held],
        "jobs": [lease_json(lease) for lease in state.leases],
        "troubles": [{"kind": trouble.kind, "text": trouble.text} for trouble in wrong],
    }


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


def table_of(states: Mapping[str, SiteState]) -> Table:
    """All that is known, a column a site."""
    table = Table(box=None, padding=(0, 2, 0, 0), caption="Times are Asia/Shanghai.", caption_justify="left")
    table.add_column("")
    for site in states:
        table.add_column(site)

    def row(name: str, *cells: str, style: str | None = None) -> None:
        table.add_row(name, *map(Text, cells), style=style)

    all_of = list(states.values())
    row("articles", *(str(sum(one.counts.articles.values())) for one in all_of), style="bold")
    for kind in sorted({kind for one in all_of for kind in one.counts.articles}):
        row(f"  {kind}", *(str(one.counts.articles.get(kind, 0)) for one in all_of))
    row("newest article", *(_time(one.counts.newest) for one in all_of))
    row("waiting to be fetched", *(_waiting(one) for one in all_of))
    row("last list read", *(_dated(one.listed) for one in all_of))
    row("last run", *(_dated(one.last) for one in all_of))
    row("  its end", *(run_end(one.last) if one.last else "-" for one in all_of))
    row("  its warnings", *(str(len(one.last.warnings)) if one.last else "-" for one in all_of))
    row("events", *(str(sum(one.counts.events.values())) for one in all_of), style="bold")
    for kind in sorted({kind for one in all_of for kind in one.counts.events}):
        row(f"  {kind}", *(str(one.counts.events.get(kind, 0)) for one in all_of))
    return table


def _dated(run: Run | None) -> str:
    return _time(run.started_at if run else None)


def _time(at: datetime | None) -> str:
    return f"{local_time(at)} ({ago(at)})" if at else "-"


def _waiting(state: SiteState) -> str:
    return f"{state.waiting} ({state.due} due now)" if state.waiting else "0"
