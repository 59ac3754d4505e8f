"""`newsarchive export text|wechat|mail`: a day to be pasted or sent."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import typer

from exports.content.labels import LABELS
from exports.feeds.day_html import wechat_page
from exports.feeds.day_items import DayItems, day_items
from exports.feeds.day_mail import LARGEST, Sender, day_mail
from exports.feeds.day_text import day_text, links_taken_out
from exports.formats.digest import FORMAT as DIGEST
from exports.formats.digest import LABEL
from exports.publication import NAMELESS, Publication, publication_here
from newsarchive.cli.export_remarks import left_out_words, taken_out_lines
from newsarchive.cli.options import (
    AccountsOption,
    AllOption,
    DayOption,
    FileOrOutputOption,
    MarkGoneOption,
    SitesOption,
    StoreOption,
    TagsOption,
)
from newsarchive.cli.output import STANDARD_OUTPUT, say
from newsarchive.cli.store import with_store
from newsarchive.cli.text_files import held_in, put_text
from newsarchive.editorial.selection import Scope
from newsarchive.parsing.harmless import harmless


def text(
    day: DayOption,
    out: FileOrOutputOption = "-",
    *,
    everything: AllOption = False,
    mark_gone: MarkGoneOption = False,
    site: SitesOption = None,
    account: AccountsOption = None,
    tag: TagsOption = None,
    store: StoreOption = None,
) -> None:
    """One day as plain text for pasting: number, text, link."""
    archive = publication_here()
    scope = Scope(archive.asked(site, account, tag), everything=everything)
    made = _read(archive, day, scope, store, mark_gone=mark_gone)
    shown = harmless(day_text(made))
    taken = links_taken_out(held_in(out).decode(errors="replace"), shown)
    _put(out, shown, day, made)
    for line in taken_out_lines(out, taken):
        say(line)
    _say_left_out(out, day, made)


def wechat(
    day: DayOption,
    out: FileOrOutputOption = "-",
    *,
    images: Annotated[
        Literal["none", "remote"],
        typer.Option("--images", help="No pictures, or one a story from where it lies."),
    ] = "none",
    everything: AllOption = False,
    mark_gone: MarkGoneOption = False,
    site: SitesOption = None,
    account: AccountsOption = None,
    tag: TagsOption = None,
    store: StoreOption = None,
) -> None:
    """One day as HTML to be copied from a browser into the editor of official accounts."""
    archive = publication_here()
    scope = Scope(archive.asked(site, account, tag), everything=everything)
    made = _read(archive, day, scope, store, mark_gone=mark_gone)
    title = _title(archive, day, made)
    page = wechat_page(made, title, LABELS[archive.language], pictures=images == "remote")
    _put(out, page, day, made)
    _say_left_out(out, day, made)


def mail(
    day: DayOption,
    out: FileOrOutputOption = "-",
    *,
    sender: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="ADDRESS",
            help="Whose mail it is.  [default: your mail program's]",
            show_default=False,
        ),
    ] = "",
    everything: AllOption = False,
    mark_gone: MarkGoneOption = False,
    site: SitesOption = None,
    account: AccountsOption = None,
    tag: TagsOption = None,
    store: StoreOption = None,
) -> None:
    """One day as a mail to be sent (an .eml file): plain text and HTML, short enough to be shown whole."""
    archive = publication_here()
    scope = Scope(archive.asked(site, account, tag), everything=everything)
    made = _read(archive, day, scope, store, mark_gone=mark_gone)
    whose = Sender(archive.author, sender, archive.base_url)
    found = day_mail(made, _title(archive, day, made), whose, LABELS[archive.language])
    _put(out, found.text, day, made)
    beside = out in STANDARD_OUTPUT
    if found.left_out:
        count = f"{len(found.left_out)} of {len(made.items)} stories"
        say(f"{day}: no room for {count} in a mail of {LARGEST} bytes:", beside=beside)
    for item in found.left_out:
        say(f"{day}: not in the mail: {item.line[:60]} {item.url}".rstrip(), beside=beside)
    _say_left_out(out, day, made)


def _read(archive: Publication, day: date, scope: Scope, store: str | None, *, mark_gone: bool) -> DayItems:
    label, labels = archive.word(DIGEST.name, LABEL), LABELS[archive.language]
    return with_store(
        store,
        "read",
        lambda opened: day_items(opened, day, scope, label=label, labels=labels, mark_gone=mark_gone),
    )


def _title(archive: Publication, day: date, made: DayItems) -> str:
    if archive.title == NAMELESS.title:
        return made.heading
    return f"{archive.title} {LABELS[archive.language].date_of(day)}"


def _put(out: str, written: str, day: date, made: DayItems) -> None:
    """Write what was made of a day, if it has or had stories, and say so."""
    if not made.items and out not in STANDARD_OUTPUT and not held_in(out):
        say(f"nothing to write: no stories for {day}")
        return
    state = "written" if put_text(out, written) else "unchanged"
    say(
        f"{day}: {len(made.items)} items, {made.drafts} of them drafts, {state}",
        beside=out in STANDARD_OUTPUT,
    )


def _say_left_out(out: str, day: date, made: DayItems) -> None:
    if words := left_out_words(made.left_out):
        say(f"{day}: {words}", beside=out in STANDARD_OUTPUT)
