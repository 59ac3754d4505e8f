"""How fast an archive is read again, and in how much memory, as ratios measured in one run: `make benchmark-reparse`.

An archive is made from the corpus's pages, each in as many variants as are needed (another number, so another article), in WARC files
and a SQLite store. Then, turn by turn:

    bare        the pages alone, in memory: what `benchmarks.parse` measures as `ours`, in one process
    one core    the whole reading on one core: raw pages, parser, merging, comparison with the store
    two cores   the same on two cores with two processes

The best of all rounds counts; starting the processes does not. With `--memory N` an archive of N small pages is read on two cores, and
the peak memory of all its processes together is measured. Ends with 1 where a target is missed, or where anything is found to differ.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from benchmarks.parse import CORPUS, Sample, articles
from newsarchive.items.article import Article
from newsarchive.normal_form import normalised
from newsarchive.records.page import Page
from newsarchive.reparse.asked import ReparseRequest
from newsarchive.reparse.progress import Progress
from newsarchive.reparse.run import Reparsing
from newsarchive.reparse.workers import executor
from newsarchive.sites.reading import read
from newsarchive.storage import open_store
from newsarchive.storage.merging import names_of
from newsarchive.storage.raw.reader import RawReader
from newsarchive.storage.raw.store import RawStore
from newsarchive.storage.raw.warc import Capture

SPEED_UP_MIN = 1.7
OF_BARE_MIN = 0.7
MEMORY_MAX = 400
"""MB of all processes together."""
SMALL = 250_000
"""Bytes of the pages by which memory is measured: a hundred thousand large ones would take 26 GB of disk."""
_BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
_TOGETHER = 50
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reparse")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="the folder of captured pages")
    parser.add_argument("--articles", type=int, default=1000, help="how many are read for the rates; 0: none")
    parser.add_argument("--memory", type=int, default=0, metavar="N", help="how many are read for the memory")
    parser.add_argument("--rounds", type=int, default=3, help="the best of so many counts")
    parser.add_argument(
        "--folder", type=Path, help="where the archives are made  [default: a temporary folder]"
    )
    parser.add_argument("--time", nargs=2, metavar=("FOLDER", "WORKERS"), help=argparse.SUPPRESS)
    parser.add_argument("--bare", type=Path, metavar="FOLDER", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.time:
        print(json.dumps(asyncio.run(timed(Path(options.time[0]), int(options.time[1])))))
        return 0
    if not (options.corpus / "truth.jsonl").is_file():
        print(f"reparse: NOT MEASURED, there is no corpus of captured pages at {options.corpus}")
        return 0
    pages = list(usable(options.corpus))
    if options.bare:
        print(json.dumps({"seconds": bare(pages, options.articles)}))
        return 0
    missed: list[str] = []
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        if options.articles:
            missed += rates(pages, options, Path(folder) / "rates")
        if options.memory:
            small = [sample for sample in pages if len(sample.content) < SMALL]
            missed += memory(small, options.memory, Path(folder) / "memory")
    for line in missed:
        print(f"reparse: MISSED {line}", file=sys.stderr)
    return 1 if missed else 0


def rates(pages: Sequence[Sample], options: argparse.Namespace, folder: Path) -> list[str]:
    """Measure how fast it is. Returns what was missed."""
    number = asyncio.run(make(pages, options.articles, folder))
    found: dict[str, list[float]] = {"bare": [], "1": [], "2": []}
    for _ in range(options.rounds):
        count = min(number, 4 * len(pages))
        told = run(1, "--bare", str(folder), "--articles", str(count), "--corpus", str(options.corpus))
        found["bare"].append(count / told["seconds"])
        for workers in (1, 2):
            told = run(workers, "--time", str(folder), str(workers))
            if told["changed"] or told["articles"] != number:
                return [f"{told['changed']} of {told['articles']} articles differ; {number} are the same"]
            found[str(workers)].append(number / told["seconds"])
    bare_rate, one, two = (max(rate) for rate in found.values())
    print(
        f"{number} articles, {sum(len(it.content) for it in pages) / len(pages) / 1000:.0f} kB a page; pages a second:"
        f" bare {bare_rate:.0f}, one core {one:.0f}, two cores {two:.0f}"
    )
    print(
        f"two cores ÷ one core {two / one:.2f}; two cores ÷ bare {two / bare_rate:.2f}, one core ÷ bare {one / bare_rate:.2f}"
    )
    missed = []
    if two / one < SPEED_UP_MIN:
        missed.append(f"two cores read {two / one:.2f} times as fast as one, the target is {SPEED_UP_MIN}")
    if two / bare_rate < OF_BARE_MIN:
        missed.append(
            f"two cores read at {two / bare_rate:.2f} of the bare parse rate, the target is {OF_BARE_MIN}"
        )
    return missed


def memory(pages: Sequence[Sample], number: int, folder: Path) -> list[str]:
    """Measure how much memory it takes. Returns what was missed."""
    number = asyncio.run(make(pages, number, folder))
    told = run(2, "--time", str(folder), "2")
    print(
        f"{number} articles: {told['seconds']:.0f} s, peak memory of three processes together {told['peak']:.0f} MB"
    )
    missed = [f"{told['changed']} articles differ"] if told["changed"] else []
    if told["peak"] > MEMORY_MAX:
        missed.append(f"peak memory {told['peak']:.0f} MB, the target {MEMORY_MAX}")
    return missed


def run(cores: int, *words: str) -> dict[str, float]:
    """Run a part of this in a process of its own, on so many cores."""
    allowed = sorted(os.sched_getaffinity(0))[:cores]
    if len(allowed) < cores:
        sys.exit(f"reparse: {cores} cores are needed")
    command = [sys.executable, "-m", "benchmarks.reparse", *words]
    done = subprocess.run(
        command,
        check=True,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: os.sched_setaffinity(0, allowed),
    )
    told: dict[str, float] = json.loads(done.stdout)
    return told


async def timed(folder: Path, workers: int) -> dict[str, float]:
    """Read an archive again: the seconds that took, the peak memory in MB, and what was found."""
    with (
        RawReader(folder / "raw") as raw,
        executor(workers) as pool,
        Progress(folder / f"progress-{os.getpid()}") as progress,
    ):
        warm(pool)
        async with open_store(str(folder / "news.sqlite"), "read") as store:
            begin = perf_counter()
            await Reparsing(store, raw, ReparseRequest(), progress=progress, pool=pool).run()
            seconds = perf_counter() - begin
        counts = progress.counts()
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss if workers > 1 else 0
    return {
        "seconds": seconds,
        "peak": (own + workers * worker) / 1024,
        "articles": counts.get("articles", 0),
        "changed": counts.get("articles", 0) - counts.get("same", 0),
    }


def warm(pool: tuple[Executor, int]) -> None:
    """Let the workers start, and import what they need."""
    work, workers = pool
    for future in [work.submit(_import_all) for _ in range(4 * workers)]:
        future.result()


def _import_all() -> None:
    for site in ("36kr", "ithome", "weixin"):
        read(Page(b"<html>", ""), hint=site)


def bare(pages: Sequence[Sample], number: int) -> float:
    """The seconds of reading so many pages in memory once, each a variant that was not read before."""
    held = [Page(one.content, one.url) for one in variants(pages, number)]
    for one in pages[:3]:
        _ = read(Page(one.content, one.url), hint=one.site)
    begin = perf_counter()
    for page in held:
        for article in ((reading := read(page)).article, *reading.bodies):
            if article is not None:
                _ = article.text
    return perf_counter() - begin


# The archive.


def usable(corpus: Path) -> Iterator[Sample]:
    """The pages of single articles that have a number and keep it in all variants."""
    for sample in articles(corpus):
        article = read(Page(sample.content, sample.url), hint=sample.site).article
        if article is None or not article.identity or not article.url:
            continue
        sample = Sample(sample.file, sample.site, article.url, sample.content)  # noqa: PLW2901 - under its own address
        one, other = (read_variant(variant(sample, article, number)) for number in (1, 2))
        if one and other and set(names_of(one)).isdisjoint(names_of(other)):
            yield sample


def read_variant(sample: Sample) -> Article | None:
    """The article of a page, if it says that it is the one at its address."""
    article = read(Page(sample.content, sample.url, fetched_at=_BEGIN), hint=sample.site).article
    return article if article and article.identity and article.url == sample.url else None


def variant(sample: Sample, article: Article, number: int) -> Sample:
    """The same page as another article: with other numbers, of the same length, wherever they stand."""
    content, url = sample.content, sample.url
    for key in article.keys.values():
        if not re.fullmatch(r"\d{5,}|[\w-]{22}", key):
            continue
        other = f"{number:0{len(key) - 1}}" if key.isdecimal() else _word(number, len(key))
        other = f"{key[0]}{other}" if key.isdecimal() else other
        for old, new in ((key, other), (f"{key[:-3]}/{key[-3:]}", f"{other[:-3]}/{other[-3:]}")):
            content, url = content.replace(old.encode(), new.encode()), url.replace(old, new)
    return Sample(sample.file, sample.site, url, content)


def _word(number: int, length: int) -> str:
    word = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        word = _DIGITS[digit] + word
    return word.rjust(length, "A")


def variants(pages: Sequence[Sample], number: int) -> Iterator[Sample]:
    """So many pages, each another article."""
    read_ones = [(one, read(Page(one.content, one.url), hint=one.site).article) for one in pages]
    for count in range(number):
        sample, article = read_ones[count % len(read_ones)]
        assert article is not None  # noqa: S101 - it is usable
        yield variant(sample, article, count + 1)


async def make(pages: Sequence[Sample], number: int, folder: Path) -> int:
    """Make an archive of so many articles, as a crawl does it."""
    stored: set[str] = set()
    batch: list[Article] = []
    async with open_store(str(folder / "news.sqlite")) as store:
        with RawStore(folder / "raw", fsync=False) as raw:
            for count, sample in enumerate(variants(pages, number)):
                page = Page(
                    sample.content,
                    sample.url,
                    200,
                    {"Content-Type": "text/html"},
                    _BEGIN + timedelta(minutes=count),
                )
                reference = raw.append(Capture(page, site=sample.site))
                reading = read(page, hint=sample.site)
                article = reading.article
                assert article is not None  # noqa: S101 - it is usable
                raw.note(reference, article.identity, reading.verdict)
                stored.add(article.identity)
                batch.append(normalised(article.model_copy(update={"raw": reference})))
                if len(batch) == _TOGETHER:
                    await store.save_articles(batch)
                    batch.clear()
            await store.save_articles(batch)
    return len(stored)


if __name__ == "__main__":
    sys.exit(main())
