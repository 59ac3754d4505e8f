"""Cuts a file that has several days, each below a heading that names it, into one text a day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from exports.formats.archive import Archive
from exports.imports.reader import POSTS, family_of, read_again
from newsarchive.markdown.document import Document, heading, last_day, short_day
from newsarchive.markdown.links import bare_urls

_DAY = re.compile(
    r"\W{0,3}(?:第\s?\S{1,8}\s?[周期]\W{0,3})?20\d{2} ?[.\-/年] ?\d{1,2} ?[.\-/月] ?\d{1,2} ?日?"
    r"(?:\s?[-~～–—至]\s?(?:20\d{2}[.\-/年])?(?:\d{1,2}[.\-/月])?\d{1,2}日?)?"
    r"\s?(?:[（(]?(?:星期|周)[一二三四五六日天][）)]?)?\W{0,3}"
)
_LONGEST_NAME = 20
"""Characters beside the day in a heading, which name the archive."""


@dataclass(frozen=True, slots=True)
class DayOfFile:
    """The stories of one day of a file; `line` is where its text begins there. Without a day: what stands before the first."""

    archive: Archive
    day: date | None
    line: int


def parts_of(archive: Archive, name: str) -> list[DayOfFile]:
    """A file of posts by its days; a file that has one day, or names its day itself, is one part.

    Raises UnreadableMarkdownError where a day with links cannot be read as the whole file is.
    """
    document = Document(archive.text, name)
    dated = (document.front_matter or {}).get("date")
    found = [] if dated or family_of(archive.family).taken_as != POSTS else list(_days(document))
    if len({day for _, day in found}) < 2:
        return [DayOfFile(archive, archive.date, 1)]
    lines = archive.text.split("\n")
    starts = [(1, None), *found] if found[0][0] > 1 else found
    ends = [start - 1 for start, _ in starts[1:]] + [len(lines)]
    parts = []
    for (start, day), end in zip(starts, ends, strict=True):
        text = "\n".join(lines[start - 1 : end]).rstrip("\n") + "\n"
        if not any(bare_urls(line) for line in lines[start - 1 : end]):
            continue
        if day is None:
            read = Archive(archive.family, text)
        else:
            read = read_again(text, f"{name} {day.isoformat()}", archive.family, archive.form)
        parts.append(DayOfFile(replace(read, date=day, form=archive.form), day, start))
    return parts


def _days(document: Document) -> Iterator[tuple[int, date]]:
    """The lines of headings that say a day and nothing else, of some days the last; the words around it may be the same in all.

    They are with the words, and without words of the level, of the first two such headings, else of the first.
    """
    found: dict[tuple[int, str], list[tuple[int, date | None]]] = {}
    for line in document.structure:
        head = heading(line.text)
        match = _DAY.search(head.text) if head else None
        if head and match and len(around := head.text.replace(match[0], "").strip()) <= _LONGEST_NAME:
            found.setdefault((0 if around else head.level, around), []).append(
                (line.number, last_day(match[0]))
            )
        elif head and (day := short_day(line.text)):
            found.setdefault((head.level, ""), []).append((line.number, day))
    groups = [it for (_, around), it in found.items() if len(it) > 1 or not around]
    for number, day in max(groups, key=lambda it: len(it) > 1, default=[]):
        if day:
            yield number, day
