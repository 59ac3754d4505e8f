"""`newsarchive draft`: candidates for a day."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from exports.publication import publication_here
from newsarchive.cli.options import AccountsOption, DayOption, SitesOption, StoreOption, TagsOption
from newsarchive.cli.output import OUT, complain, say
from newsarchive.cli.record_lines import numbered_line
from newsarchive.cli.store import with_store
from newsarchive.editorial.candidates import Drafted, draft_day
from newsarchive.editorial.numbers import NumberedStory, keep_numbers, numbered_stories
from newsarchive.settings import ours
from newsarchive.storage.contract import Store

if TYPE_CHECKING:
    from newsarchive.editorial.model_wording import Endpoint, Worded


def draft(
    day: DayOption,
    *,
    machine: Annotated[
        bool,
        typer.Option(
            "--machine",
            help="Have the model of NEWSARCHIVE_DRAFT_URL word the candidates; they stay marked as drafts.",
        ),
    ] = False,
    site: SitesOption = None,
    account: AccountsOption = None,
    tag: TagsOption = None,
    store: StoreOption = None,
) -> None:
    """Propose a candidate for each story of a day; what an editor decided is never touched."""
    coverage = publication_here().asked(site, account, tag)
    endpoint = None
    if machine:
        from newsarchive.editorial.model_wording import endpoint_of, word_drafts  # noqa: PLC0415 - aiohttp takes half a second

        endpoint = endpoint_of(ours(os.environ), os.environ)

    async def work(opened: Store) -> tuple[Drafted, Worded | None, dict[str, NumberedStory]]:
        drafted = await draft_day(opened, day, coverage)
        worded = await word_drafts(opened, day, endpoint) if endpoint else None
        stories = await numbered_stories(opened, day, coverage)
        await keep_numbers(opened, day, stories)
        return drafted, worded, {it.chosen.pick.url: it for it in stories}

    drafted, worded, stories = with_store(store, "write", work)
    for proposal in drafted.proposals:
        if story := stories.get(proposal.pick.url):
            say(numbered_line(story))
        for article in proposal.story:
            say(f"   {article.site}  {article.title}  {article.url}")
    OUT.print(
        f"{day}: {len(drafted.proposals)} candidates, {drafted.known} stories proposed or decided before"
    )
    if endpoint and worded:
        _report(endpoint, worded)


def _report(endpoint: Endpoint, worded: Worded) -> None:
    for warning in worded.warnings:
        complain(warning, style="yellow")
    say(f"{len(worded.picks)} drafts worded by {endpoint.model} at {endpoint.host}")
