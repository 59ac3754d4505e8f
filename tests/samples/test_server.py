"""The server as a client meets it, and the command that starts it."""

from __future__ import annotations

import asyncio
import gzip
import json
import signal
import struct
import sys
import threading
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

import samples
from samples import SampleServer
from tests.samples.asking import read

CHECKOUT = Path(__file__).resolve().parents[2]
CONDITIONAL = [
    "https://www.36kr.com/feed",
    "https://36kr.com/information/web_news/",
    "https://36kr.com/newsflashes",
    "https://www.ithome.com/rss/",
    "https://www.ithome.com/list/",
    "https://www.ithome.com/list/2026-09-03.html",
]


@pytest.fixture
async def server() -> AsyncIterator[SampleServer]:
    async with SampleServer() as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        yield session


def local(server: SampleServer, url: str) -> str:
    for origin, base in server.origins.items():
        if url == origin or url.startswith(f"{origin}/"):
            return base + url.removeprefix(origin)
    raise AssertionError(f"no origin for {url}")


async def test_each_origin_has_its_prefix(server: SampleServer, client: aiohttp.ClientSession) -> None:
    expected = {
        *(
            f"https://{host}"
            for host in ("36kr.com", "www.36kr.com", "www.ithome.com", "m.ithome.com", "lapin.ithome.com")
        ),
        *(
            f"https://{host}"
            for host in ("mp.weixin.qq.com", "img.36krcdn.com", "img.ithome.com", "mmbiz.qpic.cn")
        ),
    }
    assert expected <= set(server.origins)
    assert server.origins["https://www.ithome.com"] == f"{server.base_url}/www.ithome.com"
    assert samples.origins(server.base_url) == server.origins
    for base in server.origins.values():
        async with client.get(f"{base}/robots.txt") as response:
            assert response.status == 200


async def test_links_in_pages_are_the_real_ones(server: SampleServer, client: aiohttp.ClientSession) -> None:
    for url in CONDITIONAL:
        async with client.get(local(server, url), headers={"Accept-Encoding": "identity"}) as response:
            assert b"127.0.0.1" not in await response.read()


@pytest.mark.parametrize("url", CONDITIONAL)
async def test_not_modified(server: SampleServer, client: aiohttp.ClientSession, url: str) -> None:
    async with client.get(local(server, url)) as response:
        tag, modified = response.headers["ETag"], response.headers["Last-Modified"]
    for headers in (
        {"If-None-Match": tag},
        {"If-None-Match": f'"other", W/{tag}'},
        {"If-Modified-Since": modified},
    ):
        async with client.get(local(server, url), headers=headers) as response:
            assert response.status == 304, headers
            assert await response.read() == b""
    async with client.get(
        local(server, url), headers={"If-None-Match": '"other"', "If-Modified-Since": modified}
    ) as response:
        assert response.status == 200


async def test_a_changed_list_is_sent_again(server: SampleServer, client: aiohttp.ClientSession) -> None:
    url = local(server, "https://www.ithome.com/list/")
    async with client.get(url) as response:
        tag = response.headers["ETag"]
    server.world.edit("it-year", title="换了标题")
    async with client.get(url, headers={"If-None-Match": tag}) as response:
        assert response.status == 200


async def test_gzip_on_request(server: SampleServer, client: aiohttp.ClientSession) -> None:
    url = local(server, server.world["wx-teardown-speaker"].url)
    async with client.get(url, headers={"Accept-Encoding": "gzip"}) as response:
        packed = await response.read()
        assert response.headers["Content-Encoding"] == "gzip"
    async with client.get(url, headers={"Accept-Encoding": "identity"}) as response:
        plain = await response.read()
    assert gzip.decompress(packed) == plain
    assert len(plain) > 2_000_000, "as long as a real page"


async def test_retry_after(server: SampleServer, client: aiohttp.ClientSession) -> None:
    server.world.fail("www.ithome.com", 429, retry_after=30, times=1)
    url = local(server, "https://www.ithome.com/rss/")
    async with client.get(url) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "30")
    async with client.get(url) as response:
        assert response.status == 200


async def test_one_place_can_be_slow(server: SampleServer, client: aiohttp.ClientSession) -> None:
    server.world.delay("https://www.36kr.com/feed", 3600)
    slow = asyncio.create_task(client.get(local(server, "https://www.36kr.com/feed")))
    await server.wait_for_requests(1)
    async with client.get(local(server, "https://www.36kr.com/newsflashes")) as response:
        assert response.status == 200
    assert not slow.done()
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow


