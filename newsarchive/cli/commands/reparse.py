"""`newsarchive reparse`: today's parsers over the raw pages, and what that changes in the store."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress as Bar

from newsarchive.cli.options import OneSiteOption, SinceOption, StoreOption, UntilOption, ordered_span
from newsarchive.cli.output import ERR, complain, print_json, say
from newsarchive.cli.store import with_store
from newsarchive.errors import BadValueError, LostPagesError, StorePermissionError, WorkerDiedError
from newsarchive.items.verdict import Verdict
from newsarchive.program import fingerprint
from newsarchive.reparse.asked import ReparseRequest
from newsarchive.reparse.progress import Progress
from newsarchive.reparse.run import Reparsing
from newsarchive.reparse.workers import executor, processors
from newsarchive.settings import ours
from newsarchive.storage.contract import Store
from newsarchive.storage.raw.reader import RawReader
from newsarchive.storage.raw.store import RawStore

_SHOWN = 20
"""Names of a list that are printed; `--json` has all."""
_LISTS = {
    "worse": "got worse",
    "new": "new: the store has no such article",
    "lost": "not read, as the page that it came from cannot be read",
    "unread": "raw page that cannot be read",
    "no_page": "has no raw page",
    "meanwhile": "left alone",
    "judged": "pages judged otherwise",
}
"""The lists, and what being on one means."""


def reparse(
    *,
    site: OneSiteOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    verdict: Annotated[
        Verdict | None, typer.Option("--verdict", help="Only what was judged to be this.", show_default=False)
    ] = None,
    parser_before: Annotated[
        str | None,
        typer.Option(
            "--parser-before",
            metavar="NAME/NUMBER",
            help="Only articles that an earlier parser has read.",
            show_default=False,
        ),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Write it into the store; without, nothing is changed.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Write what got worse, too.")] = False,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, help="How many processes read.  [default: one a processor]"),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="tcp://HOST:PORT",
            help="Let the workers of this Dask cluster read, which have the raw pages at the same path.",
            show_default=False,
        ),
    ] = None,
    raw: Annotated[
        Path | None,
        typer.Option(
            "--raw", help="Directory of the raw pages.  [default: NEWSARCHIVE_RAW]", show_default=False
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, all lists in full.")] = False,
    store: StoreOption = None,
) -> None:
    """Read the raw pages again: what today's parsers would change in the stored articles, field by field.

    What got worse (title lost, text shorter by half, fewer pictures, another verdict) is listed and not written. May be stopped
    and started again: it goes on where it was (docs/reparse.md).
    """
    if force and not apply:
        raise BadValueError("--force says what --apply writes: give both, or neither")
    if parser_before is not None and not parser_before.rpartition("/")[2].isdecimal():
        raise BadValueError(f"--parser-before takes a parser such as SITE/2, not {parser_before!r}")
    first, end = ordered_span(since, until)
    request = ReparseRequest(site, first, end, verdict, parser_before, apply, force)
    settings = ours(os.environ)
    folder = raw or Path(str(settings["NEWSARCHIVE_RAW"]))
    if not folder.is_dir():
        raise BadValueError(f"there are no raw pages at {folder}: --raw says where they are")
    uri = store or str(settings["NEWSARCHIVE_STORE"])

    async def read(opened: Store) -> None:
        total = sum(sum(of.articles.values()) for of in (await opened.counts()).values())
        with (
            _pages(folder, note=apply) as (pages, note),
            executor(workers or processors(), scheduler) as pool,
            _bar(total) as advance,
        ):
            await Reparsing(
                opened, pages, request, progress=progress, pool=pool, note=note, advance=advance
            ).run()

    with _progress(folder, request, uri) as progress:
        try:
            with_store(uri, "write" if apply else "read", read)
        except BrokenExecutor:
            raise WorkerDiedError(
                "a process that reads pages was killed, or ran out of memory: run the same again, it goes on there; with"
                " --workers 1 it is this process that reads"
            ) from None
        if as_json:
            print_json(_told(progress), indent=2)
        else:
            _print(progress, apply=apply)
        unread = sum(1 for _ in progress.named("unread"))
        progress.forget()
    if unread:
        raise LostPagesError(
            f"{unread} raw pages in {folder} cannot be read: restore them from a copy; `newsarchive raw verify` names all"
        )


@contextmanager
def _pages(folder: Path, *, note: bool) -> Iterator[tuple[RawReader, Callable[..., None] | None]]:
    """The raw pages, and where it is noted what they are judged to be; without `note` nothing of them is changed."""
    if note:
        with RawStore(folder) as store:
            yield store.reader, lambda reference, verdict: store.note(reference, verdict=verdict)
    else:
        with RawReader(folder) as reader:
            yield reader, None


@contextmanager
def _progress(folder: Path, request: ReparseRequest, uri: str) -> Iterator[Progress]:
    """The progress of this very request by this very program; in memory where the raw pages' folder takes no file."""
    what = [fingerprint(("newsarchive",), ("lxml", "pydantic")), uri, *map(str, asdict(request).values())]
    name = hashlib.blake2b(json.dumps(what).encode(), digest_size=6).hexdigest()
    try:
        progress = Progress(folder / f"reparse-{name}.sqlite")
    except StorePermissionError as error:
        complain(f"{error}; if this is stopped, it begins anew", style="yellow")
        progress = Progress(None)
    with progress:
        yield progress


@contextmanager
def _bar(total: int) -> Iterator[Any]:
    """How far it is, on a terminal. Gives the function that is told of further articles."""
    with Bar(console=ERR, transient=True, disable=not ERR.is_terminal) as bar:
        task = bar.add_task("articles", total=total)
        yield lambda number: bar.advance(task, number)


def _told(progress: Progress) -> dict[str, Any]:
    counts, samples = progress.counts(), progress.samples()
    fields = {
        name.partition(" ")[2]: number for name, number in sorted(counts.items()) if name.startswith("field ")
    }
    return {
        "articles": counts.get("articles", 0),
        "pages": counts.get("pages", 0),
        "same": counts.get("same", 0),
        "changed": counts.get("changed", 0),
        "fields": {name: {"count": number, "samples": samples[name]} for name, number in fields.items()},
        **{kind: [{"name": name, "why": why} for name, why in progress.named(kind)] for kind in _LISTS},
    }


def _print(progress: Progress, *, apply: bool) -> None:
    counts = progress.counts()
    fields = {
        name.partition(" ")[2]: number for name, number in sorted(counts.items()) if name.startswith("field ")
    }
    samples = progress.samples()
    for name, number in fields.items():
        say(f"{name}: {number}")
        for sample in samples[name]:
            say(f"    {sample['identity']}: {sample['before'] or '-'} → {sample['after'] or '-'}")
    for kind, means in _LISTS.items():
        number = 0
        for number, (name, why) in enumerate(progress.named(kind), 1):
            if number <= _SHOWN:
                say(f"{means}: {name}{f' ({why})' if why else ''}")
        if number > _SHOWN:
            say(f"{means}: {number - _SHOWN} more (--json has all)")
    changed = counts.get("changed", 0)
    verb = "changed" if apply else "would change"
    say(
        f"{counts.get('articles', 0)} articles read again from {counts.get('pages', 0)} pages: {changed} {verb},"
        f" {counts.get('worse', 0)} got worse, {counts.get('new', 0)} new, {counts.get('same', 0)} as they were"
    )
    if changed and not apply:
        say("nothing was written: --apply does that")
