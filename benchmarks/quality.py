"""How right the parsers are on the corpus of captured pages: `make quality`.

Prints per site and verdict the share of perfect pages, the share of exact values per field and the F1 of the texts,
then every difference. Ends with 1 where a figure is below its floor (`quality_floors.json`). Without the corpus beside
the checkout nothing is measured, and that is said.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from statistics import fmean
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.floors import Figures, Floors, load, lower_to, raise_to, save, shown, sunk
from benchmarks.scoring import FIELDS, Label, Score, narrowed, score
from newsarchive.cli.page_files import read_entry
from newsarchive.errors import NewsarchiveError
from newsarchive.items.verdict import ARTICLE_KINDS

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
FLOORS = Path(__file__).with_name("quality_floors.json")
OUT = Console(highlight=False, width=190)
_VALUE_MAX = 150

COLUMNS = {
    "verdict": "verd",
    "title": "title",
    "account": "acct",
    "author": "auth",
    "identity": "ident",
    "published_at": "time",
    "digest": "digest",
    "cover": "cover",
    "copyright": "copyr",
    "reprint_of": "repr",
    "text": "text",
    "images": "imgs",
    "links": "links",
    "items": "items",
}
"""The fields with a column of their own; the lowest of the others stands under `rest`."""
_REST = tuple(name for name in FIELDS if name not in COLUMNS)


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, compare with the floors or move them. Returns the exit code."""
    options = _options(arguments)
    truth = options.corpus / "truth.jsonl"
    if not truth.is_file():
        print(f"quality: NOT MEASURED, there is no corpus of captured pages at {options.corpus}")
        return 0
    pinned = hashlib.sha256(truth.read_bytes()).hexdigest()
    labels = [json.loads(line) for line in truth.read_text(encoding="utf-8").splitlines()]
    scores = measure(labels, options.corpus)
    figures = {name: _figures(group) for name, group in _groups(scores).items()}
    OUT.print(_table(figures))
    _print_differences(scores)
    floors = load(options.floors)
    if options.raise_floors or options.lower_floors:
        return _move(floors, figures, pinned, options)
    return _verdict(floors, figures, pinned)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make quality", description=__doc__.partition("\n")[0] if __doc__ else ""
    )
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="the folder of captured pages")
    parser.add_argument("--floors", type=Path, default=FLOORS, help="the file of floors")
    moves = parser.add_mutually_exclusive_group()
    moves.add_argument("--raise-floors", action="store_true", help="put the floors up to what is measured")
    moves.add_argument(
        "--lower-floors",
        metavar="REASON",
        help="take what is measured as floors; the reason is kept in the file",
    )
    return parser.parse_args(arguments)


def measure(labels: list[Label], corpus: Path) -> list[Score]:
    """The score of every label."""
    files = [label for label in labels if "container" not in label]
    printed = {found["file"]: found for label in files for found in _parsed(label, corpus)}
    return [score(label, printed.get(label["file"])) for label in labels]


def _parsed(label: Label, corpus: Path) -> Iterator[Label]:
    """What `newsarchive parse` prints of a file; nothing where it fails."""
    try:
        yield from read_entry({"file": label["file"], "url": label.get("url")}, corpus)
    except NewsarchiveError as error:
        print(f"{label['file']}: {error}", file=sys.stderr)


def _groups(scores: list[Score]) -> dict[str, list[Score]]:
    """The pages of each site and verdict, then all articles, all pages of sites, and all files."""
    ordered = sorted(scores, key=lambda one: (one.site, one.verdict))
    groups = {
        f"{site}/{verdict}": list(group)
        for (site, verdict), group in groupby(ordered, key=lambda one: (one.site, one.verdict))
    }
    groups["articles"] = [one for one in scores if one.verdict in ARTICLE_KINDS]
    groups["pages"] = [one for one in scores if one.site != "archive"]
    groups["all"] = scores
    return groups


def _figures(scores: list[Score]) -> dict[str, float]:
    """A group's figures: pages, share of perfect ones, per field the share of exact values, F1 of its texts."""
    figures = {"pages": float(len(scores)), "perfect": _share(one.perfect for one in scores)}
    for name in FIELDS:
        judged = [one.exact[name] for one in scores if name in one.exact]
        if judged:
            figures[name] = _share(judged)
    texts = [one.text_f1 for one in scores if one.text_f1 is not None]
    if texts:
        figures |= {"text_f1_mean": round(fmean(texts), 5), "text_f1_worst": round(min(texts), 5)}
    return figures


def _share(judged: Iterable[bool]) -> float:
    values = list(judged)
    return round(sum(values) / len(values), 5)


def _table(figures: Figures) -> Table:
    table = Table(
        title="Exact values in percent; F1 of the texts' character pairs", box=None, padding=(0, 1, 0, 0)
    )
    for heading in ("site", "verdict", "pages", "perfect", *COLUMNS.values(), "rest", "F1 mean", "F1 worst"):
        table.add_column(heading, justify="left" if heading in {"site", "verdict"} else "right")
    for name, values in figures.items():
        site, _, verdict = name.partition("/")
        table.add_row(site, verdict, *_cells(values), style=None if verdict else "bold")
    return table


def _cells(values: dict[str, float]) -> list[str]:
    rest = [values[name] for name in _REST if name in values]
    shares = [values.get("perfect"), *(values.get(name) for name in COLUMNS), min(rest, default=None)]
    f1 = [values.get("text_f1_mean"), values.get("text_f1_worst")]
    return [
        f"{values['pages']:.0f}",
        *map(shown, shares),
        *("-" if one is None else f"{one:.4f}" for one in f1),
    ]


def _print_differences(scores: list[Score]) -> None:
    differences = [difference for one in scores for difference in one.differences]
    if differences:
        OUT.print(f"\n{len(differences)} differences:")
    for one in differences:
        place, wanted, found = narrowed(one.field, one.wanted, one.found)
        OUT.print(f"{one.file} {place}", markup=False, soft_wrap=True)
        for word, value in (("label", wanted), ("found", found)):
            OUT.print(f"    {word} {_short(value)}", markup=False, soft_wrap=True)


def _short(value: Any) -> str:  # noqa: ANN401 - any JSON value
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _VALUE_MAX else f"{text[:_VALUE_MAX]}…"


def _move(floors: Floors, figures: Figures, pinned: str, options: argparse.Namespace) -> int:
    if options.lower_floors:
        lower_to(floors, figures, pinned, options.lower_floors)
    elif below := sunk(floors, figures):
        return _complain(below, "Nothing was written: raising does not lower what has sunk.")
    else:
        raise_to(floors, figures, pinned)
    save(options.floors, floors)
    print(f"\nquality: wrote {options.floors}")
    return 0


def _verdict(floors: Floors, figures: Figures, pinned: str) -> int:
    if floors.corpus != pinned:
        return _complain(
            ["the labels are not those the floors were measured with"],
            "Run with --raise-floors, or with --lower-floors REASON where something became lower.",
        )
    if below := sunk(floors, figures):
        return _complain(below, "Mend the parser, or say why this is right: --lower-floors REASON.")
    print("\nquality: nothing is below its floor")
    return 0


def _complain(lines: list[str], advice: str) -> int:
    print()
    for line in lines:
        print(f"quality: {line}", file=sys.stderr)
    print(f"quality: FAILED. {advice}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
