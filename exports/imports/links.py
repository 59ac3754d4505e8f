"""Where the links of an imported file went: to a story, into a story's words, or nowhere, and then they are named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from exports.formats.archive import Archive, ArchiveItem, Remark
from exports.formats.segments import key_of_url
from exports.imports.document_items import blocks_of, kinds_of, story_key, story_link
from exports.imports.outline import places_aside
from exports.imports.sentences import addresses
from newsarchive.markdown.document import Document

_SHOWN = {"words", "picture"}
"""Lines below a title that a post shows."""


@dataclass(frozen=True, slots=True)
class LinkCount:
    """How many links a file has, and where they are: `own` of stories, `words` within them, `around` what every issue has, `left` out."""

    own: int = 0
    words: int = 0
    around: int = 0
    left: int = 0

    def __str__(self) -> str:
        said = (
            (self.own, "of stories"),
            (self.words, "in their words"),
            (self.around, "around them"),
            (self.left, "not taken"),
        )
        return ", ".join(f"{count} {words}" for count, words in said if count) or "none"


def count_links(
    archive: Archive, name: str, taken: Iterable[str], *, kept: bool
) -> tuple[LinkCount, list[Remark]]:
    """Where the links of a file went; those that no pick has are named. `taken` are the links of the picks that came of it.

    Of a file that is `kept` the words of the stories are kept too, and links in them; of one that has no picks all is.
    """
    document = Document(archive.text, name)
    of_picks = {key_of_url(url) for url in taken}
    whole = kept and not of_picks and not any(story_link(it) for it in archive.items)
    aside = {document.lines[place].number for place in places_aside(document.structure)}
    inside: set[int] = set()
    on_line: dict[int, str] = {}
    said_before: set[str] = set()
    if kept and not archive.days:
        for item, block in blocks_of(document, archive):
            if (key := story_key(item)) and key_of_url(key) in of_picks - said_before:
                said_before.add(key_of_url(key))  # of several with one link the first stands
                inside |= {line.number for line, kind in kinds_of(item, block) if kind in _SHOWN}
                said = f"{item.title} {item.text} {item.words}"
                on_line |= dict.fromkeys((item.line, *item.facts), said)
    in_items = {
        key_of_url(url) for item in _items(archive) for url in (*(item.urls or ()), *item.inline_urls)
    }
    counted = dict.fromkeys(("own", "words", "around", "left"), 0)
    remarks: list[Remark] = []
    around: list[tuple[int, str]] = []
    for line in document.lines:
        for url in addresses(line.text):
            key = key_of_url(url)
            if key in of_picks:
                counted["own"] += 1
            elif (
                whole
                or line.number in inside
                or url in on_line.get(line.number, "")
                or (archive.days and key in in_items)
            ):
                counted["words"] += 1
            elif line.number in aside or line.is_code:
                counted["around"] += 1
                around.append((line.number, url))
            else:
                counted["left"] += 1
                remarks.append(Remark(line.number, f"link not taken: {url}", rank=0))
    if around:
        rows = "; ".join(f"{number} {url}" for number, url in around)
        remarks.append(Remark(around[0][0], f"links of what is around the stories, by line: {rows}", rank=3))
    return LinkCount(**counted), remarks


def _items(archive: Archive) -> list[ArchiveItem]:
    return [*archive.items, *(item for day in archive.days for item in day.items)]
