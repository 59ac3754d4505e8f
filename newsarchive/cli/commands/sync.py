"""`newsarchive sync`: hand edits of exported files become picks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from exports.publication import publication_here
from exports.sync.folder import SyncReport, raise_refused, sync_folder
from newsarchive.cli.options import StoreOption
from newsarchive.cli.output import say
from newsarchive.cli.store import with_store


def sync(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The archive: what export got with --out.")],
    store: StoreOption = None,
) -> None:
    """Take the hand edits of an archive back into the store: texts, order, additions; deletions are rejected.

    Files of all formats and targets. What no pick can hold stays in its file and is named. Of a file that is damaged
    nothing is taken; the others are, and the command fails.
    """
    archive = publication_here()
    done = with_store(store, "write", lambda opened: sync_folder(opened, folder, archive))
    report_sync(done)
    raise_refused(done)


def report_sync(reports: Iterable[SyncReport]) -> None:
    """Say what was taken from each file, and what stays there."""
    for synced in reports:
        say(f"{synced.path}: {taken_words(synced)}")
        if synced.done:
            days = ", ".join(day.isoformat() for day in synced.done)
            why = "its stories were ticked" if synced.chosen else "taken as it stands"
            say(f"{synced.path}: {why}, so its days are done (pick reopen): {days}")
        for name in synced.changed:
            say(f"{synced.path}: the source has changed below the edit, which was taken: {name}")
        for words in synced.stays:
            say(f"{synced.path}: stays in the file alone: {words}")


def taken_words(synced: SyncReport) -> str:
    """What was taken from a file, in words."""
    if synced.missing:
        return "is not there (deleted or renamed?): nothing taken, and the next export writes it again"
    if not synced.edited:
        return "no edits"
    if synced.refused:
        return "nothing taken"
    chosen = f"{synced.chosen} picked, " if synced.chosen else ""
    return f"{chosen}{synced.texts} texts, {synced.added} added, {synced.moved} moved to another day, {synced.rejected} rejected"
