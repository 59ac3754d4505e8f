"""What the export of one month costs in a store of a million articles, as ratios: `make benchmark-export`.

The store is a SQLite file of as many months as `--articles` and `--per-month` make (a hundred months of ten thousand, which
is what ithome.com alone publishes), filled through the store's own schema; that what is filled in is what the store itself would write is
checked on a sample. The measure of a month is a second store that holds nothing but that month.

Each export runs in a process of its own and is the command's own work: the store is opened, the month is exported into a
folder, the store is closed. Starting Python and importing the program are left out of the times, and are in the memory.
Times are those of the processor, so that what else the machine and its disk do matters less; the best of several
rounds counts. For each format:

    month     the first export from the large store ÷ the same from the store of one month
    again     the same export once more, with nothing changed ÷ the first
    memory    the most that the process of the first export ever held

Ends with 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeAlias

from rich.console import Console
from rich.table import Table

from exports import formats
from exports.export import export_pages
from exports.formats.format import FormatName
from exports.request import ExportRequest
from newsarchive.cli.store import with_store
from newsarchive.editorial.days import month_span
from newsarchive.items.article import Article, Attribution, text_hash
from newsarchive.items.body import Body, Image, Paragraph, Span
from newsarchive.items.record import SHANGHAI
from newsarchive.items.verdict import Verdict
from newsarchive.sites.ithome.urls import link_of
from newsarchive.storage.merging import storable
from newsarchive.storage.sqlite.store import SqliteStore

FORMATS: tuple[FormatName, ...] = ("digest", "daily", "fulltext")
MONTH_MAX = 1.3
AGAIN_MAX = 0.05
MEMORY_MAX = 250
"""Megabytes."""
_FIRST = date(2018, 1, 1)
_TEMPLATES = 40
_BATCH = 5000
_NUMBER = 7_654_321
"""The number of the articles that the others are made from; seven digits, so that it stands nowhere by chance."""
FIRST_NUMBER = 1_000_000
_URL = link_of(_NUMBER).url
_AT = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
_SENTENCES = (
    "一台旧打字机在雨夜的车站被人捡到，按键上的字已经磨平，只有回车还会发出清脆的声音。",
    "据 IT之家了解，厂商没有说明价格，发售日期也要等到下个季度才会公布。",
    "工程师把电池拆下来称重，比说明书上写的轻了三克，续航却没有变短。",
    "新版本修复了七处问题，其中两处会让屏幕在充电时闪烁。",
    "分析师认为，这类产品在明年的出货量会翻一番，利润却未必跟得上。",
    "用户可以在设置里关掉这项功能，关掉以后不会再收到提醒。",
    "会议在下午三点结束，参会的人拿到了一份四十页的材料。",
    "店员说，昨天排队的人比前天多，今天又比昨天少。",
)


Row: TypeAlias = tuple[str, str, str, str, str]
"""Identity, URL, time, hash of the text, document."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one export took: seconds of the processor, seconds by the clock, and megabytes."""

    processor: float
    clock: float
    megabytes: float


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Returns the exit code."""
    options = _options(arguments)
    if options.child:
        return _export(*options.child)
    months = list(months_of(options.articles, options.per_month))
    middle = months[len(months) // 2]
    out = Console(highlight=False)
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        begin = time.perf_counter()
        _fill_apart(folder / "large.sqlite", months, options.per_month)
        _fill_apart(folder / "month.sqlite", [middle], options.per_month)
        size = (folder / "large.sqlite").stat().st_size / 1e9
        out.print(
            f"{len(months) * options.per_month} articles in {len(months)} months, {size:.1f} GB,"
            f" made in {time.perf_counter() - begin:.0f} s; exported: {middle:%Y-%m}"
        )
        costs = {of: _measure(folder, of, middle, options.rounds) for of in FORMATS}
    _print(out, costs)
    return _judge(costs)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.export")
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--per-month", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=2, help="the best of so many counts")
    parser.add_argument("--folder", type=Path, help="where the stores are made and removed again; 6 GB")
    parser.add_argument(
        "--child", nargs=4, metavar=("STORE", "FORMAT", "MONTH", "OUT"), help=argparse.SUPPRESS
    )
    return parser.parse_args(arguments)


def months_of(articles: int, per_month: int) -> Iterator[date]:
    """The first days of as many months as so many articles make."""
    month = _FIRST
    for _ in range(max(1, articles // per_month)):
        yield month
        month = _next(month)


def _next(month: date) -> date:
    return month_span(month)[1] + timedelta(days=1)


def _fill_apart(path: Path, months: list[date], per_month: int) -> None:
    """In a process of its own: Linux counts what a process held as held by those that it starts."""
    process = get_context("spawn").Process(target=fill, args=(path, months, per_month))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{path.name} was not made")


def fill(path: Path, months: list[date], per_month: int) -> None:
    """Make a store of so many articles for each month (its first day); an article is the same in every store."""
    asyncio.run(_create(path))
    templates = [_template(number) for number in range(_TEMPLATES)]
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -400000")
    for month in months:
        rows = [_row(templates, number, at) for number, at in _of_month(month, per_month)]
        for start in range(0, len(rows), _BATCH):
            _insert(connection, rows[start : start + _BATCH])
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    asyncio.run(_check(path, [row[0] for row in rows[:: max(1, len(rows) // _TEMPLATES)]]))


async def _create(path: Path) -> None:
    async with SqliteStore(path):
        pass


async def _check(path: Path, identities: list[str]) -> None:
    """What was filled in must be what the store writes itself: saving it again changes nothing, and it is found."""
    async with SqliteStore(path) as store, SqliteStore(path.with_suffix(".check")) as other:
        held = [article for identity in identities if (article := await store.article(identity))]
        await other.save_articles(held)
        query = "SELECT * FROM articles JOIN names USING (identity) WHERE identity = ? ORDER BY name"
        for identity in identities:
            if store._rows(query, identity) != other._rows(query, identity):  # noqa: SLF001 - the very rows
                raise SystemExit(f"{identity} is not what the store would have written")
    path.with_suffix(".check").unlink()


def _of_month(month: date, per_month: int) -> Iterator[tuple[int, datetime]]:
    """The numbers and times of a month's articles, evenly over its days."""
    begin = datetime(month.year, month.month, month.day, tzinfo=SHANGHAI)
    length = (_next(month) - month) / per_month
    place = (month.year - _FIRST.year) * 12 + month.month - _FIRST.month
    for number in range(per_month):
        at = (begin + length * number).astimezone(UTC).replace(microsecond=0)
        yield FIRST_NUMBER + place * per_month + number, at


