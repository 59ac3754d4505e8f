"""`newsarchive changes`: what the sites changed in stored articles."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from newsarchive.cli.options import (
    JsonOption,
    OneSiteOption,
    SinceOption,
    StoreOption,
    UntilOption,
    ordered_span,
)
from newsarchive.cli.output import print_json, say
from newsarchive.cli.record_lines import change_json, change_line
from newsarchive.cli.store import with_store
from newsarchive.editorial.corrections import corrections
from newsarchive.editorial.coverage import Coverage


def changes(
    *,
    since: SinceOption = None,
    until: UntilOption = None,
    site: OneSiteOption = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="How many.", show_default=False)] = None,
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """What was changed in articles, by the time it was seen: corrections, numbers, names and titles first, then the newest."""
    first, end = ordered_span(since, until)
    found = with_store(store, "read", lambda opened: corrections(opened, first, end, Coverage.of_site(site)))[
        :limit
    ]
    if as_json:
        print_json([change_json(change) for change in found], indent=2)
        return
    for change in found:
        say(change_line(change))
    if not found:
        say(_nothing(since, until))


def _nothing(since: date | None, until: date | None) -> str:
    bounds = [f"{word} {day}" for word, day in (("since", since), ("until", until)) if day]
    return " ".join(["no article was seen to change", *bounds])
