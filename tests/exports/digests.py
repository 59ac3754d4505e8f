"""A month's digest as the tests of the merge need it: exported, with the counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from exports.export import export_pages
from exports.files.hand_edited import State, Written
from exports.formats.format import Profile
from exports.request import ExportRequest
from newsarchive.storage import Store


@dataclass(frozen=True, slots=True)
class ExportReport:
    """How the file ended, and how many items it has and how many are drafts."""

    file: Written
    items: int
    drafts: int

    @property
    def path(self) -> Path:
        return self.file.path

    @property
    def written(self) -> bool:
        return self.file.state in {State.WRITTEN, State.MERGED}


async def export_digest(
    store: Store, month: date, out: Path, profile: Profile, *, everything: bool = False
) -> ExportReport:
    """Export a month (its first day); where it has no stories, as a file that is not there."""
    done = await export_pages(
        store, ExportRequest("digest", month=month, profile=profile, everything=everything), out
    )
    if not done.pages:
        path = out / f"{month:%Y}" / f"newsflash-{month:%Y%m}.md"
        return ExportReport(Written(path, State.UNCHANGED), 0, 0)
    ((page, written),) = done.pages
    return ExportReport(written, page.count, page.drafts)
