"""Every story can be reached: by feeds, lists, day archives, the gateway's cursor, albums and seeds."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from newsarchive.items.verdict import Verdict
from newsarchive.records.listing import ListItem
from newsarchive.sites import identify
from samples.world import FIRST_DAY, LAST_DAY, World
from tests.samples.asking import ask, gateway_body, read

DAYS = [FIRST_DAY + timedelta(days=number) for number in range((LAST_DAY - FIRST_DAY).days + 1)]


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def large() -> World:
    world = World()
    world.generate(900, seed=3)
    return world


def items(world: World, url: str) -> list[ListItem]:
    listing = read(world, url).listing
    assert listing is not None, url
    return list(listing.items)


def identities(found: list[ListItem]) -> list[str]:
    return [item.identity or "" for item in found]


def day_url(day: date) -> str:
    return f"https://www.ithome.com/list/{day}.html"


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_day_has_a_list_with_news(world: World, day: date) -> None:
    found = items(world, day_url(day))
    assert [item for item in found if not item.promotion]


def test_day_lists_hold_every_ithome_story(large: World) -> None:
    found = [identity for day in DAYS for identity in identities(items(large, day_url(day)))]
    assert sorted(found) == sorted(story.identity for story in large.stories("ithome"))


def test_rolling_list_is_newest_first(world: World) -> None:
    found = items(world, "https://www.ithome.com/list/")
    assert len(found) == 60
    times = [item.published_at for item in found]
    assert all(times)


def test_feeds(world: World) -> None:
    mixed = items(world, "https://www.36kr.com/feed")
    assert [item.kind for item in mixed].count(Verdict.NEWSFLASH) == 20
    assert len(mixed) == 30
    assert mixed[0].kind == Verdict.ARTICLE
    assert mixed[1].kind == Verdict.NEWSFLASH
    assert len(items(world, "https://36kr.com/feed-article")) == 10
    assert len(items(world, "https://36kr.com/feed-newsflash")) == 20
    assert len(items(world, "https://www.ithome.com/rss/")) == 50


def test_feed_has_the_sites_own_date_and_link_form(world: World) -> None:
    text = ask(world, "https://www.36kr.com/feed").body.decode()
    assert "?f=rss]]></link>" in text
    assert "  +0800</pubDate>" in text


def test_gateway_leads_to_every_36kr_article(large: World) -> None:
    url = "https://gateway.36kr.com/api/mis/nav/ifm/subNav/flow"
    found: list[int] = []
    callback = ""
    while True:
        data: dict[str, Any] = json.loads(ask(large, url, "POST", gateway_body(callback)).body)["data"]
        found += [item["itemId"] for item in data["itemList"]]
        if not data["hasNextPage"]:
            break
        callback = data["pageCallback"]
    articles = [story for story in large.stories("36kr") if story.kind != "flash"]
    assert sorted(found) == sorted(story.item_id for story in articles)
    assert len(found) == len(set(found))


def test_gateway_gives_no_flashes_without_a_signature(world: World) -> None:
    answer = ask(world, "https://gateway.36kr.com/api/mis/nav/newsflash/list", "POST", gateway_body())
    assert json.loads(answer.body)["code"] != 0


def test_list_page_continues_at_the_gateway(large: World) -> None:
    listing = read(large, "https://36kr.com/information/web_news/").listing
    assert listing is not None
    assert (len(listing.items), listing.more) == (30, True)
    answer = ask(
        large,
        "https://gateway.36kr.com/api/mis/nav/ifm/subNav/flow",
        "POST",
        gateway_body(listing.cursor or ""),
    )
    following = {f"36kr:{item['itemId']}" for item in json.loads(answer.body)["data"]["itemList"]}
    assert following
    assert not following & set(identities(list(listing.items)))


def test_dated_lists(world: World) -> None:
    story = world["kr-charger"]
    assert identities(items(world, "https://36kr.com/hot-list/renqi/2026-10-24/1")) == [story.identity]
    answer = ask(world, "https://openclaw.36krcdn.com/media/hotlist/2026-10-24/24h_hot_list.json")
    assert [row["url"] for row in json.loads(answer.body)["data"]] == [f"{story.url}?channel=openclaw"]
    assert ask(world, "https://openclaw.36krcdn.com/media/hotlist/2026-12-24/24h_hot_list.json").status == 404


def test_mobile_interface_pages_back_to_the_first_story(world: World) -> None:
    found: list[str] = []
    moment = ""
    while rows := json.loads(
        ask(world, f"https://m.ithome.com/api/news/newslistpageget?Tag=&ot={moment}&page=0").body
    )["Result"]:
        found += [f"ithome:{row['newsid']}" for row in rows]
        place = min(
            story.order_at or story.published
            for story in world.stories("ithome")
            if story.identity == found[-1]
        )
        moment = str(int(place.timestamp() * 1000))
    assert sorted(found) == sorted(story.identity for story in world.stories("ithome"))


def test_a_bumped_story_stands_higher_than_its_publication(world: World) -> None:
    rows = json.loads(ask(world, "https://m.ithome.com/api/news/newslistpageget?ot=1791600000000").body)[
        "Result"
    ]
    bumped = next(row for row in rows if row["newsid"] == world["it-chip"].item_id)
    assert bumped["orderdate"] > bumped["postdate"]


def test_albums(world: World) -> None:
    for album_id in world.albums:
        url = f"https://mp.weixin.qq.com/mp/appmsgalbum?action=getalbum&album_id={album_id}"
        expected = [story.identity for story in world.newest("weixin") if story.album == album_id]
        assert identities(items(world, url)) == expected
        assert identities(items(world, f"{url}&f=json&count=20")) == expected


def test_album_pages_have_the_sites_quirks(world: World) -> None:
    url = (
        "https://mp.weixin.qq.com/mp/appmsgalbum?action=getalbum&f=json&album_id=3900000000000000002&count=3"
    )
    first = json.loads(ask(world, url).body)["getalbum_resp"]
    assert (len(first["article_list"]), first["continue_flag"]) == (3, "1")
    last = first["article_list"][-1]
    rest = json.loads(ask(world, f"{url}&begin_msgid={last['msgid']}&begin_itemidx=1").body)["getalbum_resp"]
    assert rest["continue_flag"] == "0"
    assert isinstance(rest["article_list"], dict), "one entry alone is an object"
    end = json.loads(ask(world, f"{url}&begin_msgid={rest['article_list']['msgid']}").body)["getalbum_resp"]
    assert "article_list" not in end


def test_seeds_lead_to_every_weixin_story(large: World) -> None:
    urls = large.seeds()
    assert len(urls) == len(large.stories("weixin"))
    assert any("/s?__biz=" in url for url in urls)
    assert all(identify(url) for url in urls)
    verdicts = {read(large, url).verdict for url in urls}
    assert {
        Verdict.DELETED,
        Verdict.VIOLATION,
        Verdict.IMAGE_POST,
        Verdict.TEXT_POST,
        Verdict.REPOST_CARD,
    } <= verdicts
    assert Verdict.PARAM_ERROR not in verdicts
