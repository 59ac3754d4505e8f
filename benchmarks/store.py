"""What a SQLite store of a million articles costs, as ratios in one run: `make benchmark-store`.

Two stores are made, one of `--articles` and a small one of ten thousand, filled in bulk through the store's own schema, the index
of fingerprints included (that of words has a benchmark of its own). In the large one:

    upsert    bare `executemany` of all rows that an upsert of new articles writes (articles, names, fingerprints …) ÷ the
              upsert itself, in the same batches; articles and rows are other ones each time, and they take turns
    look-up   an article by its name ÷ the same in the small store
    month     one month's articles ÷ the same in the small store, which has as many in a month
    status    seconds of the processor for all that `newsarchive status` asks

An upsert is measured by the clock, as most of what it takes in a large store is writing pages; all else by the processor, so that
what else the machine does matters less. The best of several rounds counts. Ends with 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from rich.console import Console

from benchmarks import export, stories
from newsarchive.cli.commands.status import gather
from newsarchive.editorial.days import month_span
from newsarchive.items.article import Article
from newsarchive.items.body import Paragraph, Span
from newsarchive.items.verdict import Verdict
from newsarchive.records.task import Task
from newsarchive.sites.ithome.urls import link_of
from newsarchive.storage.sqlite.store import SqliteStore
from newsarchive.storage.sqlite.story_links import PLACE_BITS

UPSERT_MIN = 0.5
LOOK_UP_MAX = 1.5
MONTH_MAX = 1.5
STATUS_MAX = 1.0
"""Seconds."""
SMALL = 10_000
_ROUNDS = 5
_TOGETHER = 100
"""Articles of a batch; the setting's default."""
_NEW = 9_000_000
"""The number of the first new article: seven digits, behind all that are stored."""
_WORDS = 3000

Rows: TypeAlias = dict[str, list[tuple[Any, ...]]]


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.store")
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--per-month", type=int, default=1000)
    parser.add_argument("--new", type=int, default=1000, help="articles of an upsert, each round")
    parser.add_argument("--folder", type=Path, help="where the stores are made and removed again; 8 GB")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        return asyncio.run(_run(Path(name), options.articles, options.per_month, options.new))


async def _run(folder: Path, articles: int, per_month: int, new: int) -> int:
    out = Console(highlight=False, soft_wrap=True)
    large, small = folder / "large.sqlite", folder / "small.sqlite"
    begin = time.perf_counter()
    for path, number in ((large, articles), (small, min(SMALL, articles))):
        await asyncio.to_thread(fill, path, number, per_month)
    size = large.stat().st_size / 1e9
    out.print(f"{articles:,} articles, {size:.1f} GB, made in {time.perf_counter() - begin:.0f} s")
    async with SqliteStore(large) as store, SqliteStore(small) as other:
        looked = await _compared(_look_up, (store, _names(articles)), (other, _names(min(SMALL, articles))))
        month = await _compared(
            _month, (store, _middle(articles, per_month)), (other, _middle(min(SMALL, articles), per_month))
        )
        status = min([(await _timed(partial(gather, store, {}))).processor for _ in range(_ROUNDS)])
        bare, upserted = await _upserts(store, folder, new)
    ratio = bare.clock / upserted.clock
    out.print(
        f"upsert    {_each(upserted, new)}; its bare rows {_each(bare, new)}: {ratio:.2f} of the bare rate (at least {UPSERT_MIN};"
        f" of the processor's time {bare.processor / upserted.processor:.2f})"
    )
    for name, (one, base), most in (("look-up", looked, LOOK_UP_MAX), ("month", month, MONTH_MAX)):
        out.print(
            f"{name:9} {one * 1e3:,.1f} ms, at {SMALL:,}: {base * 1e3:,.1f} ms: {one / base:.2f} times (at most {most})"
        )
    out.print(f"status    {status:.3f} s (at most {STATUS_MAX})")
    return _judge(ratio, looked[0] / looked[1], month[0] / month[1], status)


def _each(all_of: _Time, new: int) -> str:
    return f"{all_of.clock / new * 1e6:,.0f} µs an article ({all_of.processor / new * 1e6:,.0f} of the processor)"


def fill(path: Path, articles: int, per_month: int) -> None:
    """Make a store of so many articles, each with its task, and an index of texts of as many."""
    export.fill(path, list(export.months_of(articles, per_month)), per_month)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -400000")
        stories.fill(connection, articles)
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO tasks VALUES (?, ?, ?, ?, ?, ?)", _tasks(articles))
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _tasks(articles: int) -> Iterator[tuple[str, ...]]:
    """A task of each article: done, and due again in some weeks."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    due = (at + timedelta(days=30)).isoformat(timespec="milliseconds")
    task = Task(site="ithome", name="ithome:0", url=link_of(0).url, found_at=at, due_at=at, state="done")
    document = task.model_dump_json()
    for name in sorted(_names(articles)):
        yield name, "ithome", "done", due, due, document.replace("ithome:0", name)


def _names(articles: int) -> list[str]:
    first = export.FIRST_NUMBER
    return [f"ithome:{number}" for number in range(first, first + articles)]


def _middle(articles: int, per_month: int) -> date:
    months = list(export.months_of(articles, per_month))
    return months[len(months) // 2]


async def _look_up(store: SqliteStore, names: list[str]) -> None:
    for name in random.Random(1).sample(names, min(500, len(names))):  # noqa: S311 - to be the same each time
        assert await store.article(name)  # noqa: S101 - part of the measure


async def _month(store: SqliteStore, month: date) -> None:
    first, last = month_span(month)
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
    end = datetime(last.year, last.month, last.day, tzinfo=UTC)
    found = [one async for one in store.articles(since=begin, until=end)]
    assert found  # noqa: S101


async def _compared(
    work: Callable[[SqliteStore, Any], Awaitable[object]], *stores: tuple[SqliteStore, Any]
) -> tuple[float, float]:
    """The best times of the same work on two stores, which take turns."""
    found: list[list[float]] = [[], []]
    for _ in range(_ROUNDS):
        for times, (store, what) in zip(found, stores, strict=True):
            times.append((await _timed(partial(work, store, what))).processor)
    return min(found[0]), min(found[1])


class _Time(NamedTuple):
    """Seconds of the processor, and by the clock."""

    processor: float
    clock: float


async def _timed(work: Callable[[], Awaitable[object]]) -> _Time:
    """How long work takes; what the benchmark itself holds is no garbage collector's business meanwhile."""
    gc.collect()
    gc.freeze()
    try:
        processor, clock = time.process_time(), time.perf_counter()
        await work()
        return _Time(time.process_time() - processor, time.perf_counter() - clock)
    finally:
        gc.unfreeze()


