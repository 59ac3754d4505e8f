"""`newsarchive draft`: candidates for a day."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from exports.publication import publication_here
from newsarchive.cli.options import AccountsOption, DayOption, SitesOption, StoreOption, TagsOption
from newsarchive.cli.output import OUT, complain, say
from newsarchive.cli.record_lines import pick_line
from newsarchive.cli.store import with_store
from newsarchive.editorial.candidates import Drafted, draft_day
from newsarchive.editorial.picks import with_texts
from newsarchive.records.pick import Pick
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

    async def work(opened: Store) -> tuple[Drafted, Worded | None, list[Pick]]:
        drafted = await draft_day(opened, day, coverage)
        worded = await word_drafts(opened, day, endpoint) if endpoint else None
        words = {pick.url: pick for pick in worded.picks} if worded else {}
        picks = [words.get(it.pick.url, it.pick) for it in drafted.proposals]
        return drafted, worded, await with_texts(opened, picks)

    drafted, worded, picks = with_store(store, "write", work)
    for proposal, pick in zip(drafted.proposals, picks, strict=True):
        say(pick_line(pick))
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
