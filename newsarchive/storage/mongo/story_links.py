"""Fingerprints of texts in MongoDB, and what they and the articles' own words tie together.

They are written after the articles: what a process that died in between has left out, the next save of the same article or
`link_stories` finds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pymongo import ASCENDING, DeleteOne

from newsarchive.items.article import Article
from newsarchive.records.story_link import StoryLink
from newsarchive.storage.keys import key_of
from newsarchive.storage.mongo.connection import ASKED_AT_ONCE, MongoConnection
from newsarchive.storage.mongo.values import to_bson
from newsarchive.storage.mongo.writes import Document, Write, put
from newsarchive.stories.fingerprints import Fingerprint, may_be_alike
from newsarchive.stories.likeness import Wording
from newsarchive.stories.links import (
    SHORTEST_TEXT,
    link_to_original,
    links_of_account,
    links_of_texts,
    publisher_of,
    says_the_same,
)

MOST_FOUND = 512
"""Articles that share a band with a new one and are looked at; more share stock phrases."""
MOST_ALIKE = 12
"""Articles whose texts are compared with a new one."""


class MongoStoryLinks(MongoConnection):
    """Links between articles, and the index of texts that finds them."""

    async def story_links(self, names: Collection[str]) -> list[StoryLink]:
        ordered = sorted(names)
        found: dict[str, StoryLink] = {}
        for start in range(0, len(ordered), ASKED_AT_ONCE):
            asked = {"$in": ordered[start : start + ASKED_AT_ONCE]}
            for field in ("identity", "other"):
                async for document in self._found("story_links", {field: asked}, [("_id", ASCENDING)]):
                    link = self._read(StoryLink, document, "identity")
                    found[link.model_dump_json()] = link
        return [found[key] for key in sorted(found)]

    async def put_story_links(self, links: Sequence[StoryLink]) -> None:
        await self._new_change_token()
        await self._write("story_links", puts(links))
        await self._new_change_token()

    async def delete_story_links(self, links: Sequence[StoryLink]) -> None:
        await self._new_change_token()
        await self._write("story_links", [DeleteOne({"_id": _key(it)}) for it in links])
        await self._new_change_token()

    async def link_stories(self, articles: Sequence[Article]) -> int:
        keys = {key_of(it.identity): it for it in articles}
        held = {document["_id"] async for document in self._by_id("fingerprints", keys, {"_id": 1})}
        lacking = [article for key, article in keys.items() if key not in held]
        named = [link for article in lacking for link in puts(link_to_original(article))]
        await self._write("story_links", named)
        added = sum([await self._link_texts(article) for article in lacking])
        if named or added:
            await self._new_change_token()
        return added

    async def _link_articles(
        self, written: Sequence[tuple[Article, Article | None]], absorbed: Collection[str]
    ) -> None:
        """Take in articles as they are now, each with what it was before."""
        for identity in absorbed:
            await self._forget_text(identity)
        named: list[Write] = []
        for article, before in written:
            links = link_to_original(article)
            old = link_to_original(before) if before else []
            named += [DeleteOne({"_id": _key(it)}) for it in old if it not in links]
            named += puts(links)
        await self._write("story_links", named)
        for article, before in written:
            if before:
                if says_the_same(before, article):
                    continue
                await self._forget_text(article.identity)
            await self._link_texts(article)
        if written:
            await self._new_change_token()

    async def _forget_text(self, identity: str) -> None:
        """Let nothing find an article by its text any more, and take away what its text has tied."""
        await self._write("fingerprints", [DeleteOne({"_id": key_of(identity)})])
        links = await self.story_links([identity])
        texts = [it for it in links if it.kind in {"account", "near", "contains"}]
        await self._write("story_links", [DeleteOne({"_id": _key(it)}) for it in texts])

    async def _link_texts(self, article: Article) -> bool:
        """Tie an article to those whose texts are like its own, and take it into the index; whether its text is long enough."""
        if len(article.text) >= SHORTEST_TEXT:
            asked = {"text_hash": article.text_hash, "identity": {"$ne": article.identity}}
            same = [
                self._read(Article, document, "identity")
                async for document in self._found("articles", asked, [("_id", ASCENDING)], limit=MOST_ALIKE)
            ]
            await self._write("story_links", puts(links_of_account(article, same)))
        wording = Wording.of(article)
        if (found := wording.fingerprint) is None:
            return False
        publisher = publisher_of(article)
        keys = {key_of(name) for one in wording.parts for name in await self._alike(one, publisher)}
        alike = [
            self._read(Article, document, "identity") async for document in self._by_id("articles", keys)
        ]
        links = [link for other in alike for link in links_of_texts(article, wording, other)]
        await self._write("story_links", puts(links))
        await self._write("fingerprints", [index_put(article, found)])
        return True

    async def _alike(self, of: Fingerprint, publisher: str) -> list[str]:
        """The identities of other publishers' articles whose texts may have much in common, those that share most bands first."""
        asked = {"bands": {"$in": list(of.bands)}, "publisher": {"$ne": publisher}}
        bands = set(of.bands)
        found = [
            (len(bands.intersection(document["bands"])), str(document["identity"]))
            async for document in self._found("fingerprints", asked, [("_id", ASCENDING)], limit=MOST_FOUND)
            if may_be_alike(of.sketch, document["sketch"])
        ]
        return [identity for _, identity in sorted(found, reverse=True)[:MOST_ALIKE]]


def _key(link: StoryLink) -> str:
    return key_of(link.identity, link.other, link.kind)


def puts(links: Sequence[StoryLink]) -> list[Write]:
    """Keep links."""
    return [put(_key(it), to_bson(it)) for it in links]


def index_put(article: Article, found: Fingerprint) -> Write:
    """Let an article be found by its text."""
    kept: Document = {
        "identity": article.identity,
        "publisher": publisher_of(article),
        "sketch": found.sketch,
        "bands": list(found.bands),
    }
    return put(key_of(article.identity), kept)
