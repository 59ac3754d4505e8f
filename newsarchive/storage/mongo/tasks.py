"""The frontier in MongoDB: tasks as documents, and the writes that add, fill, keep and unite them. Each may be sent twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from pymongo import ASCENDING, DESCENDING, DeleteOne, ReplaceOne, UpdateOne

from newsarchive.errors import StoreUnreachableError
from newsarchive.items.record import SiteName
from newsarchive.records.task import Task
from newsarchive.storage.contract import DueTask, TaskOrder, TaskState
from newsarchive.storage.keys import key_of
from newsarchive.storage.leases import living
from newsarchive.storage.limits import text_of
from newsarchive.storage.merging import encodable
from newsarchive.storage.mongo.connection import ROUNDS, MongoConnection
from newsarchive.storage.mongo.values import to_bson
from newsarchive.storage.mongo.writes import Document
from newsarchive.storage.reading import damage
from newsarchive.storage.tasks import filled, ranked_at, storable_task, united

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class MongoTasks(MongoConnection):
    """Tasks."""

    async def add_tasks(self, tasks: Collection[Task]) -> set[str]:
        todo = await self._of_their_articles(tasks)
        given = {stored.name: task.name for task, stored in [*zip(tasks, todo, strict=True)][::-1]}
        new: set[str] | None = None
        for _ in range(ROUNDS):
            claims: dict[str, str | None] = {}
            held = await self._held_tasks({task.name for task in todo}, claims)
            new = {given[name] for name in given.keys() - held.keys()} if new is None else new
            await self._write("tasks", additions(todo, held, claims))
            # Another list that names the same articles may have been quicker: what this one carried must not be lost.
            todo = [task for task in todo if task.carried and not keeps(held.get(task.name))]
            if not todo:
                return new
        raise StoreUnreachableError(f"{self._place}: other processes keep writing the same tasks; try again")

    async def due_tasks(
        self,
        site: SiteName,
        now: datetime,
        limit: int,
        *,
        states: Sequence[TaskState] = ("wanted", "done"),
        order: TaskOrder = "newest",
    ) -> list[DueTask]:
        first = ("due_ms", ASCENDING) if order == "longest_due" else ("rank_ms", DESCENDING)
        result: list[DueTask] = []
        for state in states:
            asked = {"site": site, "state": state, "due_ms": up_to(now)}
            if (left := limit - len(result)) > 0:
                found = self._found("tasks", asked, [first, ("name", ASCENDING)], left, ("name", "rank_ms"))
                with damage("the tasks that are due", self._place):
                    result += [
                        DueTask(document["name"], EPOCH + timedelta(milliseconds=document["rank_ms"]))
                        async for document in found
                    ]
        return result

    async def tasks(self, names: Collection[str]) -> dict[str, Task]:
        owned = await self._owned(names)
        held = await self._held_tasks(owned.values())
        return {name: held[owner] for name, owner in owned.items() if owner in held}

    async def tasks_of_time(
        self, site: SiteName, state: TaskState, since: datetime, until: datetime | None = None
    ) -> AsyncIterator[Task]:
        # Not `$gte`: see `up_to`. The index has the newest first: it is read from its end, in which names stand the wrong way round.
        bounds = {"$gt": number_of(since) - 1} | ({"$lt": number_of(until)} if until else {})
        asked = {"site": site, "state": state, "rank_ms": bounds}
        order = [("rank_ms", ASCENDING), ("name", DESCENDING)]
        same: list[Task] = []
        async for document in self._found("tasks", asked, order):
            task = self._read(Task, document, "name")
            if same and ranked_at(same[0]) != ranked_at(task):
                for one in reversed(same):
                    yield one
                same = []
            same.append(task)
        for one in reversed(same):
            yield one

    async def save_tasks(self, tasks: Collection[Task]) -> None:
        await self._write("tasks", replacements(await self._of_their_articles(tasks)))

    async def claim_tasks(self, names: Collection[str], holder: str) -> dict[str, Task]:
        owned = await self._owned(names)
        others = living(await self.leases()) - {holder}
        keys = sorted({key_of(owner) for owner in owned.values()})
        free = {"_id": {"$in": keys}, "claim": {"$nin": sorted(others)}}
        with self._errors():
            await self._in("tasks").update_many(free, {"$set": {"claim": holder}})
        claims: dict[str, str | None] = {}
        held = await self._held_tasks(owned.values(), claims)
        return {name: held[owner] for name, owner in owned.items() if claims.get(owner) == holder}

    async def task_counts(self, due_by: datetime | None = None) -> dict[SiteName, dict[str, int]]:
        due: Document = {"due_ms": up_to(due_by)} if due_by else {}
        sites = await self._sites("tasks")
        found = {site: await self._grouped("tasks", "state", {"site": site} | due) for site in sites}
        return {site: counts for site, counts in found.items() if counts}

    async def _of_their_articles(self, tasks: Collection[Task]) -> list[Task]:
        """Tasks as they are stored, each under the identity of its article."""
        stored = [storable_task(task) for task in tasks]
        owners = await self._owners([task.name for task in stored])
        return [
            task.model_copy(update={"name": owners[task.name]}) if task.name in owners else task
            for task in stored
        ]

    async def _owned(self, names: Collection[str]) -> dict[str, str]:
        """By the names asked for, those of their tasks."""
        asked = {name: encodable(name) for name in names}
        owners = await self._owners(asked.values())
        return {name: owners.get(clean, clean) for name, clean in asked.items()}

    async def _owners(self, names: Collection[str]) -> dict[str, str]:
        """The identities that names lead to."""
        found = self._by_id("names", {key_of(name) for name in names})
        return {document["name"]: document["identity"] async for document in found}

    async def _held_tasks(
        self, names: Collection[str], claims: dict[str, str | None] | None = None
    ) -> dict[str, Task]:
        """The tasks of names; into `claims` goes which run has claimed each."""
        held: dict[str, Task] = {}
        async for document in self._by_id("tasks", {key_of(name) for name in names}):
            task = self._read(Task, document, "name")
            held[task.name] = task
            if claims is not None:
                claims[task.name] = document.get("claim")
        return held

    async def _unite_tasks(self, identities: dict[str, str]) -> None:
        """Make one task of those of an article's identities; one that a sudden death left over goes the next time."""
        others = await self._held_tasks(identities)
        if not others:
            return
        owners = {name: identities[name] for name in others}
        whole, left_over = unions(owners, others | await self._held_tasks(owners.values()))
        await self._write("tasks", whole)
        await self._write("tasks", left_over)


