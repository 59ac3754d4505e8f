"""`newsarchive raw`: the raw pages themselves: one of them, all of them verified, counted, in fewer files."""

from __future__ import annotations

import os
import platform
import sys
from collections import defaultdict
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeGuard

import typer
from rich.table import Table
from rich.text import Text

from exports.files.atomic import WholeFile, named_file
from newsarchive.cli.options import JsonOption, RawOption, StoreOption, time_option
from newsarchive.cli.output import OUT, STANDARD_OUTPUT, complain, print_json, say
from newsarchive.cli.store import with_store
from newsarchive.cli.times import local_time, now
from newsarchive.errors import BadValueError, LostPagesError, NewsarchiveError, NoStoreError
from newsarchive.items.article import RawReference
from newsarchive.items.verdict import Verdict
from newsarchive.parsing.harmless import harmless
from newsarchive.parsing.html_tree import decode
from newsarchive.records.alarm import RawFindings
from newsarchive.records.page import Page
from newsarchive.settings import ours
from newsarchive.sites.reading import overfull, read
from newsarchive.storage.collections import RAW_FINDINGS
from newsarchive.storage.contract import Store
from newsarchive.storage.raw.compaction import LeftAlone, compact
from newsarchive.storage.raw.folders import path_of
from newsarchive.storage.raw.index import RawRecord
from newsarchive.storage.raw.reader import Damage, RawReader, size_of
from newsarchive.storage.raw.verification import Verification, verify

MOST_LINES, MOST_OF_A_LINE = 100, 300
"""Damages that are kept for `newsarchive check`, and characters of each."""
NOT_HELD = "the store refers to a page here, and no file has it"

app = typer.Typer(help="Pages as they came (docs/raw.md).", no_args_is_help=True)


@app.command()
def get(
    name: Annotated[
        str,
        typer.Argument(
            metavar="IDENTITY",
            help="An article's identity, an address, or a place as others name it: FILE@OFFSET.",
        ),
    ],
    *,
    at: Annotated[
        datetime | None,
        time_option("--at", "The page as it was at this ISO time (Asia/Shanghai), not the newest."),
    ] = None,
    out: Annotated[str, typer.Option("--out", metavar="FILE|-", help="The file to write; - prints.")] = "-",
    all_of_it: Annotated[bool, typer.Option("--list", help="Say which pages there are of it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --list: one JSON array of objects.")] = False,
    raw: RawOption = None,
    store: StoreOption = None,
) -> None:
    """A page as it came, decompressed: the newest of an article or address, or the one of a time."""
    with RawReader(folder(raw)) as reader:
        found = reader.index.find(name, at) or at_place(reader, name) or of_article(reader, name, at, store)
        if not found:
            raise BadValueError(
                f"no page of {name!r} is kept{f' from before {local_time(at)}' if at else ''}:"
                " give an identity such as SITE:NUMBER, an address, or FILE@OFFSET"
            )
        if all_of_it or as_json:
            show_all(found, as_json=as_json)
            return
        record = found[0]
        page = reader.read(record.reference)
    if out in STANDARD_OUTPUT:
        content = page.content
        if sys.stdout.isatty():
            content = harmless(decode(content)).encode(errors="replace")
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    else:
        with WholeFile(*named_file(out)) as file:
            file.write(page.content)
    say(f"{page.status} {record_line(record)}", beside=out in STANDARD_OUTPUT)


