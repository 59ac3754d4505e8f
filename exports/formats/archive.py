"""What a Markdown archive says, as frozen values, and the one dictionary form in which it is printed and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

from exports.formats.segments import is_falling
from newsarchive.markdown.document import Document
from newsarchive.parsing.text import visible

FamilyName: TypeAlias = str
"""Which house style a file is written in, kept in the store with an imported file; docs/formats.md describes them."""

FrontMatter: TypeAlias = Mapping[str, Any]
"""Front matter with every scalar as the string that was written; lists and maps as they are."""

LABEL_TEXT_LENGTH = 80
"""Characters of an item's text in the label of a family whose items are whole paragraphs."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something an editor should look at: `line` counts from 1 in the file as given; those of a lower `rank` matter more."""

    line: int
    reason: str
    rank: int = 1

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class ArchiveItem:
    """One entry. Which fields are set depends on the family; `url` is None where no link belongs to it.

    `n` is the position within the day for monthly digests and the printed number elsewhere; `n_written` is the printed
    number where it is not the position. `text` is as written, with its blanks and invisible characters. `urls` are
    all links on lines of their own (monthly digests) or in the text (daily posts without one clear link),
    `inline_urls` bare links inside the text of an item that also has a link line. `end` is the last line that is its own,
    where that is known, and `facts` are lines of it that are no words of the story. Where the line of a title says more,
    `short` is the title alone, and `words` what else it says.
    """

    line: int
    end: int | None = None
    facts: tuple[int, ...] = ()
    n: int | None = None
    title: str | None = None
    short: str = ""
    words: str = ""
    url: str | None = None
    text: str | None = None
    urls: tuple[str, ...] | None = None
    inline_urls: tuple[str, ...] = ()
    more_urls: tuple[str, ...] = ()
    n_written: int | None = None
    style: Literal["line", "inline", "glued"] = "line"
    section: str | None = None
    source: str | None = None
    tag: str | None = None
    published: str | None = None
    anchor: str | None = None
    time: str | None = None
    year: str | None = None
    month: str | None = None


@dataclass(frozen=True, slots=True)
class ArchiveDay:
    """One day of a monthly digest; `date` is None where the heading names no day of the calendar."""

    line: int
    date: date | None
    heading: str
    label: str | None
    items: tuple[ArchiveItem, ...]


@dataclass(frozen=True, slots=True)
class Archive:
    """A Markdown archive, read. `text` is the source, `month` (`2025-01`) that of a monthly digest.

    `remarks` are accepted quirks, `not_understood` lines whose content is in none of the fields. `unclear` is set
    where the items have no clear single link each. `form` is the example in whose form the file was read, if that is the
    editor's own.
    """

    family: FamilyName
    text: str
    title: str | None = None
    date: date | None = None
    month: str | None = None
    front_matter: FrontMatter | None = None
    days: tuple[ArchiveDay, ...] = ()
    items: tuple[ArchiveItem, ...] = ()
    url: str | None = None
    cover: str | None = None
    sources: int | None = None
    urls_twice: tuple[str, ...] | None = None
    unclear: bool = False
    form: str = ""
    remarks: tuple[Remark, ...] = ()
    not_understood: tuple[Remark, ...] = ()

    @property
    def newest_first(self) -> bool | None:
        """Whether the days of a digest come in falling order; None where they are less than two."""
        days = [day.date for day in self.days if day.date]
        return is_falling(days) if len(days) > 1 else None

    @property
    def count(self) -> int:
        """How many items there are, over all days."""
        return len(self.items) + sum(len(day.items) for day in self.days)


def archive_of(
    family: FamilyName,
    document: Document,
    items: Iterable[ArchiveItem],
    **more: Any,  # noqa: ANN401 - other fields of an archive
) -> Archive:
    """What a file says; title, date and front matter are the document's where `more` does not say otherwise."""
    said = {"title": document.title, "date": document.date, "front_matter": document.front_matter}
    return Archive(family=family, text=document.text, items=tuple(items), **said | more)


@dataclass(frozen=True, slots=True)
class Family:
    """A house style of archives: `recognise` tells a file of it by marks that others do not have, `read` gives its content.

    Where marks are shared, the one of a lower `rank` is asked first; the marks of a `loose` one are in files of other forms, too. Those of one that has its `links_apart` are
    its own although most stories may have no link: these may stand under a name that only its editor knows. `taken_as` names the format as which a file is taken
    into the store; without it is only reported.
    """

    name: FamilyName
    rank: int
    recognise: Callable[[Document], bool]
    read: Callable[[Document], Archive]
    taken_as: str = ""
    loose: bool = False
    links_apart: bool = False


def label(archive: Archive) -> dict[str, Any]:
    """The archive as plain data (JSON types only), fields that the file does not have left out."""
    of_days = archive.family == "monthly-digest"
    return {
        "site": "archive",
        "verdict": "archive",
        "family": archive.family,
        "title": archive.title,
    } | _said(
        date=archive.date.isoformat() if archive.date and archive.front_matter is None else None,
        url=archive.url,
        cover=archive.cover,
        front_matter=archive.front_matter,
        sources=archive.sources,
        days=[_day(day) for day in archive.days] if of_days else None,
        day_count=len(archive.days) if of_days else None,
        items=None if of_days else [_item(item) for item in archive.items],
        urls_twice=None if archive.urls_twice is None else list(archive.urls_twice),
        unclear=archive.unclear or None,
        count=archive.count,
        bytes=len(archive.text.encode("utf-8", "surrogatepass")),
        final_newlines=len(archive.text) - len(archive.text.rstrip("\n")),
        not_understood=[{"line": it.line, "reason": it.reason} for it in archive.not_understood] or None,
    )


def _said(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - what JSON takes
    return {name: value for name, value in fields.items() if value is not None}


def _day(day: ArchiveDay) -> dict[str, Any]:
    return {
        "date": day.date.isoformat() if day.date else None,
        "heading": day.heading,
        "label": day.label,
        "items": [_digest_item(item) for item in day.items],
    }


def _digest_item(item: ArchiveItem) -> dict[str, Any]:
    return _said(
        n=item.n,
        text=visible(item.text or "").strip(),
        urls=list(item.urls or ()),
        inline_urls=list(item.inline_urls) or None,
        n_written=item.n_written,
        style=None if item.style == "line" else item.style,
    )


_ITEM_FIELDS = ("n", "section", "source", "tag", "title", "published", "anchor", "time", "year", "month")


def _item(item: ArchiveItem) -> dict[str, Any]:
    return {"url": item.url} | _said(
        **{name: getattr(item, name) for name in _ITEM_FIELDS},
        urls=None if item.urls is None else list(item.urls),
        text=None if item.text is None else item.text[:LABEL_TEXT_LENGTH],
        more_urls=list(item.more_urls) or None,
    )
