"""A page of an archive before it is a file: what every target needs to give it a path, front matter and a safe body."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, TypeAlias

from newsarchive.items.record import SHANGHAI

FormatName: TypeAlias = Literal["digest", "daily", "briefing", "fulltext"]
Unit: TypeAlias = Literal["month", "day", "article", "file"]

_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class OutputPage:
    """One page. `template` names the form and its version, as the importer does.

    `day` is the first day of the month where the page has a month. `title` is plain text, `heading` the first lines of
    the Markdown in which it is printed, `body` what follows. `own_front` is set in the strict profile: the front matter
    that the template has itself, and `home` the target that it is written for. `at` is when the newest of it was
    published. `identity` is set for a page of one article, and is the file's name for an imported one; if nothing in
    that says its day, it is not `dated`. `count` are stories, `left_out` those of which nothing is
    stored that could be shown, `changed` names those whose source says something else since an editor wrote of them.
    """

    template: str
    format: FormatName
    unit: Unit
    day: date
    title: str
    body: str
    at: datetime
    count: int = 0
    drafts: int = 0
    heading: str | None = None
    own_front: str | None = None
    home: str = ""
    left_out: int = 0
    changed: tuple[str, ...] = ()
    description: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    cover: str = ""
    source: str = ""
    identity: str = ""
    dated: bool = True

    @property
    def iso_day(self) -> str:
        """The day in ISO form; empty where nothing says it."""
        return self.day.isoformat() if self.dated else ""

    @property
    def without_text(self) -> OutputPage:
        """The page as it is told of when it is in its file."""
        return replace(self, body="", heading="", own_front=None)

    @property
    def name(self) -> str:
        """The stem of its file: `2025-11`, `2025-11-13`, `2025-11-13-site-12345`."""
        if self.unit == "month":
            return f"{self.day:%Y-%m}"
        if self.unit == "day":
            return self.day.isoformat()
        if self.unit == "file":
            return slug(self.identity)
        return f"{self.day.isoformat()}-{slug(self.identity)}"


def slug(identity: str) -> str:
    """An identity as a part of a file name: lower case letters, digits and hyphens, and unique."""
    words = _NOT_IN_NAMES.sub("-", identity.lower()).strip("-")[:60]
    if identity.replace(":", "-") == words:
        return words
    return f"{words or 'file'}-{hashlib.blake2b(identity.encode(), digest_size=4).hexdigest()}"


def midnight(day: date) -> datetime:
    """The beginning of a day in Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
