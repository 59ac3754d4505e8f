"""The candidates of a day: a line a story with a box to tick, grouped, the best first. It is for choosing, and never published.

    - [ ] 12. 标题 · 来源 · 09:12 · 另有 2 家 · https://…
      一行文字。

`[x]` is picked. The number is the story's for good (`newsarchive/editorial/numbers.py`). Where the time stands, what is before
it is the source. How many others have the story is no word of anybody's: when it changes, the line counts as the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from exports.content.entry import Entry
from exports.content.wording import item_title
from exports.formats.format import Dialect, Format, OutputPage, Selection, long_date
from exports.formats.items import Item, differences, expected_line, line_edit
from exports.formats.segments import Grammar, Lines, Segment, fingerprint, key_of_url, key_of_words
from exports.formats.words import NAME, Word
from newsarchive.editorial.candidates import also_on, group_of, grouped
from newsarchive.editorial.days import day_start
from newsarchive.editorial.numbers import number_of
from newsarchive.markdown.document import heading
from newsarchive.markdown.escape import escape_line, safe_url
from newsarchive.markdown.links import bare_urls, links_in
from newsarchive.parsing.urls import is_web_address

_BETWEEN = " · "
_BOX = re.compile(r"(?P<before> {0,3}[-*+] ?\[)(?P<mark>[ \u3000xXvV√✓✔]?)(?P<after>\][ \t\u3000]*)")
_NUMBER = re.compile(r"[0-9]{1,5}\.[ ]")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}")
_ALSO = re.compile(r"另有 [0-9]+ 家")
_END = re.compile(rf"(?P<also>{_BETWEEN}{_ALSO.pattern})?(?P<link>{_BETWEEN}<?https?://[^\s<>]+>?)?\s*\Z")
_LAST_URL = re.compile(r"<?(?P<url>https?://[^\s<>]+)>?\s*\Z")


def _write(selection: Selection[Entry], dialect: Dialect) -> OutputPage:
    day, entries = selection.day, selection.stories
    groups = []
    for name, of_group in groupby(entries, lambda it: group_of(it, dialect.by)):
        lines = [
            _line(it, number_of(selection.numbers, it.pick, (it.article, *it.reprints)), dialect)
            for it in of_group
        ]
        groups.append("\n\n".join([f"## {escape_line(name)}", *lines]))
    picked = sum(it.pick.state == "picked" for it in entries)
    return OutputPage(
        format=FORMAT.name,
        unit="day",
        day=day,
        title=f"{dialect.name} {long_date(day)}",
        body="\n\n\n".join(groups) + "\n",
        at=day_start(day),
        count=len(entries),
        drafts=len(entries) - picked,
    )


def _line(entry: Entry, number: int | None, dialect: Dialect) -> str:
    mark = "x" if entry.pick.state == "picked" else " "
    also = also_on(entry)
    url = safe_url(entry.url) if entry.url else ""
    facts = [
        item_title(entry),
        *([_plain(entry.source), f"{entry.published_at:%H:%M}"] if entry.published_at else []),
        *([f"另有 {also} 家"] if also else []),
        *([f"<{url}>" if dialect.style.bare_urls == "angle" else url] if url else []),
    ]
    first = f"- [{mark}] {f'{number}. ' if number else ''}{_BETWEEN.join(facts)}"
    words = expected_line(entry, _NOTHING, dialect).words
    return "\n  ".join(it for it in (first, words, dialect.labels.gone if entry.withdrawn else "") if it)


def _plain(source: str) -> str:
    return escape_line(source).replace(_BETWEEN, "·")


class _Parts(NamedTuple):
    """What a story's first line says; `rest` is what is neither title nor link."""

    marked: bool
    title: str
    url: str
    rest: tuple[str, ...]


def _parts(line: str) -> _Parts:
    box = _BOX.match(line)
    marked = bool(box) and bool(box["mark"].strip()) if box else False
    text = (line[box.end() :] if box else line).strip()
    if number := _NUMBER.match(text):
        text = text[number.end() :]
    link = _LAST_URL.search(text)
    url = link["url"] if link else ""
    if link:
        text = text[: link.start()].rstrip().removesuffix("·").rstrip()
    parts = text.split(_BETWEEN)
    at = next((n for n in range(len(parts) - 1, 1, -1) if _TIME.fullmatch(parts[n].strip())), None)
    if at is None:
        while len(parts) > 1 and _ALSO.fullmatch(parts[-1].strip()):
            parts.pop()
        return _Parts(marked, _BETWEEN.join(parts), url, ())
    after = [it for it in parts[at + 1 :] if not _ALSO.fullmatch(it.strip())]
    return _Parts(marked, _BETWEEN.join(parts[: at - 1]), url, (parts[at - 1], parts[at], *after))