async def test_requests_are_logged_in_order(server: SampleServer, client: aiohttp.ClientSession) -> None:
    for path in ("/feed?f=1", "/newsflashes"):
        async with client.get(f"{server.base_url}/36kr.com{path}", headers={"User-Agent": "reader/1"}):
            pass
    await server.wait_for_requests(2)
    assert [(seen.method, seen.host, seen.path) for seen in server.requests] == [
        ("GET", "36kr.com", "/feed?f=1"),
        ("GET", "36kr.com", "/newsflashes"),
    ]
    assert server.requests[0].headers["user-agent"] == "reader/1"


async def test_unknown_places_are_404(server: SampleServer, client: aiohttp.ClientSession) -> None:
    for path in (
        "",
        "/www.example.com/",
        "/www.ithome.com/0/000/001.htm",
        "/36kr.com/nothing",
        "/img.ithome.com/x.png",
    ):
        async with client.get(server.base_url + path) as response:
            assert response.status == 404, path


def png_size(data: bytes) -> tuple[int, int]:
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    start = data.index(b"IDAT")
    (length,) = struct.unpack(">I", data[start - 4 : start])
    width, height = struct.unpack(">II", data[16:24])
    assert len(zlib.decompress(data[start + 4 : start + 4 + length])) == (width + 1) * height
    return width, height


def jpeg_size(data: bytes) -> tuple[int, int]:
    assert data.startswith(b"\xff\xd8")
    assert data.endswith(b"\xff\xd9")
    start = data.index(b"\xff\xc0")
    height, width = struct.unpack(">HH", data[start + 5 : start + 9])
    return width, height


@pytest.mark.parametrize(
    ("key", "place", "size"),
    [
        ("it-score", 0, (1080, 540)),
        ("it-fold-phone", 0, (800, 450)),
        ("kr-farm", 0, (1080, 720)),
        ("wx-sensor", 0, (640, 426)),
    ],
)
async def test_pictures(
    server: SampleServer, client: aiohttp.ClientSession, key: str, place: int, size: tuple[int, int]
) -> None:
    article = read(server.world, server.world[key].url).article
    assert article is not None
    async with client.get(local(server, article.images[place].url)) as response:
        data = await response.read()
        kind = response.headers["Content-Type"]
    assert (png_size(data) if kind == "image/png" else jpeg_size(data)) == size


async def test_server_leaves_no_thread_and_frees_its_port(client: aiohttp.ClientSession) -> None:
    before = set(threading.enumerate())
    async with SampleServer() as first:
        url = local(first, "https://www.ithome.com/rss/")
        async with client.get(url) as response:
            await response.read()
    assert set(threading.enumerate()) <= before  # a thread of an earlier test may end meanwhile
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.get(url)


async def start(*words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "samples",
        *words,
        cwd=CHECKOUT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
async def test_command_says_where_it_listens_and_ends_cleanly(
    tmp_path: Path, client: aiohttp.ClientSession, ending: signal.Signals
) -> None:
    ready = tmp_path / "ready"
    process = await start("--port", "0", "--ready-file", str(ready), "--articles", "30")
    assert process.stdout is not None
    base = (await process.stdout.readline()).decode().strip()
    async with client.get(f"{base}/www.ithome.com/list/2026-10-31.html") as response:
        assert response.status == 200
    assert ready.read_text(encoding="utf-8").strip() == base
    process.send_signal(ending)
    _, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")


async def test_command_writes_the_seeds(tmp_path: Path) -> None:
    file = tmp_path / "seeds.txt"
    process = await start("--seeds", str(file), "--articles", "30")
    assert await process.wait() == 0
    await process.communicate()
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines == samples.seeds(30)
    assert len(lines) == len(samples.seeds()) + 10


async def test_command_says_where_the_origins_are() -> None:
    process = await start("--origins", "--port", "8099")
    printed, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")
    assert json.loads(printed) == samples.origins("http://127.0.0.1:8099")


async def test_command_says_that_a_port_is_taken(server: SampleServer) -> None:
    process = await start("--port", server.base_url.rpartition(":")[2])
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert errors.decode().startswith("samples: cannot listen on 127.0.0.1:")
    assert errors.count(b"\n") == 1
