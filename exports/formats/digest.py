"""The monthly digest: a section a day, and in it a numbered line with its link an item.

Both profiles write the same form (docs/formats.md, F2). `strict` writes texts and file ends as they were imported, for
those who have such archives; `clean` writes what an archive without history would have: one line feed at the end,
padded date lines, no invisible characters, and texts that cannot break the list. Archives of this form were seen in
getiot/newsflash, March 2024 to March 2025; the quirks that are accepted are those of its files' history.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Literal

from exports.content.entry import UNLINKED, Entry
from exports.content.labels import USUAL, Labels
from exports.content.wording import teaser
from exports.formats.archive import Archive, ArchiveDay, ArchiveItem, Family, Remark
from exports.formats.format import Dialect, Format, OutputPage, Selection, all_of
from exports.formats.items import DRAFT_MARKS, Item, odd_signs
from exports.formats.layout import PLAIN
from exports.formats.numbered_list import NUMBERED, NumberedList, link_of_line
from exports.formats.segments import Segment, is_falling
from exports.formats.words import NAME, Word
from newsarchive.editorial.days import day_start
from newsarchive.markdown.document import (
    Document,
    Line,
    OtherHeading,
    day_of_words,
    day_words,
    find_date,
    heading,
    other_days,
    underlined,
)
from newsarchive.markdown.escape import safe_line, safe_url, single_line
from newsarchive.markdown.links import bare_urls
from newsarchive.markdown.wrapping import unwrapped
from newsarchive.parsing.text import visible
from newsarchive.records.pick import Pick
from newsarchive.sites.shared.links_in_text import TextLink, links_in_text
from newsarchive.storage.collections import Layout

_FAMILY = "monthly-digest"
LABEL = "label"
"""Names the words after the date under the heading of a day."""
_MORE = "更多"
"""The words of the link in the inline style."""
_GAP = "\n\n\n\n"
_DATED_LABEL = re.compile(r"(?:\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{2}-\d{2})\s*(?P<words>.*)")
_MONTH = re.compile(r"(\d{4})\s?[年.\-/]\s?(\d{1,2})\s?月?")
_INLINE = re.compile(rf"[（(]\[{_MORE}\]\((https?://[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)[）)]")
_CLOSING = "）)】] 。"
"""What may stand after a link in other words than `更多` at the end of a text, which is kept as it was written."""
_BEHIND = re.compile(r"[（(][^（）()]{1,40}[）)]")
_AROUND = ">）)】]」』”\"'*_`~ 。，、；：！？.,;:!?"


def _write(selection: Selection[Entry], dialect: Dialect) -> OutputPage:
    """The page of a month. Its date is the month's first, so that a month that grows does so at its end only."""
    month, picks = selection.day, [it.pick for it in selection.stories]
    days = {day: [*of_day] for day, of_day in groupby(picks, key=lambda it: it.day)}
    withdrawn = frozenset((it.pick.day, it.pick.url) for it in selection.stories if it.withdrawn)
    text = render_month(month, days, dialect, selection.layout, withdrawn)
    title, _, rest = text.partition("\n")
    body = rest.lstrip("\n")
    return OutputPage(
        format=FORMAT.name,
        unit="month",
        day=month,
        title=title.removeprefix("# "),
        heading=text[: len(text) - len(body)],
        body=body,
        at=day_start(month),
        updated=day_start(max(days, default=month)),
        count=len(picks),
        drafts=sum(it.draft for it in picks),
        own_front="" if dialect.strict else None,
        description=teaser((it.plain_title for it in selection.stories), len(picks), dialect.labels),
        categories=(dialect.name,),
    )


def usual_label(day: date, label: str, labels: Labels = USUAL) -> str:
    """The line under a day's heading, as written since November 2024, with what the archive says there."""
    return f"{labels.padded_date_of(day)} {label}".rstrip()


def render_month(
    month: date,
    days: Mapping[date, Sequence[Pick]],
    dialect: Dialect,
    layout: Layout = PLAIN,
    withdrawn: Collection[tuple[date, str]] = (),
) -> str:
    """The text of the file of a month (its first day), the picks of each day in the order given, numbered from 1.

    Days come ascending, unless the layout says that the archive has the newest first. `withdrawn` are days and URLs of
    the picks that are to be marked.
    """
    title = layout.title if dialect.strict and layout.title is not None else dialect.labels.month_of(month)
    tail = layout.tail if dialect.strict and layout.tail is not None else "\n"
    in_order = sorted(days, reverse=bool(layout.newest_first))
    parts = [_render_day(day, days[day], dialect, layout, withdrawn) for day in in_order]
    return _GAP.join([f"# {title}", *parts]) + tail


