"""One day as plain text, for pasting where Markdown is not read."""

from __future__ import annotations

from exports.feeds.day_items import DayItem, DayItems
from newsarchive.parsing.urls import is_web_address


def day_text(day: DayItems, note: str = "") -> str:
    """A number, the text, and the link below it an entry; a note stands below them all."""
    parts = [day.heading, *map(_item, day.items), *([note] if note else [])]
    return "\n\n".join(parts) + "\n"


def links_taken_out(old: str, new: str) -> list[str]:
    """The links of a day's text that another text of the same day has no more."""
    if old.partition("\n")[0] != new.partition("\n")[0]:
        return []
    held = set(new.splitlines())
    return [line for line in old.splitlines() if is_web_address(line) and line not in held]


def _item(item: DayItem) -> str:
    return f"{item.line}\n{item.url}" if item.url else item.line
