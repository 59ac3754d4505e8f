"""What became of the pictures of a run, in lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from newsarchive.monitoring.reasons import meaning

_REFUSED = "image/refused/"


def picture_lines(site: str, stats: Mapping[str, Any]) -> Iterator[str]:
    """Lines for an operator: how many pictures are new, there already and refused, and why those; none without any."""
    words = {
        "kept": "new",
        "known": "there already",
        "left": "refused before",
        "refused": "refused",
        "unanswered": "left to a later run",
    }
    counts = {said: stats.get(f"image/{name}_count", 0) for name, said in words.items()}
    told = [f"{count} {said}" for said, count in counts.items() if count]
    if told:
        yield f"{site}: pictures: {', '.join(told)}"
    for name, count in sorted(stats.items()):
        if name.startswith(_REFUSED):
            reason = name.removeprefix(_REFUSED)
            yield f"{site}: no picture because {reason}: {count} ({meaning(reason)})"
