"""Chooses the entries of a month: an editor's picks, else drafts made from the articles that are stored."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from exports.excerpts import excerpt_of
from exports.months import month_span
from exports.stories import Outline, grouped, outline_of
from newsarchive.items import SHANGHAI, Article, Pick
from newsarchive.markdown.escape import escape_line
from newsarchive.storage.contract import Store

DRAFT_LENGTH = 120
"""Characters after which a drafted text looks for the end of its sentence."""


async def month_entries(store: Store, month: date, *, everything: bool = False) -> list[Pick]:
    """The picked entries of a month (its first day), by day and position; drafts of all stories if there are none.

    With `everything`, candidates and then drafts of the stories that nobody picked or rejected follow the picks of
    their day. Raises what the store raises.
    """
    first, last = month_span(month)
    held = await store.picks(first, last)
    if not _needs_drafts(held, everything=everything):
        return _picked(held)
    outlines: list[Outline] = []
    drafts: list[Pick | None] = []
    async for article in _articles(store, first, last):
        outlines.append(outline_of(article))
        drafts.append(_draft(article))
    return _with_drafts(held, outlines, drafts, grouped(outlines))


async def entries_between(
    store: Store, first: date, last: date, *, everything: bool = False
) -> tuple[list[Pick], list[list[Article]]]:
    """The entries of the days from `first` to `last` as `month_entries` chooses them, and the stories of the drafts."""
    held = await store.picks(first, last)
    if not _needs_drafts(held, everything=everything):
        return _picked(held), []
    articles = [article async for article in _articles(store, first, last)]
    outlines = [outline_of(article) for article in articles]
    stories = grouped(outlines)
    picks = _with_drafts(held, outlines, [_draft(article) for article in articles], stories)
    return picks, [[articles[place] for place in story] for story in stories]


def _picked(held: list[Pick]) -> list[Pick]:
    return [pick for pick in held if pick.state == "picked"]


def _needs_drafts(held: list[Pick], *, everything: bool) -> bool:
    return everything or not _picked(held)


async def _articles(store: Store, first: date, last: date) -> AsyncIterator[Article]:
    """The articles of the days from `first` to `last` in Shanghai, promotions left out."""
    since = datetime(first.year, first.month, first.day, tzinfo=SHANGHAI)
    until = datetime(last.year, last.month, last.day, tzinfo=SHANGHAI) + timedelta(days=1)
    async for article in store.articles(since=since, until=until):
        if not article.promotion:
            yield article


def _with_drafts(
    held: list[Pick],
    outlines: Sequence[Outline],
    drafts: Sequence[Pick | None],
    stories: Sequence[Sequence[int]],
) -> list[Pick]:
    """Picks, then candidates, then a draft for each story of which no article was picked, put forward or rejected."""
    taken = {name for pick in held for name in (pick.url, pick.identity) if name}
    free = (
        drafts[story[0]]
        for story in stories
        if all(taken.isdisjoint(outlines[place].names) for place in story)
    )
    candidates = (pick for pick in held if pick.state == "candidate")
    return _numbered([*_picked(held), *candidates, *(draft for draft in free if draft)])


def _draft(article: Article) -> Pick | None:
    """An article as an entry of its day; None for one without a time."""
    if article.published_at is None:
        return None
    return Pick(
        day=article.published_at.astimezone(SHANGHAI).date(),
        position=1,
        url=article.url,
        text=draft_text(article),
        identity=article.identity,
        draft=True,
    )


def draft_text(article: Article) -> str:
    """An article in one line, to be edited: the site's own digest, else its first sentences, else its title."""
    return escape_line(excerpt_of(article, DRAFT_LENGTH) or article.title)


def _numbered(entries: list[Pick]) -> list[Pick]:
    """The entries by day, in the order given within each, numbered anew."""
    by_day = groupby(sorted(entries, key=lambda it: it.day), key=lambda it: it.day)
    return [
        pick.model_copy(update={"position": place})
        for _, picks in by_day
        for place, pick in enumerate(picks, start=1)
    ]
