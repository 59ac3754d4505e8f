"""Takes what a hand wrote of a whole day, in the sections that a format has for it, into the store."""

from __future__ import annotations

from collections.abc import Iterable

from exports.formats.layout import prose_of, save_prose
from exports.formats.segments import Segment, joined
from exports.sync.edited_stories import EditedStories
from exports.sync.report import SyncReport
from newsarchive.storage.contract import DocumentStore

_APART = "section "


async def take_prose(store: DocumentStore, stories: EditedStories, result: SyncReport) -> set[str]:
    """Keep the sections that a hand has changed; one that it took out goes.

    What another hand has typed there since is not written over: returned are names of such sections, to be known by
    (`EditedStories.taken`) as long as both differ.
    """
    of, day, file = stories.dialect.of, stories.wanted.day, stories.file
    refused: set[str] = set()
    if not (of.prose and day):
        return refused
    held = dict(await prose_of(store, of, day))
    wanted = dict(held)
    for name in of.prose:
        section = stories.dialect.grammar.section(f"## {stories.dialect.word(name)}") or ""
        marks, typed, since = (
            [it.mark for it in side if it.section == section and it.kind != "heading"]
            for side in (file.prints, file.ours, file.theirs)
        )
        changed = f"{_APART}{name}" in stories.taken or since != marks
        if file.base and name in held and typed not in (marks, since) and changed and not stories.offered:
            refused.add(f"{_APART}{name}")
        elif typed != marks:
            ours = (it for it in file.ours if it.section == section and it.kind != "heading")
            wanted[name] = _words(ours, stories)
    wanted = {name: words for name, words in wanted.items() if words}
    if wanted != held:
        await save_prose(store, of, day, wanted)
        result.texts += 1
    return refused


def _words(segments: Iterable[Segment], stories: EditedStories) -> str:
    """The text of a section as Markdown, without what was done to it for its tool."""
    return stories.dialect.unescape(joined(segments)).lstrip("\n").rstrip()
