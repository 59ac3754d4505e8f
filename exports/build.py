"""Makes the pages of every format from the store, and the files' texts of them for any target."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias, cast, get_args

from exports.content.entry import Entry, days_of
from exports.formats.briefing import briefing_page
from exports.formats.daily import daily_page
from exports.formats.digest import Profile
from exports.formats.digest_page import digest_page, digest_text
from exports.formats.format import FormatName, OutputPage, Unit
from exports.formats.fulltext import Piece, fulltext_page, piece_of, with_others
from exports.formats.numbered_list import (
    BRIEFING,
    DAILY,
    DIGEST,
    FULL_TEXT,
    FULL_TEXT_BELOW_A_TITLE,
    ONE_ARTICLE,
)
from exports.formats.segments import Grammar
from exports.imports.document_pages import briefing_edition, daily_edition, fulltext_edition
from exports.imports.documents import day_key, editions, with_words
from exports.targets import TARGETS, Target, TargetName
from newsarchive.editorial.selection import Day, LeftOut, chosen_days
from newsarchive.errors import BadValueError
from newsarchive.markdown.escape import escape_line
from newsarchive.markdown.front_matter import front_matter
from newsarchive.markdown.writer import Style
from newsarchive.storage.collections import Edition
from newsarchive.storage.contract import Store

Per: TypeAlias = Literal["month", "day", "article"]
"""What a file of full texts holds."""


@dataclass(frozen=True, slots=True)
class ExportRequest:
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

    @property
    def unit(self) -> Unit:
        """What a file holds."""
        if self.format == "fulltext":
            return "file" if self.imported else self.per or ("day" if self.day else "month")
        return "month" if self.format == "digest" else "day"


@dataclass(frozen=True, slots=True)
class BuiltPage:
    """A page with the stories on it, in their order; `edition` is the imported file that it repeats, if it does."""

    page: OutputPage
    entries: tuple[Entry, ...] = ()
    edition: Edition | None = None

    @property
    def empty(self) -> bool:
        """Whether it has nothing to show."""
        return not self.page.count and self.edition is None


def file_text(page: OutputPage, target: Target, profile: Profile) -> str:
    """The whole text of a page's file."""
    heading = f"# {escape_line(page.title)}\n\n" if page.heading is None else page.heading
    if profile == "strict" and page.own_front is not None and target.name in {"plain", page.home}:
        whole = heading + page.body
        return page.own_front + (whole if target.name == "plain" else target.guard(whole))
    front = front_matter(target.front_matter(page)) if target.front_matter(page) else ""
    shown = heading if target.heading or profile == "strict" else ""
    gap = "\n" if front and not shown.startswith("\n") else ""
    text = target.guard(shown + page.body)
    return f"{front}{gap}{text}" if front else text


def form_of(of: FormatName, unit: Unit, target: Target, profile: Profile) -> Grammar:
    """How a file is cut into items."""
    indent = target.style.list_indent if target.style.list_indent > 3 else None
    match of, unit:
        case "digest", _:
            return replace(DIGEST, indent=indent)
        case "daily", _:
            return DAILY
        case "briefing", _:
            return replace(BRIEFING, indent=indent)
        case _, "article":
            return ONE_ARTICLE
    return FULL_TEXT if profile == "strict" else FULL_TEXT_BELOW_A_TITLE


def made_with(page: OutputPage, wanted: ExportRequest) -> dict[str, str]:
    """How to make a page again, in words that are kept with its file."""
    made = {
        "format": page.format,
        page.unit: page.identity or (f"{page.day:%Y-%m}" if page.unit == "month" else page.day.isoformat()),
        "profile": wanted.profile,
        "all": "yes" if wanted.everything else "no",
    }
    if page.unit == "article":
        made["day"] = page.day.isoformat()
    if page.format != "digest":
        made["template"] = page.template
    if wanted.excerpts:
        made["excerpts"] = "yes"
    return made | ({"target": wanted.target} if wanted.target != "plain" else {})


def wanted_again(made: Mapping[str, str]) -> ExportRequest | None:
    """What was asked for when a page was made; None where that is not known."""
    if made.get("format") not in get_args(FormatName) or made.get("target", "plain") not in TARGETS:
        return None
    unit = next((it for it in ("file", "article", "day", "month") if made.get(it)), None)
    try:
        return ExportRequest(
            cast("FormatName", made["format"]),
            day=date.fromisoformat(made["day"]) if unit in {"article", "day"} else None,
            month=date.fromisoformat(f"{made['month']}-01") if unit == "month" else None,
            profile="strict" if made.get("profile") == "strict" else "clean",
            target=cast("TargetName", made.get("target", "plain")),
            everything=made.get("all") == "yes",
            per=cast("Per", unit) if made["format"] == "fulltext" and unit != "file" else None,
            excerpts=made.get("excerpts") == "yes",
            imported=made.get("file", ""),
        )
    except (KeyError, ValueError):
        return None  # written by another version


def pages_of(
    store: Store, wanted: ExportRequest, *, stories: bool = True, left_out: LeftOut | None = None
) -> AsyncIterator[BuiltPage]:
    """The pages that are asked for; one whose time has no stories is `empty`.

    Without `stories` a month of full texts comes without its stories, which take ten times the memory of their texts. In
    `left_out` is counted what of their days is not on them. Raises BadValueError for an imported file that the store does
    not have, and what the store raises.
    """
    if wanted.format == "fulltext" and wanted.imported:
        return _imported(store, wanted)
    days = _days(store, wanted, LeftOut() if left_out is None else left_out)
    match wanted.format:
        case "digest":
            return _digests(store, wanted, days)
        case "daily" | "briefing":
            return _day_pages(store, wanted, days)
    return _full_texts(wanted, days, stories=stories)


