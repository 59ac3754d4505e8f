"""ithome: feed, rolling list, day archives, articles, the mobile host and its interface, promotions."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from itertools import islice

from samples.answer import Answer, Asked, as_json, page, xml
from samples.ids import SHANGHAI
from samples.pages import ithome as pages
from samples.story import Story
from samples.world import World

IN_FEED = 50
IN_ROLLING_LIST = 60
IN_INTERFACE = 25
_ARTICLE = re.compile(r"/(\d+)/(\d{3})/(\d{3})\.htm")
_DAY = re.compile(r"/list/(\d{4}-\d\d-\d\d)\.html")
_ONE_NUMBER = re.compile(r"/(?:html(?:/\w+)?|json/newscontent)/(\d{1,9})(?:\.htm)?")


def site(world: World, asked: Asked) -> Answer:
    """www.ithome.com."""
    if match := _ARTICLE.fullmatch(asked.path):
        return _article(world, int("".join(match.groups())))
    if match := _DAY.fullmatch(asked.path):
        return _day(world, match[1])
    if asked.path == "/list/":
        stories = list(islice(world.newest("ithome"), IN_ROLLING_LIST))
        return page(pages.day_list("IT之家滚动新闻", stories), modified=_latest(stories))
    if asked.path == "/rss/":
        stories = list(
            islice((story for story in world.newest("ithome") if story.kind != "promotion"), IN_FEED)
        )
        return xml(pages.feed(stories), _latest(stories), "text/xml; charset=utf-8")
    return _gone()


def _gone() -> Answer:
    return page(pages.missing(), 404)


def _latest(stories: list[Story]) -> datetime | None:
    return max((story.published for story in stories), default=None)


def _found(world: World, number: int) -> Story | None:
    story = world.numbered("ithome", number)
    return story if story and not story.gone else None


def _article(world: World, number: int) -> Answer:
    story = _found(world, number)
    if story is None or story.kind == "promotion":
        return _gone()
    related = [other for other in islice(world.newest("ithome"), 7) if other.key != story.key][:6]
    return page(pages.article(story, related))


def _day(world: World, text: str) -> Answer:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return _gone()
    if day in world.missing_days or day > world.now.astimezone(SHANGHAI).date():
        return _gone()
    stories = world.of_day("ithome", day)
    return page(
        pages.day_list(f"IT之家{day.year}年{day.month}月{day.day}日新闻", stories), modified=_latest(stories)
    )


def mobile(world: World, asked: Asked) -> Answer:
    """m.ithome.com: one page an article, and the interface that pages back by `ot`."""
    if match := _ONE_NUMBER.fullmatch(asked.path):
        story = _found(world, int(match[1]))
        return page(pages.mobile(story)) if story else _gone()
    if asked.path != "/api/news/newslistpageget":
        return _gone()
    before = asked.arguments.get("ot", "")
    place = (datetime.fromtimestamp(int(before) / 1000, UTC), "") if _is_time(before) else None
    stories = list(islice(world.newest("ithome", before=place), IN_INTERFACE))
    return as_json({"Success": 1, "Result": [pages.mobile_item(story) for story in stories]})


def _is_time(text: str) -> bool:
    return text.isdecimal() and len(text) < 15


def promotions(world: World, asked: Asked) -> Answer:
    """lapin.ithome.com."""
    match = _ONE_NUMBER.fullmatch(asked.path)
    story = _found(world, int(match[1])) if match else None
    return page(pages.promotion(story)) if story and story.kind == "promotion" else _gone()


def interface(world: World, asked: Asked) -> Answer:
    """api.ithome.com: an article's body as JSON."""
    match = _ONE_NUMBER.fullmatch(asked.path)
    story = _found(world, int(match[1])) if match else None
    return as_json(pages.news_content(story)) if story else _gone()
