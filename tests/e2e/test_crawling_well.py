"""Incremental, polite, resumable: what an operator relies on, on the sample sites."""

from __future__ import annotations

import json
import os
import random
from datetime import date
from pathlib import Path

from newsarchive.items.article import Article
from newsarchive.monitoring.outcome import CrawlExit
from newsarchive.records.task import Task
from newsarchive.storage import open_store
from samples import World, albums
from samples.story import NOTICES
from tests.e2e.running import COMMAND, DAYS, SCRAPY, Place, lasting

KILLS = int(os.environ.get("NEWSARCHIVE_KILLS", "4"))
"""How often the long crawl is killed; 50 is the number to try by hand."""
REAL_PAUSES = ("-s", "NEWSARCHIVE_PACE=1", "-s", 'NEWSARCHIVE_DELAYS={"default": 0.2}')
"""Between two requests as on real sites, so that a page is judged before the next one is asked."""
ALL_AGAIN = ("-s", 'NEWSARCHIVE_REVISIT={"100000": 0}', "-s", "NEWSARCHIVE_REVISITS=100000")


async def tasks(place: Place, names: list[str]) -> dict[str, Task]:
    async with open_store(str(place.store)) as store:
        return await store.tasks(names)


async def test_new_edited_and_deleted_articles_are_reported_exactly(place: Place) -> None:
    world = place.server.world
    # Several stories a day: a day's list that loses its only entry is rightly reported as not read.
    world.generate(500)
    hidden = [story for story in world.stories("ithome") if story.kind == "article"][-3:]
    everything = world.now
    world.now = min(story.published for story in hidden)
    days = ("-a", "since=2026-09-01", "-a", f"until={world.now:%Y-%m-%d}")
    await place.run("crawl", "ithome", *days, *ALL_AGAIN)
    before = await place.articles()
    known = [story for story in world.stories("ithome") if f"ithome:{story.item_id}" in before]

    world.now = everything
    appearing = sum(
        1
        for story in world.stories("ithome")
        if f"ithome:{story.item_id}" not in before and story.kind != "promotion"
    )
    world.edit(known[0].key, title="改过的标题", text="改过的正文，只有一段。")
    world.edit(known[1].key, text="另一篇改过的正文。")
    deleted_story = known[2]
    world.delete(deleted_story.key)
    ended = await place.run("crawl", "ithome", *DAYS, *ALL_AGAIN)
    assert ended.code == 0, ended.err

    counts = (await place.last_run("ithome")).counts
    assert counts["record/new_count"] == appearing
    assert counts["record/updated_count"] == 2
    assert [event.kind for event in await place.events()] == ["gone"]
    after = await place.articles()
    deleted = f"ithome:{deleted_story.item_id}"
    assert after[deleted].text == before[deleted].text
    async with open_store(str(place.store)) as store:
        earlier = await store.revisions(f"ithome:{known[0].item_id}")
    assert [revision.title for revision in earlier] == [known[0].title]
    changes = json.loads((await place.run("changes", "--json")).out)
    assert {change["identity"] for change in changes} == {f"ithome:{one.item_id}" for one in known[:2]}
    assert "title" in changes[0]["kinds"]
    assert json.loads((await place.run("gone", "--json")).out) == []
    missing = json.loads((await place.run("gone", "--json", "--unconfirmed")).out)
    assert [one["identity"] for one in missing] == [deleted]
    told = await place.run("diff", f"ithome:{known[1].item_id}")
    assert "{+" in told.out
    assert "另一篇改过的正文。" in told.out


async def test_unmodified_lists_are_not_sent_again(place: Place) -> None:
    await place.run("crawl", "36kr")
    place.server.requests.clear()
    ended = await place.run("crawl", "36kr")
    assert ended.code == 0, ended.err
    feeds = [seen for seen in place.server.requests if seen.path.startswith("/feed")]
    assert feeds
    assert all("If-None-Match" in seen.headers for seen in feeds)
    assert (await place.last_run("36kr")).counts["list/unmodified_count"] > 0


async def test_a_list_that_was_read_a_while_ago_has_its_pace(place: Place) -> None:
    await place.run("crawl", "36kr")
    place.server.requests.clear()
    slow = '{"36kr": {"https://www.36kr.com/feed": 20}}'
    ended = await place.run("crawl", "36kr", "-s", f"NEWSARCHIVE_SOURCES={slow}", "-s", "NEWSARCHIVE_PACE=1")
    assert ended.code == 0, ended.err
    assert not [seen for seen in place.server.requests if seen.path == "/feed"]


