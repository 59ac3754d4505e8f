"""36kr: feeds, lists, articles, flashes, the gateway's list, the dated JSON lists and the pictures."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice

from samples.answer import Answer, Asked, as_json, moved, not_found, page, xml
from samples.ids import SHANGHAI
from samples.pages import kr36 as pages
from samples.story import Story
from samples.world import World

PAGE_SIZE = 30
FLASHES_IN_FEED = 20
ARTICLES_IN_FEED = 10
_ARTICLE = re.compile(r"/p/(\d{1,19})")
_FLASH = re.compile(r"/newsflashes/(\d{6,19})")
_LIST = re.compile(r"/information/(\w+)/?")
_HOT = re.compile(r"/hot-list/renqi/(\d{4}-\d\d-\d\d)/1")
_DATED = re.compile(r"/media/hotlist/(\d{4}-\d\d-\d\d)/24h_hot_list\.json")


def site(world: World, asked: Asked) -> Answer:
    """www.36kr.com and 36kr.com."""
    if asked.path in {"/feed", "/feed-article", "/feed-newsflash"}:
        return _feed(world, asked)
    if match := _ARTICLE.fullmatch(asked.path):
        return _article(world, int(match[1]))
    if match := _FLASH.fullmatch(asked.path):
        story = world.numbered("36kr", int(match[1]))
        return (
            page(pages.newsflash(story))
            if story and story.kind == "flash" and not story.gone
            else not_found()
        )
    if asked.path.rstrip("/") == "/newsflashes":
        stories, more = _page(_flashes(world), FLASHES_IN_FEED)
        return page(pages.newsflashes(stories, more=more), modified=_latest(stories))
    if match := _LIST.fullmatch(asked.path):
        stories, more = _page(_channel(world, match[1]), PAGE_SIZE)
        return page(pages.information(match[1], stories, more=more), modified=_latest(stories))
    if match := _HOT.fullmatch(asked.path):
        return page(pages.hot_list(match[1], _of_day(world, match[1])))
    if asked.path == "/":
        return moved("https://36kr.com/information/web_news/")
    return not_found()


def _articles(world: World) -> Iterator[Story]:
    return (story for story in world.newest("36kr") if story.kind != "flash")


def _flashes(world: World) -> Iterator[Story]:
    return (story for story in world.newest("36kr") if story.kind == "flash")


def _channel(world: World, nick: str) -> Iterator[Story]:
    return (story for story in _articles(world) if nick in {"web_news", "web_recommend", story.channel})


def _page(stories: Iterator[Story], size: int) -> tuple[list[Story], bool]:
    taken = list(islice(stories, size + 1))
    return taken[:size], len(taken) > size


def _latest(stories: list[Story]) -> datetime | None:
    return max((story.published for story in stories), default=None)


def _feed(world: World, asked: Asked) -> Answer:
    articles = [] if asked.path == "/feed-newsflash" else list(islice(_articles(world), ARTICLES_IN_FEED))
    flashes = [] if asked.path == "/feed-article" else list(islice(_flashes(world), FLASHES_IN_FEED))
    stories = articles[:1] + flashes + articles[1:]
    originals = {story.same_as: world[story.same_as] for story in stories if story.same_as}
    return xml(pages.feed(stories, originals), _latest(stories))


def _article(world: World, number: int) -> Answer:
    story = world.numbered("36kr", number)
    if story is None or story.gone or story.kind == "flash":
        return page(pages.missing_article(number))
    related = [other for other in islice(_articles(world), 6) if other.key != story.key][:5]
    return page(pages.article(story, world[story.same_as] if story.same_as else None, related))


def _of_day(world: World, day: str) -> list[Story]:
    try:
        return [story for story in world.of_day("36kr", date.fromisoformat(day)) if story.kind != "flash"][
            :50
        ]
    except ValueError:
        return []


def gateway(world: World, asked: Asked) -> Answer:
    """gateway.36kr.com: the channel list by cursor; the list of flashes asks for a signature, which nobody forges."""
    if asked.method != "POST":
        return not_found()
    if asked.path != "/api/mis/nav/ifm/subNav/flow":
        return as_json({"code": 1000, "msg": "签名错误", "data": None})
    try:
        param = json.loads(asked.body)["param"]
        size = min(int(param.get("pageSize", PAGE_SIZE)), 100)
        nick, callback = str(param.get("subnavNick", "web_news")), str(param.get("pageCallback", ""))
        last = _last_id(callback) if callback else None
    except (KeyError, TypeError, ValueError, AttributeError):
        return as_json({"code": 1001, "msg": "参数错误", "data": None})
    if "siteId" not in param or "platformId" not in param:
        return as_json({"code": 1002, "msg": "站点id为空", "data": None})
    stories, more = _page(_after(world, nick, last), size)
    return as_json({"code": 0, "data": pages.listing(stories, more=more)})


def _last_id(callback: str) -> int:
    return int(json.loads(base64.b64decode(callback + "=" * (-len(callback) % 4)))["lastId"])


def _after(world: World, nick: str, last: int | None) -> Iterator[Story]:
    stories = _channel(world, nick)
    if last is None:
        return stories
    story = world.numbered("36kr", last)
    if story is None:
        return iter(())
    older = world.newest("36kr", before=(story.published, story.key))
    return (
        other
        for other in older
        if other.kind != "flash" and nick in {"web_news", "web_recommend", other.channel}
    )


def dated_lists(world: World, asked: Asked) -> Answer:
    """openclaw.36krcdn.com: the site's own dated list, at most 15 articles a day."""
    match = _DATED.fullmatch(asked.path)
    stories = _of_day(world, match[1])[:15] if match else []
    if not match or not stories:
        return not_found()
    data = [
        {
            "rank": rank,
            "title": story.title,
            "author": story.author,
            "publishTime": f"{story.published.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
            "content": story.digest,
            "url": f"{story.url}?channel=openclaw",
        }
        for rank, story in enumerate(stories, 1)
    ]
    return as_json({"date": match[1], "time": pages.milliseconds(stories[0].published), "data": data})
