"""Records as MongoDB can hold them, and back: nothing that a page says may break a document or an operator."""

from __future__ import annotations

import json
from datetime import date, datetime
from enum import Enum
from typing import Any
from urllib.parse import unquote

from pydantic import BaseModel

LARGEST_NUMBER = 2**63 - 1
DEEPEST = 80
"""Levels of a document: MongoDB takes 100, and some stand around the value."""
_NUMBER = "%number"
"""Marks a whole number beyond 64 bits, kept as text; no escaped key begins like this."""
_TREE = "%json"
"""Marks what is nested deeper than MongoDB takes, kept as the text of its JSON."""
_ESCAPES = str.maketrans({"%": "%25", ".": "%2E", "$": "%24", "\0": "%00"})


def to_bson(record: BaseModel, *, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The fields of a record as a document; times stay times (MongoDB keeps milliseconds)."""
    fields = record.model_dump(exclude=set(without))
    return {name: escaped(value) for name, value in fields.items()}


def escaped(value: Any, level: int = 0) -> Any:  # noqa: ANN401 - a tree of plain values
    """A tree of plain values whose keys are no operators or paths, whose numbers fit, and that is not too deep."""
    if type(value) is str:  # most of them are
        return value
    match value:
        case Enum():
            return value.value
        case dict() | list() | tuple() if level >= DEEPEST:
            return {_TREE: json.dumps(value, ensure_ascii=False)}
        case dict():
            return {str(key).translate(_ESCAPES): escaped(item, level + 1) for key, item in value.items()}
        case list() | tuple():
            return [escaped(item, level + 1) for item in value]
        case int() if abs(value) > LARGEST_NUMBER:
            return {_NUMBER: str(value)}
        case date() if not isinstance(value, datetime):
            return value.isoformat()
        case _:
            return value


def unescaped(value: Any) -> Any:  # noqa: ANN401 - a tree of plain values
    """What `escaped` was given."""
    if isinstance(value, dict):
        if _NUMBER in value:
            return int(value[_NUMBER])
        if _TREE in value:
            return json.loads(value[_TREE])
        return {unquote(key): unescaped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [unescaped(item) for item in value]
    return value
