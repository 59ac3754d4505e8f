"""The index of texts in MongoDB: the numbers of characters and pairs of characters of each article, in an indexed field.

What the index names is a proposal: each article is asked itself (`search/query.py`). So it may know too much. It is told before an
article is written, in addition to what it knows: whenever a process dies, no stored article is missing. What it knows of
one that is no more leads nowhere.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, DeleteOne, UpdateOne

from newsarchive.items.article import Article
from newsarchive.items.record import SiteName
from newsarchive.search.grams import grams_asked, grams_of
from newsarchive.search.query import Query, matches
from newsarchive.storage.keys import key_of
from newsarchive.storage.merging import milliseconds
from newsarchive.storage.mongo.connection import MongoConnection, period
from newsarchive.storage.mongo.writes import Document

_NEWEST = (("published_at", DESCENDING), ("identity", DESCENDING))
_READ_AT_ONCE = 20
"""Articles that are read at a time of what is proposed: what a person wants to see first."""
_COUNTED = 1000
"""What more articles have than this is as often as anything."""
_INDEXED_AT_ONCE = 200
_GAP = "search"


class MongoSearch(MongoConnection):
    """Articles by their words."""

    async def found(
        self,
        query: Query,
        *,
        site: SiteName | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> AsyncIterator[Article]:
        asked: Document = {"published_at": {"$ne": None, **period(since, until)}} if since or until else {}
        if await self._gap() is None:
            documents = self._proposed(asked, await self._rarest_first(grams_asked(query, site)))
        else:
            documents = self._found("articles", asked, _NEWEST, fields=("identity",))
        some: list[str] = []
        async for document in documents:
            some.append(str(document["identity"]))
            if len(some) == _READ_AT_ONCE:
                async for article in self._in_order(some):
                    if site in {None, article.site} and matches(query, article):
                        yield article
                some = []
        async for article in self._in_order(some):
            if site in {None, article.site} and matches(query, article):
                yield article

    async def _rarest_first(self, grams: Sequence[int]) -> list[int]:
        """The grams with one in front that few articles have: a server looks one up, and asks what has that for the others."""
        rarest, fewest = grams[0], _COUNTED
        for gram in grams if len(grams) > 1 else ():
            with self._errors():
                number = await self._in("search").count_documents({"grams": gram}, limit=fewest)
            if number < fewest:
                rarest, fewest = gram, number
            if fewest <= _READ_AT_ONCE:
                break
        return [rarest, *(gram for gram in grams if gram != rarest)]

    async def _proposed(self, asked: Document, grams: Sequence[int]) -> AsyncIterator[Document]:
        """What has all the grams, newest first.

        The first gram and the others are two stages: MongoDB makes one of them, and small servers use an index for one value.
        """
        first, *others = grams
        stages: list[Document] = [{"$match": {"grams": first, **asked}}]
        stages += [{"$match": {"grams": {"$all": others}}}] if others else []
        stages += [{"$sort": dict(_NEWEST)}, {"$project": {"identity": 1}}]
        with self._errors():
            async with await self._in("search").aggregate(stages) as cursor:
                async for document in cursor:
                    yield document

    async def _in_order(self, identities: Sequence[str]) -> AsyncIterator[Article]:
        keys = [key_of(identity) for identity in identities]
        found = {document["_id"]: document async for document in self._by_id("articles", keys)}
        for key in keys:
            if key in found:
                yield self._read(Article, found[key], "identity")

    async def unsearched(self) -> int:
        if (gap := await self._gap()) is None:
            return 0
        with self._errors():
            return await self._in("articles").count_documents({"_id": {"$gt": gap}})

    async def index_texts(self) -> int:
        if (gap := await self._gap()) is None:
            return 0
        found = [
            document
            async for document in self._found(
                "articles", {"_id": {"$gt": gap}}, [("_id", ASCENDING)], limit=_INDEXED_AT_ONCE
            )
        ]
        await self._index([self._read(Article, document, "identity") for document in found])
        step = (
            UpdateOne({"_id": _GAP}, {"$set": {"after": found[-1]["_id"]}})
            if found
            else DeleteOne({"_id": _GAP})
        )
        await self._write("meta", [step])
        return len(found)

    async def _gap(self) -> str | None:
        """Up to which key articles that were there before the index have been taken in; None where all have."""
        held = await self._one("meta", _GAP)
        return None if held is None else str(held["after"])

    async def _index(self, articles: Iterable[Article]) -> None:
        """Let articles be found by what they will say, and still by what they said.

        Their times are those that they will have: the save of one that a process does not live to write is sent again. What is
        new is put in whole, and of the rest only what is not there yet is added: adding a thousand numbers one by one to a
        thousand takes small servers seconds.
        """
        given = {key_of(article.identity): _entry(article) for article in articles}
        new = await self._write(
            "search",
            [UpdateOne({"_id": key}, {"$setOnInsert": entry}, upsert=True) for key, entry in given.items()],
        )
        more: list[UpdateOne] = []
        async for held in self._by_id("search", given.keys() - new):
            entry = given[held["_id"]]
            known = set(held["grams"])
            lacking = [gram for gram in entry.pop("grams") if gram not in known]
            if lacking or any(held[name] != value for name, value in entry.items()):
                change = {"$addToSet": {"grams": {"$each": lacking}}, "$set": entry}
                more.append(UpdateOne({"_id": held["_id"]}, change, upsert=True))
        await self._write("search", more)


def _entry(article: Article) -> Document:
    """What is put into the index of an article."""
    return {
        "identity": article.identity,
        "published_at": milliseconds(article.published_at),
        "grams": grams_of(article),
    }
