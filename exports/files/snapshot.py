"""What is remembered of a text that was written: fingerprints, by which is known later what a hand changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from exports.formats.segments import Segment, SegmentPrint, fingerprint, joined

_Either = TypeVar("_Either", Segment, SegmentPrint)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A text, remembered: its hash, its segments, and a fingerprint of each section with its blanks."""

    sha256: str
    prints: tuple[SegmentPrint, ...]
    sections: Mapping[str, str]


def sha256(data: bytes) -> str:
    """The name of a file's content."""
    return hashlib.sha256(data).hexdigest()


def snapshot_of(segments: Sequence[Segment]) -> Snapshot:
    """What is kept of a text, which comes in segments."""
    return Snapshot(
        sha256(joined(segments).encode()),
        tuple(SegmentPrint.of(segment) for segment in segments),
        section_marks(segments),
    )


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
