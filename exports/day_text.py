"""One day as plain text, for pasting where Markdown is not read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from exports.digest import UNLINKED, usual_label
from exports.months import month_span
from exports.plain_text import plain_line
from exports.selection import month_entries
from newsarchive.items import Pick
from newsarchive.markdown.escape import safe_url
from newsarchive.storage.contract import Store


@dataclass(frozen=True, slots=True)
class DayText:
    """A day's text, how many items it has, and how many of them a machine wrote."""

    text: str
    items: int
    drafts: int


async def make_day_text(store: Store, day: date, *, everything: bool = False) -> DayText:
    """The entries that the digest has for a day: a number, the text, and the link below it."""
    month, _ = month_span(day)
    entries = [pick for pick in await month_entries(store, month, everything=everything) if pick.day == day]
    parts = [usual_label(day), *(_item(number, pick) for number, pick in enumerate(entries, start=1))]
    return DayText("\n\n".join(parts) + "\n", len(entries), sum(pick.draft for pick in entries))


def _item(number: int, pick: Pick) -> str:
    line = f"{number}. {plain_line(pick.text)}"
    return line if pick.url.startswith(UNLINKED) else f"{line}\n{safe_url(pick.url)}"
