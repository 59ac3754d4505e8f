"""`newsarchive schedule`: start what the schedules of newsarchive.toml say, and say how each stands."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from newsarchive.archive_settings import FILE_NAME, file_above
from newsarchive.cli.options import JsonOption, StoreOption
from newsarchive.cli.output import OUT, complain, print_json, say
from newsarchive.cli.store import with_store
from newsarchive.cli.times import now
from newsarchive.errors import BadValueError, JobNotStartedError, NewsarchiveError, NoStoreError
from newsarchive.schedule.jobs import JobId, id_of
from newsarchive.schedule.plan import LOOK, shown_in
from newsarchive.schedule.processes import Processes
from newsarchive.schedule.rules import Schedules, schedules_here
from newsarchive.schedule.scheduler import (
    LEASE,
    LEASE_SECONDS,
    Outlook,
    Round,
    Survey,
    look_once,
    note_interrupted,
    survey,
)
from newsarchive.schedule.scrapyd import ScrapydNodes
from newsarchive.schedule.starter import Starter
from newsarchive.schedule.watch import Watch
from newsarchive.settings import ours
from newsarchive.storage import open_store
from newsarchive.storage.alone import alone
from newsarchive.storage.contract import Store
from spiders.arguments import TAKES, check

app = typer.Typer(help="Run spiders when newsarchive.toml says so (docs/schedules.md).", no_args_is_help=True)


@app.command("run")
def run_schedules(
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on until SIGTERM or Ctrl-C, instead of looking once.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Start what is due now, and what was lost again. For a timer, or with --watch as a small process that goes on."""
    uri = store or str(ours(os.environ)["NEWSARCHIVE_STORE"])
    schedules = _schedules()
    if not schedules.by_name:
        say(f"no schedule stands in {file_above(Path.cwd()) or FILE_NAME} (docs/schedules.md)", beside=True)
    if watch:
        asyncio.run(_watch(uri, schedules))
        return

    async def work(opened: Store) -> Round:
        return await _look(schedules, _starter(schedules), opened)

    done = with_store(uri, "create", work)
    _tell(done)
    if done.refused:
        raise typer.Exit(JobNotStartedError.exit_code)


@app.command("list")
def list_schedules(as_json: JsonOption = False, store: StoreOption = None) -> None:
    """Each schedule: how its last job ended, when the next one is due, and why none is started now."""
    schedules = _schedules()

    async def work(opened: Store) -> Survey:
        return await survey(schedules, _starter(schedules), opened, now)

    try:
        known = with_store(store, "read", work)
    except NoStoreError:  # nothing was ever started
        known = Survey(now(), {}, {})
    outlooks = [known.outlook(it) for it in schedules.by_name.values()]
    if as_json:
        print_json([_json(it) for it in outlooks], indent=2)
    elif outlooks:
        OUT.print(_table(outlooks))
        for it in outlooks:
            if why := "due now" if it.plan.start else it.plan.why:
                say(f"{it.schedule.name}: {why}")
    else:
        say(f"no schedule stands in {file_above(Path.cwd()) or FILE_NAME} (docs/schedules.md)")


def _schedules() -> Schedules:
    """The schedules of the file, with arguments that their spiders take as they would be now. Raises BadValueError."""
    schedules = schedules_here()
    for rule in schedules.by_name.values():
        try:
            if takes := TAKES.get(rule.spider):
                check(takes, rule.spider, rule.arguments_at(now()))
        except BadValueError as error:
            raise BadValueError(f"schedule.{rule.name}.arguments: {error}") from None
    return schedules


def _starter(schedules: Schedules) -> Starter:
    if schedules.nodes:
        return ScrapydNodes(schedules.nodes, os.environ)
    return Processes(Path(ours(os.environ)["NEWSARCHIVE_JOB_LOGS"]))


