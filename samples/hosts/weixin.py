"""weixin: articles by short and long link, notices, albums, the verification."""

from __future__ import annotations

import re
from urllib.parse import quote

from samples.answer import Answer, Asked, as_json, moved, not_found, page
from samples.ids import digest
from samples.pages import weixin as pages
from samples.pages import weixin_albums as albums
from samples.pages import weixin_notices as notices
from samples.story import Story
from samples.world import World

FIRST_SCREEN = 10
VERIFICATION = "/mp/wappoc_appmsgcaptcha"
_SHORT = re.compile(r"/s/([\w~-]+)")


def site(world: World, asked: Asked) -> Answer:
    """mp.weixin.qq.com."""
    if asked.path == VERIFICATION:
        arguments = asked.arguments
        return page(notices.verification(arguments.get("target_url", ""), arguments.get("poc_token", "")))
    long_link = asked.path == "/s"
    if long_link and world.long_links_challenged:
        return verification(asked)
    if long_link and "signature" in asked.arguments:
        return page(notices.notice("expired"))
    if long_link:
        return _article(world, _by_place(world, asked), asked)
    if match := _SHORT.fullmatch(asked.path):
        return _article(world, world.at_token(match[1]), asked)
    if asked.path == "/mp/appmsgalbum":
        return _album(world, asked)
    return not_found()


def verification(asked: Asked) -> Answer:
    """The way to the verification page, which keeps the URL that was asked for."""
    token = digest(asked.full_url).hex()
    target = quote(asked.full_url, safe="")
    return moved(f"https://{asked.host}{VERIFICATION}?poc_token={token}&target_url={target}")


def _by_place(world: World, asked: Asked) -> Story | None:
    arguments = asked.arguments
    try:
        story = world.at_place(arguments["__biz"], int(arguments["mid"]), int(arguments["idx"]))
    except (KeyError, ValueError):
        return None
    return story if story and arguments.get("sn") == story.sn else None


def _article(world: World, story: Story | None, asked: Asked) -> Answer:
    if story is None:
        return page(notices.notice("param_error"))
    if story.is_withdrawn:
        return page(notices.notice("violation" if story.kind == "violation" else "deleted", story.notice))
    original = world[story.same_as] if story.same_as else None
    url = f"{asked.full_url}#rd" if asked.path == "/s" else asked.url
    return page(pages.article(story, url, original, world.albums.get(story.album)))


def _album(world: World, asked: Asked) -> Answer:
    arguments = asked.arguments
    album = world.albums.get(arguments.get("album_id", ""))
    if album is None or arguments.get("action") != "getalbum":
        return page(notices.notice("param_error"))
    every = [story for story in world.as_shown_at("").newest("weixin") if story.album == album.album_id]
    places = {story.key: len(every) - place for place, story in enumerate(every)}
    stories = [story for story in every if world.lists(story)]
    if arguments.get("f") != "json":
        return page(
            albums.album_page(album, world.accounts[album.account], stories[:FIRST_SCREEN], len(stories))
        )
    start = 0
    if begin := arguments.get("begin_msgid"):
        found = [place for place, story in enumerate(stories) if str(story.mid) == begin]
        start = found[0] + 1 if found else len(stories)
    count = arguments.get("count", "")
    size = min(int(count), 20) if count.isdecimal() and int(count) else FIRST_SCREEN
    return as_json(_album_json(stories, places, start, size))


def _album_json(stories: list[Story], places: dict[str, int], start: int, size: int) -> dict[str, object]:
    """The quirks are the site's: no list at all when nothing is left, an object instead of a list of one."""
    entries = [albums.album_item(story, places[story.key]) for story in stories[start : start + size]]
    answer: dict[str, object] = {
        "base_info": {"is_first_screen": "0" if start else "1"},
        "continue_flag": "1" if start + size < len(stories) else "0",
        "reverse_continue_flag": "1" if start else "0",
    }
    if entries:
        answer["article_list"] = entries[0] if len(entries) == 1 else entries
    return {"base_resp": {"exportkey_token": "", "ret": 0}, "getalbum_resp": answer}
