"""What a format is: how its files are written, cut into segments and read, and how an edit in them becomes a pick.

A format is one module that ends in one `Format`, and one line in the registry (`exports/formats/__init__.py`);
docs/adding-a-format.md walks through it. All else asks the registry, and no other module knows a format by name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from exports.content.entry import Entry
from exports.content.labels import USUAL, Labels
from exports.formats.archive import Archive, Family
from exports.formats.items import Item, differences, expected, post_edit
from exports.formats.layout import PLAIN
from exports.formats.segments import Grammar, Segment
from exports.formats.words import NAME, Word, Words
from newsarchive.editorial.candidates import Grouping
from newsarchive.markdown.writer import Style
from newsarchive.records.pick import Pick
from newsarchive.storage.collections import Layout

FormatName: TypeAlias = str
"""A name in the registry, which is kept in the store with each file."""
Unit: TypeAlias = Literal["month", "day", "article", "file"]
"""What a file holds; `file` is what an imported one held, which has no day."""
Profile: TypeAlias = Literal["strict", "clean"]
Shown = TypeVar("Shown")
AS_WRITTEN = "as written"
"""The template of a page that an editor has imported: his own."""

_USUAL = Style()
_WORDS = re.compile(r"[^\W_]+")
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class OutputPage:
    """A page of an archive before it is a file: what every target needs to give it a path, front matter and a safe body.

    `template` names the form and its version where files remember it. `day` is the first day of the month where the page
    has a month. `title` is plain text, `heading` the first lines of the Markdown in which it is printed, `body` what
    follows. `own_front` is set in the strict profile: the front matter that the template has itself. `at` is when the
    newest of it was published. `identity` is set for a page of one article, is the file's name for an imported one (if
    nothing in that says its day, it is not `dated`), and the words of a topic. `count` are stories, `left_out` those of which nothing is
    stored that could be shown, `changed` names those whose source says something else since an editor wrote of them.
    `updated` is when its content changed last, where that is another time.
    `pictures` are those that it shows from files: the address and the name in the mirror of each. A page in `another_form`
    than the file that was imported for it never takes the place of that file.
    """

    format: FormatName
    unit: Unit
    day: date
    title: str
    body: str
    at: datetime
    template: str = ""
    count: int = 0
    drafts: int = 0
    heading: str | None = None
    own_front: str | None = None
    left_out: int = 0
    changed: tuple[str, ...] = ()
    description: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    cover: str = ""
    source: str = ""
    identity: str = ""
    dated: bool = True
    pictures: tuple[tuple[str, str], ...] = ()
    another_form: bool = False
    updated: datetime | None = None

    @property
    def changed_at(self) -> datetime:
        """When its content changed last, as far as its stories tell: a day that is exported again has not changed."""
        return self.updated or self.at

    @property
    def iso_day(self) -> str:
        """The day in ISO form; empty where nothing says it."""
        return self.day.isoformat() if self.dated else ""

    @property
    def name(self) -> str:
        """The stem of its file: `2025-11`, `2025-11-13`, `2025-11-13-site-12345`."""
        if self.unit == "month":
            return f"{topic_slug(self.identity)}{self.day:%Y-%m}"
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


def topic_slug(words: str) -> str:
    """The words of a topic as the beginning of a file name: its letters, Chinese ones too, and unique; empty without words."""
    name = "-".join(_WORDS.findall(words))[:60]
    if name != words:
        name += f"-{hashlib.blake2b(words.encode(), digest_size=4).hexdigest()}"
    return f"{name.lstrip('-')}-" if words else ""


def long_date(day: date) -> str:
    """`2025年11月3日`, without zeros."""
    return USUAL.date_of(day)


def long_month(month: date) -> str:
    """`2025年1月`."""
    return USUAL.month_of(month)


@dataclass(frozen=True, slots=True)
class Selection(Generic[Shown]):
    """What a page is made of: its stories in their order, as the format shows them (`Format.show`).

    `day` is the page's day, the first of its month where it has a month; `layout` how the month's file was imported, `topic`
    the words that all stories have, `numbers` those of the day's stories by their names, `prose` what an editor wrote of the
    whole day, by section.
    """

    day: date
    stories: Sequence[Shown]
    layout: Layout = PLAIN
    topic: str = ""
    numbers: Mapping[str, int] = field(default_factory=dict)
    prose: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dialect:
    """A format as one tool's files of one profile have it: with what a file holds, and what the tool makes of Markdown.

    `escape` is what is done to a text for the tool, `unescape` takes it away again. With `excerpts` whole texts are left out.
    Where files are `marked`, what was withdrawn is marked so in them, and `unescape` takes these marks away, too.
    `own` are the archive's own words, `earlier` those that a file may have been written with besides. `labels` are those
    of its language, which the strict profile leaves alone. Candidates are grouped `by` site or tag. A file in which words
    are nobody's begins with the `remark`.
    """

    of: Format[Any]
    unit: Unit
    profile: Profile = "clean"
    style: Style = _USUAL
    escape: Callable[[str], str] = str
    unescape: Callable[[str], str] = str
    excerpts: bool = False
    marked: bool = False
    own: Words = field(default_factory=dict)
    earlier: Mapping[str, Sequence[str]] = field(default_factory=dict)
    labels: Labels = USUAL
    by: Grouping = "site"
    remark: str = ""

    def word(self, what: str) -> str:
        """What the archive calls something, or says in its place."""
        return str(self._own_or_usual(what))

    def listed(self, what: str) -> tuple[str, ...]:
        """The several words that the archive has for something."""
        return tuple(self._own_or_usual(what))

    def known(self, what: str) -> tuple[str, ...]:
        """All words for something by which it is known in a file: the archive's, the format's, and earlier ones."""
        return tuple(
            dict.fromkeys([self.word(what), str(self.of.words[what].default), *self.earlier.get(what, ())])
        )

    @property
    def name(self) -> str:
        """What the archive calls the format."""
        return self.word(NAME)

    def _own_or_usual(self, what: str) -> str | tuple[str, ...]:
        return self.own.get(what, self.of.words[what].default)

    @property
    def strict(self) -> bool:
        """Whether files look as such archives were written by hand."""
        return self.profile == "strict"

    @property
    def newest_first(self) -> bool:
        """Whether the newest day comes first, and of a day the newest article, before its flashes."""
        return self.strict and self.of.strict_newest_first

    @property
    def grammar(self) -> Grammar:
        """How a file is cut."""
        return self.of.grammar(self)

    def stories(self, segments: Sequence[Segment]) -> list[Segment]:
        """The segments that tell stories."""
        grammar = self.grammar
        return [it for it in segments if grammar.is_story(it)]

    def items(self, segments: Sequence[Segment]) -> list[Item]:
        """What a file says of each of its stories, in its order."""
        return self.of.items(segments, self)


def all_of(entries: Sequence[Entry], dialect: Dialect) -> list[tuple[Entry, Entry]]:  # noqa: ARG001
    """For formats that show each story as it is."""
    return [(entry, entry) for entry in entries]


@dataclass(frozen=True, slots=True)
class Format(Generic[Shown]):
    """A format. What it is called is kept in the store; a format is never renamed.

    `words` are those that an archive may have its own of, `NAME` what its index pages are called. `summary` is what the command
    line says of it, `units` what a file of it may hold. `folder` is where tools that have a place for the main thing of a site put its files: there if it is empty.

    `write` makes a page of what is selected. `grammar` cuts a file into segments (joined they are the file), and `items`
    reads them: what the file says of each story, which is what `write` has said. `edit` is the pick that a story becomes
    whose item says `ours`, where its entry would be written as `theirs`; `expected` is such an item of a story that the file
    does not have yet. `differences` names what a hand has changed that no pick holds.

    `show` picks what is shown of a day's stories, and makes of each all that its page needs, so that no more is held of it.
    `item_marks` tells that earlier versions wrote below each story that nobody wrote its words; a file that a hand edited keeps these.

    With `by_day` a file has a section a day, between which a hand may move items, and items have links that a hand may
    change; its stories come without their articles, which takes a hundredth of the memory, and the layout of an imported
    month is kept.

    A format `of_words` shows the stories that have some words, of days that are done too. What hands type in its files stays
    there and makes no picks: who takes a story out of a topic does not reject it for its day. One that `chooses` is not
    published: a hand ticks in its files what is picked (`exports/sync/choices.py`).

    Sections of `prose` (names of `words`) are of the whole day: what a hand types there is kept in the store and comes with
    each file of the day. In the strict profile the newest may come first.

    `families` are the archives of this form, for import. Of such an archive the items become picks, if they `pick`; and it is
    `kept` as it was written under its day or its name: the strict profile then writes it back, the clean one what `rewrite`
    makes of that page, if it is given. `home` is the target that a strict page's own front matter is for.
    """

    name: FormatName
    words: Mapping[str, Word]
    summary: str
    units: tuple[Unit, ...]
    write: Callable[[Selection[Shown], Dialect], OutputPage]
    grammar: Callable[[Dialect], Grammar]
    items: Callable[[Sequence[Segment], Dialect], list[Item]]
    show: Callable[[Sequence[Entry], Dialect], list[tuple[Entry, Shown]]]
    edit: Callable[[Entry, Item, Item, Dialect], Pick] = post_edit
    expected: Callable[[Entry, Segment, Dialect], Item] = expected
    differences: Callable[[Item, Item, Dialect], list[str]] = differences
    folder: str = field(kw_only=True)
    home: str = "plain"
    by_day: bool = False
    item_marks: bool = False
    of_words: bool = False
    chooses: bool = False
    prose: tuple[str, ...] = ()
    strict_newest_first: bool = False
    families: tuple[Family, ...] = ()
    pick: bool = True
    kept: Literal["", "day", "name"] = ""
    rewrite: Callable[[OutputPage, Archive, Dialect], OutputPage] | None = None
