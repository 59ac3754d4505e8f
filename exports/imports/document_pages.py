"""Pages of files that an editor imported: as they were written, or written anew from what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from exports.content.entry import canonical
from exports.content.wording import body_below, link_to
from exports.formats.digest import Profile
from exports.formats.format import FormatName, OutputPage, midnight
from exports.imports import Archive, read_archive
from exports.imports.importer import picks_of_day
from newsarchive.items.body import Block, Image
from newsarchive.items.record import SHANGHAI
from newsarchive.markdown.body_reader import read_body
from newsarchive.markdown.document import Document
from newsarchive.markdown.escape import escape_line
from newsarchive.markdown.writer import Style, write_body
from newsarchive.parsing.front_matter import split_front_matter
from newsarchive.parsing.text import one_line
from newsarchive.records.pick import Pick
from newsarchive.sites import SITES, identify
from newsarchive.storage.collections import Edition

_ARTICLE = 2
_HOMES: dict[FormatName, str] = {"daily": "hugo", "briefing": "hexo", "fulltext": "plain"}
_UNKNOWN = date(2000, 1, 1)
"""Stands for the day of a file that names none, where a tool cannot do without (Hexo, Jekyll)."""


def daily_edition(day: date, edition: Edition, picks: Sequence[Pick]) -> OutputPage | None:
    """The imported post of a day as it was written; None where an editor has chosen otherwise since."""
    said, _ = picks_of_day(read_archive(edition.text, edition.name), day)
    if [(it.url, it.text) for it in said] != [(it.url, it.text) for it in picks]:
        return None
    if any(it.title or it.words for it in picks):
        return None
    document = Document(edition.text, edition.name)
    return _page("daily", day, edition, document.title or edition.name, len(said))


def briefing_edition(day: date, edition: Edition, profile: Profile, style: Style) -> OutputPage:
    """The imported briefing of a day."""
    archive = read_archive(edition.text, edition.name)
    title = (archive.title or edition.name).lstrip("# ")
    page = _page("briefing", day, edition, title, archive.count)
    if profile == "strict":
        return page
    body = [it for it in read_body(page.body) if not _is_cover(it)]
    cover = [Image(archive.cover, alt="封面")] if archive.cover else []
    text = write_body([*cover, *body], style)
    return replace(page, heading=None, body=text, own_front=None, cover=archive.cover or "")


def fulltext_edition(edition: Edition, profile: Profile, style: Style) -> OutputPage:
    """An imported file of full texts, which has no dates."""
    archive = read_archive(edition.text, edition.name)
    day = archive.date or Document("", edition.name).date or _newest_day(archive)
    page = replace(
        _page("fulltext", day or _UNKNOWN, edition, edition.name, archive.count),
        unit="file",
        identity=edition.name,
        dated=day is not None,
    )
    if profile == "strict":
        return page
    parts = []
    for item in archive.items:
        body = body_below(read_body(item.text or ""), _ARTICLE, style)
        title = f"## {escape_line(item.title or '')}\n"
        link = [f"{link_to(canonical(item.url), '原文链接')}\n"] if item.url else []
        parts.append("\n".join([title, body, *link]))
    return replace(page, heading=None, body="\n".join(parts), own_front=None)


def _page(of: FormatName, day: date, edition: Edition, title: str, count: int) -> OutputPage:
    """The file as it was written, cut into its front matter and the rest."""
    lines = edition.text.split("\n")
    front_lines = [line.removeprefix("\ufeff") for line in lines]
    _, skip = split_front_matter(front_lines)
    front = "".join(f"{line}\n" for line in lines[:skip])
    return OutputPage(
        template="as written",
        format=of,
        unit="day",
        day=day,
        title=one_line(title),
        heading="",
        body="\n".join(lines[skip:]),
        at=_time(edition, day),
        count=count,
        own_front=front,
        home=_HOMES[of],
    )


def _time(edition: Edition, day: date) -> datetime:
    """The time that the file's front matter names, else the beginning of the day."""
    written = (Document(edition.text).front_matter or {}).get("date")
    try:
        at = datetime.fromisoformat(written) if isinstance(written, str) else midnight(day)
    except ValueError:
        return midnight(day)
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def _newest_day(archive: Archive) -> date | None:
    """The day of the newest article, by the numbers that hold the time at which one was begun."""
    links = [identify(item.url) for item in archive.items if item.url]
    times = [SITES[link.site].created_at(link) for link in links if link]
    newest = max((at for at in times if at), default=None)
    return newest.astimezone(SHANGHAI).date() if newest else None


def _is_cover(block: Block) -> bool:
    return isinstance(block, Image) and block.alt.lower() in {"cover image", "封面"}
