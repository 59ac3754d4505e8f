"""The forms of the formats: where in their files the days and items are, so that files can be merged item by item.

`DIGEST` and `BRIEFING` are numbered lists under headings, `DAILY` has numbered headings, `FULL_TEXT` a heading an
article, `ONE_ARTICLE` is a file of its own. What a form does not recognise is free text, which is never touched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from exports.formats.segments import (
    THE_ARTICLE,
    THE_TITLE,
    WORDS,
    Lines,
    Segment,
    SegmentPrint,
    cut,
    is_story,
    joined,
    key_of_url,
    key_of_words,
)
from newsarchive.markdown.document import day_of_words, day_words, heading
from newsarchive.markdown.links import bare_urls, link_alone, links_in, whole_link
from newsarchive.parsing.urls import is_web_address

NUMBERED = re.compile(r"(?P<mark>[ ]{0,3}(?P<number>\d{1,3})(?:、|[.．)](?!\d))[ ]*)")
_URL_LINE = re.compile(r"\s*<?(https?://[^\s<>]+)>?\s*")
_LEAD = re.compile(r"\*\*([^*]+)\*\*")
_NUMBERED_HEADING = re.compile(r"(?P<mark>(?:#{2,4}[ \t]+|(?=\d{1,3}\.\s+#{2,4}\s)))(?P<number>\d{1,3})\.\s")
_LINK_WORDS = re.compile(r"原文|查看|来源|🔗|📎")
_OWN_LINK = re.compile(r"\[原文链接\]\(|原文[：:]")
_RULE = re.compile(r"[ ]{0,3}-{3,}[ \t]*$")
_LEAD_SECTION = "今日头条"
_LEAD_TITLE = re.compile(r"\*\*.+\*\*[ \t]*$")


@dataclass(frozen=True, slots=True)
class NumberedList:
    """Items `1. text` with their link below, in the text, or at its end (F2, F2b); or `1.  **title**：text` (F3).

    An item takes the lines that follow at once, those that are indented, and all up to its link where that stands on
    a line of its own. `indent` is how far lines below are indented; None: to the text of the item (CommonMark).
    """

    indent: int | None = None

    def split(self, text: str) -> list[Segment]:
        """The parts of a text."""
        return cut(text, self)

    def section(self, line: str) -> str | None:
        """A day's date in ISO form, however it is spelled; the words of other headings of the second level."""
        line = line.rstrip("\r\n")
        words = day_words(line)
        if words and (day := day_of_words(words)):
            return day.isoformat()
        found = heading(line)
        return found.text if found and found.level == 2 else None

    def begins_item(self, line: str) -> bool:
        """Whether the line is numbered."""
        return bool(NUMBERED.match(line))

    def end_of_item(self, lines: Lines, start: int) -> int:
        """Up to the item's link, and what is indented or follows at once."""
        stop = next((n for n in range(start + 1, len(lines)) if lines.bounds(n)), len(lines))
        end = start + 1
        while end < stop and lines.lines[end].strip() and not lines.inside[end]:
            end += 1
        if not bare_urls("".join(lines.lines[start:end])):
            link = (n for n in range(end, stop) if not lines.inside[n] and _link_of_line(lines.lines[n]))
            end = next(link, end - 1) + 1
        while (more := _next_line(lines, end, stop)) is not None:
            end = max(more + 1, lines.inside[more])
        return end

    def key(self, raw: str) -> str:
        """The link on a line of its own, else the last link, else the bold words at the start, else all words."""
        first, *below = raw.splitlines() or [""]
        own = next((url for line in below if (url := _link_of_line(line))), None)
        urls = [link.url for link in links_in(raw) if is_web_address(link.url)] or bare_urls(first)
        if own or urls:
            return key_of_url(own or urls[-1])
        words = NUMBERED.sub("", raw, count=1)
        lead = _LEAD.match(words)
        return key_of_words(lead[1] if lead else words)

    def number(self, raw: str) -> int | None:
        """The number before an item."""
        match = NUMBERED.match(raw)
        return int(match["number"]) if match else None

    def body(self, raw: str) -> str:
        """The item without its number, its lines without their indents; a link below it as this exporter writes it.

        So a formatter that puts `<…>` or `[…](…)` round the link, or takes the blank line away, has changed nothing.
        """
        first, *below = NUMBERED.sub("", raw, count=1).splitlines() or [""]
        lines = [first.rstrip()]
        for line in below:
            url = _url_line(line)
            if url and lines[-1]:
                lines.append("")
            if line.strip() or lines[-1]:  # how many blank lines there are says nothing
                lines.append(url or line.strip())
        return "\n".join(lines)

    def is_story(self, item: Segment | SegmentPrint) -> bool:
        """Every item."""
        return is_story(item)

    def numbered(self, raw: str, number: int) -> str:
        """The item with another number, its lines indented to the new mark."""
        match = NUMBERED.match(raw)
        if not match:
            return raw
        mark = match["mark"].replace(match["number"], str(number), 1)
        old, new = (self.indent or len(it) for it in (match["mark"], mark))
        first, *below = raw[match.end() :].split("\n")
        return "\n".join([mark + first, *(_reindented(line, old, new) for line in below)])


