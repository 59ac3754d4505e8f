"""The frontier in MongoDB: tasks as documents, and the writes that add, fill, keep and unite them. Each may be sent twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from pymongo import DeleteOne, ReplaceOne, UpdateOne

from newsarchive.records.task import Task
from newsarchive.storage.keys import key_of
from newsarchive.storage.limits import text_of
from newsarchive.storage.mongo.values import to_bson
from newsarchive.storage.tasks import filled, ranked_at, storable_task, united

Document: TypeAlias = dict[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


_OURS = frozenset({"_id", "hash", "due_ms", "rank_ms"})
"""What the engine adds to the record."""


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


def without_ours(document: Document) -> Document:
    """The fields of the record alone."""
    return {name: value for name, value in document.items() if name not in _OURS}


def named(tasks: Collection[Task], owners: Mapping[str, str]) -> list[Task]:
    """Tasks as they are stored, each under the identity of its article; `owners` tells it by name."""
    stored = map(storable_task, tasks)
    return [task.model_copy(update={"name": owners.get(task.name, task.name)}) for task in stored]


def additions(
    tasks: Collection[Task], owners: Mapping[str, str], held: Mapping[str, Task]
) -> tuple[set[str], list[UpdateOne | ReplaceOne[Document]]]:
    """Names as given of the tasks that are new, and the writes that add these and fill the held ones."""
    new: set[str] = set()
    known = dict(held)
    for given, task in zip(tasks, named(tasks, owners), strict=True):
        if task.name not in known:
            new.add(given.name)
        known[task.name] = filled(known[task.name], task) if task.name in known else task
    writes = [
        _fill(held[name], task) if name in held else _insert(task)
        for name, task in known.items()
        if held.get(name) != task
    ]
    return new, writes


def keeps(held: Task | None, task: Task) -> bool:
    """Whether a task is there with what a list carried of it, or needs nothing of that any more."""
    return held is not None and (held.carried is not None or held.state != "wanted" or not task.carried)


def _insert(task: Task) -> UpdateOne:
    document = task_document(task)
    return UpdateOne({"_id": document.pop("_id")}, {"$setOnInsert": document}, upsert=True)


def _fill(held: Task, full: Task) -> ReplaceOne[Document]:
    """Replace a held task, unless another process has changed it meanwhile."""
    read, document = task_document(held), task_document(full)
    return ReplaceOne({"_id": read["_id"], "hash": read["hash"]}, document)


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
