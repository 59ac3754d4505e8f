"""What is wrong, by what is known: every alarm with its reason and what to do. Pure.

`newsarchive/monitoring/health.py` judges runs; here its judgements become alarms, one a cause: what follows from another alarm
is not told beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from newsarchive.alarms.disk import days_left
from newsarchive.alarms.facts import ArchiveFacts, DiskFacts, Limits, SiteFacts
from newsarchive.alarms.robots import changed_lines
from newsarchive.items.record import local_minute
from newsarchive.monitoring.drift import out_of_range
from newsarchive.monitoring.health import (
    KILLED,
    end_of,
    ended_runs,
    fresh_run,
    is_whole,
    told_end,
)
from newsarchive.monitoring.outcome import FINISHED, LEASED, RUNNING, CrawlExit, outcome_of_run
from newsarchive.monitoring.reasons import meaning
from newsarchive.monitoring.sample import CLOCK_AHEAD
from newsarchive.records.alarm import Alarm, Severity
from newsarchive.records.run import Run
from newsarchive.storage.spool import worded

ROBOTS_FOR = timedelta(days=14)
"""A change of robots.txt is told for so long, unless it is acknowledged."""
LOOKED_BACK = timedelta(days=7)
"""Runs that are older than this before a site's last one say nothing of its lists and pages now."""
CLOCK_OFF = 300.0
"""Seconds by which a machine's clock may differ from those of the sites: more than any answer takes."""
TOO_NEW = timedelta(days=1)
"""So far in the future may the newest article be dated: sites date what they will publish tomorrow."""
OFTEN = 3
"""Runs in a row that met nothing but challenges, from which on that is grave."""
_CLOSED = "_instead_of_list"
_NAMED = 5
"""Lists, hosts, pages that an alarm names."""
_ASKED_FOR_REST = frozenset({"held", "challenge", "captcha", "http_429", "http_503"})
"""Reasons of what was not read by which a host asks to be left alone."""


def alarms_of(facts: ArchiveFacts, limits: Limits) -> list[Alarm]:
    """All that is wrong, the worst first."""
    found = [alarm for site in facts.sites for alarm in _of_site(site, facts, limits)]
    if facts.whole:
        found += [*_of_clocks(facts), *_damaged(facts)]
        found += [alarm for disk in facts.disks for alarm in _full(disk, facts, limits)]
    return sorted(found, key=lambda alarm: (-alarm.rank[0], alarm.site, alarm.name))


def _of_site(site: SiteFacts, facts: ArchiveFacts, limits: Limits) -> Iterator[Alarm]:
    ended = ended_runs(site.runs, facts.at)
    last: list[Alarm] = []
    if ended or site.held:
        closed, blocked = _closed(site, ended), _blocked(site, ended, facts.at)
        last = [*closed, *blocked]
        if ended and not blocked:
            last += _incomplete(site, ended, facts.at, closed=bool(closed))
    yield from last
    aged = [*_stale(site, facts.at, limits)]
    told = any(alarm.severity != "note" for alarm in last)
    runs_go_on = bool(ended) and facts.at - ended[0].started_at <= limits.max_age
    if not (told and runs_go_on):
        yield from aged
    if not (told or aged):
        yield from _late(site, ended, facts.at, limits)
    yield from _still(site)
    yield from _drifted(site, ended)
    yield from _robots(site, facts.at)
    yield from _missing(site, limits)
    yield from _spooled(site, facts)
    yield from _too_new(site, facts.at)


def _stale(site: SiteFacts, now: datetime, limits: Limits) -> Iterator[Alarm]:
    fresh = fresh_run(site.runs, now)
    todo = (
        f"newsarchive crawl {site.site}; see newsarchive runs --site {site.site}, and whether its timer runs"
    )
    if fresh is None:
        why = "it was never crawled" if not site.runs else "no recorded run read what is newest"
        yield Alarm(kind="stale", site=site.site, why=why, todo=todo)
    elif (age := now - fresh.started_at) > limits.max_age:
        why = f"what is newest was last read at {local_minute(fresh.started_at)}, longer ago than {_length(limits.max_age)}"
        times = age / limits.max_age
        severity: Severity = "grave" if times >= 4 else "warning"
        yield Alarm(
            kind="stale", site=site.site, why=why, todo=todo, severity=severity, degree=_doublings(times)
        )


def _still(site: SiteFacts) -> Iterator[Alarm]:
    """Lists that are read and show nothing new."""
    for url, silence in sorted(site.still.items()):
        yield Alarm(
            kind="stale",
            site=site.site,
            subject=url,
            why=(
                f"the list shows nothing newer than {local_minute(silence.since)}, where something new comes every"
                f" {_length(silence.usual)}"
            ),
            todo="look at it in a browser; where the site goes on and its list does not, name another one in NEWSARCHIVE_SOURCES",
            severity="note",
        )


