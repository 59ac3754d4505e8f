"""The floors below which the parsers' figures must not sink: a JSON file in git.

`corpus` pins the labels that the floors were measured with. `floors` has the figures per group of pages
(`site/verdict`). `lowered` says each time why a floor was lowered and which, so that nothing sinks unnoticed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

Figures = dict[str, dict[str, float]]
"""Group of pages → name of a figure → its value; higher is better."""


@dataclass(slots=True)
class Floors:
    """The file's content."""

    corpus: str = ""
    floors: Figures = field(default_factory=dict)
    lowered: list[dict[str, object]] = field(default_factory=list)


def load(path: Path) -> Floors:
    """The floors; none where there is no file yet."""
    return Floors(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else Floors()


def save(path: Path, floors: Floors) -> None:
    """Write the file, the same bytes for the same floors."""
    content = {"corpus": floors.corpus, "floors": floors.floors, "lowered": floors.lowered}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def sunk(floors: Floors, measured: Figures) -> list[str]:
    """What is below its floor, one line each; a group or figure that is measured no more has sunk too."""
    return [
        f"{group} {name}: {shown(measured.get(group, {}).get(name))}, the floor is {shown(floor)}"
        for group, figures in floors.floors.items()
        for name, floor in figures.items()
        if measured.get(group, {}).get(name, -1.0) < floor
    ]


def raise_to(floors: Floors, measured: Figures, corpus: str) -> None:
    """Put every floor that is below the measured figure up to it; new figures get one."""
    floors.corpus = corpus
    for group, figures in measured.items():
        known = floors.floors.setdefault(group, {})
        for name, value in figures.items():
            known[name] = max(value, known.get(name, value))


def lower_to(floors: Floors, measured: Figures, corpus: str, reason: str) -> None:
    """Take the measured figures as floors, and keep the reason and what sank."""
    if below := sunk(floors, measured):
        floors.lowered.append({"reason": reason, "below": below})
    floors.corpus, floors.floors = corpus, measured


def shown(value: float | None) -> str:
    """A share as percent; never rounded up to 100."""
    return "-" if value is None else "100" if value == 1 else f"{min(value * 100, 99.99):.4g}"
