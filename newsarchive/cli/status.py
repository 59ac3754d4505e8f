"""`newsarchive status`: what the store holds."""

from __future__ import annotations

from datetime import datetime

from rich.table import Table

from newsarchive.cli.opening import StoreOption, with_store
from newsarchive.cli.terminal import OUT
from newsarchive.items import SHANGHAI, Run
from newsarchive.sites import SITES
from newsarchive.storage.contract import SiteCounts, Store


def shown(at: datetime | None) -> str:
    """A time as people in the sites' zone read it."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if at else "-"


def status(store: StoreOption = None) -> None:
    """Per site: how many articles and events, the newest article, and the last run."""

    async def gather(opened: Store) -> tuple[dict[str, SiteCounts], dict[str, Run | None]]:
        runs = {site: next(iter(await opened.runs(site, limit=1)), None) for site in SITES}
        return dict(await opened.counts()), dict(runs)

    counts, runs = with_store(store, gather)
    table = Table(title="The archive (times are Asia/Shanghai)")
    for heading in ("site", "articles", "by kind", "newest article", "events", "last run", "its end"):
        table.add_column(heading, justify="right" if heading == "articles" else "left")
    for site in SITES:
        count, run = counts.get(site, SiteCounts()), runs[site]
        table.add_row(
            site,
            str(sum(count.articles.values())),
            " ".join(f"{kind} {number}" for kind, number in sorted(count.articles.items())),
            shown(count.newest),
            " ".join(f"{kind} {number}" for kind, number in sorted(count.events.items())),
            shown(run.started_at if run else None),
            (run.reason or "did not end") if run else "-",
        )
    OUT.print(table)