def _late(site: SiteFacts, ended: Sequence[Run], now: datetime, limits: Limits) -> Iterator[Alarm]:
    good = next((run for run in ended if is_whole(run, now)), None)
    since = good.started_at if good else min((run.started_at for run in ended), default=now)
    if not ended or now - since <= limits.good_run:
        return
    last = (
        f"the last good one was that of {local_minute(since)}"
        if good
        else f"there was none since {local_minute(since)}"
    )
    yield Alarm(
        kind="late",
        site=site.site,
        why=f"no run read all that it wanted for longer than {_length(limits.good_run)}: {last}; {told_end(ended[0], now)}",
        todo=f"newsarchive runs --site {site.site}: what was not read, and why",
        degree=_doublings((now - since) / limits.good_run),
    )


def _closed(site: SiteFacts, ended: Sequence[Run]) -> list[Alarm]:
    """Lists that answer but show nothing, and were not read again since."""
    reasons: dict[str, str] = {}
    for number, run in enumerate(_lately(ended)):
        for one in run.not_read:
            known = site.read_at.get(one.name)
            again = known is not None and known >= run.started_at
            if one.reason.endswith(_CLOSED) and (number == 0 or one.name in site.sources) and not again:
                reasons.setdefault(one.name, one.reason)
    if not reasons:
        return []
    why = f"{_counted(len(reasons), 'list')} answered and showed nothing: {_few([f'{name} ({meaning(why)})' for name, why in reasons.items()])}"
    todo = (
        f"look at them in a browser; newsarchive raw get {next(iter(reasons))} shows the page as it came; "
        "NEWSARCHIVE_SOURCES leaves a list out that is gone for good"
    )
    return [Alarm(kind="closed", site=site.site, why=why, todo=todo, degree=len(reasons))]


def _blocked(site: SiteFacts, ended: Sequence[Run], now: datetime) -> list[Alarm]:
    """Hosts that ask to be left alone, or for a check and nothing else."""
    last = ended[0] if ended else None
    challenged = [*takewhile(_only_challenges, (run for run in ended if _asked(run)))]
    todo = "newsarchive hosts: until when; ask less often (NEWSARCHIVE_DELAYS) before you lift a pause"
    if challenged and last is not None and end_of(last, now)[1] == CrawlExit.BLOCKED:
        why = (
            f"nothing but checks whether a person reads, in {_counted(len(challenged), 'run')}: the last one began at"
            f" {local_minute(last.started_at)}"
        )
        severity: Severity = "grave" if len(challenged) >= OFTEN else "warning"
        degree = _doublings(len(challenged)) // 2
        return [
            Alarm(kind="challenged", site=site.site, why=why, todo=todo, severity=severity, degree=degree)
        ]
    hosts = dict(site.held)
    if last is not None:
        hosts |= {
            one.name: one.reason
            for one in last.not_read
            if _is_host(one.name) and one.reason in _ASKED_FOR_REST
        }
    nothing_read = last is not None and end_of(last, now)[1] == CrawlExit.BLOCKED
    if not hosts and not nothing_read:
        return []
    named = _few([f"{host} ({meaning(reason)})" for host, reason in sorted(hosts.items())])
    why = f"asked to be left alone: {named}" if hosts else told_end(ended[0], now)
    return [
        Alarm(
            kind="blocked",
            site=site.site,
            why=why,
            todo=todo,
            severity="warning" if nothing_read else "note",
            degree=max(len(hosts) - 1, 0),
        )
    ]


def _incomplete(site: SiteFacts, ended: Sequence[Run], now: datetime, *, closed: bool) -> Iterator[Alarm]:
    """The last run did not read all that it wanted, and no other alarm says why."""
    last = ended[0]
    word, code = end_of(last, now)
    if is_whole(last, now) or (code == CrawlExit.UNSAVED and site.spooled):
        return
    # What a closed list is to blame for is told of it; what another job was reading meanwhile is nobody's fault.
    others = [one for one in last.not_read if not _told_elsewhere(one.reason, closed=closed)]
    pages = [why for why in outcome_of_run(last).failures() if not _told_elsewhere(why, closed=closed)]
    explained = code == CrawlExit.INCOMPLETE or (code == CrawlExit.NOTHING_READ and closed)
    if explained and not (others or pages):
        return
    in_a_row = len([*takewhile(lambda run: not is_whole(run, now), ended)])
    only_pages = code == CrawlExit.INCOMPLETE and not others
    # Some page fails in many a run, and is read by the next one: what does not mend itself so is `late`.
    severity: Severity = "note" if only_pages else "warning"
    why = told_end(last, now) + (f"; {in_a_row} runs in a row were not whole" if in_a_row > 1 else "")
    yield Alarm(
        kind="incomplete",
        site=site.site,
        why=why,
        todo=_after(word, code, site.site),
        severity=severity,
        degree=_doublings(in_a_row) // 2,
    )