async def _upserts(store: SqliteStore, folder: Path, new: int) -> tuple[_Time, _Time]:
    """What the bare rows of so many new articles take, and saving as many others: the best of several rounds."""
    bare: list[_Time] = []
    saved: list[_Time] = []
    for turn in range(_ROUNDS):
        rows = await _rows_of(folder, _new(new, 2 * turn), turn)
        bare.append(await _timed(partial(_insert, store, rows)))
        saved.append(await _timed(partial(_save, store, _new(new, 2 * turn + 1))))
    return _best(bare), _best(saved)


def _best(times: list[_Time]) -> _Time:
    return _Time(min(it.processor for it in times), min(it.clock for it in times))


async def _save(store: SqliteStore, articles: Sequence[Article]) -> None:
    for start in range(0, len(articles), _TOGETHER):
        await store.save_articles(articles[start : start + _TOGETHER])


async def _insert(store: SqliteStore, batches: Sequence[Rows]) -> None:
    connection = store._connection  # noqa: SLF001 - the very rows
    for rows in batches:
        connection.execute("BEGIN IMMEDIATE")
        for table, some in rows.items():
            connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(some[0]))})", some)  # noqa: S608 - the schema's own names
        connection.execute("COMMIT")


async def _rows_of(folder: Path, articles: Sequence[Article], turn: int) -> list[Rows]:
    """All rows that the store writes of new articles, batch by batch; their numbers are no other article's."""
    path = folder / f"rows-{turn}.sqlite"
    batches: list[Rows] = []
    async with SqliteStore(path) as store:
        connection = store._connection  # noqa: SLF001 - the very rows
        tables = [
            table
            for (table,) in connection.execute(
                "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
                " AND name NOT LIKE 'sqlite_%' AND name NOT IN ('mark', 'publishers')"
            )
        ]
        seen: dict[str, set[tuple[Any, ...]]] = {table: set() for table in tables}
        for start in range(0, len(articles), _TOGETHER):
            await store.save_articles(articles[start : start + _TOGETHER])
            batch: Rows = {}
            for table in tables:
                rows = set(connection.execute(f"SELECT * FROM {table}")) - seen[table]  # noqa: S608 - the schema's own names
                seen[table] |= rows
                if rows:
                    batch[table] = [_renumbered(table, row, turn) for row in sorted(rows, key=repr)]
            batches.append(batch)
    return batches


def _renumbered(table: str, row: tuple[Any, ...], turn: int) -> tuple[Any, ...]:
    far = (10 + turn) << PLACE_BITS
    if table == "fingerprints":
        return (row[0] + far, *row[1:])
    return (row[0], row[1] + far) if table == "bands" else row


def _new(number: int, turn: int) -> list[Article]:
    """Articles of some 800 characters that have nothing in common."""
    chance = random.Random(turn)  # noqa: S311 - as above
    words = ["".join(chr(chance.randrange(0x4E00, 0x5E00)) for _ in range(2)) for _ in range(_WORDS)]
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=30 * turn)
    found = []
    for place in range(number):
        link = link_of(_NEW + turn * number + place)
        found.append(
            Article(
                site="ithome",
                identity=link.identity,
                kind=Verdict.ARTICLE,
                url=link.url,
                keys=dict(link.keys),
                title="".join(chance.choices(words, k=10)),
                published_at=at + timedelta(minutes=place),
                fetched_at=at + timedelta(days=1),
                tags=("打字机", "车站"),
                body=[Paragraph([Span("".join(chance.choices(words, k=45)) + "。")]) for _ in range(9)],
                parser="ithome/1",
            )
        )
    return found


def _judge(upsert: float, look_up: float, month: float, status: float) -> int:
    """Say which targets are missed."""
    missed = [
        line
        for line, wrong in (
            (f"upsert: {upsert:.2f} of the bare rate, the target is {UPSERT_MIN}", upsert < UPSERT_MIN),
            (f"look-up: {look_up:.2f} times, the target is {LOOK_UP_MAX}", look_up > LOOK_UP_MAX),
            (f"month: {month:.2f} times, the target is {MONTH_MAX}", month > MONTH_MAX),
            (f"status: {status:.2f} s, the target is {STATUS_MAX}", status > STATUS_MAX),
        )
        if wrong
    ]
    for line in missed:
        print(f"store: MISSED {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
