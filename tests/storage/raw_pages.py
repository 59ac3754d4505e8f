"""Raw folders of the tests' own making, with some of what happens to files."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

from newsarchive.items.article import RawReference
from newsarchive.items.verdict import Verdict
from newsarchive.records.page import Page
from newsarchive.storage.raw.store import RawStore
from newsarchive.storage.raw.warc import Capture
from tests.storage.records import NOON


def make_runs(directory: Path, runs: int = 4, pages: int = 4, seed: int = 1) -> dict[str, Page]:
    """The pages of some runs, a file each, by place (FILE@OFFSET); every other run finds the pages as they were."""
    dice = random.Random(seed)  # noqa: S311 - has to be repeatable
    kept = {}
    for run in range(runs):
        with RawStore(directory, fsync=False) as raw:
            for number in range(pages):
                words = random.Random(run // 2 * 100 + number).randbytes(3000).hex().encode()  # noqa: S311 - as above
                at = NOON + timedelta(hours=run, minutes=number, microseconds=dice.randrange(1000))
                page = Page(words, f"https://www.ithome.com/0/897/{number}.htm", 200, {"Server": "x"}, at)
                reference = raw.append(Capture(page, site="ithome"))
                raw.note(reference, f"ithome:{number}", Verdict.ARTICLE)
                kept[place(reference)] = page
    return kept


def place(reference: RawReference) -> str:
    """FILE@OFFSET."""
    return f"{reference.file}@{reference.offset}"


def flip(path: Path, dice: random.Random) -> int:
    """One bit of a file; where it lies."""
    content = bytearray(path.read_bytes())
    at = dice.randrange(len(content))
    content[at] ^= 1 << dice.randrange(8)
    path.write_bytes(content)
    return at
