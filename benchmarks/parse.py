"""How fast a page is read, as ratios measured in one run over the corpus's articles: `make benchmark`.

Ours: verdict, all fields, the body tree and the plain text (`sites.reading.read` and every article's `text`). The measure: a
bare `lxml.html.document_fromstring` of the same bytes. With `--trafilatura PYTHON` (an interpreter that has
trafilatura; it is no dependency of ours) also `trafilatura.extract` of the same bytes, which gives the text alone.
The three take turns on every page, and the pages take turns in every round, so that a busy moment of the machine hits all
of them; the best of all rounds counts. Times are those of the processor.

Ends with 1 where a target is missed. All files count; HTML pages are also summed up alone, for in answers and Markdown
copies a bare HTML parse skips the bodies inside strings and code, and is that much quicker. In feeds it skips nearly
everything, as all bodies stand in CDATA. A feed's ratio is therefore to its floor: a bare XML parse of the file and a bare
HTML parse of each body in it. The ratio to the bare HTML parse of the file is printed beside it, as `raw`.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

import lxml.html
from lxml import etree
from rich.console import Console
from rich.table import Table

from newsarchive.items.record import SiteName
from newsarchive.parsing import feeds
from newsarchive.records.page import Page
from newsarchive.sites.reading import read

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
MEDIAN_MAX = 2.0
WORST_MAX = 4.0
WORST_FROM = 20_000
"""Bytes: below it, a page's fixed costs say nothing of the parser."""
TRAFILATURA_MIN = 5.0
_IN_A_ROW = 5
"""The first of these finds the caches of the processor full of other pages."""
_XML = etree.XMLParser(recover=True)
_WORKER = """
import sys, time
from pathlib import Path
from trafilatura import extract
for line in sys.stdin:
    content = Path(line.rstrip("\\n")).read_bytes()
    begin = time.process_time()
    extract(content)
    print(time.process_time() - begin, flush=True)
"""

