"""`newsarchive gone`: what the sites withdrew."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from newsarchive.cli.options import (
    JsonOption,
    OneSiteOption,
    SinceOption,
    StoreOption,
    UnconfirmedOption,
    UntilOption,
    ordered_span,
)
from newsarchive.cli.output import print_json, say
from newsarchive.cli.store import with_store
from newsarchive.cli.times import local_time
from newsarchive.editorial.coverage import Coverage
from newsarchive.editorial.withdrawals import Withdrawal, withdrawals
from newsarchive.items.article import RawReference
from newsarchive.parsing.text import one_line
from newsarchive.settings import ours
from newsarchive.storage.raw.folders import path_of
from newsarchive.storage.raw.reader import RawReader


def gone(
    *,
    since: SinceOption = None,
    until: UntilOption = None,
    site: OneSiteOption = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="How many, newest first.", show_default=False)
    ] = None,
    unconfirmed: UnconfirmedOption = False,
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Articles that their sites withdrew, by the time they were found gone: when they were last alive, and the notice's words.

    `newsarchive export gone` writes the same as CSV and Atom.
    """
    first, end = ordered_span(since, until)
    found = with_store(
        store,
        "read",
        lambda opened: withdrawals(opened, first, end, Coverage.of_site(site), unconfirmed=unconfirmed),
    )[:limit]
    raw = Path(str(ours(os.environ)["NEWSARCHIVE_RAW"]))
    found = where_they_lie_now(found, raw)
    if as_json:
        print_json([_told(it, raw) for it in found], indent=2)
        return
    for it in found:
        doubt = "" if it.confirmed else " (seen once, not yet confirmed)"
        say(f"{local_time(it.found_gone)}  {it.kind}{doubt}  {it.identity}  {one_line(it.title)}  {it.url}")
        say(f"    first seen {local_time(it.first_seen)}, last seen alive {local_time(it.last_alive)}")
        if it.notice:
            say(f"    notice: {one_line(it.notice)}")
        kept = (
            f"{path_of(raw, it.kept.file)} at byte {it.kept.offset}{_missing(it.kept, raw)}"
            if it.kept
            else "in the store alone, its page is not"
        )
        say(f"    kept: {kept}")
    if not found:
        say("nothing that is stored was found to be withdrawn")


def where_they_lie_now(found: list[Withdrawal], raw: Path) -> list[Withdrawal]:
    """The same with the files that hold their pages now, where earlier ones became part of others."""
    places = [place for it in found for place in (it.kept, it.notice_kept) if place]
    if not any(_missing(place, raw) for place in places):
        return found
    with RawReader(raw) as reader:
        now = {place: reader.index.place(place) for place in places}
    return [
        replace(it, kept=it.kept and now[it.kept], notice_kept=it.notice_kept and now[it.notice_kept])
        for it in found
    ]


def _missing(place: RawReference, raw: Path) -> str:
    if not raw.is_dir() or path_of(raw, place.file).exists():
        return ""
    return " (missing: `newsarchive raw verify` says what is lost)"


def _told(it: Withdrawal, raw: Path) -> dict[str, Any]:
    def time(name: str) -> str | None:
        at = getattr(it, name)
        return at.isoformat() if at else None

    return {
        "identity": it.identity,
        "site": it.site,
        "url": it.url,
        "title": it.title,
        "kind": it.kind,
        "confirmed": it.confirmed,
        "notice": it.notice or None,
        **{name: time(name) for name in ("first_seen", "last_alive", "found_gone")},
        "kept": _place(it.kept, raw),
        "notice_kept": _place(it.notice_kept, raw),
    }


def _place(place: RawReference | None, raw: Path) -> dict[str, Any] | None:
    return {**place.model_dump(), "path": str(path_of(raw, place.file))} if place else None
