"""Takes the hand edits of exported files back into the store: what an editor typed into a file becomes picks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from exports.build import BuiltPage, file_text, pages_of
from exports.files.atomic import read_bytes
from exports.files.damage import damage, decoded, reason_of, still_standing
from exports.files.edited_file import EditedFile, with_links
from exports.files.hand_edited import NEW, withdraw
from exports.files.ledger import is_as_written, keep, latest_texts, place_of, recall_all
from exports.files.snapshot import agreed, prints_of, sha256, snapshot_of
from exports.files.whereabouts import Whereabouts
from exports.formats.format import Dialect
from exports.formats.items import Item
from exports.formats.segments import Segment, SegmentPrint, joined
from exports.publication import NAMELESS, Publication
from exports.request import ExportRequest, coverage_of, dialect_of, of_archive
from exports.sync.apply import EditApplier
from exports.sync.choices import ChoiceApplier
from exports.sync.edited_stories import EditedStories, Typed, moved_between, stories_in
from exports.sync.imported import take_edition
from exports.sync.prose import take_prose
from exports.sync.remainder import new_base, remainder
from exports.sync.report import SyncReport
from exports.targets import TARGETS
from exports.targets.plain import digests_in
from newsarchive.errors import BadValueError, InputFileError, UnreadableMarkdownError
from newsarchive.storage.collections import ExportedText, LedgerEntry, Snapshot
from newsarchive.storage.contract import EditorialStore

__all__ = ["SyncReport", "raise_refused", "sync_folder"]


async def sync_folder(
    store: EditorialStore, root: Path, archive: Publication = NAMELESS, *, settling: bool = True
) -> list[SyncReport]:
    """Take back the edits of all files of an archive folder, so that the next export changes no byte of them.

    Changed titles and texts, the order, the days and additions become picks; what a hand took away is rejected. A file
    that this store never wrote here is taken as it stands, and what it does not have becomes a candidate. What no pick
    can hold stays in the file and is named. No file is written, but a `.new` file that is settled is taken away. A file that was
    renamed or moved is followed; one that is gone is noted as deleted: no export writes it again unasked.

    What two hands have typed of one story in several files is not written over: the later one stays in its file. Where an
    export has put a conflict before a hand, the hand's words count; if not `settling`, only once it took the `.new` file away.

    `archive` is the one to which the folder belongs. Of a file that is damaged (`damage.py`) nothing is taken; it is `refused`: call `raise_refused` at the end. Raises
    InputFileError where there is no such folder, and what the store raises.
    """
    results: dict[str, SyncReport] = {}
    edited = await _edited_files(store, root, archive, results, settling=settling)
    for file in edited:
        with _refusing(file.report):
            file.check()
    files = [file for file in edited if not file.report.refused]
    movers, landed = moved_between([it.before for it in files if it.before.clear and not it.before.edition])
    typed: Typed = set()
    for file in files:
        if edition := file.before.edition:
            with _refusing(file.report):
                now = file.before if file is files[0] else await file.stories_now()
                file.agrees = await take_edition(store, now, now.edition or edition, file.report)
        elif file.before.clear:
            now = file.before if file is files[0] else await file.stories_now()
            applier = ChoiceApplier if now.dialect.of.chooses else EditApplier
            applying = applier(store, now, file.report, movers, landed, typed)
            await applying.run()
            file.agreed = applying.agreed
            file.apart = await take_prose(store, now, file.report)
            if len(files) > 1:
                file.earlier = now.says_otherwise(file.before.theirs, now.theirs)
                after = await file.stories_now()
                file.own = after.theirs
                typed |= after.typed(file.agreed)
        else:
            file.report.stays.append("all edits, for its stories cannot be told apart")
    for file in files:
        if (file.before.edition or file.before.clear) and file.agrees and not file.report.refused:
            await file.remember()
    return [results[relative] for relative in sorted(results)]


def raise_refused(synced: Iterable[SyncReport]) -> None:
    """Raise UnreadableMarkdownError where nothing was taken of a file, in one line however many there are."""
    refused = [it for it in synced if it.refused]
    if refused:
        more = f" (and {len(refused) - 1} more file(s))" if len(refused) > 1 else ""
        remedy = (
            "give the right one its name back, or take the other away"
            if refused[0].missing
            else "mend the file, or take it away and export it again"
        )
        raise UnreadableMarkdownError(
            f"{refused[0].path} {refused[0].refused}; nothing of it was taken: {remedy}, then sync{more}"
        )


@contextmanager
def _refusing(result: SyncReport) -> Iterator[None]:
    """Note why a file is refused, and go on with the others."""
    try:
        yield
    except UnreadableMarkdownError as error:
        result.refused = str(error)
        result.stays = [f"all edits, for the file {error}"]


async def _edited_files(
    store: EditorialStore, root: Path, archive: Publication, results: dict[str, SyncReport], *, settling: bool
) -> list[_File]:
    """The files that hands have edited, and a result for each file."""
    files: list[_File] = []
    whereabouts = Whereabouts(store, root, dialect_of)
    known = await _known_files(store, root, archive)
    followed: set[str] = set()
    # What was written here comes first: another file may have been renamed to the path of one that was not.
    for relative, entry in sorted(known.items(), key=lambda it: (it[1].written is None, it[0])):
        place = await whereabouts.find(relative, entry)
        content = read_bytes(root, place.at)
        if content is None:
            if entry.written:
                path = root / place.at
                results[relative] = SyncReport(path, edited=False, missing=True, refused=place.unclear)
                if not place.unclear and not entry.deleted:
                    await keep(store, root, relative, entry.model_copy(update={"deleted": True}))
            continue
        if entry.written is None and relative in followed:
            continue
        followed.add(place.at)
        entry = place.entry or entry  # noqa: PLW2901
        if entry.deleted:  # it is back
            entry = entry.model_copy(update={"deleted": False})  # noqa: PLW2901
            await keep(store, root, relative, entry)
        edited = not await is_as_written(store, relative, entry, content, entry.made_with)
        results[relative] = SyncReport(root / place.at, edited=edited, was=place.was)
        if not edited:
            if entry.written and (told := agreed(entry.written)) != entry.written:
                await keep(store, root, relative, entry.model_copy(update={"written": told}))
            continue
        wanted = ExportRequest.of_recipe(entry.made_with)
        if wanted and wanted.dialect.of.of_words:
            results[relative].stays.append(
                "all edits, for a topic's make no picks; the next export keeps them"
            )
        elif wanted:
            with _refusing(results[relative]):
                pending = not settling and read_bytes(root, place.at + NEW) is not None
                offered = None if pending else entry.offered
                report = results[relative]
                files.append(await _file(store, report, root, relative, entry, wanted, content, offered))
        else:
            results[relative].stays.append("all edits, for it is not known how the file was made")
    return sorted(files, key=lambda it: it.relative)


async def _known_files(store: EditorialStore, root: Path, archive: Publication) -> dict[str, LedgerEntry]:
    """What is known of the files of a folder; of those written to another folder only how they were made.

    Of a digest of which nothing is known it is taken that the archive made it.
    """
    known = await recall_all(store, root)
    digests = {
        relative: {**how, **of_archive(archive, how["format"])} for relative, how in _digests_in(root).items()
    }
    made = digests | {
        relative: _made_here(texts, root, relative, archive)
        for relative, texts in (await latest_texts(store)).items()
    }
    return {relative: LedgerEntry(made_with=how) for relative, how in made.items() if how} | known


def _made_here(
    texts: Sequence[ExportedText], root: Path, relative: str, archive: Publication
) -> Mapping[str, str]:
    """How a file of which nothing is known was made, where several archives of the store have its path.

    It is that which it repeats to the byte, else that which covers what `archive` does; else nobody knows.
    """
    content = read_bytes(root, relative) if len(texts) > 1 else None
    same = [it for it in texts if content is not None and it.sha256 == sha256(content)]
    own = [it for it in texts if coverage_of(it.made_with) == archive.coverage]
    found = texts if len(texts) == 1 else same or own
    return found[0].made_with if found else {"format": "unknown"}


def _digests_in(root: Path) -> dict[str, Mapping[str, str]]:
    if not root.is_dir():
        raise InputFileError(f"{root} is no directory: name the one that was given to export with --out")
    return digests_in(root)


@dataclass(slots=True)
class _File:
    """An edited file, as it is `before` its edits go into the store."""

    store: EditorialStore
    root: Path
    relative: str
    entry: LedgerEntry
    content: bytes
    before: EditedStories
    report: SyncReport
    earlier: bool = False
    """Whether files that were taken before this one say something else of stories that no hand has touched here."""
    own: Mapping[int, Item] | None = None
    """What the store said when this file was taken; those that are taken later may change it."""
    agreed: Mapping[int, SegmentPrint | None] = field(default_factory=dict)
    """The stories of which all that a hand changed is in the store, by their places, with what was remembered of them."""
    agrees: bool = True
    """Whether an imported file and the store say the same now."""
    apart: Collection[str] = ()
    """The sections that stay in the file alone."""

    @property
    def place(self) -> str:
        """Where it lies."""
        return place_of(self.relative, self.entry)

    def check(self) -> None:
        """Raise UnreadableMarkdownError for a damaged file, unless an export or sync has taken it as it is before."""
        file = self.before.file
        settled = self.entry.offered and read_bytes(self.root, self.place + NEW) is None
        accepted = settled or self.entry.accepted == sha256(self.content)
        if not accepted and (why := damage(file)):
            raise UnreadableMarkdownError(why)
        if standing := still_standing(file.missing, file.ours):
            raise UnreadableMarkdownError(reason_of(standing))

    async def stories_now(self) -> EditedStories:
        """The file, and what the store has for it now."""
        made, text = await _made(self.store, self.before.wanted, self.relative)
        file = self.before.file.now(text, made.links if made else ())
        return replace(self.before, made=made, file=file)

    async def remember(self) -> None:
        """Remember what file and store have agreed on, and report what stays in the file alone."""
        before, after = self.before, await self.stories_now()
        seen = self.entry.written and self.entry.written.sha256 == sha256(joined(before.file.theirs).encode())
        later = self.own is not None and before.says_otherwise(self.own, after.theirs)
        news = (not seen and before.has_news) or self.earlier or later
        behind = after.behind(self.agreed, before)
        told = after.telling(self.agreed)
        written = new_base(after.file, told, behind, news=news or bool(behind))
        marks = {it.mark for it in prints_of(written)}
        typed = {it.mark for it in after.file.ours if it.kind == "item"} - marks
        theirs = after.file.stories.ours_to_theirs
        typed |= {it.segment.mark for place, it in after.ours.items() if place not in theirs}
        how = after.wanted.recipe(after.made.page) if after.made else self.entry.made_with
        if after.made and after.made.page.another_form:  # the page stays as an editor has written it
            written, how, typed = snapshot_of(after.file.ours), self.entry.made_with, set()
        entry = LedgerEntry(
            written=written,
            accepted=sha256(self.content),
            taken=tuple(sorted({*typed, *self.apart})),
            made_with=how,
            at=self.entry.at,
        )
        await keep(self.store, self.root, self.relative, entry)
        withdraw(self.root, self.place, self.entry)
        if not (how is self.entry.made_with and after.made):
            self.report.stays += remainder(after, behind, after.typed_elsewhere(told, self.agreed))


async def _file(  # noqa: PLR0917 - what a file is known by
    store: EditorialStore,
    report: SyncReport,
    root: Path,
    relative: str,
    entry: LedgerEntry,
    wanted: ExportRequest,
    content: bytes,
    offered: Snapshot | None,
) -> _File:
    dialect = wanted.dialect
    grammar = dialect.grammar
    segments = grammar.split(decoded(content).replace("\r\n", "\n"))
    made, text = await _made(store, wanted, relative)
    theirs = with_links(grammar, text, made.links if made else ())
    file = EditedFile(grammar, entry.written, segments, theirs, partial(_item_of, dialect))
    # Where a hand has to decide, what it has typed decides, even if that was in the store before.
    taken = frozenset(() if offered else entry.taken)
    seen = frozenset(prints_of(offered))
    stories = EditedStories(file, stories_in(segments, dialect), wanted, made, taken, seen)
    return _File(store, root, relative, entry, content, stories, report)


def _item_of(dialect: Dialect, segment: Segment) -> Item | None:
    """What tells a story though a hand has changed its link, where it may; in other formats that is another story."""
    return next(iter(dialect.items([segment])), None) if dialect.of.by_day else None


async def _made(store: EditorialStore, wanted: ExportRequest, relative: str) -> tuple[BuiltPage | None, str]:
    """The page of a file, and its text; None where the store has none any more."""
    target = TARGETS[wanted.target]
    found: tuple[BuiltPage | None, str] = None, ""
    with suppress(BadValueError):  # an imported file that the store has no more
        async for made in pages_of(store, wanted):
            if target.path(made.page) == relative:
                found = made, file_text(made.page, target, wanted.profile)
    return found
