"""What a list was like each time it was read, and what is wrong with one. Pure."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal

from newsarchive.completeness.rhythm import Rhythm, Silence, silence
from newsarchive.items.record import SHANGHAI
from newsarchive.records.listing import Hole, ListItem, ListReading, ListShape, Standstill
from newsarchive.sites import Site

MOST_STANDSTILLS = 12
MOST_HOLES = 100
_HALF_LIFE = timedelta(days=30)
"""After this, the longest pause that a list ever made counts half."""
_PINNED = 10
"""One in so many entries may be an old one that is kept on top: the oldest of a page say nothing of its rhythm."""
_FEWEST = 3
_LOOKS = 10
"""A list is read over and over: one reading in ten falls into another gap."""
_SHRUNK = 0.7
_SHRUNK_DAY = 0.9
"""A list shows so much of what it did, or less; that of a day loses only what is deleted."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_AHEAD = timedelta(days=1)
"""Times further ahead than this are mistakes."""


@dataclass(frozen=True, slots=True)
class ListTrouble:
    """A list that stands still or has shrunk: since when and until when, its usual gap, and how sure (0 to 1) that is.

    `items` is how many entries it has, `most` how many it had.
    """

    url: str
    kind: Literal["still", "shrunk"]
    since: datetime
    until: datetime
    sure: float
    usual: timedelta | None = None
    items: int = 0
    most: int = 0


def day_of_list(site: Site, url: str) -> date | None:
    """The day whose list has an address; None for other lists."""
    if site.day_lists is None or (found := _DAY.search(url)) is None:
        return None
    try:
        day = date.fromisoformat(found[0])
    except ValueError:
        return None
    return day if site.day_lists.url(day) == url else None


def shape_of(site: Site, last: ListReading | None, items: Sequence[ListItem], read_at: datetime) -> ListShape:
    """What a list's first page is like, after what it was like before."""
    before = last.shape if last else None
    names = sorted({item.identity or item.url or item.title for item in items})
    content = hashlib.blake2b("\n".join(names).encode("utf-8", "replace"), digest_size=8).hexdigest()
    times = sorted(
        item.published_at for item in items if item.published_at and item.published_at <= read_at + _AHEAD
    )
    recent = times[len(times) // _PINNED :]
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(recent)]
    changed = before is not None and content != before.content
    most = max(len(names), before.most if before else 0)
    of_a_day = last is not None and day_of_list(site, last.url) is not None
    is_small = _is_small(len(names), most, of_a_day=of_a_day)
    return ListShape(
        items=len(names),
        most=most,
        content=content,
        first_at=before.first_at if before else read_at,
        changed_at=read_at if changed or before is None else before.changed_at,
        changes=(before.changes if before else 0) + changed,
        newest=times[-1] if times else None,
        gap=sum(gaps) / len(gaps) if len(recent) >= _FEWEST else None,
        longest=max([*gaps, _faded(last, read_at)]),
        shrunk_at=((before.shrunk_at if before else None) or read_at) if is_small else None,
        standstills=_standstills(last) if changed else before.standstills if before else (),
        numbered=any(site.position_of(item) is not None for item in items),
        holes=before.holes if before else (),
    )


def _is_small(items: int, most: int, *, of_a_day: bool) -> bool:
    return most - items > 1 and items <= most * (_SHRUNK_DAY if of_a_day else _SHRUNK)


def _faded(last: ListReading | None, now: datetime) -> float:
    if last is None or last.shape is None:
        return 0
    return last.shape.longest * math.pow(0.5, max(now - last.read_at, timedelta(0)) / _HALF_LIFE)


def _standstills(last: ListReading | None) -> tuple[Standstill, ...]:
    """Those so far, and the one that has just ended."""
    if last is None or last.shape is None:
        return ()
    known = last.shape.standstills
    if ended := still(last, last.read_at):
        one = Standstill(
            since=ended.since, until=ended.until, usual=ended.usual.total_seconds(), sure=ended.sure
        )
        known = (*known, one)[-MOST_STANDSTILLS:]
    return known


def still(reading: ListReading, until: datetime) -> Silence | None:
    """Whether a list stood still when it was last read before a time: its newest entry was older than its rhythm has it.

    Where entries have no times, that it had the same entries for longer than between two changes.
    """
    shape = reading.shape
    if shape is None or shape.numbered:
        return None
    seen = min(until, reading.read_at)
    if shape.newest is not None and shape.gap is not None:
        count = shape.items - shape.items // _PINNED - 1
        return silence(Rhythm(shape.gap, max(count, 1), shape.longest), shape.newest, seen, _LOOKS)
    if not shape.changes:
        return None
    mean = (shape.changed_at - shape.first_at).total_seconds() / shape.changes
    return silence(Rhythm(mean, shape.changes), shape.changed_at, seen, _LOOKS)


def holes_of(site: Site, entries: Iterable[ListItem], held: Sequence[Hole] = ()) -> tuple[Hole, ...]:
    """The places between those of some entries at which nothing stands; earlier ones outside of these stay."""
    placed = {place: item for item in entries if (place := site.position_of(item)) is not None}
    if not placed:
        return tuple(held)
    places = sorted(placed)
    found = [hole for hole in held if not places[0] <= hole.position <= places[-1]]
    for earlier, later in pairwise(places):
        first, last = placed[earlier], placed[later]
        times = sorted(at for at in (first.published_at, last.published_at) if at)
        found += [
            Hole(
                position=place,
                before=first.identity or first.url or "",
                after=last.identity or last.url or "",
                earliest=times[0] if times else None,
                latest=times[-1] if times else None,
            )
            for place in range(earlier + 1, later)
        ]
    return tuple(sorted(found, key=lambda hole: hole.position)[-MOST_HOLES:])


def list_troubles(
    site: Site, readings: Iterable[ListReading], since: datetime, until: datetime
) -> list[ListTrouble]:
    """What was wrong with lists in a time. The list of a day has no rhythm, nor has one that comes to its end."""
    found = []
    for reading in readings:
        shape = reading.shape
        if shape is None:
            continue
        day = day_of_list(site, reading.url)
        silent = [] if day else [*_silences(reading, until)]
        found += [
            ListTrouble(reading.url, "still", one.since, one.until, one.sure, one.usual)
            for one in silent
            if one.since < until and one.until > since
        ]
        about = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) if day else shape.shrunk_at
        if shape.shrunk_at and about and since <= about < until:
            found.append(
                ListTrouble(
                    reading.url,
                    "shrunk",
                    shape.shrunk_at,
                    reading.read_at,
                    1.0,
                    items=shape.items,
                    most=shape.most,
                )
            )
    return sorted(found, key=lambda one: (one.since, one.url))


def _silences(reading: ListReading, until: datetime) -> Iterable[Silence]:
    for one in reading.shape.standstills if reading.shape else ():
        yield Silence(one.since, one.until, timedelta(seconds=one.usual), one.sure)
    if (now := still(reading, until)) is not None:
        yield now
