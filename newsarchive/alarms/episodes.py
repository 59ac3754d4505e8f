"""How alarms begin, get worse and end, and what a channel is to be told of that. Pure.

An alarm lasts from the check that finds it until checks have missed it for as long as `calm`: what comes and goes within that
time is one cause. Each channel is told when it begins, when it is worse than ever since, and when it is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from newsarchive.records.alarm import SEVERITIES, Acknowledgement, Alarm, AlarmEpisode, Severity

OUT_OF_REACH = timedelta(days=30)
"""For so long a channel is tried that was not told of an end: it may have been taken out of the settings."""


@dataclass(frozen=True, slots=True)
class Tiding:
    """What a channel is to be told: that an alarm is new, worse than it was told, or over."""

    word: Literal["new", "worse", "over"]
    key: str
    episode: AlarmEpisode


def continued(
    held: Mapping[str, AlarmEpisode],
    alarms: Iterable[Alarm],
    judges: Callable[[Alarm], bool],
    known: Mapping[str, Acknowledgement],
    *,
    now: datetime,
    calm: timedelta,
) -> dict[str, AlarmEpisode]:
    """The episodes after a look that found `alarms`, by name; those that it could not judge stay as they are.

    Of what is known nobody needs to be told that it is over; where it gets worse than that, it is new to everybody.
    """
    found = {alarm.name: alarm for alarm in alarms}
    after: dict[str, AlarmEpisode] = {}
    for name, episode in held.items():
        # A clock that was ahead must not keep an alarm from ending.
        seen, away, over = min(episode.seen, now), episode.away, episode.over
        if over is None and name not in found and judges(episode.alarm):
            away = min(away or now, now)
            over = now if now - away >= calm else None
        after[name] = episode.model_copy(update={"seen": seen, "away": away, "over": over})
    for name, alarm in found.items():
        before = after.get(name)
        if before is not None and before.over is not None:
            # Somebody was out of reach: he is told of that end, and of this beginning.
            after[f"{name}@{before.over.isoformat()}"] = after.pop(name)
            before = None
        before = before or AlarmEpisode(alarm=alarm, since=now, seen=now)
        after[name] = before.model_copy(update={"alarm": alarm, "seen": now, "away": None})
    for name, one in known.items():
        if name in after and one.covers(after[name].alarm, now):
            after[name] = after[name].model_copy(update={"told": {}, "failed": {}})
    return after


def tidings(
    episodes: Mapping[str, AlarmEpisode],
    known: Mapping[str, Acknowledgement],
    channel: str,
    least: Severity,
    now: datetime,
) -> Iterator[Tiding]:
    """What a channel is to be told, ends first: nothing of what is less than `least`, nor of what is known."""
    for key, episode in sorted(episodes.items(), key=lambda item: item[1].over is None):
        told = episode.told.get(channel)
        one = known.get(key)
        if one is not None and one.covers(episode.alarm, now):
            continue
        if episode.over is not None:
            if told is not None:
                yield Tiding("over", key, episode)
        elif SEVERITIES.index(episode.alarm.severity) < SEVERITIES.index(least):
            continue
        elif told is None:
            yield Tiding("new", key, episode)
        elif episode.alarm.rank > told:
            yield Tiding("worse", key, episode)


def after_telling(tiding: Tiding, channel: str) -> AlarmEpisode:
    """An episode once a channel was told of it."""
    episode = tiding.episode
    told = {name: rank for name, rank in episode.told.items() if name != channel}
    if tiding.word != "over":
        told[channel] = episode.alarm.rank
    failed = {name: why for name, why in episode.failed.items() if name != channel}
    return episode.model_copy(update={"told": told, "failed": failed})


def has_ended(episode: AlarmEpisode, now: datetime) -> bool:
    """Whether nobody has to be told of an episode any more: it is over and all know, or have been out of reach for long."""
    return episode.over is not None and (not episode.told or now - episode.over > OUT_OF_REACH)
