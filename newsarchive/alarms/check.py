"""One check: what is wrong is compared with what was told, each channel is told what is new to it, and that is written down.

Two machines may check at once: who holds the lease `alarms` looks and tells, then the other one. What a channel was told is in the
store as soon as it took the message; a check that dies in between tells it once more, with the same key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from newsarchive.alarms.channels.channel import AlarmChannel, UnsentError
from newsarchive.alarms.episodes import Tiding, after_telling, continued, has_ended, tidings
from newsarchive.alarms.facts import ArchiveFacts
from newsarchive.alarms.message import AlarmMessage, clean, message_of
from newsarchive.errors import BadValueError
from newsarchive.monitoring.drift import out_of_range
from newsarchive.monitoring.outcome import FINISHED
from newsarchive.records.alarm import SEVERITIES, Acknowledgement, Alarm, AlarmLog, NewNormal, Severity
from newsarchive.storage.alone import Turn, alone
from newsarchive.storage.collections import ACKNOWLEDGEMENTS, ALARMS, NEW_NORMALS
from newsarchive.storage.contract import Store

LEASE = "alarms"
LEASE_SECONDS = 60.0
"""How long nobody else tells after a check that died on another machine."""
TRIES, PAUSE_SECONDS = 120, 1.0
"""How often a check asks whether another one has come to its end, and how long after each answer."""


@dataclass(frozen=True, slots=True)
class Telling:
    """How alarms are told: to whom, from which severity on, and how long one has to be away before it is over."""

    channels: Sequence[AlarmChannel] = ()
    least: Severity = "warning"
    calm: timedelta = timedelta(hours=6)


@dataclass(slots=True)
class Checked:
    """What a check came to.

    `alarms` are all that hold, `least` is the severity from which on they are told, `known` those of them that were acknowledged, by name; `told` says which channel was told how
    many things, `failed` which one could not be and why. `since` says when each was seen first. `elsewhere`: another check is at
    it and tells.
    """

    facts: ArchiveFacts
    alarms: list[Alarm]
    least: Severity = "warning"
    known: dict[str, Acknowledgement] = field(default_factory=dict)
    since: dict[str, datetime] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    elsewhere: bool = False

    @property
    def pressing(self) -> list[Alarm]:
        """The alarms that are to be told, and that nobody has acknowledged."""
        least = SEVERITIES.index(self.least)
        return [one for one in self.alarms if one.name not in self.known and one.rank[0] >= least]


Look = Callable[[], Awaitable[tuple[ArchiveFacts, list[Alarm]]]]
"""What finds out what is wrong now."""


async def check(store: Store, look: Look, telling: Telling) -> Checked:
    """Look what is wrong, tell each channel what is new to it, and remember that. The store is open for writing."""
    # Not skipped: what is wrong with this machine only this machine sees, and timers all begin at the full hour.
    async with alone(store, LEASE, LEASE_SECONDS, tries=TRIES, pause=PAUSE_SECONDS) as turn:
        facts, alarms = await look()
        known = await store.documents(ACKNOWLEDGEMENTS)
        checked = Checked(facts, alarms, telling.least, covering(known, alarms, facts.at))
        if turn is None or not await turn.lasts():
            checked.elsewhere = True
            return checked
        held = await store.get_document(ALARMS, "")
        episodes = continued(
            held.episodes if held else {},
            alarms,
            facts.judges,
            known,
            now=facts.at,
            calm=telling.calm,
        )
        checked.since = {name: one.since for name, one in episodes.items()}
        log = AlarmLog(at=facts.at, episodes=episodes)
        await store.put_document(ALARMS, "", log)
        for channel in telling.channels:
            to_tell = [*tidings(log.episodes, known, channel.name, telling.least, facts.at)]
            if not to_tell:
                continue
            if not await turn.lasts():
                checked.elsewhere = True
                return checked
            why = await _send(turn, channel, message_of(to_tell, facts.machine, facts.at))
            log = _after_sending(log, channel.name, to_tell, why)
            await store.put_document(ALARMS, "", log)
            if why:
                checked.failed[channel.name] = why
            else:
                checked.told[channel.name] = len(to_tell)
        await _forget(store, log, known)
    return checked


async def _send(turn: Turn, channel: AlarmChannel, message: AlarmMessage) -> str:
    """Why a message could not be handed over; nothing where it was. As long as that takes the lease is kept."""
    sending = asyncio.ensure_future(asyncio.to_thread(channel.send, message))
    while not (await asyncio.wait({sending}, timeout=LEASE_SECONDS / 3))[0]:
        await turn.lasts()
    try:
        await sending
    except UnsentError as error:
        return clean(str(error))
    return ""


def _after_sending(log: AlarmLog, channel: str, told: Sequence[Tiding], why: str) -> AlarmLog:
    """What is remembered once a channel took a message, or did not and why."""
    after = {
        tiding.key: tiding.episode.model_copy(update={"failed": tiding.episode.failed | {channel: why}})
        if why
        else after_telling(tiding, channel)
        for tiding in told
    }
    return log.model_copy(update={"episodes": log.episodes | after})


async def _forget(store: Store, log: AlarmLog, known: Mapping[str, Acknowledgement]) -> None:
    """Forget what is over and told, and what was acknowledged of it; an acknowledgement up to a day lasts until then."""
    lasting = {name: one for name, one in log.episodes.items() if not has_ended(one, log.at)}
    if lasting.keys() != log.episodes.keys():
        await store.put_document(ALARMS, "", log.model_copy(update={"episodes": lasting}))
    for name, one in known.items():
        ended = name in log.episodes and log.episodes[name].over is not None
        if ended if one.until is None else one.until <= log.at:
            await store.delete_document(ACKNOWLEDGEMENTS, name)


def covering(
    known: Mapping[str, Acknowledgement], alarms: Sequence[Alarm], now: datetime
) -> dict[str, Acknowledgement]:
    """The acknowledgements that hold for alarms as they are, by name."""
    return {
        alarm.name: one
        for alarm in alarms
        if (one := known.get(alarm.name)) is not None and one.covers(alarm, now)
    }


def new_normals(facts: ArchiveFacts) -> dict[str, NewNormal]:
    """What has changed of each site, and since which run: what is as it should be once that is acknowledged."""
    found = {}
    for site in facts.sites:
        changed = out_of_range([run for run in site.runs if run.reason == FINISHED])
        spans = {words: (since, facts.at) for words, (_, since) in changed.items()}
        found[site.site] = NewNormal(spans=spans)
    return found


async def acknowledge(
    store: Store,
    name: str,
    alarms: Sequence[Alarm],
    normal: Mapping[str, NewNormal],
    one: Acknowledgement,
) -> list[Alarm]:
    """Have it remembered that alarms are known: the one of a name, or all whose names go on from it.

    `normal` is what has changed for good, by site, of the alarms that say so: a changed site is judged by its new ways from
    now on. Raises BadValueError where there is no such alarm.
    """
    meant = named(name, alarms)
    for alarm in meant:
        rank = {"rank": alarm.rank}
        await store.put_document(ACKNOWLEDGEMENTS, alarm.name, one.model_copy(update=rank))
        if alarm.kind == "drift" and one.until is None and alarm.site in normal:
            before = await store.get_document(NEW_NORMALS, alarm.site) or NewNormal()
            spans = before.spans | normal[alarm.site].spans
            await store.put_document(NEW_NORMALS, alarm.site, NewNormal(spans=spans))
    return meant


async def take_back(store: Store, name: str) -> list[str]:
    """Forget acknowledgements, those of a changed site with what was said to be its new ways. Raises BadValueError."""
    known = await store.documents(ACKNOWLEDGEMENTS)
    meant = [one for one in known if one == name or one.startswith(f"{name}:")]
    if not meant and not (name.startswith("drift:") and await _drop_normal(store, name)):
        raise BadValueError(f"{name!r} was not acknowledged; acknowledged: {', '.join(known) or 'nothing'}")
    for one in meant:
        await store.delete_document(ACKNOWLEDGEMENTS, one)
        await _drop_normal(store, one)
    return meant or [name]


async def _drop_normal(store: Store, name: str) -> bool:
    kind, _, site = name.partition(":")
    if kind != "drift" or await store.get_document(NEW_NORMALS, site) is None:
        return False
    await store.delete_document(NEW_NORMALS, site)
    return True


def named(name: str, alarms: Sequence[Alarm]) -> list[Alarm]:
    """The alarms of a name, or whose names go on from it (`robots:SITE`). Raises BadValueError."""
    meant = [alarm for alarm in alarms if alarm.name == name or alarm.name.startswith(f"{name}:")]
    if not meant:
        there = ", ".join(alarm.name for alarm in alarms) or "none"
        raise BadValueError(f"there is no alarm {name!r}; there are: {there}")
    return meant
