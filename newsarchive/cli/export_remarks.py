"""What exports and syncs say of each file: what became of it, what is not in it, what went, and what changed below an edit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from exports.export import Exported
from exports.files.hand_edited import State
from exports.request import ExportRequest
from exports.sync.report import SyncReport
from exports.targets import TARGETS
from newsarchive.cli.output import say
from newsarchive.editorial.selection import LeftOut


def left_out_words(left_out: LeftOut, *, picked_only: bool = False, older: int = 0) -> str:
    """Why articles are not shown, in counts that add up; empty where all are shown.

    `older` are those that were left for a limit.
    """
    why = "that nobody picked" if picked_only else "that are done (--all)"
    counts = (
        (left_out.waiting, f"candidates of {left_out.waiting_days} days {why}"),
        (left_out.rejected, "rejected"),
        (left_out.elsewhere, "put under other days"),
        (left_out.repeats, "repeats of the same story"),
        (left_out.promotions, "promotions"),
        (older, "beyond --limit"),
    )
    parts = [f"{count} {words}" for count, words in counts if count]
    if not parts:
        return ""
    shown = left_out.shown - older
    return f"{shown} of {left_out.articles} articles are in it; left out: {', '.join(parts)}"


def taken_out_lines(path: object, taken: Sequence[str], days: Sequence[str] = ()) -> Iterator[str]:
    """What an export took out of a file that was published with it, by name, and days of which nothing is left."""
    if days:
        yield f"{path}: {len(days)} days taken out: {', '.join(days)}"
    for name in taken:
        yield f"{path}: taken out: {name}"


def followed_line(path: object, was: str) -> str:
    """That a file has another name or place now, which its items' links have told."""
    return f"{path}: was {was}, renamed or moved; it is followed"


def changed_lines(path: object, changed: Sequence[str]) -> Iterator[str]:
    """Stories whose source says something else since an editor wrote of them."""
    for name in changed:
        yield f"{path}: the source has changed since it was edited: {name}"


def report_export(exported: Exported, wanted: ExportRequest) -> None:
    """Say what became of each file of an export, and what is not in it."""
    for page, written in exported.pages:
        if written.was:
            say(followed_line(written.path, written.was))
        drafts = f", {page.drafts} drafts" if page.drafts else ""
        missing = f", {page.left_out} left out (no text is stored)" if page.left_out else ""
        say(f"{written.path}: {page.count} items{drafts}{missing}, {written.state}")
        if page.pictures:
            say(f"{written.path}: {len(set(page.pictures))} pictures in {TARGETS[wanted.target].pictures}/")
        taken = taken_out_lines(written.path, written.taken, written.days_taken)
        for line in (*taken, *changed_lines(written.path, page.changed)):
            say(line)
    for written in exported.indexes:
        if written.state is not State.UNCHANGED:
            say(f"{written.path}: index, {written.state}")
    time = wanted.imported or wanted.day or f"{wanted.month:%Y-%m}"
    if not exported.pages:
        of = "" if wanted.coverage.is_all else f" of {wanted.coverage.words}"
        say(f"nothing to write: no stories{of} for {time}")
    if wanted.images == "local" and exported.pages and not any(page.pictures for page, _ in exported.pages):
        say(f"{time}: no picture of these pages is in the mirror (docs/pictures.md)")
    if words := left_out_words(exported.left_out):
        say(f"{time}: {words}")


def report_sync(reports: Iterable[SyncReport]) -> None:
    """Say what was taken from each file, and what stays there."""
    for synced in reports:
        if synced.was:
            say(followed_line(synced.path, synced.was))
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
    if synced.refused:
        return "nothing taken"
    if synced.missing:
        return "is not there: taken for deleted, no export writes it again (export --restore does)"
    if not synced.edited:
        return "no edits"
    chosen = f"{synced.chosen} picked, " if synced.chosen else ""
    return f"{chosen}{synced.texts} texts, {synced.added} added, {synced.moved} moved to another day, {synced.rejected} rejected"
