"""How a recorded run ended, and what a site's runs say is wrong with it now. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from newsarchive.items.record import SHANGHAI, local_minute
from newsarchive.monitoring.outcome import RUNNING, WHOLE_ENDS, CrawlExit, outcome_of_run
from newsarchive.monitoring.reasons import meaning
from newsarchive.records.run import Run

SILENT = timedelta(minutes=3)
"""A run whose heartbeat is older than this was killed: one that lives records itself every 30 seconds."""
KILLED = "killed"
"""The end of a run that has none and is not `running` any more."""
_TOLD = 3
"""Lists and hosts that a line names; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong with a site: what kind, and why in some words."""

    kind: Literal["stale", "blocked", "incomplete"]
    text: str


def end_of(run: Run, now: datetime) -> tuple[str, int | None]:
    """The word for a run's end and its exit code; a run without an end is running, or was killed and has no code."""
    if run.finished_at is None:
        return (KILLED if now - run.heartbeat_at > SILENT else RUNNING), None
    outcome = outcome_of_run(run)
    return run.end or outcome.end, int(outcome.exit_code) if run.exit_code is None else run.exit_code


def why_not_read(run: Run) -> list[str]:
    """Each list and host that a run did not read, with the reason, and how many pages failed for each reason."""
    lines = [f"{one.name}: {one.reason} ({one.detail or meaning(one.reason)})" for one in run.not_read]
    for reason, count in outcome_of_run(run).failures().items():
        lines.append(f"{count} page{'s' if count > 1 else ''}: {reason} ({meaning(reason)})")
    return lines


def troubles(
    runs: Sequence[Run], held: Mapping[str, str], max_age: timedelta, now: datetime
) -> Iterator[Trouble]:
    """What is wrong with a site.

    `runs` are its runs, newest first; `held` says of each of its hosts that is left alone now, why. Stale is a site whose
    newest was not read within `max_age`, blocked one that asks for a check or to be left alone, incomplete one whose last
    run did not read all that it wanted, or was killed.
    """
    fresh = fresh_run(runs, now)
    if fresh is None:
        yield Trouble("stale", "it was never crawled" if not runs else "no recorded run read what is newest")
    elif now - fresh.started_at > max_age:
        yield Trouble("stale", f"what is newest was last read at {local_minute(fresh.started_at)}")
    for host, reason in held.items():
        yield Trouble("blocked", f"{host} is left alone: {reason} ({meaning(reason)})")
    ended = ended_runs(runs, now)
    if ended and not is_whole(ended[0], now):
        blocked = end_of(ended[0], now)[1] == CrawlExit.BLOCKED
        yield Trouble("blocked" if blocked else "incomplete", told_end(ended[0], now))


def ended_runs(runs: Sequence[Run], now: datetime) -> list[Run]:
    """The runs that do not run any more, in their order, without those that another one of their site did not let begin."""
    return [run for run in runs if end_of(run, now)[0] != RUNNING and run.exit_code != CrawlExit.LEASED]


def fresh_run(runs: Sequence[Run], now: datetime) -> Run | None:
    """The last run, of runs with the newest first, that read what was newest."""
    return next((run for run in ended_runs(runs, now) if _read_the_newest(run, now)), None)


def is_whole(run: Run, now: datetime) -> bool:
    """Whether a run read all that it wanted."""
    return end_of(run, now)[1] in WHOLE_ENDS


def told_end(run: Run, now: datetime) -> str:
    """How a run ended and why, in a line."""
    word, code = end_of(run, now)
    stopped_by = outcome_of_run(run).stopped_by
    by = ", ".join(str(part) for part in (stopped_by, code) if part)
    what = f"the run of {local_minute(run.started_at)} ended: {word}" + (f" ({by})" if by else "")
    why = why_not_read(run)
    more = [f"and {len(why) - _TOLD} more"] if len(why) > _TOLD else []
    return "; ".join([what, *why[:_TOLD], *more])


def _read_the_newest(run: Run, now: datetime) -> bool:
    """Whether a run read what was newest: all that was due, or a list at least; not only days of the past, or what others listed."""
    _, code = end_of(run, now)
    until = run.arguments.get("until")
    if run.shares or (until is not None and until < str(run.started_at.astimezone(SHANGHAI).date())):
        return False
    return code in WHOLE_ENDS or (code == CrawlExit.INCOMPLETE and run.counts.get("page/listed_count", 0) > 0)