def _render_day(
    day: date,
    picks: Sequence[Pick],
    dialect: Dialect,
    layout: Layout,
    withdrawn: Collection[tuple[date, str]],
) -> str:
    label = layout.labels.get(day.isoformat())
    if label is None or (not dialect.strict and _is_usual(label, dialect)):
        label = usual_label(day, dialect.word(LABEL), dialect.labels)
    elif not dialect.strict:
        label = safe_line(label)
    items = [
        _render_item(
            number, pick, dialect, layout, dialect.labels.gone if (day, pick.url) in withdrawn else ""
        )
        for number, pick in enumerate(picks, start=1)
    ]
    return "\n\n".join([f"## {day:%Y.%m.%d}", *([label] if label else []), *items])


def _is_usual(label: str, dialect: Dialect) -> bool:
    """Whether a line under a day's heading is its date and the archive's words, however they are spelled."""
    match = _DATED_LABEL.fullmatch(label)
    return match is not None and "".join(match["words"].split()) in {
        "".join(words.split()) for words in dialect.known(LABEL)
    }


def _render_item(number: int, pick: Pick, dialect: Dialect, layout: Layout, gone: str) -> str:
    mark = f"{number}. "
    indent = " " * max(len(mark), dialect.style.list_indent)
    text = _text(pick, dialect)
    urls = [url for url in (pick.url, *layout.links_after(pick)) if not url.startswith(UNLINKED)]
    if urls and _ending_link(pick.text.rstrip()) == urls[:1]:
        urls.pop(0)  # an editor has put it into the text
    if pick.style == "inline" and urls:
        return f"{mark}{gone}{text}（[{_MORE}]({safe_url(urls[0], in_brackets=True)})）"
    written = "<{}>" if dialect.style.bare_urls == "angle" else "{}"
    lines = [indent + written.format(safe_url(url)) for url in urls]
    if not text.strip() and lines:
        # An empty item would end before its link (CommonMark), so the link is the text.
        text = lines.pop(0).lstrip()
    return mark + gone + "\n\n".join([text, *lines])


def _text(pick: Pick, dialect: Dialect) -> str:
    return single_line(pick.text) if dialect.strict else safe_line(pick.text)


def _item(segment: Segment, dialect: Dialect) -> Item:
    raw = dialect.unescape(segment.raw)
    whole = dialect.grammar.body(raw)
    days = _read(Document(f"## 2025.01.01\n\n{raw}\n")).days
    item = next((it for day in days for it in day.items), ArchiveItem(1, text=whole))
    return Item(
        segment,
        words=(item.text or "").strip(),
        urls=item.urls or (),
        inline=item.style == "inline",
        rest=(whole,),
    )


def _edit(entry: Entry, ours: Item, theirs: Item, dialect: Dialect) -> Pick:  # noqa: ARG001
    style = "inline" if ours.inline else "line"
    return entry.pick.model_copy(update={"text": ours.words, "draft": False, "style": style})


def _differences(ours: Item, again: Item, dialect: Dialect) -> list[str]:
    if ours.rest != again.rest:
        return ["what is around the text" if ours.words == again.words else "words"]
    return odd_signs(ours, dialect)


# Archives.


def _recognise(document: Document) -> bool:
    """A `#` heading that is a month and nothing else, or a `##` heading that is a day and nothing else."""
    lines = [line.text for line in document.structure]
    # One date above a rule may be any file's: it takes two, or a month.
    if any(day_words(text) for text in lines) or sum(it.lines == 2 for it in other_days(lines).values()) > 1:
        return True
    if document.front_matter is not None:
        return False
    found = (it for place, text in enumerate(lines) if (it := heading(underlined(lines, place) or text)))
    return any(it.level == 1 and _MONTH.fullmatch(it.text) for it in found)


