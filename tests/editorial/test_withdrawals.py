"""Over months of runs all that the sites withdraw is listed, within the gaps of the schedule, and nothing else."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import pytest
from scrapy.statscollectors import DummyStatsCollector
from scrapy.utils.test import get_crawler

from newsarchive.crawl.frontier import Frontier
from newsarchive.crawl.revisit_policy import NextVisit, after_notice
from newsarchive.editorial.coverage import Coverage
from newsarchive.editorial.withdrawals import Withdrawal, withdrawals
from newsarchive.items.article import RawReference
from newsarchive.items.event import Event
from newsarchive.records.task import Task
from newsarchive.settings import ours
from newsarchive.storage import Store, open_store
from tests.storage.records import NOON, SHORT, SHORT_URL, article, event, task, weixin

DAY = timedelta(days=1)
DAYS = 120
PUBLISHING = 60
"""Days in which all articles appear; the rest of the time they are only looked at."""
SEED = 13
RAW = RawReference(file="notices.warc.gz", offset=7, sha256="0" * 64)
SCHEDULE = (0, 1, 3, 7, 30, 90, 120, 150, 180)
"""The days of rechecks, and those a month apart that follow by `NEWSARCHIVE_REVISIT`."""

Answer = Literal["alive", "gone", "slip", "deleted", "challenge", "moved account", "http_503", "moved"]
PASSING_ANSWERS: tuple[Answer, ...] = ("gone", "slip", "challenge", "moved account", "http_503", "moved")


@dataclass
class SimulatedSite:
    """What stands at each address at a simulated time."""

    now: datetime = NOON
    published: dict[str, datetime] = field(default_factory=dict)
    withdrawn: dict[str, datetime] = field(default_factory=dict)
    troubled: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret

    def fill(self, articles: int, withdrawn: int) -> None:
        """Publish articles and withdraw some, at random times."""
        for number in range(articles):
            self.published[f"ithome:{number}"] = NOON + self._chance.random() * PUBLISHING * DAY
        for name in self._chance.sample(sorted(self.published), withdrawn):
            begin = self.published[name] + DAY  # a run was there before
            self.withdrawn[name] = begin + self._chance.random() * (NOON + DAYS * DAY - begin)
        for name in self._chance.sample(sorted(set(self.published) - set(self.withdrawn)), articles // 10):
            self.troubled[name] = self.published[name] + self._chance.random() * 30 * DAY

    def answer(self, name: str) -> Answer:
        """What a request gets now: trouble lasts for ten hours."""
        if name in self.withdrawn and self.now >= self.withdrawn[name]:
            return "deleted" if int(name.split(":")[1]) % 2 else "gone"
        if name in self.troubled and timedelta(0) <= self.now - self.troubled[name] < timedelta(hours=10):
            return self._chance.choice(PASSING_ANSWERS)
        return "alive"


class Crawls:
    """Runs over a simulated site, by the real frontier, policy and store."""

    def __init__(self, store: Store, site: SimulatedSite, budget: int) -> None:
        self._store = store
        self._site = site
        self._budget = budget
        self._settings = ours({})
        self._asked: set[str] = set()
        self.requests = 0

    async def run(self) -> None:
        """One run: what appeared since the last one, then the rechecks that the budget allows."""
        now = self._site.now
        frontier = Frontier(
            "ithome",
            self._store,
            DummyStatsCollector(get_crawler()),
            limit=None,
            revisit=self._settings["NEWSARCHIVE_REVISIT"],
            recheck_days=[float(day) for day in self._settings["NEWSARCHIVE_RECHECK_DAYS"].split(",")],
            clock=lambda: self._site.now,
        )
        names = {name for name, at in self._site.published.items() if at <= now} - self._asked
        self._asked |= names
        await frontier.want([self._task(name) for name in names])
        await frontier.resume(self._budget // 2, self._budget // 2)
        while frontier.waits:
            await self._read(frontier, await frontier.take(500))

    def _task(self, name: str) -> Task:
        now = self._site.now
        return task(name=name, found_at=now, due_at=now, published_at=self._site.published[name])

    async def _read(self, frontier: Frontier, tasks: list[Task]) -> None:
        articles, events, later = [], [], []
        for one in tasks:
            self.requests += 1
            answer = self._site.answer(one.name)
            if answer == "alive":
                number = int(one.name.split(":")[1])
                articles.append(
                    article(number, fetched_at=self._site.now, published_at=one.published_at, raw=RAW)
                )
                later.append(frontier.read(one, "article", one.published_at, None, None))
            elif answer == "moved":
                events.append(self._event(one, "moved", "https://www.ithome.com/"))
                later.append(frontier.read(one, "moved", one.published_at, None, None, alive=False))
            elif answer == "http_503":
                later.append(frontier.missed(one, answer))
            elif answer == "challenge":
                events.append(self._event(one, "challenge", "请完成验证"))
                later.append(frontier.missed(one, answer, NextVisit(one.state, timedelta(0))))
            else:
                kinds = {"moved account": "unavailable", "slip": "deleted"}
                kind = kinds.get(answer, answer)
                words = "该公众号已迁移" if answer == "moved account" else "该内容已被发布者删除"
                events.append(self._event(one, kind, words))
                later.append(frontier.missed(one, kind, after_notice(one, kind)))
        await self._store.save_articles(articles)
        await self._store.save_events(events)
        await self._store.save_tasks(later)

    def _event(self, one: Task, kind: str, notice: str) -> Event:
        return Event(
            site="ithome",
            identity=one.name,
            url=one.url,
            kind=kind,
            notice=notice,
            observed_at=self._site.now,
            raw=RAW,
        )


def gap_after(age: timedelta) -> timedelta:
    """How long the schedule leaves an article of an age alone, at most."""
    return next(
        timedelta(days=last - first) for first, last in pairwise(SCHEDULE) if age < timedelta(days=last)
    )


async def simulate(
    store: Store, articles: int, withdrawn: int, between: timedelta
) -> tuple[SimulatedSite, list[Withdrawal]]:
    site = SimulatedSite()
    site.fill(articles, withdrawn)
    crawls = Crawls(store, site, budget=articles // 5)
    # What is withdrawn on the last day is found within a month, and a 404 is confirmed a day later.
    while site.now < NOON + (DAYS + 35) * DAY:
        await crawls.run()
        site.now += between
    return site, await withdrawals(store)


def check(site: SimulatedSite, listed: list[Withdrawal], between: timedelta) -> None:
    assert {it.identity for it in listed} == set(site.withdrawn)
    assert len(listed) == len(site.withdrawn)
    assert [it.found_gone for it in listed] == sorted((it.found_gone for it in listed), reverse=True)
    for it in listed:
        assert it.last_alive is not None
        assert it.first_seen is not None
        assert it.first_seen <= it.last_alive <= site.withdrawn[it.identity] <= it.found_gone
        assert (
            it.found_gone - it.last_alive <= gap_after(it.last_alive - site.published[it.identity]) + between
        )
        assert it.kept is not None
        assert it.notice == "该内容已被发布者删除"


async def test_all_that_is_withdrawn_is_listed_within_the_gaps_of_the_schedule(store: Store) -> None:
    check(*await simulate(store, 30, 6, DAY), DAY)


async def test_two_thousand_articles_over_months(tmp_path: Path) -> None:
    async with open_store(str(tmp_path / "large.sqlite")) as store:
        check(*await simulate(store, 2_000, 100, DAY / 2), DAY / 2)


GONE = {"site": "ithome", "identity": "ithome:1", "url": "https://www.ithome.com/0/000/001.htm"}


async def listed(store: Store, *events: Event, unconfirmed: bool = False, **of_task: Any) -> list[Withdrawal]:  # noqa: ANN401
    """What is listed after events, where the article was last alive two days after noon."""
    given = {"state": "done", "alive_at": NOON + 2 * DAY} | of_task
    await store.save_articles([article(1, fetched_at=NOON + DAY, raw=RAW)])
    await store.save_tasks([task(1, **given)])
    await store.save_events(events)
    return await withdrawals(store, unconfirmed=unconfirmed)


def seen(kind: str, days: float, **fields: Any) -> Event:  # noqa: ANN401
    return event(**GONE | {"kind": kind, "observed_at": NOON + days * DAY, "raw": RAW} | fields)


async def test_a_withdrawal_says_all_that_is_known_of_it(store: Store) -> None:
    notice = "该内容已被发布者删除"
    first, second = seen("gone", 3, notice=None, raw=None), seen("deleted", 4, notice=notice)
    assert await listed(store, first, second) == [
        Withdrawal(
            site="ithome",
            identity="ithome:1",
            url="https://www.ithome.com/0/000/001.htm",
            title="第 1 条消息",
            first_seen=NOON,
            last_alive=NOON + 2 * DAY,
            found_gone=NOON + 3 * DAY,
            kind="deleted",
            notice=notice,
            kept=RAW,
            notice_kept=RAW,
            confirmed=True,
        )
    ]
    assert await withdrawals(store, NOON + 3 * DAY, NOON + 4 * DAY) != []
    assert await withdrawals(store, NOON + 3.1 * DAY) == []
    assert await withdrawals(store, until=NOON + 3 * DAY) == []
    assert await withdrawals(store, coverage=Coverage.of_site("36kr")) == []


@pytest.mark.parametrize("kind", ["deleted", "violation", "private"])
async def test_a_sites_own_word_is_enough(store: Store, kind: str) -> None:
    assert [it.kind for it in await listed(store, seen(kind, 3))] == [kind]


@pytest.mark.parametrize("kind", ["gone", "unavailable"])
async def test_what_may_pass_counts_when_it_is_seen_again(store: Store, kind: str) -> None:
    assert await listed(store, seen(kind, 3)) == []
    assert [it.confirmed for it in await listed(store, seen(kind, 3), unconfirmed=True)] == [False]
    assert await listed(store, seen(kind, 3.1)) == []
    (found,) = await listed(store, seen(kind, 4))
    assert found.confirmed
    assert found.found_gone == NOON + 3 * DAY


@pytest.mark.parametrize(
    ("kind", "notice"),
    [
        ("challenge", "请完成验证"),
        ("captcha", "环境异常"),
        ("moved", "https://www.ithome.com/0/000/002.htm"),
        ("unavailable", "该公众号已迁移"),
        ("unavailable", "此帐号处于帐号迁移流程中"),
        ("unavailable", "The account has been migrated"),
        ("unavailable", "系统繁忙，请稍后再试"),
        ("deleted", "系统出错"),
        ("expired", "链接已过期"),
        ("param_error", "参数错误"),
    ],
)
async def test_what_is_no_withdrawal(store: Store, kind: str, notice: str) -> None:
    events = [seen(kind, days, notice=notice) for days in (3, 4, 5)]
    assert await listed(store, *events, unconfirmed=True) == []


async def test_what_came_back_is_not_gone(store: Store) -> None:
    events = [seen("deleted", 3), seen("gone", 4)]
    assert await listed(store, *events, alive_at=NOON + 5 * DAY, unconfirmed=True) == []


async def test_what_was_never_held_is_not_listed(store: Store) -> None:
    await store.save_events([event(kind="deleted")])
    assert await withdrawals(store, unconfirmed=True) == []


async def test_an_article_that_came_by_two_names_is_listed_once(store: Store) -> None:
    await store.save_articles([weixin(fetched_at=NOON)])
    short = event(identity=f"weixin:s:{SHORT}", url=SHORT_URL, observed_at=NOON + DAY)
    await store.save_events([event(observed_at=NOON + 2 * DAY), short])
    (found,) = await withdrawals(store)
    assert (found.identity, found.found_gone) == (weixin().identity, NOON + DAY)