@dataclass(frozen=True, slots=True)
class Boxes(Grammar):
    """Each line with a box begins a story, which has the indented lines below it, too."""

    def section(self, line: str) -> str | None:
        """The words of a heading of the second level."""
        found = heading(line.rstrip("\r\n"))
        return found.text if found and found.level == 2 else None

    def begins_item(self, line: str) -> bool:
        """Whether a line has a box."""
        return bool(_BOX.match(line))

    def end_of_item(self, lines: Lines, start: int) -> int:
        """Up to a blank line, the next box, or what else begins; a comment and a fence are the hand's."""
        end = start + 1
        while (
            end < len(lines) and lines.lines[end].strip() and not lines.inside[end] and not lines.bounds(end)
        ):
            end += 1
        return end

    def key(self, raw: str) -> str:
        """The link at the end of the line, else the first one, else the words of the title."""
        first = raw.partition("\n")[0]
        parts = _parts(first)
        urls = [it.url for it in links_in(raw) if is_web_address(it.url)] or bare_urls(raw)
        url = parts.url or next(iter(urls), "")
        return key_of_url(url) if url else key_of_words(parts.title)

    def body(self, raw: str) -> str:
        """What is said, and whether it is ticked; without number, indents, and how many others have it."""
        return _body(raw, marked=_parts(raw.partition("\n")[0]).marked)

    def with_facts(self, ours: str, theirs: str) -> str:
        """With how many others have the story now."""
        first, end, below = ours.partition("\n")
        mine, now = _END.search(first), _END.search(theirs.partition("\n")[0])
        if mine is None or now is None or mine["also"] == now["also"]:
            return ours
        return f"{first[: mine.start()]}{now['also'] or ''}{mine['link'] or ''}{end}{below}"

    def only_ticked(self, written: str, raw: str) -> bool:
        """Whether it says what was written, with the other box."""
        marked = _parts(raw.partition("\n")[0]).marked
        return fingerprint(_body(raw, marked=not marked)) == written

    def both(self, written: str, ours: str, theirs: str) -> str | None:
        """Where one of the two has only ticked the box, or taken the tick away, the words of the other with that."""
        for words, box in ((theirs, ours), (ours, theirs)):
            if self.only_ticked(written, box):
                return ticked(words, marked=_parts(box.partition("\n")[0]).marked)
        return None


def _body(raw: str, *, marked: bool) -> str:
    first, *below = raw.split("\n")
    parts = _parts(first)
    lines = [it.strip() for it in below if it.strip()]
    return "\n".join(["x" if marked else "", parts.title.strip(), *parts.rest, parts.url, *lines])


def ticked(raw: str, *, marked: bool) -> str:
    """An item with its box ticked or not."""
    mark = "x" if marked else " "
    return _BOX.sub(lambda it: f"{it['before']}{mark}{it['after']}", raw, count=1)


def _item(segment: Segment, dialect: Dialect) -> Item:
    first, *below = dialect.unescape(segment.raw).split("\n")
    parts = _parts(first)
    lines = [line.strip() for line in below if line.strip()]
    urls = [it.url for it in links_in(first) if is_web_address(it.url)] or bare_urls(first)
    url = parts.url or next(iter(urls), "")
    return Item(
        segment,
        title=parts.title.strip(),
        words=" ".join(lines),
        urls=(url,) if url else (),
        marked=parts.marked,
        rest=parts.rest,
    )


def _expected(entry: Entry, segment: Segment, dialect: Dialect) -> Item:
    return replace(expected_line(entry, segment, dialect), drafted=False, marked=entry.pick.state == "picked")


def _differences(ours: Item, again: Item, dialect: Dialect) -> list[str]:
    found = differences(ours, again, dialect)
    return [*found, "the tick"] if ours.marked != again.marked else found


def _show(entries: Sequence[Entry], dialect: Dialect) -> list[tuple[Entry, Entry]]:
    return [(it, it) for it in grouped(entries, dialect.by)]


_NOTHING = Segment("item", "", "", "")

FORMAT = Format(
    name="candidates",
    words={NAME: Word("候选", "its name")},
    summary="The candidates of a day, each with a box to tick (`newsarchive today`).",
    units=("day",),
    write=_write,
    grammar=lambda _: Boxes(),
    items=lambda segments, dialect: [_item(it, dialect) for it in dialect.stories(segments)],
    show=_show,
    edit=line_edit,
    expected=_expected,
    differences=_differences,
    folder="candidates",
    chooses=True,
)
