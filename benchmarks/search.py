"""Whether a search finds what a scan finds, how soon, and what its index costs: `make benchmark-search`.

A SQLite store is filled with articles of some 1,450 characters: words of one to four characters, Latin ones and numbers, as often as
words are (Zipf's law), so that most pieces of six characters stand in few articles. Then its index is made as `newsarchive
search --index` makes it. With pieces of one to six characters of these articles, one or two at a time, it is told

    first     milliseconds until the newest 20 articles are found, read and asked themselves, 95th percentile, the second time
    index     bytes of the index ÷ bytes of the texts (UTF-8)
    upsert    articles saved in a second ÷ the same without an index; both in turns, in batches of 100

What is saved is taken into the index later, by a search: how many articles a second that takes in is printed, too.

Times are those of the processor, so that what else the machine does matters less; what is asked for lies in memory.

And in the index of a store of `--exact` articles (both engines with `--mongo URI`) whether each of the queries finds exactly what a scan
of all texts finds. Ends with 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from statistics import quantiles
from time import process_time

from newsarchive.items.article import Article
from newsarchive.items.body import Paragraph, Span
from newsarchive.items.verdict import Verdict
from newsarchive.search.query import Query
from newsarchive.storage import Store, open_store
from newsarchive.storage.merging import storable
from newsarchive.storage.sqlite.file import time_text
from newsarchive.storage.sqlite.store import SqliteStore

FIRST_MAX = 50
"""Milliseconds."""
INDEX_MAX = 1.2
UPSERT_MIN = 0.7
SHOWN = 20
_BEGIN = datetime(2018, 1, 1, tzinfo=UTC)
_APART = timedelta(days=1) / 274
"""Between two articles: a million are ten years."""
_WORDS, _CHARACTERS, _LATIN = 30_000, 3500, 1500
_LENGTH, _PIECE, _OF_AN_ARTICLE = 1450, 70, 50
"""Characters: of an article, of a piece of the long text, and how much the long text has for each article."""
_BATCH = 500
_ROUNDS, _SAVED = 6, 300


class Writer:
    """Makes articles, the same for the same seed."""

    def __init__(self, seed: int, of: int, length: int = _LENGTH) -> None:
        self._pieces = max(length // _PIECE, 1)
        self.chance = chance = random.Random(seed)  # noqa: S311 - to be the same each time
        characters = [chr(0x4E00 + 5 * number) for number in range(_CHARACTERS)]
        chance.shuffle(characters)
        often = list(accumulate(1 / (number + 8) for number in range(_CHARACTERS)))
        lengths = chance.choices((1, 2, 3, 4), (1, 6, 2, 1), k=_WORDS)
        words = ["".join(chance.choices(characters, cum_weights=often, k=length)) for length in lengths]
        for place in range(20, _WORDS, _WORDS // _LATIN):
            letters = chance.choices("etaoinshrdlucmfwypvbgk", k=chance.randint(2, 8))
            words[place] = chance.choice(("{}", " {} ", "{} 2", "{}-5G")).format("".join(letters).title())
        self._words = [*words, "，", "。\n"]
        usual = [1 / (number + 5) for number in range(_WORDS)]
        self._often = list(accumulate([*usual, sum(usual) / 9, sum(usual) / 18]))
        self._text = self.words(of * _OF_AN_ARTICLE // 2 + 100_000)

    def words(self, number: int) -> str:
        """So many words of a text."""
        return "".join(self.chance.choices(self._words, cum_weights=self._often, k=number))

    def text(self, pieces: int) -> str:
        """So many pieces of one long text: a word that is rare stands in some thirty articles of those that were planned."""
        starts = [int(self.chance.random() * (len(self._text) - _PIECE)) for _ in range(pieces)]
        return "".join([self._text[start : start + _PIECE] for start in starts])

    def article(self, number: int) -> Article:
        """The article of a number; they are spread evenly over the days."""
        lines = self.text(self._pieces).split("\n")
        return Article(
            site="ithome",
            identity=f"ithome:{1_000_000 + number}",
            kind=Verdict.ARTICLE,
            url=f"https://www.ithome.com/{number // 1_000_000}/{number // 1000 % 1000:03}/{number % 1000:03}.htm",
            title=self.text(1)[:25].replace("\n", ""),
            published_at=_BEGIN + _APART * number,
            body=[Paragraph([Span(line)]) for line in lines if line.strip()],
        )

    def queries(self, articles: Sequence[Article], number: int) -> list[Query]:
        """Pieces of the articles of one to six characters; every fourth query has two, of one article or of two."""
        found: list[Query] = []
        while len(found) < number:
            one, other = self.chance.choices(articles, k=2)
            piece = self._piece(one.text)
            if len(found) % 4 == 0:
                piece += f" {self._piece((one if len(found) % 8 else other).text)}"
            if piece.strip():
                found.append(Query.of(piece))
        return found

    def _piece(self, text: str) -> str:
        length = self.chance.randint(1, 6)
        start = self.chance.randrange(len(text) - length)
        return text[start : start + length]


def fill(path: Path, writer: Writer, number: int) -> tuple[int, list[Article]]:
    """Put articles into a store as an older newsarchive has left them; the bytes of their texts, and some of them."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    size = 0
    some: list[Article] = []
    for start in range(0, number, _BATCH):
        rows, names = [], []
        for place in range(start, min(start + _BATCH, number)):
            article = writer.article(place)
            size += len(article.text.encode())
            published = time_text(article.published_at or _BEGIN)
            _, document = (
                storable(article) if place % 1000 == 0 else (None, article.model_dump_json(exclude=_DERIVED))
            )
            rows.append((article.identity, "ithome", "article", published, article.text_hash, document))
            names += [(article.identity, article.identity), (article.url, article.identity)]
            if writer.chance.random() < 1000 / number:
                some.append(article)
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.executemany("INSERT INTO names VALUES (?, ?)", names)
        connection.execute("COMMIT")
    connection.execute("INSERT INTO search_noted SELECT identity FROM articles ORDER BY identity")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return size, some


