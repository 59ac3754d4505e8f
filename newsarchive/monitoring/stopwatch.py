"""Where the time of a run goes, by stage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Final

WHOLE: Final = "whole"
LISTS: Final = "lists"
FETCHING: Final = "fetching"
KEEPING: Final = "keeping"
READING: Final = "reading"
SAVING: Final = "saving"
SPOOLING: Final = "spooling"
WAITING: Final = "waiting"
STAGES = {
    WHOLE: "from its start to its end",
    LISTS: "until all lists were read; the rest went to articles",
    FETCHING: "a host was asked, and had not answered whole",
    KEEPING: "raw pages were written",
    READING: "pages were judged and read",
    SAVING: "the store was written, or was away and asked again",
    SPOOLING: "what the store did not take was put into the spool",
    WAITING: "nothing of that went on: the pauses between two requests to a host, and what the rest of the program takes",
}
"""What each stage is. Those from `fetching` to `spooling` may overlap: while one host answers, the pages of another are read."""


class Stopwatch:
    """Measures stages that several tasks may be in at once: a second counts once for a stage, however many are in it."""

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self._clock = clock
        self._began = clock()
        self._seconds: dict[str, float] = {}
        self._open: dict[str, tuple[int, float]] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time in which a stage goes on."""
        self._enter(WAITING)
        self._enter(name)
        try:
            yield
        finally:
            self._leave(name)
            self._leave(WAITING)

    def _enter(self, name: str) -> None:
        number, since = self._open.get(name, (0, 0.0))
        self._open[name] = (number + 1, since if number else self._clock())

    def _leave(self, name: str) -> None:
        number, since = self._open[name]
        self._open[name] = (number - 1, since)
        if number == 1:
            self._seconds[name] = self._seconds.get(name, 0.0) + self._clock() - since

    def passed(self, name: str) -> None:
        """Note that a stage which began with the run is over; only the first time counts."""
        self._seconds.setdefault(name, self._clock() - self._began)

    def seconds(self) -> dict[str, float]:
        """The stages so far, in the order of `STAGES`; one that never was is absent."""
        now = self._clock()
        found = dict(self._seconds)
        for name, (number, since) in self._open.items():
            if number:
                found[name] = found.get(name, 0.0) + now - since
        found[WHOLE] = now - self._began
        # Under its name is counted when anything went on.
        found[WAITING] = found[WHOLE] - found.get(WAITING, 0.0)
        return {name: round(found[name], 3) for name in STAGES if name in found}
