"""What a crawl asks of a store that may be away for a while: the same again, until it is back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

from newsarchive.errors import StorePermissionError, StoreUnreachableError, StoreUnwritableError
from newsarchive.storage.contract import Store

logger = logging.getLogger(__name__)


class PatientStore:
    """A store that is asked again while it is away, for `patience` seconds; every one of its methods bears that.

    Its users hold no record meanwhile that would be lost with them: what was fetched is the outbox's. Raises what the store
    does, in the end, or once `goes_on` says that the crawl was told to stop; at once where its disk is full or fails.
    """

    def __init__(
        self, store: Store, *, patience: float, pause: float, goes_on: Callable[[], bool] = lambda: True
    ) -> None:
        self._store = store
        self._patience = patience
        self._pause = pause
        self._goes_on = goes_on

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        """A method of the store, patient where it is one that answers once."""
        ask = getattr(self._store, name)
        if not iscoroutinefunction(ask):
            return ask

        async def patiently(*given: Any, **named: Any) -> Any:  # noqa: ANN401
            loop = asyncio.get_running_loop()
            end = loop.time() + self._patience
            while True:
                try:
                    return await ask(*given, **named)
                except StoreUnwritableError:
                    raise
                except (StoreUnreachableError, StorePermissionError) as error:
                    if loop.time() >= end or not self._goes_on():
                        raise
                    logger.warning("Waiting for the store: %s", error)
                await asyncio.sleep(self._pause)

        return patiently
