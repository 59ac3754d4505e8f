"""`newsarchive export atom|epub|jsonl|parquet|text`: the archive for feed readers, book readers, programs and pasting."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, BinaryIO, TypeAlias

import typer

from exports.atom import Channel, make_feed
from exports.day_text import make_day_text
from exports.epub import write_book
from exports.months import month_span
from exports.published import day_start, newest, newest_picked, picked, published
from exports.records import parquet_schema, write_json_lines, write_parquet
from exports.writing import WholeFile, named_file, write_text
from exports.xml_text import web_url
from newsarchive.cli.days import DayOption, day_of
from newsarchive.cli.export import ExcerptsOption, month_of
from newsarchive.cli.opening import StoreOption, with_store
from newsarchive.cli.terminal import ERR, OUT
from newsarchive.errors import BadValueError
from newsarchive.items import Article, SiteName
from newsarchive.storage.contract import Store

STANDARD_OUTPUT = frozenset({"-", "/dev/stdout"})
"""What `--out` calls it."""

FileOption = Annotated[str, typer.Option("--out", metavar="FILE", help="The file to write.")]
FileOrOutputOption = Annotated[
    str, typer.Option("--out", metavar="FILE|-", help="The file to write; - prints.")
]
SiteOption = Annotated[SiteName | None, typer.Option("--site", help="One site only.")]
PickedOption = Annotated[bool, typer.Option("--picked", help="Only what the editor picked, in that order.")]
SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="YYYY-MM-DD", help="First day (Asia/Shanghai).")
]
UntilOption = Annotated[str | None, typer.Option("--until", metavar="YYYY-MM-DD", help="Last day, included.")]
Writer: TypeAlias = Callable[[BinaryIO, AsyncIterator[Article]], Awaitable[int]]


def say(line: str, *, beside: bool = False) -> None:
    """Print what was done; on standard error where standard output has the export itself."""
    (ERR if beside else OUT).print(line, markup=False, soft_wrap=True)


def state(*, written: bool) -> str:
    """How a file ended."""
    return "written" if written else "unchanged"


def put_text(out: str, text: str) -> bool:
    """Write a text to a file or to standard output; whether it was new."""
    if out in STANDARD_OUTPUT:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
        return True
    return write_text(*named_file(out), text)


def atom(
    out: FileOption,
    *,
    site: SiteOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many articles, the newest first.")] = 50,
    title: Annotated[str, typer.Option("--title", help="The feed's title.")] = "新闻存档",
    url: Annotated[str | None, typer.Option("--url", help="Where the feed will lie on the web.")] = None,
    only_picked: PickedOption = False,
    excerpts: ExcerptsOption = False,
    store: StoreOption = None,
) -> None:
    """An Atom feed of the archive, with whole texts."""
    if url and not web_url(url):
        raise BadValueError(f"--url takes an http(s) address, not {url!r}")
    channel = Channel(title, site, web_url(url))

    async def make(opened: Store) -> tuple[str, int]:
        choose = newest_picked if only_picked else newest
        articles = [entry.article for entry in await choose(opened, limit, site=site)]
        return await make_feed(opened, articles, channel, excerpts=excerpts), len(articles)

    text, count = with_store(store, "read", make)
    written = put_text(out, text)
    say(f"{out}: {count} articles, {state(written=written)}", beside=out in STANDARD_OUTPUT)


def epub(
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="Which month.")],
    out: Annotated[
        Path, typer.Option("--out", help="Directory of the archive; the book goes into its year.")
    ],
    *,
    site: SiteOption = None,
    only_picked: PickedOption = False,
    excerpts: ExcerptsOption = False,
    store: StoreOption = None,
) -> None:
    """A month as an EPUB book: a page an article, contents by day, pictures as links."""
    first, last = month_span(month_of(month))

    async def write(opened: Store) -> str:
        entries = (
            picked(opened, first, last, site=site)
            if only_picked
            else published(
                opened, site=site, since=day_start(first), until=day_start(last) + timedelta(days=1)
            )
        )
        book = await write_book(opened, out, first, entries, site=site, excerpts=excerpts)
        figures = book.figures
        return f"{book.path}: {figures.articles} articles, {figures.minutes} minutes, {state(written=book.written)}"

    say(with_store(store, "export", write))


def jsonl(
    out: FileOrOutputOption,
    *,
    site: SiteOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    excerpts: ExcerptsOption = False,
    store: StoreOption = None,
) -> None:
    """Whole records, one article a line (docs/article.schema.json); with --since or --until only dated ones."""

    async def write(file: BinaryIO, articles: AsyncIterator[Article]) -> int:
        return await write_json_lines(file, articles, excerpts=excerpts)

    _write_records(store, out, (site, since, until), write)


def parquet(
    out: FileOption,
    *,
    site: SiteOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    excerpts: ExcerptsOption = False,
    store: StoreOption = None,
) -> None:
    """A Parquet file, one article a row; needs the extra `parquet`."""
    parquet_schema()  # says what is missing before the store is opened

    async def write(file: BinaryIO, articles: AsyncIterator[Article]) -> int:
        return await write_parquet(file, articles, excerpts=excerpts)

    _write_records(store, out, (site, since, until), write)


def text(
    day: DayOption,
    out: FileOrOutputOption = "-",
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Every article of the day, not the editor's picks only.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """One day as plain text for pasting: number, text, link."""
    wanted = day_of(day)
    made = with_store(store, "read", lambda opened: make_day_text(opened, wanted, everything=everything))
    written = put_text(out, made.text)
    say(
        f"{wanted}: {made.items} items, {made.drafts} of them drafts, {state(written=written)}",
        beside=out in STANDARD_OUTPUT,
    )


def _write_records(
    uri: str | None, out: str, choice: tuple[SiteName | None, str | None, str | None], write: Writer
) -> None:
    site, since, until = choice
    first = day_start(day_of(since, "--since")) if since else None
    end = day_start(day_of(until, "--until")) + timedelta(days=1) if until else None
    if first and end and first >= end:
        raise BadValueError(f"--since {since} is after --until {until}")

    async def run(store: Store) -> tuple[int, bool]:
        articles = store.articles(site=site, since=first, until=end)
        if out in STANDARD_OUTPUT:
            count = await write(sys.stdout.buffer, articles)
            sys.stdout.flush()
            return count, True
        whole = WholeFile(*named_file(out))
        with whole as file:
            count = await write(file, articles)
        return count, whole.written

    count, written = with_store(uri, "read", run)
    say(f"{out}: {count} articles, {state(written=written)}", beside=out in STANDARD_OUTPUT)
