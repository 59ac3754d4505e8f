"""What a site shows of a time, what of it is held, and what is missing: the evidence of a store, and what it comes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal, Protocol, TypeVar

from newsarchive.completeness.accounts import SilentAccount, account_of, silent_accounts
from newsarchive.completeness.lists import ListTrouble, list_troubles
from newsarchive.completeness.numbers import NumberRange, NumberRow
from newsarchive.items.article import Article
from newsarchive.items.body import links_of
from newsarchive.items.record import SHANGHAI, SiteName, local_minute
from newsarchive.items.verdict import NOTICES
from newsarchive.monitoring.reasons import GIVEN_UP, HOLE, NEVER_ASKED, meaning
from newsarchive.records.listing import Hole, ListReading
from newsarchive.records.task import ABSENT, AUDIT, Task
from newsarchive.sites import SITES, Link, Site
from newsarchive.storage.collections import LISTS
from newsarchive.storage.contract import ArticleStore, DocumentStore, TaskQueue
from newsarchive.storage.merging import is_provisional

T = TypeVar("T")

BEFORE = timedelta(days=30)
"""So long before a time articles tell the rhythm of their accounts."""
AFTER = timedelta(days=7)
"""So long after it articles may still link to those of that time."""
_AT_A_TIME = 500
_GONE = frozenset({*map(str, NOTICES), "gone", "moved"})
"""How a task ends where its site says that there is no such article, or none any more."""


class Evidence(ArticleStore, DocumentStore, TaskQueue, Protocol):
    """What of a store tells what is missing."""


@dataclass(frozen=True, slots=True)
class Missing:
    """An article that the site shows and that is not held.

    `name` is its identity, or of a hole in a list the list's address and the place. `reason` is a word
    (`monitoring/reasons.py` has the meanings), `detail` what more is known. `shown_by` is how the site shows it, `shown_in` where: the
    address of a list, or of an article that links to it. `at` is about when it was published.
    """

    name: str
    reason: str
    detail: str
    shown_by: Literal["list", "link", "place"]
    shown_in: str
    url: str
    at: datetime
    due_at: datetime | None = None
    task: Task | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class UnreadDay:
    """A day whose list was never read, or not after the day was over, or not to its end; `why` says which."""

    day: date
    url: str
    why: str


@dataclass(frozen=True, slots=True)
class SiteCoverage:
    """What a site shows of a time, and what of it is held.

    `gone` is what the site took down before it was held: it is not missing. Not counted as shown are what may be held, or no
    article at all: `unresolved` links, whose address does not tell to which article they lead, as long as nobody has followed
    them; `unknown` numbers, of which nobody has found out whether they are articles; and what the lists of `unread` days may name.
    """

    site: SiteName
    since: datetime
    until: datetime
    held: int
    missing: tuple[Missing, ...] = ()
    gone: tuple[Missing, ...] = ()
    unresolved: tuple[Missing, ...] = ()
    unknown: tuple[NumberRange, ...] = ()
    unread: tuple[UnreadDay, ...] = ()
    lists: tuple[ListTrouble, ...] = ()
    accounts: tuple[SilentAccount, ...] = ()

    @property
    def shown(self) -> int:
        """How many articles the site shows."""
        return self.held + len(self.missing)

    @property
    def share(self) -> float:
        """How much of what is shown is held (0 to 1). Where nothing is, because no list was read, that is nothing."""
        if self.shown:
            return self.held / self.shown
        return 0.0 if self.unread else 1.0

    @property
    def unknown_count(self) -> int:
        """How many numbers nobody has asked for."""
        return sum(map(len, self.unknown))


@dataclass(slots=True)
class _Scan:
    """What the stored articles of a time, and of some days around it, say."""

    held: int = 0
    newest: datetime | None = None
    numbers: dict[int, datetime] = field(default_factory=dict)
    published: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    accounts: dict[str, str] = field(default_factory=dict)
    links: dict[str, tuple[Link, str, datetime]] = field(default_factory=dict)
    listed: dict[str, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))


_ANOTHER_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Dating:
    """When articles were published of which no page was read, as far as that is in a time; `numbers` are those of it."""

    site: Site
    row: NumberRow
    numbers: range
    since: datetime
    until: datetime

    def of_task(self, task: Task) -> datetime | None:
        """As a list says, as its number tells, or else when it was found.

        None for one that only a link has named, without any of these: it is of the time of the article that links to it.
        """
        if task.published_at:
            return task.published_at
        link = self.site.identify(task.url)
        if link is not None and (at := self.of_link(link)):
            return at
        return None if task.source and self.site.identify(task.source) else task.found_at

    def of_link(self, link: Link) -> datetime | None:
        """About when an article was published, by its number; None where that tells nothing: it is above all that are known."""
        number = self.site.number_of(link)
        if number is None:
            return self.site.created_at(link)
        if self.row.is_above(number):
            return None
        near = self.row.time_of(number) if number in self.numbers else None
        return min(max(near, self.since), self.until - timedelta(seconds=1)) if near else _ANOTHER_TIME


async def coverage_of(
    store: Evidence, site: SiteName, since: datetime, until: datetime, now: datetime | None = None
) -> SiteCoverage:
    """What a site shows of a time and what of it is held; `since` is included, `until` is not.

    Raises what reading a store raises.
    """
    now = now or datetime.now(UTC)
    known = SITES[site]
    readings = {url: reading for url, reading in (await store.documents(LISTS)).items() if known.owns(url)}
    scan = await _scanned(store, known, since, until)
    tasks = [task async for task in _waiting(store, site, since, until)]
    row = NumberRow(scan.numbers | _numbers_of(known, tasks))
    dating = _Dating(known, row, numbers := row.between(since, until), since, until)
    found = [
        missing
        for task in tasks
        if (missing := _of_task(known, task, dating.of_task(task))) and since <= missing.at < until
    ]
    linked = {
        name: at
        for name, (link, _, linked_at) in scan.links.items()
        if since <= (at := dating.of_link(link) or linked_at) < until
    }
    found += await _linked(store, known, scan, linked, {one.name for one in found})
    found = await _not_held(store, found)
    found += _holes(readings.values(), scan, _unplaced(found, tasks), since, until)
    in_order = sorted(found, key=lambda one: (one.at, one.name))
    named = {one.name for one in found}
    unknown = await _unknown(store, known, (one for one in numbers if one not in scan.numbers), named)
    return SiteCoverage(
        site=site,
        since=since,
        until=until,
        held=scan.held,
        missing=tuple(one for one in in_order if not _is_gone(one) and not _is_unresolved(one)),
        gone=tuple(one for one in in_order if _is_gone(one)),
        unresolved=tuple(one for one in in_order if _is_unresolved(one) and not _is_gone(one)),
        unknown=tuple(row.ranges(unknown)),
        unread=tuple(unread_days(known, readings, since, min(until, now))),
        lists=tuple(list_troubles(known, readings.values(), since, min(until, now))),
        accounts=tuple(silent_accounts(scan.published, scan.accounts, since, min(until, now), scan.newest)),
    )


async def _scanned(store: Evidence, site: Site, since: datetime, until: datetime) -> _Scan:
    scan = _Scan()
    async for article in store.articles(site=site.name, since=since - BEFORE, until=until + AFTER):
        at = article.published_at
        if at is None:  # such ones are left out by the store
            continue
        inside = since <= at < until
        scan.held += inside
        key, name = account_of(article)
        if key:
            scan.published[key].append(at)
            scan.accounts[key] = name
        if at < until:
            scan.newest = at
        link = site.identify(article.url)
        if link is not None and (number := site.number_of(link)) is not None:
            scan.numbers[number] = at
        for url in site.listed_in(article):
            scan.listed[url][article.identity] = at
        if at >= since:
            _add_links(scan, site, article, at)
    return scan


def _add_links(scan: _Scan, site: Site, article: Article, at: datetime) -> None:
    addresses = [url for url, _ in links_of(article.body)]
    if article.attribution.original_url:
        addresses.append(article.attribution.original_url)
    for url in addresses:
        link = site.identify(url)
        if link is not None and link.identity != article.identity:
            scan.links.setdefault(link.identity, (link, article.url, at))


async def _waiting(store: Evidence, site: SiteName, since: datetime, until: datetime) -> AsyncIterator[Task]:
    """What is on the frontier and may be of a time: what waits since then, and what was given up or was gone.

    What no list dates stands there under the time at which it was found.
    """
    async for task in store.tasks_of_time(site, "wanted", since):
        yield task
    async for task in store.tasks_of_time(site, "gone", since, until + AFTER):
        yield task


def _numbers_of(site: Site, tasks: Iterable[Task]) -> dict[int, datetime]:
    """The numbers of what lists have named and dated."""
    found = {}
    for task in tasks:
        link = site.identify(task.url) if task.published_at else None
        number = site.number_of(link) if link else None
        if number is not None and task.published_at:
            found[number] = task.published_at
    return found


def _of_task(site: Site, task: Task, at: datetime | None) -> Missing | None:
    """What the frontier says of an article; None where nobody but the audit ever named it, or all is well, or no time is known."""
    if at is None or task.state == "done" or task.outcome == ABSENT or task.source == AUDIT:
        return None
    tried = f"{task.tries} tries" if task.tries > 1 else "1 try"
    asked = f", asked last {_shown(task.checked_at)}" if task.checked_at else ""
    if task.outcome is None or task.checked_at is None:
        reason, detail = NEVER_ASKED, f"{meaning(NEVER_ASKED)}: named {_shown(task.found_at)}"
    elif task.state == "gone" and task.outcome not in _GONE:
        reason, detail = GIVEN_UP, f"{task.outcome} ({meaning(task.outcome)}) after {tried}{asked}"
    else:
        reason, detail = task.outcome, f"{meaning(task.outcome)}: {tried}{asked}"
        if task.state == "wanted":
            detail += f", again from {_shown(task.due_at)}"
    return Missing(
        name=task.name,
        reason=reason,
        detail=detail,
        shown_by="link" if task.source and site.identify(task.source) else "list",
        shown_in=task.source or "",
        url=task.url,
        at=at,
        due_at=task.due_at if task.state == "wanted" else None,
        task=task,
    )


def _is_gone(one: Missing) -> bool:
    """Whether the site has none such any more. What may pass is asked for again, and missing."""
    return one.reason in _GONE and not (one.task is not None and one.task.state == "wanted")


def _is_unresolved(one: Missing) -> bool:
    """Whether only a link has named it whose address does not tell which article it is: it may be one that is held."""
    return one.shown_by == "link" and is_provisional(one.name)


async def _linked(
    store: Evidence, site: Site, scan: _Scan, dated: Mapping[str, datetime], named: set[str]
) -> list[Missing]:
    """What stored articles link to, and is not held; `dated` are the links of the time, `named` what lists have named of it."""
    held = await _held(store, dated)
    names = [name for name in dated if name not in held]
    tasks = await _tasks(store, names)
    found: dict[str, Missing] = {}
    for name in names:
        link, linking, _ = scan.links[name]
        task = tasks.get(name)
        if task is None:
            one = Missing(name, NEVER_ASKED, meaning(NEVER_ASKED), "link", linking, link.url, dated[name])
        elif task.name in named or (told := _of_task(site, task, dated[name])) is None:
            continue
        else:
            one = told
        found.setdefault(one.name, one)
    return [*found.values()]


async def _held(store: Evidence, names: Iterable[str]) -> set[str]:
    held: set[str] = set()
    for some in portions(names):
        held |= await store.known(some)
    return held


async def _tasks(store: Evidence, names: Iterable[str]) -> dict[str, Task]:
    tasks: dict[str, Task] = {}
    for some in portions(names):
        tasks |= await store.tasks(some)
    return tasks


def portions(items: Iterable[T]) -> Iterator[list[T]]:
    """Items by as many as a store is asked for at a time."""
    every = [*items]
    return (every[start : start + _AT_A_TIME] for start in range(0, len(every), _AT_A_TIME))


async def _not_held(store: Evidence, found: list[Missing]) -> list[Missing]:
    """Those that are not held, as a feed may have carried what a page did not give."""
    held = await _held(store, [one.name for one in found])
    return [one for one in found if one.name not in held]


def _unplaced(found: Iterable[Missing], tasks: Iterable[Task]) -> list[datetime]:
    """When those were named of which nothing tells where they belong: each may be the one that stands in a hole."""
    named = {one.name: one.at for one in found if one.task is None or one.task.published_at is None}
    named |= {task.name: task.found_at for task in tasks if task.state == "wanted" and not task.published_at}
    return sorted(at for name, at in named.items() if is_provisional(name))


def _holes(
    readings: Iterable[ListReading], scan: _Scan, unplaced: list[datetime], since: datetime, until: datetime
) -> list[Missing]:
    """The places of numbered lists at which nothing stands, and for which no article is known that may stand there."""
    found = []
    for reading in readings:
        spare: dict[tuple[str, str], int] = {}
        for hole in reading.shape.holes if reading.shape else ():
            at = hole.latest or hole.earliest
            if at is None or not since <= at < until:
                continue
            key = (hole.before, hole.after)
            if key not in spare:
                spare[key] = _between(hole, scan.listed.get(reading.url, {}))
            spare[key] -= 1
            linked = next((one for one in unplaced if one >= (hole.earliest or at)), None)
            if spare[key] < 0 and linked:
                unplaced.remove(linked)
            elif spare[key] < 0:
                found.append(_hole(reading.url, hole, at))
    return found


def _between(hole: Hole, listed: Mapping[str, datetime]) -> int:
    """How many held articles of a list belong between the neighbours of a hole."""
    if hole.earliest is None or hole.latest is None:
        return 0
    names = {hole.before, hole.after}
    return sum(hole.earliest <= at <= hole.latest for name, at in listed.items() if name not in names)


def _hole(url: str, hole: Hole, at: datetime) -> Missing:
    between = f"between {hole.before} and {hole.after}"
    return Missing(f"{url}#{hole.position}", HOLE, f"{meaning(HOLE)}: {between}", "place", url, url, at)


async def _unknown(store: Evidence, site: Site, numbers: Iterable[int], named: set[str]) -> list[int]:
    """Of numbers that no held article has, those that nobody has named, and that were not found to be none."""
    links = {link.identity: number for number in numbers if (link := site.numbered(number))}
    names = [name for name in links if name not in named]
    tasks = await _tasks(store, names)
    held = await _held(store, [name for name in names if name not in tasks])
    asked = {name for name, task in tasks.items() if task.source != AUDIT or task.state != "wanted"}
    return [links[name] for name in names if name not in asked and name not in held]


def unread_days(
    site: Site, readings: Mapping[str, ListReading], since: datetime, until: datetime
) -> Iterable[UnreadDay]:
    """The days of a time, as far as they are over, whose list was not read since they were."""
    if site.day_lists is None:
        return
    day = since.astimezone(SHANGHAI).date()
    while (end := datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(days=1)) <= until:
        url = site.day_lists.url(day)
        reading = readings.get(url)
        if reading is None:
            yield UnreadDay(day, url, "its list was never read")
        elif reading.read_at < end:
            yield UnreadDay(
                day, url, f"its list was read last {_shown(reading.read_at)}, before the day was over"
            )
        elif reading.unfinished:
            yield UnreadDay(day, url, "its list was not read to its end")
        day += timedelta(days=1)


def _shown(at: datetime | None) -> str:
    return local_minute(at) if at else "-"
