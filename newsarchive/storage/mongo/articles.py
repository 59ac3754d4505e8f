"""Articles, their names and their revisions in MongoDB.

An article is only written over the version that was read (`hash`), so two crawls never undo each other's work.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import UTC, datetime

from pymongo import ASCENDING

from newsarchive.errors import StoreUnreachableError
from newsarchive.items.article import Article
from newsarchive.items.record import SiteName
from newsarchive.records.revision import Revision
from newsarchive.storage.contract import SaveOutcome
from newsarchive.storage.keys import key_of
from newsarchive.storage.merging import distinct, names_of, storable
from newsarchive.storage.mongo.batch import Batch
from newsarchive.storage.mongo.connection import ROUNDS, period
from newsarchive.storage.mongo.search import MongoSearch
from newsarchive.storage.mongo.story_links import MongoStoryLinks
from newsarchive.storage.mongo.tasks import MongoTasks
from newsarchive.storage.mongo.writes import Document
from newsarchive.storage.reading import StoredArticle

_BY_TIME = (("published_at", ASCENDING), ("identity", ASCENDING))


class MongoArticles(MongoTasks, MongoStoryLinks, MongoSearch):
    """Articles; saving one unites the tasks of its names, ties it to those that may be one story with it, and lets it be found."""

    async def save_articles(self, articles: Sequence[Article]) -> list[SaveOutcome]:
        """Merge a batch: read what is held, decide, write; again for those that another process wrote meanwhile."""
        outcomes = [SaveOutcome.UNCHANGED] * len(articles)
        todo = [(number, *storable(article)) for number, article in enumerate(articles)]
        for _ in range(ROUNDS):
            batch = await self._read_batch([article for _, article, _ in todo])
            now = datetime.now(UTC)
            made = [(number, article, text, batch.save(article, text, now)) for number, article, text in todo]
            lost = await self._write_batch(batch)
            await self._unite_tasks(batch.other_identities(lost))
            await self._link_articles(batch.written(lost), batch.absorbed())
            await self.link_stories(
                batch.unchanged()
            )  # the server may have died before it, then the save is sent again
            for number, _, _, one in made:
                outcomes[number] = one.outcome
            todo = [
                (number, article, text) for number, article, text, one in made if one.article.identity in lost
            ]
            if not todo:
                return outcomes
        raise StoreUnreachableError(
            f"{self._place}: other processes keep writing the same articles; try again"
        )

    async def rewrite_articles(self, rewritten: Sequence[tuple[Article, Article]]) -> list[bool]:
        todo = [(held, *storable(new)) for held, new in rewritten]
        batch = await self._read_batch([held for held, _, _ in todo])
        now = datetime.now(UTC)
        done = [batch.rewrite(held, new, text, now) for held, new, text in todo]
        lost = await self._write_batch(batch)
        await self._link_articles(batch.written(lost), set())
        return [
            written and held.identity not in lost for written, (held, _, _) in zip(done, todo, strict=True)
        ]

    async def _read_batch(self, articles: Sequence[Article]) -> Batch:
        batch = Batch()
        names = {name for article in articles for name in names_of(article)}
        await self._read_into(batch, names)
        await self._read_into(batch, batch.held_names() - names)
        return batch

    async def _read_into(self, batch: Batch, names: set[str]) -> None:
        """Read what names lead to.

        By identity too, not only through the names: a process that died between an article and its names, or before
        it removed an absorbed record, has left one that no name leads to.
        """
        owners = await self._owners(names)
        batch.names |= owners
        async for document in self._by_id("articles", {key_of(name) for name in {*names, *owners.values()}}):
            batch.add(self._read(Article, document, "identity"), str(document.get("hash")))

    async def _write_batch(self, batch: Batch) -> set[str]:
        """Write what a batch decided; returns the identities whose articles another process has changed.

        The order is for sudden death: a revision before what replaces it, names after the article that they lead
        to, the absorbed record when nothing leads there any more.
        """
        writes, hashes = batch.article_writes()
        await self._write("revisions", batch.revision_writes())
        changes = bool(writes or batch.absorbed_deletes(set()))
        if changes:
            await self._new_change_token()
        await self._index(batch.reworded())
        await self._write("articles", writes)
        held = {
            document["identity"]: document["hash"]
            async for document in self._by_id(
                "articles", {key_of(identity) for identity in hashes}, {"identity": 1, "hash": 1}
            )
        }
        lost = {identity for identity, expected in hashes.items() if held.get(identity) != expected}
        await self._write("names", batch.name_writes(lost))
        await self._write("articles", batch.absorbed_deletes(lost))
        if changes:
            await self._new_change_token()
        return lost

    async def stored_article(self, name: str) -> StoredArticle | None:
        found = await self._one("names", key_of(name))
        document = found and await self._one("articles", key_of(found["identity"]))
        return self._stored(document) if document else None

    def _stored(self, document: Document) -> StoredArticle:
        identity = str(document.get("identity"))
        fields = self._fields(f"the article {identity}", document)
        return StoredArticle(identity, fields.get("published_at"), fields, self._place)

    async def known(self, names: Collection[str]) -> set[str]:
        by_key = {key_of(name): name for name in names}
        return {by_key[found["_id"]] async for found in self._by_id("names", by_key, {"_id": 1})}

    async def stored_articles(
        self, *, site: SiteName | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> AsyncIterator[StoredArticle]:
        asked: Document = {"site": site} if site else {}
        dated: Document = {"published_at": {"$ne": None, **period(since, until)}}
        undated: Document = {"published_at": None}
        for when in [dated] if since or until else [dated, undated]:
            async for document in self._found("articles", asked | when, _BY_TIME):
                yield self._stored(document)

    async def with_text(self, text_hash: str) -> list[str]:
        if not text_hash:
            return []
        found = [document async for document in self._found("articles", {"text_hash": text_hash}, _BY_TIME)]
        found.sort(key=lambda document: document["published_at"] is None)
        return [document["identity"] for document in found]

    async def revisions(self, name: str) -> list[Revision]:
        article = await self.article(name)
        if article is None:
            return []
        asked = {"identity": {"$in": names_of(article)}}
        order = [("replaced_at", ASCENDING), ("_id", ASCENDING)]
        found = [document async for document in self._found("revisions", asked, order)]
        return distinct(article.identity, [self._read(Revision, one, "identity") for one in found])

    async def changed(self, since: datetime | None = None, until: datetime | None = None) -> list[str]:
        asked: Document = {"replaced_at": period(since, until)} if since or until else {}
        order = [("replaced_at", ASCENDING), ("identity", ASCENDING)]
        found = self._found("revisions", asked, order, fields=("identity",))
        return list(dict.fromkeys([str(document["identity"]) async for document in found]))
