"""A Markdown file cut into front matter and numbered lines, and the dates that names and headings give."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from newsarchive.markdown.front_matter import parse_front_matter, split_front_matter

_DATE = re.compile(r"(?<!\d)(20\d{2})(?:[-./年](\d{1,2})[-./月](\d{1,2})|(\d{2})(\d{2}))(?!\d)")
_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)")


class Line(NamedTuple):
    """A line of the body with its number in the file, from 1."""

    number: int
    text: str


class Heading(NamedTuple):
    """A heading's level and words, outer bold marks and closing hashes dropped."""

    level: int
    text: str


@dataclass(frozen=True)
class Document:
    """A file to be recognised. `name` is its file name or path, from which only a date is ever taken."""

    text: str
    name: str = ""

    @cached_property
    def _all_lines(self) -> list[str]:
        return self.text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")

    @cached_property
    def _split(self) -> tuple[str | None, int]:
        return split_front_matter(self._all_lines)

    @cached_property
    def front_matter(self) -> dict[str, Any] | None:
        """The front matter, or None where there is none that can be read."""
        yaml, _ = self._split
        return None if yaml is None else parse_front_matter(yaml)

    @cached_property
    def lines(self) -> list[Line]:
        """The lines of the body."""
        _, skip = self._split
        return [Line(number, text) for number, text in enumerate(self._all_lines[skip:], start=skip + 1)]

    @cached_property
    def body(self) -> str:
        """The body as one text."""
        return "\n".join(line.text for line in self.lines)

    @cached_property
    def title(self) -> str | None:
        """The front matter's title, else the words of the first `#` heading."""
        if self.front_matter and isinstance(title := self.front_matter.get("title"), str):
            return title
        return next((it.text for line in self.lines if (it := heading(line.text)) and it.level == 1), None)

    @cached_property
    def date(self) -> date | None:
        """The day that front matter, a heading at the top or the file name names."""
        written = (self.front_matter or {}).get("date")
        top = (line.text for line in self.lines[:20] if heading(line.text))
        candidates = (written if isinstance(written, str) else "", *top, self.name.rsplit("/", 1)[-1])
        return next((day for text in candidates if (day := find_date(text))), None)


def heading(text: str) -> Heading | None:
    """The heading that a line is."""
    match = _HEADING.match(text)
    if not match:
        return None
    words = match[2].rstrip().rstrip("#").rstrip() or match[2].strip()
    if words.startswith("**") and words.endswith("**") and len(words) > 4:
        words = words[2:-2]
    return Heading(len(match[1]), words.strip())


def find_date(text: str) -> date | None:
    """The first day of the calendar named in a text: `2025-11-13`, `2025/11/13`, `2025年11月13日`, `20251113`."""
    for match in _DATE.finditer(text):
        year, month, day = match[1], match[2] or match[4], match[3] or match[5]
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None
