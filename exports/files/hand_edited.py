"""Writes files in which hand edits stay: the way in which every exporter writes what an editor may edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from exports.files.atomic import read_bytes, remove_file, write_text
from exports.files.damage import damage, decoded
from exports.files.edited_file import EditedFile, with_links
from exports.files.ledger import is_as_written, keep, keep_latest, place_of, recall
from exports.files.snapshot import prints_of, sha256, snapshot, snapshot_of, told_of
from exports.files.three_way_merge import Merged, merge
from exports.formats.fingerprints import Telling, is_apart
from exports.formats.format import AS_WRITTEN
from exports.formats.items import is_draft_mark, without_draft_mark
from exports.formats.segments import DAY_KEY, Grammar, Segment, joined, quoted
from newsarchive.errors import ConflictError, UnreadableMarkdownError
from newsarchive.markdown.links import bare_urls, links_in
from newsarchive.parsing.urls import is_web_address
from newsarchive.storage.collections import LedgerEntry
from newsarchive.storage.contract import DocumentStore
from newsarchive.storage.merging import encodable

NEW = ".new"
"""Ends the name of the file that is put beside one that was left as it is."""


class State(StrEnum):
    """How the writing of a file ended."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    MERGED = "merged"
    CONFLICT = "conflict"
    DELETED = "deleted, and stays so (--restore writes it again)"


@dataclass(frozen=True, slots=True)
class Written:
    """How the writing of one file ended; for a conflict with a line that says where, why and what to do.

    `was` is where the file lay below the folder before a hand renamed or moved it, if that was seen just now. `taken` are the stories that were in the file and are no more, by some words, `days_taken` the days that have none left.
    """

    path: Path
    state: State
    message: str = ""
    was: str = ""
    taken: tuple[str, ...] = ()
    days_taken: tuple[str, ...] = ()


async def write_keeping_edits(
    store: DocumentStore,
    root: Path,
    relative: str,
    text: str,
    grammar: Grammar,
    *,
    made_with: Mapping[str, str] | None = None,
    another_form: bool = False,
    telling: Telling = lambda _: {},
    links: Sequence[str] = (),
) -> Written:
    """Write `text` to a file below `root`, and keep what hands have changed in that file since it was last written.

    A file that is absent, or is what was last written, gets the text. One that was edited is merged segment by segment, as
    `grammar` cuts it (`three_way_merge.py` says what wins). Where both sides changed one segment, where the file is damaged
    (`damage.py`), and where nothing is remembered of an existing file, the file stays as it is and the new version is
    written beside it, named `.new`: the result then has the state CONFLICT; go on with other files and call `raise_conflicts` at the end. A
    conflict is settled by deleting the `.new` file: what the edited file says then stands.

    `made_with` says how to make the text again (format, profile, month …); `sync` reads it. A text in `another_form` than an
    editor's own page is put beside a file that was written from such a page, as in a conflict. `telling` says what to
    remember of its stories, `links` are the keys of their links. What was written is
    remembered in `store` by the absolute path of `root`. A file that was renamed is written where it lies (`whereabouts.py`). Raises OutputError, and what the store raises.
    """
    writing = _Writing(
        store, root, relative, encodable(text), grammar, dict(made_with or {}), another_form, telling, links
    )
    return await writing.run()


def raise_conflicts(written: Iterable[Written]) -> None:
    """Raise ConflictError where a file was left as it is, in one line however many there are."""
    conflicts = [it for it in written if it.state is State.CONFLICT]
    if conflicts:
        more = (
            f" (and {len(conflicts) - 1} more file(s) with a {NEW} file beside)" if len(conflicts) > 1 else ""
        )
        raise ConflictError(conflicts[0].message + more)


