"""`newsarchive export jsonl|parquet`: whole records for programs."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from functools import partial
from typing import BinaryIO

from exports.datasets.records import parquet_schema, write_json_lines, write_parquet
from exports.files.atomic import WholeFile, named_file
from exports.publication import publication_here
from newsarchive.cli.options import (
    AccountsOption,
    ExcerptsOption,
    FileOption,
    FileOrOutputOption,
    SinceOption,
    SitesOption,
    StoreOption,
    TagsOption,
    UntilOption,
    ordered_span,
)
from newsarchive.cli.output import STANDARD_OUTPUT, say
from newsarchive.cli.store import with_store
from newsarchive.editorial.coverage import Coverage, covered
from newsarchive.items.article import Article
from newsarchive.storage.contract import Store


def jsonl(
    out: FileOrOutputOption,
    *,
    site: SitesOption = None,
    account: AccountsOption = None,
    tag: TagsOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    excerpts: ExcerptsOption = False,
    store: StoreOption = None,
) -> None:
    """Whole records, one article a line (docs/article.schema.json); with --since or --until only dated ones."""
    coverage = publication_here().asked(site, account, tag)
    _write(store, out, (coverage, since, until), partial(write_json_lines, excerpts=excerpts))


def parquet(
    out: FileOption,
    *,
    site: SitesOption = None,
    account: AccountsOption = None,
    tag: TagsOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    excerpts: ExcerptsOption = False,
    store: StoreOption = None,
) -> None:
    """A Parquet file, one article a row; needs the extra `parquet`."""
    parquet_schema()  # says what is missing before the store is opened
    coverage = publication_here().asked(site, account, tag)
    _write(store, out, (coverage, since, until), partial(write_parquet, excerpts=excerpts))


def _write(
    uri: str | None,
    out: str,
    choice: tuple[Coverage, date | None, date | None],
    write: Callable[[BinaryIO, AsyncIterator[Article]], Awaitable[int]],
) -> None:
    coverage, since, until = choice
    first, end = ordered_span(since, until)

    async def run(store: Store) -> tuple[int, bool]:
        articles = covered(store, coverage, first, end)
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
