"""`newsarchive status`: what the store holds, how fresh it is, and what waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rich.table import Table
from rich.text import Text

from newsarchive.cli.hosts import line_of
from newsarchive.cli.opening import StoreOption, with_store
from newsarchive.cli.runs import end
from newsarchive.cli.terminal import OUT
from newsarchive.cli.times import ago, now, shown
from newsarchive.downloader.pauses import Pause, held_hosts
from newsarchive.items import Run, SiteName
from newsarchive.sites import SITES
from newsarchive.storage.contract import SiteCounts, Store

SOUGHT = 1000
"""Runs that are looked through for the last one that read a list."""


@dataclass(frozen=True, slots=True)
class SiteState:
    """What the store says of one site."""

    counts: SiteCounts = field(default_factory=SiteCounts)
    waiting: int = 0
    due: int = 0
    last: Run | None = None
    listed: Run | None = None


def status(store: StoreOption = None) -> None:
    """Per site: articles, the newest one's age, what waits to be fetched, the last good list read, the last run."""
    states, paused = with_store(store, gather)
    OUT.print(table_of(states))
    for pause in paused:
        OUT.print(line_of(pause), markup=False, soft_wrap=True)


async def gather(store: Store) -> tuple[dict[SiteName, SiteState], list[Pause]]:
    """The state of every site, and the hosts that are left alone now."""
    at = now()
    counts, tasks, due = await store.counts(), await store.task_counts(), await store.task_counts(due_by=at)
    states = {}
    for site in SITES:
        runs = await store.runs(site, limit=SOUGHT)
        states[site] = SiteState(
            counts.get(site, SiteCounts()),
            tasks.get(site, {}).get("wanted", 0),
            due.get(site, {}).get("wanted", 0),
            next(iter(runs), None),
            next((run for run in runs if run.counts.get("page/listed_count")), None),
        )
    return states, await held_hosts(store, at)


def table_of(states: Mapping[SiteName, SiteState]) -> Table:
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
    row("  its end", *(end(one.last) if one.last else "-" for one in all_of))
    row("  its warnings", *(str(len(one.last.warnings)) if one.last else "-" for one in all_of))
    row("events", *(str(sum(one.counts.events.values())) for one in all_of), style="bold")
    for kind in sorted({kind for one in all_of for kind in one.counts.events}):
        row(f"  {kind}", *(str(one.counts.events.get(kind, 0)) for one in all_of))
    return table


def _dated(run: Run | None) -> str:
    return _time(run.started_at if run else None)


def _time(at: datetime | None) -> str:
    return f"{shown(at)} ({ago(at)})" if at else "-"


def _waiting(state: SiteState) -> str:
    return f"{state.waiting} ({state.due} due now)" if state.waiting else "0"