async def test_a_days_list_that_is_missing_is_reported_as_not_read(place: Place) -> None:
    place.server.world.drop_day(date(2026, 9, 13))
    ended = await place.run("crawl", "ithome", "-a", "since=2026-09-01", "-a", "until=2026-09-30")
    assert ended.code == CrawlExit.INCOMPLETE
    run = await place.last_run("ithome")
    assert [(one.name, one.reason) for one in run.not_read] == [
        ("https://www.ithome.com/list/2026-09-13.html", "http_404")
    ]
    assert run.counts["page/listed_count"] == 29


async def test_a_closed_list_is_no_success(place: Place) -> None:
    place.server.world.close("https://www.ithome.com/list/", "empty")
    only = '{"ithome": {"https://www.ithome.com/list/": 0}}'
    ended = await place.run("crawl", "ithome", "-s", f"NEWSARCHIVE_SOURCES={only}")
    assert ended.code == CrawlExit.NOTHING_READ
    assert await place.articles() == {}


async def test_challenged_hosts_are_left_alone_and_nothing_is_lost(place: Place) -> None:
    await place.run("crawl", "ithome", "-a", "since=2026-09-01", "-a", "until=2026-09-05")
    world = place.server.world
    seeds = world.seeds()[:6]
    file = place.folder / "seeds.txt"
    file.write_text("\n".join(seeds), encoding="utf-8")
    crawl = ("crawl", "weixin", "-a", f"seeds={file}")
    world.challenge("mp.weixin.qq.com")
    ended = await place.run(*crawl, *REAL_PAUSES, "-s", "NEWSARCHIVE_PAUSE_SECONDS=0.001")
    assert ended.code == CrawlExit.BLOCKED, ended.err
    asked = [
        seen
        for seen in place.server.requests
        if seen.host == "mp.weixin.qq.com" and seen.path.startswith("/s")
    ]
    assert len(asked) == 1, "the host was asked again after its challenge"
    assert not [identity for identity in await place.articles() if identity.startswith("weixin")]
    async with open_store(str(place.store)) as store:
        assert (await store.task_counts())["weixin"]["wanted"] == len(seeds)

    world.calm("mp.weixin.qq.com")
    ended = await place.run(*crawl)
    assert ended.code == 0, ended.err
    async with open_store(str(place.store)) as store:
        assert (await store.task_counts())["weixin"].get("wanted", 0) == 0


async def test_what_a_site_withdrew_is_told_and_a_challenge_is_no_withdrawal(place: Place) -> None:
    world = place.server.world
    stories = [
        story for story in world.stories("weixin") if story.kind == "article" and not story.is_withdrawn
    ][:3]
    file = place.folder / "seeds.txt"
    file.write_text("\n".join(story.long_url for story in stories), encoding="utf-8")
    crawl = ("crawl", "weixin", "-a", f"seeds={file}", *ALL_AGAIN)
    await place.run(*crawl)
    held = await place.articles()
    assert len(held) == 3
    world.challenge("mp.weixin.qq.com")
    await place.run(*crawl, "-s", "NEWSARCHIVE_PAUSE_SECONDS=0.001")
    assert json.loads((await place.run("gone", "--json", "--unconfirmed")).out) == []
    world.calm("mp.weixin.qq.com")
    world.delete(stories[0].key)
    await place.run(*crawl)
    (gone,) = json.loads((await place.run("gone", "--json")).out)
    assert gone["title"] == stories[0].title
    assert gone["kind"] == "deleted"
    assert "删除" in gone["notice"]
    assert gone["first_seen"] <= gone["last_alive"] <= gone["found_gone"]
    files = set(map(str, (place.folder / "raw").rglob("*.warc.gz")))
    assert {gone["kept"]["path"], gone["notice_kept"]["path"]} <= files
    assert (await place.articles())[gone["identity"]].text == held[gone["identity"]].text
    await place.run("export", "gone", "--out", str(place.folder / "gone.csv"))
    assert gone["identity"] in (place.folder / "gone.csv").read_text(encoding="utf-8")


