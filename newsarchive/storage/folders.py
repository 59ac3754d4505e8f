"""Where this machine keeps what a crawl writes, and whether there is room."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from newsarchive.errors import DiskFullError
from newsarchive.storage import sqlite_path
from newsarchive.storage.disk import space_of


def folders_of(settings: Mapping[Any, Any]) -> dict[str, Path]:
    """The folders by what they hold: the store's, where it is a file, that of raw pages, and that of pictures, if they are kept."""
    store = sqlite_path(settings["NEWSARCHIVE_STORE"])
    folders = {"store": store.parent} if store else {}
    folders["raw pages"] = Path(settings["NEWSARCHIVE_RAW"])
    if settings["NEWSARCHIVE_IMAGES"] == "mirror":
        folders["pictures"] = Path(settings["NEWSARCHIVE_IMAGES_FOLDER"])
    return {what: folder.absolute() for what, folder in folders.items()}


def check_room(settings: Mapping[Any, Any]) -> None:
    """Find out whether each folder has more than NEWSARCHIVE_DISK_RESERVE_BYTES free. Raises DiskFullError."""
    reserve = int(settings["NEWSARCHIVE_DISK_RESERVE_BYTES"])
    for what, folder in folders_of(settings).items():
        if (free := space_of(folder).free) < reserve:
            raise DiskFullError(
                f"{folder} ({what}) has {free // 10**6} MB free, less than the reserve of {reserve // 10**6} MB: make room"
                " there, or set NEWSARCHIVE_DISK_RESERVE_BYTES lower"
            )
