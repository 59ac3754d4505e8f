"""The small documents in MongoDB."""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING, DeleteOne

from newsarchive.storage.collections import D, DocumentCollection
from newsarchive.storage.keys import key_of
from newsarchive.storage.mongo.connection import MongoConnection
from newsarchive.storage.mongo.values import escaped, unescaped
from newsarchive.storage.mongo.writes import Document, put
from newsarchive.storage.reading import damage


class MongoDocuments(MongoConnection):
    """Small documents."""

    async def get_document(self, collection: DocumentCollection[D], key: str) -> D | None:
        held = await self._one("documents", key_of(collection.name, key))
        return self._document(collection, held) if held else None

    def _document(self, collection: DocumentCollection[D], held: Document) -> D:
        key = str(held.get("key"))
        with damage(f"the document {collection.name} {key}", self._place):
            fields = unescaped(held["document"])
        return collection.read(key, fields, self._place)

    async def put_document(self, collection: DocumentCollection[D], key: str, document: D) -> None:
        fields, _ = collection.written(key, document)
        held = {"collection": collection.name, "key": key, "document": escaped(fields)}
        await self._write("documents", [put(key_of(collection.name, key), held)])

    async def delete_document(self, collection: DocumentCollection[Any], key: str) -> None:
        await self._write("documents", [DeleteOne({"_id": key_of(collection.name, key)})])

    async def documents(self, collection: DocumentCollection[D]) -> dict[str, D]:
        found = self._found("documents", {"collection": collection.name}, [("key", ASCENDING)])
        return {str(held.get("key")): self._document(collection, held) async for held in found}
