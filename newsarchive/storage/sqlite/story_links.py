"""Fingerprints of texts in the SQLite file, and what they and the articles' own words tie together.

An article has a number here, which is never given again: bands of a text that it no more has lead to a number that nothing
has.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from heapq import nlargest
from itertools import chain
from zlib import crc32

from newsarchive.items.article import Article
from newsarchive.records.story_link import StoryLink
from newsarchive.storage.reading import record_of
from newsarchive.storage.sqlite.connection import SqliteConnection
from newsarchive.stories.fingerprints import BANDS, Fingerprint, may_be_alike
from newsarchive.stories.likeness import Wording
from newsarchive.stories.links import (
    SHORTEST_TEXT,
    link_to_original,
    links_of_account,
    links_of_texts,
    publisher_of,
    says_the_same,
)

MOST_ROWS = 16
"""Articles that share a band with a new one, of each band the newest so many. A stock phrase is in thousands."""
MOST_SKETCHES = 100
"""Articles whose sketches are looked at: those that share most bands, then the newest. By chance a million articles hold 400
that share one band with a text; each look costs a microsecond or two.
"""
MOST_ALIKE = 12
"""Articles whose texts are compared with a new one."""
_AT_ONCE = 200
PLACES = 64
"""The first publishers have a place, with which the numbers of their articles begin: so what one's own publisher has in much
the same words, day after day, is passed over. Those of all later ones begin with 0.
"""
PLACE_BITS = 25
"""The articles of a place: 33 million. With the place it is a number of four bytes, of which an article takes one a band."""
Taken = tuple[int | None, Wording, Fingerprint]
"""The number that an article got, None where none was left, and what its text is found by."""
Banded = tuple[int, frozenset[int]]
"""An article's number and the values of its bands."""
_LATER = -1
"""Stands for all publishers without a place of their own."""
_INSERT = "INSERT OR IGNORE INTO bands (hash, number) VALUES " + ", ".join(["(?, ?)"] * BANDS)  # noqa: S608 - of ours
"""As many as an article has in one statement: it takes half the time of one a band, and two thirds of that of one list in JSON."""
_SAME = "SELECT identity, document FROM articles WHERE text_hash = ? AND identity != ? LIMIT ?"
_SKETCHES = "SELECT identity, publisher, sketch FROM json_each(?) CROSS JOIN fingerprints ON number = value ORDER BY key"
"""One statement, in the given order: it takes a third of the time of one a number."""


@cache
def _of_bands(ranges: int) -> str:
    """The statement for the articles that share a band, in so many ranges of numbers; a third of the time of one a band."""
    one = (
        "SELECT number FROM (SELECT number FROM bands WHERE hash = ? AND number >= ? AND number < ?"  # noqa: S608 - of ours
        f" ORDER BY number DESC LIMIT {MOST_ROWS})"
    )
    return " UNION ALL ".join([one] * (BANDS * ranges))


