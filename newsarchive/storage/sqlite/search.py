"""The index of texts in the SQLite file: the grams of each article, its characters and pairs of neighbours, as FTS5's words.

Each article has a number there that tells its day, so the newest come first without being sorted. To keep the grams of an
article takes three times as long as to write it; so it is noted first, in the transaction that writes it, and taken into
the index later (`index_texts`). Those that are noted are proposed as well, as long as they are few.

What the index names is a proposal: each article is asked itself (`search/query.py`). So the index may know too much, and nothing
is ever taken out of it: what an article said earlier leads to a number that nothing has.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from heapq import merge
from itertools import groupby

from newsarchive.items.article import Article
from newsarchive.items.record import SiteName
from newsarchive.search.grams import words_asked, words_of
from newsarchive.search.query import Query, fields_of, matches
from newsarchive.search.threes import THREE, may_have, threes_asked, threes_of
from newsarchive.storage.sqlite.connection import PAGE, UNDATED, SqliteConnection
from newsarchive.storage.sqlite.file import clear_errors, time_text

PLACE_BITS = 20
"""Articles of a day: a million at most."""
FEW_NOTED = 5_000
"""So many articles that are not in the index yet are asked themselves; of more, all are read in their order."""
FEWEST, MOST = 32, 4096
"""Numbers taken from a question at a time: few at first, as the newest are mostly enough."""
READ_AT_ONCE = 500
"""Articles that are taken into the index in one go: who wants to write meanwhile waits for a second."""
_HELD = 16_000_000
"""Bytes: the grams of so many articles at once have five millions."""
RAREST, LOOKED_BACK = 3, 64
"""Of the words that a filter of threes tells, so many are looked for in the index; so many articles tell how rare a word is."""
LAST_DAY = 1 << 22
"""Later than any."""


class SqliteSearch(SqliteConnection):
    """Articles by their words."""

    async def found(
        self,
        query: Query,
        *,
        site: SiteName | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> AsyncIterator[Article]:
        first = time_text(since) if since else ""
        end = time_text(until) if until else UNDATED if since else "~"
        # What is noted is asked for first: what is taken into the index in between is among it.
        noted = self._noted()
        if noted is None:
            names = self._newest_first()
        else:
            names = merge(noted, self._proposed(query, site, since, until), key=_age, reverse=True)
        before = None
        for published, identity in names:
            if first <= published < end and (published, identity) != before:
                select = "SELECT identity, document FROM articles WHERE identity = ?"
                for article in self._records(Article, select, identity):
                    if site in {None, article.site} and matches(query, article):
                        yield article
            before = published, identity

    def _noted(self) -> list[tuple[str, str]] | None:
        """Times and names of the articles that are not in the index yet, newest first; None where they are many."""
        if self._rows("SELECT 1 FROM search_noted LIMIT 1 OFFSET ?", FEW_NOTED):
            return None
        # CROSS: else SQLite reads the times of all articles, and looks for each whether it is noted.
        select = "SELECT published_at, identity FROM search_noted CROSS JOIN articles USING (identity)"
        return sorted(self._rows(select), key=_age, reverse=True)

    def _proposed(
        self, query: Query, site: SiteName | None, since: datetime | None, until: datetime | None
    ) -> Iterator[tuple[str, str]]:
        """Times and names of the articles in the index that may be found, newest first."""
        first = (_day(since) if since or until else 0) << PLACE_BITS
        end = (_day(until) + 1 if until else LAST_DAY) << PLACE_BITS
        numbers = self._numbers(self._looked_for(query, site, end), first, end)
        text, time = (
            "SELECT identity, threes FROM search_texts WHERE number = ?",
            "SELECT published_at, identity FROM articles WHERE identity = ?",
        )
        asked = threes_asked(query)
        for _, of_day in groupby(numbers, key=lambda number: number >> PLACE_BITS):
            texts = [row for number in of_day for row in self._rows(text, number)]
            names = [identity for identity, threes in texts if may_have(threes, asked)]
            rows = [row for name in names for row in self._rows(time, name)]
            yield from sorted(rows, key=_age, reverse=True)

    def _looked_for(self, query: Query, site: SiteName | None, end: int) -> Sequence[str]:
        """The words of a query that are worth a look into the index: of those that `may_have` tells, only the rarest.

        How rare is told by how far their last numbers before an end reach back. A word that half of the articles have costs more
        in FTS5 than it saves: all words of a query took three times as long as these.
        """
        words = words_asked(query, site)
        long = tuple(word for word in query.words if len(word) >= THREE)
        told = set(words_asked(replace(query, words=long, account="")))
        if len(told) <= RAREST:
            return words
        select = (
            "SELECT rowid FROM search WHERE search MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT 1 OFFSET ?"
        )
        reach = {word: self._rows(select, _quoted(word), end, LOOKED_BACK) for word in told}
        rarest = sorted(told, key=lambda word: (reach[word], word))[:RAREST]
        return [word for word in words if word in rarest or word not in told]

    def _numbers(self, words: Sequence[str], first: int, end: int) -> Iterator[int]:
        """The numbers that the index has for words, the last first; asked once, as FTS5 would begin anew each time."""
        select = (
            "SELECT rowid FROM search WHERE search MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC"
        )
        with clear_errors(self.path):
            cursor = self._connection.execute(select, (" AND ".join(map(_quoted, words)), first, end))
        size = FEWEST
        while True:
            with clear_errors(self.path):
                rows = cursor.fetchmany(size)
            if not rows:
                return
            yield from (number for (number,) in rows)
            size = min(2 * size, MOST)

    def _newest_first(self) -> Iterator[tuple[str, str]]:
        """Times and names of all articles."""
        for least, end in (("", UNDATED), (UNDATED, "~")):
            position = (end, "")
            while rows := self._rows(
                "SELECT published_at, identity FROM articles WHERE published_at >= ? AND (published_at, identity) < (?, ?)"
                " ORDER BY published_at DESC, identity DESC LIMIT ?",
                least,
                *position,
                PAGE,
            ):
                yield from rows
                position = rows[-1]

    async def unsearched(self) -> int:
        return int(self._rows("SELECT count(*) FROM search_noted")[0][0])

    async def index_texts(self) -> int:
        if not self._rows("SELECT 1 FROM search_noted LIMIT 1"):
            return 0
        with self._writing() as connection:
            noted = self._rows("SELECT identity FROM search_noted LIMIT ?", READ_AT_ONCE)
            select = "SELECT identity, document FROM articles WHERE identity = ?"
            articles = [it for (identity,) in noted for it in self._records(Article, select, identity)]
            # FTS5 writes what it has whenever it has more than this, and merges all that later: with the megabyte that it
            # takes by itself, a third more time. And at each step back, so the rows come by number.
            connection.execute("INSERT INTO search (search, rank) VALUES ('hashsize', ?)", (_HELD,))
            rows = sorted(map(self._row, articles))
            connection.executemany("INSERT INTO search (rowid, words) VALUES (?, ?)", rows)
            connection.executemany("DELETE FROM search_noted WHERE identity = ?", noted)
        return len(noted)

    def _row(self, article: Article) -> tuple[int, str]:
        fields = fields_of(article)
        return self._new_number(article, threes_of(fields)), " ".join(words_of(article.site, fields))

    def _new_number(self, article: Article, threes: bytes) -> int:
        start = _day(article.published_at) << PLACE_BITS
        end = start + (1 << PLACE_BITS)
        select = "SELECT max(number) FROM search_texts WHERE number >= ? AND number < ?"
        number = max(start, self._rows(select, start, end)[0][0] or 0) + 1
        self._connection.execute(
            "INSERT OR REPLACE INTO search_texts (number, identity, threes) VALUES (?, ?, ?)",
            (number, article.identity, threes),
        )
        return number

    def _note_words(self, identity: str) -> None:
        """Note that an article has other words now, inside the transaction that writes it."""
        self._connection.execute("DELETE FROM search_texts WHERE identity = ?", (identity,))
        self._connection.execute("INSERT OR IGNORE INTO search_noted (identity) VALUES (?)", (identity,))

    def _forget_words(self, identity: str) -> None:
        """Let no word lead to an article any more."""
        for table in ("search_texts", "search_noted"):
            self._connection.execute(f"DELETE FROM {table} WHERE identity = ?", (identity,))  # noqa: S608 - of ours

    def _forget_all_words(self) -> None:
        self._connection.execute("INSERT INTO search (search) VALUES ('delete-all')")


def _age(row: tuple[str, str]) -> tuple[bool, str, str]:
    """What orders articles: those without a time come last when the newest come first."""
    return row[0] != UNDATED, *row


def _day(time: datetime | None) -> int:
    """The day of a time, counted; 0 for none."""
    return time.astimezone(UTC).toordinal() if time else 0


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
