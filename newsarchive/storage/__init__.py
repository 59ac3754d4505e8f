"""Where everything is kept: articles and what belongs to them in a store, raw pages in WARC files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from newsarchive.errors import BadValueError
from newsarchive.storage.contract import Access, SaveOutcome, SiteCounts, Store

__all__ = ["Access", "SaveOutcome", "SiteCounts", "Store", "open_store", "sqlite_path", "store_name"]


def open_store(uri: str, access: Access = "create", settings: Mapping[Any, Any] | None = None) -> Store:
    """The store of a URI, not opened yet: `sqlite:///path`, a plain path, `mongodb://…` or `mongodb+srv://…`.

    `sqlite:///data/x.sqlite` is relative to the working directory, `sqlite:////srv/x.sqlite` is absolute.
    How a server is asked (`NEWSARCHIVE_MONGO_…`) is taken from `settings`, by default from the environment.
    Raises BadValueError for anything else.
    """
    path = sqlite_path(uri)
    if path is None:
        from newsarchive.storage.mongo.store import MongoStore  # noqa: PLC0415 - 0.1 s that SQLite users need not wait

        return MongoStore(uri, access, settings)
    from newsarchive.storage.sqlite.store import SqliteStore  # noqa: PLC0415 - as above

    return SqliteStore(path, access)


def sqlite_path(uri: str) -> Path | None:
    """The file of a store's URI, or None for a MongoDB database. Raises BadValueError for anything else."""
    scheme, separator, rest = uri.partition("://")
    if separator and scheme in {"mongodb", "mongodb+srv"}:
        return None
    if separator and scheme != "sqlite":
        raise BadValueError(
            f"{scheme}:// is no store: give a path, sqlite:///path or mongodb://host/database"
        )
    path = rest.removeprefix("/") if separator else uri
    if not path.strip() or "\0" in path:
        raise BadValueError("the store has no path: give a path, sqlite:///path or mongodb://host/database")
    return Path(path)


def store_name(uri: str) -> str:
    """What a store is called in messages and records: the absolute path, or the URI without user, password and options."""
    if path := sqlite_path(uri):
        return str(path.absolute())
    scheme, _, rest = uri.partition("://")
    return f"{scheme}://{rest.partition('?')[0].rpartition('@')[2]}"
