"""What is held and what is missing, by the evidence in a store; what is queued of it. On both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from newsarchive.completeness import SiteCoverage, backfill, coverage_of
from newsarchive.items.article import Article, Attribution
from newsarchive.items.body import Block, Paragraph, Span
from newsarchive.items.record import SHANGHAI
from newsarchive.records.listing import Hole, ListReading, ListShape
from newsarchive.records.task import Task
from newsarchive.sites import SITES
from newsarchive.sites.weixin.urls import album_url
from newsarchive.storage import Store
from newsarchive.storage.collections import LISTS, WANTED_LISTS
from tests.storage.records import article, weixin

SINCE, UNTIL = (datetime(2026, month, 1, tzinfo=SHANGHAI) for month in (10, 11))
NOW = datetime(2026, 11, 20, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MID = SINCE + 10 * DAY


def links(*urls: str) -> list[Block]:
    return [Paragraph([Span("见", link=url)]) for url in urls]


def ithome(number: int, at: datetime, *urls: str, **fields: Any) -> Article:  # noqa: ANN401
    url = f"https://www.ithome.com/1/{number // 1000 % 1000:03}/{number % 1000:03}.htm"
    return article(number, url=url, published_at=at, body=links(*urls), **fields)


def task(name: str, **fields: Any) -> Task:  # noqa: ANN401
    site, _, number = name.partition(":")
    link = SITES[site].numbered(int(number)) if site == "ithome" else None
    url = link.url if link else f"https://36kr.com/p/{number}"
    given: dict[str, Any] = {"site": site, "name": name, "url": url, "found_at": NOW, "due_at": NOW}
    return Task(**given | fields)


async def of(store: Store, site: str = "ithome") -> SiteCoverage:
    return await coverage_of(store, site, SINCE, UNTIL, NOW)


def reasons(coverage: SiteCoverage) -> dict[str, str]:
    return {one.name: one.reason for one in coverage.missing}


async def read_days(store: Store, *but: int) -> None:
    """All lists of the days of October were read, but some."""
    for day in range(1, 32):
        url = f"https://www.ithome.com/list/2026-10-{day:02}.html"
        if day not in but:
            await store.put_document(LISTS, url, ListReading(url=url, read_at=NOW))


async def test_each_missing_article_has_its_reason(store: Store) -> None:
    await store.save_articles([ithome(1010000, MID), ithome(1010009, MID + HOUR)])
    at = {"published_at": MID, "source": "https://www.ithome.com/list/"}
    asked = {"checked_at": NOW, "tries": 3}
    await store.save_tasks(
        [
            task("ithome:1010001", **at),
            task("ithome:1010002", **at, outcome="http_503", due_at=NOW + DAY, **asked),
            task("ithome:1010003", **at, outcome="challenge", **asked),
            task("ithome:1010004", **at, outcome="timeout", state="gone", checked_at=NOW, tries=10),
            task("ithome:1010005", **at, outcome="deleted", state="gone", **asked),
            task("ithome:1010006", **at, outcome="gone", due_at=NOW + DAY, **asked),
            task("ithome:1010007", source="audit", outcome="absent", state="gone", **asked),
            task("ithome:1010008", **at, state="done", outcome="article", checked_at=NOW),
            task("ithome:1009000", published_at=SINCE - HOUR),
            task("ithome:1010010", published_at=UNTIL),
        ]
    )
    await read_days(store)
    told = await of(store)
    assert reasons(told) == {
        "ithome:1010001": "never_asked",
        "ithome:1010002": "http_503",
        "ithome:1010003": "challenge",
        "ithome:1010004": "given_up",
        "ithome:1010006": "gone",
    }
    assert [(one.name, one.reason) for one in told.gone] == [("ithome:1010005", "deleted")]
    assert (told.held, told.shown, told.unknown_count) == (2, 7, 0)
    assert told.share == pytest.approx(2 / 7)
    (later,) = [one for one in told.missing if one.name == "ithome:1010002"]
    assert "3 tries" in later.detail
    assert later.due_at == NOW + DAY
    assert later.shown_in == "https://www.ithome.com/list/"


async def test_numbers_between_are_unknown_until_they_were_asked_for(store: Store) -> None:
    await store.save_articles(
        [
            ithome(1009990, SINCE - HOUR),
            ithome(1010000, MID),
            ithome(1010010, MID + HOUR),
            ithome(1010030, UNTIL + HOUR),
        ]
    )
    told = await of(store)
    assert [(one.first, one.last) for one in told.unknown] == [
        (1009991, 1009999),
        (1010001, 1010009),
        (1010011, 1010029),
    ]
    assert (told.missing, told.share) == ((), 1.0), "what may be no article is not missing"
    queued = await backfill(store, told, NOW, most_numbers=2)
    assert (queued.articles, queued.numbers) == (0, 2)
    first = await store.due_tasks("ithome", NOW, 100, states=("wanted",))
    assert {one.name for one in first} == {"ithome:1010028", "ithome:1010029"}
    queued = await backfill(store, told, NOW)
    assert (queued.articles, queued.numbers) == (0, 9 + 9 + 19)
    assert [len(one) for one in (await of(store)).unknown] == [9, 9, 19], "they were not asked for yet"
    due = await store.due_tasks("ithome", NOW, 100, states=("wanted",))
    assert len(due) == 37
    tasks = await store.tasks([one.name for one in due])
    gone = [one.model_copy(update={"state": "gone", "outcome": "absent"}) for one in tasks.values()]
    await store.save_tasks([one for one in gone if one.name != "ithome:1010005"])
    await store.save_articles([ithome(1010005, MID)])
    told = await of(store)
    assert (told.held, told.missing, told.unknown) == (3, (), ())


async def test_what_a_stored_article_links_to_is_shown(store: Store) -> None:
    url = "https://www.ithome.com/1/010/{}.htm".format
    await store.save_articles(
        [
            ithome(1010000, MID, url("001"), url("002"), "https://www.ithome.com/0/500/000.htm"),
            ithome(1010002, MID + HOUR, url("000"), url("002")),
            ithome(1010020, UNTIL + HOUR, url("003")),
            ithome(1010030, UNTIL + 30 * DAY, url("004")),
        ]
    )
    told = await of(store)
    assert reasons(told) == {"ithome:1010001": "never_asked", "ithome:1010003": "never_asked"}
    assert [(one.shown_by, one.shown_in) for one in told.missing] == [
        ("link", url("000")),
        ("link", url("020")),
    ]
    assert {number for one in told.unknown for number in one}.isdisjoint({1010001, 1010003})
    await backfill(store, told, NOW)
    again = await of(store)
    assert reasons(again) == reasons(told), "what was queued is of the same month"


async def test_a_number_above_all_that_are_known_is_of_the_time_at_which_it_was_found(store: Store) -> None:
    await store.save_articles([ithome(1010000, MID, "https://www.ithome.com/1/010/500.htm")])
    await store.save_tasks(
        [
            task("ithome:1010400", found_at=MID + DAY),
            task("ithome:1010401", found_at=UNTIL),
            task("ithome:900000", found_at=MID),
        ]
    )
    told = await of(store)
    assert reasons(told) == {"ithome:1010400": "never_asked", "ithome:1010500": "never_asked"}


async def test_an_id_that_is_a_clock_tells_the_month(store: Store) -> None:
    def number(at: datetime) -> int:
        return (int(at.timestamp() * 1000) - 1546272000000) << 14

    inside, outside = number(MID), number(SINCE - DAY)
    body = links(f"https://36kr.com/p/{inside}", f"https://36kr.com/p/{outside}")
    await store.save_articles(
        [article(site="36kr", identity="36kr:1", url="https://36kr.com/p/1", published_at=MID, body=body)]
    )
    await store.save_tasks([task(f"36kr:{number(MID + DAY)}"), task(f"36kr:{number(UNTIL + DAY)}")])
    told = await of(store, "36kr")
    assert reasons(told) == {f"36kr:{inside}": "never_asked", f"36kr:{number(MID + DAY)}": "never_asked"}


async def test_a_short_link_in_an_article_is_unresolved_and_that_of_an_editor_missing(store: Store) -> None:
    short = "https://mp.weixin.qq.com/s/{}".format
    tokens = ["A" * 22, "B" * 22, "C" * 22]
    await store.save_articles(
        [weixin(published_at=MID, body=links(*map(short, tokens[:2])), url=short("C" * 22))]
    )
    listed = Task(site="weixin", name=f"weixin:s:{tokens[1]}", url=short(tokens[1]), found_at=MID, due_at=MID)
    await store.save_tasks([listed])
    told = await of(store, "weixin")
    assert reasons(told) == {f"weixin:s:{tokens[1]}": "never_asked"}
    assert [one.name for one in told.unresolved] == [f"weixin:s:{tokens[0]}"]
    queued = await backfill(store, told, NOW)
    assert queued.articles == 2
    again = await of(store, "weixin")
    assert (reasons(again), [one.name for one in again.unresolved]) == (
        reasons(told),
        [one.name for one in told.unresolved],
    ), "nobody has followed it yet"


async def test_days_are_unread_until_their_list_was_read_after_they_were_over(store: Store) -> None:
    await read_days(store, 3, 4, 5)
    for day, fields in (
        (4, {"read_at": datetime(2026, 10, 4, 23, 59, tzinfo=SHANGHAI)}),
        (5, {"read_at": NOW, "unfinished": True}),
    ):
        url = f"https://www.ithome.com/list/2026-10-{day:02}.html"
        await store.put_document(LISTS, url, ListReading(url=url, **fields))
    told = await of(store)
    assert [one.day for one in told.unread] == [date(2026, 10, day) for day in (3, 4, 5)]
    assert [one.why.partition(" 2026")[0] for one in told.unread] == [
        "its list was never read",
        "its list was read last",
        "its list was not read to its end",
    ]
    assert told.share == 0, "nothing is known to be held"
    assert (await backfill(store, told, NOW)).lists == 3
    wanted = await store.documents(WANTED_LISTS)
    assert [one.may_be_absent for one in wanted.values()] == [False] * 3
    assert (await coverage_of(store, "ithome", SINCE, UNTIL, SINCE + HOUR)).unread == (), "no day is over"


async def test_a_hole_in_an_album_is_missing_unless_what_is_held_stands_there(store: Store) -> None:
    url = album_url("3900000000000000001")
    at = [MID + HOUR * place for place in range(5)]
    holes = tuple(
        Hole(position=place, before="a", after="b", earliest=at[0], latest=at[4]) for place in (2, 3)
    )
    shape = ListShape(items=3, most=3, content="", first_at=NOW, changed_at=NOW, numbered=True, holes=holes)
    await store.put_document(LISTS, url, ListReading(url=url, read_at=NOW, shape=shape))
    told = await of(store, "weixin")
    assert reasons(told) == {f"{url}#2": "hole", f"{url}#3": "hole"}
    assert (await backfill(store, told, NOW)).lists == 1
    assert [*await store.documents(WANTED_LISTS)] == [url]
    await store.save_articles([weixin(published_at=at[2], extra={"albums": ["3900000000000000001"]})])
    assert reasons(await of(store, "weixin")) == {f"{url}#3": "hole"}


async def test_a_backfill_begins_anew_what_was_given_up_and_leaves_the_deleted(store: Store) -> None:
    at = {"published_at": MID, "checked_at": NOW, "state": "gone"}
    await store.save_tasks(
        [
            task("ithome:1", **at, outcome="timeout", tries=10),
            task("ithome:2", **at, outcome="violation", tries=1),
            task("ithome:3", published_at=MID, checked_at=NOW, outcome="http_503", tries=4, due_at=NOW + DAY),
        ]
    )
    for _ in range(2):
        await backfill(store, await of(store), NOW)
        tasks = await store.tasks(["ithome:1", "ithome:2", "ithome:3"])
        assert [(one.state, one.tries, one.due_at <= NOW) for one in tasks.values()] == [
            ("wanted", 0, True),
            ("gone", 1, True),
            ("wanted", 4, True),
        ]


async def test_an_account_that_falls_silent_is_named_and_the_others_are_not(store: Store) -> None:
    def post(account: str, at: datetime) -> Article:
        said = Attribution(account=account, account_id=f"gh_{account}")
        name = f"weixin:{account}:{int(at.timestamp())}:1"
        return weixin(identity=name, url=f"https://e/{name}", keys={}, attribution=said, published_at=at)

    days = [SINCE + DAY * day for day in range(-20, 31)]
    posts = [post("活", at + HOUR) for at in days] + [post("静", at) for at in days if at < MID]
    posts += [post("旬", at) for at in days[::10]]
    await store.save_articles(posts)
    (silent,) = (await of(store, "weixin")).accounts
    assert (silent.name, silent.account) == ("静", "gh_静")
    assert (silent.since, silent.until) == (MID - DAY, days[-1] + HOUR)
    assert silent.usual == DAY
    assert silent.sure > 0.99


async def test_a_site_of_which_nothing_comes_blames_no_account(store: Store) -> None:
    posts = [
        weixin(
            identity=f"weixin:x:{number}:1",
            url=f"https://e/{number}",
            keys={},
            attribution=Attribution(account="静"),
            published_at=SINCE - 30 * DAY + DAY * number,
        )
        for number in range(30)
    ]
    await store.save_articles(posts)
    assert (await of(store, "weixin")).accounts == ()


async def test_nothing_is_known_of_an_empty_store(store: Store) -> None:
    told = await of(store, "weixin")
    assert (told.shown, told.share, told.missing) == (0, 1.0, ())
    assert not await backfill(store, told, NOW)
