"""Chooses the entries of a month: an editor's picks, else drafts made from the articles that are stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby

from exports.excerpts import excerpt_of
from exports.months import month_span
from exports.stories import group_stories
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
    picks, _ = await entries_between(store, *month_span(month), everything=everything)
    return picks


async def entries_between(
    store: Store, first: date, last: date, *, everything: bool = False
) -> tuple[list[Pick], list[list[Article]]]:
    """The entries of the days from `first` to `last` as `month_entries` chooses them, and the stories of the drafts."""
    held = await store.picks(first, last)
    picked = [pick for pick in held if pick.state == "picked"]
    if picked and not everything:
        return picked, []
    candidates = [pick for pick in held if pick.state == "candidate"]
    stories = await _stories(store, first, last)
    return _numbered([*picked, *candidates, *_drafts(stories, held)]), stories


async def _stories(store: Store, first: date, last: date) -> list[list[Article]]:
    """The stories of the days from `first` to `last` in Shanghai, promotions left out."""
    since = datetime(first.year, first.month, first.day, tzinfo=SHANGHAI)
    until = datetime(last.year, last.month, last.day, tzinfo=SHANGHAI) + timedelta(days=1)
    return group_stories([it async for it in store.articles(since=since, until=until) if not it.promotion])


def _drafts(stories: list[list[Article]], held: list[Pick]) -> Iterator[Pick]:
    """A draft for each story of which no article was picked, put forward or rejected."""
    taken = {name for pick in held for name in (pick.url, pick.identity) if name}
    for story in stories:
        names = {name for article in story for name in (article.identity, article.url, *article.aliases)}
        first = story[0]
        if first.published_at and taken.isdisjoint(names):
            yield Pick(
                day=first.published_at.astimezone(SHANGHAI).date(),
                position=1,
                url=first.url,
                text=draft_text(first),
                identity=first.identity,
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
