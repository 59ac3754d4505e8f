"""A Markdown file as an ordered row of segments: headings, items with a key, and everything else, byte for byte.

What is compared, kept or put in is always a whole segment; `joined(grammar.split(text)) == text` for any text. Nothing here
changes a character.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Literal, TypeAlias, TypeVar

from newsarchive import sites
from newsarchive.markdown.document import OtherHeading, other_days

Kind: TypeAlias = Literal["heading", "item", "text"]
_Day = TypeVar("_Day", date, str)

THE_TITLE = "the title"
"""The key of the heading of a file of one article."""
THE_ARTICLE = "the article"
"""The key of all else below its front matter."""
FRONT = "front matter"
"""The section of the front matter; its fields are items with the field's name as key."""

FRONT_TITLE = "field title"
"""The key of the title there."""

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_FENCE = re.compile(r"[ \t]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*(`{3,}(?=[^`]*$)|~{3,})")
"""A fence may stand right after the mark of a list's item."""
_COMMENT = re.compile(r" {0,3}<!--")
_TRAILING = re.compile(r"[ \t\r]+$", re.MULTILINE)
_FIELD = re.compile(r"([^\s#\-:'\"\[\]{},&*!|>%@`][^:]*):(?:\s|$)")
WORDS = "urn:newsarchive:words:"
"""Begins the key of an item without a link, which is named by its words."""
DAY_KEY = re.compile(r"\d{4}-\d{2}-\d{2}")
"""How the keys of days begin."""
_LONGEST_QUOTE = 30
_HEADING = re.compile(r"#{1,6}(?:[ \t]|$)")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a file. `raw` is its text without the line end, `gap` the line end and blank lines that follow.

    `section` is the day (or other heading) that it stands under, empty above the first. `key` names an item wherever it
    stands (`key_of_url`); `number` is the number that is written before it. `body` is what is compared: the text
    without what follows from its place (number, indent). `link` is by what a story is known, too, that is not named by
    its link: as `key`. `mark` is its fingerprint, which blanks at the ends of lines do not change: editors take them away
    and put them there.
    """

    kind: Kind
    section: str
    raw: str
    gap: str
    key: str = ""
    number: int | None = None
    body: str = ""
    link: str = ""
    mark: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "mark", fingerprint(_TRAILING.sub("", self.body or self.raw).removeprefix("\ufeff"))
        )


@dataclass(frozen=True, slots=True)
class SegmentPrint:
    """What is remembered of a segment: where it stood, what it was named by, its fingerprint, and of a story what it `told`, and its `link`."""

    kind: Kind
    section: str
    key: str
    mark: str
    told: str = field(default="", compare=False)
    link: str = field(default="", compare=False)

    @classmethod
    def of(cls, segment: Segment, told: str = "") -> SegmentPrint:
        """What to remember of a segment."""
        return cls(segment.kind, segment.section, segment.key, segment.mark, told, segment.link)


class Grammar:
    """Where sections and items begin and end in files of one kind, and what names an item; lines come with their ends.

    A grammar says at least where items begin and end and by what they are named.
    """

    __slots__ = ()

    def split(self, text: str) -> list[Segment]:
        """The segments of any text, in order; joined they are the text."""
        lines = _LINES.findall(text)
        spans: list[tuple[int, int, Kind, str, str]] = []
        first = _cut_front_matter(lines, spans)
        view = Lines(lines, _inside(lines, first), self, other_days(lines))
        section = ""
        seen: dict[str, int] = {}
        place = first
        while place < len(lines):
            line = lines[place].removeprefix("\ufeff")
            if not line.strip():
                place += 1
                continue
            key = view.section(place)
            if key is not None:
                seen[key] = seen.get(key, 0) + 1
                section = key if seen[key] == 1 else f"{key} ({seen[key]})"
                kind: Kind = "heading"
                other = view.days.get(place)
                end = place + (other.lines if other and DAY_KEY.fullmatch(key) else 1)
            elif not view.inside[place] and self.begins_item(line):
                kind, end = "item", max(place + 1, self.end_of_item(view, place))
            else:
                kind, end = "text", _end_of_text(view, place)
            spans.append((place, end, kind, section, ""))
            place = end
        return self._segments(lines, spans)

    def _segments(
        self, lines: Sequence[str], spans: Sequence[tuple[int, int, Kind, str, str]]
    ) -> list[Segment]:
        """The segments of these spans of lines; what is above the first is a text."""
        starts = [start for start, *_ in spans]
        above = "".join(lines[: starts[0]] if spans else lines)
        found = [Segment("text", spans[0][3] if spans else "", "", above)] if above else []
        for (start, end, kind, section, key), following in zip(
            spans, [*starts[1:], len(lines)], strict=False
        ):
            whole = "".join(lines[start:end])
            raw = whole.rstrip("\r\n")
            gap = whole[len(raw) :] + "".join(lines[end:following])
            if kind == "item" and not key:
                words = raw.removeprefix("\ufeff")
                names = self.key(words), self.number(words), self.body(words)
                found.append(Segment(kind, section, raw, gap, *names))
            else:
                found.append(Segment(kind, section, raw, gap, key))
        return found

    def section(self, line: str) -> str | None:  # noqa: ARG002
        """The key of the section that a line begins."""
        return None

    def begins_item(self, line: str) -> bool:
        """Whether a line begins an item."""
        raise NotImplementedError

    def end_of_item(self, lines: Lines, start: int) -> int:
        """The place after the last line of the item that begins at `start`."""
        raise NotImplementedError

    def key(self, raw: str) -> str:
        """What an item is named by."""
        raise NotImplementedError

    def number(self, raw: str) -> int | None:  # noqa: ARG002
        """The number that is written before an item."""
        return None

    def body(self, raw: str) -> str:
        """An item's text without what follows from its place."""
        return raw

    def is_story(self, item: Segment | SegmentPrint) -> bool:
        """Whether a segment (or what is remembered of it) is an item that tells a story."""
        return is_story(item)

    def leads(self, item: Segment) -> bool:  # noqa: ARG002
        """Whether an item is in the form of the first story, where that has one of its own."""
        return False

    def numbered(self, raw: str, number: int) -> str:  # noqa: ARG002
        """An item's text with another number, and indented to fit; without a number it stays as it is."""
        return raw

    def with_facts(self, ours: str, theirs: str) -> str:  # noqa: ARG002
        """An item of the file with what the store says beside the words, which nobody edits."""
        return ours

    def without_number(self, raw: str) -> str:
        """An item's text without its number, in files whose items need none."""
        return raw

    def only_ticked(self, written: str, raw: str) -> bool:  # noqa: ARG002
        """Whether an item is what was written (by its mark) but for a box that a hand has ticked, or taken the tick from."""
        return False

    def both(self, written: str, ours: str, theirs: str) -> str | None:  # noqa: ARG002
        """An item with what a hand and what the store changed of it, by the mark of what was written.

        None where they changed the same part, or it cannot be told which.
        """
        return None


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a file, and which of them lie in a comment or a code fence, where nothing begins."""

    lines: Sequence[str]
    inside: Sequence[int]
    """For a line that opens a comment or fence the place after its last line, -1 for those within, else 0."""
    grammar: Grammar
    days: Mapping[int, OtherHeading]

    def bounds(self, place: int) -> bool:
        """Whether a section, an item or a heading begins here."""
        if self.inside[place]:
            return False
        line = self.lines[place].removeprefix("\ufeff")
        return bool(_HEADING.match(line)) or self.grammar.begins_item(line) or self.section(place) is not None

    def section(self, place: int) -> str | None:
        """The key of the section that begins here."""
        if self.inside[place]:
            return None
        if place in self.days and DAY_KEY.fullmatch(day := self.grammar.section(self.days[place].text) or ""):
            return day
        return self.grammar.section(self.lines[place].removeprefix("\ufeff"))

    def __len__(self) -> int:
        return len(self.lines)


@cache
def key_of_url(url: str) -> str:
    """What a link names: the identity of an article of a known site, however it is written; else the link itself."""
    link = sites.identify(url)
    return link.identity if link else url.strip()


def key_of_words(words: str) -> str:
    """What names an item that has no link: its words."""
    return f"{WORDS}{fingerprint(' '.join(words.split()))}"


def is_story(item: Segment | SegmentPrint) -> bool:
    """Whether it is an item, and neither a field of front matter nor the title of a file of one article."""
    return item.kind == "item" and item.section != FRONT and item.key != THE_TITLE


def is_falling(days: Sequence[_Day]) -> bool:
    """Whether there are several days (dates, or keys in ISO form) and the newest comes first."""
    return len(days) > 1 and all(one > other for one, other in pairwise(days))


def joined(segments: Iterable[Segment]) -> str:
    """The text that was split."""
    return "".join(segment.raw + segment.gap for segment in segments)


def quoted(raw: str) -> str:
    """The first words of a segment, to name it in a message."""
    words = " ".join(raw.split())
    return words if len(words) <= _LONGEST_QUOTE else f"{words[:_LONGEST_QUOTE]}…"


def fingerprint(text: str) -> str:
    """A short name of a text, the same for both kinds of line ends."""
    return hashlib.blake2b(
        text.replace("\r\n", "\n").encode(errors="surrogatepass"), digest_size=12
    ).hexdigest()


def _end_of_text(view: Lines, place: int) -> int:
    """A comment or fence whole, a heading alone, else a paragraph."""
    if view.inside[place] > 0:
        return view.inside[place]
    if _HEADING.match(view.lines[place]):
        return place + 1
    end = place + 1
    while end < len(view) and view.lines[end].strip() and not view.inside[end] and not view.bounds(end):
        end += 1
    return end


def _inside(lines: Sequence[str], first: int) -> list[int]:
    marks = [0] * len(lines)
    place = first
    while place < len(lines):
        end = _end_of_opaque(lines, place)
        if end:
            marks[place] = end
            marks[place + 1 : end] = [-1] * (end - place - 1)
        place = max(end, place + 1)
    return marks


def _end_of_opaque(lines: Sequence[str], place: int) -> int:
    line = lines[place].rstrip("\r\n")
    if _COMMENT.match(line):
        return next((n + 1 for n in range(place, len(lines)) if "-->" in lines[n]), len(lines))
    if not (fence := _FENCE.match(line)):
        return 0
    closing = re.compile(rf"[ \t]*{re.escape(fence[1][0])}{{{len(fence[1])},}}[ \t]*$")
    return next(
        (n + 1 for n in range(place + 1, len(lines)) if closing.match(lines[n].rstrip("\r\n"))), len(lines)
    )


def _cut_front_matter(lines: Sequence[str], spans: list[tuple[int, int, Kind, str, str]]) -> int:
    """Cut the front matter's fields, where there is any, and tell how many lines it has."""
    if not lines or lines[0].removeprefix("\ufeff").rstrip() != "---":
        return 0
    closing = next((n for n in range(1, len(lines)) if lines[n].rstrip() == "---"), None)
    if closing is None:
        return 0
    spans.append((0, 1, "text", FRONT, ""))
    place = 1
    while place < closing:
        end = place + 1
        if match := _FIELD.match(lines[place]):
            while end < closing and not _FIELD.match(lines[end]) and not lines[end].startswith("#"):
                end += 1
            spans.append((place, end, "item", FRONT, f"field {match[1].strip()}"))
        else:
            while end < closing and not _FIELD.match(lines[end]):
                end += 1
            spans.append((place, end, "text", FRONT, ""))
        place = end
    spans.append((closing, closing + 1, "text", FRONT, ""))
    return closing + 1
