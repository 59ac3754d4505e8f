"""`newsarchive store`: the whole store into a file, out of one, into another store; and whether it is whole."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from newsarchive.cli.options import StoreOption
from newsarchive.cli.output import ERR, STANDARD_OUTPUT, say
from newsarchive.cli.store import with_store
from newsarchive.settings import ours
from newsarchive.storage import open_store, sqlite_path, store_name
from newsarchive.storage.contract import Store
from newsarchive.storage.copies.dump import DumpFile, Sum, fingerprint_of_sums, new_file, sums_of, write_dump
from newsarchive.storage.copies.transfer import check_equal, fill
from newsarchive.storage.sqlite.connection import APPLICATION_ID
from newsarchive.storage.sqlite.file import check_whole, connect_for_reading

app = typer.Typer(help="Copy, dump and verify the whole store (docs/keeping.md).", no_args_is_help=True)

DumpArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A dump, JSON Lines.", show_default=False)]


@app.command()
def dump(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="The new file to write; - prints.")],
    *,
    store: StoreOption = None,
) -> None:
    """Write the whole store, every kind of record, into one file; equal stores give equal files."""
    if file in STANDARD_OUTPUT:
        tell(
            with_store(store, "read", lambda opened: write_dump(opened, sys.stdout.buffer)),
            "printed",
            beside=True,
        )
        return
    with new_file(Path(file)) as opened_file:
        sums = with_store(store, "read", lambda opened: write_dump(opened, opened_file))
    tell(sums, f"written into {file}")


@app.command()
def load(
    file: DumpArgument,
    *,
    over: Annotated[
        bool,
        typer.Option(
            "--over", help="Into a store that holds something: the dump's records win, others stay."
        ),
    ] = False,
    store: StoreOption = None,
) -> None:
    """Make a store from a dump, which is read whole and checked before; then compare. Stopped, it goes on when given again."""
    source = DumpFile(file)
    source.check()
    sums = with_store(
        store, "fill", lambda opened: fill(opened, source, str(file.absolute()), over=over, told=_progress)
    )
    tell(sums, "loaded and compared")


@app.command()
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="SQLite file or mongodb:// URI.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="A new one, of the same or the other engine.")],
) -> None:
    """Copy a store into a new one, and compare. Stopped, it goes on when given again."""

    async def run(opened: Store) -> Mapping[str, Sum]:
        async with open_store(target, "fill") as new, opened.one_moment():
            return await fill(new, opened, store_name(source), told=_progress)

    tell(with_store(source, "read", run), "copied and compared")


@app.command()
def verify(
    *,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against", metavar="FILE", help="A dump that it should be equal to.", show_default=False
        ),
    ] = None,
    store: StoreOption = None,
) -> None:
    """Read every record of the store, and say how many there are and their common hash: that of equal stores is equal."""
    uri = store or ours(os.environ)["NEWSARCHIVE_STORE"]
    name = store_name(uri)
    sums = with_store(uri, "read", partial(_summed_up, against=against))
    if path := sqlite_path(uri):
        with closing(connect_for_reading(path, APPLICATION_ID)) as connection:
            check_whole(path, connection)
    tell(sums, f"in {name}, all readable" + (f", and equal to {against}" if against else ""))


def _progress(kind: str, number: int) -> None:
    """Somebody who waits sees each kind that is done."""
    if ERR.is_terminal:
        say(f"{number:,} {kind.replace('_', ' ')}", beside=True)


async def _summed_up(store: Store, against: Path | None) -> Mapping[str, Sum]:
    async with store.one_moment():
        sums = await sums_of(store)
    if against:
        dumped = DumpFile(against)
        dumped.check()
        check_equal(await sums_of(dumped), sums, str(against))
    return sums


def tell(sums: Mapping[str, Sum], done: str, *, beside: bool = False) -> None:
    """How many records of each kind, and the hash of all."""
    counts = ", ".join(f"{it.count:,} {name.replace('_', ' ')}" for name, it in sums.items())
    say(f"{counts}: {done}", beside=beside)
    say(f"sha256 {fingerprint_of_sums(sums)}", beside=beside)
