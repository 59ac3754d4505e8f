"""What the sites withdrew: stored articles in whose place a notice stands now.

Only what the site says counts. A challenge is no answer, an address or account that moved is not gone, and a page that is
missing or cannot be shown once may be back tomorrow.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from newsarchive.editorial.coverage import ALL, Coverage
from newsarchive.items.article import Article, RawReference
from newsarchive.items.event import Event
from newsarchive.items.record import SiteName
from newsarchive.records.task import Task
from newsarchive.storage.contract import ArticleStore, EventLog, TaskQueue

SURE = frozenset({"deleted", "violation", "private"})
"""Kinds of events by which a site says that an article is no more to be read by everybody: once is enough."""
PASSING = frozenset({"gone", "unavailable"})
"""Kinds that may pass (404, 该内容暂时无法查看): they count once they were seen twice, `APART` at least."""
APART = timedelta(hours=12)
_MOVED = re.compile(r"迁移|\bmigrat|\btransferred\b", re.IGNORECASE)
_TROUBLE = re.compile(
    r"(?:系统|网络|服务器).{0,2}(?:出错|错误|异常|繁忙)|稍后再试|system (?:error|busy)", re.IGNORECASE
)
_AT_A_TIME = 500


class WithdrawalStore(ArticleStore, EventLog, TaskQueue, Protocol):
    """What tells what was withdrawn."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An article that its site withdrew between `last_alive` and `found_gone`.

    `kind` is the event's, `notice` the site's own words, if it has any. `kept` is where the last page of the article lies
    in the raw store, `notice_kept` that of the notice. `confirmed` is false for what may pass and was seen but once.
    """

    site: SiteName
    identity: str
    url: str
    title: str
    first_seen: datetime | None
    last_alive: datetime | None
    found_gone: datetime
    kind: str
    notice: str
    kept: RawReference | None
    notice_kept: RawReference | None
    confirmed: bool


async def withdrawals(
    store: WithdrawalStore,
    since: datetime | None = None,
    until: datetime | None = None,
    coverage: Coverage = ALL,
    *,
    unconfirmed: bool = False,
) -> list[Withdrawal]:
    """What was found gone in a time, of the articles that are covered, the newest first; `since` is included, `until` is not.

    With `unconfirmed` also what may pass and was seen but once.
    """
    notices: dict[str, list[Event]] = defaultdict(list)
    async for event in store.events():
        if says_gone(event):
            notices[event.identity or event.url].append(event)
    found: dict[str, Withdrawal] = {}
    names = list(notices)
    for begin in range(0, len(names), _AT_A_TIME):
        some = names[begin : begin + _AT_A_TIME]
        tasks = await store.tasks(some)
        for name in some:
            article = await store.article(name)
            covered = article if article and coverage.has(article) else None
            one = covered and withdrawal_of(covered, tasks.get(name), notices[name])
            if one and (one.confirmed or unconfirmed):
                held = found.get(one.identity)
                found[one.identity] = one if held is None or one.found_gone < held.found_gone else held
    chosen = [
        it
        for it in found.values()
        if (since is None or it.found_gone >= since) and (until is None or it.found_gone < until)
    ]
    return sorted(chosen, key=lambda it: (it.found_gone, it.identity), reverse=True)


async def withdrawn_identities(store: WithdrawalStore) -> frozenset[str]:
    """The identities of all articles that their sites withdrew."""
    return frozenset([it.identity for it in await withdrawals(store)])


def says_gone(event: Event) -> bool:
    """Whether an event says that an article is gone, or may be."""
    notice = event.notice or ""
    return event.kind in SURE | PASSING and not _MOVED.search(notice) and not _TROUBLE.search(notice)


def withdrawal_of(article: Article, task: Task | None, notices: Iterable[Event]) -> Withdrawal | None:
    """What the notices about an article come to, oldest first; None where it was seen alive since."""
    seen = [at for at in (article.fetched_at, task and task.alive_at) if at]
    last_alive = max(seen, default=None)
    standing = [event for event in notices if last_alive is None or event.observed_at > last_alive]
    if not standing:
        return None
    sure = [event for event in standing if event.kind in SURE]
    told = next((event for event in reversed(sure or standing) if event.notice), (sure or standing)[-1])
    return Withdrawal(
        site=article.site,
        identity=article.identity,
        url=article.url,
        title=article.title,
        first_seen=min([*seen, *([task.found_at] if task else [])], default=None),
        last_alive=last_alive,
        found_gone=standing[0].observed_at,
        kind=told.kind,
        notice=told.notice or "",
        kept=article.raw,
        notice_kept=told.raw,
        confirmed=bool(sure) or _is_confirmed(standing),
    )


def _is_confirmed(standing: Sequence[Event]) -> bool:
    return standing[-1].observed_at - standing[0].observed_at >= APART
