"""`newsarchive stories`: which articles are one story."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from newsarchive.cli.options import OneSiteOption, SinceOption, StoreOption, UntilOption, ordered_span
from newsarchive.cli.output import print_json, say
from newsarchive.cli.record_lines import story_json, story_line
from newsarchive.cli.store import with_store
from newsarchive.editorial.stories import Story, stories_between
from newsarchive.storage.contract import Store


def stories(
    *,
    since: SinceOption = None,
    until: UntilOption = None,
    site: OneSiteOption = None,
    several: Annotated[bool, typer.Option("--several", help="Only stories of several articles.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object a line, times in UTC.")] = False,
    store: StoreOption = None,
) -> None:
    """The stories that begin in a span of days, a line a story: its original, the other articles, and what ties them."""
    first, end = ordered_span(since, until)

    async def show(opened: Store, line: Callable[[Story], None]) -> tuple[int, int]:
        number = folded = 0
        async for story in stories_between(opened, first, end, site=site):
            number += 1
            folded += len(story.articles) - 1
            if len(story.articles) > 1 or not several:
                line(story)
        return number, folded

    if as_json:
        with_store(store, "read", lambda opened: show(opened, lambda it: print_json(story_json(it))))
        return
    number, folded = with_store(store, "read", lambda opened: show(opened, lambda it: say(story_line(it))))
    say(f"{number} stories of {number + folded} articles: {folded} repeat others")
