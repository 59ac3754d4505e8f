"""Writes pages of any format for any target: the one way from the store to files that an editor may edit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from exports.build import file_text, pages_of
from exports.files.atomic import read_bytes
from exports.files.hand_edited import State, Written, write_keeping_edits
from exports.files.ledger import is_as_written, place_of, recall
from exports.files.whereabouts import Place, Whereabouts
from exports.formats.fingerprints import telling
from exports.formats.format import OutputPage
from exports.index_pages import write_indexes
from exports.pictures import mirror_of_settings, put_beside
from exports.publication import Per
from exports.request import ExportRequest, coverage_of, dialect_of
from exports.targets import TARGETS
from exports.up_to_date import as_exported, keep_exported, origin_of
from newsarchive.editorial.days import day_start
from newsarchive.editorial.selection import LeftOut
from newsarchive.errors import BadValueError
from newsarchive.storage.collections import LedgerEntry
from newsarchive.storage.contract import EditorialStore

__all__ = ["ExportRequest", "Exported", "Per", "export_pages", "file_text"]


@dataclass(slots=True)
class Exported:
    """What was written: the files with pages in them, then the indexes; and why articles of these days are not there."""

    pages: list[tuple[OutputPage, Written]] = field(default_factory=list)
    indexes: list[Written] = field(default_factory=list)
    left_out: LeftOut = field(default_factory=LeftOut)

    @property
    def files(self) -> list[Written]:
        """All files."""
        return [*(written for _, written in self.pages), *self.indexes]


async def export_pages(
    store: EditorialStore,
    request: ExportRequest,
    out: Path,
    *,
    change_coverage: bool = False,
    restore: bool = False,
) -> Exported:
    """Write the pages below `out`, what hands changed in them stays (`write_keeping_edits`), then the indexes of the format.

    A file that was renamed or moved is followed; where several may be it, none is written, and it has the state CONFLICT.
    One that `sync` has found deleted is not written again, but with `restore`.

    The same store gives the same bytes; where nothing has changed since the last export, nothing is made again. Days
    and months without stories have no page, unless this store wrote one to this folder before. Raises OutputError, BadValueError for an imported file that the store does not have,
    and for files there that were made of other sites, accounts or tags (unless `change_coverage`), and what the store raises.
    """
    origin = await origin_of(store, request)
    # Pictures come into the mirror without a change of the articles, and their files may be taken away.
    known = None if request.images == "local" else await as_exported(store, out, request, origin)
    if known:
        pages, left_out = known
    else:
        if not change_coverage:
            await _check_coverage(store, request, out)
        left_out = LeftOut()
        pages = [it async for it in _write_pages(store, request, out, left_out, restore=restore)]
        if request.images != "local":
            await keep_exported(store, out, request, origin, pages, left_out)
    ours = [
        (page, written.path.relative_to(out).as_posix())
        for page, written in pages
        if written.state is not State.CONFLICT
    ]
    if request.dialect.of.chooses:
        return Exported(pages, [], left_out)
    return Exported(pages, await write_indexes(store, out, request, ours), left_out)


async def _write_pages(
    store: EditorialStore, request: ExportRequest, out: Path, left_out: LeftOut, *, restore: bool
) -> AsyncIterator[tuple[OutputPage, Written]]:
    """Make and write the pages; they come without their texts, which are in the files."""
    target = TARGETS[request.target]
    whereabouts = Whereabouts(store, out, dialect_of)
    async for made in pages_of(store, request, stories=False, left_out=left_out):
        relative = target.path(made.page)
        place = await whereabouts.find(relative, await recall(store, out, relative))
        known, path = place.entry, out / place.at
        if made.empty and not _is_there(path, known):
            continue
        if place.unclear or (known and known.deleted and not restore and not path.exists()):
            yield replace(made.page, body="", heading="", own_front=None), _not_written(path, relative, place)
            continue
        of_file = await _of_file(store, request, out, relative, known)
        if of_file.item_marks:
            again = replace(of_file, day=made.page.day, month=None)
            (made,) = [it async for it in pages_of(store, again, stories=False)]  # noqa: PLW2901
        whole = _with_pictures(made.page, out, target.pictures) if made.page.pictures else made.page
        text = file_text(whole, target, request.profile)
        page = replace(whole, body="", heading="", own_front=None)
        told, links = telling(of_file.dialect, made.owns), made.links
        del made, whole  # a month of full texts is long enough once
        written = await write_keeping_edits(
            store,
            out,
            relative,
            text,
            of_file.dialect.grammar,
            made_with=of_file.recipe(page),
            another_form=page.another_form,
            telling=told,
            links=links,
        )
        yield page, replace(written, was=place.was)


def _not_written(path: Path, relative: str, place: Place) -> Written:
    """What is said of a file that is not there and is not written."""
    if not place.unclear:
        return Written(path, State.DELETED)
    why = f"{place.unclear}; nothing was written: name the right one {relative} again, or take the other away"
    return Written(path, State.CONFLICT, f"{path} {why}")


async def _of_file(
    store: EditorialStore, request: ExportRequest, out: Path, relative: str, known: LedgerEntry | None
) -> ExportRequest:
    """What is asked for of one file, of which something may be known."""
    if known is None:
        return request
    content = read_bytes(out, place_of(relative, known))
    edited = content is not None and not await is_as_written(store, relative, known, content, known.made_with)
    return request.of_file(known.made_with, edited=edited)


def _with_pictures(page: OutputPage, out: Path, folder: str) -> OutputPage:
    """A page whose pictures lie beside it, before it does; those that cannot be are shown from their sites."""
    missing = put_beside(mirror_of_settings(), (name for _, name in page.pictures), out, folder)
    return replace(page, pictures=tuple(it for it in page.pictures if it[1] not in missing))


def _is_there(path: Path, known: LedgerEntry | None) -> bool:
    """Whether the file is there, and this store wrote it to this folder."""
    return known is not None and known.written is not None and path.exists()


async def _check_coverage(store: EditorialStore, request: ExportRequest, out: Path) -> None:
    """Refuse to make a file of one archive into one of another archive. Raises BadValueError."""
    if request.unit not in {"month", "day"}:
        return  # a file of one article is the same in every archive
    for day in request.days[:1] if request.unit == "month" else request.days:
        page = OutputPage(
            request.format, request.unit, day, title="", body="", at=day_start(day), identity=request.words
        )
        relative = TARGETS[request.target].path(page)
        known = await recall(store, out, relative)
        if (
            known
            and _is_there(out / place_of(relative, known), known)
            and coverage_of(known.made_with) != request.coverage
        ):
            raise BadValueError(
                f"{out / place_of(relative, known)} was made of {coverage_of(known.made_with).words}, and this export is of "
                f"{request.coverage.words}: give it another --out, or --change-coverage to make the file anew"
            )
