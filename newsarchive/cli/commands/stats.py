"""`newsarchive stats`: what each month holds, and how long it takes to read."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from newsarchive.cli.options import SiteOption, StoreOption, month_option, time_span
from newsarchive.cli.output import OUT
from newsarchive.cli.store import with_store
from newsarchive.editorial.days import month_span
from newsarchive.editorial.statistics import By, ReadingStats, stats_of
from newsarchive.storage.contract import Store


def stats(
    *,
    month: Annotated[date | None, month_option("One month; without, all of the store.")] = None,
    site: SiteOption = None,
    by: Annotated[By, typer.Option("--by", help="What a line is counted for.")] = "site",
    store: StoreOption = None,
) -> None:
    """Per month: articles, Chinese characters, other words, and reading time (400 characters or 200 words a minute)."""
    since, until = time_span(*(month_span(month) if month else (None, None)))

    async def count(opened: Store) -> dict[tuple[str, str], ReadingStats]:
        return await stats_of(opened.articles(site=site, since=since, until=until), by)

    table = Table(title="The archive by month (Asia/Shanghai)")
    for heading in ("month", by, "articles", "characters", "words", "minutes"):
        table.add_column(heading, justify="left" if heading in {"month", by} else "right")
    for (of_month, group), it in with_store(store, "read", count).items():
        table.add_row(
            of_month, Text(group), f"{it.articles}", f"{it.characters}", f"{it.words}", f"{it.minutes}"
        )
    OUT.print(table)