async def _days(store: Store, wanted: ExportRequest, left_out: LeftOut) -> AsyncIterator[Day]:
    """The days that are asked for, with what is chosen of them; those without anything too."""
    waiting = deque(wanted.days)
    if waiting:
        async for found in chosen_days(store, waiting[0], waiting[-1], everything=wanted.everything):
            while waiting[0] < found.day:
                yield Day(waiting.popleft())
            left_out.add(found.left_out)
            waiting.popleft()
            yield found
    for day in waiting:
        yield Day(day)


async def _digests(store: Store, wanted: ExportRequest, days: AsyncIterator[Day]) -> AsyncIterator[BuiltPage]:
    if wanted.month:
        entries = [Entry.short(it) async for day in days for it in day.chosen]
        style = TARGETS[wanted.target].style
        text = await digest_text(store, wanted.month, [it.pick for it in entries], wanted.profile, style)
        page = digest_page(wanted.month, [it.pick for it in entries], text, wanted.profile)
        yield BuiltPage(_with_changes(page, entries), tuple(entries))


async def _day_pages(
    store: Store, wanted: ExportRequest, days: AsyncIterator[Day]
) -> AsyncIterator[BuiltPage]:
    style = TARGETS[wanted.target].style
    async for day in days:
        made = await _day_page(store, wanted, day, style)
        yield replace(made, page=_with_changes(made.page, made.entries))


def _with_changes(page: OutputPage, entries: Iterable[Entry]) -> OutputPage:
    """The page, with the names of the stories whose source has changed since an editor wrote of them."""
    return replace(page, changed=tuple(it.name for it in entries if it.source_changed))


async def _imported(store: Store, wanted: ExportRequest) -> AsyncIterator[BuiltPage]:
    files = await editions(store, f"fulltext/{wanted.imported}")
    if not files:
        raise BadValueError(f"no file of full texts was imported as {wanted.imported!r}")
    page = fulltext_edition(files[-1], wanted.profile, TARGETS[wanted.target].style)
    yield BuiltPage(page, edition=files[-1])


async def _day_page(store: Store, wanted: ExportRequest, day: Day, style: Style) -> BuiltPage:
    files = await editions(store, day_key(wanted.format, day.day))
    if wanted.format == "briefing" and files:
        page = briefing_edition(day.day, files[-1], wanted.profile, style)
        return BuiltPage(page, edition=files[-1])
    entries = with_words([Entry.of(it) for it in day.chosen], files)
    picks = [it.pick for it in entries]
    if files and wanted.profile == "strict" and all(it.state == "picked" for it in picks):
        page_as_written = daily_edition(day.day, files[-1], picks)
        if page_as_written:
            return BuiltPage(page_as_written, tuple(entries), files[-1])
    make = daily_page if wanted.format == "daily" else briefing_page
    return BuiltPage(make(day.day, entries, wanted.profile, style), tuple(entries))


async def _full_texts(
    wanted: ExportRequest, days: AsyncIterator[Day], *, stories: bool
) -> AsyncIterator[BuiltPage]:
    """Pages of the stories of which there is a text: the article's if it is stored, or an editor's own."""
    per = wanted.per or ("day" if wanted.day else "month")
    texts: deque[Piece] = deque()
    told: list[Entry] = []
    changed: list[str] = []
    left_out = 0
    async for day in days:
        entries = [Entry.of(it) for it in day.chosen]
        pieces = _pieces(entries, excerpts=wanted.excerpts)
        left_out += len(entries) - len(pieces)
        if per == "month":
            style = TARGETS[wanted.target].style
            texts += (with_others(piece, wanted.profile, style) for _, piece in pieces)
            told += [entry for entry, _ in pieces] if stories else []
            changed += [entry.name for entry, _ in pieces if entry.source_changed]
        elif per == "day":
            ours = [entry for entry, _ in pieces]
            page = _full_text("day", day.day, [it for _, it in pieces], wanted, left_out)
            yield BuiltPage(_with_changes(page, ours), tuple(ours))
            left_out = 0
        else:
            for entry, piece in pieces:
                page = _full_text("article", day.day, [piece], wanted)
                yield BuiltPage(_with_changes(page, [entry]), (entry,))
    if per == "month":
        page = _full_text("month", wanted.days[0].replace(day=1), _emptied(texts), wanted, left_out)
        yield BuiltPage(replace(page, changed=tuple(changed)), tuple(told))


def _emptied(texts: deque[Piece]) -> Iterator[Piece]:
    """The texts, given away one by one: a month of them need not be held besides the page that is made of them."""
    while texts:
        yield texts.popleft()


def _full_text(
    unit: Per, day: date, texts: Iterable[Piece], wanted: ExportRequest, left_out: int = 0
) -> OutputPage:
    page = fulltext_page(unit, day, texts, wanted.profile, TARGETS[wanted.target].style)
    return replace(page, left_out=left_out)


def _pieces(entries: Sequence[Entry], *, excerpts: bool) -> list[tuple[Entry, Piece]]:
    """The entries that have a text, each article once."""
    found: dict[str, tuple[Entry, Piece]] = {}
    for entry in entries:
        if piece := piece_of(entry, excerpts=excerpts):
            found.setdefault(piece.identity, (entry, piece))
    return list(found.values())