_TODO = {
    CrawlExit.UNSAVED: "see whether the store answers (newsarchive status), then newsarchive spool drain",
    CrawlExit.STOPPED: "newsarchive crawl {site}: it goes on where it was stopped",
    CrawlExit.UNFORESEEN: "newsarchive runs --site {site}; please report it with the log",
    CrawlExit.REFUSED: "see the folder refused/ beside the raw pages",
    CrawlExit.FORBIDDEN: "read the host's robots.txt: what it forbids is not asked",
}


def _after(word: str, code: int | None, site: str) -> str:
    """What to do after a run that was not whole."""
    if word == KILLED:
        return f"newsarchive crawl {site}: it goes on where it was killed; see the system's log for what killed it"
    for known, todo in _TODO.items():
        if code == known:
            return todo.format(site=site)
    return f"newsarchive runs --site {site}; what was not read is tried again by the next run"


def _drifted(site: SiteFacts, ended: Sequence[Run]) -> Iterator[Alarm]:
    """The site's pages are not as they were."""
    found = out_of_range([run for run in _lately(ended) if run.reason == FINISHED])
    if found:
        yield Alarm(
            kind="drift",
            site=site.site,
            why=_few([text for text, _ in found.values()], "; "),
            todo=(
                f"look at those pages (newsarchive raw get IDENTITY); if the site has changed for good:"
                f" newsarchive check ack drift:{site.site}"
            ),
            degree=len(found),
        )


def _robots(site: SiteFacts, now: datetime) -> Iterator[Alarm]:
    for host, history in sorted(site.robots.items()):
        if len(history.versions) > 1 and now - history.versions[-1].since <= ROBOTS_FOR:
            before, after = history.versions[-2:]
            yield Alarm(
                kind="robots",
                site=site.site,
                subject=host,
                why=f"robots.txt is another one since {local_minute(after.since)}: {changed_lines(before, after)}",
                todo=(
                    f"read https://{host}/robots.txt: it is obeyed as it is now; then newsarchive check ack"
                    f" robots:{site.site}:{host}"
                ),
                degree=history.changes,
            )


def _missing(site: SiteFacts, limits: Limits) -> Iterator[Alarm]:
    for month in site.months:
        if month.share < limits.share:
            named = _few([f"{name} ({reason})" for name, reason in month.missing], ", ", len(month.missing))
            yield Alarm(
                kind="missing",
                site=site.site,
                subject=month.month,
                why=f"{_percent(month.share)} of what the site shows is held, less than {_percent(limits.share)}: {named}",
                todo=f"newsarchive coverage --month {month.month} --site {site.site} --backfill, then crawl",
                degree=_doublings(len(month.missing)),
            )


def _spooled(site: SiteFacts, facts: ArchiveFacts) -> Iterator[Alarm]:
    """What waits for the store, and no crawl of this machine is there to bring it."""
    living = any(
        end_of(run, facts.at)[0] == RUNNING and run.machine in {"", facts.machine} for run in site.runs
    )
    if site.spooled and not living:
        yield Alarm(
            kind="spool",
            site=site.site,
            machine=facts.machine,
            why=f"{worded(site.spooled)} wait in the spool for the store",
            todo="newsarchive spool drain, or the next crawl of the site puts them into the store",
            degree=int(math.log10(site.spooled.total())),
        )


def _full(disk: DiskFacts, facts: ArchiveFacts, limits: Limits) -> Iterator[Alarm]:
    last = disk.readings[-1] if disk.readings else None
    if last is None:
        return
    days = days_left(disk.readings, limits.reserve)
    here = f"{disk.folder} ({', '.join(disk.holds)})"
    todo = "make room, or move the folders to a larger disk (docs/operating.md); newsarchive raw compact saves some"
    if last.free <= limits.reserve:
        why = (
            f"{here} has {_size(last.free)} free, no more than the reserve of {_size(limits.reserve)}: crawls end before they"
            " begin"
        )
        yield Alarm(
            kind="disk", machine=facts.machine, subject=disk.folder, why=why, todo=todo, severity="grave"
        )
    elif days is not None and days < limits.disk_days:
        why = f"{here} has {_size(last.free)} free; as it fills now, crawls end in {_days(days)}"
        yield Alarm(
            kind="disk",
            machine=facts.machine,
            subject=disk.folder,
            why=why,
            todo=todo,
            degree=_doublings(limits.disk_days / max(days, 1.0)),
        )