async def _look(schedules: Schedules, starter: Starter, store: Store) -> Round:
    """Look once, unless another scheduler is at it: then what is due is its."""
    async with alone(store, LEASE, LEASE_SECONDS) as turn:
        if turn is None:
            return Round(at=now() + LOOK)
        return await look_once(schedules, starter, store, now, turn.lasts)


def _tell(done: Round) -> None:
    for job in done.lost:
        complain(f"{id_of(job)} is lost: {job.end}", style="yellow")
    for job_id in done.started:
        say(f"{job_id} is started")
    for line in done.refused:
        complain(line)


async def _watch(uri: str, schedules: Schedules) -> None:
    """Look again and again. What goes wrong is told once, and the next look tries it again."""
    watched = _Watched(uri, schedules)
    await Watch(watched.starter, watched.look, watched.changed, watched.left, now).run()


class _Watched:
    """The schedules of the file as it is now, and the store that is opened for each look."""

    def __init__(self, uri: str, schedules: Schedules) -> None:
        self._uri = uri
        self._schedules = schedules
        self._file = _stamp()
        self._wrong = ""
        self.starter = _starter(schedules)

    async def look(self) -> datetime:
        """Look once; when to look again."""
        try:
            if self.changed():
                self._file = _stamp()
                self._take(_schedules())
            async with open_store(self._uri, "create") as store:
                done = await _look(self._schedules, self.starter, store)
        except NewsarchiveError as error:
            if str(error) != self._wrong:
                self._wrong = str(error)
                complain(self._wrong)
            return now() + LOOK
        self._wrong = ""
        _tell(done)
        return done.at or now() + timedelta(days=1)

    def _take(self, schedules: Schedules) -> None:
        if schedules.nodes != self._schedules.nodes:
            complain(f"the Scrapyd nodes of {FILE_NAME} are others now: start this anew to use them")
        self._schedules = schedules

    def changed(self) -> bool:
        """Whether the file is another one than when it was read."""
        return _stamp() != self._file

    async def left(self, ended: list[JobId]) -> None:
        """Write down which jobs were ended with this process."""
        async with open_store(self._uri, "create") as store:
            await note_interrupted(ended, self._schedules, self.starter, store, now)


def _stamp() -> tuple[Path, int, int] | None:
    """By what a file is known to be another one."""
    file = file_above(Path.cwd())
    try:
        known = file.stat() if file else None
    except OSError:  # an editor puts another one in its place
        known = None
    return (file, known.st_mtime_ns, known.st_size) if file and known else None


def _table(outlooks: Sequence[Outlook]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("schedule", "last", "end", "next", "zone"):
        table.add_column(heading, no_wrap=heading != "end", overflow="fold")
    for it in outlooks:
        rule = it.schedule
        table.add_row(
            rule.name,
            shown_in(rule, it.last.due) if it.last else "-",
            Text(_end(it)),
            shown_in(rule, it.next) if it.next else "-",
            rule.zone.key,
        )
    return table


def _end(outlook: Outlook) -> str:
    """How the last job ended, in some words."""
    last = outlook.last
    if last is None:
        return "never started"
    words = {"": "runs", "ran": last.end, "refused": "not started"}.get(last.fate, f"{last.fate}: {last.end}")
    code = f" ({last.exit_code})" if last.exit_code else ""
    again = f", start {last.number}" if last.number > 1 else ""
    return f"{words}{code}{again}"


def _json(outlook: Outlook) -> dict[str, Any]:
    rule, last = outlook.schedule, outlook.last
    job = (
        last.model_dump(mode="json", exclude={"schedule", "site", "silent_since", "last_sign"})
        if last
        else None
    )
    return {
        "schedule": rule.name,
        "spider": rule.spider,
        "when": list(rule.when),
        "zone": rule.zone.key,
        "paused": rule.paused or None,
        "last": job and {"job": str(id_of(last)) if last else None} | job,
        "next": outlook.next.isoformat() if outlook.next else None,
        "due_now": str(outlook.plan.start) if outlook.plan.start else None,
        "why_not": outlook.plan.why or None,
    }
