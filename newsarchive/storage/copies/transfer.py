"""A store filled from another one or from a dump: as it is, in the same order, resumed where it was cut short, and compared at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from newsarchive.errors import StoreVersionError, UnequalCopyError
from newsarchive.storage.collections import UNFINISHED_COPIES, UnfinishedCopy
from newsarchive.storage.contents import KINDS, C, ContentKind
from newsarchive.storage.contract import Contents, Store
from newsarchive.storage.copies.dump import Source, Sum, line_of, sums_of

_TOGETHER = 200
"""Records written at once."""


async def fill(
    target: Store,
    source: Source,
    name: str,
    *,
    over: bool = False,
    told: Callable[[str, int], object] = lambda *_: None,
) -> dict[str, Sum]:
    """Make a store (opened to `fill`) hold what a source holds, and compare; the sums are those of the source.

    What is there already is read, not written again: one that was cut short goes on. `name` says what it is filled from. With
    `over` it may hold something before, which stays where the source has nothing of the same key. `told` gets each kind
    that is done, with how many there were.

    Raises StoreVersionError for a store that holds something or is being filled from another source, and UnequalCopyError where
    what was written does not read as what was given.
    """
    await _begin(target, name, over=over)
    sums: dict[str, Sum] = {}
    for kind in KINDS:
        sums[kind.name] = await _fill_kind(kind, target, source, over=over)
        told(kind.name, sums[kind.name].count)
    if over:
        await _check_all_there(target, source)
    else:
        check_equal(sums, await sums_of(target), name)
    await target.delete_document(UNFINISHED_COPIES, "")
    return sums


def check_equal(wanted: dict[str, Sum], found: dict[str, Sum], name: str) -> None:
    """Raise UnequalCopyError that names what differs."""
    different = [
        f"{kind} ({wanted[kind].count} there, {found[kind].count} here)"
        for kind in wanted
        if wanted[kind].told() != found[kind].told()
    ]
    if different:
        raise UnequalCopyError(f"not the same as {name}: {', '.join(different)}")


async def _begin(target: Store, name: str, *, over: bool) -> None:
    mark = await target.get_document(UNFINISHED_COPIES, "")
    if mark is None:
        if not over and (held := await _held(target)):
            raise StoreVersionError(
                f"the store to be filled holds {held} already: name a new one (`newsarchive store load --over` puts records"
                " over those of one)"
            )
        await target.put_document(UNFINISHED_COPIES, "", UnfinishedCopy(source=name, over=over))
    elif (mark.source, mark.over) != (name, over):
        how = ", with --over" if mark.over else ""
        raise StoreVersionError(
            f"the store is half filled from {mark.source}: give the same command again{how}, or name a new store"
        )


async def _held(store: Contents) -> str:
    """A kind of which there is anything."""
    for kind in KINDS:
        if await anext(store.contents(kind), None) is not None:
            return kind.name
    return ""


async def _fill_kind(kind: ContentKind[C], target: Store, source: Source, *, over: bool) -> Sum:
    total, batch = Sum(), list[C]()
    async for wanted, _ in differences(kind, source, target, total):
        if wanted is None:
            if over:
                continue
            # The source has changed since the copy was begun: what it holds no more may stand anywhere.
            await target.clear_contents(kind)
            return await _fill_kind(kind, target, source, over=over)
        batch.append(wanted)
        if len(batch) == _TOGETHER:
            await target.put_contents(kind, batch)
            batch = []
    if batch:
        await target.put_contents(kind, batch)
    return total


async def _check_all_there(target: Store, source: Source) -> None:
    for kind in KINDS:
        async for wanted, _ in differences(kind, source, target, Sum()):
            if wanted is not None:
                line = line_of(kind, wanted).decode()[:120]
                raise UnequalCopyError(f"a record was put and does not read as it was given: {line}…")


async def differences(
    kind: ContentKind[C], source: Source, target: Source, total: Sum
) -> AsyncIterator[tuple[C | None, C | None]]:
    """What only one of two has, or both differently; `total` sums up the first one's."""
    there = aiter(target.contents(kind))
    held = await anext(there, None)
    async for record in source.contents(kind):
        total.add(line_of(kind, record))
        place = kind.place(record)
        while held is not None and kind.place(held) < place:
            yield None, held
            held = await anext(there, None)
        if held is None or kind.place(held) > place:
            yield record, None
            continue
        if held != record:
            yield record, held
        held = await anext(there, None)
    while held is not None:
        yield None, held
        held = await anext(there, None)
