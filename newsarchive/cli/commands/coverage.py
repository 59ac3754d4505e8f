"""`newsarchive coverage`: what the sites show of a time, what of it is held, and what is missing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import typer

from newsarchive.cli.options import (
    OneSiteOption,
    SinceOption,
    StoreOption,
    UntilOption,
    month_option,
    ordered_span,
)
from newsarchive.cli.output import print_json, say
from newsarchive.cli.store import with_store
from newsarchive.cli.times import length, local_time, now
from newsarchive.completeness import Missing, Queued, SiteCoverage, backfill, coverage_of
from newsarchive.completeness.accounts import SilentAccount
from newsarchive.completeness.lists import ListTrouble
from newsarchive.editorial.days import day_of
from newsarchive.errors import BadValueError
from newsarchive.items.record import SiteName
from newsarchive.parsing.text import one_line
from newsarchive.settings import ours
from newsarchive.sites import SITES
from newsarchive.storage.contract import Store

INCOMPLETE = 40
"""Exit code where less than the wanted share of what a site shows is held."""
BELOW = "NEWSARCHIVE_COVERAGE_SHARE"


def share(text: str) -> float:
    """A share as it is given: 0.95. Raises BadValueError."""
    try:
        given = float(text)
    except ValueError:
        given = -1.0
    if not 0 <= given <= 1:
        raise BadValueError(f"--below takes a share from 0 to 1, such as 0.95, not {text!r}")
    return given


def coverage(
    *,
    month: Annotated[date | None, month_option("Which month.  [default: this one]")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    site: OneSiteOption = None,
    fill: Annotated[
        bool,
        typer.Option(
            "--backfill",
            help="Queue what is missing, numbers that nobody asked for, and lists that were not read: the next crawl fetches them.",
        ),
    ] = False,
    most_numbers: Annotated[
        int | None,
        typer.Option(
            "--numbers",
            metavar="N",
            min=0,
            help="With --backfill: at most this many numbers, the newest first.",
            show_default=False,
        ),
    ] = None,
    below: Annotated[
        float | None,
        typer.Option(
            "--below",
            metavar="SHARE",
            parser=share,
            help=f"End with {INCOMPLETE} where less than this share (0 to 1) is held.  [default: {BELOW}]",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, times in UTC.")] = False,
    store: StoreOption = None,
) -> None:
    """How many articles the sites themselves show of a month, how many are held, and each missing one by name and reason."""
    first, end = span_of(month, since, until)
    least = float(ours(os.environ)[BELOW]) if below is None else below
    found = with_store(
        store,
        "write" if fill else "read",
        lambda opened: covered(opened, site, first, end, fill=fill, most_numbers=most_numbers),
    )
    if as_json:
        print_json(told_all(found, least), indent=2)
    else:
        for one, queued in found:
            for line in lines_of(one):
                say(line)
            if queued is not None:
                say(queued_line(one.site, queued))
        if not found:
            say("no site was ever crawled into this store")
    if not found or any(one.share < least for one, _ in found):
        raise typer.Exit(INCOMPLETE)


def span_of(month: date | None, since: date | None, until: date | None) -> tuple[datetime, datetime]:
    """The time that was asked for, until now at most where it has no end. Raises BadValueError."""
    if month is not None and (since or until):
        raise BadValueError("give --month, or --since and --until, not both")
    if until is not None and since is None:
        raise BadValueError("--until needs --since")
    if since is None:
        since = month or day_of(now()).replace(day=1)
        until = (since + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    first, end = ordered_span(since, until)
    assert first is not None  # noqa: S101 - there is a first day
    return first, end or now()


async def covered(
    store: Store,
    site: SiteName | None,
    since: datetime,
    until: datetime,
    *,
    fill: bool,
    most_numbers: int | None,
) -> list[tuple[SiteCoverage, Queued | None]]:
    """The coverage of a site, or of each that was ever crawled; what is missing is queued where that is wanted."""
    counts, tasks = await store.counts(), await store.task_counts()
    sites = [site] if site else [name for name in SITES if name in counts or name in tasks]
    found: list[tuple[SiteCoverage, Queued | None]] = []
    for name in sites:
        one = await coverage_of(store, name, since, until, now())
        found.append((one, await backfill(store, one, now(), most_numbers) if fill else None))
    return found


def lines_of(one: SiteCoverage) -> Iterator[str]:
    """What a person reads of a site's coverage."""
    days = f"{day_of(one.since)} to {day_of(one.until - timedelta(microseconds=1))}"
    yield (
        f"{one.site}, {days}: {one.held} of {one.shown} articles are held ({percent(one.share)}), "
        f"{len(one.missing)} missing"
    )
    yield from (f"  missing  {missing_line(it)}" for it in one.missing)
    yield from (f"  gone     {missing_line(it)}" for it in one.gone)
    yield from (f"  link     {missing_line(it)}" for it in one.unresolved)
    if one.unknown:
        yield (
            f"  unknown  {one.unknown_count} numbers from {one.unknown[0].first} to {one.unknown[-1].last} that nobody has "
            "named: some may be articles, --backfill has them asked for"
        )
    yield from (f"  unread   {it.day}: {it.why} ({it.url})" for it in one.unread)
    yield from (f"  list     {trouble_line(trouble)}" for trouble in one.lists)
    yield from (f"  silent   {account_line(account)}" for account in one.accounts)


