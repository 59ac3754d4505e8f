"""Takes what a hand wrote of a whole day, in the sections that a format has for it, into the store."""

from __future__ import annotations

from collections.abc import Iterable

from exports.formats.layout import prose_of, save_prose
from exports.formats.segments import Segment, joined
from exports.sync.edited_stories import EditedStories
from exports.sync.report import SyncReport
from newsarchive.storage.contract import DocumentStore


async def take_prose(store: DocumentStore, stories: EditedStories, result: SyncReport) -> None:
    """Keep the sections that a hand has changed; one that it took out goes."""
    of, day = stories.dialect.of, stories.wanted.day
    if not (of.prose and day):
        return
    held = dict(await prose_of(store, of, day))
    wanted = dict(held)
    for name in of.prose:
        section = stories.dialect.grammar.section(f"## {stories.dialect.word(name)}") or ""
        before = [it.mark for it in stories.file.prints if it.section == section and it.kind != "heading"]
        ours = [it for it in stories.file.ours if it.section == section and it.kind != "heading"]
        if [it.mark for it in ours] != before:
            wanted[name] = _words(ours, stories)
    wanted = {name: words for name, words in wanted.items() if words}
    if wanted != held:
        await save_prose(store, of, day, wanted)
        result.texts += 1


def _words(segments: Iterable[Segment], stories: EditedStories) -> str:
    """The text of a section as Markdown, without what was done to it for its tool."""
    return stories.dialect.unescape(joined(segments)).lstrip("\n").rstrip()
