"""Takes back what commands have changed of picks: before each change its days are kept as they were."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from typing import TypeVar

from newsarchive.editorial.days import done_days, finish_days, reopen_days
from newsarchive.editorial.picks import day_picks
from newsarchive.errors import BadValueError
from newsarchive.storage.collections import PICK_CHANGES, DayBefore, PickChange, PickChanges
from newsarchive.storage.contract import EditorialStore

T = TypeVar("T")

_MOST = 10
"""Changes that can be taken back."""
_KEY = ""


async def undoable(
    store: EditorialStore, command: str, days: Iterable[date], change: Callable[[], Awaitable[T]]
) -> T:
    """Change picks of some days so that `undo` can take it back. Raises what the change raises; then nothing is kept."""
    named = sorted(set(days))
    before = {day: (await day_picks(store, day), bool(await done_days(store, day, day))) for day in named}
    result = await change()
    states = [
        DayBefore(day=day, picks=tuple(picks), done=done, after=await _state(store, day))
        for day, (picks, done) in before.items()
    ]
    held = await store.get_document(PICK_CHANGES, _KEY) or PickChanges()
    changes = (*held.changes, PickChange(command=command, days=tuple(states)))[-_MOST:]
    await store.put_document(PICK_CHANGES, _KEY, PickChanges(changes=changes))
    return result


async def undo(store: EditorialStore) -> PickChange:
    """Take back the last change that is kept. Raises BadValueError where there is none, and where its days have changed since."""
    held = await store.get_document(PICK_CHANGES, _KEY) or PickChanges()
    if not held.changes:
        raise BadValueError("there is nothing to undo: `pick` commands are kept, the last ten of them")
    *earlier, last = held.changes
    for it in last.days:
        if it.after != await _state(store, it.day):
            raise BadValueError(
                f"`{last.command}` cannot be undone: the picks of {it.day} have changed since in another way (sync, draft);"
                f" `newsarchive pick list --day {it.day}` shows them"
            )
    for it in last.days:
        await store.replace_day(it.day, it.picks)
        await (finish_days if it.done else reopen_days)(store, [it.day])
    await store.put_document(PICK_CHANGES, _KEY, PickChanges(changes=tuple(earlier)))
    return last


async def _state(store: EditorialStore, day: date) -> str:
    done = bool(await done_days(store, day, day))
    rows = [it.model_dump_json() for it in await day_picks(store, day)]
    return hashlib.blake2b("\n".join([str(done), *rows]).encode(), digest_size=12).hexdigest()
