"""The index of texts in the SQLite file: each character a word of FTS5's, so that a phrase of them is any part of a text.

An article has a number there that tells its day, so the newest come first without being sorted. Rare words of common
characters take going through all articles; so a second index has the grams (characters, pairs of neighbours) of blocks of
articles: where few blocks have all grams of a query, their articles are asked at once. That one is made later (`index_texts`).

What the index names is a proposal: each article is asked itself (`search/query.py`). So the index may know too much, and nothing
is ever taken out of it: what an article said earlier leads to a number that nothing has, or to an article that does not say
it any more.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby

from newsarchive.items.article import Article
from newsarchive.items.record import SiteName
from newsarchive.search.fold import folded
from newsarchive.search.grams import pieces_asked, pieces_of
from newsarchive.search.query import Query, fields_of, matches
from newsarchive.storage.sqlite.connection import PAGE, UNDATED, SqliteConnection
from newsarchive.storage.sqlite.file import time_text

PLACE_BITS = 20
"""Articles of a day: a million at most."""
FEWEST, MOST = 32, 1024
"""Numbers asked for at a time: few at first, as the newest are mostly enough."""
BLOCK_BITS = 7
BLOCK = 1 << BLOCK_BITS
"""Articles whose grams are kept together. With more it is less room, and more articles are gone through."""
FEW_BLOCKS, FEW_ARTICLES = 1, 200
"""Blocks that may have what is searched for, and articles in them and of open days: so many are asked themselves, sooner than the index is gone through."""
READ_AT_ONCE = 1000
"""Articles that are taken into the index in one go: who wants to write meanwhile waits for a second."""
LAST_DAY = 1 << 22
"""Later than any."""
_MARK = "\ue000"
"""Begins the words by which articles of one site or account are found. (A page may have it in its text; see above.)"""


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
        names = self._proposed(query, site, since, until) if self._gap() is None else self._newest_first()
        for published, identity in names:
            if first <= published < end:
                select = "SELECT identity, document FROM articles WHERE identity = ?"
                for article in self._records(Article, select, identity):
                    if site in {None, article.site} and matches(query, article):
                        yield article

    def _proposed(
        self, query: Query, site: SiteName | None, since: datetime | None, until: datetime | None
    ) -> Iterator[tuple[str, str]]:
        """Times and names of the articles that may be found, newest first."""
        select = "SELECT published_at, identity FROM search_numbers JOIN articles USING (identity) WHERE number = ?"
        expression = _expression(query, site)
        first = (_day(since) if since or until else 0) << PLACE_BITS
        end = (_day(until) + 1 if until else LAST_DAY) << PLACE_BITS
        few = self._few(query, first, end)
        numbers = self._falling("search", expression, first, end) if few is None else iter(few)
        for _, of_day in groupby(numbers, key=lambda number: number >> PLACE_BITS):
            yield from sorted((row for number in of_day for row in self._rows(select, number)), reverse=True)

    def _few(self, query: Query, first: int, end: int) -> list[int] | None:
        """The numbers of all articles that may be found, the last first, if their blocks and what is open tell that they are few."""
        grams = [_phrase(gram) for gram in sorted(pieces_asked(query)) if " " not in gram]
        if not grams:
            return None
        # The open ones before the others: one that is closed in between has to be among these.
        ranges = [
            (number + 1, (day + 1) << PLACE_BITS)
            for day, number in self._rows("SELECT day, number FROM search_open LIMIT ?", FEW_ARTICLES)
        ]
        select = "SELECT rowid FROM search_blocks WHERE search_blocks MATCH ? AND rowid >= ? AND rowid <= ? LIMIT ?"
        blocks = self._rows(
            select, " AND ".join(grams), first >> BLOCK_BITS, end >> BLOCK_BITS, FEW_BLOCKS + 1
        )
        if len(blocks) > FEW_BLOCKS or len(ranges) == FEW_ARTICLES:
            return None
        ranges += [(block << BLOCK_BITS, (block + 1) << BLOCK_BITS) for (block,) in blocks]
        numbers: set[int] = set()
        for low, high in ranges:
            within = "SELECT number FROM search_numbers WHERE number >= ? AND number < ? LIMIT ?"
            numbers.update(it for (it,) in self._rows(within, max(low, first), min(high, end), FEW_ARTICLES))
            if len(numbers) >= FEW_ARTICLES:
                return None
        return sorted(numbers, reverse=True)

    def _falling(self, index: str, expression: str, first: int, end: int) -> Iterator[int]:
        """The numbers that an index has for an expression, the last first."""
        select = f"SELECT rowid FROM {index} WHERE {index} MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT ?"  # noqa: S608 - of ours
        size = FEWEST
        while rows := self._rows(select, expression, first, end, size):
            yield from (number for (number,) in rows)
            if len(rows) < size:
                return
            end = rows[-1][0]
            size = min(2 * size, MOST)

    def _newest_first(self) -> Iterator[tuple[str, str]]:
        """Times and names of all articles, as long as the index does not know all."""
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
        gap = self._gap()
        select = "SELECT count(*) FROM articles WHERE (published_at, identity) > (?, ?)"
        return int(self._rows(select, *gap)[0][0]) if gap else 0

    async def index_texts(self) -> int:
        if (gap := self._gap()) is None:
            return self._index_day()
        select = (
            "SELECT published_at, identity FROM articles WHERE (published_at, identity) > (?, ?)"
            " ORDER BY published_at, identity LIMIT ?"
        )
        document = "SELECT identity, document FROM articles WHERE identity = ?"
        with self._writing() as connection:
            rows = self._rows(select, *gap, READ_AT_ONCE)
            articles = [it for _, identity in rows for it in self._records(Article, document, identity)]
            numbers = self._index(articles)
            for block, of_block in groupby(
                zip(numbers, articles, strict=True), key=lambda it: it[0] >> BLOCK_BITS
            ):
                self._add_grams(block, (article for _, article in of_block))
            for day, of_day in groupby(numbers, key=lambda number: number >> PLACE_BITS):
                ours = "DELETE FROM search_open WHERE day = ? AND number >= ?"
                connection.execute(ours, (day, next(of_day) - 1))
            if rows:
                connection.execute("UPDATE search_gap SET published_at = ?, identity = ?", rows[-1])
            else:
                connection.execute("DELETE FROM search_gap")
        return len(articles) or self._index_day()

    def _index_day(self) -> int:
        """Tell the index of blocks what the next articles of an open day say; how many they are, 0 where no day is open."""
        read = 0
        with self._writing() as connection:
            for day, after in self._rows("SELECT day, number FROM search_open ORDER BY day LIMIT 1"):
                end = (day + 1) << PLACE_BITS
                block = (after + 1) >> BLOCK_BITS
                stop = min((block << BLOCK_BITS) + READ_AT_ONCE // BLOCK * BLOCK, end)
                select = (
                    "SELECT identity, document FROM search_numbers JOIN articles USING (identity)"
                    " WHERE number > ? AND number >= ? AND number < ?"
                )
                for start in range(block << BLOCK_BITS, stop, BLOCK):
                    if articles := self._records(Article, select, after, start, start + BLOCK):
                        self._add_grams(start >> BLOCK_BITS, articles)
                        read += len(articles)
                connection.execute("UPDATE search_open SET number = ? WHERE day = ?", (stop - 1, day))
                connection.execute(
                    "DELETE FROM search_open WHERE day = ? AND NOT EXISTS"
                    " (SELECT 1 FROM search_numbers WHERE number >= ? AND number < ?)",
                    (day, stop, end),
                )
                read = read or 1
        return read

    def _add_grams(self, block: int, articles: Iterable[Article]) -> None:
        grams = {gram for it in articles for text in fields_of(it) for gram in pieces_of(text)}
        insert = "INSERT INTO search_blocks (rowid, grams) VALUES (?, ?)"
        self._connection.execute(insert, (block, " ".join(grams)))

    def _gap(self) -> tuple[str, str] | None:
        """Up to which time and identity articles that were there before the index have been taken in; None where all have."""
        rows = self._rows("SELECT published_at, identity FROM search_gap")
        return rows[0] if rows else None

    def _index(self, articles: Collection[Article]) -> list[int]:
        """Take in articles as they are now, inside the transaction that writes them; their numbers."""
        rows = []
        numbers = []
        for article in articles:
            number = self._new_number(article)
            numbers.append(number)
            title, text, account = fields_of(article)
            marks = (_of_site(article.site), *([_of_account(account)] if account else []))
            rows.append((number, *map(_cut, (text, title, account)), " ".join(marks)))
        # By number: FTS5 writes what it has at each step back.
        self._connection.executemany(
            "INSERT INTO search (rowid, text, title, account, marks) VALUES (?, ?, ?, ?, ?)", sorted(rows)
        )
        return numbers

    def _new_number(self, article: Article) -> int:
        start = _day(article.published_at) << PLACE_BITS
        end = start + (1 << PLACE_BITS)
        self._forget_words(article.identity)
        rows = self._rows(
            "SELECT max(number) FROM search_numbers WHERE number >= ? AND number < ?", start, end
        )
        number = max(start, rows[0][0] or 0) + 1
        execute = self._connection.execute
        execute("INSERT INTO search_numbers (identity, number) VALUES (?, ?)", (article.identity, number))
        execute(
            "INSERT INTO search_open (day, number) VALUES (?, ?)"
            " ON CONFLICT (day) DO UPDATE SET number = min(number, excluded.number)",
            (number >> PLACE_BITS, number - 1),
        )
        return number

    def _forget_words(self, identity: str) -> None:
        """Let no word lead to an article any more."""
        self._connection.execute("DELETE FROM search_numbers WHERE identity = ?", (identity,))

    def _forget_all_words(self) -> None:
        for index in ("search", "search_blocks"):
            self._connection.execute(f"INSERT INTO {index} ({index}) VALUES ('delete-all')")  # noqa: S608 - of ours


def _day(time: datetime | None) -> int:
    """The day of a time, counted; 0 for none."""
    return time.astimezone(UTC).toordinal() if time else 0


def _cut(text: str) -> str:
    """Each character a word."""
    return " ".join(text)


def _expression(query: Query, site: SiteName | None) -> str:
    """What FTS5 is asked. A blank is no word there: with or without it a phrase is the same one."""
    words = " AND ".join(_phrase(" ".join(word)) for word in query.words)
    marks = [_of_site(site)] if site else []
    marks += [_of_account(query.account)] if query.account else []
    return " AND ".join([f"title : ({words})" if query.in_title else words, *map(_phrase, marks)])


def _phrase(words: str) -> str:
    return '"' + words.replace('"', '""') + '"'


def _of_site(site: SiteName) -> str:
    return f"{_MARK}s{site}"


def _of_account(account: str) -> str:
    return f"{_MARK}a{folded(account).replace(' ', '')}"
