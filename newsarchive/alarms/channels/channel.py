"""What a channel is: somebody or something that is told of alarms, and remembered by its name."""

from __future__ import annotations

from typing import Protocol

from newsarchive.alarms.message import AlarmMessage


class UnsentError(Exception):
    """A message was not taken; the text says why in some words, and holds nothing that is secret."""


class AlarmChannel(Protocol):
    """One that is told: its `name` is how what it was told is remembered, and holds nothing secret."""

    @property
    def name(self) -> str:
        """What it is called in records and messages."""

    def send(self, message: AlarmMessage) -> None:
        """Hand a message over, which takes a while. Raises UnsentError."""
