"""The article's JSON Schema, and what MongoDB gets of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from newsarchive.storage.merging import storable
from newsarchive.storage.mongo.batch import article_document
from newsarchive.storage.schema import mongo_schema
from tests.storage.records import article, everything, weixin_by_short_link

KNOWN_TO_MONGO = {
    "bsonType",
    "description",
    "enum",
    "pattern",
    "required",
    "anyOf",
    "oneOf",
    "properties",
    "items",
    "additionalProperties",
}
"""Those of the keywords MongoDB's manual lists for $jsonSchema that are used; it refuses what it does not know."""
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "int": int,
    "long": int,
    "double": float,
    "bool": bool,
    "object": dict,
    "array": list,
    "date": datetime,
    "null": type(None),
}


def problems(value: Any, schema: dict[str, Any], where: str = "article") -> Iterator[str]:  # noqa: ANN401
    """What MongoDB would have against a value."""
    wanted = schema.get("bsonType", [])
    names = [wanted] if isinstance(wanted, str) else wanted
    if names and not any(isinstance(value, TYPES[name]) for name in names):
        yield f"{where} is no {names}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where} is none of {schema['enum']}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{where} is not like {schema['pattern']}"
    for key in ("anyOf", "oneOf"):
        if key in schema and all(any(problems(value, choice)) for choice in schema[key]):
            yield f"{where} is none of its choices"
    if isinstance(value, dict):
        yield from (f"{where}.{name} is missing" for name in schema.get("required", []) if name not in value)
        for name, item in value.items():
            inner = schema.get("properties", {}).get(name, schema.get("additionalProperties", {}))
            if inner is False:
                yield f"{where}.{name} is unknown"
            elif isinstance(inner, dict):
                yield from problems(item, inner, f"{where}.{name}")
    if isinstance(value, list):
        for item in value:
            yield from problems(item, schema.get("items", {}), f"{where}[]")


def keywords(schema: dict[str, Any]) -> Iterator[str]:
    yield from schema
    for inner in schema.get("properties", {}).values():
        yield from keywords(inner)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from keywords(schema[key])
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from keywords(choice)


def test_mongodb_gets_only_keywords_it_knows() -> None:
    assert set(keywords(mongo_schema())) <= KNOWN_TO_MONGO


@pytest.mark.parametrize("given", [article(), everything(), weixin_by_short_link(published_at=None)])
def test_articles_pass_the_validator(given: Any) -> None:  # noqa: ANN401
    assert list(problems(article_document(*storable(given)), mongo_schema())) == []


@pytest.mark.parametrize(
    "spoilt",
    [
        {"title": 3},
        {"site": "Example!"},
        {"published_at": "2025-12-06"},
        {"body": [{"kind": "script"}]},
        {"unheard_of": 1},
        {"attribution": {"acount": "x"}},
        {"keys": {"mid": 3}},
    ],
)
def test_what_is_no_article_does_not_pass(spoilt: dict[str, Any]) -> None:
    assert list(problems(article_document(*storable(article())) | spoilt, mongo_schema()))
