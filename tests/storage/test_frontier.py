"""The frontier: what is to be fetched, in which order, and what a fetch makes of it. Over every engine."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from newsarchive.items.record import SiteName
from newsarchive.records.task import Task
from newsarchive.storage import Store, open_store
from newsarchive.storage.contract import TaskState
from newsarchive.storage.tasks import filled, postponed, settled, storable_task, united
from tests.storage.records import (
    LONG_URL,
    NOON,
    SHORT,
    SHORT_URL,
    article,
    task,
    weixin,
    weixin_by_short_link,
)

DAY = timedelta(days=1)
LONG = weixin().identity
BY_SHORT_LINK = f"weixin:s:{SHORT}"


def weixin_task(**fields: Any) -> Task:  # noqa: ANN401
    return task(**{"site": "weixin", "name": LONG, "url": LONG_URL} | fields)


def short_task(**fields: Any) -> Task:  # noqa: ANN401
    return weixin_task(**{"name": BY_SHORT_LINK, "url": SHORT_URL} | fields)


def done(one: Task, **fields: Any) -> Task:  # noqa: ANN401
    told: dict[str, Any] = {"state": "done", "outcome": "new", "at": NOON + DAY, "due_at": NOON + 2 * DAY}
    return settled(one, **told | fields)


async def due(
    store: Store,
    *,
    site: SiteName = "ithome",
    now: datetime = NOON,
    limit: int = 100,
    states: Sequence[TaskState] = ("wanted", "done"),
) -> list[str]:
    return [one.name for one in await store.due_tasks(site, now, limit, states=states)]


async def test_a_task_comes_back_as_it_was_added(store: Store) -> None:
    full = task(
        published_at=NOON - DAY, state="done", tries=3, outcome="http_503", checked_at=NOON,
        etag='W/"a$b"', last_modified="Sat, 06 Dec 2025 04:00:00 GMT", source="https://www.ithome.com/list/",
    )  # fmt: skip
    assert await store.add_tasks([full, task(2)]) == {"ithome:1", "ithome:2"}
    assert await store.tasks(["ithome:1", "ithome:2", "ithome:3"]) == {"ithome:1": full, "ithome:2": task(2)}
    assert await store.tasks([]) == {}


async def test_only_what_is_new_is_added_and_told(store: Store) -> None:
    held = done(task(1))
    await store.save_tasks([held])
    again = task(1, url="https://m.ithome.com/html/1.htm", due_at=NOON - DAY)
    assert await store.add_tasks([again, task(2), task(2)]) == {"ithome:2"}
    assert await store.add_tasks([again, task(2)]) == set()
    assert await store.tasks(["ithome:1"]) == {"ithome:1": held}
    assert await store.add_tasks([]) == set()


async def test_a_later_list_fills_what_was_missing_and_changes_nothing_else(store: Store) -> None:
    await store.add_tasks([task(1), task(2, published_at=NOON), task(3, found_at=NOON - 3 * DAY)])
    more = {"published_at": NOON + DAY, "source": "https://www.ithome.com/rss/", "found_at": NOON + DAY}
    assert await store.add_tasks([task(number, **more) for number in (1, 2, 3)]) == set()
    held = await store.tasks(["ithome:1", "ithome:2"])
    assert held["ithome:1"] == task(1, published_at=NOON + DAY, source="https://www.ithome.com/rss/")
    assert held["ithome:2"] == task(2, published_at=NOON, source="https://www.ithome.com/rss/")
    assert await due(store) == ["ithome:1", "ithome:3", "ithome:2"], "the order follows the filled time"


async def test_what_has_been_due_longest_comes_first_where_it_is_asked_for(store: Store) -> None:
    due_at = {1: NOON - DAY, 2: NOON - 3 * DAY, 3: NOON - 2 * DAY, 4: NOON + DAY}
    await store.save_tasks(
        [task(number, state="done", due_at=at, published_at=NOON) for number, at in due_at.items()]
    )
    for limit, names in ((9, ["ithome:2", "ithome:3", "ithome:1"]), (1, ["ithome:2"])):
        found = await store.due_tasks("ithome", NOON, limit, states=("done",), order="longest_due")
        assert [one.name for one in found] == names


async def test_tasks_of_a_time_are_those_that_a_list_dates_so_or_that_were_found_then(store: Store) -> None:
    await store.save_tasks(
        [
            task(1, published_at=NOON - DAY, found_at=NOON + 9 * DAY),
            task(2, published_at=NOON),
            task(3, found_at=NOON - DAY),
            task(4, published_at=NOON - DAY - timedelta(milliseconds=1)),
            task(5, state="done", published_at=NOON - DAY),
            task(6, published_at=NOON - timedelta(milliseconds=1)),
            task(7, site="36kr", name="36kr:7", published_at=NOON - DAY),
        ]
    )

    async def names(*bounds: datetime, state: TaskState = "wanted") -> list[str]:
        return [one.name async for one in store.tasks_of_time("ithome", state, *bounds)]

    assert await names(NOON - DAY, NOON) == ["ithome:1", "ithome:3", "ithome:6"]
    assert await names(NOON - DAY) == ["ithome:1", "ithome:3", "ithome:6", "ithome:2"]
    assert await names(NOON - DAY, NOON, state="done") == ["ithome:5"]
    assert await names(NOON, NOON) == []


async def test_due_tasks_are_wanted_first_and_newest_first(store: Store) -> None:
    await store.add_tasks(
        [
            task(1, published_at=NOON - 2 * DAY),
            task(2, published_at=NOON - DAY),
            task(3, found_at=NOON - DAY),
            task(4),
            task(5, due_at=NOON + timedelta(milliseconds=1)),
            task(6, state="done", published_at=NOON + DAY),
            task(7, state="gone"),
            task(8, site="36kr", name="36kr:8"),
        ]
    )
    assert await due(store) == ["ithome:4", "ithome:2", "ithome:3", "ithome:1", "ithome:6"]
    assert await due(store, limit=3) == ["ithome:4", "ithome:2", "ithome:3"]
    assert await due(store, limit=5, states=("done", "wanted")) == [
        "ithome:6",
        "ithome:4",
        "ithome:2",
        "ithome:3",
        "ithome:1",
    ]
    assert await due(store, limit=0) == []
    assert await due(store, states=("gone",)) == ["ithome:7"]
    assert await due(store, states=()) == []
    assert await due(store, now=NOON - timedelta(milliseconds=1)) == []
    assert await due(store, now=NOON + DAY, states=("wanted",)) == [
        f"ithome:{number}" for number in (4, 5, 2, 3, 1)
    ]
    assert await due(store, site="36kr") == ["36kr:8"]
    assert await due(store, site="weixin") == []


async def test_what_is_settled_is_due_when_it_should_be_looked_at_again(store: Store) -> None:
    await store.add_tasks([task(1), task(2)])
    for _ in range(2):
        await store.save_tasks([done(task(1), etag='"1"'), done(task(2), state="gone", outcome="deleted")])
        assert await due(store, now=NOON + DAY) == []
    assert await due(store, now=NOON + 2 * DAY) == ["ithome:1"]
    held = (await store.tasks(["ithome:1"]))["ithome:1"]
    assert (held.etag, held.outcome, held.checked_at) == ('"1"', "new", NOON + DAY)


async def test_a_postponed_task_stays_pending_with_its_count(store: Store) -> None:
    await store.add_tasks([task(1)])
    for tries in (1, 2):
        (one,) = (await store.tasks(await due(store, now=NOON + 9 * DAY, limit=1))).values()
        await store.save_tasks([postponed(one, outcome="challenge", at=NOON, due_at=NOON + tries * DAY)])
    (one,) = (await store.tasks(await due(store, now=NOON + 2 * DAY, limit=1))).values()
    assert (one.state, one.tries, one.outcome, one.due_at) == ("wanted", 2, "challenge", NOON + 2 * DAY)
    assert done(one).tries == 0


async def test_counts_of_tasks(store: Store) -> None:
    assert await store.task_counts() == {}
    await store.add_tasks([task(1), task(2, due_at=NOON + DAY), task(3, state="gone"), weixin_task()])
    assert await store.task_counts() == {"ithome": {"wanted": 2, "gone": 1}, "weixin": {"wanted": 1}}
    assert await store.task_counts(due_by=NOON) == {
        "ithome": {"wanted": 1, "gone": 1},
        "weixin": {"wanted": 1},
    }
    assert await store.task_counts(due_by=NOON - DAY) == {}


async def test_a_short_link_and_a_long_one_become_one_task(store: Store) -> None:
    await store.add_tasks([short_task(found_at=NOON - DAY, source="seeds.csv"), weixin_task()])
    await store.save_tasks([done(weixin_task())])
    await store.save_articles([weixin()])
    expected = done(weixin_task(found_at=NOON - DAY, source="seeds.csv"))
    assert await store.tasks([LONG, BY_SHORT_LINK]) == {LONG: expected, BY_SHORT_LINK: expected}
    assert await store.task_counts() == {"weixin": {"done": 1}}
    assert await due(store, site="weixin", now=NOON + DAY) == []


async def test_the_settled_short_link_settles_the_long_one(store: Store) -> None:
    await store.add_tasks([weixin_task(), short_task()])
    await store.save_articles([weixin_by_short_link()])
    await store.save_tasks([done(short_task())])
    await store.save_articles([weixin()])
    (held,) = (await store.tasks([LONG])).values()
    assert (held.name, held.state, held.outcome) == (LONG, "done", "new")
    assert await store.task_counts() == {"weixin": {"done": 1}}


async def test_a_task_fetched_by_its_short_link_is_settled_under_its_articles_name(store: Store) -> None:
    await store.add_tasks([short_task()])
    (one,) = (await store.tasks(await due(store, site="weixin", limit=1))).values()
    await store.save_articles([weixin(aliases=(SHORT_URL,))])
    assert await due(store, site="weixin") == [LONG], "a crawl killed here fetches it again"
    await store.save_tasks([done(one)])
    assert await store.task_counts() == {"weixin": {"done": 1}}
    assert (await store.tasks([BY_SHORT_LINK]))[BY_SHORT_LINK].name == LONG


async def test_a_short_link_of_a_held_article_is_not_new(store: Store) -> None:
    await store.save_articles([weixin()])
    await store.save_tasks([done(weixin_task())])
    assert await store.add_tasks([short_task()]) == set()
    assert await store.task_counts() == {"weixin": {"done": 1}}


async def test_one_article_is_not_added_twice_under_two_names(store: Store) -> None:
    await store.save_articles([weixin()])
    assert await store.add_tasks([short_task(), weixin_task()]) == {BY_SHORT_LINK}
    assert list(await store.tasks([LONG])) == [LONG]
    assert await store.task_counts() == {"weixin": {"wanted": 1}}


async def test_saving_articles_leaves_the_tasks_of_others_alone(store: Store) -> None:
    await store.add_tasks([task(1), task(2)])
    await store.save_articles([article(1), article(2, aliases=(article(1).url,))])
    assert await store.tasks(["ithome:1", "ithome:2"]) == {"ithome:1": task(1), "ithome:2": task(2)}


async def test_hostile_text_of_a_list_is_kept_and_found(store: Store) -> None:
    odd = task(
        name="ithome:$ne.'\0\ud800", url="https://www.ithome.com/\ud800", source="'; DROP TABLE tasks;--"
    )
    assert await store.add_tasks([odd, odd]) == {odd.name}
    assert await store.add_tasks([odd]) == set()
    held = (await store.tasks([odd.name]))[odd.name]
    assert held == storable_task(odd)
    await store.save_tasks([done(held)])
    assert await store.task_counts() == {"ithome": {"done": 1}}


async def test_what_a_list_carried_stays_until_the_article_was_read(store: Store) -> None:
    await store.add_tasks([task(1), task(2, carried='{"a": 1}'), task(3, state="done")])
    await store.add_tasks([task(1, carried="{}"), task(2), task(3, carried="{}")])
    held = await store.tasks(["ithome:1", "ithome:2", "ithome:3"])
    assert [one.carried for one in held.values()] == ["{}", '{"a": 1}', None]
    await store.add_tasks([task(2, carried='{"a": 2}')])
    (two,) = (await store.tasks(["ithome:2"])).values()
    assert two.carried == '{"a": 2}'
    await store.save_tasks([postponed(two, outcome="http_503", at=NOON, due_at=NOON)])
    assert (await store.tasks(["ithome:2"]))["ithome:2"].carried == '{"a": 2}'
    await store.save_tasks([done(two)])
    assert (await store.tasks(["ithome:2"]))["ithome:2"].carried is None


async def test_of_lists_that_name_the_same_at_once_the_one_that_carries_it_is_heard(store_uri: str) -> None:
    async with open_store(store_uri) as one, open_store(store_uri) as two:
        for start in range(0, 100, 10):
            numbers = range(start, start + 10)
            bare, full = (
                [task(number) for number in numbers],
                [task(number, carried="{}") for number in numbers],
            )
            await asyncio.gather(one.add_tasks(bare), two.add_tasks(full), one.add_tasks(full))
            held = await one.tasks([each.name for each in bare])
            assert {each.carried for each in held.values()} == {"{}"}


async def test_two_crawls_add_the_same_tasks(store_uri: str) -> None:
    async with open_store(store_uri) as one, open_store(store_uri) as two:
        batches = [[task(number) for number in range(start, start + 60)] for start in (0, 30)]
        await asyncio.gather(one.add_tasks(batches[0]), two.add_tasks(batches[1]))
        assert await one.task_counts() == {"ithome": {"wanted": 90}}


TASKS = st.builds(
    task,
    state=st.sampled_from(["wanted", "done", "gone"]),
    found_at=st.sampled_from([NOON, NOON + DAY]),
    published_at=st.sampled_from([None, NOON, NOON - DAY]),
    source=st.sampled_from([None, "a", "b"]),
    outcome=st.sampled_from([None, "new", "http_503"]),
)


@given(TASKS, TASKS)
def test_uniting_keeps_what_was_settled_and_loses_nothing(own: Task, other: Task) -> None:
    both = united(own, other.model_copy(update={"name": "ithome:other"}))
    assert both.name == own.name
    assert (both.state == "wanted") == (own.state == other.state == "wanted")
    assert both.found_at == min(own.found_at, other.found_at)
    for field in ("published_at", "source"):
        assert (getattr(both, field) is None) == (
            getattr(own, field) is None and getattr(other, field) is None
        )
    assert united(both, other) == both == filled(both, other)