def _template(place: int) -> tuple[str, str]:
    """An article as the store keeps it, and its text: nine paragraphs and two pictures, 600 to 800 characters."""
    link = link_of(_NUMBER)
    body: Body = [
        Paragraph([Span(f"IT之家消息，编号 {_NUMBER} 的"), Span("新品", strong=True), Span("今天亮相。")])
    ]
    for number in range(8):
        first, second = (_SENTENCES[(place + number * step) % len(_SENTENCES)] for step in (1, 3))
        body.append(
            Paragraph([Span(f"{first}{place}"), Span("详情", link="https://www.ithome.com/"), Span(second)])
        )
        if number % 4 == 1:
            body.append(
                Image(f"https://img.ithome.com/newsuploadfiles/{_NUMBER}/{number}.jpg", width=900, height=600)
            )
    article = Article(
        site="ithome",
        identity=link.identity,
        kind=Verdict.ARTICLE,
        url=link.url,
        keys=dict(link.keys),
        title=f"第 {_NUMBER} 号新品今天亮相",
        attribution=Attribution(source="IT之家", author="某人", editor="编辑"),
        published_at=_AT,
        fetched_at=_AT,
        tags=("打字机", "车站"),
        sections=("业界",),
        body=body,
        parser="ithome/1",
    )
    return storable(article)[1], article.text