async def test_a_pause_holds_over_runs(place: Place) -> None:
    for host in ("www.36kr.com", "36kr.com", "gateway.36kr.com"):
        place.server.world.challenge(host)
    assert (await place.run("crawl", "36kr")).code == CrawlExit.BLOCKED
    for host in ("www.36kr.com", "36kr.com", "gateway.36kr.com"):
        place.server.world.calm(host)
    place.server.requests.clear()
    ended = await place.run(
        "crawl", "36kr", "-s", 'NEWSARCHIVE_SOURCES={"36kr": {"https://www.36kr.com/feed": 0}}'
    )
    assert ended.code == CrawlExit.BLOCKED
    assert "left alone" in ended.err
    assert not [seen for seen in place.server.requests if seen.path == "/feed"]


async def test_robots_txt_that_forbids_is_all_that_is_asked(place: Place) -> None:
    place.server.world.forbid("www.ithome.com")
    ended = await place.run("crawl", "ithome", *DAYS)
    assert ended.code == CrawlExit.FORBIDDEN
    run = await place.last_run("ithome")
    assert (run.end, run.exit_code) == ("forbidden", CrawlExit.FORBIDDEN)
    assert {one.reason for one in run.not_read} == {"robots"}
    assert {seen.path for seen in place.server.requests} == {"/robots.txt"}


async def test_the_record_of_a_run_says_how_and_why_as_its_command_does(place: Place) -> None:
    """Each list another reason, none of them robots.txt: nothing answers at the hosts but for one list that is closed."""
    place.server.world.close("https://www.ithome.com/list/", "error")
    lists = ("https://www.ithome.com/list/", "https://m.ithome.com/api/news/newslistpageget")
    only = json.dumps({"ithome": dict.fromkeys(lists, 0)})
    nowhere = json.dumps(place.server.origins | {"https://m.ithome.com": "http://127.0.0.1:1"})
    for command in (COMMAND, SCRAPY):
        ended = await place.run(
            "crawl", "ithome", "-s", "RETRY_ENABLED=0", command=command,
            NEWSARCHIVE_SOURCES=only, NEWSARCHIVE_ORIGINS=nowhere,
        )  # fmt: skip
        run = await place.last_run("ithome")
        assert ended.code == run.exit_code == CrawlExit.NOTHING_READ
        assert run.end == "nothing read"
        assert {one.name: one.reason for one in run.not_read} == dict(
            zip(lists, ("http_500", "connection_refused"), strict=True)
        )


async def test_nothing_to_do_is_good_and_says_why(place: Place) -> None:
    ended = await place.run("crawl", "weixin", "-a", "from_site=36kr")
    assert ended.code == CrawlExit.GOOD
    assert "no stored article of 36kr names one of weixin" in ended.err
    without = await place.run("crawl", "36kr", NEWSARCHIVE_SOURCES="{}")
    assert without.code == CrawlExit.NOTHING_READ
    assert "NEWSARCHIVE_SOURCES names no list of 36kr" in without.err
    assert place.server.requests == []


async def test_an_exception_from_robots_is_shown_and_recorded(place: Place) -> None:
    file = place.folder / "seeds.txt"
    file.write_text(place.server.world.seeds()[0], encoding="utf-8")
    ended = await place.run("crawl", "weixin", "-a", f"seeds={file}")
    assert "robots.txt of mp.weixin.qq.com is not obeyed" in ended.err
    assert any("robots.txt" in note for note in (await place.last_run("weixin")).notes)


async def test_retry_after_is_waited_for(place: Place) -> None:
    place.server.world.fail("www.ithome.com", 429, path="/list/", retry_after=1, times=1)
    ended = await place.run("crawl", "ithome", "-a", "since=2026-09-01", "-a", "until=2026-09-01")
    assert ended.code == 0, ended.err
    assert len([seen for seen in place.server.requests if seen.path.startswith("/list/")]) == 2


async def test_a_long_retry_after_is_left_to_a_later_run(place: Place) -> None:
    place.server.world.fail("www.ithome.com", 503, path="/list/", retry_after=7200)
    ended = await place.run("crawl", "ithome", *DAYS, *REAL_PAUSES)
    assert ended.code == CrawlExit.BLOCKED
    assert len([seen for seen in place.server.requests if seen.path.startswith("/list/")]) == 1


async def test_albums_are_read_to_their_end(place: Place) -> None:
    ended = await place.run("crawl", "weixin", "-a", f"albums={','.join(albums())}")
    assert ended.code == 0, ended.err
    listed = [
        story for story in place.server.world.stories("weixin") if story.album and story.kind not in NOTICES
    ]
    assert len(await place.articles()) == len(listed)


