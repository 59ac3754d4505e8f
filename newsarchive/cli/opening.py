"""Open the store for one command, from an option or the settings."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from newsarchive.settings import ours
from newsarchive.storage import open_store
from newsarchive.storage.contract import Store

T = TypeVar("T")

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store", help="SQLite file or mongodb:// URI.  [default: NEWSARCHIVE_STORE]", show_default=False
    ),
]


def with_store(uri: str | None, work: Callable[[Store], Awaitable[T]]) -> T:
    """Run `work` with the store open, and close it whatever happens. Raises what `Store.open` raises."""

    async def run() -> T:
        store = open_store(uri or ours(os.environ)["NEWSARCHIVE_STORE"])
        await store.open()
        try:
            return await work(store)
        finally:
            await store.close()

    # A loop of its own, not asyncio.run: that one would take away the loop that a Scrapy process has set.
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(run())
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
