"""The row of numbers in which a site counts its articles: which of a time nobody has named. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median_low

_A_DAY = timedelta(days=1)
_LEAP = 20_000
"""A number so far from all others is a slip of its site, or of whoever wrote it: no site gives so many in a month."""


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Numbers, both ends included, of which nobody knows whether they are articles; `at` is the time of their neighbour."""

    first: int
    last: int
    at: datetime

    def __len__(self) -> int:
        """How many they are."""
        return self.last - self.first + 1

    def __iter__(self) -> Iterator[int]:
        """Each of them."""
        return iter(range(self.first, self.last + 1))


class NumberRow:
    """A site's numbers as far as articles are known with their times.

    Numbers rise with time, but a draft keeps the one that it got weeks before: what stands among the numbers of other days says
    nothing of where a day begins.
    """

    def __init__(self, known: Mapping[int, datetime]) -> None:
        self._numbers = sorted(known)
        self._known = known

    def between(self, since: datetime, until: datetime) -> range:
        """The numbers of a time: from after those of the day before it to before those of the day after it."""
        inside = self._of(since, until)
        before, after = self._of(since - _A_DAY, since), self._of(until, until + _A_DAY)
        if before:
            middle = median_low(before)
            inside = [number for number in inside if number > middle]
        if after:
            middle = median_low(after)
            inside = [number for number in inside if number < middle]
        if not inside:
            return range(0)
        inside = max(_runs(inside), key=len)
        first = max((one for one in before if inside[0] - _LEAP < one < inside[0]), default=inside[0] - 1) + 1
        last = (
            min((one for one in after if inside[-1] < one < inside[-1] + _LEAP), default=inside[-1] + 1) - 1
        )
        return range(first, last + 1)

    def _of(self, since: datetime, until: datetime) -> list[int]:
        return [number for number in self._numbers if since <= self._known[number] < until]

    def time_of(self, number: int) -> datetime | None:
        """About when a number was given: the time of the next one that is known, or of the one before it."""
        if not self._numbers:
            return None
        place = bisect_left(self._numbers, number)
        return self._known[self._numbers[min(place, len(self._numbers) - 1)]]

    def is_above(self, number: int) -> bool:
        """Whether a number is higher than all that are known."""
        return not self._numbers or number > self._numbers[-1]

    def ranges(self, numbers: Collection[int]) -> list[NumberRange]:
        """Numbers as ranges, in their order."""
        found: list[NumberRange] = []
        for number in sorted(numbers):
            if found and found[-1].last == number - 1:
                found[-1] = NumberRange(found[-1].first, number, found[-1].at)
            elif (at := self.time_of(number)) is not None:
                found.append(NumberRange(number, number, at))
        return found


def _runs(numbers: list[int]) -> list[list[int]]:
    """Sorted numbers, cut where one is far from the next."""
    runs = [[numbers[0]]]
    for earlier, later in pairwise(numbers):
        if later - earlier > _LEAP:
            runs.append([])
        runs[-1].append(later)
    return runs
