"""`newsarchive crawl`: the spiders in one process, with a display on a terminal and a summary that adds up."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Annotated, Any

import scrapy.core.downloader.contextfactory  # noqa: F401 - it looks at the stack and all modules: early, a third of the time
import typer
from rich.live import Live
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from newsarchive.cli.crawl_jobs import (
    begin_log,
    check_after,
    check_jobs,
    outcome_of,
    project_settings,
    run_crawls,
    set_event_loop,
    shared_out,
)
from newsarchive.cli.crawl_summary import table
from newsarchive.cli.output import ERR, OUT, say
from newsarchive.cli.pictures.lines import picture_lines
from newsarchive.crawl.leases import who
from newsarchive.errors import BadValueError
from newsarchive.monitoring.outcome import worst
from newsarchive.monitoring.reasons import meaning
from newsarchive.sites import SITES
from spiders.base import ArchiveSpider


def crawl(
    sites: Annotated[list[str], typer.Argument(help=f"Which sites: {', '.join(SITES)}.")],
    arguments: Annotated[
        list[str] | None,
        typer.Option(
            "-a",
            metavar="NAME=VALUE",
            help="Argument for the spiders that take it: since, until, limit, seeds, …",
        ),
    ] = None,
    options: Annotated[
        list[str] | None, typer.Option("-s", metavar="NAME=VALUE", help="Set a setting.")
    ] = None,
    store: Annotated[
        str | None, typer.Option("--store", help="SQLite file or mongodb:// URI.", show_default=False)
    ] = None,
    raw: Annotated[
        Path | None, typer.Option("--raw", help="Directory of the raw pages.", show_default=False)
    ] = None,
) -> None:
    """Crawl one or more sites into the store; the same as `scrapy crawl`, for several at once."""
    given = pairs("-s", options)
    if store:
        given["NEWSARCHIVE_STORE"] = store
    if raw:
        given["NEWSARCHIVE_RAW"] = str(raw)
    if ERR.is_terminal and "LOG_LEVEL" not in os.environ:
        given.setdefault("LOG_LEVEL", "WARNING")
    settings = project_settings(given)
    jobs = shared_out(sites, pairs("-a", arguments), settings)
    check_jobs(jobs, settings)
    begin_log(settings)

    set_event_loop(settings)
    process = AsyncCrawlerProcess(settings)
    crawlers = {process.create_crawler(site): own for site, own in jobs.items()}
    with display(list(crawlers)):
        outcomes = run_crawls(process, crawlers)
    with suppress(BrokenPipeError):  # nobody reads the table any more; how the crawl ended stays as it is
        OUT.print(table(outcomes))
    for crawler in crawlers:
        if not isinstance(spider := crawler.spider, ArchiveSpider):
            continue
        if spider.nothing_to_do:
            say(f"{spider.name}: {spider.nothing_to_do}", beside=True)
        if lease := spider.session.leased_by:
            say(f"{spider.name}: another job crawls it: {who(lease)}", beside=True)
    for outcome in outcomes:
        for reason, count in outcome.failures().items():
            say(f"{outcome.site}: not read because {reason}: {count} ({meaning(reason)})", beside=True)
        for line in picture_lines(outcome.site, outcome.stats):
            say(line, beside=True)
        if spooled := outcome.spooled:
            say(
                f"{outcome.site}: {spooled} wait in the spool, as the store is away: the next crawl of the site puts them into"
                " the store, or `newsarchive spool drain`",
                beside=True,
            )
    check_after(settings)
    raise typer.Exit(worst(outcomes))


def display(crawlers: list[Crawler]) -> AbstractContextManager[Any]:
    """The table, kept up to date, on a terminal; nothing in a log."""
    if not ERR.is_terminal:
        return nullcontext()
    return Live(
        get_renderable=lambda: table([outcome_of(crawler) for crawler in crawlers]),
        console=ERR,
        refresh_per_second=4,
        transient=True,
    )


def pairs(option: str, texts: list[str] | None) -> dict[str, str]:
    """`NAME=VALUE` options as a dictionary. Raises BadValueError."""
    result = {}
    for text in texts or []:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise BadValueError(f"{option} takes NAME=VALUE, not {text!r}")
        result[name] = value
    return result
