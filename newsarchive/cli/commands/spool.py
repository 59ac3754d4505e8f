"""`newsarchive spool`: what waits for the store beside the raw pages, and putting it into the store."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from newsarchive.cli.options import RawOption, StoreOption
from newsarchive.cli.output import complain, say
from newsarchive.cli.store import with_store
from newsarchive.errors import RecordRefusedError, StoreVersionError
from newsarchive.settings import ours
from newsarchive.storage.contract import Store
from newsarchive.storage.spool import Drained, drain_left_over, waiting, worded

app = typer.Typer(help="What crawls fetched while the store was away (docs/spool.md).", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `drain` a sub-command."""


@app.command()
def drain(raw: RawOption = None, store: StoreOption = None) -> None:
    """Put all that waits into the store, in order; what a living crawl holds is left to it. It may be stopped and run again."""
    folder = raw or Path(ours(os.environ)["NEWSARCHIVE_RAW"])
    if not waiting(folder):
        say("nothing waits in the spool")
        return

    async def work(opened: Store) -> Drained:
        return await drain_left_over(opened, folder)

    drained = with_store(store, "write", work)
    say(f"{worded(drained.kinds)} are in the store now")
    for site, kinds in waiting(folder).items():
        say(f"{site}: {worded(kinds)} still wait: a crawl that runs holds them", beside=True)
    for told in drained.refused:
        complain(told)
    if drained.damaged:
        raise StoreVersionError("; ".join(drained.damaged))
    if drained.refused:
        raise RecordRefusedError(
            f"{len(drained.refused)} records are in no store: look at the files that are named above"
        )
