"""An open store in a MongoDB database: what the modules of its kinds of records read and write through.

Only what MongoDB, DocumentDB and small protocol servers do alike is used: look-ups by `_id` (a hash of the name),
single-document updates, no transactions, no pipelines, no named indexes. Every write may be sent twice.
"""

from __future__ import annotations

import asyncio
import os
import re
import uuid
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from bson.errors import BSONError
from pydantic import BaseModel
from pymongo import AsyncMongoClient, UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import (
    ConfigurationError,
    ConnectionFailure,
    DocumentTooLarge,
    OperationFailure,
    PyMongoError,
)

from newsarchive.errors import (
    NewsarchiveError,
    NoStoreError,
    RecordRefusedError,
    StorePermissionError,
    StoreUnreachableError,
    StoreVersionError,
)
from newsarchive.items.record import SiteName
from newsarchive.settings import ours
from newsarchive.storage.contract import Access, Store
from newsarchive.storage.merging import milliseconds
from newsarchive.storage.mongo.client import client_of, given_options, place_of
from newsarchive.storage.mongo.migrations import STEPS, set_validator, validator_key
from newsarchive.storage.mongo.values import unescaped
from newsarchive.storage.mongo.writes import Document, Write, codes, reason, write
from newsarchive.storage.reading import check_version, damage, record_of

R = TypeVar("R", bound=BaseModel)

DEFAULT_DATABASE = "newsarchive"
LAST_ATTEMPT_SECONDS = 0.05
ASKED_AT_ONCE = 1000
ROUNDS = 10
"""How often something is written anew because another process wrote the same in between."""
_FAILED_BEHIND = 1
"""The error code of a gateway (DocumentDB's) whose own database does not answer."""
_NOT_ALLOWED = frozenset({13, 18, 8000})
_REFUSED = frozenset({15, 121, 10334, 17419, 17420})
"""Nested too deeply, against the schema, too large."""
_TLS = re.compile(r"\[SSL: (\w+)\]")
_OURS = frozenset({"_id", "hash", "due_ms", "rank_ms", "claim"})
"""What the engine adds to a record."""


