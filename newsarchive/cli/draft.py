"""`newsarchive draft`: candidates for a day."""

from __future__ import annotations

from exports.drafting import draft_day
from newsarchive.cli.days import DayOption, day_of
from newsarchive.cli.opening import StoreOption, with_store
from newsarchive.cli.pick import line_of
from newsarchive.cli.terminal import OUT


def draft(day: DayOption, store: StoreOption = None) -> None:
    """Propose a candidate for each story of a day; what an editor decided is never touched."""
    wanted = day_of(day)
    drafted = with_store(store, lambda opened: draft_day(opened, wanted))
    for proposal in drafted.proposals:
        OUT.print(line_of(proposal.pick), markup=False, soft_wrap=True)
        for article in proposal.story:
            OUT.print(f"   {article.site}  {article.title}  {article.url}", markup=False, soft_wrap=True)
    OUT.print(
        f"{wanted}: {len(drafted.proposals)} candidates, {drafted.known} stories proposed or decided before"
    )
