"""Keeps the layout of a month's file in the store, only where it differs from the normal form."""

from __future__ import annotations

from datetime import date

from pydantic import ValidationError

from exports.formats.digest import PLAIN, Layout
from newsarchive.storage.contract import Store

_COLLECTION = "digest_layouts"


async def load_layout(store: Store, month: date) -> Layout:
    """The layout of a month (its first day); the plain one where nothing else is known."""
    document = await store.get_document(_COLLECTION, f"{month:%Y-%m}")
    try:
        return Layout.model_validate(document) if document else PLAIN
    except ValidationError:
        return PLAIN  # written by another version: a layout is never worth failing an export for


async def save_layout(store: Store, month: date, layout: Layout) -> None:
    """Keep the layout of a month."""
    key = f"{month:%Y-%m}"
    if layout == PLAIN:
        await store.delete_document(_COLLECTION, key)
    else:
        await store.put_document(_COLLECTION, key, layout.model_dump(mode="json", exclude_defaults=True))
