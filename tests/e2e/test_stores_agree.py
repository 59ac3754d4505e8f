"""A crawl into MongoDB ends as one into SQLite, to the byte of what is exported."""

from __future__ import annotations

import json

from newsarchive.storage import open_store
from tests.e2e.running import Place, lasting
from tests.mongo import database_of

DAYS = ("-a", "since=2026-10-01", "-a", "until=2026-10-10")
ALL_AGAIN = ("-s", 'NEWSARCHIVE_REVISIT={"100000": 0}', "-s", "NEWSARCHIVE_REVISITS=100000")
EXPORT = ("export", "digest", "--month", "2026-10", "--out")


async def test_mongodb_and_sqlite_hold_and_export_the_same(place: Place, mongo_server: str) -> None:
    with database_of(mongo_server) as uri:
        for store in (str(place.store), uri):
            for _ in range(2):
                ended = await place.run("crawl", "ithome", *DAYS, NEWSARCHIVE_STORE=store)
                assert ended.code == 0, ended.err
            folder = "from-mongo" if store == uri else "from-sqlite"
            ended = await place.run(*EXPORT, str(place.folder / folder), NEWSARCHIVE_STORE=store)
            assert ended.code == 0, ended.err
        async with open_store(uri) as opened:
            held = {article.identity: article async for article in opened.articles()}
    assert lasting(held) == lasting(await place.articles())
    digests = [
        place.folder / folder / "2026" / "newsflash-202610.md" for folder in ("from-mongo", "from-sqlite")
    ]
    assert digests[0].read_bytes() == digests[1].read_bytes()


async def test_mongodb_and_sqlite_tell_the_same_of_what_changed_and_went(
    place: Place, mongo_server: str
) -> None:
    world = place.server.world
    stories = [
        story for story in world.stories("weixin") if story.kind == "article" and not story.is_withdrawn
    ]
    file = place.folder / "seeds.txt"
    file.write_text("\n".join(story.long_url for story in stories[:4]), encoding="utf-8")
    crawl = ("crawl", "weixin", "-a", f"seeds={file}", *ALL_AGAIN)
    told: list[list[object]] = []
    with database_of(mongo_server) as uri:
        stores = (str(place.store), uri)
        for store in stores:
            assert (await place.run(*crawl, NEWSARCHIVE_STORE=store)).code == 0
        world.edit(stories[0].key, title="改过的标题，共 12 处")
        world.edit(stories[1].key, text=f"{stories[1].text}\n\n更正：此前报道有误。")
        world.delete(stories[2].key)
        for store in stores:
            assert (await place.run(*crawl, NEWSARCHIVE_STORE=store)).code == 0
            answers = [
                await place.run(*words, NEWSARCHIVE_STORE=store)
                for words in (("changes", "--json"), ("gone", "--json"))
            ]
            told.append([without_times(json.loads(answer.out)) for answer in answers])
    assert told[0] == told[1]
    changes, gone = told[0]
    assert isinstance(changes, list)
    assert [change["kinds"][0] for change in changes] == ["correction", "number"]
    assert isinstance(gone, list)
    assert [one["title"] for one in gone] == [stories[2].title]


def without_times(found: list[dict[str, object]]) -> list[dict[str, object]]:
    """What does not depend on when a crawl ran, and where its pages lie."""
    own = {"at", "since", "first_seen", "last_alive", "found_gone", "kept", "notice_kept"}
    return [{name: value for name, value in one.items() if name not in own} for one in found]
