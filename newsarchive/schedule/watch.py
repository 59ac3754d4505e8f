"""Schedules looked after for as long as the process lives: it sleeps until something may be due, and ends its children with itself."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from newsarchive.schedule.jobs import JobId
from newsarchive.schedule.starter import Starter

_TICK = timedelta(minutes=1)
"""The longest sleep: a clock that was set forward is noticed by then, and so is another file."""


class Watch:
    """Looks whenever something may be due, a job of its own has ended, the clock was set back or the file was changed.

    `look` looks once and says when to look again, `changed` whether the file is another one now, `left` is told which jobs were
    ended with the scheduler.
    """

    def __init__(
        self,
        starter: Starter,
        look: Callable[[], Awaitable[datetime]],
        changed: Callable[[], bool],
        left: Callable[[list[JobId]], Awaitable[None]],
        clock: Callable[[], datetime],
    ) -> None:
        self._starter = starter
        self._look = look
        self._changed = changed
        self._left = left
        self._clock = clock
        self._woken = asyncio.Event()
        self._stopping = False

    async def run(self) -> None:
        """Go on until SIGTERM or SIGINT; then ask the children to end in order, and wait for that."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        loop.add_signal_handler(signal.SIGCHLD, self._woken.set)
        while not self._stopping:
            looked_at = self._clock()
            at = await self._look()
            await self._sleep(looked_at, at)
        await self._end()

    def _stop(self) -> None:
        """The first signal asks children to end in order, a second one to end at once, as they take it themselves."""
        self._stopping = True
        self._starter.interrupt()
        self._woken.set()

    async def _sleep(self, looked_at: datetime, at: datetime) -> None:
        alive = self._starter.alive()
        while True:
            now = self._clock()
            if self._stopping or self._starter.alive() != alive or self._changed():
                return
            if now < looked_at or at <= now:
                return
            await self._wait(min(_TICK, at - now))

    async def _wait(self, span: timedelta | None) -> None:
        """Wait for a signal, for so long at most."""
        try:
            seconds = None if span is None else max(0.0, span.total_seconds())
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return
        self._woken.clear()

    async def _end(self) -> None:
        ended = self._starter.alive()
        while self._starter.alive():
            await self._wait(None)
        if ended:
            await self._left(ended)
