"""Writes pages of any format for any target: the one way from the store to files that an editor may edit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias

from exports.briefing import briefing_page
from exports.daily import daily_page
from exports.digest import Profile
from exports.digest_page import digest_page
from exports.edition_pages import briefing_edition, daily_edition, fulltext_edition
from exports.editions import day_key, editions, with_words
from exports.entries import Entry, day_entries, days_of
from exports.excerpts import excerpted
from exports.export_digest import make_digest
from exports.forms import (
    BRIEFING,
    DAILY,
    DIGEST,
    FULL_TEXT,
    FULL_TEXT_BELOW_A_TITLE,
    ONE_ARTICLE,
)
from exports.front_matter import front_matter
from exports.fulltext import fulltext_page
from exports.indexes import write_indexes
from exports.merged_writing import Written, write_merged
from exports.pages import FormatName, Page
from exports.parts import Form
from exports.targets import TARGETS, Target, TargetName
from newsarchive.errors import BadValueError
from newsarchive.items import Article
from newsarchive.markdown.escape import escape_line
from newsarchive.storage.contract import Store

Per: TypeAlias = Literal["month", "day", "article"]
"""What a file of full texts holds."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to export: a format, for a month (its first day) or a day, and how.

    `per` tells what a file of full texts holds, and `excerpts` that it has no whole texts. `imported` names a file of
    full texts that was imported.
    """

    format: FormatName
    day: date | None = None
    month: date | None = None
    profile: Profile = "clean"
    target: TargetName = "plain"
    everything: bool = False
    per: Per | None = None
    excerpts: bool = False
    imported: str = ""

    @property
    def days(self) -> list[date]:
        """The days that are asked for."""
        if self.day:
            return [self.day]
        return days_of(self.month) if self.month else []


@dataclass(slots=True)
class Exported:
    """What was written: the files with pages in them, then the indexes."""

    pages: list[tuple[Page, Written]] = field(default_factory=list)
    indexes: list[Written] = field(default_factory=list)

    @property
    def files(self) -> list[Written]:
        """All files."""
        return [*(written for _, written in self.pages), *self.indexes]


async def export_pages(store: Store, wanted: Wanted, out: Path) -> Exported:
    """Write the pages below `out`, what hands changed in them stays (`write_merged`), then the indexes of the format.

    The same store gives the same bytes. Days without stories have no page. Raises OutputError, BadValueError for an
    imported file that the store does not have, and what the store raises.
    """
    target = TARGETS[wanted.target]
    exported = Exported()
    async for page in _pages(store, wanted, target):
        written = await write_merged(
            store,
            out,
            target.path(page),
            file_text(page, target, wanted.profile),
            form_of(page, target, wanted.profile),
            made_with=_made_with(page, wanted),
        )
        exported.pages.append((page, written))
    exported.indexes = await write_indexes(store, out, target, [page for page, _ in exported.pages])
    return exported


def file_text(page: Page, target: Target, profile: Profile) -> str:
    """The whole text of a page's file."""
    heading = f"# {escape_line(page.title)}\n\n" if page.heading is None else page.heading
    if profile == "strict" and page.own_front is not None and target.name in {"plain", page.home}:
        whole = heading + page.body
        return page.own_front + (whole if target.name == "plain" else target.guard(whole))
    front = front_matter(target.front_matter(page)) if target.front_matter(page) else ""
    shown = heading if target.heading or profile == "strict" else ""
    gap = "\n" if front and not shown.startswith("\n") else ""
    return f"{front}{gap}{target.guard(shown + page.body)}"


def form_of(page: Page, target: Target, profile: Profile) -> Form:
    """How a page's file is cut into items."""
    indent = target.style.list_indent if target.style.list_indent > 3 else None
    match page.format, page.unit:
        case "digest", _:
            return replace(DIGEST, indent=indent)
        case "daily", _:
            return DAILY
        case "briefing", _:
            return replace(BRIEFING, indent=indent)
        case _, "article":
            return ONE_ARTICLE
    return FULL_TEXT if profile == "strict" else FULL_TEXT_BELOW_A_TITLE


def _made_with(page: Page, wanted: Wanted) -> dict[str, str]:
    made = {
        "format": page.format,
        page.unit: page.identity or (f"{page.day:%Y-%m}" if page.unit == "month" else page.day.isoformat()),
        "profile": wanted.profile,
        "all": "yes" if wanted.everything else "no",
    }
    if page.format != "digest":
        made["template"] = page.template
    if wanted.excerpts:
        made["excerpts"] = "yes"
    return made | ({"target": wanted.target} if wanted.target != "plain" else {})


async def _pages(store: Store, wanted: Wanted, target: Target) -> AsyncIterator[Page]:
    match wanted.format:
        case "digest" if wanted.month:
            yield await _digest(store, wanted, wanted.month, target)
        case "daily" | "briefing":
            for day in wanted.days:
                if page := await _day_page(store, wanted, day, target):
                    yield page
        case "fulltext" if wanted.imported:
            files = await editions(store, f"fulltext/{wanted.imported}")
            if not files:
                raise BadValueError(f"no file of full texts was imported as {wanted.imported!r}")
            yield fulltext_edition(files[-1], wanted.profile, target.style)
        case "fulltext":
            async for page in _full_texts(store, wanted, target):
                yield page


async def _digest(store: Store, wanted: Wanted, month: date, target: Target) -> Page:
    digest = await make_digest(store, month, wanted.profile, everything=wanted.everything, style=target.style)
    return digest_page(month, digest.entries, digest.text, wanted.profile)


async def _day_page(store: Store, wanted: Wanted, day: date, target: Target) -> Page | None:
    files = await editions(store, day_key(wanted.format, day))
    if wanted.format == "briefing" and files:
        return briefing_edition(day, files[-1], wanted.profile, target.style)
    if files and wanted.profile == "strict" and not wanted.everything:
        picks = [it for it in await store.picks(day, day) if it.state == "picked"]
        if page := daily_edition(day, files[-1], picks):
            return page
    entries = with_words(await day_entries(store, day, everything=wanted.everything), files)
    if not entries:
        return None
    make = daily_page if wanted.format == "daily" else briefing_page
    return make(day, entries, wanted.profile, target.style)


async def _full_texts(store: Store, wanted: Wanted, target: Target) -> AsyncIterator[Page]:
    """Pages of the stories whose article is stored; of the others there is no text to show."""
    per = wanted.per or ("day" if wanted.day else "month")
    all_articles: list[Article] = []
    left_out = 0
    for day in wanted.days:
        entries = await day_entries(store, day, everything=wanted.everything)
        articles = _articles(entries, excerpts=wanted.excerpts)
        left_out += len(entries) - len(articles)
        if per == "month":
            all_articles += articles
        elif per == "day" and articles:
            page = fulltext_page("day", day, articles, wanted.profile, target.style)
            yield replace(page, left_out=left_out)
            left_out = 0
        elif per == "article":
            for article in articles:
                yield fulltext_page("article", day, [article], wanted.profile, target.style)
    if per == "month" and all_articles and wanted.days:
        first = wanted.days[0].replace(day=1)
        page = fulltext_page("month", first, all_articles, wanted.profile, target.style)
        yield replace(page, left_out=left_out)


def _articles(entries: Sequence[Entry], *, excerpts: bool) -> list[Article]:
    """The stored articles, each once."""
    found = {it.article.identity: it.article for it in entries if it.article}
    return [excerpted(article) if excerpts else article for article in found.values()]