Extract = Callable[[bytes], float]
"""Times one extraction by trafilatura, in seconds."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A captured page with articles."""

    file: str
    site: SiteName
    url: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Timing:
    """A page's best times in seconds of the processor; `trafilatura` is None where it was not run.

    `bare` is the HTML parse of the file's bytes. `floor` is the same thing, but for feeds the parse of what is in them.
    """

    sample: Sample
    bare: float
    floor: float
    ours: float
    trafilatura: float | None

    @property
    def ratio(self) -> float:
        """How many bare parses one reading costs."""
        return self.ours / self.floor

    @property
    def raw(self) -> float:
        """The same, by the HTML parse of the file's bytes, whatever the file is."""
        return self.ours / self.bare

    @property
    def is_page(self) -> bool:
        """Whether a bare HTML parse meets the same text as ours."""
        return self.sample.file.removesuffix(".gz").endswith(".html")

    @property
    def faster(self) -> float:
        """How many readings one extraction by trafilatura costs."""
        return (self.trafilatura or 0.0) / self.ours


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Returns the exit code."""
    options = _options(arguments)
    if not (options.corpus / "truth.jsonl").is_file():
        print(f"parse: NOT MEASURED, there is no corpus of captured pages at {options.corpus}")
        return 0
    samples = list(articles(options.corpus))
    with trafilatura(options.trafilatura) if options.trafilatura else nullcontext() as extract:
        timings = measure(samples, options.rounds, extract)
    _print(timings)
    return _judge(timings)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parse")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="the folder of captured pages")
    parser.add_argument(
        "--rounds", type=int, default=12, help=f"the best of {_IN_A_ROW} times as many counts"
    )
    parser.add_argument(
        "--trafilatura", metavar="PYTHON", help="an interpreter that has trafilatura installed"
    )
    return parser.parse_args(arguments)


def articles(corpus: Path) -> Iterator[Sample]:
    """Every file of the corpus that holds the text of articles, each once."""
    lines = (corpus / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    labels = [json.loads(line) for line in lines]
    containers = {label["container"] for label in labels if "container" in label}
    for label in labels:
        file = label["file"]
        if file in containers or ("container" not in label and label.get("text")):
            content = (corpus / file).read_bytes()
            if content.startswith(b"\x1f\x8b"):
                content = gzip.decompress(content)
            yield Sample(file, label["site"], label.get("url") or "", content)


def measure(samples: list[Sample], rounds: int, extract: Extract | None) -> list[Timing]:
    """The best times of each page."""
    timed: list[list[Timing]] = [[] for _ in samples]
    bodies = [_bodies(sample) for sample in samples]
    for _ in range(rounds):
        for place, sample in enumerate(samples):
            timed[place] += [time_page(sample, bodies[place], extract) for _ in range(_IN_A_ROW)]
    return [_best(timings) for timings in timed]


def time_page(sample: Sample, bodies: list[bytes], extract: Extract | None) -> Timing:
    """The times of a page once; `bodies` are those in a feed."""
    bare = _seconds(lambda: _parse_bare(sample))
    floor = _seconds(lambda: _parse_feed(sample, bodies)) if bodies else bare
    ours = _seconds(lambda: _read(sample))
    return Timing(sample, bare, floor, ours, extract(sample.content) if extract else None)


def _best(timings: list[Timing]) -> Timing:
    return Timing(
        timings[0].sample,
        min(one.bare for one in timings),
        min(one.floor for one in timings),
        min(one.ours for one in timings),
        min((one.trafilatura for one in timings if one.trafilatura is not None), default=None),
    )


def _bodies(sample: Sample) -> list[bytes]:
    """The HTML bodies in a feed; none for other files."""
    feed = feeds.read_feed(sample.content) if feeds.is_feed(sample.content) else None
    markups = (entry.content or entry.description for entry in (feed.entries if feed else ()))
    return [markup.encode() for markup in markups if markup.strip()]


def _seconds(work: Callable[[], None]) -> float:
    begin = process_time()
    work()
    return process_time() - begin


def _parse_bare(sample: Sample) -> None:
    lxml.html.document_fromstring(sample.content)


def _parse_feed(sample: Sample, bodies: list[bytes]) -> None:
    etree.fromstring(sample.content, _XML)
    for body in bodies:
        lxml.html.document_fromstring(body)


def _read(sample: Sample) -> None:
    reading = read(Page(sample.content, sample.url), hint=sample.site)
    for article in (reading.article, *reading.bodies):
        if article is not None:
            _ = article.text


@contextmanager
def trafilatura(python: str) -> Iterator[Extract]:
    """A process of another interpreter that extracts one page at a time and says how long that took."""
    pipe = subprocess.PIPE
    with (
        TemporaryDirectory() as folder,
        subprocess.Popen([python, "-c", _WORKER], stdin=pipe, stdout=pipe, text=True) as worker,
    ):
        page = Path(folder) / "page"

        def extract(content: bytes) -> float:
            page.write_bytes(content)
            print(page, file=worker.stdin, flush=True)
            return float(worker.stdout.readline() if worker.stdout else "nan")

        yield extract


def _print(timings: list[Timing]) -> None:
    title = "Best times; ratio = ours ÷ floor, raw = ours ÷ bare HTML parse, faster = trafilatura ÷ ours"
    table = Table(title=title, box=None)
    for heading in (
        "page",
        "kB",
        "bare ms",
        "floor ms",
        "ours ms",
        "ratio",
        "raw",
        "trafilatura ms",
        "faster",
    ):
        table.add_column(heading, justify="left" if heading == "page" else "right", no_wrap=True)
    for one in sorted(timings, key=lambda timing: (timing.sample.site, -timing.ratio)):
        theirs = ("-", "-") if one.trafilatura is None else (_ms(one.trafilatura), f"{one.faster:.1f}")
        size = f"{len(one.sample.content) / 1000:.0f}"
        ratios = (f"{one.ratio:.2f}", f"{one.raw:.2f}")
        table.add_row(one.sample.file, size, _ms(one.bare), _ms(one.floor), _ms(one.ours), *ratios, *theirs)
    out = Console(highlight=False, width=160)
    out.print(table)
    for site in sorted({one.sample.site for one in timings}):
        out.print(_summary(site, [one for one in timings if one.sample.site == site]), soft_wrap=True)
    out.print(_summary("all", timings), soft_wrap=True)
    raw = max(_large(timings) or timings, key=lambda one: one.raw)
    out.print(
        f"all, feeds too by the bare HTML parse of their bytes: ratio {median(one.raw for one in timings):.2f} median,"
        f" {raw.raw:.2f} at worst above {WORST_FROM // 1000} kB ({raw.sample.file})",
        soft_wrap=True,
    )
    if pages := [one for one in timings if one.is_page]:
        out.print(_summary("HTML pages alone", pages), soft_wrap=True)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f}"


def _summary(name: str, timings: list[Timing]) -> str:
    text = f"{name}: {len(timings)} pages, ratio {median(one.ratio for one in timings):.2f} median"
    if large := _large(timings):
        worst = max(large, key=lambda one: one.ratio)
        text += f", {worst.ratio:.2f} at worst above {WORST_FROM // 1000} kB ({worst.sample.file})"
    if compared := [one.faster for one in timings if one.trafilatura is not None]:
        text += (
            f"; trafilatura takes {median(compared):.1f} times as long (median), {min(compared):.1f} at least"
        )
    return text


def _large(timings: list[Timing]) -> list[Timing]:
    return [one for one in timings if len(one.sample.content) > WORST_FROM]


def _judge(timings: list[Timing]) -> int:
    """Say which targets are missed."""
    missed = []
    if (middle := median(one.ratio for one in timings)) > MEDIAN_MAX:
        missed.append(f"the median ratio is {middle:.2f}, the target {MEDIAN_MAX}")
    missed += [
        f"{one.sample.file}: ratio {one.ratio:.2f}, the target {WORST_MAX}"
        for one in _large(timings)
        if one.ratio > WORST_MAX
    ]
    compared = [one.faster for one in timings if one.trafilatura is not None]
    if compared and median(compared) < TRAFILATURA_MIN:
        missed.append(
            f"trafilatura takes {median(compared):.1f} times as long, the target is {TRAFILATURA_MIN}"
        )
    for line in missed:
        print(f"parse: MISSED {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    gc.freeze()  # what the imports left would be looked through again and again on our time
    sys.exit(main())
