"""Which articles are one story, and that all exports agree on it, whatever span of days they look at."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZipFile

import pytest

from exports.export import export_pages
from exports.feeds.atom import Channel, make_feed
from exports.feeds.epub import write_book
from exports.feeds.selection import Unshown, newest, published
from exports.request import ExportRequest
from newsarchive.editorial.candidates import draft_day
from newsarchive.editorial.selection import Day, LeftOut, Scope, chosen_day, chosen_days
from newsarchive.editorial.stories import join_stories, split_story, stories_of
from newsarchive.errors import BadValueError
from newsarchive.items.article import Article, Attribution
from newsarchive.items.body import Image, Paragraph, Span
from newsarchive.storage import Store
from tests.exports.test_selection import LONG, MARCH, article, pick
from tests.stories.test_likeness import EARNINGS, NOTE, OTHER, TEXT

END = date(2025, 3, 31)
OTHER_SITE = {"site": "36kr"}
ORIGINAL = "https://mp.weixin.qq.com/s?__biz=MzA=&mid=1&idx=2&sn=ab"


def original(at: str = "2025-03-04T02:00:00", **fields: Any) -> Article:  # noqa: ANN401
    given: dict[str, Any] = {
        "site": "weixin",
        "identity": "weixin:MzA=:1:2",
        "url": ORIGINAL,
        "keys": {"biz": "MzA=", "mid": "1", "idx": "2"},
        "attribution": Attribution(account="墨鱼", account_alias="moyu"),
    }
    return article(1, LONG, at, **given | fields)


def with_picture(number: int, url: str, **fields: Any) -> Article:  # noqa: ANN401
    return article(number, body=[Paragraph([Span(LONG)]), Image(url)], **fields)


ONE = {
    "another site, the same day": (article(1, LONG), article(2, LONG, **OTHER_SITE)),
    "other marks, another site": (article(1, LONG), article(2, LONG.replace("，", " , "), **OTHER_SITE)),
    "sent again within hours": (
        article(1, LONG, title="题"),
        article(2, LONG, "2025-03-04T05:00:00", title="题"),
    ),
    "the same pictures, asked for in another size": (
        with_picture(1, "https://a.cn/1.jpg?w=1", title="题"),
        with_picture(2, "https://a.cn/1.jpg?w=2", title="题"),
    ),
    "the original's key": (
        original(),
        article(2, attribution=Attribution(original_keys={"biz": "MzA=", "mid": "1", "idx": "2"})),
    ),
    "the original's address, weeks later": (
        original(),
        article(2, at="2025-03-24T02:00:00", attribution=Attribution(original_url=ORIGINAL)),
    ),
    "the original's account and the same words, days later": (
        original(),
        article(2, LONG, "2025-03-06T02:00:00", attribution=Attribution(original_account="墨鱼")),
    ),
    "the original's account by its other name": (
        original(),
        article(2, LONG, "2025-03-05T02:00:00", attribution=Attribution(original_account_alias="moyu")),
    ),
    "a reprint that came before its original": (
        article(2, at="2025-03-03T02:00:00", attribution=Attribution(original_url=ORIGINAL)),
        original(),
    ),
    "each names the other": (
        original(attribution=Attribution(original_url=article(2).url)),
        article(2, at="2025-03-07T02:00:00", attribution=Attribution(original_url=ORIGINAL)),
    ),
}
NEARLY = [Paragraph([Span(line)]) for line in TEXT.splitlines()]
WITH_NOTE = [*NEARLY[:3], *NEARLY[4:], Paragraph([Span(NOTE)])]
REPORT = EARNINGS.format(name="澄光", year=2025, quarter="三", a=41, b=12)
OTHER_REPORT = EARNINGS.format(name="岚溪", year=2025, quarter="二", a=38, b=7)
ONE |= {
    "nearly the same text, another title, days later": (
        article(1, body=NEARLY),
        article(2, at="2025-03-09T02:00:00", body=WITH_NOTE, **OTHER_SITE),
    ),
    "a reprint before its original": (
        article(2, at="2025-03-03T02:00:00", body=WITH_NOTE, **OTHER_SITE),
        original("2025-03-05T02:00:00", body=NEARLY),
    ),
    "two accounts of one site": (
        original(body=NEARLY),
        article(
            2,
            at="2025-03-09T02:00:00",
            body=WITH_NOTE,
            site="weixin",
            attribution=Attribution(account="别号"),
        ),
    ),
}
TWO = {
    "another day": (article(1, LONG, title="题"), article(2, LONG, "2025-03-05T02:00:00", title="题")),
    "another day and site": (article(1, LONG), article(2, LONG, "2025-03-05T02:00:00", **OTHER_SITE)),
    "another title": (article(1, LONG), article(2, LONG)),
    "hours apart": (article(1, LONG, title="题"), article(2, LONG, "2025-03-04T12:00:00", title="题")),
    "other pictures": (
        with_picture(1, "https://a.cn/1.jpg", title="题"),
        with_picture(2, "https://a.cn/2.jpg", title="题"),
    ),
    "a few words": (article(1, "视频"), article(2, "视频", **OTHER_SITE)),
    "the original's account, and other words": (
        original(),
        article(2, attribution=Attribution(original_account="墨鱼")),
    ),
    "nearly the same text of one publisher": (
        article(1, body=NEARLY),
        article(2, body=WITH_NOTE),
    ),
    "one template, other facts": (
        article(1, REPORT),
        article(2, OTHER_REPORT, **OTHER_SITE),
    ),
    "a text inside a roundup": (
        article(1, body=NEARLY),
        article(2, "\n".join([OTHER, TEXT, OTHER[::-1], TEXT[::-1]]), **OTHER_SITE),
    ),
    "an original that is not stored": (
        article(1),
        article(2, attribution=Attribution(original_url=ORIGINAL)),
    ),
    "an original that is never shown": (
        article(2, attribution=Attribution(original_url=ORIGINAL)),
        article(3),
        original(promotion=True),
    ),
    "an original without a time": (
        article(2, attribution=Attribution(original_url=ORIGINAL)),
        article(3),
        original(published_at=None),
    ),
}


async def shown_in_everything(store: Store, tmp_path: Path) -> list[set[str]]:
    """The identities that each way out has of March."""
    of_days: set[str] = set()
    for number in range(31):
        day = MARCH + timedelta(days=number)
        of_days |= await shown(store, day, day)
    unshown = Unshown()
    book = {it.article.identity async for it in published(store, MARCH, END, Scope(), unshown)}
    feed = {it.article.identity for it in await newest(store, 1000, Scope(), Unshown())}
    found = [await shown(store, MARCH, END), of_days, book, feed]
    for of in ("digest", "daily", "fulltext"):
        done = await export_pages(store, ExportRequest(of, month=MARCH), tmp_path / of)
        text = "".join(written.path.read_text(encoding="utf-8") for _, written in done.pages)
        links = {it.identity: it.url async for it in store.articles()}
        found.append({name for name, url in links.items() if _stands_in(url, text, of)})
    return found


def _stands_in(url: str, text: str, of: str) -> bool:
    lines = [line for line in text.splitlines() if not line.startswith("另见")]
    marks = {"digest": url, "daily": f"🔗 [原文]({url})", "fulltext": f"[原文链接]({url})"}
    return any(marks[of] in line for line in lines)


async def shown(store: Store, first: date, last: date) -> set[str]:
    days = chosen_days(store, first, last)
    return {it.pick.identity or it.pick.url async for day in days for it in day.chosen}


@pytest.mark.parametrize("pair", ONE.values(), ids=ONE)
async def test_one_story_is_shown_once_everywhere(
    store: Store, tmp_path: Path, pair: tuple[Article, ...]
) -> None:
    await store.save_articles(pair)
    first, *others = await shown_in_everything(store, tmp_path)
    assert len(first) == 1
    assert all(it == first for it in others)


@pytest.mark.parametrize("pair", TWO.values(), ids=TWO)
async def test_two_stories_are_both_shown_everywhere(
    store: Store, tmp_path: Path, pair: tuple[Article, ...]
) -> None:
    await store.save_articles(pair)
    first, *others = await shown_in_everything(store, tmp_path)
    assert len(first) == 2
    assert all(it == first for it in others)


async def test_the_article_that_others_name_is_the_original(store: Store) -> None:
    first = original("2025-03-04T09:00:00")
    reprint = article(2, attribution=Attribution(original_url=ORIGINAL))
    alone = article(4)
    await store.save_articles([first, reprint, alone])
    stories = await stories_of(store, [reprint, alone, first])
    assert [[it.identity for it in story.articles] for story in stories] == [
        ["weixin:MzA=:1:2", "ithome:2"],
        ["ithome:4"],
    ]


async def test_who_names_an_account_is_the_reprint_whoever_came_first(store: Store) -> None:
    reprint = article(
        2,
        at="2025-03-03T02:00:00",
        body=WITH_NOTE,
        attribution=Attribution(original_account="墨鱼"),
        **OTHER_SITE,
    )
    await store.save_articles([reprint, original("2025-03-05T02:00:00", body=NEARLY)])
    (story,) = await stories_of(store, [reprint])
    assert [it.identity for it in story.articles] == ["weixin:MzA=:1:2", "ithome:2"]
    assert {it.kind for it in story.links} == {"near", "account"}


@pytest.mark.parametrize("turned", [False, True])
async def test_a_story_stands_on_its_earliest_day_with_the_link_of_its_original(
    store: Store, tmp_path: Path, *, turned: bool
) -> None:
    reprint = article(2, at="2025-03-03T02:00:00", body=WITH_NOTE, **OTHER_SITE)
    pair = [
        reprint,
        original(
            "2025-03-05T02:00:00", body=NEARLY, attribution=Attribution(account="墨鱼", copyright="original")
        ),
    ]
    await store.save_articles(pair[::-1] if turned else pair)
    days = [it async for it in chosen_days(store, MARCH, END)]
    assert [(it.day.day, [one.pick.url for one in it.chosen]) for it in days] == [(3, [ORIGINAL]), (5, [])]
    assert [(it.left_out.shown, it.left_out.repeats) for it in days] == [(0, 1), (1, 0)]
    alone = await chosen_day(store, date(2025, 3, 3))
    assert (alone.left_out.shown, alone.left_out.repeats) == (1, 0)
    done = await export_pages(store, ExportRequest("daily", month=MARCH), tmp_path)
    (text,) = [written.path.read_text(encoding="utf-8") for _, written in done.pages]
    assert f"🔗 [原文]({ORIGINAL})" in text
    assert f"另见：[标题 2]({reprint.url})" in text


async def test_each_form_with_room_for_it_links_the_others_of_a_story(store: Store, tmp_path: Path) -> None:
    reprint = article(2, at="2025-03-05T02:00:00", body=WITH_NOTE, **OTHER_SITE)
    await store.save_articles([article(1, body=NEARLY), reprint])
    for of in ("daily", "briefing", "fulltext"):
        done = await export_pages(store, ExportRequest(of, month=MARCH), tmp_path / of)
        text = "".join(written.path.read_text(encoding="utf-8") for _, written in done.pages)
        assert text.count(f"另见：[标题 2]({reprint.url})") == 1, of
    (entry,) = await newest(store, 10, Scope(), Unshown())
    feed = await make_feed(store, [entry.article], Channel("题"), reprints={"ithome:1": entry.reprints})
    assert "另见：" in feed
    assert reprint.url in feed
    await write_book(store, tmp_path, MARCH, published(store, MARCH, END, Scope(), Unshown()))
    with ZipFile(tmp_path / "2025" / "articles-202503.epub") as archive:
        assert reprint.url in archive.read("EPUB/articles/00001.xhtml").decode()


async def test_a_pick_of_one_article_holds_for_its_whole_story(store: Store) -> None:
    reprint = article(2, at="2025-03-05T02:00:00", body=WITH_NOTE, **OTHER_SITE)
    await store.save_articles([article(1, body=NEARLY), reprint])
    await store.save_picks([pick(2, day=date(2025, 3, 6))])
    days = {it.day.day: it async for it in chosen_days(store, MARCH, END)}
    assert [len(days[day].chosen) for day in (4, 5, 6)] == [0, 0, 1]
    assert [it.identity for it in days[6].chosen[0].reprints] == ["ithome:1"]
    await store.save_picks([pick(2, day=date(2025, 3, 6), state="rejected")])
    assert await shown(store, MARCH, END) == set()


async def test_candidates_that_turn_out_to_be_one_story_are_shown_once(store: Store) -> None:
    await store.save_articles([article(1), article(2, **OTHER_SITE), article(3)])
    await draft_day(store, date(2025, 3, 4))
    assert await shown(store, MARCH, END) == {"ithome:1", "ithome:2", "ithome:3"}
    await join_stories(store, "ithome:2", "ithome:1")
    assert await shown(store, MARCH, END) == {"ithome:1", "ithome:3"}


async def test_an_editor_joins_and_splits_for_ever(store: Store) -> None:
    reprint = article(2, body=WITH_NOTE, **OTHER_SITE)
    await store.save_articles([article(1, body=NEARLY), reprint, article(3)])
    story = await split_story(store, "ithome:2")
    assert [it.identity for it in story.articles] == ["ithome:2"]
    await join_stories(store, "ithome:3", article(1).url)
    # What a later crawl finds of the texts changes nothing.
    third = article(4, body=NEARLY, site="weixin")
    await store.save_articles([reprint.model_copy(update={"body": NEARLY}), third])
    stories = await stories_of(store, [it async for it in store.articles()])
    found = [{it.identity for it in story.articles} for story in stories]
    assert not any({"ithome:1", "ithome:2"} <= story for story in found)
    assert any({"ithome:1", "ithome:3"} <= story for story in found)
    # The last word counts.
    story = await join_stories(store, "ithome:2", "ithome:1")
    assert {"ithome:1", "ithome:2", "ithome:3"} <= {it.identity for it in story.articles}
    story = await split_story(store, "ithome:3", "ithome:1")
    assert "ithome:1" not in {it.identity for it in story.articles}


@pytest.mark.parametrize(
    ("one", "other"), [("ithome:1", "ithome:9"), ("ithome:9", "ithome:1"), ("ithome:1", "ithome:1")]
)
async def test_what_cannot_be_joined_or_split_is_said(store: Store, one: str, other: str) -> None:
    await store.save_articles([article(1)])
    for change in (join_stories, split_story):
        with pytest.raises(BadValueError):
            await change(store, one, other)
    with pytest.raises(BadValueError, match="alone"):
        await split_story(store, "ithome:1")


async def test_a_chain_of_originals_ends_at_the_first(store: Store, tmp_path: Path) -> None:
    chain = [article(1)] + [
        article(
            number,
            at=f"2025-03-{number + 3:02}T02:00:00",
            attribution=Attribution(original_url=article(number - 1).url),
        )
        for number in range(2, 9)
    ]
    await store.save_articles(chain)
    assert await shown_in_everything(store, tmp_path) == [{"ithome:1"}] * 7


def random_month(random: Random) -> list[Article]:
    """Articles that have words, titles, pictures and originals in common, at random."""
    found = []
    for number in range(1, 25):
        by: dict[str, Any] = {}
        if random.random() < 0.3:
            by["original_url"] = article(random.randint(1, 24)).url
        if random.random() < 0.2:
            by["original_account"] = f"号{random.randint(1, 3)}"
        at = datetime(2025, 3, random.randint(4, 9), random.randint(0, 15), tzinfo=UTC)
        found.append(
            article(
                number,
                LONG * random.randint(1, 3),
                title=f"题{random.randint(1, 2)}",
                site=random.choice(["ithome", "36kr", "weixin"]),
                promotion=random.random() < 0.1,
                attribution=Attribution(account=f"号{random.randint(1, 3)}", **by),
            ).model_copy(update={"published_at": at})
        )
    return found


@pytest.mark.parametrize("seed", range(30))
async def test_counts_add_up_and_all_exports_agree(store: Store, tmp_path: Path, seed: int) -> None:
    random = Random(seed)  # noqa: S311
    articles = random_month(random)
    await store.save_articles(articles)
    states = ("picked", "candidate", "rejected")
    for number in random.sample(range(1, 25), random.choice([0, 4, 8])):
        day = date(2025, 3, random.randint(4, 9))
        await store.save_picks([pick(number, number, day=day, state=random.choice(states))])
    everything, *others = await shown_in_everything(store, tmp_path)
    assert all(it == everything for it in others)
    whole = LeftOut()
    days = [found async for found in chosen_days(store, MARCH, END)]
    shown = {name for found in days for name in _names(found)}
    for found in days:
        left = found.left_out
        of_day = [it for it in articles if _day(it) == found.day]
        assert left.articles == len(of_day)
        assert left.shown == len(shown & {it.identity for it in of_day})
        parts = (left.shown, left.waiting, left.rejected, left.elsewhere, left.repeats, left.promotions)
        assert sum(parts) == left.articles
        whole.add(left)
    assert whole.articles == len(articles)
    # Nothing is hidden but by something that is shown or decided on.
    assert everything or whole.rejected or whole.promotions == whole.articles


def _names(day: Day) -> list[str]:
    return [it.article.identity for it in day.chosen if it.article]


def _day(of: Article) -> date:
    assert of.published_at is not None
    return (of.published_at + timedelta(hours=8)).date()


@pytest.mark.parametrize("seed", range(30))
async def test_each_story_has_one_original_on_one_day(store: Store, seed: int) -> None:
    articles = [
        it.model_copy(update={"promotion": False})
        for it in random_month(Random(seed))  # noqa: S311
    ]
    await store.save_articles(articles)
    heads = 0
    for day, of_day in groupby(sorted(articles, key=_day), key=_day):
        stories = await stories_of(store, list(of_day))
        heads += sum(story.day == day for story in stories)
        for story in stories:
            there = await stories_of(store, [it for it in articles if _day(it) == story.day])
            assert [it.identity for it in story.articles] in [
                [it.identity for it in one.articles] for one in there
            ]
    assert heads >= 1
