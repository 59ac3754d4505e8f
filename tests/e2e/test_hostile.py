"""A server that lies, leads astray and never ends: counts add up, memory stays small, the reason is the true one."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator, Iterator
from itertools import repeat
from pathlib import Path

import pytest
from backports import zstd

from newsarchive.cli.commands.hosts import lift_pause
from newsarchive.monitoring.outcome import CrawlExit
from newsarchive.storage import open_store
from tests.e2e.hostile import FEED, MEASURED, MEGABYTE, ROBOTS, Hostile, answer, article, feed, redirect

GOOD = answer(article("好的一篇"))


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Hostile]:
    async with Hostile(tmp_path) as hostile:
        yield hostile


@pytest.fixture
async def inside(tmp_path: Path) -> AsyncIterator[Hostile]:
    """Another server on this machine, which nobody is to ask."""
    (tmp_path / "inside").mkdir()
    async with Hostile(tmp_path / "inside") as hostile:
        yield hostile
    assert hostile.asked == []


async def test_redirects_off_the_site(server: Hostile, inside: Hostile) -> None:
    port = inside.base.rpartition(":")[2]
    targets = [
        f"{inside.base}/secret",
        f"http://localhost:{port}/secret",
        f"http://2130706433:{port}/",
        f"http://0x7f.1:{port}/",
        f"http://[::ffff:127.0.0.1]:{port}/",
        f"http://www.ithome.com@127.0.0.1:{port}/",
        f"{server.base}/secret",
        "https://www.36kr.com/p/1",
        "file:///etc/passwd",
        "http://[",
    ]
    server.feed({f"/0/901/{number:03}.htm": redirect(target) for number, target in enumerate(targets)})
    server.routes["/www.ithome.com/0/901/900.htm"] = GOOD
    crawled = await server.crawl()
    assert crawled.code == CrawlExit.INCOMPLETE
    assert "off_site: 10" in crawled.said
    assert {(event.kind, event.identity, event.notice) for event in crawled.events} == {
        ("moved", f"ithome:901{number:03}", target) for number, target in enumerate(targets)
    }
    assert crawled.articles == {}
    assert "/secret" not in server.asked
    assert b"secret" not in b"".join(
        gzip.decompress(file.read_bytes()).partition(b"Location")[0]
        for file in (server.folder / "raw").rglob("*.gz")
    )


async def test_redirects_within_the_site(server: Hostile) -> None:
    server.feed(
        {
            "/0/901/001.htm": redirect(f"{server.base}/m.ithome.com/html/901001.htm"),
            "/0/901/002.htm": redirect("http://m.ithome.com/html/901002.htm"),
            "/0/901/003.htm": redirect("/0/901/003.htm"),
            "/0/901/004.htm": redirect("/0/901/005.htm"),
            "/0/901/005.htm": redirect("/0/901/004.htm"),
        }
    )
    server.routes |= {
        "/m.ithome.com/html/901001.htm": answer(article("镜像自己的地址")),
        "/m.ithome.com/html/901002.htm": answer(article("换主机")),
        "/m.ithome.com/robots.txt": answer("User-agent: *\nAllow: /\n"),
    }
    crawled = await server.crawl()
    assert crawled.code == CrawlExit.INCOMPLETE
    assert crawled.reasons() == {"redirect_loop": 3}
    assert {one.title for one in crawled.articles.values()} == {"镜像自己的地址", "换主机"}
    assert server.base not in "".join(one.model_dump_json() for one in crawled.articles.values())


async def test_a_redirect_to_another_article_is_no_merger(server: Hostile) -> None:
    first = {"/0/901/001.htm": answer(article("甲"), ETag='"1"'), "/0/901/002.htm": answer(article("乙"))}
    server.feed(first)
    all_again = '{"100000": 0}'
    assert (await server.crawl(NEWSARCHIVE_REVISIT=all_again)).code == CrawlExit.GOOD
    server.routes["/www.ithome.com/0/901/001.htm"] = redirect("/0/901/002.htm")
    crawled = await server.crawl(NEWSARCHIVE_REVISIT=all_again)
    assert {one.title for one in crawled.articles.values()} == {"甲", "乙"}
    assert [(event.kind, event.identity, event.notice) for event in crawled.events] == [
        ("moved", "ithome:901001", "https://www.ithome.com/0/901/002.htm")
    ]


async def test_not_modified_to_whoever_asks(server: Hostile) -> None:
    unmodified = answer(status=304)
    server.feed({"/0/901/001.htm": unmodified})
    crawled = await server.crawl()
    assert crawled.code == CrawlExit.INCOMPLETE
    assert crawled.reasons() == {"http_304": 1}
    server.routes[FEED] = unmodified
    crawled = await server.crawl(NEWSARCHIVE_STORE=str(server.folder / "another.sqlite"))
    assert crawled.code == CrawlExit.NOTHING_READ
    assert crawled.reasons() == {"http_304": 1}


async def test_a_robots_txt_that_leads_off_the_site(server: Hostile, inside: Hostile) -> None:
    server.feed({"/0/901/001.htm": GOOD})
    server.routes[ROBOTS] = redirect(f"{inside.base}/robots.txt")
    crawled = await server.crawl()
    assert crawled.code == CrawlExit.NOTHING_READ
    assert crawled.reasons() == {"off_site": 1}
    assert server.asked == [ROBOTS]


@pytest.mark.parametrize("retries", ["1", "0"])
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("route", [ROBOTS, FEED])
async def test_a_host_that_asks_for_a_long_rest(
    server: Hostile, route: str, status: int, retries: str
) -> None:
    server.feed({"/0/901/001.htm": GOOD})
    server.routes[route] = answer("busy", status=status, Retry_After="9999999999")
    for _ in range(2):
        crawled = await server.crawl("ithome", "-s", f"RETRY_ENABLED={retries}")
        assert crawled.code == CrawlExit.BLOCKED
    assert server.asked == ([ROBOTS] if route == ROBOTS else [ROBOTS, FEED])
    assert {f"http_{status}"} <= {one.reason for one in crawled.run.not_read}


async def test_a_robots_txt_that_is_asked_for_too_often_allows_nothing(server: Hostile) -> None:
    server.feed({"/0/901/001.htm": GOOD})
    server.routes[ROBOTS] = answer("busy", status=429)
    crawled = await server.crawl()
    assert crawled.code == CrawlExit.NOTHING_READ
    assert crawled.reasons() == {"robots_http_429": 1}
    assert set(server.asked) == {ROBOTS}


async def test_only_the_beginning_of_a_long_robots_txt_counts(server: Hostile) -> None:
    server.feed({"/0/901/001.htm": GOOD, "/0/902/002.htm": GOOD})
    rules = (
        "User-agent: *\nDisallow: /0/901/\n"
        + "Disallow: /nothing/here/*/x\n" * 400_000
        + "Disallow: /0/902/\n"
    )
    server.routes[ROBOTS] = answer(rules)
    crawled = await server.crawl()
    assert crawled.reasons() == {"robots": 1}
    assert set(crawled.articles) == {"ithome:902002"}


def endless(*lines: bytes) -> Iterator[bytes]:
    yield from lines[:-1]
    yield from repeat(lines[-1] * (MEGABYTE // len(lines[-1])))


async def test_answers_without_an_end(server: Hostile) -> None:
    server.feed(
        {
            "/0/901/001.htm": endless(b"HTTP/1.1 200 OK\r\n", b"X-Padding: " + b"a" * 100 + b"\r\n"),
            "/0/901/002.htm": endless(b"HTTP/1.1 200 OK\r\n", b"a:\n"),
            "/0/901/003.htm": endless(b"HTTP/1.1 200 OK\r\nX: y\r\n", b" more\r\n"),
            "/0/901/004.htm": endless(b"HTTP/1.1 100 Continue\r\n\r\n"),
            "/0/901/005.htm": endless(b"HTTP/1.1 200 OK\r\n\r\n", b"<p>more</p>"),
            "/0/901/006.htm": GOOD,
        }
    )
    crawled = await server.crawl()
    assert crawled.code == CrawlExit.INCOMPLETE
    assert crawled.reasons() == {"headers_too_long": 4, "too_large": 1}
    assert set(crawled.articles) == {"ithome:901006"}


def bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return b"".join((*(packer.compress(bytes(MEGABYTE)) for _ in range(megabytes)), packer.flush()))


async def test_bombs(server: Hostile) -> None:
    large, empty = bomb(1000), gzip.compress(b"")
    server.feed(
        {
            "/0/901/001.htm": answer(large, Content_Encoding="gzip"),
            "/0/901/002.htm": answer(gzip.compress(large), Content_Encoding="gzip, gzip"),
            "/0/901/003.htm": answer(zstd.compress(bytes(99 * MEGABYTE)), Content_Encoding="zstd"),
            "/0/901/004.htm": answer(empty * 1_200_000, Content_Encoding="gzip"),
            "/0/901/005.htm": answer(zstd.compress(b"") * 2_000_000, Content_Encoding="zstd"),
            "/0/901/006.htm": answer(article("小的一篇"), Content_Encoding="gzip"),
            "/0/901/008.htm": answer(gzip.compress(b"<p>" * 8_000_000), Content_Encoding="gzip"),
            "/0/901/009.htm": answer(b"<script>x = [" + b"{}," * 2_000_000),
            "/0/901/010.htm": answer(article("长的一篇", body="文字" * 1_000_000)),
            "/0/901/007.htm": answer(
                empty * 99 + gzip.compress(article("一篇").encode()), Content_Encoding="gzip"
            ),
        }
    )
    crawled = await server.crawl()
    assert crawled.code == CrawlExit.INCOMPLETE
    assert crawled.reasons() == {"decompression_bomb": 5, "too_many_parts": 2}
    assert set(crawled.articles) == {"ithome:901006", "ithome:901007", "ithome:901010"}


async def test_dates_that_are_none(server: Hostile) -> None:
    odd = {
        "/0/901/001.htm": "Fri, 31 Dec 9999 23:59:59 -1200",
        "/0/901/002.htm": "Mon, 01 Jan 0001 00:00:00 +1400",
        "/0/901/003.htm": "9" * 5000,
        "/0/901/004.htm": "Sat, 31 Feb 2026 25:61:61 +9999",
        "/0/901/005.htm": "Fri, 20 Nov 2026 00:00:00 GMT",
    }
    pages = (
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+14:00",
        "9" * 5000,
        "２０２６/１３/３２",
        "2026/11/20 8:00",
    )
    server.routes[FEED] = answer(feed(odd))
    for path, when in zip(odd, pages, strict=True):
        server.routes[f"/www.ithome.com{path}"] = answer(article(path, when))
    crawled = await server.crawl()
    assert crawled.code == CrawlExit.GOOD
    assert len(crawled.articles) == len(odd)


async def test_addresses_that_are_none(server: Hostile) -> None:
    odd = (
        "http://[",
        "//[/a.png",
        "https://[bad]/a",
        "http://℀.com/x",
        "https://ｗｗｗ．／ithome.com",
        "\\x1b]0;x",
        "data:,",
    )
    marks = "".join(f'<p>图<img data-original="{url}" src="{url}"><a href="{url}">链</a></p>' for url in odd)
    server.feed({"/0/901/001.htm": answer(article("一篇", body=marks)), "/0/901/002.htm": GOOD})
    items = "".join(f"<item><title>t</title><link>{url}</link></item>" for url in odd)
    server.routes[FEED] = answer(
        feed(dict.fromkeys(["/0/901/001.htm", "/0/901/002.htm"], "")).replace("<item>", items + "<item>", 1)
    )
    crawled = await server.crawl()
    assert crawled.code == CrawlExit.GOOD
    assert set(crawled.articles) == {"ithome:901001", "ithome:901002"}


@pytest.mark.parametrize("asked", ["9999999999", "Fri, 31 Dec 9999 23:59:59 -1200"])
async def test_a_rest_of_centuries(server: Hostile, asked: str) -> None:
    server.feed({"/0/901/001.htm": answer(status=429, Retry_After=asked)})
    crawled = await server.crawl()
    assert crawled.code == CrawlExit.INCOMPLETE
    assert crawled.reasons() == {"http_429": 1}
    server.routes["/www.ithome.com/0/901/001.htm"] = GOOD
    again = await server.crawl()
    assert again.code == CrawlExit.BLOCKED
    assert [(one.name, one.reason) for one in again.run.not_read if "/" not in one.name] == [
        ("www.ithome.com", "http_429")
    ]
    async with open_store(str(server.folder / "newsarchive.sqlite")) as store:
        await lift_pause(store, "www.ithome.com")
    lifted = await server.crawl()
    assert lifted.code == CrawlExit.GOOD
    assert set(lifted.articles) == {"ithome:901001"}, lifted.said


async def test_a_name_that_stands_for_this_machine(server: Hostile) -> None:
    server.routes = {"/rss/": answer(feed({}))}
    port = server.base.rpartition(":")[2]
    # Below 1024 not everybody may listen, so the port is said to be the usual one.
    lying = (
        "import socket\n"
        "from newsarchive.crawl.downloading import trust\n"
        "socket.gethostbyname = lambda name: '127.0.0.1'\n"
        f"trust._PORTS['http'] = {port}\n"
    )
    crawled = await server.crawl(
        command=lying + MEASURED,
        NEWSARCHIVE_ORIGINS="{}",
        NEWSARCHIVE_PACE="1",
        NEWSARCHIVE_SOURCES=f'{{"ithome": {{"http://www.ithome.com:{port}/rss/": 30}}}}',
    )
    assert crawled.code == CrawlExit.NOTHING_READ
    assert crawled.reasons() == {"private_address": 1}
    assert server.asked == []
