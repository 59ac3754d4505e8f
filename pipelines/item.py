"""What comes down the pipelines."""

from __future__ import annotations

from typing import TypeAlias

from newsarchive.items import Article, Event, ListReading, Task

Item: TypeAlias = Article | Event | Task | ListReading
"""Articles are worked on by every pipeline; the others only pass through to the store."""