def _read(document: Document) -> Archive:
    """All days and items in the file's order."""
    reading = _Lines()
    for line in _with_hashes(document, reading):
        reading.take(line)
    reading.end_day()
    if document.text.startswith("\ufeff") or "\r" in document.text:
        reading.remark(1, "byte order mark or Windows line ends dropped")
    if document.front_matter is not None:
        reading.remark(1, "front matter dropped; a publishing tool's (--target) is written anew")
    reading.remark_copied_days()
    return Archive(
        family=_FAMILY,
        text=document.text,
        title=reading.title,
        month=reading.month(),
        days=tuple(reading.days),
        remarks=tuple(sorted(reading.remarks, key=lambda it: it.line)),
        not_understood=tuple(reading.not_understood),
    )


def _with_hashes(document: Document, reading: _Lines) -> Iterator[Line]:
    """The lines; days that are written in another way, and a month with a line below it, as they usually are."""
    texts = [line.text for line in document.structure]
    days = other_days(texts)
    skip = -1
    for place, line in enumerate(document.lines):
        other = days.get(place)
        title = None if other else underlined(texts, place)
        if title and _MONTH.fullmatch(title.removeprefix("# ")):
            other = OtherHeading(title, 2)
        if other and other.lines == 2:
            skip = place + 1
            reading.remark(line.number, "heading with a line below it; written with # before it on export")
        if place != skip:
            yield Line(line.number, other.text if other else line.text, line.is_code)


@dataclass(slots=True)
class _OpenItem:
    """An item whose lines are still being read."""

    line: int
    n_written: int
    words: list[str]
    urls: list[str] = field(default_factory=list)


class _Lines:
    """The state of one pass over the lines."""

    def __init__(self) -> None:
        self.title: str | None = None
        self.days: list[ArchiveDay] = []
        self.remarks: list[Remark] = []
        self.not_understood: list[Remark] = []
        self._heading: Line | None = None
        self._label: str | None = None
        self._items: list[ArchiveItem] = []
        self._open: _OpenItem | None = None

    def remark(self, line: int, reason: str) -> None:
        self.remarks.append(Remark(line, reason))

    def take(self, line: Line) -> None:
        """Read one line in the light of those before."""
        text = line.text
        if line.is_code:
            self._reject(line)
        elif not text.strip():
            if text:
                self.remark(line.number, "blank line with spaces; written without them on export")
        elif (found := heading(text)) and found.level == 1 and self.title is None and self._heading is None:
            self.title = found.text
        elif words := day_words(text):
            self.end_day()
            self._heading = Line(line.number, words)
            if not text.startswith("## "):
                self.remark(line.number, "heading of a day; written at the second level on export")
        elif self._heading is None:
            if text.strip() not in DRAFT_MARKS:
                self._reject(line)
        elif not self._take_item(line):
            self._take_rest(line)

    def _take_item(self, line: Line) -> bool:
        match = NUMBERED.match(line.text)
        if not match:
            return False
        self._end_item()
        if match["delimiter"] != ".":
            self.remark(line.number, f"item numbered with {match['delimiter']}; written as 1. on export")
        words = line.text[match.end("delimiter") :].removeprefix(" ")
        self._open = _OpenItem(line.number, int(match["number"]), [words])
        return True

    def _take_rest(self, line: Line) -> None:
        text = line.text.strip()
        url, note = link_of_line(text)
        if self._open and url:
            self._open.urls.append(url)
            if note.strip(_AROUND):
                self.remark(line.number, f"words after a link; left out on export: {note[:40]}")
            if len(line.text) - len(line.text.lstrip()) != len(f"{self._open.n_written}. "):
                self.remark(line.number, "link not indented to its item; indented on export")
        elif self._open and not self._open.urls and not heading(line.text):
            self._open.words.append(text)
            self.remark(line.number, "text over several lines; joined to one")
        elif self._open is None and not self._items and self._label is None and not heading(line.text):
            self._label = text
        else:
            self._reject(line)

    def _reject(self, line: Line) -> None:
        self.not_understood.append(Remark(line.number, f"not understood: {line.text.strip()[:40]}"))

    def _end_item(self) -> None:
        item, self._open = self._open, None
        if item is None:
            return
        position = len(self._items) + 1
        text = unwrapped("\n".join(item.words)).replace("\n", " ")
        text, style, urls = _link_in_text(text) if not item.urls else (text, "line", item.urls)
        if style == "glued":
            self.remark(item.line, "link glued to the text; written on its own line on export")
        if not urls:
            self.remark(item.line, "item without a link")
        if item.n_written != position:
            self.remark(item.line, f"number {item.n_written} in place {position}; renumbered on export")
        if visible(text) != text:
            self.remark(item.line, "invisible characters in the text; the clean profile drops them")
        self._items.append(
            ArchiveItem(
                line=item.line,
                n=position,
                n_written=item.n_written if item.n_written != position else None,
                text=text,
                url=urls[0] if urls else None,
                urls=tuple(urls),
                inline_urls=tuple(bare_urls(text)),
                style=style,
            )
        )

    def end_day(self) -> None:
        """Close the day that is open, if one is."""
        self._end_item()
        if self._heading is None:
            return
        number, words, _ = self._heading
        day = day_of_words(words)
        if day is None:
            self.remark(number, f"{words} is no day of the calendar")
        elif words != f"{day:%Y.%m.%d}":
            self.remark(number, f"heading {words} written as {day:%Y.%m.%d} on export")
        if day and self._label and (named := find_date(self._label)) and named != day:
            self.remark(number, f"heading and date line differ: {words}, {self._label}")
        if not self._items:
            self.remark(number, f"{words} has no items; left out on export")
        self.days.append(ArchiveDay(number, day, words, self._label, tuple(self._items)))
        self._heading, self._label, self._items = None, None, []

    def month(self) -> str | None:
        """The month of the title, else of most days."""
        if self.title and (match := _MONTH.match(self.title)) and 1 <= int(match[2]) <= 12:
            return f"{match[1]}-{int(match[2]):02}"
        counted = Counter(f"{day.date:%Y-%m}" for day in self.days if day.date)
        return counted.most_common(1)[0][0] if counted else None

    def remark_copied_days(self) -> None:
        """Say where a day repeats the links of an earlier one, or the order of days is not the calendar's."""
        seen: dict[tuple[str, ...], ArchiveDay] = {}
        last: date | None = None
        dates: set[date] = set()
        known = [day.date for day in self.days if day.date]
        newest_first = is_falling(known)
        for day in self.days:
            urls = tuple(item.url for item in day.items if item.url)
            if len(urls) > 1 and (first := seen.setdefault(urls, day)) is not day:
                self.remark(day.line, f"the same {len(urls)} links as under {first.heading}")
            if day.date in dates:
                self.remark(day.line, f"{day.heading} stands twice; its items are put together")
            elif day.date and last and day.date < last and not newest_first:
                self.remark(day.line, "day out of order; sorted on export")
            last = day.date or last
            dates |= {day.date} if day.date else set()