@dataclass(frozen=True, slots=True)
class Briefing(NumberedList):
    """A numbered list of briefs that are named by their bold titles, and the lead above it, which is one item too."""

    def split(self, text: str) -> list[Segment]:
        """The parts of a text; those of the lead, from its title on, are put together."""
        parts = cut(text, self)
        start = next((place for place, part in enumerate(parts) if self._begins_lead(part)), None)
        if start is None:
            return parts
        end = start + 1
        while end < len(parts) and self._is_of_lead(parts[end], parts[start].section):
            end += 1
        gap = parts[end - 1].gap
        raw = joined(parts[start:end])
        raw = raw[: len(raw) - len(gap)]
        lead = Segment("item", parts[start].section, raw, gap, self.key(raw), body=raw)
        return [*parts[:start], lead, *parts[end:]]

    def key(self, raw: str) -> str:
        """The bold words at the start; of a source its link."""
        lead = _LEAD.match(NUMBERED.sub("", raw, count=1))
        return key_of_words(title_of_brief(lead[1])) if lead else NumberedList.key(self, raw)

    def is_story(self, item: Segment | SegmentPrint) -> bool:
        """A brief, which is named by its title; a source, named by its link, is none."""
        return is_story(item) and item.key.startswith(WORDS)

    def _begins_lead(self, part: Segment) -> bool:
        first = part.raw.partition("\n")[0]
        return part.kind == "text" and _LEAD_SECTION in part.section and bool(_LEAD_TITLE.match(first))

    def _is_of_lead(self, part: Segment, section: str) -> bool:
        brief = part.kind == "item" and _LEAD.match(NUMBERED.sub("", part.raw, count=1))
        return part.section == section and part.kind != "heading" and not brief


def title_of_brief(words: str) -> str:
    """The title without the sign that the strict profile puts before it."""
    return words.strip().removeprefix("📰").strip()


@dataclass(frozen=True, slots=True)
class Headed:
    """Items that are a heading and all below it, up to the next heading of its level or above, or the `last` line.

    `levels` are the levels of the items' headings, `counted` whether only numbered ones are items. Other headings of the
    second level begin sections.
    """

    levels: tuple[int, ...] = (2, 3, 4)
    counted: bool = True
    last: re.Pattern[str] | None = _RULE

    def split(self, text: str) -> list[Segment]:
        """The parts of a text."""
        return cut(text, self)

    def section(self, line: str) -> str | None:
        """The words of a heading of the second level that is no item."""
        found = heading(line.rstrip("\r\n"))
        return found.text if found and found.level == 2 and not self.begins_item(line) else None

    def begins_item(self, line: str) -> bool:
        """Whether a line is the heading of an item."""
        if self.counted:
            match = _NUMBERED_HEADING.match(line)
            return bool(match) and (not line.startswith("#") or _level(line) in self.levels)
        return (
            line.startswith("#") and _level(line) in self.levels and heading(line.rstrip("\r\n")) is not None
        )

    def end_of_item(self, lines: Lines, start: int) -> int:
        """Up to the line that ends it; where the next item comes first, up to a heading that is not below its own."""
        level = _level(lines.lines[start].removeprefix("\ufeff").lstrip("0123456789. "))
        stop, above = len(lines), None
        for place in range(start + 1, len(lines)):
            line = lines.lines[place]
            if lines.inside[place]:
                continue
            if self.begins_item(line):
                stop = place
                break
            if self.last and self.last.match(line.rstrip("\r\n")):
                return place + 1
            if above is None and 0 < _level(line) <= level:
                above = place
        return max(n + 1 for n in range(start, above or stop) if lines.lines[n].strip())

    def key(self, raw: str) -> str:
        """The link that is called the original, else the first link, else the words of the heading."""
        first, *below = raw.splitlines() or [""]
        called = (link.url for line in below if _LINK_WORDS.search(line) for link in links_in(line))
        link = next((url for url in called if is_web_address(url)), None)
        link = link or next((it.url for it in links_in(raw) if is_web_address(it.url)), None)
        if link or (link := next(iter(bare_urls(raw)), None)):
            return key_of_url(link)
        return key_of_words(_NUMBERED_HEADING.sub("", first, count=1).lstrip("# "))

    def number(self, raw: str) -> int | None:
        """The number in the heading."""
        match = _NUMBERED_HEADING.match(raw) if self.counted else None
        return int(match["number"]) if match else None

    def body(self, raw: str) -> str:
        """The item without its number."""
        match = _NUMBERED_HEADING.match(raw) if self.counted else None
        return raw[: match.start("number")] + raw[match.end("number") :] if match else raw

    def is_story(self, item: Segment | SegmentPrint) -> bool:
        """Every item."""
        return is_story(item)

    def numbered(self, raw: str, number: int) -> str:
        """The item with another number."""
        match = _NUMBERED_HEADING.match(raw) if self.counted else None
        return f"{raw[: match.start('number')]}{number}{raw[match.end('number') :]}" if match else raw


