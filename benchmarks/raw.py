"""What revisit records save, and what raw pages cost: `make benchmark-raw`.

The corpus's pages of articles are fetched as the defaults of `NEWSARCHIVE_REVISIT` and `NEWSARCHIVE_RECHECK_DAYS` have it in an
article's first 90 days, a run a day, packed by gzip as servers send them; of the looks, a given share finds the page
changed. The same goes into a store that keeps every page whole. Times are those of the processor.
"""

from __future__ import annotations

import argparse
import gzip
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from unittest.mock import patch

from benchmarks.parse import CORPUS, articles
from newsarchive.crawl.revisit_policy import revisit_at
from newsarchive.items.verdict import Verdict
from newsarchive.records.page import Page
from newsarchive.settings import ours
from newsarchive.storage.raw import store
from newsarchive.storage.raw.compaction import compact
from newsarchive.storage.raw.folders import warc_files
from newsarchive.storage.raw.reader import Damage, RawReader
from newsarchive.storage.raw.store import RawStore
from newsarchive.storage.raw.verification import verify
from newsarchive.storage.raw.warc import Capture

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 90
HEADERS = {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip", "Server": "nginx"}


@dataclass(frozen=True, slots=True)
class Kept:
    """What a store came to: bytes of its files, and seconds of all `append`s."""

    size: int
    seconds: float
    pages: int


def looks() -> Iterator[datetime]:
    """When an article of the first day is looked at."""
    settings = ours({})
    days = [float(day) for day in settings["NEWSARCHIVE_RECHECK_DAYS"].split(",")]
    at = FIRST
    while at < FIRST + timedelta(days=DAYS):
        yield at
        at = revisit_at(FIRST, at, settings["NEWSARCHIVE_REVISIT"], days)


def fetched(pages: list[tuple[str, bytes]], changed: float) -> list[tuple[datetime, list[Page]]]:
    """The pages of each run."""
    dice = random.Random(1)  # noqa: S311 - has to be repeatable
    held = {url: gzip.compress(content, 6, mtime=0) for url, content in pages}
    runs = []
    for number, at in enumerate(looks()):
        run = []
        for order, (url, content) in enumerate(pages):
            if number and dice.random() < changed:
                held[url] = gzip.compress(content + f"<!-- {number} -->".encode(), 6, mtime=0)
            run.append(Page(held[url], url, 200, HEADERS, at + timedelta(seconds=order)))
        runs.append((at, run))
    return runs


def keep(directory: Path, runs: list[tuple[datetime, list[Page]]]) -> Kept:
    """Append all pages, a file a run."""
    seconds, count = 0.0, 0
    for _, pages in runs:
        with RawStore(directory, fsync=False) as raw:
            for page in pages:
                begin = process_time()
                reference = raw.append(Capture(page, site="ithome"))
                seconds += process_time() - begin
                raw.note(reference, "ithome:1", Verdict.ARTICLE)
                count += 1
    return Kept(sum(path.stat().st_size for path in warc_files(directory)), seconds, count)


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.raw")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="the folder of captured pages")
    parser.add_argument("--pages", type=int, default=60, help="so many of its pages")
    parser.add_argument(
        "--changed", type=float, nargs="*", default=[0.0, 0.2, 1.0], help="shares of looks that find a change"
    )
    options = parser.parse_args(arguments)
    if not (options.corpus / "truth.jsonl").is_file():
        print(f"raw: NOT MEASURED, there is no corpus of captured pages at {options.corpus}")
        return
    found = {sample.url: sample.content for sample in articles(options.corpus) if sample.url}
    pages = [(url, content) for url, content in found.items() if len(content) > 5000][: options.pages]
    mean = sum(len(content) for _, content in pages) / len(pages)
    print(f"{len(pages)} pages of {mean / 1000:.0f} kB, looked at {len(list(looks()))} times in {DAYS} days")
    for changed in options.changed:
        runs = fetched(pages, changed)
        with TemporaryDirectory() as folder:
            with_revisits, whole = Path(folder) / "revisits", Path(folder) / "whole"
            ours_ = keep(with_revisits, runs)
            with patch.object(store, "WORTH_A_REVISIT", 2**62):
                theirs = keep(whole, runs)
            print(
                f"changed {changed:.0%}: {ours_.size / 1e6:.2f} MB of {theirs.size / 1e6:.2f} MB whole"
                f" ({1 - ours_.size / theirs.size:.0%} saved);"
                f" {ours_.seconds / ours_.pages * 1e6:.0f} µs a page, whole {theirs.seconds / theirs.pages * 1e6:.0f} µs"
            )
            _read(with_revisits, ours_)


def _read(directory: Path, kept: Kept) -> None:
    """What it costs to read all, to verify it, and to put the files together."""

    def stream() -> None:
        with RawReader(directory) as reader:
            lost = [one for file in reader.files() for one in reader.pages(file) if isinstance(one, Damage)]
        assert not lost  # noqa: S101 - nothing was damaged

    def check() -> None:
        assert not verify(directory, lambda _page, _site: (None, Verdict.OTHER)).damages  # noqa: S101 - as above

    for name, work in (
        ("read", stream),
        ("verify", check),
        ("compact", lambda: deque(compact(directory), maxlen=0)),
        ("read again", stream),
    ):
        begin = process_time()
        work()
        seconds = process_time() - begin
        print(f"    {name}: {kept.pages / seconds:.0f} pages a second, {len(warc_files(directory))} files")


if __name__ == "__main__":
    main()
