"""The store for one command, opened from an option or the settings."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar, cast

from newsarchive.cli.output import complain
from newsarchive.errors import StorePermissionError, StoreUnreachableError
from newsarchive.settings import ours
from newsarchive.storage import open_store
from newsarchive.storage.collections import D, DocumentCollection
from newsarchive.storage.contract import Access, Store

T = TypeVar("T")


class Forgetful:
    """A store of which small documents are kept no more, once it takes none."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reason = ""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        """All else is the store's own."""
        return getattr(self._store, name)

    async def put_document(self, collection: DocumentCollection[D], key: str, document: D) -> None:
        """Keep a small document, if the store takes it."""
        await self._try(lambda: self._store.put_document(collection, key, document))

    async def delete_document(self, collection: DocumentCollection[Any], key: str) -> None:
        """Forget a small document, if the store does."""
        await self._try(lambda: self._store.delete_document(collection, key))

    async def _try(self, change: Callable[[], Awaitable[None]]) -> None:
        if not self.reason:
            try:
                await change()
            except (StorePermissionError, StoreUnreachableError) as error:
                self.reason = str(error)


def with_store(uri: str | None, access: Access, work: Callable[[Store], Awaitable[T]]) -> T:
    """Run `work` with the store open, and close it whatever happens. Raises what `Store.open` raises.

    An export works from a store that takes nothing, too; then it says that it will not be remembered.
    """

    async def run() -> T:
        store = open_store(uri or ours(os.environ)["NEWSARCHIVE_STORE"], access)
        await store.open()
        try:
            if access != "export":
                return await work(store)
            forgetful = Forgetful(store)
            result = await work(cast("Store", forgetful))
        finally:
            await store.close()
        if forgetful.reason:
            complain(
                f"{forgetful.reason}. What was exported is not remembered: the next export takes these files for"
                " edited ones, and leaves them as they are"
            )
        return result

    # A loop of its own, not asyncio.run: that one would take away the loop that a Scrapy process has set.
    loop = asyncio.new_event_loop()
    task = loop.create_task(run())
    try:
        return loop.run_until_complete(task)
    finally:
        # After Ctrl-C nothing may be left that asyncio would report: neither a waiting task nor its exception.
        if not task.done():
            task.cancel()
            with suppress(asyncio.CancelledError):
                loop.run_until_complete(task)
        elif not task.cancelled():
            task.exception()
        loop.run_until_complete(loop.shutdown_asyncgens())
        # A generator that nobody holds any more (the reader of a pipe went away) is closed by a task of its own.
        if closing := asyncio.all_tasks(loop):
            loop.run_until_complete(asyncio.wait(closing))
        loop.close()