def _row(templates: list[tuple[str, str]], number: int, at: datetime) -> Row:
    """What the store keeps of an article."""
    document, text = templates[number % _TEMPLATES]
    link = link_of(number)
    document = (
        document.replace(_URL, link.url).replace(str(_NUMBER), str(number)).replace(_json(_AT), _json(at))
    )
    words = text_hash(text.replace(str(_NUMBER), str(number)))
    return link.identity, link.url, at.isoformat(timespec="microseconds"), words, document


def _json(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _insert(connection: sqlite3.Connection, rows: list[Row]) -> None:
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO articles (identity, site, kind, published_at, text_hash, document)"
        " VALUES (?1, 'ithome', 'article', ?3, ?4, ?5)",
        rows,
    )
    names = [(name, identity) for identity, url, *_ in rows for name in (identity, url)]
    connection.executemany("INSERT INTO names (name, identity) VALUES (?, ?)", sorted(names))
    connection.execute("COMMIT")


def _measure(folder: Path, of: FormatName, month: date, rounds: int) -> dict[str, Cost]:
    """The best of several rounds of each export; those that are compared take turns."""
    found: dict[str, list[Cost]] = {"large": [], "month": [], "again": []}
    for number in range(rounds):
        for store in ("month", "large"):
            out = folder / f"{store}-{of}-{number}"
            found[store].append(_run(folder / f"{store}.sqlite", of, month, out))
            if store == "large":
                found["again"].append(_run(folder / "large.sqlite", of, month, out))
    return {name: min(costs, key=lambda cost: cost.processor) for name, costs in found.items()}


def _run(store: Path, of: FormatName, month: date, out: Path) -> Cost:
    words = [sys.executable, "-m", "benchmarks.export", "--child", str(store), of, f"{month:%Y-%m}", str(out)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return Cost(**json.loads(done.stdout))


def _export(store: str, of: str, month: str, out: str) -> int:
    """The export itself, in a process that does nothing else; what it took is printed as JSON."""
    if of not in formats.FORMATS:
        raise SystemExit(f"there is no format {of}")
    wanted = ExportRequest(of, month=date.fromisoformat(f"{month}-01"))
    processor, clock = time.process_time(), time.perf_counter()
    exported = with_store(store, "export", lambda opened: export_pages(opened, wanted, Path(out)))
    cost: dict[str, Any] = {
        "processor": time.process_time() - processor,
        "clock": time.perf_counter() - clock,
    }
    if not exported.pages:
        raise SystemExit(f"nothing was exported for {month}")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cost["megabytes"] = most / (1e6 if sys.platform == "darwin" else 1e6 / 1024)
    sys.stdout.write(json.dumps(cost))
    return 0


def _print(out: Console, costs: dict[FormatName, dict[str, Cost]]) -> None:
    table = Table(title="The export of one month; seconds of the processor (by the clock)", box=None)
    for heading in ("format", "of one month", "of all", "again", "month", "again", "memory"):
        table.add_column(heading, justify="left" if heading == "format" else "right")
    for of, cost in costs.items():
        month, large, again = cost["month"], cost["large"], cost["again"]
        times = [f"{it.processor:.2f} s ({it.clock:.2f})" for it in (month, large, again)]
        ratios = (f"{large.processor / month.processor:.2f}", f"{again.processor / large.processor:.3f}")
        table.add_row(of, *times, *ratios, f"{large.megabytes:.0f} MB")
    out.print(table)


def _judge(costs: dict[FormatName, dict[str, Cost]]) -> int:
    """Say which targets are missed."""
    missed = []
    for of, cost in costs.items():
        month = cost["large"].processor / cost["month"].processor
        again = cost["again"].processor / cost["large"].processor
        most = cost["large"].megabytes
        if month > MONTH_MAX:
            missed.append(
                f"{of}: a month costs {month:.2f} times what it costs alone, the target is {MONTH_MAX}"
            )
        if again > AGAIN_MAX:
            missed.append(f"{of}: again costs {again:.3f} of the first export, the target is {AGAIN_MAX}")
        if most > MEMORY_MAX:
            missed.append(f"{of}: {most:.0f} MB of memory, the target is {MEMORY_MAX}")
    for line in missed:
        print(f"export: MISSED {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
