"""What can be kept: a record that one engine would refuse is refused by both, before anything of it is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from newsarchive.errors import RecordRefusedError
from newsarchive.items.article import Article
from newsarchive.items.event import Event
from newsarchive.items.verdict import Verdict
from newsarchive.records.pick import Pick
from newsarchive.records.run import Run
from newsarchive.records.task import Task
from newsarchive.storage.mongo.values import LARGEST_NUMBER, to_bson

LARGEST_BSON = 16 * 1024 * 1024 - 64 * 1024
"""Bytes that a record may have as BSON: MongoDB's 16 MB, less what an update puts around it."""
_GROWTH = 7
"""BSON has at most so many bytes for a character of JSON: an array of one-digit numbers comes near to it."""
_LONGEST_NAME = 200
_HARMLESS = frozenset({str, type(None), datetime, bool, tuple, list, Verdict})
"""Kinds of most values of a record, which the conversion to JSON looks at; what kind any other is takes longer to find out."""


@contextmanager
def refusing(what: str) -> Iterator[None]:
    """Turn what the conversion of a record may raise into a RecordRefusedError that names it."""
    try:
        yield
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise refused(what, _reason(error)) from None


def refused(what: str, why: str) -> RecordRefusedError:
    """The error for a record that cannot be kept."""
    name = "".join(character if character.isprintable() else "\ufffd" for character in what[:_LONGEST_NAME])
    return RecordRefusedError(f"{name} cannot be kept in any store: {why}")


def _reason(error: Exception) -> str:
    words = str(error)
    if "surrogate" in words or isinstance(error, UnicodeEncodeError):
        return "its text has half a surrogate pair, which no encoding has"
    if isinstance(error, RecursionError) or "recursion" in words or "depth" in words:
        return "it is nested too deeply"
    if "integer string conversion" in words or "number out of range" in words:
        return "it has a number of thousands of digits"
    if isinstance(error, ValidationError):
        field = ".".join(str(part) for part in error.errors()[0]["loc"])
        return f"its {field} has a value that JSON does not have"
    return f"it has a value that JSON does not have ({words[:_LONGEST_NAME]})"


def check_values(what: str, record: BaseModel) -> None:
    """Raise RecordRefusedError for what JSON would take without a word and not give back, or SQLite would not take."""
    for value in record.__dict__.values():
        if type(value) in _HARMLESS:
            continue
        if type(value) is int and abs(value) > LARGEST_NUMBER:
            raise refused(what, "it has a number of more than 64 bits")
        if isinstance(value, dict):
            for key in _keys_in(value):
                key.encode()
        elif isinstance(value, BaseModel):
            check_values(what, value)


def _keys_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _keys_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _keys_in(item)


def check_size(
    what: str, text: str, record: BaseModel | dict[str, Any], *, without: frozenset[str] = frozenset()
) -> None:
    """Raise RecordRefusedError for a record, or the fields of one, that has too many bytes as BSON; `text` is its JSON.

    Measured only where the JSON is so long that it may be: above 2 MB.
    """
    if len(text) * _GROWTH <= LARGEST_BSON:
        return
    import bson  # noqa: PLC0415 - 0.1 s that SQLite users need not wait

    size = len(bson.encode(record if isinstance(record, dict) else to_bson(record, without=without)))
    if size > LARGEST_BSON:
        raise refused(what, f"it has {size:,} bytes as BSON, and a record may have {LARGEST_BSON:,}")


def text_of(record: Event | Pick | Run | Task) -> str:
    """A small record's JSON, from which it can be read again. Raises RecordRefusedError."""
    what = name_of(record)
    with refusing(what):
        check_values(what, record)
        text = record.model_dump_json()
        if not isinstance(record, Task):  # of plain texts, times and numbers, and written for every page
            type(record).model_validate_json(text)
        check_size(what, text, record)
    return text


def name_of(record: Article | Event | Pick | Run | Task) -> str:
    """What a record is called in a message."""
    match record:
        case Article():
            return record.identity
        case Event():
            return f"the event {record.kind} of {record.identity or record.url}"
        case Pick():
            return f"the pick {record.url} of {record.day}"
        case Run():
            return f"the run {record.run_id}"
        case Task():
            return f"the task {record.name}"