@dataclass(slots=True)
class _Writing:
    """One file on its way to the disk."""

    store: DocumentStore
    root: Path
    relative: str
    text: str
    grammar: Grammar
    made_with: dict[str, str]
    another_form: bool
    telling: Telling
    links: Sequence[str]
    place: str = ""
    """Where the file lies."""

    async def run(self) -> Written:
        entry = await recall(self.store, self.root, self.relative) or LedgerEntry()
        self.place = place_of(self.relative, entry)
        content = read_bytes(self.root, self.place)
        if content is not None and entry.pending and sha256(content) == entry.result:
            # The last run ended between writing and remembering.
            entry = entry.model_copy(update={"written": entry.pending})
        if content is None or content == self.text.encode():
            return await self._write(entry, self.text, content)
        if self.another_form and entry.made_with.get("template") == AS_WRITTEN:
            return await self._keep_form(entry)
        if await is_as_written(self.store, self.relative, entry, content, self.made_with):
            return await self._write(entry, self.text, content)
        return await self._merge(entry, content)

    async def _keep_form(self, entry: LedgerEntry) -> Written:
        """Leave an editor's page that the store cannot continue in its own form; a `.new` file that is gone was decided on."""
        beside = read_bytes(self.root, self.place + NEW)
        if beside is None and entry.offered and entry.offered.sha256 == sha256(self.text.encode()):
            return Written(self.root / self.place, State.UNCHANGED)
        self.made_with = dict(entry.made_with)
        why = "is a page that was imported, and what was chosen since cannot be written in its own form"
        return await self._leave(entry, self.text, beside, why)

    async def _merge(self, entry: LedgerEntry, content: bytes) -> Written:
        beside = read_bytes(self.root, self.place + NEW)
        settled = entry.offered if beside is None else None
        base = entry.written or settled
        try:
            ours = decoded(content)
        except UnreadableMarkdownError as error:
            return await self._leave(entry, self.text, beside, str(error))
        ours = self._without_marks_of_drafts(ours)
        if base is None:
            why = "exists, and is not what was last exported to this folder from this store"
            return await self._leave(entry, self.text, beside, why)
        accepted = settled is not None or entry.accepted == sha256(content)
        same = base.sha256 == sha256(self.text.encode())
        decided = settled is not None
        if accepted and same:
            return await self._write(entry, ours, content, accepted=sha256(ours.encode()), decided=decided)
        edited = EditedFile.of(self.grammar, base, ours, self.text, self.links)
        if not accepted and (why := damage(edited)):
            return await self._leave(entry, self.text, beside, why)
        merged = Merged(ours) if same else merge(edited, settled)
        if merged.conflicts:
            more = f" and {len(merged.conflicts) - 1} more" if len(merged.conflicts) > 1 else ""
            why = f"was edited by hand where the store changed too: {merged.conflicts[0]}{more}"
            return await self._leave(entry, merged.text, beside, why)
        return await self._write(
            entry, merged.text, content, accepted=sha256(merged.text.encode()), decided=decided
        )

    def _without_marks_of_drafts(self, ours: str) -> str:
        """The file without its marks of words that nobody had written, where an editor has since and the store has these."""
        theirs = self.grammar.split(self.text)
        stories = {it.key: it.mark for it in theirs if it.kind == "item"}
        still = any(is_draft_mark(it) for it in theirs)
        found = [it for it in self.grammar.split(ours) if still or not is_draft_mark(it)]
        for place, it in enumerate(found):
            raw = without_draft_mark(it.raw) if it.kind == "item" else it.raw
            if raw != it.raw:
                bare = replace(it, raw=raw, body=self.grammar.body(raw))
                found[place] = bare if bare.mark == stories.get(it.key) else it
        return joined(found)

    async def _write(
        self,
        entry: LedgerEntry,
        text: str,
        content: bytes | None,
        *,
        accepted: str = "",
        decided: bool = False,
    ) -> Written:
        """Write the file, and remember the exporter's own text as what the next merge starts from.

        `decided` tells that a hand has seen all that the store has.
        """
        same = content == text.encode()
        own = text == self.text
        made = entry.written
        known = made is not None and made.sha256 == sha256(self.text.encode())
        told = told_of(made) if made and known else []
        if made is None or not told or (own and any(map(is_apart, told))):
            segments = with_links(self.grammar, self.text, self.links)
            tells = self.telling(segments)
            edited = None if own else EditedFile.of(self.grammar, entry.written, text, self.text, self.links)
            made = snapshot_of(segments, edited.telling(tells) if edited and not decided else tells)
            if edited and entry.written:
                prints = edited.where_they_stand(prints_of(made), merged=True)
                made = snapshot(made.sha256, prints, dict(made.sections))
        taken = () if own else entry.taken
        now = LedgerEntry(written=made, accepted=accepted, taken=taken, made_with=self.made_with, at=entry.at)
        if not same or now != entry:
            if not same and content is not None:
                pending = entry.model_copy(update={"pending": made, "result": sha256(text.encode())})
                await keep(self.store, self.root, self.relative, pending)
            if not same:
                write_text(self.root, self.place, text)
            await keep(self.store, self.root, self.relative, now)
            if made is not entry.written:
                await keep_latest(self.store, self.relative, made, self.made_with)
            withdraw(self.root, self.place, entry)
        state = State.UNCHANGED if same else State.WRITTEN if own else State.MERGED
        gone, days = ((), ()) if same or content is None else self._taken_out(content, text)
        return Written(self.root / self.place, state, taken=gone, days_taken=days)

    def _taken_out(self, content: bytes, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The stories of a file that the new text does not have, wherever they stood, and the days that have none left."""
        old = content.decode(errors="replace").replace("\r\n", "\n")
        edited = EditedFile.of(self.grammar, None, old, text.replace("\r\n", "\n"))
        held = set(edited.matching.new_to_ours.values())
        stories = {place: it for place, it in enumerate(edited.ours) if self.grammar.is_story(it)}
        taken = tuple(self._name(it) for place, it in stories.items() if place not in held)
        days = dict.fromkeys(it.section for it in stories.values() if DAY_KEY.match(it.section))
        left = {it.section for it in edited.theirs if self.grammar.is_story(it)}
        return taken, tuple(day for day in days if day not in left)

    def _name(self, segment: Segment) -> str:
        """By what a message names a story: its day if the file has several, some words, its link."""
        number = f"{segment.number}. " if segment.number is not None else ""
        words = quoted(segment.raw.lstrip("# ").removeprefix(number).partition("\n")[0])
        urls = [it.url for it in links_in(segment.raw) if is_web_address(it.url)] or bare_urls(segment.raw)
        day = segment.section if DAY_KEY.match(segment.section) else ""
        return " ".join(it for it in (day, words, *urls[:1]) if it)

    async def _leave(self, entry: LedgerEntry, proposal: str, beside: bytes | None, why: str) -> Written:
        """Leave the file and put the new version beside it, unless a hand has edited the one that lies there."""
        path = self.root / self.place
        data = proposal.encode()
        kept = beside is not None and sha256(beside) != entry.offer and beside != data
        if not kept:
            write_text(self.root, self.place + NEW, proposal)
        offered = snapshot_of(self.grammar.split(self.text))
        offer = entry.offer if kept else sha256(data)
        update = {"offered": offered, "offer": offer, "made_with": self.made_with}
        changed = entry.model_copy(update=update)
        if changed != entry:
            await keep(self.store, self.root, self.relative, changed)
        new = f"{path.name}{NEW}"
        where = f"{new} beside it was edited too and left" if kept else f"the new version is {new}"
        return Written(
            path,
            State.CONFLICT,
            f"{path} {why}; it was left as it is, {where}: put what you want of it into the file, then delete the {NEW} file",
        )


def withdraw(root: Path, relative: str, entry: LedgerEntry) -> None:
    """Take away the version beside a file, once it is settled, unless a hand has edited it."""
    beside = read_bytes(root, relative + NEW) if entry.offered else None
    if beside is not None and sha256(beside) == entry.offer:
        remove_file(root, relative + NEW)