@dataclass(frozen=True, slots=True)
class Whole:
    """A file of one article: below its front matter its title, if that is written there, and all else."""

    def split(self, text: str) -> list[Segment]:
        """The front matter's fields, the title, and the rest as one."""
        return cut(text, self)

    def section(self, line: str) -> str | None:  # noqa: ARG002
        """A file of one article has none."""
        return None

    def begins_item(self, line: str) -> bool:
        """Whatever is there."""
        return bool(line.strip())

    def end_of_item(self, lines: Lines, start: int) -> int:
        """The line of the title; of the rest the file's last line that is not blank."""
        above = next((line.rstrip() for line in reversed(lines.lines[:start]) if line.strip()), "---")
        if above == "---" and lines.lines[start].removeprefix("\ufeff").startswith("# "):
            return start + 1
        return max((n + 1 for n in range(start, len(lines)) if lines.lines[n].strip()), default=start + 1)

    def key(self, raw: str) -> str:
        """There is only one of each."""
        return THE_TITLE if raw.startswith("# ") and "\n" not in raw else THE_ARTICLE

    def number(self, raw: str) -> int | None:  # noqa: ARG002
        """It has none."""
        return None

    def body(self, raw: str) -> str:
        """All of it."""
        return raw

    def is_story(self, item: Segment | SegmentPrint) -> bool:
        """Every item."""
        return is_story(item)

    def numbered(self, raw: str, number: int) -> str:  # noqa: ARG002
        """Numbers mean nothing here."""
        return raw


DIGEST = NumberedList()
BRIEFING = Briefing()
DAILY = Headed()
FULL_TEXT = Headed(levels=(1,), counted=False, last=_OWN_LINK)
FULL_TEXT_BELOW_A_TITLE = Headed(levels=(2,), counted=False, last=_OWN_LINK)
ONE_ARTICLE = Whole()
"""The forms of what is exported, by format; give the numbered ones another `indent` for tools that need it."""


def _level(line: str) -> int:
    return len(line) - len(line.lstrip("#"))


def _url_line(line: str) -> str | None:
    if match := _URL_LINE.fullmatch(line):
        return match[1]
    link = whole_link(line)
    return link.url if link and is_web_address(link.url) else None


def _link_of_line(line: str) -> str | None:
    """The link of a line, also where something is noted behind it."""
    link = whole_link(line)
    if link and is_web_address(link.url):
        return link.url
    alone = link_alone(line)
    return alone[0] if alone else None


def _next_line(lines: Lines, end: int, stop: int) -> int | None:
    """The next line that still belongs to an item ending at `end`: indented, or a link."""
    place = next((n for n in range(end, stop) if lines.lines[n].strip()), None)
    if place is None:
        return None
    line = lines.lines[place]
    if line.startswith(("  ", "\t", "\u3000")) or (_link_of_line(line) and not lines.inside[place]):
        return place
    return place if place == end and not lines.inside[place] else None


def _reindented(line: str, old: int, new: int) -> str:
    return " " * new + line[old:] if old != new and line.startswith(" " * old) else line
