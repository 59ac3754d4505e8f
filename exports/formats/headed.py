"""The grammar of headings: each item is a heading and what stands below it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from exports.content.labels import any_of
from exports.content.wording import AGAIN_SIGN, LINK_SIGN
from exports.formats.markdown_lines import RULE
from exports.formats.segments import Grammar, Lines, Segment, is_story, key_of_url, key_of_words
from newsarchive.markdown.document import heading
from newsarchive.markdown.links import LINK, bare_urls, links_in
from newsarchive.parsing.urls import is_web_address

CALLED = re.compile(rf"原文|查看|来源|{any_of(lambda it: it.original_article)}|{LINK_SIGN}|{AGAIN_SIGN}")
"""By which words or sign a line says that it holds the link of its item."""
_LINK_LINE = re.compile(rf"(?:>\s*)?{LINK_SIGN} ")
_TITLE_LEVEL = 2
_NUMBERED = re.compile(r"(?P<mark>(?:#{2,4}[ \t]+|(?=\d{1,3}\.\s+#{2,4}\s)))(?P<number>\d{1,3})\.\s")


@dataclass(frozen=True, slots=True)
class Headed(Grammar):
    """Items that are a heading and all below it, up to the next heading of its level or above, or the `last` line.

    `levels` are the levels of the items' headings, `counted` whether only numbered ones are items, and ones of the second level
    below which a line of theirs says the link, for `titles` (a hand may have taken the numbers away). Other headings of the second
    level begin sections. A line that is `called` so holds the link of its item.
    """

    levels: tuple[int, ...] = (2, 3, 4)
    counted: bool = True
    last: re.Pattern[str] | None = RULE
    called: re.Pattern[str] = CALLED
    titles: frozenset[str] = frozenset()

    def split(self, text: str) -> list[Segment]:
        """The segments of any text; a heading without a number is an item's if the line with the link stands below."""
        titles = _linked_titles(text) if self.counted else self.titles
        grammar = self if titles == self.titles else replace(self, titles=titles)
        found = super(Headed, grammar).split(text)
        named: set[str] = set()
        for place, it in enumerate(found):
            # A link names one story: the store has no second one with it.
            if it.key in named and is_story(it):
                found[place] = replace(it, key=_key_of_title(it.raw))
            named.add(it.key)
        return found

    def section(self, line: str) -> str | None:
        """The words of a heading of the second level that is no item."""
        found = heading(line.rstrip("\r\n"))
        return found.text if found and found.level == 2 and not self.begins_item(line) else None

    def begins_item(self, line: str) -> bool:
        """Whether a line is the heading of an item."""
        if self.counted:
            match = _NUMBERED.match(line)
            numbered = bool(match) and (not line.startswith("#") or _level(line) in self.levels)
            return numbered or line.rstrip() in self.titles
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
        """The link that is called the original, else the first link that is no picture's, else the words of the heading.

        What is not counted is an article: the links in its text may be those of others too, and are written anew with it.
        """
        below = raw.splitlines()[1:]
        called = (link.url for line in below if self.called.search(line) for link in links_in(line))
        link = next((url for url in called if is_web_address(url)), None)
        if self.counted:
            link = link or next((it.url for it in links_in(raw) if is_web_address(it.url)), None)
            without_pictures = LINK.sub(lambda match: "" if match["image"] else match[0], raw)
            link = link or next(iter(bare_urls(without_pictures)), None)
        if link:
            return key_of_url(link)
        return _key_of_title(raw)

    def _mark(self, raw: str) -> re.Match[str] | None:
        return _NUMBERED.match(raw) if self.counted else None

    def number(self, raw: str) -> int | None:
        """The number in the heading."""
        match = self._mark(raw)
        return int(match["number"]) if match else None

    def body(self, raw: str) -> str:
        """The item without its number; what stood behind that is there even if a hand has taken both away."""
        if self.counted and not self._mark(raw) and raw.startswith("## "):
            return f"## . {raw.removeprefix('## ')}"
        match = self._mark(raw)
        return raw[: match.start("number")] + raw[match.end("number") :] if match else raw

    def without_number(self, raw: str) -> str:
        """The item, which its heading and link tell."""
        match = self._mark(raw)
        return raw[: match.start("number")] + raw[match.end() :] if match else raw

    def numbered(self, raw: str, number: int) -> str:
        """The item with another number."""
        match = self._mark(raw)
        return f"{raw[: match.start('number')]}{number}{raw[match.end('number') :]}" if match else raw


def _linked_titles(text: str) -> frozenset[str]:
    """The headings of the second level that have no number, and below them, before the next one, the line with an item's link."""
    found: set[str] = set()
    title = ""
    for line in text.splitlines():
        if _NUMBERED.match(line) or 0 < _level(line) <= _TITLE_LEVEL:
            title = "" if _NUMBERED.match(line) or _level(line) != _TITLE_LEVEL else line.rstrip()
        elif title and _LINK_LINE.match(line) and links_in(line):
            found.add(title)
    return frozenset(found)


def _key_of_title(raw: str) -> str:
    """What names an item that has no link."""
    return key_of_words(_NUMBERED.sub("", raw.partition("\n")[0], count=1).lstrip("# "))


def _level(line: str) -> int:
    return len(line) - len(line.lstrip("#"))
