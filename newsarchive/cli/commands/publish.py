"""`newsarchive publish`: hand edits into the store, and what the archive publishes out of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from exports.export import Exported, export_pages
from exports.files.hand_edited import State, raise_conflicts
from exports.publication import Publication, publication_here
from exports.request import ExportRequest
from exports.sync.folder import SyncReport, raise_refused, sync_folder
from newsarchive.archive_settings import FILE_NAME
from newsarchive.cli.export_remarks import report_export, report_sync
from newsarchive.cli.options import CandidatesOption, DayOrTodayOption, StoreOption, read_day
from newsarchive.cli.output import say
from newsarchive.cli.store import with_store
from newsarchive.editorial.selection import chosen_day
from newsarchive.errors import BadValueError
from newsarchive.storage.contract import EditorialStore, Store


@dataclass(slots=True)
class _Publishing:
    """What was taken and written, and of each day how many stories are picked and how many drafts are shown."""

    synced: list[SyncReport] = field(default_factory=list)
    exported: list[tuple[ExportRequest, Exported]] = field(default_factory=list)
    days: dict[date, tuple[int, int]] = field(default_factory=dict)


def publish(*, day: DayOrTodayOption = None, out: CandidatesOption = None, store: StoreOption = None) -> None:
    """Take back all hand edits, then write what newsarchive.toml publishes: of the day, and of each day that was edited."""
    archive = publication_here()
    if not archive.outlets:
        raise BadValueError(
            f"nothing is said to be published: {FILE_NAME} takes a [[publish]] table for each format, target and folder"
            " (`newsarchive init` writes one)"
        )
    wanted = day or read_day("today")
    folder = out or archive.home
    done = with_store(store, "write", lambda opened: _publish(opened, archive, folder, wanted))
    report_sync(it for it in done.synced if it.edited or it.was)
    for request, exported in done.exported:
        report_export(exported, request)
    for of, (picked, drafts) in sorted(done.days.items()):
        say(f"{of}: {picked} picked" + (f", and {drafts} drafts, for the day is not done" if drafts else ""))
    states = Counter(it.state for _, exported in done.exported for it in exported.files)
    counts = ", ".join(f"{states[it]} {it}" for it in State if states[it])
    say(f"published: {counts or 'nothing'}")
    raise_refused(done.synced)
    raise_conflicts(it for _, exported in done.exported for it in exported.files)


async def _publish(store: Store, archive: Publication, folder: Path, day: date) -> _Publishing:
    done = _Publishing()
    before = await _picks_by_day(store)
    for root in _folders([folder, *(it.out for it in archive.outlets)]):
        done.synced += await sync_folder(store, root, archive, settling=False)
    after = await _picks_by_day(store)
    days = {day, *(of for of in before.keys() | after.keys() if before.get(of) != after.get(of))}
    days |= {of for it in done.synced for of in it.done}
    for outlet in archive.outlets:
        requests = [ExportRequest.of_outlet(archive, outlet, day=of) for of in sorted(days)]
        for number, request in enumerate(requests):
            if request not in requests[:number]:
                done.exported.append((request, await export_pages(store, request, outlet.out)))
    for of in days:
        shown = (await chosen_day(store, of)).chosen
        picked = sum(it.pick.state == "picked" for it in shown)
        done.days[of] = (picked, len(shown) - picked)
    return done


async def _picks_by_day(store: EditorialStore) -> dict[date, list[str]]:
    found: dict[date, list[str]] = {}
    for pick in await store.picks(date.min, date.max):
        found.setdefault(pick.day, []).append(pick.model_dump_json())
    return found


def _folders(folders: Iterable[Path]) -> Sequence[Path]:
    """Each folder that is there, once."""
    found = {it.resolve(): it for it in folders if it.is_dir()}
    return list(found.values())