_DERIVED = {"text", "images", "media", "text_hash"}


async def first_ones(store: Store, query: Query) -> list[str]:
    """The newest articles, as many as are shown."""
    found = []
    async for article in store.found(query):
        found.append(article.identity)
        if len(found) == SHOWN:
            break
    return found


def _size(path: Path) -> int:
    """The bytes that are in use; what was freed while the index was made is used again."""
    connection = sqlite3.connect(path)
    used, free, page = (
        connection.execute(f"PRAGMA {of}").fetchone()[0]
        for of in ("page_count", "freelist_count", "page_size")
    )
    connection.close()
    return int((used - free) * page)


async def measure(path: Path, writer: Writer, number: int, asked: int) -> tuple[float, float, float]:
    """Milliseconds, share of the texts, share of the speed: see above."""
    async with SqliteStore(path):
        pass
    begin = process_time()
    size, some = fill(path, writer, number)
    print(
        f"{number:,} articles, {size / 1e6:,.0f} MB of texts, made in {process_time() - begin:.0f} s",
        flush=True,
    )
    before = _size(path)
    async with SqliteStore(path) as store:
        begin = process_time()
        while await store.index_texts():
            pass
        took = process_time() - begin
        print(f"index made in {took:.0f} s: {number / took:,.0f} articles a second", flush=True)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    index = (_size(path) - before) / size
    async with SqliteStore(path) as store:
        times = []
        for query in writer.queries(some, asked):
            await first_ones(store, query)
            begin = process_time()
            hits = await first_ones(store, query)
            times.append((1000 * (process_time() - begin), len(hits), query))
        cuts = quantiles([it[0] for it in times], n=20)
        print(
            f"first {SHOWN}: median {cuts[9]:.1f} ms, 90th {cuts[17]:.1f} ms, 95th {cuts[18]:.1f} ms, slowest:"
        )
        for milliseconds, number_found, asked_for in sorted(times, key=lambda it: -it[0])[:5]:
            print(f"  {milliseconds:7.1f} ms, {number_found} found of {' '.join(asked_for.words)}")
        upsert = await compare(store, writer, number)
    return cuts[18], index, upsert


async def compare(store: SqliteStore, writer: Writer, number: int) -> float:
    """The speed of saving with an index ÷ that without, in turns."""
    spent = {True: 0.0, False: 0.0}
    place, saved = number, min(_SAVED, number)
    for turn in range(2 * _ROUNDS):
        articles = [writer.article(place + it) for it in range(saved)]
        place += saved
        if turn % 2:
            setattr(store, "_note_words", lambda _: None)  # noqa: B010 - a store without an index
        begin = process_time()
        for start in range(0, saved, 100):
            await store.save_articles(articles[start : start + 100])
        if turn > 1:
            spent[turn % 2 == 0] += process_time() - begin
        store.__dict__.pop("_note_words", None)
    each = 1000 / saved / (_ROUNDS - 1)
    print(f"saving: {spent[True] * each:.2f} ms an article, {spent[False] * each:.2f} ms without an index")
    return spent[False] / spent[True]


async def exact(uri: str, writer: Writer, number: int, asked: int) -> int:
    """How many of the queries do not find what a scan finds."""
    articles = [writer.article(place) for place in range(number)]
    async with open_store(uri) as store:
        for start in range(0, number, 200):
            await store.save_articles(articles[start : start + 200])
        while await store.index_texts():  # what is only noted would be scanned, too
            pass
        texts = [
            (it.identity, " ".join(f"{it.title}\0{it.text}".casefold().split())) for it in reversed(articles)
        ]
        wrong = 0
        for query in writer.queries(articles, asked):
            expected = [name for name, text in texts if all(word in text for word in query.words)]
            wrong += [it.identity async for it in store.found(query)] != expected
    return wrong


def places(folder: Path, mongo: str | None) -> Iterator[tuple[str, str]]:
    """The engines, and where they have a store for the exact comparison."""
    yield "SQLite", str(folder / "exact.sqlite")
    if mongo:
        yield "MongoDB", mongo


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--exact", type=int, default=20_000, metavar="N")
    parser.add_argument(
        "--length",
        type=int,
        default=_LENGTH,
        help="characters of an article there; small servers take 0.2 ms for each",
    )
    parser.add_argument("--mongo", metavar="URI", help="of an empty database")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where the store is made and removed again; 12 GB")
    given = parser.parse_args(arguments)
    good = True
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        if given.exact:
            for engine, uri in places(Path(name), given.mongo):
                writer = Writer(given.seed, given.exact, given.length)
                wrong = asyncio.run(exact(uri, writer, given.exact, given.queries))
                print(
                    f"{engine}: {given.queries} queries on {given.exact:,} articles, {wrong} not as a scan",
                    flush=True,
                )
                good = good and not wrong
        if given.articles:
            path = Path(name) / "search.sqlite"
            first, index, upsert = asyncio.run(
                measure(path, Writer(given.seed, given.articles), given.articles, given.queries)
            )
            print(f"first   {first:6.1f} ms (at most {FIRST_MAX})")
            print(f"index   {index:6.2f} (at most {INDEX_MAX})")
            print(f"upsert  {upsert:6.2f} (at least {UPSERT_MIN})")
            good = good and first <= FIRST_MAX and index <= INDEX_MAX and upsert >= UPSERT_MIN
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
