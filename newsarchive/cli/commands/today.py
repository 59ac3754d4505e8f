"""`newsarchive today`: the candidates of a day, to tick in an editor."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from exports.export import Exported, export_pages
from exports.files.hand_edited import raise_conflicts
from exports.files.ledger import recall
from exports.formats.candidates import FORMAT
from exports.formats.format import OutputPage
from exports.publication import Publication, publication_here
from exports.request import ExportRequest
from exports.targets import TARGETS
from newsarchive.cli.export_remarks import taken_out_lines
from newsarchive.cli.options import (
    AccountsOption,
    CandidatesOption,
    DayOrTodayOption,
    SitesOption,
    StoreOption,
    TagsOption,
    read_day,
)
from newsarchive.cli.output import say
from newsarchive.cli.store import with_store
from newsarchive.editorial.candidates import Grouping
from newsarchive.editorial.days import day_start
from newsarchive.editorial.numbers import keep_numbers, numbered_stories
from newsarchive.storage.contract import Store


def today(
    *,
    day: DayOrTodayOption = None,
    by: Annotated[
        Grouping | None,
        typer.Option(
            help="By what the stories stand together.  [default: site, or as the file has them]",
            show_default=False,
        ),
    ] = None,
    out: CandidatesOption = None,
    site: SitesOption = None,
    account: AccountsOption = None,
    tag: TagsOption = None,
    store: StoreOption = None,
) -> None:
    """Write a day's stories into a file with a box each, the best first: tick [x] what you choose, then `newsarchive publish`.

    Run it again at any time: what is new comes, and what you typed stays.
    """
    archive = publication_here()
    folder = out or archive.home
    wanted = day or read_day("today")
    request = ExportRequest(
        FORMAT.name,
        day=wanted,
        coverage=archive.asked(site, account, tag),
        own=archive.own(FORMAT.name),
        language=archive.language,
    )
    exported = with_store(store, "write", lambda opened: _write(opened, request, archive, folder, by))
    for page, written in exported.pages:
        picked = page.count - page.drafts
        say(f"{written.path}: {page.count} stories, {picked} picked, {written.state}")
        for line in taken_out_lines(written.path, written.taken):
            say(line)
    if not exported.pages:
        of = "" if request.coverage.is_all else f" of {request.coverage.words}"
        say(f"nothing to write: no stories{of} for {wanted}")
    raise_conflicts(exported.files)


async def _write(
    store: Store, request: ExportRequest, archive: Publication, folder: Path, by: Grouping | None
) -> Exported:
    (day,) = request.days
    page = OutputPage(FORMAT.name, "day", day, title="", body="", at=day_start(day))
    known = await recall(store, folder, TARGETS[request.target].path(page))
    before = ExportRequest.of_recipe(known.made_with) if known else None
    request = replace(request, by=by or (before.by if before else request.by))
    await keep_numbers(store, day, await numbered_stories(store, day, archive.coverage, request.by))
    return await export_pages(store, request, folder, change_coverage=True)
