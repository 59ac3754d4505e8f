"""The monthly digest as a page for any target."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from exports.formats.digest import DayEntries, Profile, render_month
from exports.formats.format import OutputPage, midnight
from exports.formats.layout import load_layout
from newsarchive.markdown.writer import Style
from newsarchive.records.pick import Pick
from newsarchive.storage.contract import Store

TEMPLATE = "digest/2"


async def digest_text(
    store: Store, month: date, picks: Sequence[Pick], profile: Profile, style: Style
) -> str:
    """The text of the digest of a month (its first day) with these entries, in their order."""
    days = [DayEntries(day, tuple(of_day)) for day, of_day in groupby(picks, key=lambda it: it.day)]
    return render_month(month, days, profile, await load_layout(store, month), style)


def digest_path(month: date) -> str:
    """Where the digest of a month lies in the archive: `2025/newsflash-202501.md`."""
    return f"{month:%Y}/newsflash-{month:%Y%m}.md"


def digest_page(month: date, entries: Sequence[Pick], text: str, profile: Profile) -> OutputPage:
    """The page of a month's text. Its date is the month's first, so that a month that grows does so at its end only."""
    title, _, rest = text.partition("\n")
    body = rest.lstrip("\n")
    return OutputPage(
        template=TEMPLATE,
        format="digest",
        unit="month",
        day=month,
        title=title.removeprefix("# "),
        heading=text[: len(text) - len(body)],
        body=body,
        at=midnight(month),
        count=len(entries),
        drafts=sum(it.draft for it in entries),
        own_front="" if profile == "strict" else None,
        home="plain",
        description=f"{month.year}年{month.month}月 💡行业快讯",
        categories=("行业快讯",),
    )
