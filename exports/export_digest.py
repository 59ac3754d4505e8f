"""Writes the monthly digest of a store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from exports.digest import DayEntries, Profile, render_month
from exports.layouts import load_layout
from exports.selection import month_entries
from exports.writing import write_text
from newsarchive.storage.contract import Store


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was exported: the file, how many days and items it has, how many are drafts, and if it had to be written."""

    path: Path
    days: int
    items: int
    drafts: int
    written: bool


def digest_path(month: date) -> str:
    """Where the digest of a month lies in the archive: `2025/newsflash-202501.md`."""
    return f"{month:%Y}/newsflash-{month:%Y%m}.md"


async def export_digest(
    store: Store, month: date, out_dir: Path, profile: Profile, *, everything: bool = False
) -> ExportReport:
    """Write the digest of a month (its first day) below `out_dir`; the same store gives the same bytes.

    Without picks, or with `everything`, the articles of the month come in as drafts. Raises OutputError where the file
    cannot be written, and what the store raises.
    """
    entries = await month_entries(store, month, everything=everything)
    days = [DayEntries(day, tuple(picks)) for day, picks in groupby(entries, key=lambda it: it.day)]
    text = render_month(month, days, profile, await load_layout(store, month))
    relative = digest_path(month)
    return ExportReport(
        path=out_dir / relative,
        days=len(days),
        items=len(entries),
        drafts=sum(pick.draft for pick in entries),
        written=write_text(out_dir, relative, text),
    )
