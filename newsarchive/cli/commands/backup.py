"""`newsarchive backup` and `newsarchive restore`: store, raw pages and pictures in one folder, and back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from newsarchive.cli.options import RawOption, StoreOption
from newsarchive.cli.output import say
from newsarchive.cli.store import with_store
from newsarchive.cli.times import local_time
from newsarchive.errors import BadValueError
from newsarchive.settings import ours
from newsarchive.storage import sqlite_path
from newsarchive.storage.copies.backup import (
    DUMP_FILE,
    IMAGES,
    RAW,
    STORE_FILE,
    Backup,
    backups_in,
    check_free,
    making,
    read_backup,
    remove_backups,
    restore_files,
    restore_store,
    verify_backup,
)
from newsarchive.storage.copies.dump import DumpFile, write_dump
from newsarchive.storage.copies.transfer import fill

ImagesFolderOption = Annotated[
    Path | None,
    typer.Option("--images", help="The mirror.  [default: NEWSARCHIVE_IMAGES_FOLDER]", show_default=False),
]


def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where backups are kept, a folder each.")],
    *,
    keep: Annotated[
        int | None,
        typer.Option("--keep", min=1, help="Remove all older ones but so many.", show_default=False),
    ] = None,
    link: Annotated[
        bool,
        typer.Option("--link/--copy", help="Link finished files of the same disk, or copy them."),
    ] = True,
    store: StoreOption = None,
    raw: RawOption = None,
    images: ImagesFolderOption = None,
) -> None:
    """Back up store, raw pages and pictures, verified; a crawl may run meanwhile (docs/keeping.md)."""
    settings = ours(os.environ)
    uri = store or settings["NEWSARCHIVE_STORE"]
    pages = raw or Path(settings["NEWSARCHIVE_RAW"])
    with making(folder, link=link) as maker:
        maker.take_spool(pages)
        if path := sqlite_path(uri):
            maker.take_store(path)
        else:
            with maker.dump() as file:
                with_store(uri, "read", lambda opened: write_dump(opened, file))
        maker.take_raw(pages)
        maker.take_images(images or Path(settings["NEWSARCHIVE_IMAGES_FOLDER"]))
        made = maker.finish()
    say(f"{backups_in(folder)[-1]}: {_told(made)}, verified")
    for old in remove_backups(folder, keep) if keep else ():
        say(f"{old}: removed")


def restore(
    source: Annotated[
        Path, typer.Argument(metavar="DIR", help="A backup, or a folder of backups: then the newest.")
    ],
    *,
    check: Annotated[bool, typer.Option("--check", help="Only verify the backup.")] = False,
    store: StoreOption = None,
    raw: RawOption = None,
    images: ImagesFolderOption = None,
) -> None:
    """Verify a backup and bring it back to where nothing is yet; stopped, it goes on when given again."""
    path = _chosen(source)
    found = verify_backup(path)
    if check:
        say(f"{path}: {_told(found)}, whole")
        return
    settings = ours(os.environ)
    uri = store or settings["NEWSARCHIVE_STORE"]
    trees = {
        RAW: raw or Path(settings["NEWSARCHIVE_RAW"]),
        IMAGES: images or Path(settings["NEWSARCHIVE_IMAGES_FOLDER"]),
    }
    target = sqlite_path(uri)
    held = next((it for it in found.files if it.path == STORE_FILE), None)
    if held and target is None:
        raise BadValueError(
            f"{path} has a SQLite store: restore it to a file, then `newsarchive store copy` it into MongoDB"
        )
    for tree, place in trees.items():
        check_free(place, found.among(tree))
    if held and target:
        check_free(target, {})
    for tree, place in trees.items():
        restore_files(path / tree, place, found.among(tree))
    if held and target:
        restore_store(path, target, held)
    else:
        dump = DumpFile(path / DUMP_FILE)
        dump.check()
        with_store(uri, "fill", lambda opened: fill(opened, dump, str(dump.path.absolute())))
    say(f"{path}: {_told(found)}, restored")


def _chosen(source: Path) -> Path:
    if (source / "manifest.json").exists():
        return source
    whole = backups_in(source)
    if not whole:
        read_backup(source)  # raises
    return whole[-1]


def _told(made: Backup) -> str:
    size = sum(it.size for it in made.files)
    return f"{len(made.files)} files, {size / 1e6:,.1f} MB, of {local_time(made.made_at)}"
