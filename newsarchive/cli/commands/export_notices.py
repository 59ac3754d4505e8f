"""`newsarchive export corrections|gone`: what the sites changed and withdrew, for feed readers, pages and tables."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import typer

from exports.datasets.withdrawals import withdrawals_csv
from exports.feeds.atom import Channel
from exports.feeds.corrections import corrections_feed, corrections_markdown
from exports.feeds.withdrawals import withdrawals_feed
from exports.feeds.xml_text import web_url
from exports.publication import publication_here
from newsarchive.cli.options import (
    AccountsOption,
    FileOrOutputOption,
    SinceOption,
    SitesOption,
    StoreOption,
    TagsOption,
    UnconfirmedOption,
    UntilOption,
    ordered_span,
)
from newsarchive.cli.output import STANDARD_OUTPUT, say
from newsarchive.cli.store import with_store
from newsarchive.cli.text_files import put_text
from newsarchive.editorial import corrections as editorial
from newsarchive.editorial.coverage import Coverage
from newsarchive.editorial.withdrawals import withdrawals
from newsarchive.errors import BadValueError

UrlOption = Annotated[str | None, typer.Option("--url", help="Where the feed will lie on the web.")]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, help="How many at most.", show_default=False)
]
PageForm: TypeAlias = Literal["atom", "markdown"]
TableForm: TypeAlias = Literal["atom", "csv"]


def corrections(
    out: FileOrOutputOption,
    *,
    form: Annotated[
        PageForm | None,
        typer.Option(
            "--form", help="[default: markdown for a FILE that ends in .md, else atom]", show_default=False
        ),
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    site: SitesOption = None,
    account: AccountsOption = None,
    tag: TagsOption = None,
    limit: LimitOption = None,
    title: Annotated[str, typer.Option("--title", help="The title of the feed or page.")] = "更正与修订",
    url: UrlOption = None,
    store: StoreOption = None,
) -> None:
    """What was changed in articles, as an Atom feed or a page of Markdown: corrections, numbers, names and titles first."""
    coverage = publication_here().asked(site, account, tag)
    channel = channel_of(title, coverage, url, "correction")
    first, end = ordered_span(since, until)
    found = with_store(store, "read", lambda opened: editorial.corrections(opened, first, end, coverage))[
        :limit
    ]
    as_markdown = (form or ("markdown" if out.endswith(".md") else "atom")) == "markdown"
    text = corrections_markdown(found, title) if as_markdown else corrections_feed(found, channel)
    written = put_text(out, text)
    say(
        f"{out}: {len(found)} changes, {'written' if written else 'unchanged'}", beside=out in STANDARD_OUTPUT
    )


def gone(
    out: FileOrOutputOption,
    *,
    form: Annotated[
        TableForm | None,
        typer.Option(
            "--form", help="[default: csv for a FILE that ends in .csv, else atom]", show_default=False
        ),
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    site: SitesOption = None,
    account: AccountsOption = None,
    tag: TagsOption = None,
    limit: LimitOption = None,
    unconfirmed: UnconfirmedOption = False,
    title: Annotated[str, typer.Option("--title", help="The title of the feed.")] = "原文已删除",
    url: UrlOption = None,
    store: StoreOption = None,
) -> None:
    """What the sites withdrew, as an Atom feed or a CSV file, what was found gone last first."""
    coverage = publication_here().asked(site, account, tag)
    channel = channel_of(title, coverage, url, "gone")
    first, end = ordered_span(since, until)
    found = with_store(
        store, "read", lambda opened: withdrawals(opened, first, end, coverage, unconfirmed=unconfirmed)
    )[:limit]
    as_csv = (form or ("csv" if out.endswith(".csv") else "atom")) == "csv"
    text = withdrawals_csv(found) if as_csv else withdrawals_feed(found, channel)
    written = put_text(out, text)
    say(
        f"{out}: {len(found)} withdrawn, {'written' if written else 'unchanged'}",
        beside=out in STANDARD_OUTPUT,
    )


def channel_of(title: str, coverage: Coverage, url: str | None, about: str) -> Channel:
    """What a feed says of itself. Raises BadValueError for an address that is none."""
    if url and not web_url(url):
        raise BadValueError(f"--url takes an http(s) address, not {url!r}")
    return Channel(title, coverage.name or None, web_url(url), about)
