"""Writes the monthly digest of a store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from exports.digest import DayEntries, Profile, render_month
from exports.forms import DIGEST
from exports.layouts import load_layout
from exports.merged_writing import State, Written, write_merged
from exports.selection import month_entries
from newsarchive.items import Pick
from newsarchive.markdown.writer import Style
from newsarchive.storage.contract import Store

_DEFAULT = Style()


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was exported: how the file ended, how many days and items it has, and how many are drafts."""

    file: Written
    days: int
    items: int
    drafts: int

    @property
    def path(self) -> Path:
        """The file."""
        return self.file.path

    @property
    def written(self) -> bool:
        """Whether the file had to be changed."""
        return self.file.state in {State.WRITTEN, State.MERGED}


@dataclass(frozen=True, slots=True)
class Digest:
    """The digest of a month as the store has it, not yet in a file."""

    month: date
    profile: Profile
    everything: bool
    entries: tuple[Pick, ...]
    text: str

    @property
    def made_with(self) -> dict[str, str]:
        """How to make it again."""
        return {
            "format": "digest",
            "month": f"{self.month:%Y-%m}",
            "profile": self.profile,
            "all": "yes" if self.everything else "no",
        }


async def make_digest(
    store: Store, month: date, profile: Profile, *, everything: bool = False, style: Style = _DEFAULT
) -> Digest:
    """The digest of a month (its first day); the same store gives the same text."""
    entries = await month_entries(store, month, everything=everything)
    days = [DayEntries(day, tuple(picks)) for day, picks in groupby(entries, key=lambda it: it.day)]
    text = render_month(month, days, profile, await load_layout(store, month), style)
    return Digest(month, profile, everything, tuple(entries), text)


def digest_path(month: date) -> str:
    """Where the digest of a month lies in the archive: `2025/newsflash-202501.md`."""
    return f"{month:%Y}/newsflash-{month:%Y%m}.md"


async def export_digest(
    store: Store, month: date, out_dir: Path, profile: Profile, *, everything: bool = False
) -> ExportReport:
    """Write the digest of a month (its first day) below `out_dir`; the same store gives the same bytes.

    What hands changed in the file stays (`write_merged`). Without picks, or with `everything`, the articles of the
    month come in as drafts. Raises OutputError where the file cannot be written, and what the store raises.
    """
    digest = await make_digest(store, month, profile, everything=everything)
    return ExportReport(
        file=await write_merged(
            store, out_dir, digest_path(month), digest.text, DIGEST, made_with=digest.made_with
        ),
        days=len({pick.day for pick in digest.entries}),
        items=len(digest.entries),
        drafts=sum(pick.draft for pick in digest.entries),
    )