def missing_line(one: Missing) -> str:
    """One missing article."""
    via = {"list": "named by", "link": "linked to by", "place": "in"}[one.shown_by]
    named = f"; {via} {one.shown_in}" if one.shown_in and one.shown_by != "place" else ""
    return one_line(f"{local_time(one.at)} {one.name} {one.url} {one.reason}: {one.detail}{named}")


def trouble_line(one: ListTrouble) -> str:
    """One list that stands still or shrinks."""
    if one.kind == "shrunk":
        return f"{one.url} has shrunk since {local_time(one.since)}: {one.items} entries, it had {one.most}"
    return (
        f"{one.url} stood still from {local_time(one.since)} to {local_time(one.until)}; usually something new comes "
        f"every {length(one.usual) if one.usual else '-'} ({percent(one.sure)} sure)"
    )


def account_line(one: SilentAccount) -> str:
    """One account that fell silent."""
    return one_line(
        f"{one.name} ({one.account}): nothing from {local_time(one.since)} to {local_time(one.until)}; usually every "
        f"{length(one.usual)} ({percent(one.sure)} sure)"
    )


def queued_line(site: SiteName, queued: Queued) -> str:
    """What was queued."""
    if not queued:
        return f"{site}: nothing to queue"
    crawl = " ".join(["newsarchive crawl", site, *filter(None, [SITES[site].waiting])])
    pages = queued.articles + queued.numbers + queued.lists
    pace = max(
        ours(os.environ)["NEWSARCHIVE_DELAYS"].get(host, 0) for host in (*SITES[site].delays, "default")
    )
    return (
        f"{site}: queued {queued.articles} articles, {queued.numbers} numbers, {queued.lists} lists: the next "
        f"`{crawl}` fetches them, in up to {length(timedelta(seconds=pages * float(pace)))} at the site's pace"
    )


def percent(part: float) -> str:
    """A share; never a hundred where it is less."""
    return f"{int(part * 1000) / 10:.1f} %"


def told_all(found: list[tuple[SiteCoverage, Queued | None]], least: float) -> dict[str, Any]:
    """All of it, as JSON has it."""
    return {
        "at": _iso(now()),
        "below": least,
        "sites": {one.site: told(one, queued) for one, queued in found},
    }


def told(one: SiteCoverage, queued: Queued | None) -> dict[str, Any]:
    """A site's coverage as JSON has it; `queued` is null where nothing was to be queued."""
    return {
        "since": _iso(one.since),
        "until": _iso(one.until),
        "shown": one.shown,
        "held": one.held,
        "share": one.share,
        "missing": [_missing(it) for it in one.missing],
        "gone": [_missing(it) for it in one.gone],
        "unresolved": [_missing(it) for it in one.unresolved],
        "unknown": [{"first": it.first, "last": it.last, "about": _iso(it.at)} for it in one.unknown],
        "unknown_count": one.unknown_count,
        "unread_days": [{"day": it.day.isoformat(), "url": it.url, "why": it.why} for it in one.unread],
        "lists": [
            {
                "url": it.url,
                "kind": it.kind,
                "since": _iso(it.since),
                "until": _iso(it.until),
                "usual_seconds": it.usual.total_seconds() if it.usual else None,
                "sure": it.sure,
                "items": it.items or None,
                "most": it.most or None,
            }
            for it in one.lists
        ],
        "accounts": [
            {
                "account": it.account,
                "name": it.name,
                "since": _iso(it.since),
                "until": _iso(it.until),
                "usual_seconds": it.usual.total_seconds(),
                "sure": it.sure,
            }
            for it in one.accounts
        ],
        "queued": None if queued is None else asdict(queued),
    }


def _missing(one: Missing) -> dict[str, Any]:
    return {
        "name": one.name,
        "reason": one.reason,
        "detail": one.detail,
        "shown_by": one.shown_by,
        "shown_in": one.shown_in,
        "url": one.url,
        "about": _iso(one.at),
        "due_at": _iso(one.due_at),
    }


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None
