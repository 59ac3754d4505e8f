"""Writes to MongoDB that may be sent twice, and what its errors say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from pymongo import DeleteOne, ReplaceOne, UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure, PyMongoError

from newsarchive.items.event import Event
from newsarchive.records.pick import Pick
from newsarchive.records.run import Run
from newsarchive.storage.limits import text_of
from newsarchive.storage.mongo.values import to_bson

Document: TypeAlias = dict[str, Any]
Write: TypeAlias = UpdateOne | ReplaceOne[Document] | DeleteOne
_DUPLICATE_KEY = 11000


def codes(error: PyMongoError) -> set[int]:
    """All error codes of a failure; of a bulk write those of its parts."""
    found = {error.code} if isinstance(error, OperationFailure) and error.code is not None else set()
    if isinstance(error, BulkWriteError):
        found |= {part["code"] for part in error.details.get("writeErrors", [])}
    return found


def reason(error: PyMongoError) -> str:
    """The server's own words, in one line; the driver's text would repeat whole documents."""
    details: Document = dict(error.details or {}) if isinstance(error, OperationFailure) else {}
    parts = details.get("writeErrors") or [details]
    return str(parts[0].get("errmsg") or type(error).__name__).partition("\n")[0][:300]


async def write(collection: AsyncCollection[Document], writes: Sequence[Write]) -> set[str]:
    """Send writes that may be sent twice, and send them again where two first writers of one key met.

    DocumentDB reports such a meeting (code 11000) where MongoDB tries again inside. Returns the keys of documents that were not
    there before, as far as the server says so.
    """
    if not writes:
        return set()
    try:
        result = await collection.bulk_write(writes, ordered=False)
    except (BulkWriteError, DuplicateKeyError) as error:
        if codes(error) - {65} != {_DUPLICATE_KEY}:
            raise
        result = await collection.bulk_write(writes, ordered=False)
    return set((result.upserted_ids or {}).values())


def put(key: str, document: Document) -> ReplaceOne[Document]:
    """Insert or replace a whole document."""
    return ReplaceOne({"_id": key}, {"_id": key, **document}, upsert=True)


def kept(record: Event | Pick | Run) -> Document:
    """A small record as a document. Raises RecordRefusedError."""
    text_of(record)
    return to_bson(record)
