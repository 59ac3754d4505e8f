"""The monthly digest as a page for any target."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from exports.digest import Profile
from exports.pages import Page, midnight
from newsarchive.items import Pick

TEMPLATE = "digest/2"


def digest_page(month: date, entries: Sequence[Pick], text: str, profile: Profile) -> Page:
    """The page of a month's text. Its date is the month's first, so that a month that grows does so at its end only."""
    title, _, rest = text.partition("\n")
    body = rest.lstrip("\n")
    return Page(
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
