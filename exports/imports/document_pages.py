"""Pages of files that an editor imported: as they were written, or written anew from what they say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from exports.content.entry import Entry
from exports.formats.format import AS_WRITTEN, Dialect, OutputPage
from exports.imports import Archive
from exports.imports.documents import read_edition
from exports.imports.own_form import in_own_form, with_briefs
from newsarchive.editorial.days import day_of, day_start
from newsarchive.items.record import SHANGHAI
from newsarchive.markdown.document import Document
from newsarchive.parsing.front_matter import split_front_matter
from newsarchive.parsing.text import one_line
from newsarchive.sites import SITES, identify
from newsarchive.storage.collections import Edition

_UNKNOWN = date(2000, 1, 1)
"""Stands for the day of a file that names none, where a tool cannot do without (Hexo, Jekyll)."""


def is_kept(day: date | None, dialect: Dialect) -> bool:
    """Whether pages of imported files are written as they are; else the clean profile makes posts of their stories."""
    return not dialect.of.pick or (dialect.strict and day is not None)


def document_page(
    day: date | None,
    edition: Edition,
    dialect: Dialect,
    entries: Sequence[Entry],
    *,
    everything: bool = False,
) -> OutputPage | None:
    """The page of an imported file: as it was written, or in the clean profile written anew.

    What an editor has chosen since is in it as its other stories are. None where that cannot be written so.
    """
    of = dialect.of
    text: str | None = edition.text
    if of.pick and day:
        text = in_own_form(edition, day, entries)
    elif day:
        text = with_briefs(edition, [it for it in entries if everything or it.pick.state == "picked"])
    if text is None:
        return None
    edition = edition.model_copy(update={"text": text})
    archive = read_edition(edition)
    document = Document(edition.text, edition.name)
    known = day or archive.date or Document("", edition.name).date or _newest_day(archive)
    written = known or _UNKNOWN
    lines = edition.text.split("\n")
    _, skip = split_front_matter([line.removeprefix("\ufeff") for line in lines])
    page = OutputPage(
        template=AS_WRITTEN,
        format=of.name,
        unit=dialect.unit,
        day=written,
        title=one_line(document.title or edition.name).lstrip("# ") if day else one_line(edition.name),
        heading="",
        body="\n".join(lines[skip:]),
        at=_time(document, written),
        count=len(entries) if of.pick else archive.count,
        own_front="".join(f"{line}\n" for line in lines[:skip]),
        identity="" if day else edition.name,
        dated=known is not None,
    )
    return page if dialect.strict or not of.rewrite else of.rewrite(page, archive, dialect)


def _time(document: Document, day: date) -> datetime:
    """The time that the file's front matter names, else the beginning of the day."""
    written = (document.front_matter or {}).get("date")
    try:
        at = datetime.fromisoformat(written) if isinstance(written, str) else day_start(day)
    except ValueError:
        return day_start(day)
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def _newest_day(archive: Archive) -> date | None:
    """The day of the newest article, by the numbers that hold the time at which one was begun."""
    links = [identify(item.url) for item in archive.items if item.url]
    times = [SITES[link.site].created_at(link) for link in links if link]
    newest = max((at for at in times if at), default=None)
    return day_of(newest) if newest else None
