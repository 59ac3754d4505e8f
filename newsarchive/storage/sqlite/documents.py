"""The small documents in the SQLite file."""

from __future__ import annotations

from typing import Any

from newsarchive.storage.collections import D, DocumentCollection
from newsarchive.storage.sqlite.connection import SqliteConnection


class SqliteDocuments(SqliteConnection):
    """Small documents."""

    async def get_document(self, collection: DocumentCollection[D], key: str) -> D | None:
        rows = self._rows(
            "SELECT document FROM documents WHERE collection = ? AND key = ?", collection.name, key
        )
        return collection.read(key, rows[0][0], self._place) if rows else None

    async def put_document(self, collection: DocumentCollection[D], key: str, document: D) -> None:
        _, text = collection.written(key, document)
        with self._writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO documents (collection, key, document) VALUES (?, ?, ?)",
                (collection.name, key, text),
            )

    async def delete_document(self, collection: DocumentCollection[Any], key: str) -> None:
        with self._writing() as connection:
            connection.execute(
                "DELETE FROM documents WHERE collection = ? AND key = ?", (collection.name, key)
            )

    async def documents(self, collection: DocumentCollection[D]) -> dict[str, D]:
        rows = self._rows(
            "SELECT key, document FROM documents WHERE collection = ? ORDER BY key", collection.name
        )
        return {key: collection.read(key, document, self._place) for key, document in rows}
