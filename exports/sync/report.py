"""What is said of a sync, file by file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(slots=True)
class SyncReport:
    """What was taken back from one file: counts, and a line for each thing that `stays` in the file alone.

    `chosen` are stories that were ticked.

    `changed` names stories whose source says something else since the hand wrote of them. Of a file of which nothing was
    known, `done` are its days, which are done now.
    `refused` says, to follow the file's name, why nothing was taken of a file that is damaged; one that was exported and
    is not there any more is `missing`. `was` is where it lay below the folder before a hand renamed or moved it.
    """

    path: Path
    edited: bool
    texts: int = 0
    added: int = 0
    chosen: int = 0
    rejected: int = 0
    moved: int = 0
    stays: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    done: list[date] = field(default_factory=list)
    refused: str = ""
    missing: bool = False
    was: str = ""
