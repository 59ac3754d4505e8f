"""The monthly digest: a pure function from an editor's picks to the text of the month's file.

Both profiles write the same form (docs/formats.md, F2). `strict` writes texts and file ends as they were imported, for
those who have such archives; `clean` writes what an archive without history would have: one line feed at the end,
padded date lines, no invisible characters, and texts that cannot break the list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from exports.imports.families.monthly_digest import MORE, ending_link
from newsarchive.markdown.escape import safe_line, safe_url, single_line
from newsarchive.markdown.writer import Style
from newsarchive.records.pick import Pick
from newsarchive.storage.collections import Layout

Profile: TypeAlias = Literal["strict", "clean"]

UNLINKED = "urn:newsarchive:entry:"
"""Begins the `url` of a pick that has no link of its own (a pick needs one that is unique in its day); never written."""

_GAP = "\n\n\n\n"
_DEFAULT = Style()
_USUAL_LABEL = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日\s*💡\s*行业快讯")


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
