"""The numbered migrations of a MongoDB database."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from pymongo import ASCENDING, DESCENDING, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import CollectionInvalid, OperationFailure

from newsarchive.storage.keys import key_of
from newsarchive.storage.mongo.writes import Document, reason, write
from newsarchive.storage.reading import STORIES_TO_INDEX
from newsarchive.storage.schema import mongo_schema

logger = logging.getLogger(__name__)

_COLLECTION_EXISTS = 48
_NOT_ALLOWED = 13


async def _first_step(database: AsyncDatabase[Document]) -> None:
    for collection, fields in (
        ("articles", ("published_at", "identity")),
        ("articles", ("site", "published_at", "identity")),
        ("articles", ("text_hash",)),
        ("revisions", ("identity",)),
        ("events", ("observed_at",)),
        ("picks", ("day", "position")),
        ("runs", ("started_at",)),
        ("documents", ("collection", "key")),
    ):
        await database[collection].create_index([(field, ASCENDING) for field in fields])


async def _second_step(database: AsyncDatabase[Document]) -> None:
    await database["tasks"].create_index([(field, ASCENDING) for field in ("site", "state", "due_ms")])


async def _third_step(_: AsyncDatabase[Document]) -> None:
    """Nothing to change, but an older newsarchive, which would not change the token, must refuse the database."""


async def _fifth_step(database: AsyncDatabase[Document]) -> None:
    await database["revisions"].create_index([("replaced_at", ASCENDING), ("identity", ASCENDING)])


async def _sixth_step(database: AsyncDatabase[Document]) -> None:
    for collection, field in (
        ("fingerprints", "bands"),
        ("story_links", "identity"),
        ("story_links", "other"),
    ):
        await database[collection].create_index([(field, ASCENDING)])


async def _search_step(database: AsyncDatabase[Document]) -> None:
    """The index of texts is empty at first: `newsarchive search --index` takes in the articles that are there."""
    order = [("grams", ASCENDING), ("published_at", DESCENDING), ("identity", DESCENDING)]
    await database["search"].create_index(order)
    if await database["articles"].find_one({}, {"_id": 1}):
        gap = UpdateOne({"_id": "search"}, {"$setOnInsert": {"after": ""}}, upsert=True)
        await write(database["meta"], [gap])


async def _index_step(database: AsyncDatabase[Document]) -> None:
    """What was found by a part of its index only, or was sorted by the server."""
    for collection, fields in (
        ("articles", {"site": ASCENDING, "kind": ASCENDING}),
        ("events", {"site": ASCENDING, "kind": ASCENDING}),
        ("events", {"site": ASCENDING, "observed_at": ASCENDING, "_id": ASCENDING}),
        ("events", {"observed_at": ASCENDING, "_id": ASCENDING}),
        ("runs", {"site": ASCENDING, "started_at": DESCENDING, "run_id": ASCENDING}),
        ("runs", {"started_at": DESCENDING, "run_id": ASCENDING}),
        ("tasks", {"site": ASCENDING, "state": ASCENDING, "due_ms": ASCENDING, "name": ASCENDING}),
        ("tasks", {"site": ASCENDING, "state": ASCENDING, "rank_ms": DESCENDING, "name": ASCENDING}),
    ):
        await database[collection].create_index([*fields.items()])
    for collection, beginning in (
        ("events", ("observed_at",)),
        ("runs", ("started_at",)),
        ("tasks", ("site", "state", "due_ms")),
    ):
        with suppress(OperationFailure):  # the step runs a second time, or this user may make indexes only
            await database[collection].drop_index([(field, ASCENDING) for field in beginning])


def validator_key() -> str:
    """A word for what the server checks articles against; it changes with the schema."""
    return key_of(json.dumps(mongo_schema(), sort_keys=True))


async def set_validator(database: AsyncDatabase[Document]) -> None:
    """Let the server check articles too, where it can, as they are now; the code's own checks come first.

    Whoever opens a database to write it, and finds that its validator is an older one, replaces that.
    """
    validator = {"$jsonSchema": mongo_schema()}
    try:
        try:
            await database.create_collection("articles", validator=validator)
        except (CollectionInvalid, OperationFailure) as error:
            if isinstance(error, OperationFailure) and error.code != _COLLECTION_EXISTS:
                raise
            await database.command("collMod", "articles", validator=validator)
    except OperationFailure as error:
        if error.code == _NOT_ALLOWED:
            logger.warning(
                "This user may not say what articles are checked against (role dbAdmin): %s", reason(error)
            )
            return
        logger.warning("This MongoDB server will not check articles against their schema: %s", reason(error))
    await database["meta"].update_one({"_id": "schema"}, {"$set": {"validator": validator_key()}})


async def _fourth_step(_: AsyncDatabase[Document]) -> None:
    """Nothing any more: the validator, which listed the sites of its day, is looked at whenever a database is opened."""


async def _lease_step(database: AsyncDatabase[Document]) -> None:
    await database["leases"].create_index([("run_id", ASCENDING)])


async def _fingerprint_step(database: AsyncDatabase[Document]) -> None:
    """Texts have other fingerprints from here on; `newsarchive story index` takes articles in that were taken in before."""
    await database["fingerprints"].delete_many({})
    if await database["articles"].find_one({}, {"_id": 1}):
        logger.warning(STORIES_TO_INDEX)


STEPS: tuple[Callable[[AsyncDatabase[Document]], Coroutine[Any, Any, None]], ...] = (
    _first_step,
    _second_step,
    _third_step,
    _fourth_step,
    _fifth_step,
    _sixth_step,
    _search_step,
    _index_step,
    _lease_step,
    _fingerprint_step,
)
"""The numbered migrations; a step may run twice. Steps are only ever added."""
