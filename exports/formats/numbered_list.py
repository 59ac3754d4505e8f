"""The grammar of numbered lists under headings: `1. text` with its link below, in the text, or at its end."""

from __future__ import annotations

import re
from dataclasses import dataclass

from exports.formats.segments import Grammar, Lines, key_of_url, key_of_words
from newsarchive.markdown.document import day_of_words, day_words, heading
from newsarchive.markdown.links import bare_urls, link_alone, links_in, whole_link
from newsarchive.parsing.urls import is_web_address

NUMBERED = re.compile(r"(?P<mark>[ ]{0,3}(?P<number>\d{1,3})(?P<delimiter>、|[.．)](?!\d))[ ]*)")
"""The number that begins an item."""
LEAD = re.compile(r"\*\*((?:\\[\s\S]|[^*\\]|\*(?!\*))+)\*\*")
"""The bold words that begin an item."""
_URL_LINE = re.compile(r"\s*<?(https?://[^\s<>]+)>?\s*")


@dataclass(frozen=True, slots=True)
class NumberedList(Grammar):
    """Items `1. text` with their link below, in the text, or at its end (F2, F2b); or `1.  **title**：text` (F3).

    An item takes the lines that follow at once, those that are indented, and all up to its link where that stands on
    a line of its own. `indent` is how far a tool wants the lines below indented; up to 3: to the text of the item (CommonMark).
    """

    indent: int = 0

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
            link = (n for n in range(end, stop) if not lines.inside[n] and link_of_line(lines.lines[n])[0])
            end = next(link, end - 1) + 1
        while (more := _next_line(lines, end, stop)) is not None:
            end = max(more + 1, lines.inside[more])
        return end

    def key(self, raw: str) -> str:
        """The link on a line of its own, else the last link, else the bold words at the start, else all words."""
        first, *below = raw.splitlines() or [""]
        own = next((url for line in below if (url := link_of_line(line)[0])), None)
        urls = [link.url for link in links_in(raw) if is_web_address(link.url)] or bare_urls(first)
        if own or urls:
            return key_of_url(own or urls[-1])
        words = NUMBERED.sub("", raw, count=1)
        lead = LEAD.match(words)
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

    def numbered(self, raw: str, number: int) -> str:
        """The item with another number, its lines indented to the new mark."""
        match = NUMBERED.match(raw)
        if not match:
            return raw
        mark = match["mark"].replace(match["number"], str(number), 1)
        old, new = (self.indent if self.indent > 3 else len(it) for it in (match["mark"], mark))
        first, *below = raw[match.end() :].split("\n")
        return "\n".join([mark + first, *(_reindented(line, old, new) for line in below)])


def _url_line(line: str) -> str | None:
    if match := _URL_LINE.fullmatch(line):
        return match[1]
    link = whole_link(line)
    return link.url if link and is_web_address(link.url) else None


def link_of_line(line: str) -> tuple[str | None, str]:
    """The link that a line consists of, if it is one, and what is noted behind it."""
    link = whole_link(line)
    if link and is_web_address(link.url):
        return link.url, ""
    return link_alone(line) or (None, "")


def _next_line(lines: Lines, end: int, stop: int) -> int | None:
    """The next line that still belongs to an item ending at `end`: indented, or a link."""
    place = next((n for n in range(end, stop) if lines.lines[n].strip()), None)
    if place is None:
        return None
    line = lines.lines[place]
    if line.startswith(("  ", "\t", "\u3000")) or (link_of_line(line)[0] and not lines.inside[place]):
        return place
    return place if place == end and not lines.inside[place] else None


def _reindented(line: str, old: int, new: int) -> str:
    return " " * new + line[old:] if old != new and line.startswith(" " * old) else line
