"""`newsarchive export atom|epub`: the archive for feed readers and book readers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exports.content.labels import LABELS
from exports.feeds.atom import Channel, make_feed, taken_out
from exports.feeds.epub import Book, write_book
from exports.feeds.selection import Unshown, marked, marked_article, newest, published
from exports.feeds.xml_text import web_url
from exports.pictures import mirror_of_settings
from exports.publication import NAMELESS, publication_here
from newsarchive.cli.export_remarks import left_out_words, taken_out_lines
from newsarchive.cli.options import (
    AccountsOption,
    AllOption,
    ExcerptsOption,
    FileOption,
    ImagesOption,
    MarkGoneOption,
    MonthOption,
    SitesOption,
    StoreOption,
    TagsOption,
)
from newsarchive.cli.output import STANDARD_OUTPUT, say
from newsarchive.cli.store import with_store
from newsarchive.cli.text_files import held_in, put_text
from newsarchive.editorial.coverage import Coverage
from newsarchive.editorial.days import month_span
from newsarchive.editorial.selection import Scope
from newsarchive.editorial.withdrawals import withdrawn_identities
from newsarchive.errors import BadValueError
from newsarchive.storage.contract import Store

PickedOption = Annotated[bool, typer.Option("--picked", help="Only what the editor picked, in that order.")]


def atom(
    out: FileOption,
    *,
    site: SitesOption = None,
    account: AccountsOption = None,
    tag: TagsOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many articles, the newest first.")] = 50,
    title: Annotated[
        str, typer.Option("--title", help="The feed's title.  [default: the archive's]", show_default=False)
    ] = "",
    url: Annotated[str | None, typer.Option("--url", help="Where the feed will lie on the web.")] = None,
    only_picked: PickedOption = False,
    everything: AllOption = False,
    mark_gone: MarkGoneOption = False,
    excerpts: ExcerptsOption = False,
    store: StoreOption = None,
) -> None:
    """An Atom feed of the archive, with whole texts."""
    if url and not web_url(url):
        raise BadValueError(f"--url takes an http(s) address, not {url!r}")
    archive = publication_here()
    coverage = archive.asked(site, account, tag)
    labels = LABELS[archive.language]
    channel = Channel(
        title or archive.title,
        coverage.name or None,
        web_url(url),
        description=archive.description,
        author=archive.author,
        home=archive.base_url,
        labels=labels,
    )
    scope = _scope(coverage, everything=everything, picked_only=only_picked)
    unshown = Unshown()

    async def make(opened: Store) -> tuple[str, int]:
        withdrawn = await withdrawn_identities(opened) if mark_gone else frozenset()
        found = await newest(opened, limit, scope, unshown)
        articles = [marked_article(entry.article, withdrawn, labels) for entry in found]
        others = {entry.article.identity: entry.reprints for entry in found}
        return await make_feed(opened, articles, channel, excerpts=excerpts, reprints=others), len(articles)

    text, count = with_store(store, "read", make)
    taken = taken_out(held_in(out), text, limit)
    written = put_text(out, text)
    say(f"{out}: {count} articles, {'written' if written else 'unchanged'}", beside=out in STANDARD_OUTPUT)
    for line in taken_out_lines(out, taken):
        say(line)
    _say_unshown(out, unshown, scope, beside=out in STANDARD_OUTPUT)


def epub(
    month: MonthOption,
    out: Annotated[
        Path, typer.Option("--out", help="Directory of the archive; the book goes into its year.")
    ],
    *,
    site: SitesOption = None,
    account: AccountsOption = None,
    tag: TagsOption = None,
    only_picked: PickedOption = False,
    everything: AllOption = False,
    mark_gone: MarkGoneOption = False,
    excerpts: ExcerptsOption = False,
    images: ImagesOption = "remote",
    store: StoreOption = None,
) -> None:
    """A month as an EPUB book: a page an article, contents by day, pictures as links or from the mirror."""
    first, last = month_span(month)
    archive = publication_here()
    coverage = archive.asked(site, account, tag)
    labels = LABELS[archive.language]
    name = "" if archive.title == NAMELESS.title else archive.title
    scope = _scope(coverage, everything=everything, picked_only=only_picked)
    unshown = Unshown()

    async def write(opened: Store) -> Book:
        entries = published(opened, first, last, scope, unshown)
        if mark_gone:
            entries = marked(entries, await withdrawn_identities(opened), labels)
        mirror = mirror_of_settings() if images == "local" else None
        of = coverage.name or None
        return await write_book(
            opened,
            out,
            first,
            entries,
            site=of,
            name=name,
            excerpts=excerpts,
            mirror=mirror,
            labels=labels,
        )

    book = with_store(store, "export", write)
    if not book.stats.articles and not book.path.exists():
        say(f"nothing to write: no stories for {first:%Y-%m}")
    else:
        say(
            f"{book.path}: {book.stats.articles} articles, {f'{len(book.pictures)} pictures, ' if book.pictures else ''}"
            f"{book.stats.minutes} minutes, {'written' if book.written else 'unchanged'}"
        )
    for line in taken_out_lines(book.path, book.taken):
        say(line)
    _say_unshown(book.path, unshown, scope)


def _scope(coverage: Coverage, *, everything: bool, picked_only: bool) -> Scope:
    if everything and picked_only:
        raise BadValueError("--all shows all stories, --picked the picks only: give one of them")
    return Scope(coverage, everything=everything, picked_only=picked_only)


def _say_unshown(path: object, unshown: Unshown, scope: Scope, *, beside: bool = False) -> None:
    if unshown.without_article:
        say(f"{path}: {unshown.without_article} left out (no article is stored)", beside=beside)
    if words := left_out_words(unshown.left_out, picked_only=scope.picked_only, older=unshown.older):
        say(f"{path}: {words}", beside=beside)