def _link_in_text(text: str) -> tuple[str, Literal["line", "inline", "glued"], list[str]]:
    """The text without the link at its end, how the link was written, and the link."""
    line = text.rstrip()
    opening = max(line.rfind("（["), line.rfind("(["))
    if opening >= 0 and (match := _INLINE.fullmatch(line, opening)):
        return line[:opening], "inline", [match[1]]
    last = _last_link(line)
    if last is None:
        return text, "line", []
    before, behind = line[: last.start], line[last.end :]
    if before.endswith("<") and behind == ">":
        before, behind = before[:-1], ""
    if not behind and not before.endswith(("](", "(", "（")):
        return before.rstrip(), "glued", [last.url]
    return text, "line", _ending_link(line)


def _last_link(text: str) -> TextLink | None:
    return next(iter([*links_in_text(text)][-1:]), None)


def _ending_link(text: str) -> list[str]:
    """The link with which a text ends, if it has one: `[words](url)`, `（url）`; such a text is written as it is."""
    last = _last_link(text)
    return [last.url] if last and not _BEHIND.sub("", text[last.end :]).strip(_CLOSING) else []


FORMAT = Format(
    name="digest",
    words={
        NAME: Word("行业快讯", "its name"),
        LABEL: Word("💡行业快讯", "what stands after the date under each day", may_be_empty=True),
    },
    summary="The monthly digest: `# 2025年1月`, a section a day, a numbered line and a link an item.",
    units=("month",),
    write=_write,
    grammar=lambda dialect: NumberedList(dialect.style.list_indent),
    items=lambda segments, dialect: [_item(it, dialect) for it in dialect.stories(segments)],
    show=all_of,
    edit=_edit,
    expected=lambda entry, segment, dialect: Item(segment, words=_text(entry.pick, dialect)),
    differences=_differences,
    folder="digest",
    by_day=True,
    families=(Family(_FAMILY, 10, _recognise, _read, taken_as="digest"),),
)
