"""Where the files of an archive folder lie: an editor renames and moves them, and the links of their items tell which is which.

A file that is not where it was is looked for among the Markdown files of the folder of which nothing is known. It is the one that
has at least half of its stories, and few others.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from exports.files.atomic import move_file, read_bytes
from exports.files.ledger import keep, place_of, recall_all
from exports.files.snapshot import prints_of
from exports.formats.format import Dialect
from exports.formats.segments import WORDS, Segment, key_of_url
from newsarchive.errors import OutputError
from newsarchive.markdown.links import bare_urls
from newsarchive.storage.collections import LedgerEntry
from newsarchive.storage.contract import DocumentStore

DialectOf: TypeAlias = Callable[[Mapping[str, str]], Dialect | None]
"""How a file is written and read that was made so; None where that is not known."""
_ENDINGS = (".md", ".markdown", ".mdx")
_NEW = ".new"
_NOT_THE_EDITORS = frozenset({"node_modules"})
"""Folders in which no file of an archive is; hidden ones neither (`.trash` of Obsidian)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file lies below its folder, and what is known of it.

    `was` is where it lay, if it was renamed or moved since; `may_be` are the files of which several may be it.
    """

    at: str
    entry: LedgerEntry | None
    was: str = ""
    may_be: tuple[str, ...] = ()

    @property
    def unclear(self) -> str:
        """Why it is not known which file it is, to follow its name; else empty."""
        if not self.may_be:
            return ""
        return f"is not there, and {' and '.join(self.may_be)} both have its items"


class Whereabouts:
    """The places of the files of one archive folder, as they were when the first was looked for."""

    def __init__(self, store: DocumentStore, root: Path, dialect_of: DialectOf) -> None:
        self._store, self._root, self._dialect_of = store, root, dialect_of
        self._found: dict[str, tuple[str, ...]] | None = None

    async def find(self, relative: str, entry: LedgerEntry | None) -> Place:
        """Where the file lies that was written as `relative`; a new place is remembered, and the version beside it comes along.

        Raises OutputError, and what the store raises.
        """
        at = place_of(relative, entry)
        if entry is None or entry.written is None or (self._root / at).exists():
            return Place(at, entry)
        if self._found is None:
            self._found = await self._search()
        found = self._found.get(relative, ())
        if len(found) != 1:
            return Place(at, entry, may_be=found)
        place = found[0]
        moved = entry.model_copy(update={"at": "" if place == relative else place, "deleted": False})
        move_file(self._root, at + _NEW, place + _NEW)
        await keep(self._store, self._root, relative, moved)
        return Place(place, moved, was=at)

    async def _search(self) -> dict[str, tuple[str, ...]]:
        """The files that may be those that are not where they were."""
        known = await recall_all(self._store, self._root)
        places = {place_of(relative, entry) for relative, entry in known.items()}
        lost = [
            (relative, it)
            for relative, entry in known.items()
            if not (self._root / place_of(relative, entry)).exists() and (it := self._lost(entry))
        ]
        found: dict[str, tuple[str, ...]] = {}
        for path in _markdown_files(self._root) if lost else ():
            if path in places:
                continue
            text = self._text(path)
            likeness = {relative: it.likeness(text) for relative, it in lost}
            best = max(likeness.values())
            for relative, share in likeness.items():
                if share and share == best:
                    found[relative] = (*found.get(relative, ()), path)
        return found

    def _lost(self, entry: LedgerEntry) -> _Lost | None:
        dialect = self._dialect_of(entry.made_with)
        if dialect is None or entry.written is None:
            return None
        prints = prints_of(entry.written)
        identity = entry.made_with.get("article")
        keys = {identity} if identity else {it.key for it in prints if dialect.grammar.is_story(it)}
        return _Lost(dialect, frozenset(keys), frozenset(it.mark for it in prints)) if keys else None

    def _text(self, path: str) -> str:
        try:
            content = read_bytes(self._root, path)
        except OutputError:  # a link out of the folder
            return ""
        return (content or b"").decode(errors="replace").replace("\r\n", "\n")


@dataclass(frozen=True, slots=True)
class _Lost:
    """What a file is known by that is not where it was: its stories, and all that was written in it."""

    dialect: Dialect
    keys: frozenset[str]
    marks: frozenset[str]

    def likeness(self, text: str) -> int:
        """How much of it a text has: more than 0 if that may be the file."""
        linked = {it for it in self.keys if not it.startswith(WORDS)}
        if 2 * len(linked & {key_of_url(url) for url in bare_urls(text)}) < len(linked):
            return 0
        segments = self.dialect.grammar.split(text)
        keys = self._stories(segments)
        common = len(keys & self.keys)
        if not common or 2 * common < max(len(keys), len(self.keys)):
            return 0
        return common + len(self.marks & {it.mark for it in segments})

    def _stories(self, segments: Sequence[Segment]) -> set[str]:
        if self.dialect.unit == "article":
            return {key_of_url(it.url) for it in self.dialect.items(segments) if it.url}
        return {it.key for it in self.dialect.stories(segments)}


def _markdown_files(root: Path) -> Iterator[str]:
    for folder, below, names in os.walk(root):
        below[:] = sorted(it for it in below if not it.startswith(".") and it not in _NOT_THE_EDITORS)
        for name in sorted(names):
            if name.endswith(_ENDINGS):
                yield (Path(folder) / name).relative_to(root).as_posix()
