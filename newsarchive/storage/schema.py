"""One JSON Schema of the article: `docs/article.schema.json` is written from it, and MongoDB's validator."""

from __future__ import annotations

from typing import Any

from newsarchive.items.article import Article

_BSON_TYPES: dict[str, str | list[str]] = {
    "string": "string",
    "integer": ["int", "long"],
    "number": ["double", "int", "long"],
    "boolean": "bool",
    "object": "object",
    "array": "array",
    "null": "null",
}
_KEPT = ("description", "enum", "pattern")
_STORE_FIELDS = {
    "_id": {"bsonType": "string"},
    "hash": {"bsonType": "string"},
    "text_hash": {"bsonType": "string"},
}
"""What the MongoDB engine adds to the record."""


def article_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of an article as it is stored and exported, without what follows from its body."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Article.model_json_schema()}


def mongo_schema() -> dict[str, Any]:
    """The same as MongoDB's `$jsonSchema` takes it: draft 4 with BSON types, without references and defaults.

    Of the nodes of a body only the kind is checked: MongoDB knows no recursive schemas.
    """
    schema = article_schema()
    converted = _converted(schema, schema["$defs"])
    converted["properties"] |= _STORE_FIELDS
    return converted


def _converted(node: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in node:
        return _converted(definitions[node["$ref"].rpartition("/")[2]], definitions)
    if "discriminator" in node:
        return _kind_only(node["discriminator"])
    result = {key: node[key] for key in _KEPT if key in node}
    if "type" in node:
        result["bsonType"] = "date" if node.get("format") == "date-time" else _BSON_TYPES[node["type"]]
    if "const" in node:
        result["enum"] = [node["const"]]
    if node.get("required"):
        result["required"] = node["required"]
    for key in ("anyOf", "oneOf"):
        if key in node:
            result[key] = [_converted(choice, definitions) for choice in node[key]]
    if "properties" in node:
        result["properties"] = {
            name: _converted(value, definitions) for name, value in node["properties"].items()
        }
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):
            result[key] = _converted(node[key], definitions)
        elif node.get(key) is False:
            result[key] = False
    return result


def _kind_only(discriminator: dict[str, Any]) -> dict[str, Any]:
    field = discriminator["propertyName"]
    return {
        "bsonType": "object",
        "required": [field],
        "properties": {field: {"enum": sorted(discriminator["mapping"])}},
    }
