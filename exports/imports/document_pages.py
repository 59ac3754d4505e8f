"""Pages of files that an editor imported: as they were written, or written anew from what they say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from exports.formats.format import Dialect, OutputPage
from exports.imports import Archive
from exports.imports.documents import read_edition
from exports.imports.importer import picks_of_day
from newsarchive.editorial.days import day_of, day_start
from newsarchive.items.record import SHANGHAI
from newsarchive.markdown.document import Document
from newsarchive.parsing.front_matter import split_front_matter
from newsarchive.parsing.text import one_line
from newsarchive.records.pick import Pick
from newsarchive.sites import SITES, identify
from newsarchive.storage.collections import Edition

_UNKNOWN = date(2000, 1, 1)
"""Stands for the day of a file that names none, where a tool cannot do without (Hexo, Jekyll)."""


def document_page(
    day: date | None, edition: Edition, dialect: Dialect, picks: Sequence[Pick]
) -> OutputPage | None:
    """The page of an imported file: as it was written, or in the clean profile written anew.

    None where a page of the day's stories stands for it: in the clean profile of a format that picks them, and where an
    editor has chosen otherwise since.
    """
    of = dialect.of
    if of.pick and not (dialect.strict and day):
        return None
    archive = read_edition(edition)
    if of.pick and day and not _are_of(picks, archive, day):
        return None
    document = Document(edition.text, edition.name)
    known = day or archive.date or Document("", edition.name).date or _newest_day(archive)
    written = known or _UNKNOWN
    lines = edition.text.split("\n")
    _, skip = split_front_matter([line.removeprefix("\ufeff") for line in lines])
    page = OutputPage(
        template="as written",
        format=of.name,
        unit=dialect.unit,
        day=written,
        title=one_line(document.title or edition.name).lstrip("# ") if day else one_line(edition.name),
        heading="",
        body="\n".join(lines[skip:]),
        at=_time(document, written),
        count=len(picks) if of.pick else archive.count,
        own_front="".join(f"{line}\n" for line in lines[:skip]),
        identity="" if day else edition.name,
        dated=known is not None,
    )
    return page if dialect.strict or not of.rewrite else of.rewrite(page, archive, dialect)


def _are_of(picks: Sequence[Pick], archive: Archive, day: date) -> bool:
    """Whether the picks of a day are still what an imported post says."""
    said, _ = picks_of_day(archive, day)
    if any(it.state != "picked" or it.title or it.words for it in picks):
        return False
    return [(it.url, it.text) for it in said] == [(it.url, it.text) for it in picks]


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
