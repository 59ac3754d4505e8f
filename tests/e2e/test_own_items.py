"""A crawl with what a user brings of his own: item types, a spider middleware, a pipeline between ours."""

from __future__ import annotations

import json

from newsarchive.settings import ITEM_PIPELINES
from tests.e2e.running import SCRAPY, Place
from tests.pipelines.own_items import MAKERS

ITHOME = ("crawl", "ithome", "-a", "since=2026-09-01", "-a", "until=2026-09-10")
PIPELINES = ITEM_PIPELINES | {"tests.pipelines.own_items.Between": 250}
MIDDLEWARES = {"tests.pipelines.own_items.OwnItems": 500}


async def test_items_of_a_users_own_are_stored_and_settle_their_tasks(place: Place) -> None:
    seen, out = place.folder / "seen.jsonl", place.folder / "out.jsonl"
    own = (
        "-s",
        f"ITEM_PIPELINES={json.dumps(PIPELINES)}",
        "-s",
        f"SPIDER_MIDDLEWARES={json.dumps(MIDDLEWARES)}",
    )
    ended = await place.run(*ITHOME, *own, "-O", str(out), command=SCRAPY, SEEN=str(seen))
    assert ended.code == 0, ended.err
    met = [json.loads(line) for line in seen.read_text(encoding="utf-8").splitlines()]
    held = await place.articles()
    assert len(held) == len(met) >= len(MAKERS)
    assert len({kind for kind, _, _ in met}) == len(MAKERS)
    assert {identity: article.title for identity, article in held.items()} == {
        identity: f"【读】{title}" for _, identity, title in met
    }
    assert all(article.extra["score"] == 0.5 and article.text for article in held.values())
    exported = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert {one["identity"]: one["title"] for one in exported} == {
        article.identity: article.title for article in held.values()
    }
    ended = await place.run(*ITHOME)
    assert ended.code == 0, ended.err
    counts = (await place.last_run("ithome")).counts
    assert counts.get("record/read_count", 0) == 0, "a task was not settled"
