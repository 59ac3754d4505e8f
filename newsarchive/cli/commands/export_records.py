"""`newsarchive export jsonl|parquet`: whole records for programs."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from functools import partial
from typing import BinaryIO

from exports.datasets.records import parquet_schema, write_json_lines, write_parquet
from exports.files.atomic import WholeFile, named_file
from newsarchive.cli.options import (
    ExcerptsOption,
    FileOption,
    FileOrOutputOption,
    SinceOption,
    SiteOption,
    StoreOption,
    UntilOption,
    ordered_span,
)
from newsarchive.cli.output import STANDARD_OUTPUT, say
from newsarchive.cli.store import with_store
from newsarchive.items.article import Article
from newsarchive.items.record import SiteName
from newsarchive.storage.contract import Store


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
    _write(store, out, (site, since, until), partial(write_json_lines, excerpts=excerpts))


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
    _write(store, out, (site, since, until), partial(write_parquet, excerpts=excerpts))


def _write(
    uri: str | None,
    out: str,
    choice: tuple[SiteName | None, date | None, date | None],
    write: Callable[[BinaryIO, AsyncIterator[Article]], Awaitable[int]],
) -> None:
    site, since, until = choice
    first, end = ordered_span(since, until)

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
    say(f"{out}: {count} articles, {'written' if written else 'unchanged'}", beside=out in STANDARD_OUTPUT)
