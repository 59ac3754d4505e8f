"""What is kept for a time only is forgotten then, and what anybody needs of it is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from newsarchive.monitoring.drift import HISTORY
from newsarchive.records.run import Run
from newsarchive.storage import Store, retention
from newsarchive.storage.retention import Pruned, prune, prune_now_and_then
from tests.storage.records import NOON, event, run

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOW = NOON + 1000 * DAY


def ended(number: int, *, good: bool = True, **fields: Any) -> Run:  # noqa: ANN401 - the record's own
    """A run that ended `number` hours ago."""
    at = NOW - number * HOUR
    given: dict[str, Any] = {
        "started_at": at,
        "heartbeat_at": at,
        "finished_at": at,
        "reason": "finished",
        "end": "good" if good else "nothing read",
        "exit_code": 0 if good else 33,
    }
    return run(number, **given | fields)


async def left(store: Store) -> list[int]:
    """The runs that are left, by how many hours ago they were."""
    return [round((NOW - one.started_at) / HOUR) for one in await store.runs(limit=10_000)]


async def save(store: Store, *runs: Run) -> None:
    for one in runs:
        await store.save_run(one)


async def test_old_runs_go_and_those_that_the_next_is_compared_with_stay(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 7)
    await save(store, *(ended(number) for number in range(1, HISTORY + 31)))
    pruned = await prune(store, ["36kr"], NOW, runs=DAY, events=None)
    assert pruned == Pruned(runs=30)
    assert await left(store) == [*range(1, HISTORY + 1)]


async def test_recent_runs_stay_however_many_there_are(store: Store) -> None:
    await save(store, *(ended(number) for number in range(1, HISTORY + 31)))
    await prune(store, ["36kr"], NOW, runs=(HISTORY + 20) * HOUR, events=None)
    assert await left(store) == [*range(1, HISTORY + 21)]


async def test_the_newest_good_run_and_the_newest_that_read_a_list_stay(store: Store) -> None:
    bad = [ended(number, good=False) for number in range(1, HISTORY + 1)]
    listed = {"page/listed_count": 1}
    await save(store, *bad, ended(200), ended(201, counts=listed), ended(202, counts=listed), ended(203))
    await prune(store, ["36kr"], NOW, runs=DAY, events=None)
    assert (await left(store))[HISTORY:] == [200, 201]


async def test_a_run_that_has_not_ended_and_the_newest_of_each_schedule_stay(store: Store) -> None:
    newest = [ended(number) for number in range(1, HISTORY + 1)]
    scheduled = [
        ended(200, job="monthly.20260901T0000Z.1"),
        ended(201, job="monthly.20260801T0000Z.2"),
        ended(202, job="9f8e7d"),
    ]
    running = ended(203, finished_at=None, reason=None, end=None, exit_code=None, heartbeat_at=NOW)
    await save(store, *newest, *scheduled, running)
    await prune(store, ["36kr"], NOW, runs=DAY, events=None)
    assert (await left(store))[HISTORY:] == [200, 203]


async def test_what_was_observed_of_articles_stays_and_challenges_go(store: Store) -> None:
    kinds = ("challenge", "captcha", "deleted", "violation", "moved", "unavailable", "private")
    await store.save_events([event(kind=kind) for kind in kinds])
    assert (await prune(store, ["36kr"], NOW, runs=None, events=DAY, change=False)).events == 2
    assert (await prune(store, ["36kr"], NOW, runs=None, events=DAY)).events == 2
    assert {one.kind async for one in store.events()} == {*kinds[2:]}


async def test_a_crawl_looks_once_a_day_and_goes_on_where_it_stopped(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "MOST", 20)
    await save(store, *(ended(number) for number in range(1, HISTORY + 31)))

    async def after_a_crawl(at: Any) -> int:  # noqa: ANN401
        return (await prune_now_and_then(store, "36kr", at, runs=DAY, events=None)).runs

    assert [await after_a_crawl(NOW) for _ in range(3)] == [20, 10, 0]
    await save(store, ended(300))
    assert await after_a_crawl(NOW + HOUR) == 0
    assert await after_a_crawl(NOW + 2 * DAY) == 1


async def test_without_the_settings_nothing_is_forgotten(store: Store) -> None:
    await save(store, *(ended(number) for number in range(1, HISTORY + 31)))
    assert await prune_now_and_then(store, "36kr", NOW, runs=None, events=None) == Pruned()
    assert len(await left(store)) == HISTORY + 30
