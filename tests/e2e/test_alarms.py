"""What goes wrong with real crawls is told once each, to a real web server, with nothing secret in it."""

from __future__ import annotations

import asyncio
import json
import sys

import pytest

from newsarchive.monitoring.outcome import CrawlExit
from newsarchive.storage import open_store
from newsarchive.storage.collections import ROBOTS_FILES
from tests.alarms.servers import Hook, mail_server, web_server
from tests.e2e.running import COMMAND, SCRAPY, Ended, Place
from tests.mongo import guarded_server

LIST = "https://www.ithome.com/list/"
ONLY = json.dumps({"ithome": {LIST: 0}})
SECRET = "gehe1m-wort"
AT_ONCE = {"NEWSARCHIVE_ALARM_CALM_HOURS": "0"}
"""An alarm is over as soon as it is not seen."""


def told(hook: Hook) -> list[tuple[str, str]]:
    """What came since it was asked for last."""
    found = [(one["word"], one["name"]) for _, _, data in hook.got for one in data["alarms"]]
    hook.got.clear()
    return found


async def run(place: Place, given: dict[str, str], *words: str, command: tuple[str, ...] = COMMAND) -> Ended:
    return await place.run(*words, command=command, **given)


async def crawl(place: Place) -> Ended:
    return await place.run(
        "crawl", "ithome", "-s", f"NEWSARCHIVE_SOURCES={ONLY}", "-s", "NEWSARCHIVE_REVISITS=0"
    )


async def test_what_is_wrong_is_told_once_and_when_it_is_over(place: Place) -> None:
    world = place.server.world
    with web_server() as hook:
        given = AT_ONCE | {"NEWSARCHIVE_ALARM_WEBHOOK": f"{hook.url}/{SECRET}"}

        async def check(*words: str, code: int) -> str:
            ended = await run(place, given, "check", *words)
            assert ended.code == code, ended.out + ended.err
            assert SECRET not in ended.out + ended.err
            return ended.out

        assert (await crawl(place)).code == 0
        assert (await check(code=0)).startswith(
            f"note: stale:ithome:{LIST}: the list shows nothing newer than"
        )
        assert await check("-q", code=0) == ""

        world.close(LIST, "empty")
        assert (await crawl(place)).code == CrawlExit.NOTHING_READ
        said = await check(code=41)
        assert f"closed:ithome: 1 list answered and showed nothing: {LIST}" in said
        await check(code=41)
        assert told(hook) == [("new", "closed:ithome")]

        world.closed.clear()
        world.forbid("www.ithome.com")
        assert (await crawl(place)).code == CrawlExit.FORBIDDEN
        said = await check(code=41)
        assert "robots.txt is another one since" in said
        assert "+ Disallow: /" in said
        assert told(hook) == [
            ("new", "incomplete:ithome"),
            ("new", "robots:ithome:www.ithome.com"),
        ]
        assert "known: robots:ithome:www.ithome.com" in await check(
            "ack", "robots:ithome", "--note", "gelesen", code=0
        )
        await check("ack", "robots:36kr", code=11)
        assert "known (gelesen): robots" in await check(code=41)

        world.forbidden.clear()
        assert (await crawl(place)).code == 0
        known = json.loads(await check("--json", code=0))
        assert [(one["name"], (one["acknowledged"] or {}).get("note")) for one in known["alarms"]] == [
            ("robots:ithome:www.ithome.com", "gelesen"),
            (f"stale:ithome:{LIST}", None),
        ]
        assert told(hook) == [("over", "closed:ithome"), ("over", "incomplete:ithome")]
    async with open_store(str(place.store)) as store:
        histories = await store.documents(ROBOTS_FILES)
    history = histories["www.ithome.com"]
    assert [one.status for one in history.versions] == [200, 200]
    assert history.changes == 1, "it went back to what it said before"


async def test_a_host_that_only_challenges_is_told_and_again_when_it_goes_on(place: Place) -> None:
    world = place.server.world
    file = place.folder / "seeds.txt"
    file.write_text("\n".join(world.seeds()[:4]), encoding="utf-8")
    crawls = ("crawl", "weixin", "-a", f"seeds={file}")
    world.challenge("mp.weixin.qq.com")
    with web_server() as hook:
        given = AT_ONCE | {"NEWSARCHIVE_ALARM_WEBHOOK": hook.url, "NEWSARCHIVE_ALARM_AFTER_RUN": "yes"}
        # As runs of a timer would be: the pause after a challenge is over when the next one comes.
        for _ in range(3):
            ended = await run(place, given | {"NEWSARCHIVE_PAUSE_SECONDS": "0.001"}, *crawls)
            assert ended.code == CrawlExit.BLOCKED, ended.err
        assert "nothing but checks whether a person reads, in 3 runs" in ended.err
        assert told(hook) == [("new", "challenged:weixin"), ("worse", "challenged:weixin")]
        world.calm("mp.weixin.qq.com")
        assert (await run(place, given, *crawls)).code == 0
        assert told(hook) == [("over", "challenged:weixin")]