class MongoConnection(Store):
    """A store's database, connected and migrated."""

    def __init__(
        self, uri: str, access: Access = "create", settings: Mapping[Any, Any] | None = None
    ) -> None:
        """A store that is not open yet; its time-outs and pool are those of the settings, or else of the environment."""
        self._uri = uri
        self._settings = settings
        self._access = access
        self._place = "the store's MongoDB server"
        self._client: AsyncMongoClient[Document] | None = None
        self._database: AsyncDatabase[Document] | None = None

    async def open(self) -> None:
        """Connect, and migrate what is not of the newest version."""
        if self._client is not None:
            return
        self._client = client_of(self._uri, self._settings or ours(os.environ))
        self._place = place_of(self._uri)
        try:
            with self._errors():
                self._database = self._client.get_default_database(DEFAULT_DATABASE)
                await self._client.admin.command("ping")
                await self._migrate(self._database)
        except BaseException:
            # PyMongo 4.20 tries once more at the very moment it gives up; closed in the middle of that attempt it
            # leaves a socket open. A refused attempt is over in a millisecond.
            await asyncio.sleep(LAST_ATTEMPT_SECONDS)
            await self.close()
            raise

    async def close(self) -> None:
        """Close all connections."""
        client, self._client, self._database = self._client, None, None
        if client is not None:
            await client.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn the driver's errors into one clear line, which never repeats the URI."""
        try:
            yield
        except PyMongoError as error:
            raise self._clear(error) from None
        except (BSONError, UnicodeEncodeError, OverflowError) as error:
            raise RecordRefusedError(f"{self._place} takes no such record: {error}") from None

    def _clear(self, error: PyMongoError) -> NewsarchiveError:
        found = codes(error)
        if isinstance(error, DocumentTooLarge) or found & _REFUSED:
            return RecordRefusedError(f"{self._place} refuses a record: {reason(error)}")
        if isinstance(error, ConnectionFailure | ConfigurationError) or _FAILED_BEHIND in found:
            return StoreUnreachableError(f"{self._place} does not answer: {_what_to_check(error, self._uri)}")
        if found & _NOT_ALLOWED:
            return StorePermissionError(f"{self._place} refuses this user: check user, password and rights")
        return StoreUnreachableError(f"{self._place} could not do what it was asked: {reason(error)}")

    def _in(self, name: str) -> AsyncCollection[Document]:
        if self._database is None:
            raise RuntimeError("the store is not open: await store.open() first")
        return self._database[name]

    async def _migrate(self, database: AsyncDatabase[Document]) -> None:
        """Bring the database to the newest version. Each step may run twice, at the same time too."""
        meta = database["meta"]
        held = await meta.find_one({"_id": "schema"})
        if held is None and "articles" in await database.list_collection_names():
            raise StoreVersionError(
                f"the database {database.name} on {self._place} has articles of another program: name another one"
            )
        if held is None and self._access not in {"create", "fill"}:
            raise NoStoreError(
                f"there is no store in the database {database.name} on {self._place}: `newsarchive crawl` makes one"
            )
        version = held["version"] if held else 0
        check_version(f"the database {database.name} on {self._place}", version, len(STEPS))
        if held is None:
            await write(meta, [UpdateOne({"_id": "schema"}, {"$setOnInsert": {"version": 0}}, upsert=True)])
        try:
            await self._take_steps(database, version)
            older = version < len(STEPS) or (held or {}).get("validator") != validator_key()
            if older and self._access not in {"read", "export"}:
                await set_validator(database)
        except OperationFailure as error:
            if self._access not in {"read", "export"}:
                raise
            raise StoreVersionError(
                f"the database {database.name} on {self._place} was written by an older newsarchive (schema {version},"
                f" this one reads {len(STEPS)}), and cannot be brought up to date: {reason(error)}"
            ) from None

    @staticmethod
    async def _take_steps(database: AsyncDatabase[Document], version: int) -> None:
        meta = database["meta"]
        for number, step in enumerate(STEPS[version:], start=version + 1):
            await step(database)
            await meta.update_one({"_id": "schema"}, {"$set": {"version": number}})

    async def _write(self, collection: str, writes: Sequence[Write]) -> set[str]:
        with self._errors():
            return await write(self._in(collection), writes)

    async def _new_change_token(self) -> None:
        """Set another token. Before a change and after it: who reads meanwhile must not take the old for the new."""
        word = {"$set": {"word": uuid.uuid4().hex}}
        await self._write("meta", [UpdateOne({"_id": "mark"}, word, upsert=True)])

    async def _one(self, collection: str, key: str) -> Document | None:
        with self._errors():
            return await self._in(collection).find_one({"_id": key})

    async def _by_id(
        self, collection: str, keys: Collection[str], fields: dict[str, int] | None = None
    ) -> AsyncIterator[Document]:
        ordered = sorted(keys)
        for start in range(0, len(ordered), ASKED_AT_ONCE):
            asked = {"_id": {"$in": ordered[start : start + ASKED_AT_ONCE]}}
            with self._errors():
                async for document in self._in(collection).find(asked, fields):
                    yield document

    async def _found(
        self,
        collection: str,
        asked: Document,
        order: Sequence[tuple[str, int]],
        limit: int = 0,
        fields: Sequence[str] | None = None,
    ) -> AsyncIterator[Document]:
        with self._errors():
            async with self._in(collection).find(asked, fields).sort(order).limit(limit) as cursor:
                async for document in cursor:
                    yield document

    def _read(self, record: type[R], document: Document, name: str) -> R:
        """A record of a document; its field `name` tells which one it is, where it cannot be read."""
        known_as = str(document.get(name))
        fields = self._fields(f"the {record.__name__.lower()} {known_as}", document)
        return record_of(record, fields, known_as, self._place)

    def _fields(self, what: str, document: Document) -> dict[str, Any]:
        """The fields of a record out of its document."""
        with damage(what, self._place):
            return {key: unescaped(value) for key, value in document.items() if key not in _OURS}

    async def _sites(self, collection: str) -> list[SiteName]:
        """The sites of which a collection has something, those included that this program does not know."""
        with self._errors():
            return sorted(map(str, await self._in(collection).distinct("site")))

    async def _grouped(self, collection: str, field: str, asked: Document) -> dict[str, int]:
        stages: list[Document] = [
            {"$match": asked},
            {"$group": {"_id": f"${field}", "number": {"$sum": 1}}},
        ]
        with self._errors():
            rows = await (await self._in(collection).aggregate(stages)).to_list()
        return {row["_id"]: row["number"] for row in sorted(rows, key=lambda row: str(row["_id"]))}


def _what_to_check(error: PyMongoError, uri: str) -> str:
    """What may be wrong with a server that does not answer; the driver's text would repeat hosts and topologies."""
    if refused := _TLS.search(str(error)):
        return (
            f"no safe connection ({refused[1].lower().replace('_', ' ')}); check tls and tlsCAFile in the URI"
        )
    if "replicaset" in given_options(uri):
        return "check that it runs and can be reached, and that replicaSet in the URI is the name of its set"
    return "check that it runs and can be reached"


def period(since: datetime | None, until: datetime | None) -> Document:
    """The condition for a time between two others, the first included."""
    limits = {"$gte": since, "$lt": until}
    return {operator: milliseconds(limit) for operator, limit in limits.items() if limit}
