"""Takes the hand edits of exported files back into the store: what an editor typed into a file becomes picks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from exports.build import BuiltPage, ExportRequest, file_text, form_of, made_with, pages_of, wanted_again
from exports.files.atomic import read_bytes
from exports.files.damage import damage, decoded, reason_of, still_standing
from exports.files.hand_edited import NEW, withdraw
from exports.files.ledger import LedgerEntry, is_latest, keep, latest_made_with, recall_all
from exports.files.snapshot import Snapshot, sha256
from exports.formats.digest_page import digest_path
from exports.formats.items import Item, Reading
from exports.formats.segments import Grammar, Segment, joined
from exports.sync.apply import EditApplier, Matching, Sides, SyncReport, moved_between
from exports.sync.imported import take_edition
from exports.sync.remainder import new_base, remainder
from exports.targets import TARGETS
from newsarchive.errors import BadValueError, InputFileError, UnreadableMarkdownError
from newsarchive.storage.contract import Store

__all__ = ["SyncReport", "raise_refused", "sync_folder"]

_DIGEST_FILE = re.compile(r"(\d{4})/newsflash-(\d{4})(\d{2})\.md")


async def sync_folder(store: Store, root: Path) -> list[SyncReport]:
    """Take back the edits of all files of an archive folder, so that the next export changes no byte of them.

    Changed titles and texts, the order, the days and additions become picks; what a hand took away is rejected. A file
    that this store never wrote here is taken as it stands, and what it does not have becomes a candidate. What no pick
    can hold stays in the file and is named. No file is written, but a `.new` file that is settled is taken away.

    Of a file that is damaged (`damage.py`) nothing is taken; it is `refused`: call `raise_refused` at the end. Raises
    InputFileError where there is no such folder, and what the store raises.
    """
    results: dict[str, SyncReport] = {}
    before = [(file, await file.sides()) for file in await _edited_files(store, root, results)]
    for file, sides in before:
        with _refusing(results[file.relative]):
            file.check(sides)
    before = [(file, sides) for file, sides in before if not results[file.relative].refused]
    movers, landed = moved_between([it for _, it in before if it.clear and not it.edition])
    for file, sides in before:
        result = results[file.relative]
        if sides.edition:
            with _refusing(result):
                await take_edition(store, sides, sides.edition, result)
        elif sides.clear:
            now = await file.sides()
            await EditApplier(store, now, result, movers, landed).run()
            if len(before) > 1:
                file.earlier = _say_otherwise(sides, sides.theirs, now.theirs)
                file.own = (await file.sides()).theirs
        else:
            result.stays.append("all edits, for its stories cannot be told apart")
    for file, sides in before:
        if (sides.edition or sides.clear) and not results[file.relative].refused:
            results[file.relative].stays = await file.remember(sides)
    return list(results.values())


def raise_refused(synced: Iterable[SyncReport]) -> None:
    """Raise UnreadableMarkdownError where nothing was taken of a file, in one line however many there are."""
    refused = [it for it in synced if it.refused]
    if refused:
        more = f" (and {len(refused) - 1} more file(s))" if len(refused) > 1 else ""
        raise UnreadableMarkdownError(
            f"{refused[0].path} {refused[0].refused}; nothing of it was taken: mend the file, or take it away and export it again,"
            f" then sync{more}"
        )


@contextmanager
def _refusing(result: SyncReport) -> Iterator[None]:
    """Note why a file is refused, and go on with the others."""
    try:
        yield
    except UnreadableMarkdownError as error:
        result.refused = str(error)
        result.stays = [f"all edits, for the file {error}"]


async def _edited_files(store: Store, root: Path, results: dict[str, SyncReport]) -> list[_File]:
    """The files that hands have edited, and a result for each file."""
    files: list[_File] = []
    for relative, entry in sorted((await _known_files(store, root)).items()):
        content = read_bytes(root, relative)
        if content is None:
            if entry.written:
                results[relative] = SyncReport(root / relative, edited=False, missing=True)
            continue
        results[relative] = SyncReport(root / relative, edited=False)
        if entry.written and entry.written.sha256 == sha256(content):
            continue
        if entry.written is None and await is_latest(store, relative, content):
            continue
        results[relative].edited = True
        if wanted := wanted_again(entry.made_with):
            with _refusing(results[relative]):
                files.append(_file(store, root, relative, entry, wanted, content))
        else:
            results[relative].stays.append("all edits, for it is not known how the file was made")
    return files


async def _known_files(store: Store, root: Path) -> dict[str, LedgerEntry]:
    """What is known of the files of a folder; of those written to another folder only how they were made."""
    known = await recall_all(store, root)
    made = {relative: _digest_of(relative) for relative in _digests_in(root)} | await latest_made_with(store)
    return {relative: LedgerEntry(made_with=how) for relative, how in made.items() if how} | known


def _digests_in(root: Path) -> list[str]:
    if not root.is_dir():
        raise InputFileError(f"{root} is no directory: name the one that was given to export with --out")
    return [path.relative_to(root).as_posix() for path in root.glob("*/newsflash-*.md")]


def _digest_of(relative: str) -> Mapping[str, str]:
    match = _DIGEST_FILE.fullmatch(relative)
    if not match or not 1 <= int(match[3]) <= 12 or not int(match[2]):
        return {}
    month = date(int(match[2]), int(match[3]), 1)
    return {"format": "digest", "month": f"{month:%Y-%m}"} if digest_path(month) == relative else {}


@dataclass(slots=True)
class _File:
    """An edited file."""

    store: Store
    root: Path
    relative: str
    entry: LedgerEntry
    wanted: ExportRequest
    reading: Reading
    form: Grammar
    content: bytes
    parts: list[Segment]
    earlier: bool = False
    """Whether files that were taken before this one say something else of stories that no hand has touched here."""
    own: Sequence[Item] | None = None
    """What the store said when this file was taken; those that are taken later may change it."""

    def check(self, sides: Sides) -> None:
        """Raise UnreadableMarkdownError for a damaged file, unless an export or sync has taken it as it is before."""
        settled = self.entry.offered and read_bytes(self.root, self.relative + NEW) is None
        accepted = settled or self.entry.accepted == sha256(self.content)
        if not accepted and (why := damage(joined(self.parts), sides.base, sides.text, self.form)):
            raise UnreadableMarkdownError(why)
        if standing := still_standing(Matching.of(sides).missing(sides), self.parts):
            raise UnreadableMarkdownError(reason_of(standing))

    async def sides(self) -> Sides:
        """The file, what was last written of it, and what the store has for it now."""
        made = await self._made()
        told = self.reading.told_in
        text = self._text(made)
        base = self.entry.written or None
        # Where a hand has to decide, what it has typed decides, even if that was in the store before.
        taken = frozenset(() if self.entry.offered else self.entry.taken)
        return Sides(
            self.wanted,
            self.reading,
            base,
            self.parts,
            told(self.parts),
            told(self.form.split(text)),
            made,
            text,
            taken,
        )

    async def remember(self, before: Sides) -> list[str]:
        """Remember what file and store have agreed on, and tell what stays in the file alone."""
        made = await self._made()
        text = self._text(made)
        again = self.form.split(text)
        seen = self.entry.written and self.entry.written.sha256 == sha256(before.text.encode())
        later = self.own is not None and _say_otherwise(before, self.own, self.reading.told_in(again))
        news = (not seen and _has_news(before)) or self.earlier or later
        written = new_base(before.base, self.parts, text, again, news=news)
        how = made_with(made.page, self.wanted) if made else self.entry.made_with
        await keep(
            self.store,
            self.root,
            self.relative,
            LedgerEntry(written, accepted=sha256(self.content), taken=self._typed(written), made_with=how),
        )
        withdraw(self.root, self.relative, self.entry)
        return remainder(before.base, self.parts, again, self.reading)

    def _typed(self, agreed_on: Snapshot) -> tuple[str, ...]:
        """The items of the file that are not as the store would write them."""
        written = {it.mark for it in agreed_on.prints}
        return tuple(sorted({it.mark for it in self.parts if it.kind == "item"} - written))

    async def _made(self) -> BuiltPage | None:
        """The page of the file; None where the store has none any more."""
        target = TARGETS[self.wanted.target]
        found = None
        try:
            async for made in pages_of(self.store, self.wanted):
                if target.path(made.page) == self.relative:
                    found = made
        except BadValueError:
            return None  # an imported file that the store has no more
        return found

    def _text(self, made: BuiltPage | None) -> str:
        return file_text(made.page, TARGETS[self.wanted.target], self.wanted.profile) if made else ""


def _file(  # noqa: PLR0917 - what a file is known by
    store: Store, root: Path, relative: str, entry: LedgerEntry, wanted: ExportRequest, content: bytes
) -> _File:
    target = TARGETS[wanted.target]
    reading = Reading(wanted.format, wanted.unit, wanted.profile == "strict", target.guard, target.undo)
    form = form_of(wanted.format, wanted.unit, target, wanted.profile)
    parts = form.split(decoded(content).replace("\r\n", "\n"))
    return _File(store, root, relative, entry, wanted, reading, form, content, parts)


def _has_news(before: Sides) -> bool:
    """Whether the store had, before the edits went in, what is not in the file and no hand has decided on."""
    if before.base is None:
        return False
    old, mine, new = before.prints, [it.part for it in before.ours], [it.part for it in before.theirs]
    matching = Matching.of(before)
    known = {*matching.stored.values(), *matching.fresh.values()}
    return len(known) < len(new) or any(
        mine[place].mark == old[number].mark
        and (number not in matching.stored or new[matching.stored[number]].mark != old[number].mark)
        for number, place in matching.held.items()
    )


def _say_otherwise(before: Sides, one: Sequence[Item], other: Sequence[Item]) -> bool:
    """Whether stories that no hand has touched in a file are not the same in two states of the store."""
    untouched = {it.mark for it in before.prints} & {it.part.mark for it in before.ours}
    marks = {it.part.key: it.part.mark for it in other}
    return any(
        it.part.mark in untouched and marks.get(it.part.key, it.part.mark) != it.part.mark for it in one
    )