async def test_servers_that_are_down_are_tried_again_and_nothing_secret_is_told_or_kept(place: Place) -> None:
    await place.run("crawl", "ithome", "-a", "since=2026-09-01", "-a", "until=2026-09-02")
    said: list[str] = []
    with web_server() as hook, mail_server(password="another") as box:
        hook.status = 500
        given = AT_ONCE | {
            "NEWSARCHIVE_ALARM_WEBHOOK": f"{hook.url}/{SECRET}",
            "NEWSARCHIVE_ALARM_WEBHOOK_TOKEN": f"{SECRET}-token",
            "NEWSARCHIVE_ALARM_MAIL_TO": "it@example.org",
            "NEWSARCHIVE_ALARM_SMTP": f"smtp://127.0.0.1:{box.port}",
            "NEWSARCHIVE_ALARM_SMTP_USER": "archive",
            "NEWSARCHIVE_ALARM_SMTP_PASSWORD": f"{SECRET}-mail",
        }
        for _ in range(2):
            ended = await run(place, given, "check")
            said += [ended.out, ended.err]
            assert ended.code == 42
            assert "webhook could not be told: 127.0.0.1 answers with status 500" in ended.err
            assert "mail it@example.org could not be told: 127.0.0.1 answers 535" in ended.err
        hook.status = 200
        hook.got.clear()
        ended = await run(place, given | {"NEWSARCHIVE_ALARM_SMTP_USER": ""}, "check")
        assert ended.code == 41
        assert told(hook) == [("new", "stale:ithome")]
        assert [mail["Subject"] for mail, _, _ in box.mails] == ["newsarchive: stale:ithome"]
        ended = await run(
            place,
            given | {"NEWSARCHIVE_ALARM_AFTER_RUN": "yes", "LOG_LEVEL": "DEBUG"},
            *("crawl", "ithome", "-a", "since=2026-09-01", "-a", "until=2026-09-02"),
        )
        said += [ended.out, ended.err]
        assert told(hook) == []
    said += [path.read_bytes().decode("latin-1") for path in place.folder.rglob("*") if path.is_file()]
    assert not [text for text in said if SECRET in text]


async def test_checks_at_once_tell_once_in_both_engines(place: Place) -> None:
    with guarded_server("editor", "x") as server:
        uri = f"mongodb://editor:x@127.0.0.1:{server.port}/news?authSource=admin"
        for one in (place, Place(place.folder, place.server, uri=uri)):
            await one.run("crawl", "ithome", "-a", "since=2026-09-01", "-a", "until=2026-09-02")
            with web_server() as hook:
                given = {"NEWSARCHIVE_ALARM_WEBHOOK": hook.url}
                ended = await asyncio.gather(*(run(one, given, "check") for _ in range(3)))
                assert [each.code for each in ended] == [41, 41, 41], ended
                assert told(hook) == [("new", "stale:ithome")]


@pytest.mark.parametrize("command", ["newsarchive", "scrapy"])
async def test_a_check_follows_each_crawl_where_the_settings_say_so(place: Place, command: str) -> None:
    with web_server() as hook:
        given = {"NEWSARCHIVE_ALARM_WEBHOOK": hook.url, "NEWSARCHIVE_ALARM_AFTER_RUN": "yes"}
        words = ("crawl", "ithome", "-a", "since=2026-09-01", "-a", "until=2026-09-02")
        log = place.folder / "job.log"
        if command == "scrapy":
            ended = await run(place, given, *words, "-s", f"LOG_FILE={log}", command=SCRAPY)
            said = log.read_text(encoding="utf-8")
        else:
            ended = await run(place, given, *words)
            said = ended.err
        assert ended.code == 0, "how the crawl ended stays as it is"
        assert "warning: stale:ithome" in said
        assert told(hook) == [("new", "stale:ithome")]


FULL = {"NEWSARCHIVE_DISK_RESERVE_BYTES": str(2**50)}
"""As if the disk were full."""


async def test_a_crawl_does_not_begin_on_a_full_disk(place: Place) -> None:
    ended = await run(place, FULL, "crawl", "36kr", "ithome")
    assert ended.code == CrawlExit.DISK_FULL
    (line,) = ended.err.strip().splitlines()
    assert "less than the reserve" in line
    assert "NEWSARCHIVE_DISK_RESERVE_BYTES" in line
    assert not place.store.exists()
    ended = await place.run("crawl", "36kr", "-s", f"NEWSARCHIVE_DISK_RESERVE_BYTES={2**50}", command=SCRAPY)
    assert ended.code == CrawlExit.DISK_FULL
    await place.run("crawl", "36kr", "-a", "limit=1")
    ended = await run(place, FULL, "images", "fetch", "--month", "2026-10")
    assert (ended.code, ended.out) == (CrawlExit.DISK_FULL, "")


async def test_a_crawl_ends_in_order_when_the_disk_fills(place: Place) -> None:
    # Without the look before the first request: there was room then.
    program = """
import sys
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.project import get_project_settings
process = AsyncCrawlerProcess(get_project_settings())
process.crawl("ithome", since="2026-09-01", until="2026-10-31")
process.start()
"""
    (place.folder / "scrapy.cfg").write_text("[settings]\ndefault = newsarchive.settings\n", encoding="utf-8")
    ended = await run(place, FULL, program, command=(sys.executable, "-c"))
    last = await place.last_run("ithome")
    assert (last.reason, last.end, last.exit_code) == ("disk_full", "disk full", 38), ended.err
    assert "less than the reserve" in last.warnings[0]
    again = await place.run("crawl", "ithome", "-a", "since=2026-09-01", "-a", "until=2026-09-30")
    assert again.code == 0, again.err
