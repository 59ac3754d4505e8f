"""What is kept of files beside their stories: how a month's is laid out where that is not the normal form, and a day's prose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from newsarchive.storage.collections import DAY_PROSE, DIGEST_LAYOUTS, DayProse, Layout
from newsarchive.storage.contract import DocumentStore

if TYPE_CHECKING:
    from exports.formats.format import Format

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


async def prose_of(store: DocumentStore, of: Format[Any], day: date) -> Mapping[str, str]:
    """What an editor wrote of a day as a whole, by the sections that the format has for it."""
    held = await store.get_document(DAY_PROSE, f"{of.name}/{day.isoformat()}") if of.prose else None
    return held.sections if held else {}


async def save_prose(store: DocumentStore, of: Format[Any], day: date, sections: Mapping[str, str]) -> None:
    """Keep what an editor wrote of a day; without any, nothing."""
    key = f"{of.name}/{day.isoformat()}"
    if sections:
        await store.put_document(DAY_PROSE, key, DayProse(sections=dict(sections)))
    else:
        await store.delete_document(DAY_PROSE, key)
