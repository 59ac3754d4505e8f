"""`newsarchive export atom|epub|jsonl|parquet|text`: the archive for feed readers, book readers, programs and pasting."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, BinaryIO, TypeAlias

import typer

from exports.datasets.records import parquet_schema, write_json_lines, write_parquet
from exports.feeds.atom import Channel, make_feed, taken_out
from exports.feeds.day_text import links_taken_out, make_day_text
from exports.feeds.epub import Book, write_book
from exports.feeds.selection import Asked, Unshown, newest, published
from exports.feeds.xml_text import web_url
from exports.files.atomic import WholeFile, named_file, read_bytes, write_text
from newsarchive.cli.commands.export_pages import AllOption, ExcerptsOption, app
from newsarchive.cli.days import DayOption, day_of, month_of
from newsarchive.cli.export_remarks import left_out_words, taken_out_lines
from newsarchive.cli.options import StoreOption, with_store
from newsarchive.cli.output import ERR, OUT
from newsarchive.editorial.calendar import month_span
from newsarchive.editorial.days import day_start
from newsarchive.errors import BadValueError
from newsarchive.items.article import Article
from newsarchive.items.record import SiteName
from newsarchive.parsing.harmless import harmless
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
        sys.stdout.buffer.write((harmless(text) if sys.stdout.isatty() else text).encode())
        sys.stdout.flush()
        return True
    return write_text(*named_file(out), text)


def held_in(out: str) -> bytes:
    """What a file has that is about to be written anew."""
    return b"" if out in STANDARD_OUTPUT else read_bytes(*named_file(out)) or b""


def atom(
    out: FileOption,
    *,
    site: SiteOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many articles, the newest first.")] = 50,
    title: Annotated[str, typer.Option("--title", help="The feed's title.")] = "新闻存档",
    url: Annotated[str | None, typer.Option("--url", help="Where the feed will lie on the web.")] = None,
    only_picked: PickedOption = False,
    everything: AllOption = False,
    excerpts: ExcerptsOption = False,
    store: StoreOption = None,
) -> None:
    """An Atom feed of the archive, with whole texts."""
    if url and not web_url(url):
        raise BadValueError(f"--url takes an http(s) address, not {url!r}")
    channel = Channel(title, site, web_url(url))

    asked = _asked(site, everything=everything, picked_only=only_picked)
    unshown = Unshown()

    async def make(opened: Store) -> tuple[str, int]:
        articles = [entry.article for entry in await newest(opened, limit, asked, unshown)]
        return await make_feed(opened, articles, channel, excerpts=excerpts), len(articles)

    text, count = with_store(store, "read", make)
    taken = taken_out(held_in(out), text, limit)
    written = put_text(out, text)
    say(f"{out}: {count} articles, {state(written=written)}", beside=out in STANDARD_OUTPUT)
    for line in taken_out_lines(out, taken):
        say(line)
    _say_unshown(out, unshown, asked, beside=out in STANDARD_OUTPUT)


def epub(
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="Which month.")],
    out: Annotated[
        Path, typer.Option("--out", help="Directory of the archive; the book goes into its year.")
    ],
    *,
    site: SiteOption = None,
    only_picked: PickedOption = False,
    everything: AllOption = False,
    excerpts: ExcerptsOption = False,
    store: StoreOption = None,
) -> None:
    """A month as an EPUB book: a page an article, contents by day, pictures as links."""
    first, last = month_span(month_of(month))

    asked = _asked(site, everything=everything, picked_only=only_picked)
    unshown = Unshown()

    async def write(opened: Store) -> Book:
        entries = published(opened, first, last, asked, unshown)
        return await write_book(opened, out, first, entries, site=site, excerpts=excerpts)

    book = with_store(store, "export", write)
    figures = book.figures
    if not figures.articles and not book.path.exists():
        say(f"nothing to write: no stories for {first:%Y-%m}")
    else:
        say(
            f"{book.path}: {figures.articles} articles, {figures.minutes} minutes, {state(written=book.written)}"
        )
    for line in taken_out_lines(book.path, book.taken):
        say(line)
    _say_unshown(book.path, unshown, asked)


def _asked(site: SiteName | None, *, everything: bool, picked_only: bool) -> Asked:
    if everything and picked_only:
        raise BadValueError("--all shows all stories, --picked the picks only: give one of them")
    return Asked(site, everything=everything, picked_only=picked_only)


def _say_unshown(path: object, unshown: Unshown, asked: Asked, *, beside: bool = False) -> None:
    if unshown.without_article:
        say(f"{path}: {unshown.without_article} left out (no article is stored)", beside=beside)
    if words := left_out_words(unshown.left_out, picked_only=asked.picked_only, older=unshown.older):
        say(f"{path}: {words}", beside=beside)


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
    everything: AllOption = False,
    store: StoreOption = None,
) -> None:
    """One day as plain text for pasting: number, text, link."""
    wanted = day_of(day)
    made = with_store(store, "read", lambda opened: make_day_text(opened, wanted, everything=everything))
    shown = harmless(made.text)
    taken = links_taken_out(held_in(out).decode(errors="replace"), shown)
    written = put_text(out, shown)
    say(
        f"{wanted}: {made.items} items, {made.drafts} of them drafts, {state(written=written)}",
        beside=out in STANDARD_OUTPUT,
    )
    for line in taken_out_lines(out, taken):
        say(line)
    if words := left_out_words(made.left_out):
        say(f"{wanted}: {words}", beside=out in STANDARD_OUTPUT)


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


for _way_out in (atom, epub, jsonl, parquet, text):
    app.command()(_way_out)
