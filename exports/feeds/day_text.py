"""One day as plain text, for pasting where Markdown is not read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from exports.content.entry import UNLINKED
from exports.content.labels import LABELS, Labels
from exports.formats.digest import FORMAT, LABEL, usual_label
from newsarchive.archive_settings import LANGUAGES
from newsarchive.editorial.selection import USUAL, LeftOut, Scope, chosen_day
from newsarchive.editorial.withdrawals import withdrawn_identities
from newsarchive.markdown.escape import safe_url
from newsarchive.markdown.plain_text import plain_line
from newsarchive.parsing.urls import is_web_address
from newsarchive.records.pick import Pick
from newsarchive.storage.contract import EditorialStore


@dataclass(frozen=True, slots=True)
class DayText:
    """A day's text, how many items it has, how many of them a machine wrote, and what was left out."""

    text: str
    items: int
    drafts: int
    left_out: LeftOut


async def make_day_text(
    store: EditorialStore,
    day: date,
    scope: Scope = USUAL,
    *,
    label: str = str(FORMAT.words[LABEL].default),
    labels: Labels = LABELS[LANGUAGES[0]],
    mark_gone: bool = False,
) -> DayText:
    """The entries that the digest has for a day: a number, the text, and the link below it.

    `label` stands after the date above them. With `mark_gone` what its site withdrew is marked.
    """
    found = await chosen_day(store, day, scope)
    withdrawn = await withdrawn_identities(store) if mark_gone else frozenset()
    marks = [labels.gone if it.article and it.article.identity in withdrawn else "" for it in found.chosen]
    entries = [it.pick for it in found.chosen]
    items = (_item(number, *it) for number, it in enumerate(zip(entries, marks, strict=True), start=1))
    parts = [usual_label(day, label, labels), *items]
    return DayText(
        "\n\n".join(parts) + "\n", len(entries), sum(pick.draft for pick in entries), found.left_out
    )


def links_taken_out(old: str, new: str) -> list[str]:
    """The links of a day's text that another text of the same day has no more."""
    if old.partition("\n")[0] != new.partition("\n")[0]:
        return []
    held = set(new.splitlines())
    return [line for line in old.splitlines() if is_web_address(line) and line not in held]


def _item(number: int, pick: Pick, mark: str) -> str:
    line = f"{number}. {mark}{plain_line(pick.text)}"
    return line if pick.url.startswith(UNLINKED) else f"{line}\n{safe_url(pick.url)}"