class SqliteStoryLinks(SqliteConnection):
    """Links between articles, and the index of texts that finds them."""

    _places: dict[int, int]
    """Of the publishers, as they were in the transaction `_places_of`."""
    _places_of = 0

    async def story_links(self, names: Collection[str]) -> list[StoryLink]:
        ordered = sorted(names)
        found: dict[str, StoryLink] = {}
        for start in range(0, len(ordered), _AT_ONCE):
            some = ordered[start : start + _AT_ONCE]
            places = ", ".join("?" * len(some))
            for column in ("identity", "other"):
                query = f"SELECT identity, document FROM story_links WHERE {column} IN ({places})"  # noqa: S608 - of ours
                for link in self._records(StoryLink, query, *some):
                    found[link.model_dump_json()] = link
        return [found[key] for key in sorted(found)]

    async def put_story_links(self, links: Sequence[StoryLink]) -> None:
        with self._writing():
            self._put_links(links)
            self._new_change_token()

    def _put_links(self, links: Sequence[StoryLink]) -> None:
        self._connection.executemany(
            "INSERT OR REPLACE INTO story_links (identity, other, kind, document) VALUES (?, ?, ?, ?)",
            [(it.identity, it.other, it.kind, it.model_dump_json()) for it in links],
        )

    async def delete_story_links(self, links: Sequence[StoryLink]) -> None:
        with self._writing() as connection:
            connection.executemany(
                "DELETE FROM story_links WHERE identity = ? AND other = ? AND kind = ?",
                [(it.identity, it.other, it.kind) for it in links],
            )
            self._new_change_token()

    async def link_stories(self, articles: Sequence[Article]) -> int:
        added = 0
        for start in range(0, len(articles), _AT_ONCE):
            with self._writing():
                new = [it for it in articles[start : start + _AT_ONCE] if not self._number(it.identity)]
                added += self._link_texts(new)
                for article in new:
                    self._put_links(link_to_original(article))
                if new:
                    self._new_change_token()
        return added

    def _number(self, identity: str) -> int:
        rows = self._rows("SELECT number FROM fingerprints WHERE identity = ?", identity)
        return int(rows[0][0]) if rows else 0

    def _link_articles(self, written: Iterable[tuple[Article, Article | None]]) -> None:
        """Take in articles as they are now, each with what it was before, inside the transaction that writes them."""
        others = []
        for article, before in written:
            links = link_to_original(article)
            if before is not None and link_to_original(before) != links:
                self._delete_links_of(article.identity, "identity", "names")
            if links:
                self._put_links(links)
            if before is not None:
                if says_the_same(before, article):
                    continue
                self._forget_text(article.identity)
            others.append(article)
        self._link_texts(others)

    def _forget_text(self, identity: str) -> None:
        """Let nothing find an article by its text any more, and take away what its text has tied."""
        self._connection.execute("DELETE FROM fingerprints WHERE identity = ?", (identity,))
        for column in ("identity", "other"):
            self._delete_links_of(identity, column, "account", "near", "contains")

    def _delete_links_of(self, identity: str, column: str, *kinds: str) -> None:
        query = f"DELETE FROM story_links WHERE {column} = ? AND kind = ?"  # noqa: S608 - of ours
        self._connection.executemany(query, [(identity, kind) for kind in kinds])

    def _link_texts(self, articles: Sequence[Article]) -> int:
        """Tie articles to those whose texts are like their own, and take them into the index; how many texts are long enough.

        Each is tied to what was there before it, of these articles too.
        """
        taken = self._numbered(articles)
        later = {article.identity for article in articles}
        earlier: list[Banded] = []
        for article in articles:
            later.discard(article.identity)
            links: list[StoryLink] = []
            if len(article.text) >= SHORTEST_TEXT:
                rows = self._rows(_SAME, article.text_hash, article.identity, MOST_ALIKE + len(later))
                same = [row for row in rows if row[0] not in later][:MOST_ALIKE]
                others = [record_of(Article, document, name, self._place) for name, document in same]
                links += links_of_account(article, others)
            if article.identity in taken:
                number, wording, fingerprint = taken[article.identity]
                query = "SELECT identity, document FROM articles WHERE identity = ?"
                for name in self._alike_to(article, wording, earlier):
                    for other in self._records(Article, query, name):
                        links += links_of_texts(article, wording, other)
                if number is not None:
                    earlier.append((number, frozenset(fingerprint.bands)))
            if links:
                self._put_links(links)
        self._write_bands(taken.values())
        return len(taken)

    def _alike_to(self, article: Article, wording: Wording, earlier: Sequence[Banded]) -> list[str]:
        publisher = crc32(publisher_of(article).encode())
        place, publishers = self._place_of(publisher)
        parts = wording.parts
        names = [name for one in parts for name in self.alike(one, publisher, place, publishers, earlier)]
        return list(dict.fromkeys(names))

    def _index_texts(self, articles: Iterable[Article]) -> None:
        """Let articles be found by their texts, and tie them to nothing."""
        self._write_bands(self._numbered(articles).values())

    def _write_bands(self, taken: Iterable[Taken]) -> None:
        """Write the bands of several articles in their order.

        One article's are in as many places of the file, and of many articles some are in one place.
        """
        rows = sorted(
            (band, number) for number, _, found in taken if number is not None for band in found.bands
        )
        for start in range(0, len(rows), BANDS):
            self._connection.execute(_INSERT, [*chain.from_iterable(rows[start : start + BANDS])])

    def _numbered(self, articles: Iterable[Article]) -> dict[str, Taken]:
        """Give articles whose texts are long enough their numbers, their bands to follow."""
        wordings = [(article, Wording.of(article)) for article in articles]
        long_enough = [
            (article.identity, crc32(publisher_of(article).encode()), wording, fingerprint)
            for article, wording in wordings
            if (fingerprint := wording.fingerprint)
        ]
        publishers = Counter(publisher for _, publisher, _, _ in long_enough)
        numbers = {
            publisher: self._next_numbers(publisher, publishers[publisher]) for publisher in publishers
        }
        found: dict[str, Taken] = {}
        texts: list[tuple[int, str, int, bytes]] = []
        for identity, publisher, wording, fingerprint in long_enough:
            number = next(numbers[publisher])
            found[identity] = number, wording, fingerprint
            if number is not None:
                texts.append((number, identity, publisher, fingerprint.sketch))
        self._connection.executemany(
            "INSERT INTO fingerprints (number, identity, publisher, sketch) VALUES (?, ?, ?, ?)", texts
        )
        return found

    def _next_numbers(self, publisher: int, count: int) -> Iterator[int | None]:
        """The next numbers of a publisher; None where there is none left."""
        place, _ = self._place_of(publisher)
        query = "UPDATE publishers SET last = last + ? WHERE publisher = ? RETURNING last"
        rows = self._rows(query, count, publisher if place else _LATER)
        end = (place << PLACE_BITS) + int(rows[0][0]) + 1
        return (it if it >> PLACE_BITS == place else None for it in range(end - count, end))

    def _place_of(self, publisher: int) -> tuple[int, int]:
        """The place of a publisher, and how many places there are besides that of the later ones."""
        if self._places_of != self._transactions:  # others may have come in between
            self._places = dict(self._rows("SELECT publisher, place FROM publishers"))
            self._places_of = self._transactions
        places = self._places
        own = len(places) - (_LATER in places)
        if publisher in places or own == PLACES - 1:
            whose, place = publisher if publisher in places else _LATER, 0
        else:
            whose, place = publisher, own + 1
            own += 1
        if whose not in places:
            places[whose] = place
            self._connection.execute("INSERT INTO publishers VALUES (?, ?, 0)", (whose, place))
        return places[whose], own

    def alike(
        self,
        of: Fingerprint,
        publisher: int,
        place: int,
        publishers: int,
        earlier: Sequence[Banded] = (),
    ) -> list[str]:
        """The identities of other publishers' articles whose texts may have much in common, those that share most bands first.

        `earlier` are those that are not written yet.
        """
        end = (publishers + 1) << PLACE_BITS
        first = 0 if publishers == PLACES - 1 else 1 << PLACE_BITS
        ranges = [(first, place << PLACE_BITS), ((place + 1) << PLACE_BITS, end)] if place else [(0, end)]
        ranges = [(low, high) for low, high in ranges if low < high]
        if not ranges:
            return []
        values = [value for low, high in ranges for band in of.bands for value in (band, low, high)]
        shared = Counter(number for (number,) in self._rows(_of_bands(len(ranges)), *values))
        for number, bands in earlier:
            if not ((place and number >> PLACE_BITS == place) or bands.isdisjoint(of.bands)):
                shared[number] = len(bands.intersection(of.bands))
        numbers = nlargest(MOST_SKETCHES, shared, key=lambda it: (shared[it], it))
        found = [
            identity
            for identity, whose, sketch in self._rows(_SKETCHES, json.dumps(numbers))
            if whose != publisher and may_be_alike(of.sketch, sketch)
        ]
        return found[:MOST_ALIKE]
