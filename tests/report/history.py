"""Sixty days of an archive's runs, made up: good ones, hosts that asked for a rest, lists that failed, a day without a run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from newsarchive.items.record import SHANGHAI
from newsarchive.records.run import NotRead, Run
from newsarchive.records.task import Task
from newsarchive.storage import Store
from newsarchive.storage.collections import PAUSES, Pause
from tests.storage.records import article

NOW = datetime(2026, 11, 29, 2, 40, tzinfo=UTC)
DAYS = 60
SITES = ("36kr", "ithome", "weixin")
HOSTILE = "</td><script>alert(1)</script><img src=https://evil.example/x onerror=alert(2)>\x1b[31m\u202etxt"
"""What a page may have made a run say."""
_BLOCKED = {("weixin", 9), ("weixin", 10), ("weixin", 41)}
_NOTHING = {("36kr", 23), ("ithome", 33)}
_NONE = {("36kr", 50), ("ithome", 50), ("weixin", 50), ("weixin", 51)}
_INCOMPLETE = {("36kr", 0), ("ithome", 3), ("ithome", 17), ("weixin", 30)}


def made_runs(every: timedelta = timedelta(hours=4)) -> Iterator[Run]:
    """The runs of all sites, by site and time."""
    chance = random.Random(60)  # noqa: S311 - has to be repeatable, not secret
    for site in SITES:
        size = 40_000_000
        at = NOW - timedelta(days=DAYS)
        while at <= NOW:
            ago = (NOW.astimezone(SHANGHAI).date() - at.astimezone(SHANGHAI).date()).days
            at += every
            if (site, ago) in _NONE:
                continue
            new = max(0, int(chance.gauss({"36kr": 9, "ithome": 22, "weixin": 4}[site], 4)))
            size += new * 6_000
            yield _run(site, at - every, ago, new, size)


def _run(site: str, at: datetime, ago: int, new: int, size: int) -> Run:
    counts = {
        "page/fetched_count": new + 3, "page/listed_count": 3, "page/article_count": new, "record/read_count": new,
        "record/new_count": new, "record/updated_count": new // 4,
    }  # fmt: skip
    end, code = "good", 0
    not_read: tuple[NotRead, ...] = ()
    warnings: tuple[str, ...] = ()
    if (site, ago) in _BLOCKED:
        end, code, new = "blocked", 31, 0
        counts = {"page/fetched_count": 1, "page/challenged_count": 1, "page/event_count": 1}
        not_read = (NotRead(name=f"{site}.example", reason="challenge"),)
    elif (site, ago) in _NOTHING:
        end, code, new = "nothing read", 33, 0
        counts = {"page/fetched_count": 3, "page/failed_count": 3, "page/failed/http_503": 3}
        not_read = (NotRead(name="https://www.example.com/feed", reason="http_503", detail=HOSTILE),)
    elif (site, ago) in _INCOMPLETE:
        end, code = "incomplete", 34
        counts |= {"page/failed_count": 1, "page/failed/timeout": 1, "page/fetched_count": new + 4}
        warnings = (f"article pages without author: 100 %, expected 0 % to 20 %: {HOSTILE}",)
    return Run(
        run_id=f"{site}-{at:%Y%m%d%H%M}",
        site=site,
        machine="crawler-1",
        started_at=at,
        heartbeat_at=at + timedelta(minutes=4),
        finished_at=at + timedelta(minutes=4),
        reason="finished",
        end=end,
        exit_code=code,
        counts=counts,
        not_read=not_read,
        warnings=warnings,
        seconds={"whole": 240.0, "fetching": 31.0, "waiting": 205.0},
        sizes={"raw": new * 41_000, "pictures": new * 180_000, "store": size},
    )


async def fill(store: Store, every: timedelta = timedelta(hours=4)) -> None:
    """Fill a store with them, some articles, what waits to be fetched, and a host that is left alone."""
    for run in made_runs(every):
        await store.save_run(run)
    await store.save_articles(
        [
            article(
                number, published_at=NOW - timedelta(hours=number), fetched_at=NOW - timedelta(hours=number)
            )
            for number in range(1, 40)
        ]
    )
    waits = [
        Task(
            site="ithome", name=f"ithome:{number}", url=f"https://www.ithome.com/0/{number // 1000:03}/{number % 1000:03}.htm",
            found_at=NOW - timedelta(minutes=1), due_at=NOW + timedelta(hours=number - 903),
        )
        for number in range(900, 912)
    ]  # fmt: skip
    await store.add_tasks(waits)
    pause = Pause(
        host="mp.weixin.qq.com", since=NOW, until=NOW + timedelta(minutes=20), why="challenge", times=1
    )
    await store.put_document(PAUSES, pause.host, pause)
