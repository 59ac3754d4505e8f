"""How a month's file is laid out: kept in the store, only where it differs from the normal form."""

from __future__ import annotations

from datetime import date

from newsarchive.storage.collections import DIGEST_LAYOUTS, Layout
from newsarchive.storage.contract import DocumentStore

PLAIN = Layout()
"""The layout of a month that has no history."""


async def load_layout(store: DocumentStore, month: date) -> Layout:
    """The layout of a month (its first day); the plain one where nothing else is known."""
    return await store.get_document(DIGEST_LAYOUTS, f"{month:%Y-%m}") or PLAIN


async def save_layout(store: DocumentStore, month: date, layout: Layout) -> None:
    """Keep the layout of a month."""
    key = f"{month:%Y-%m}"
    if layout == PLAIN:
        await store.delete_document(DIGEST_LAYOUTS, key)
    else:
        await store.put_document(DIGEST_LAYOUTS, key, layout)
