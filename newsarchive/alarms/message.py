"""What is sent of alarms: one message for all that a check has to tell, for people and for machines. Pure.

What pages and robots.txt say is in it: each field is one line without what a terminal or a mail server would obey.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newsarchive.alarms.episodes import Tiding
from newsarchive.items.record import local_minute
from newsarchive.parsing.harmless import harmless
from newsarchive.parsing.text import one_line
from newsarchive.records.alarm import Alarm

LONGEST = 1000
"""Characters of a line."""


@dataclass(frozen=True, slots=True)
class AlarmMessage:
    """A message: `title` is one line, `text` some; `data` is what machines read. Sent twice it has the same `key`."""

    key: str
    title: str
    text: str
    data: dict[str, Any]


def message_of(tidings: Sequence[Tiding], machine: str, now: datetime) -> AlarmMessage:
    """One message of all that a channel is to be told."""
    key = hashlib.sha256(
        "\n".join(
            f"{one.word} {one.episode.alarm.name} {one.episode.since} {one.episode.alarm.rank}"
            for one in tidings
        ).encode(errors="replace")
    ).hexdigest()[:32]
    first = tidings[0]
    title = f"{first.episode.alarm.name} is over" if first.word == "over" else f"{first.episode.alarm.name}"
    if len(tidings) > 1:
        counts = Counter(one.word for one in tidings)
        title = ", ".join(f"{counts[word]} {word}" for word in ("new", "worse", "over") if counts[word])
        title += f" ({first.episode.alarm.name}, …)"
    paragraphs = ["\n".join(_lines(one)) for one in tidings]
    seen = f"Seen on {clean(machine)} at {local_minute(now)} (Asia/Shanghai). newsarchive check shows all, check ack says that one is known."
    text = "\n\n".join([*paragraphs, seen]) + "\n"
    data = {
        "id": key,
        "at": now.isoformat(),
        "machine": machine,
        "title": clean(title),
        "text": text,
        "alarms": [
            {"word": one.word, "since": one.episode.since.isoformat()} | alarm_json(one.episode.alarm)
            for one in tidings
        ],
    }
    return AlarmMessage(key, f"newsarchive: {clean(title)}", text, data)


def alarm_line(alarm: Alarm) -> str:
    """An alarm in one line: how bad, what, why."""
    return f"{alarm.severity}: {clean(alarm.name)}: {clean(alarm.why)}"


def alarm_json(alarm: Alarm) -> dict[str, Any]:
    """An alarm as JSON has it."""
    return {"name": alarm.name} | alarm.model_dump(mode="json")


def clean(text: str) -> str:
    """Other people's words as one line that nothing obeys, cut where it is long."""
    line = one_line(harmless(text))
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def _lines(tiding: Tiding) -> list[str]:
    alarm, since = tiding.episode.alarm, local_minute(tiding.episode.since)
    if tiding.word == "over":
        return [f"OVER {clean(alarm.name)}", f"  it was: {clean(alarm.why)}", f"  from {since} on"]
    return [
        f"{tiding.word.upper()} {alarm.severity}: {clean(alarm.name)}",
        f"  {clean(alarm.why)}",
        f"  to do: {clean(alarm.todo)}",
        *([f"  since {since}"] if tiding.word == "worse" else []),
    ]
