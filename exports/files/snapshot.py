"""What is remembered of a text that was written: fingerprints, by which is known later what a hand changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from types import MappingProxyType
from typing import Literal, TypeVar

from exports.formats.fingerprints import is_apart
from exports.formats.segments import Kind, Segment, SegmentPrint, fingerprint, joined
from newsarchive.storage.collections import SegmentRow, Snapshot

_Either = TypeVar("_Either", Segment, SegmentPrint)
_KINDS: dict[Literal["h", "i", "t"], Kind] = {"h": "heading", "i": "item", "t": "text"}
_LETTERS = {kind: letter for letter, kind in _KINDS.items()}


def sha256(data: bytes) -> str:
    """The name of a file's content."""
    return hashlib.sha256(data).hexdigest()


def snapshot(name: str, prints: Sequence[SegmentPrint], sections: Mapping[str, str]) -> Snapshot:
    """What is kept of a text with this hash, these segments and sections."""
    parts = tuple(
        (section, tuple(_row(it) for it in of_section))
        for section, of_section in groupby(prints, lambda it: it.section)
    )
    return Snapshot(sha256=name, parts=parts, sections=tuple(sections.items()))


def _row(it: SegmentPrint) -> SegmentRow:
    row = (_LETTERS[it.kind], it.key, it.mark)
    if it.link:
        return (*row, it.told, it.link)
    return (*row, it.told) if it.told else row


def snapshot_of(segments: Sequence[Segment], told: Mapping[int, str] = MappingProxyType({})) -> Snapshot:
    """What is kept of a text; `told` is what its stories tell, by their places."""
    prints = [SegmentPrint.of(it, told.get(place, "")) for place, it in enumerate(segments)]
    return snapshot(sha256(joined(segments).encode()), prints, section_marks(segments))


def prints_of(kept: Snapshot | None) -> tuple[SegmentPrint, ...]:
    """What is known of the segments of a text."""
    return tuple(
        SegmentPrint(_KINDS[kind], section, key, mark, *more)
        for section, parts in (kept.parts if kept else ())
        for kind, key, mark, *more in parts
    )


def told_of(kept: Snapshot) -> list[str]:
    """What is remembered of the stories of a text."""
    return [it.told for it in prints_of(kept) if it.told]


def agreed(kept: Snapshot) -> Snapshot:
    """The same, when the file says what the store does in all: what it told when it did not is past."""
    prints = [replace(it, told="") if is_apart(it.told) else it for it in prints_of(kept)]
    return snapshot(kept.sha256, prints, dict(kept.sections))


def section_marks(segments: Sequence[Segment]) -> dict[str, str]:
    """A fingerprint of each section, without the blanks that follow it."""
    by_section: dict[str, list[Segment]] = {}
    for segment in segments:
        by_section.setdefault(segment.section, []).append(segment)
    return {
        section: fingerprint(joined(members).removesuffix(members[-1].gap))
        for section, members in by_section.items()
    }


def sections_of(segments: Sequence[Segment | SegmentPrint]) -> list[str]:
    """The sections of a text in their order."""
    return list(dict.fromkeys(it.section for it in segments))


def texts_of(segments: Sequence[_Either], section: str) -> list[_Either]:
    """What is no item in a section."""
    return [it for it in segments if it.section == section and it.kind != "item"]
