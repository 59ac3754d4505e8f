"""What the batches of articles for MongoDB become, in memory: which records are merged, and the writes that say so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pymongo import DeleteOne, ReplaceOne, UpdateOne

from newsarchive.items.article import Article
from newsarchive.search.query import searched
from newsarchive.storage.keys import key_of, words_key
from newsarchive.storage.merging import DERIVED, Change, change, names_of, rewriting, storable
from newsarchive.storage.mongo.values import to_bson
from newsarchive.storage.mongo.writes import Document, Write


class Batch:
    """What is held of the articles of one batch, and what it becomes; in memory, without the server."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self._before: dict[str, Article] = {}
        self._held: dict[str, Article] = {}
        self._read: dict[str, str] = {}
        self._changes: list[Change] = []
        self._claims: dict[str, str] = {}
        self._texts: dict[str, str] = {}

    def add(self, article: Article, version: str) -> None:
        """Take in an article as it was read, with the hash of what was read."""
        self._before[article.identity] = self._held[article.identity] = article
        self._read[article.identity] = version

    def held_names(self) -> set[str]:
        """All names of the articles that were read."""
        return {name for article in self._held.values() for name in names_of(article)}

    def save(self, new: Article, text: str, now: datetime) -> Change:
        """Decide what saving a storable article (its JSON is `text`) means, after all that was saved before it."""
        made = change(self._sharing_a_name(new), new, now)
        for identity in made.absorbed:
            del self._held[identity]
        self._held[made.article.identity] = made.article
        if made.write:
            self._texts[made.article.identity] = text if made.article is new else storable(made.article)[1]
        self._changes.append(made)
        self._claim_names(made)
        return made

    def rewrite(self, held: Article, new: Article, text: str, now: datetime) -> bool:
        """Write a storable article (its JSON is `text`) in the place of the held one, if that is still what was read; whether it is so from now on."""
        found = self._held.get(held.identity)
        if found != held:
            return found == new
        made = rewriting(held, new, now)
        self._held[new.identity] = new
        self._texts[new.identity] = text
        self._changes.append(made)
        self._claim_names(made)
        return True

    def _sharing_a_name(self, new: Article) -> list[Article]:
        found = self._held_under(names_of(new))
        for identity in list(found):
            found |= self._held_under(names_of(found[identity]))
        return list(found.values())

    def _held_under(self, names: Iterable[str]) -> dict[str, Article]:
        identities = {identity for name in names for identity in (name, self.names.get(name, name))}
        return {identity: self._held[identity] for identity in identities if identity in self._held}

    def _claim_names(self, made: Change) -> None:
        """Identity and canonical URL belong to the article, an alias to the first that claimed it."""
        identity = made.article.identity
        for name in names_of(made.article):
            owner = self.names.get(name)
            if owner == identity:
                continue
            if name in {identity, made.article.url} or owner in made.absorbed:
                self._claims[name] = "$set"
            elif owner is None:
                self._claims[name] = "$setOnInsert"
            else:
                continue
            self.names[name] = identity

    def written(self, lost: set[str]) -> list[tuple[Article, Article | None]]:
        """The articles that were written, each with what it was before."""
        identities = dict.fromkeys(it.article.identity for it in self._changes if it.write)
        return [
            (self._held[name], self._before.get(name))
            for name in identities
            if name in self._held and name not in lost
        ]

    def unchanged(self) -> list[Article]:
        """The articles that are as they were."""
        return [made.article for made in self._changes if not made.write]

    def absorbed(self) -> set[str]:
        """The identities that are no article's own any more."""
        return {identity for made in self._changes for identity in made.absorbed}

    def reworded(self) -> list[Article]:
        """The articles that are to be written with other words than before."""
        identities = {made.article.identity for made in self._changes if made.write} & self._held.keys()
        pairs = [(self._before.get(name), self._held[name]) for name in identities]
        return [it for before, it in pairs if before is None or searched(before) != searched(it)]

    def revision_writes(self) -> list[UpdateOne]:
        """Keep each revision once."""
        return [
            UpdateOne(
                {"_id": key_of(revision.identity, words_key(revision))},
                {"$setOnInsert": to_bson(revision)},
                upsert=True,
            )
            for made in self._changes
            for revision in made.revisions
        ]

    def article_writes(self) -> tuple[list[Write], dict[str, str]]:
        """New articles are only inserted, held ones only changed if they are still what was read.

        Returns the writes and, by identity, the hash that the article has if its write went through.
        """
        writes: list[Write] = []
        hashes: dict[str, str] = {}
        for identity in {made.article.identity for made in self._changes if made.write} & self._held.keys():
            document = article_document(self._held[identity], self._texts[identity])
            key, read = document["_id"], self._read.get(identity)
            hashes[identity] = document["hash"]
            if read is None:
                del document["_id"]
                writes.append(UpdateOne({"_id": key}, {"$setOnInsert": document}, upsert=True))
            else:
                writes.append(ReplaceOne({"_id": key, "hash": read}, document))
        return writes, hashes

    def name_writes(self, lost: set[str]) -> list[UpdateOne]:
        """Let the claimed names lead to their articles, where these were written."""
        return [
            UpdateOne(
                {"_id": key_of(name)}, {verb: {"name": name, "identity": self.names[name]}}, upsert=True
            )
            for name, verb in self._claims.items()
            if self.names[name] not in lost
        ]

    def other_identities(self, lost: set[str]) -> dict[str, str]:
        """Identities that lead to an article that was written, besides its own, with its own."""
        return {
            name: made.article.identity
            for made in self._changes
            if made.article.identity not in lost
            for name in names_of(made.article)
            if name.startswith(f"{made.article.site}:")
            and self.names.get(name) == made.article.identity != name
        }

    def absorbed_deletes(self, lost: set[str]) -> list[DeleteOne]:
        """Remove absorbed records, unless another process has changed them since: then they are absorbed later."""
        return [
            DeleteOne({"_id": key_of(identity), "hash": self._read[identity]})
            for made in self._changes
            if made.article.identity not in lost
            for identity in made.absorbed
            if identity in self._read
        ]


def article_document(article: Article, text: str) -> Document:
    """A storable article (its JSON is `text`) as it lies in the collection: its fields, the hash of its text, and that of all of it."""
    return {
        "_id": key_of(article.identity),
        **to_bson(article, without=DERIVED),
        "text_hash": article.text_hash,
        "hash": key_of(text),
    }
