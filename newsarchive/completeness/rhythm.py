"""Whether a silence is one against the own rhythm of a list or an account. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LEAST = timedelta(days=1)
"""Nothing is silent before this: every rhythm has its nights."""
LEAST_SURE, MOST_SURE = 0.99, 0.999
"""From here on a silence is told, and more than this nobody knows."""
FEWEST = 5
"""Fewer gaps are no rhythm."""
_TIMES_THE_LONGEST = 2
"""So many times the longest pause that it has made before."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often something comes: the mean of so many gaps, and the longest of them, in seconds."""

    mean: float
    gaps: int
    longest: float = 0


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence: since the last thing that came, until it was last seen to last; the usual gap; how sure (0 to 1) it is one."""

    since: datetime
    until: datetime
    usual: timedelta
    sure: float


def silence(rhythm: Rhythm, since: datetime, until: datetime, looks: int = 1) -> Silence | None:
    """The silence between two times, where it is one against the rhythm; None where it may well be chance.

    `looks` is how many gaps are looked at for one that is too long: among many, some are long by chance.

    Sure is one minus the chance that a gap is so long, for things that come independently of each other at a rate that is known
    from so many gaps only (a Pareto distribution of the second kind). It must also be twice the longest pause so far, which has
    the nights, weekends and holidays in it.
    """
    seconds = (until - since).total_seconds()
    whole = rhythm.mean * rhythm.gaps
    if (
        rhythm.gaps < FEWEST
        or whole <= 0
        or seconds <= max(LEAST.total_seconds(), _TIMES_THE_LONGEST * rhythm.longest)
    ):
        return None
    sure = min((1 - (whole / (whole + seconds)) ** rhythm.gaps) ** looks, MOST_SURE)
    if sure < LEAST_SURE:
        return None
    return Silence(since, until, timedelta(seconds=round(rhythm.mean)), sure)


def silences(times: Sequence[datetime], until: datetime, looks: int = 1) -> list[Silence]:
    """The silences among times, in their order, and that after the last of them until now; `looks` as for `silence`.

    Each gap is measured by the others: those that were silences themselves are no part of a rhythm.
    """
    moments = sorted({*times})
    ends = [*moments[1:], max(until, moments[-1])] if moments else []
    gaps = [(end - begin).total_seconds() for begin, end in zip(moments, ends, strict=True)]
    found: dict[int, Silence] = {}
    # The longest first: beside it the next one may have looked usual.
    for place in sorted(range(len(gaps)), key=lambda place: -gaps[place]):
        others = [gap for other, gap in enumerate(gaps[:-1]) if other != place and other not in found]
        if not others:
            break
        rhythm = Rhythm(sum(others) / len(others), len(others), max(others))
        if (one := silence(rhythm, moments[place], ends[place], looks)) is None:
            break
        found[place] = one
    return [found[place] for place in sorted(found)]
