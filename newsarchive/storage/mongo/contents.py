"""All that is in the MongoDB database, to be carried elsewhere as it is, and back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from pymongo import ASCENDING, ReplaceOne

from newsarchive.items.article import Article
from newsarchive.items.record import Record
from newsarchive.storage.collections import UNFINISHED_COPIES
from newsarchive.storage.contents import (
    ARTICLES,
    DOCUMENTS,
    EVENTS,
    PICKS,
    REVISIONS,
    RUNS,
    STORY_LINKS,
    TASKS,
    C,
    ContentKind,
    HeldArticle,
    HeldDocument,
    leading_names,
    own_names,
)
from newsarchive.storage.keys import event_key, key_of, words_key
from newsarchive.storage.merging import names_of, storable
from newsarchive.storage.mongo.articles import MongoArticles
from newsarchive.storage.mongo.batch import article_document
from newsarchive.storage.mongo.documents import MongoDocuments
from newsarchive.storage.mongo.events import MongoEvents
from newsarchive.storage.mongo.picks import MongoPicks, pick_writes
from newsarchive.storage.mongo.runs import MongoRuns
from newsarchive.storage.mongo.story_links import index_put, puts
from newsarchive.storage.mongo.tasks import replacements
from newsarchive.storage.mongo.values import escaped, to_bson, unescaped
from newsarchive.storage.mongo.writes import Document, Write, kept, put
from newsarchive.storage.reading import damage
from newsarchive.storage.tasks import storable_task
from newsarchive.stories.likeness import Wording

_ORDER = {
    REVISIONS.name: ("replaced_at", "identity"),
    STORY_LINKS.name: ("identity",),
    EVENTS.name: ("observed_at",),
    PICKS.name: ("day", "position"),
    RUNS.name: ("started_at",),
    TASKS.name: ("name",),
    DOCUMENTS.name: ("collection", "key"),
}
"""The fields that order each collection; what has an index ends there. Tasks have none by name: the server sorts them."""
_OF_ARTICLES = ("names", "fingerprints", "search")
"""Collections that are filled where an article is put."""
DERIVED_COLLECTIONS = frozenset({*_OF_ARTICLES, "leases", "meta"})
"""Collections that are no kind of contents: what they hold is made again of these, carried with an article, or of this store alone."""
_TOGETHER = 200
"""Articles whose names are looked up at once."""


class MongoContents(MongoArticles, MongoEvents, MongoPicks, MongoRuns, MongoDocuments):
    """All kinds of records."""

    @asynccontextmanager
    async def one_moment(self) -> AsyncIterator[None]:
        """Nothing: small servers have no snapshots, so who wants one moment lets nothing write meanwhile."""
        yield

    def contents(self, kind: ContentKind[C]) -> AsyncIterator[C]:
        return kind.ordered(self._all_of(kind))

    async def _all_of(self, kind: ContentKind[C]) -> AsyncIterator[C]:
        if kind.name == ARTICLES.name:
            async for held in self._held_articles():
                yield kind.record.model_validate(held)
            return
        order = [(field, ASCENDING) for field in _ORDER[kind.name]]
        with self._errors():
            async with self._in(kind.name).find({}, allow_disk_use=True).sort(order) as cursor:
                async for document in cursor:
                    if document.get("collection") != UNFINISHED_COPIES.name:
                        yield self._content(kind, document)

    def _content(self, kind: ContentKind[C], document: Document) -> C:
        if kind.name != DOCUMENTS.name:
            return self._read(kind.record, document, _ORDER[kind.name][-1])
        key = str(document.get("key"))
        with damage(f"the document {document.get('collection')} {key}", self._place):
            fields = unescaped(document["document"])
            held: Record = HeldDocument(collection=document["collection"], key=key, document=fields)
        return kind.record.model_validate(held)

    async def _held_articles(self) -> AsyncIterator[HeldArticle]:
        page: list[Article] = []
        async for article in self.articles():
            page.append(article)
            if len(page) == _TOGETHER:
                for held in await self._with_names(page):
                    yield held
                page = []
        for held in await self._with_names(page):
            yield held

    async def _with_names(self, articles: Sequence[Article]) -> list[HeldArticle]:
        owners = await self._owners({name for article in articles for name in names_of(article)})
        keys = {key_of(article.identity) for article in articles}
        linked = {document["_id"] async for document in self._by_id("fingerprints", keys, {"_id": 1})}
        return [
            HeldArticle.model_construct(
                article=article,
                names=own_names(
                    article, {name for name in names_of(article) if owners.get(name) == article.identity}
                ),
                linked=key_of(article.identity) in linked,
            )
            for article in articles
        ]

    async def put_contents(self, kind: ContentKind[C], records: Sequence[C]) -> None:
        if kind.name == ARTICLES.name:
            await self._put_articles([HeldArticle.model_validate(it) for it in records])
        else:
            await self._write(kind.name, _WRITES[kind.name](records))
        await self._new_change_token()

    async def _put_articles(self, records: Sequence[HeldArticle]) -> None:
        given = [storable(held.article) for held in records]
        documents = [article_document(article, text) for article, text in given]
        await self._index([article for article, _ in given])
        await self._write("articles", [ReplaceOne({"_id": it["_id"]}, it, upsert=True) for it in documents])
        await self._write(
            "names",
            [
                put(key_of(name), {"name": name, "identity": held.article.identity})
                for held in records
                for name in leading_names(held)
            ],
        )
        linked = [
            (article, Wording.of(article).fingerprint)
            for held, (article, _) in zip(records, given, strict=True)
            if held.linked
        ]
        await self._write("fingerprints", [index_put(article, found) for article, found in linked if found])

    async def clear_contents(self, kind: ContentKind[Any]) -> None:
        with self._errors():
            for name in (kind.name, *(_OF_ARTICLES if kind.name == ARTICLES.name else ())):
                others = {"collection": {"$ne": UNFINISHED_COPIES.name}} if name == DOCUMENTS.name else {}
                await self._in(name).delete_many(others)
        await self._new_change_token()


_WRITES: dict[str, Callable[[Sequence[Any]], Sequence[Write]]] = {
    REVISIONS.name: lambda given: [put(key_of(it.identity, words_key(it)), to_bson(it)) for it in given],
    STORY_LINKS.name: puts,
    EVENTS.name: lambda given: [put(event_key(it), kept(it)) for it in given],
    PICKS.name: pick_writes,
    RUNS.name: lambda given: [put(key_of(it.run_id), kept(it)) for it in given],
    TASKS.name: lambda given: replacements([storable_task(it) for it in given]),
    DOCUMENTS.name: lambda given: [
        put(
            key_of(it.collection, it.key),
            {"collection": it.collection, "key": it.key, "document": escaped(it.document)},
        )
        for it in given
    ],
}