def _damaged(facts: ArchiveFacts) -> Iterator[Alarm]:
    lines = [*(facts.findings.damages if facts.findings else ()), *facts.damages]
    if lines:
        lost = facts.findings.lost if facts.findings else 0
        pages = f"{_counted(lost, 'page')} lost; " if lost else ""
        yield Alarm(
            kind="raw",
            machine=facts.machine,
            subject=facts.raw,
            why=f"raw pages are damaged: {pages}{_few(lines)}",
            todo="restore the files from a backup, then newsarchive raw verify (docs/raw.md)",
            severity="grave",
            degree=_doublings(max(len(lines), lost)),
        )


def _of_clocks(facts: ArchiveFacts) -> Iterator[Alarm]:
    """Machines whose clocks are not those of the sites, or that stand before what the store has."""
    todo = "see whether its clock is set by the network (timedatectl), then crawl again"
    measured: dict[str, dict[str, float]] = {}
    for site in facts.sites:
        for run in _lately(site.runs):
            if (ahead := run.metrics.get(CLOCK_AHEAD)) is not None:
                measured.setdefault(run.machine, {}).setdefault(site.site, ahead)
    for machine, by_site in sorted(measured.items()):
        # A site whose own clock is off is no reason to doubt this one's: all have to say so.
        _, least = min((abs(seconds), seconds) for seconds in by_site.values())
        if abs(least) > CLOCK_OFF and len({seconds > 0 for seconds in by_site.values()}) == 1:
            way = "ahead of" if least > 0 else "behind"
            yield Alarm(
                kind="clock",
                machine=machine,
                why=f"the clock is {_length(timedelta(seconds=abs(least)))} {way} those of {', '.join(sorted(by_site))}",
                todo=todo,
                degree=_doublings(abs(least) / CLOCK_OFF) // 2,
            )
    beats = [(run.heartbeat_at, site.site) for site in facts.sites for run in site.runs]
    if beats and (newest := max(beats))[0] - facts.at > timedelta(seconds=CLOCK_OFF):
        yield Alarm(
            kind="clock",
            machine=facts.machine,
            subject="store",
            why=f"the store has a run of {newest[1]} of {local_minute(newest[0])}, and here it is {local_minute(facts.at)}",
            todo=todo,
        )


def _too_new(site: SiteFacts, now: datetime) -> Iterator[Alarm]:
    if site.newest is not None and site.newest - now > TOO_NEW:
        yield Alarm(
            kind="clock",
            site=site.site,
            subject="newest",
            why=f"the newest article is dated {local_minute(site.newest)}, and here it is {local_minute(now)}",
            todo="see whether this machine's clock or the date on the site is wrong (newsarchive status)",
            severity="note",
        )


def _lately(runs: Sequence[Run]) -> list[Run]:
    """The runs that say how a site is now."""
    return [run for run in runs if runs[0].started_at - run.started_at <= LOOKED_BACK]


def _only_challenges(run: Run) -> bool:
    outcome = outcome_of_run(run)
    return outcome.exit_code == CrawlExit.BLOCKED and (
        outcome.count("page/challenged") > 0
        or any(one.reason in {"challenge", "captcha"} for one in run.not_read)
    )


def _asked(run: Run) -> bool:
    """Whether a run asked a site for anything, and was not kept from it by itself."""
    outcome = outcome_of_run(run)
    return bool(outcome.count("page/fetched") or outcome.count("page/held") or run.not_read)


def _told_elsewhere(reason: str, *, closed: bool) -> bool:
    return reason == LEASED or (closed and reason.endswith(_CLOSED))


def _is_host(name: str) -> bool:
    return "/" not in name


def _doublings(times: float) -> int:
    """How often something has doubled."""
    return int(math.log2(times)) if times >= 1 else 0


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _few(lines: Sequence[str], between: str = ", ", number: int | None = None) -> str:
    """The first of some lines in one, and how many more there are."""
    more = (len(lines) if number is None else number) - _NAMED
    return between.join([*lines[:_NAMED], *([f"and {more} more"] if more > 0 else [])])


def _length(span: timedelta) -> str:
    for unit, name in (
        (timedelta(days=1), "days"),
        (timedelta(hours=1), "hours"),
        (timedelta(minutes=1), "minutes"),
    ):
        if span >= 2 * unit:
            return f"{span / unit:.0f} {name}"
    return f"{span.total_seconds():.0f} seconds"


def _days(days: float) -> str:
    return f"{days:.0f} days" if days >= 2 else f"{days * 24:.0f} hours"


def _size(number: int) -> str:
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{number / 1e6:.0f} MB"


def _percent(share: float) -> str:
    return f"{math.floor(share * 1000) / 10:g} %"
