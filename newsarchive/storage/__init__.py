"""Where everything is kept: articles and what belongs to them in a store, raw pages in WARC files."""

from __future__ import annotations

from pathlib import Path

from newsarchive.errors import BadValueError
from newsarchive.storage.contract import Access, SaveOutcome, SiteCounts, Store

__all__ = ["Access", "SaveOutcome", "SiteCounts", "Store", "open_store", "store_name"]


def open_store(uri: str, access: Access = "create") -> Store:
    """The store of a URI, not opened yet: `sqlite:///path`, a plain path, `mongodb://…` or `mongodb+srv://…`.

    `sqlite:///data/x.sqlite` is relative to the working directory, `sqlite:////srv/x.sqlite` is absolute.
    Raises BadValueError for anything else.
    """
    scheme, separator, rest = uri.partition("://")
    if separator and scheme in {"mongodb", "mongodb+srv"}:
        from newsarchive.storage.mongo.store import MongoStore  # noqa: PLC0415 - 0.1 s that SQLite users need not wait

        return MongoStore(uri, access)
    if separator and scheme != "sqlite":
        raise BadValueError(
            f"{scheme}:// is no store: give a path, sqlite:///path or mongodb://host/database"
        )
    path = rest.removeprefix("/") if separator else uri
    if not path.strip() or "\0" in path:
        raise BadValueError("the store has no path: give a path, sqlite:///path or mongodb://host/database")
    from newsarchive.storage.sqlite.store import SqliteStore  # noqa: PLC0415 - as above

    return SqliteStore(Path(path), access)


def store_name(uri: str) -> str:
    """What a store is called in messages and records: its URI without user, password and options."""
    scheme, separator, rest = uri.partition("://")
    if not separator or scheme == "sqlite":
        return str(Path(rest.removeprefix("/") if separator else uri).absolute())
    place, _, _ = rest.partition("?")
    return f"{scheme}://{place.rpartition('@')[2]}"