@app.command("verify")
def verify_pages(
    *,
    forget: Annotated[
        bool,
        typer.Option("--forget", help="Strike what is lost from the index: nothing will bring it back."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, times in UTC.")] = False,
    raw: RawOption = None,
    store: StoreOption = None,
) -> None:
    """Read every page and compare it with the index: names each lost one, mends the index; ends with 29 if any is lost."""
    found = verify(folder(raw), judged, forget=forget)
    with RawReader(folder(raw)) as reader:
        try:
            referred = with_store(store, "read", lambda opened: not_held(opened, reader))
            named = {(record.reference.file, record.reference.offset) for record in found.lost}
            found.damages += [one for one in referred if (one.file, one.offset) not in named]
        except NoStoreError:
            pass  # raw pages alone can be verified, too
        except NewsarchiveError as error:
            complain(f"whether the store refers to other pages was not looked at: {error}")
    remember(found, folder(raw), store)
    if as_json:
        print_json(told(found), indent=2)
    else:
        for damage in found.damages:
            say(str(damage))
            for record in damage.records:
                say(f"    lost: {record_line(record)}")
        index = "made again" if found.new_index else f"{found.mended} rows mended, {found.struck} struck"
        say(f"{found.files} files, {megabytes(found.size)}: {found.pages} pages are whole; index: {index}")
    if found.damages:
        lost = len(found.lost)
        raise LostPagesError(
            f"{lost} pages are lost, in {len({one.file for one in found.damages})} damaged files"
            + ("; they are forgotten now" if forget else ": restore the files from a copy, then verify again")
        )


def remember(found: Verification, directory: Path, store: str | None) -> None:
    """Keep what was found for `newsarchive check`, where there is a store that takes it."""
    key = f"{platform.node()}:{directory.absolute()}"
    lines = tuple(str(damage)[:MOST_OF_A_LINE] for damage in found.damages[:MOST_LINES])
    findings = RawFindings(at=now(), lost=len(found.lost), damages=lines)

    async def work(opened: Store) -> None:
        if lines:
            await opened.put_document(RAW_FINDINGS, key, findings)
        elif await opened.get_document(RAW_FINDINGS, key) is not None:
            await opened.delete_document(RAW_FINDINGS, key)

    with suppress(NewsarchiveError):
        with_store(store, "write", work)


@app.command()
def stats(
    *,
    as_json: JsonOption = False,
    raw: RawOption = None,
) -> None:
    """What is kept by site: files, pages, revisits (pages whose bytes an earlier one has), bytes, from when until when."""
    directory = folder(raw)
    with RawReader(directory) as reader:
        spans = reader.index.spans()
    groups = defaultdict(list)
    for span in spans:
        groups[span.site or "several"].append(span)
    rows: list[dict[str, Any]] = [
        {
            "site": site,
            "files": len(group),
            "pages": sum(span.pages for span in group),
            "revisits": sum(span.revisits for span in group),
            "bytes": sum(size_of(path_of(directory, span.file)) or 0 for span in group),
            "first": min(span.first for span in group),
            "last": max(span.last for span in group),
        }
        for site, group in sorted(groups.items())
    ]
    if as_json:
        times = ("first", "last")
        print_json([row | {name: row[name].isoformat() for name in times} for row in rows], indent=2)
        return
    table = Table(box=None, padding=(0, 2, 0, 0), caption="Times are Asia/Shanghai.", caption_justify="left")
    for heading in ("site", "files", "pages", "revisits", "size", "first", "last"):
        table.add_column(heading, justify="left" if heading in {"site", "first", "last"} else "right")
    for row in rows:
        counts = (str(row[name]) for name in ("files", "pages", "revisits"))
        times = (local_time(row["first"]), local_time(row["last"]))
        table.add_row(Text(row["site"]), *counts, megabytes(row["bytes"]), *times)
    OUT.print(table)


@app.command("compact")
def compact_files(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be joined.")] = False,
    raw: RawOption = None,
) -> None:
    """Make one file a day and site of those of many runs; every page stays as it is, every reference goes on working."""
    files = joined = 0
    max_bytes = int(ours(os.environ)["NEWSARCHIVE_RAW_FILE_BYTES"])
    for done in compact(folder(raw), max_bytes=max_bytes, change=not dry_run):
        if isinstance(done, LeftAlone):
            complain(f"{done.file} is left alone: it {done.why}", style="yellow")
        else:
            files, joined = files + 1, joined + len(done.earlier)
            say(f"{done.file}: {len(done.earlier)} files, {megabytes(done.size)}")
    say(f"{joined} files {'would become' if dry_run else 'became'} {files}" if files else "nothing to join")


def folder(given: Path | None) -> Path:
    """Where the raw pages are."""
    return given or Path(str(ours(os.environ)["NEWSARCHIVE_RAW"]))


def at_place(reader: RawReader, name: str) -> list[RawRecord]:
    """The page of a place, as articles and exports name it, wherever its file went."""
    file, _, offset = name.rpartition("@")
    if not file or not offset.isdecimal():
        return []
    found = reader.index.at(RawReference(file=Path(file).name, offset=int(offset), sha256=""))
    return [found] if found else []


def of_article(reader: RawReader, name: str, at: datetime | None, uri: str | None) -> list[RawRecord]:
    """The page that a stored article was read from: a list or feed, where it never had one of its own."""
    try:
        article = with_store(uri, "read", lambda opened: opened.article(name))
    except NoStoreError:
        return []
    if article is None or article.raw is None:
        return []
    found = at_place(reader, f"{article.raw.file}@{article.raw.offset}")
    return [record for record in found if at is None or record.fetched_at <= at]


def judged(page: Page, site: str | None) -> tuple[str | None, Verdict]:
    """Which article a page is or stands for, and what it is."""
    if overfull(page.content):
        return None, Verdict.OTHER
    reading = read(page, hint=site)
    return reading.identity or (
        reading.article.identity if reading.article else None
    ) or None, reading.verdict


async def not_held(store: Store, reader: RawReader) -> list[Damage]:
    """What the store refers to and neither a file nor the index has: the index was lost together with a file."""
    found = []

    def is_lost(place: RawReference | None) -> TypeGuard[RawReference]:
        return place is not None and not (reader.index.at(place) or reader.index.is_forgotten(place))

    async for article in store.articles():
        place = article.raw
        if article.fetched_at and is_lost(place):
            record = RawRecord(place, article.url, article.fetched_at, article.identity, article.site)
            found.append(Damage(place.file, place.offset, place.offset, NOT_HELD, (record,)))
    async for event in store.events():
        place = event.raw
        if is_lost(place):
            record = RawRecord(place, event.url, event.observed_at, event.identity, event.site)
            found.append(Damage(place.file, place.offset, place.offset, NOT_HELD, (record,)))
    return found


def show_all(found: list[RawRecord], *, as_json: bool) -> None:
    """Which pages there are."""
    if as_json:
        print_json([record_json(record) for record in found], indent=2)
        return
    for record in found:
        say(record_line(record))


def record_line(record: RawRecord) -> str:
    """A page in one line."""
    words = (
        local_time(record.fetched_at),
        str(record.verdict or "-"),
        record.identity or "-",
        record.url,
        f"{record.reference.file}@{record.reference.offset}",
    )
    return "  ".join(words) + (f"  (same as {local_time(record.original)})" if record.original else "")


def record_json(record: RawRecord) -> dict[str, Any]:
    """A page as JSON has it."""
    return {
        "identity": record.identity,
        "site": record.site,
        "url": record.url,
        "fetched_at": record.fetched_at.isoformat(),
        "verdict": record.verdict,
        **record.reference.model_dump(),
        "length": record.length,
        "same_as": record.original.isoformat() if record.original else None,
    }


def told(found: Verification) -> dict[str, Any]:
    """What a verification found, as JSON has it."""
    return {
        "files": found.files,
        "bytes": found.size,
        "pages": found.pages,
        "mended": found.mended,
        "struck": found.struck,
        "new_index": found.new_index,
        "damages": [
            {
                "file": damage.file,
                "offset": damage.offset,
                "end": damage.end,
                "why": damage.why,
                "lost": [record_json(record) for record in damage.records],
            }
            for damage in found.damages
        ],
    }


def megabytes(size: int) -> str:
    """Bytes as people read them."""
    return f"{size / 1_000_000:.1f} MB"
