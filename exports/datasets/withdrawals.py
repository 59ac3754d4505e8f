"""What the sites withdrew as a CSV file (RFC 4180, UTF-8), for tables of any program."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime

from newsarchive.editorial.withdrawals import Withdrawal
from newsarchive.items.article import RawReference
from newsarchive.parsing.harmless import harmless
from newsarchive.parsing.text import one_line

COLUMNS = (
    "site",
    "identity",
    "title",
    "url",
    "kind",
    "notice",
    "first_seen",
    "last_alive",
    "found_gone",
    "confirmed",
    "kept_file",
    "kept_offset",
    "notice_file",
    "notice_offset",
)
_FORMULA = "=+-@＝＋－＠|%"
"""What a cell may not begin with: spreadsheets take it for a formula or a command."""


def withdrawals_csv(found: Sequence[Withdrawal]) -> str:
    """A head and a row for each; times in UTC, files relative to the raw store."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for it in found:
        words = (it.site, it.identity, it.title, it.url, it.kind, it.notice)
        times = (_time(at) for at in (it.first_seen, it.last_alive, it.found_gone))
        places = (part for place in (it.kept, it.notice_kept) for part in _place(place))
        writer.writerow([*map(cell, words), *times, "yes" if it.confirmed else "no", *map(cell, places)])
    return file.getvalue()


def cell(text: str) -> str:
    """Other people's words on one line, with an apostrophe before what a spreadsheet would execute."""
    line = harmless(one_line(text))
    return f"'{line}" if line.startswith(tuple(_FORMULA)) else line


def _time(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


def _place(place: RawReference | None) -> tuple[str, str]:
    return (place.file, str(place.offset)) if place else ("", "")
