"""The MongoDB engine, for an archive that several machines share.

Only what MongoDB, DocumentDB and small protocol servers do alike is used: look-ups by `_id` (a hash of the name),
single-document updates, no transactions, no pipelines, no named indexes. Every write may be sent twice. An article
is only written over the version that was read (`hash`), so two crawls never undo each other's work.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from bson.errors import BSONError
from pydantic import BaseModel
from pymongo import ASCENDING, DESCENDING, AsyncMongoClient, ReplaceOne, UpdateOne
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
    BadValueError,
    NewsarchiveError,
    NoStoreError,
    RecordRefusedError,
    StorePermissionError,
    StoreUnreachableError,
    StoreVersionError,
)
from newsarchive.items.article import Article
from newsarchive.items.event import Event
from newsarchive.items.record import SiteName
from newsarchive.records.pick import Pick
from newsarchive.records.revision import Revision
from newsarchive.records.run import Run
from newsarchive.records.task import Task
from newsarchive.storage.collections import D, DocumentCollection
from newsarchive.storage.contract import Access, SaveOutcome, SiteCounts, TaskState
from newsarchive.storage.keys import checked_day, event_key, event_names, key_of
from newsarchive.storage.limits import text_of
from newsarchive.storage.merging import (
    distinct,
    encodable,
    milliseconds,
    names_of,
    storable,
)
from newsarchive.storage.mongo import tasks as mongo_tasks
from newsarchive.storage.mongo.batch import Batch
from newsarchive.storage.mongo.migrations import STEPS
from newsarchive.storage.mongo.values import escaped, to_bson, unescaped
from newsarchive.storage.mongo.writes import Document, codes, reason, write
from newsarchive.storage.reading import damage, record_of

R = TypeVar("R", bound=BaseModel)

DEFAULT_DATABASE = "newsarchive"
SELECTION_SECONDS = 5.0
"""How long to look for a server that answers, unless the URI says otherwise (`serverSelectionTimeoutMS`)."""
LAST_ATTEMPT_SECONDS = 0.05
ASKED_AT_ONCE = 1000
ROUNDS = 10
"""How often a batch is merged anew because another process wrote the same articles in between."""
_FAILED_BEHIND = 1
"""The error code of a gateway (DocumentDB's) whose own database does not answer."""
_NOT_ALLOWED = frozenset({13, 18, 8000})
_REFUSED = frozenset({15, 121, 10334, 17419, 17420})
"""Nested too deeply, against the schema, too large."""


class MongoStore:
    """The store contract over a MongoDB database; the URI's path names the database."""

    def __init__(self, uri: str, access: Access = "create") -> None:
        self._uri = uri
        self._access = access
        self._place = "the store's MongoDB server"
        self._client: AsyncMongoClient[Document] | None = None
        self._database: AsyncDatabase[Document] | None = None

    async def open(self) -> None:
        """Connect, and migrate what is not of the newest version."""
        if self._client is not None:
            return
        self._client = self._connect()
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

    def _connect(self) -> AsyncMongoClient[Document]:
        options: dict[str, Any] = {"tz_aware": True}
        if "serverselectiontimeoutms" not in self._uri.lower():
            options["serverSelectionTimeoutMS"] = SELECTION_SECONDS * 1000
        try:
            client: AsyncMongoClient[Document] = AsyncMongoClient(self._uri, **options)
        except (PyMongoError, ValueError):
            raise BadValueError(
                "the store's mongodb:// URI cannot be read: check host, port, database and options, and that user"
                " and password are percent-encoded"
            ) from None
        self._place = f"the MongoDB server {urlsplit(self._uri).netloc.rpartition('@')[2]}"
        return client

    async def close(self) -> None:
        """Close all connections."""
        client, self._client, self._database = self._client, None, None
        if client is not None:
            await client.close()

    async def __aenter__(self) -> Self:
        """Open the store."""
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        await self.close()

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
            return StoreUnreachableError(
                f"{self._place} does not answer: check that it runs and can be reached"
            )
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
        if held is None and self._access != "create":
            raise NoStoreError(
                f"there is no store in the database {database.name} on {self._place}: `newsarchive crawl` makes one"
            )
        version = held["version"] if held else 0
        if version > len(STEPS):
            raise StoreVersionError(
                f"the database {database.name} on {self._place} was written by a newer newsarchive (schema {version},"
                f" this one knows up to {len(STEPS)}): update newsarchive"
            )
        if held is None:
            await write(meta, [UpdateOne({"_id": "schema"}, {"$setOnInsert": {"version": 0}}, upsert=True)])
        try:
            await self._take_steps(database, version)
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

    async def save_articles(self, articles: Sequence[Article]) -> list[SaveOutcome]:
        """Merge a batch: read what is held, decide, write; again for those that another process wrote meanwhile."""
        outcomes = [SaveOutcome.UNCHANGED] * len(articles)
        todo = [(number, storable(article)[0]) for number, article in enumerate(articles)]
        with self._errors():
            for _ in range(ROUNDS):
                batch = await self._read_batch([article for _, article in todo])
                now = datetime.now(UTC)
                made = [(number, article, batch.save(article, now)) for number, article in todo]
                lost = await self._write_batch(batch)
                await self._unite_tasks(batch.other_identities(lost))
                for number, _, one in made:
                    outcomes[number] = one.outcome
                todo = [(number, article) for number, article, one in made if one.article.identity in lost]
                if not todo:
                    return outcomes
        raise StoreUnreachableError(
            f"{self._place}: other processes keep writing the same articles; try again"
        )

    async def _read_batch(self, articles: Sequence[Article]) -> Batch:
        batch = Batch()
        names = {name for article in articles for name in names_of(article)}
        await self._read_into(batch, names)
        await self._read_into(batch, batch.held_names() - names)
        return batch

    async def _read_into(self, batch: Batch, names: set[str]) -> None:
        """Read what names lead to.

        By identity too, not only through the names: a process that died between an article and its names, or before
        it removed an absorbed record, has left one that no name leads to.
        """
        owners = await self._owners(names)
        batch.names |= owners
        async for document in self._by_id("articles", {key_of(name) for name in {*names, *owners.values()}}):
            batch.add(self._read(Article, document, "identity"), str(document.get("hash")))

    async def _owners(self, names: Collection[str]) -> dict[str, str]:
        """The identities that names lead to."""
        found = self._by_id("names", {key_of(name) for name in names})
        return {document["name"]: document["identity"] async for document in found}

    async def _write_batch(self, batch: Batch) -> set[str]:
        """Write what a batch decided; returns the identities whose articles another process has changed.

        The order is for sudden death: a revision before what replaces it, names after the article that they lead
        to, the absorbed record when nothing leads there any more.
        """
        writes, hashes = batch.article_writes()
        await write(self._in("revisions"), batch.revision_writes())
        changes = bool(writes or batch.absorbed_deletes(set()))
        if changes:
            await self._new_change_token()
        await write(self._in("articles"), writes)
        held = {
            document["identity"]: document["hash"]
            async for document in self._by_id(
                "articles", {key_of(identity) for identity in hashes}, {"identity": 1, "hash": 1}
            )
        }
        lost = {identity for identity, expected in hashes.items() if held.get(identity) != expected}
        await write(self._in("names"), batch.name_writes(lost))
        await write(self._in("articles"), batch.absorbed_deletes(lost))
        if changes:
            await self._new_change_token()
        return lost

    async def change_token(self) -> str:
        """Another word after every change of articles or picks."""
        with self._errors():
            held = await self._in("meta").find_one({"_id": "mark"})
        return str(held["word"]) if held else ""

    async def _new_change_token(self) -> None:
        """Set another word. Done before a change and after it: who reads meanwhile must not take the old for the new."""
        word = {"$set": {"word": uuid.uuid4().hex}}
        await write(self._in("meta"), [UpdateOne({"_id": "mark"}, word, upsert=True)])

    async def _by_id(
        self, collection: str, keys: Collection[str], fields: dict[str, int] | None = None
    ) -> AsyncIterator[Document]:
        ordered = sorted(keys)
        for start in range(0, len(ordered), ASKED_AT_ONCE):
            asked = {"_id": {"$in": ordered[start : start + ASKED_AT_ONCE]}}
            async for document in self._in(collection).find(asked, fields):
                yield document

    async def article(self, name: str) -> Article | None:
        """The article of a name."""
        with self._errors():
            found = await self._in("names").find_one({"_id": key_of(name)})
            document = found and await self._in("articles").find_one({"_id": key_of(found["identity"])})
        return self._read(Article, document, "identity") if document else None

    def _read(self, record: type[R], document: Document, name: str) -> R:
        """A record of a document; its field `name` tells which one it is, where it cannot be read."""
        known_as = str(document.get(name))
        with damage(f"the {record.__name__.lower()} {known_as}", self._place):
            fields = _fields(document)
        return record_of(record, fields, known_as, self._place)

    async def known(self, names: Collection[str]) -> set[str]:
        """Those of the names that have an article."""
        by_key = {key_of(name): name for name in names}
        with self._errors():
            return {by_key[found["_id"]] async for found in self._by_id("names", by_key, {"_id": 1})}

    async def articles(
        self, *, site: SiteName | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> AsyncIterator[Article]:
        """Articles by publication time, then by identity; those without a time come last."""
        asked: Document = {"site": site} if site else {}
        dated: Document = {"published_at": {"$ne": None, **_period(since, until)}}
        undated: Document = {"published_at": None}
        for when in [dated] if since or until else [dated, undated]:
            order = [("published_at", ASCENDING), ("identity", ASCENDING)]
            async for document in self._found("articles", asked | when, order):
                yield self._read(Article, document, "identity")

    async def _found(
        self, collection: str, asked: Document, order: list[tuple[str, int]], limit: int = 0
    ) -> AsyncIterator[Document]:
        with self._errors():
            async with self._in(collection).find(asked).sort(order).limit(limit) as cursor:
                async for document in cursor:
                    yield document

    async def with_text(self, text_hash: str) -> list[str]:
        """Identities of the articles with this text."""
        if not text_hash:
            return []
        order = [("published_at", ASCENDING), ("identity", ASCENDING)]
        found = [document async for document in self._found("articles", {"text_hash": text_hash}, order)]
        found.sort(key=lambda document: document["published_at"] is None)
        return [document["identity"] for document in found]

    async def revisions(self, name: str) -> list[Revision]:
        """Earlier titles and bodies of an article."""
        article = await self.article(name)
        if article is None:
            return []
        asked = {"identity": {"$in": names_of(article)}}
        order = [("replaced_at", ASCENDING), ("_id", ASCENDING)]
        found = [document async for document in self._found("revisions", asked, order)]
        return distinct(article.identity, [self._read(Revision, one, "identity") for one in found])

    async def save_events(self, events: Sequence[Event]) -> None:
        """Keep observations."""
        with self._errors():
            await write(
                self._in("events"),
                [
                    UpdateOne({"_id": event_key(event)}, {"$setOnInsert": _kept(event)}, upsert=True)
                    for event in events
                ],
            )

    async def events(
        self,
        *,
        site: SiteName | None = None,
        about: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> AsyncIterator[Event]:
        """Events by time, oldest first."""
        asked: Document = {"site": site} if site else {}
        if since or until:
            asked["observed_at"] = _period(since, until)
        if about:
            names = [encodable(name) for name in event_names(about, await self.article(about))]
            asked["$or"] = [{"identity": {"$in": names}}, {"url": {"$in": names}}]
        async for document in self._found("events", asked, [("observed_at", ASCENDING), ("_id", ASCENDING)]):
            yield self._read(Event, document, "url")

    async def save_picks(self, picks: Sequence[Pick]) -> None:
        """Keep picks."""
        with self._errors():
            await self._new_change_token()
            await write(
                self._in("picks"),
                [_put(_pick_key(pick), kept) for pick, kept in zip(picks, map(_kept, picks), strict=True)],
            )
            await self._new_change_token()

    async def replace_day(self, day: date, picks: Sequence[Pick]) -> None:
        """Make these exactly the picks of a day; the new ones are there before the old ones go."""
        await self.save_picks(checked_day(day, picks))
        kept = [_pick_key(pick) for pick in picks]
        with self._errors():
            await self._in("picks").delete_many({"day": day.isoformat(), "_id": {"$nin": kept}})
            await self._new_change_token()

    async def picks(self, since: date, until: date) -> list[Pick]:
        """Picks of the days from `since` to `until`, both included."""
        asked = {"day": {"$gte": since.isoformat(), "$lte": until.isoformat()}}
        order = [("day", ASCENDING), ("position", ASCENDING), ("url", ASCENDING)]
        return [self._read(Pick, document, "url") async for document in self._found("picks", asked, order)]

    async def save_run(self, run: Run) -> None:
        """Keep a run."""
        with self._errors():
            await write(
                self._in("runs"),
                [_put(key_of(run.run_id), _kept(run))],
            )

    async def runs(self, site: SiteName | None = None, limit: int = 20) -> list[Run]:
        """The last runs, newest start first."""
        asked = {"site": site} if site else {}
        order = [("started_at", DESCENDING), ("run_id", ASCENDING)]
        return [
            self._read(Run, document, "run_id") async for document in self._found("runs", asked, order, limit)
        ]

    async def add_tasks(self, tasks: Collection[Task]) -> set[str]:
        """Put articles on the frontier."""
        with self._errors():
            owners = await self._owners([encodable(task.name) for task in tasks])
            held = await self._held_tasks({task.name for task in mongo_tasks.named(tasks, owners)})
            new, writes = mongo_tasks.additions(tasks, owners, held)
            await write(self._in("tasks"), writes)
            # Another list that names the same articles may have been quicker: what this one carried must not be lost.
            carrying = [task for task in mongo_tasks.named(tasks, owners) if task.carried]
            for _ in range(ROUNDS):
                held = await self._held_tasks({task.name for task in carrying})
                carrying = [task for task in carrying if not mongo_tasks.keeps(held.get(task.name), task)]
                if not carrying:
                    return new
                _, writes = mongo_tasks.additions(carrying, {}, held)
                await write(self._in("tasks"), writes)
        raise StoreUnreachableError(f"{self._place}: other processes keep writing the same tasks; try again")

    async def due_tasks(
        self,
        site: SiteName,
        now: datetime,
        limit: int,
        *,
        states: Sequence[TaskState] = ("wanted", "done"),
    ) -> list[Task]:
        """Tasks due by now, newest first."""
        order = [("rank_ms", DESCENDING), ("name", ASCENDING)]
        result: list[Task] = []
        for state in states:
            asked = {"site": site, "state": state, "due_ms": {"$lte": mongo_tasks.number_of(now)}}
            if (left := limit - len(result)) > 0:
                found = self._found("tasks", asked, order, left)
                result += [self._task(document) async for document in found]
        return result

    async def tasks(self, names: Collection[str]) -> dict[str, Task]:
        """The tasks of the names that have one."""
        with self._errors():
            asked = {name: encodable(name) for name in names}
            owners = await self._owners(asked.values())
            owned = {name: owners.get(clean, clean) for name, clean in asked.items()}
            held = await self._held_tasks(owned.values())
        return {name: held[owner] for name, owner in owned.items() if owner in held}

    async def save_tasks(self, tasks: Collection[Task]) -> None:
        """Keep tasks whole."""
        with self._errors():
            owners = await self._owners([encodable(task.name) for task in tasks])
            await write(self._in("tasks"), mongo_tasks.replacements(mongo_tasks.named(tasks, owners)))

    async def task_counts(self, due_by: datetime | None = None) -> dict[SiteName, dict[str, int]]:
        """How many tasks are in each state."""
        due: Document = {"due_ms": {"$lte": mongo_tasks.number_of(due_by)}} if due_by else {}
        sites = await self._sites("tasks")
        found = {site: await self._grouped("tasks", "state", {"site": site} | due) for site in sites}
        return {site: counts for site, counts in found.items() if counts}

    async def _held_tasks(self, names: Collection[str]) -> dict[str, Task]:
        found = self._by_id("tasks", {key_of(name) for name in names})
        held = [self._task(document) async for document in found]
        return {task.name: task for task in held}

    def _task(self, document: Document) -> Task:
        return self._read(Task, mongo_tasks.without_ours(document), "name")

    async def _unite_tasks(self, identities: dict[str, str]) -> None:
        """Make one task of those of an article's identities; one that a sudden death left over goes the next time."""
        others = await self._held_tasks(identities)
        if not others:
            return
        owners = {name: identities[name] for name in others}
        whole, left_over = mongo_tasks.unions(owners, others | await self._held_tasks(owners.values()))
        await write(self._in("tasks"), whole)
        await write(self._in("tasks"), left_over)

    async def counts(self) -> dict[SiteName, SiteCounts]:
        """What is held of each site."""
        found: dict[SiteName, SiteCounts] = {}
        for site in sorted({*await self._sites("articles"), *await self._sites("events")}):
            counts = SiteCounts(await self._by_kind("articles", site), await self._by_kind("events", site))
            order = [("published_at", DESCENDING)]
            async for document in self._found("articles", {"site": site}, order, limit=1):
                counts.newest = document["published_at"]
            if counts.articles or counts.events:
                found[site] = counts
        return found

    async def _sites(self, collection: str) -> list[SiteName]:
        """The sites of which a collection has something, those included that this program does not know."""
        with self._errors():
            return sorted(map(str, await self._in(collection).distinct("site")))

    async def _by_kind(self, collection: str, site: str) -> dict[str, int]:
        return await self._grouped(collection, "kind", {"site": site})

    async def _grouped(self, collection: str, field: str, asked: Document) -> dict[str, int]:
        stages: list[Document] = [
            {"$match": asked},
            {"$group": {"_id": f"${field}", "number": {"$sum": 1}}},
        ]
        with self._errors():
            rows = await (await self._in(collection).aggregate(stages)).to_list()
        return {row["_id"]: row["number"] for row in sorted(rows, key=lambda row: str(row["_id"]))}

    async def get_document(self, collection: DocumentCollection[D], key: str) -> D | None:
        """A small document."""
        with self._errors():
            held = await self._in("documents").find_one({"_id": key_of(collection.name, key)})
        return self._document(collection, held) if held else None

    def _document(self, collection: DocumentCollection[D], held: Document) -> D:
        key = str(held.get("key"))
        with damage(f"the document {collection.name} {key}", self._place):
            fields = unescaped(held["document"])
        return collection.read(key, fields, self._place)

    async def put_document(self, collection: DocumentCollection[D], key: str, document: D) -> None:
        """Keep a small document."""
        fields, _ = collection.written(key, document)
        held = {"collection": collection.name, "key": key, "document": escaped(fields)}
        with self._errors():
            await write(self._in("documents"), [_put(key_of(collection.name, key), held)])

    async def delete_document(self, collection: DocumentCollection[Any], key: str) -> None:
        """Forget a small document."""
        with self._errors():
            await self._in("documents").delete_one({"_id": key_of(collection.name, key)})

    async def documents(self, collection: DocumentCollection[D]) -> dict[str, D]:
        """All small documents of a collection."""
        found = self._found("documents", {"collection": collection.name}, [("key", ASCENDING)])
        return {str(held.get("key")): self._document(collection, held) async for held in found}


def _kept(record: Event | Pick | Run) -> Document:
    """A small record as a document. Raises RecordRefusedError."""
    text_of(record)
    return to_bson(record)


def _fields(document: Document) -> Document:
    return {name: unescaped(value) for name, value in document.items() if name not in {"_id", "hash"}}


def _pick_key(pick: Pick) -> str:
    return key_of(pick.day.isoformat(), pick.url)


def _period(since: datetime | None, until: datetime | None) -> Document:
    limits = {"$gte": since, "$lt": until}
    return {operator: milliseconds(limit) for operator, limit in limits.items() if limit}


def _put(key: str, document: Document) -> ReplaceOne[Document]:
    """Insert or replace a whole document."""
    return ReplaceOne({"_id": key}, {"_id": key, **document}, upsert=True)
