"""The queries that a store sends to MongoDB, and those of them that would read a whole collection to find a few documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

Document = dict[str, Any]
_CHECKED: dict[str, list[str]] = {}
"""What was found of each form of a query in this test run: whatever its values are, the same index serves it."""
_NO_QUERIES = frozenset({"meta"})
"""Collections of two documents, read by their keys."""
_SORTED_BY_THE_SERVER = {
    "articles": "the few with one text, or the newest one of a site, of whose times none is equal",
    "fingerprints": "those that share one of many bands: no index gives their order, and only the first 512 are kept",
}
"""Limited queries whose order no index gives, with why that costs little."""


class Queries(CommandListener):
    """A listener that keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Document]] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in {"find", "aggregate", "distinct", "update", "delete"}:
            self.asked.append((event.command_name, dict(event.command)))

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...

    def scans(self, uri: str) -> list[str]:
        """What would read a whole collection, or sort in memory what it then cuts off, a line each."""
        client: MongoClient[Document] = MongoClient(uri)
        try:
            database = client.get_default_database()
            there = set(database.list_collection_names())
            forms: dict[str, None] = {}
            for command, asked in self.asked:
                collection = asked[command]
                for query in queries_of(command, asked):
                    form = f"{collection} {shape(query)}"
                    forms[form] = None
                    if form not in _CHECKED and collection in there - _NO_QUERIES:
                        _CHECKED[form] = list(faults(database, collection, query))
            return [f"{form}: {fault}" for form in forms for fault in _CHECKED.get(form, ())]
        finally:
            client.close()


def queries_of(command: str, asked: Document) -> Iterator[Document]:
    """What a command looks for, as `find` would be asked for it: only that is explained by every server."""
    match command:
        case "find":
            yield {
                name: value
                for name, value in asked.items()
                if name in {"filter", "sort", "limit", "allowDiskUse"}
            }
        case "aggregate":
            first = asked["pipeline"][0] if asked["pipeline"] else {}
            yield {"filter": first.get("$match", {})}
        case "distinct":
            yield {"filter": asked.get("query") or {}, "sort": {asked["key"]: 1}}
        case "update":
            for one in asked["updates"]:
                yield {"filter": one["q"]}
        case _:
            for one in asked["deletes"]:
                # To clear a collection is to read it.
                if one["q"]:
                    yield {"filter": one["q"]}


def shape(value: Any) -> Any:  # noqa: ANN401
    """A query without its values."""
    if isinstance(value, Mapping):
        return {name: shape(inner) for name, inner in value.items()}
    return "[]" if isinstance(value, list) else "_"


def faults(database: Any, collection: str, query: Document) -> Iterator[str]:  # noqa: ANN401
    """What is wrong with a query, judged by the server's plan and by the indexes that there are."""
    indexes = [list(one["key"].items()) for one in database[collection].list_indexes()]
    asked, order = query.get("filter", {}), list(query.get("sort", {}).items())
    if all(excludes(condition) for condition in asked.values()):
        # The whole collection is meant. It comes in the order of an index, or says that the server may sort it on its disk.
        if not query.get("allowDiskUse") and not any(serves(index, set(), order) for index in indexes):
            yield f"all of it, sorted by {order} without an index"
        return
    # An index that serves one of several conditions serves them together, and that of keys serves their ranges, too: not
    # each small server knows that.
    parts: list[Document] = []
    for name, condition in asked.items():
        several = condition.items() if isinstance(condition, Mapping) else ()
        # `$all` is looked up by its first value.
        operators = [value[0] if sign == "$all" else {sign: value} for sign, value in several]
        parts += [{name: part} for part in operators or [condition] if not excludes(part)]
    if "_id" not in {name for part in parts for name in part} and all(
        scans(database, collection, part) for part in (asked, *parts)
    ):
        yield "reads the whole collection"
    if query.get("limit") and collection not in _SORTED_BY_THE_SERVER:
        equal = {name for name, value in asked.items() if not isinstance(value, Mapping)}
        if not any(serves(index, equal, order) for index in indexes):
            yield f"sorts in memory by {order} what it then cuts off"


def excludes(condition: Any) -> bool:  # noqa: ANN401
    """Whether a condition only leaves some out: what it finds is nearly all."""
    return isinstance(condition, Mapping) and set(condition) <= {"$ne", "$nin"}


def scans(database: Any, collection: str, asked: Document) -> bool:  # noqa: ANN401
    """Whether the server would read all of a collection; False where it does not tell."""
    try:
        explained = database.command(
            {"explain": {"find": collection, "filter": asked}, "verbosity": "queryPlanner"}
        )
    except OperationFailure:
        return False
    plan = explained.get("queryPlanner", {}).get("winningPlan")
    return plan is not None and "COLLSCAN" in set(stages(plan))


def serves(index: list[tuple[str, int]], equal: set[str], order: list[tuple[str, int]]) -> bool:
    """Whether an index gives the documents with some equal fields in an order, forwards or backwards."""
    rest = index[len(equal) :]
    if {name for name, _ in index[: len(equal)]} != equal or len(order) > len(rest):
        return False
    directions = {
        (found[0] == wanted[0], found[1] * wanted[1]) for found, wanted in zip(rest, order, strict=False)
    }
    return directions in ({(True, 1)}, {(True, -1)}, set())


def stages(plan: Any) -> Iterator[str]:  # noqa: ANN401
    """The names of a plan's stages."""
    if isinstance(plan, Mapping):
        if isinstance(plan.get("stage"), str):
            yield plan["stage"]
        for inner in plan.values():
            yield from stages(inner)
    if isinstance(plan, list):
        for inner in plan:
            yield from stages(inner)