def task_document(task: Task) -> Document:
    """A storable task with its key, the hash of all of it, and the numbers by which it is found and ordered."""
    return {
        "_id": key_of(task.name),
        **to_bson(task),
        "due_ms": number_of(task.due_at),
        "rank_ms": number_of(ranked_at(task)),
        "hash": key_of(text_of(task)),
    }


def number_of(time: datetime) -> int:
    """Milliseconds since 1970. Small protocol servers compare dates by the second, or not at all; numbers are safe."""
    return (time - EPOCH) // timedelta(milliseconds=1)


def up_to(time: datetime) -> Document:
    """The condition for numbers of times up to one, that included.

    Not `$lte`: a small server loses what is equal where the index goes on behind the number.
    """
    return {"$lt": number_of(time) + 1}


def additions(
    tasks: Iterable[Task], held: Mapping[str, Task], claims: Mapping[str, str | None] = MappingProxyType({})
) -> list[UpdateOne | ReplaceOne[Document]]:
    """The writes that add the tasks that are not held, and fill those that are; a claim to one of these stays."""
    known = dict(held)
    for task in tasks:
        known[task.name] = filled(known[task.name], task) if task.name in known else task
    return [
        _fill(held[name], task, claims.get(name)) if name in held else _insert(task)
        for name, task in known.items()
        if held.get(name) != task
    ]


def keeps(held: Task | None) -> bool:
    """Whether a task is there with what a list carried of it, or needs nothing of that any more."""
    return held is not None and (held.carried is not None or held.state != "wanted")


def _insert(task: Task) -> UpdateOne:
    document = task_document(task)
    return UpdateOne({"_id": document.pop("_id")}, {"$setOnInsert": document}, upsert=True)


def _fill(held: Task, full: Task, claim: str | None) -> ReplaceOne[Document]:
    """Replace a held task, unless another process has changed or claimed it meanwhile."""
    document = task_document(full) | ({"claim": claim} if claim else {})
    return ReplaceOne({"_id": document["_id"], "hash": key_of(text_of(held)), "claim": claim}, document)


def replacements(tasks: Collection[Task]) -> list[ReplaceOne[Document]]:
    """Keep tasks whole; the last of several with one name stands."""
    documents = [task_document(task) for task in {task.name: task for task in tasks}.values()]
    return [ReplaceOne({"_id": document["_id"]}, document, upsert=True) for document in documents]


def unions(
    others: Mapping[str, str], held: Mapping[str, Task]
) -> tuple[list[ReplaceOne[Document]], list[DeleteOne]]:
    """Make the tasks of other names those of their identities: what to write first, and what to remove then."""
    whole: dict[str, Task] = {}
    for name, identity in others.items():
        own = whole.get(identity) or held.get(identity)
        renamed = held[name].model_copy(update={"name": identity})
        whole[identity] = united(own, renamed) if own else renamed
    return replacements(whole.values()), [DeleteOne({"_id": key_of(name)}) for name in others]
