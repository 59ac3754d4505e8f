"""A day as it is pasted elsewhere: the entries that its digest has, whatever they are written as."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from exports.content.entry import UNLINKED
from exports.content.labels import LABELS, Labels
from exports.formats.digest import FORMAT, LABEL, usual_label
from newsarchive.archive_settings import LANGUAGES
from newsarchive.editorial.selection import USUAL, LeftOut, Scope, chosen_day
from newsarchive.editorial.withdrawals import withdrawn_identities
from newsarchive.items.article import Article
from newsarchive.markdown.escape import safe_url
from newsarchive.markdown.plain_text import plain_line
from newsarchive.records.pick import Pick
from newsarchive.storage.contract import EditorialStore


@dataclass(frozen=True, slots=True)
class DayItem:
    """An entry of a day: its place, and what stands there; `mark` before its text says that its site withdrew it."""

    number: int
    pick: Pick
    article: Article | None = None
    mark: str = ""

    @property
    def url(self) -> str:
        """Where it leads; empty where nothing is linked."""
        return "" if self.pick.url.startswith(UNLINKED) else safe_url(self.pick.url)

    @property
    def line(self) -> str:
        """Its number, mark and text in plain words."""
        return f"{self.number}. {self.mark}{plain_line(self.pick.text)}"


@dataclass(frozen=True, slots=True)
class DayItems:
    """A day's entries in their order, the words above them, and what was left out."""

    heading: str
    items: tuple[DayItem, ...]
    left_out: LeftOut

    @property
    def drafts(self) -> int:
        """How many of them a machine wrote."""
        return sum(it.pick.draft for it in self.items)


async def day_items(
    store: EditorialStore,
    day: date,
    scope: Scope = USUAL,
    *,
    label: str = str(FORMAT.words[LABEL].default),
    labels: Labels = LABELS[LANGUAGES[0]],
    mark_gone: bool = False,
) -> DayItems:
    """The entries that the digest has for a day.

    `label` stands after the date above them. With `mark_gone` what its site withdrew is marked.
    """
    found = await chosen_day(store, day, scope)
    withdrawn = await withdrawn_identities(store) if mark_gone else frozenset()
    items = (
        DayItem(
            number,
            it.pick,
            it.article,
            labels.gone if it.article and it.article.identity in withdrawn else "",
        )
        for number, it in enumerate(found.chosen, start=1)
    )
    return DayItems(usual_label(day, label, labels), tuple(items), found.left_out)
