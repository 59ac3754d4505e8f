"""`newsarchive sync`: hand edits of exported files become picks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exports.publication import publication_here
from exports.sync.folder import raise_refused, sync_folder
from newsarchive.cli.export_remarks import report_sync
from newsarchive.cli.options import StoreOption
from newsarchive.cli.store import with_store


def sync(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The archive: what export got with --out.")],
    store: StoreOption = None,
) -> None:
    """Take the hand edits of an archive back into the store: texts, order, additions; deletions are rejected.

    Files of all formats and targets. What no pick can hold stays in its file and is named. Of a file that is damaged
    nothing is taken; the others are, and the command fails.
    """
    archive = publication_here()
    done = with_store(store, "write", lambda opened: sync_folder(opened, folder, archive))
    report_sync(done)
    raise_refused(done)