async def test_links_inside_articles_are_followed_as_far_as_asked(place: Place) -> None:
    file = place.folder / "seeds.txt"
    file.write_text("\n".join(place.server.world.seeds()), encoding="utf-8")
    await place.run("crawl", "weixin", "-a", f"seeds={file}")
    linking = [
        article
        for article in (await place.articles()).values()
        if any("mp.weixin.qq.com/s" in url for url in _links(article))
    ]
    assert linking, "no sample links to another"
    other = Place(place.folder / "deep", place.server)
    other.folder.mkdir()
    file.write_text(linking[0].url, encoding="utf-8")
    await other.run("crawl", "weixin", "-a", f"seeds={file}")
    shallow = len(await other.articles())
    other = Place(place.folder / "deeper", place.server)
    other.folder.mkdir()
    await other.run("crawl", "weixin", "-a", f"seeds={file}", "-a", "depth=1")
    assert len(await other.articles()) > shallow == 1


def _links(article: Article) -> list[str]:
    from newsarchive.items.body import links_of

    return [url for url, _ in links_of(article.body)]


async def test_an_audit_finds_what_a_list_left_out(place: Place) -> None:
    world = place.server.world
    left_out = next(story for story in world.stories("ithome") if story.published.date() == date(2026, 9, 10))
    world.close("https://www.ithome.com/list/2026-09-10.html", "empty")
    numbers = [
        story.item_id
        for story in world.stories("ithome")
        if story.published.date() in (date(2026, 9, 9), date(2026, 9, 11))
    ]
    ids = max(numbers) - min(numbers)
    ended = await place.run(
        "crawl", "ithome", "-a", "since=2026-09-09", "-a", "until=2026-09-11", "-a", f"audit={ids}"
    )
    assert ended.code == CrawlExit.INCOMPLETE
    assert f"ithome:{left_out.item_id}" in await place.articles()
    assert await place.events() == []


async def test_days_of_36kr_come_from_its_own_dated_lists(place: Place) -> None:
    ended = await place.run("crawl", "36kr", *DAYS)
    assert ended.code in {0, CrawlExit.INCOMPLETE}, ended.err
    assert len(await place.articles()) >= 10


async def test_a_list_goes_on_while_it_holds_something_new(place: Place) -> None:
    place.server.world.generate(300)
    only = ("-s", 'NEWSARCHIVE_SOURCES={"36kr": {"https://www.36kr.com/information/web_news/": 0}}')
    await place.run("crawl", "36kr", *only, "-s", "NEWSARCHIVE_LIST_PAGES=3")
    assert (await place.last_run("36kr")).counts["page/listed_count"] == 3
    await place.run("crawl", "36kr", *only)
    assert (await place.last_run("36kr")).counts["page/listed_count"] == 1


async def test_a_site_that_changed_its_pages_is_told_from_a_good_crawl(place: Place) -> None:
    world = place.server.world
    world.generate(1800)
    for day in range(1, 8):
        ended = await place.run(
            "crawl", "ithome", "-a", f"since=2026-09-{day:02}", "-a", f"until=2026-09-{day:02}"
        )
        assert ended.code == 0, ended.err
    for story in world.stories("ithome"):
        world.edit(story.key, author="")
    ended = await place.run("crawl", "ithome", "-a", "since=2026-09-20", "-a", "until=2026-09-21")
    assert ended.code == CrawlExit.DRIFTED
    assert any("author" in line for line in (await place.last_run("ithome")).warnings)


async def test_killed_again_and_again_it_ends_as_if_undisturbed(place: Place, tmp_path: Path) -> None:
    place.server.world.generate(600)
    undisturbed = Place(tmp_path / "undisturbed", place.server)
    undisturbed.folder.mkdir()
    await undisturbed.run("crawl", "ithome", *DAYS)
    expected = lasting(await undisturbed.articles())
    assert len(expected) > 200

    chance = random.Random(20260901)  # noqa: S311 - which request is the last is no secret
    for _ in range(KILLS):
        await place.kill_after(
            chance.randrange(1, 120), "crawl", "ithome", *DAYS, "-s", "NEWSARCHIVE_BATCH=20"
        )
    ended = await place.run("crawl", "ithome", *DAYS)
    assert ended.code == 0, ended.err
    assert lasting(await place.articles()) == expected
    names = list(expected)
    states = {name: task.state for name, task in (await tasks(place, names)).items()}
    assert states == {name: task.state for name, task in (await tasks(undisturbed, names)).items()}


def test_the_samples_hold_enough_for_these_tests() -> None:
    assert len(World().seeds()) > 10
