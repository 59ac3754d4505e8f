"""Commands as an operator sees them: a store that is filled, a clock that stands still, a wide terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest
from typer.testing import CliRunner

from newsarchive.cli import app, times
from newsarchive.cli.output import OUT
from newsarchive.storage import Store, open_store


class Shown(Protocol):
    """What a command prints that ends with a code."""

    def __call__(self, *words: str, code: int = 0) -> str: ...


def shown_of(path: Path, monkeypatch: pytest.MonkeyPatch, *, width: int) -> Shown:
    """What commands print of a store on a terminal of this width."""
    monkeypatch.setattr(OUT, "width", width)

    def run_command(*words: str, code: int = 0) -> str:
        ended = CliRunner().invoke(app, [*words, "--store", str(path)])
        assert ended.exit_code == code, ended.output
        return ended.stdout

    return run_command


def fill(path: Path, work: Callable[[Store], Awaitable[None]]) -> None:
    """Have something done with a store, which is made where there is none."""

    async def opened() -> None:
        async with open_store(str(path)) as store:
            await work(store)

    asyncio.run(opened())


def stop_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """Let it be this moment for every command."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            assert tz is UTC
            return at

    monkeypatch.setattr(times, "datetime", Clock)
