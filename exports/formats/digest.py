"""The monthly digest: a pure function from an editor's picks to the text of the month's file.

Both profiles write the same form (docs/formats.md, F2). `strict` writes texts and file ends as they were imported, for
those who have such archives; `clean` writes what an archive without history would have: one line feed at the end,
padded date lines, no invisible characters, and texts that cannot break the list.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from pydantic import Field

from exports.imports.families.monthly_digest import MORE, ending_link
from newsarchive.items.record import Record
from newsarchive.markdown.escape import safe_line, safe_url, single_line
from newsarchive.markdown.writer import Style
from newsarchive.records.pick import Pick

Profile: TypeAlias = Literal["strict", "clean"]

UNLINKED = "urn:newsarchive:entry:"
"""Begins the `url` of a pick that has no link of its own (a pick needs one that is unique in its day); never written."""

_GAP = "\n\n\n\n"
_DEFAULT = Style()
_USUAL_LABEL = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日\s*💡\s*行业快讯")


class Layout(Record):
    """Where a month's file was written in another way than new ones are: kept beside the picks, usually empty.

    `labels` are date lines by day (`2024-04-01`), an empty one for a day without; `tail` is what follows the last
    item; each row of `more_links` is the day and `url` of a pick, then the further links of that entry. `newest_first`
    is the order of the days, if the file had several.
    """

    title: str | None = None
    tail: str | None = None
    labels: dict[str, str] = Field(default_factory=dict)
    more_links: tuple[tuple[str, ...], ...] = ()
    newest_first: bool | None = None

    def over(self, earlier: Layout, days: Collection[date]) -> Layout:
        """This layout, with what an earlier one says of days other than these."""
        named = {day.isoformat() for day in days}
        labels = {day: label for day, label in earlier.labels.items() if day not in named}
        more_links = tuple(row for row in earlier.more_links if row[0] not in named)
        order = earlier.newest_first if self.newest_first is None else self.newest_first
        return self.model_copy(
            update={
                "labels": labels | self.labels,
                "more_links": more_links + self.more_links,
                "newest_first": order or None,
            }
        )

    def links_after(self, pick: Pick) -> tuple[str, ...]:
        """The further links of an entry."""
        entry = (pick.day.isoformat(), pick.url)
        return next((row[2:] for row in self.more_links if row[:2] == entry), ())


PLAIN = Layout()
"""The layout of a month that has no history."""


@dataclass(frozen=True, slots=True)
class DayEntries:
    """The entries of one day, in the editor's order."""

    day: date
    picks: Sequence[Pick]


def usual_title(month: date) -> str:
    """The heading of a month: `2025年1月`."""
    return f"{month.year}年{month.month}月"


def usual_label(day: date) -> str:
    """The line under a day's heading, as written since November 2024."""
    return f"{day:%Y年%m月%d日} 💡行业快讯"


def render_month(
    month: date,
    days: Sequence[DayEntries],
    profile: Profile,
    layout: Layout = PLAIN,
    style: Style = _DEFAULT,
) -> str:
    """The text of the file of a month (its first day), entries in the order given, numbered from 1.

    Days come ascending, unless the layout says that the archive has the newest first. Of `style` count the indent of
    links below their item, and how they are written.
    """
    strict = profile == "strict"
    title = layout.title if strict and layout.title is not None else usual_title(month)
    tail = layout.tail if strict and layout.tail is not None else "\n"
    parts = [f"# {title}"]
    in_order = sorted(days, key=lambda it: it.day, reverse=bool(layout.newest_first))
    parts += [_render_day(entries, profile, layout, style) for entries in in_order]
    return _GAP.join(parts) + tail


def _render_day(entries: DayEntries, profile: Profile, layout: Layout, style: Style) -> str:
    label = layout.labels.get(entries.day.isoformat())
    if label is None or (profile == "clean" and _USUAL_LABEL.fullmatch(label)):
        label = usual_label(entries.day)
    elif profile == "clean":
        label = safe_line(label)
    parts = [f"## {entries.day:%Y.%m.%d}"]
    if label:
        parts.append(label)
    parts += [
        _render_item(number, pick, profile, layout, style)
        for number, pick in enumerate(entries.picks, start=1)
    ]
    return "\n\n".join(parts)


def _render_item(number: int, pick: Pick, profile: Profile, layout: Layout, style: Style) -> str:
    mark = f"{number}. "
    indent = " " * max(len(mark), style.list_indent)
    text = safe_line(pick.text) if profile == "clean" else single_line(pick.text)
    urls = [url for url in (pick.url, *layout.links_after(pick)) if not url.startswith(UNLINKED)]
    if urls and ending_link(pick.text.rstrip()) == urls[:1]:
        urls.pop(0)  # an editor has put it into the text
    if pick.style == "inline" and urls:
        return f"{mark}{text}（[{MORE}]({safe_url(urls[0], in_brackets=True)})）"
    written = "<{}>" if style.bare_urls == "angle" else "{}"
    lines = [indent + written.format(safe_url(url)) for url in urls]
    if not text.strip() and lines:
        # An empty item would end before its link (CommonMark), so the link is the text.
        text = lines.pop(0).lstrip()
    return mark + "\n\n".join([text, *lines])
