"""A server on this machine that answers for a site as badly as a server can: its routes are data."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from newsarchive.items.article import Article
from newsarchive.items.event import Event
from newsarchive.monitoring.outcome import PAGES, RECORDS
from newsarchive.records.run import Run
from newsarchive.storage import open_store

HOSTS = ("www.ithome.com", "m.ithome.com", "mp.weixin.qq.com")
ROBOTS = "/www.ithome.com/robots.txt"
FEED = "/www.ithome.com/rss/"
MEGABYTE = 1 << 20

MEASURED = """
import atexit, os, pathlib, re
status = pathlib.Path("/proc/self/status")
peak = lambda: re.search(r"VmHWM:\\s*(\\d+)", status.read_text())[1]
atexit.register(lambda: pathlib.Path(os.environ["PEAK"]).write_text(peak()))
from newsarchive.cli import main
main()
"""
"""The command, which writes down the most memory that it held, in KiB. (What `wait4` says is that of its parent, if that is more.)"""

Route = bytes | Iterator[bytes]


def answer(body: bytes | str = b"", status: int = 200, **headers: str) -> bytes:
    """An answer as a server sends it; underscores in headers' names are hyphens."""
    body = body.encode() if isinstance(body, str) else body
    given = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"HTTP/1.1 {status} Status\r\n{lines}\r\n".encode() + body


def redirect(target: str) -> bytes:
    return answer(status=302, Location=target)


def article(title: str, when: str = "2026/11/20 8:00:00", body: str = "一张船票，三代人。") -> str:
    """An article's page of ithome."""
    return (
        f"<!DOCTYPE html><html><head><title>{title} - IT之家</title></head><body><h1>{title}</h1>"
        f'<span id="pubtime_baidu">{when}</span><div class="post_content" id="paragraph"><p>{body}</p></div></body></html>'
    )


def feed(paths: Mapping[str, str]) -> str:
    """A feed of ithome: the time of each article by its path."""
    items = "".join(
        f"<item><title>文{path}</title><link>https://www.ithome.com{path}</link><pubDate>{when}</pubDate></item>"
        for path, when in paths.items()
    )
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>IT之家</title>{items}</channel></rss>'


@dataclass(frozen=True)
class Crawled:
    """What a crawl came to, and what it took."""

    code: int
    said: str
    run: Run
    articles: dict[str, Article]
    events: list[Event]
    megabytes: int

    def reasons(self) -> dict[str, int]:
        """How many pages failed for each reason."""
        prefix = "page/failed/"
        counts = self.run.counts.items()
        return {name.removeprefix(prefix): count for name, count in counts if name.startswith(prefix)}


@dataclass
class Hostile:
    """Answers for `https://HOST/PATH` what stands at `/HOST/PATH` in `routes`; 404 where nothing does."""

    folder: Path
    routes: dict[str, Route] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    base: str = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.base = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ")[1].decode()
            self.asked.append(path)
            route = self.routes.get(path, answer(status=404))
            for piece in [route] if isinstance(route, bytes) else route:
                writer.write(piece)
                await writer.drain()
        writer.close()

    def feed(self, routes: Mapping[str, Route], when: str = "Fri, 20 Nov 2026 00:00:00 GMT") -> None:
        """Let the feed name articles of www.ithome.com, whose paths are answered so."""
        self.routes[FEED] = answer(feed(dict.fromkeys(routes, when)))
        self.routes |= {f"/www.ithome.com{path}": route for path, route in routes.items()}

    async def crawl(self, *words: str, command: str = MEASURED, **settings: str) -> Crawled:
        """Crawl, and look whether what was fetched and read adds up, in at most 400 MB."""
        store = Path(settings.get("NEWSARCHIVE_STORE", self.folder / "newsarchive.sqlite"))
        peak = self.folder / "peak"
        environment = {
            "NEWSARCHIVE_STORE": str(store),
            "NEWSARCHIVE_RAW": str(self.folder / "raw"),
            "NEWSARCHIVE_ORIGINS": json.dumps({f"https://{host}": f"{self.base}/{host}" for host in HOSTS}),
            "NEWSARCHIVE_SOURCES": json.dumps({"ithome": {"https://www.ithome.com/rss/": 0}}),
            "NEWSARCHIVE_PACE": "0",
            "PEAK": str(peak),
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", command, "crawl", *(words or ("ithome",)),
            env=os.environ | environment | settings,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said = (await process.communicate())[0].decode()
        async with open_store(str(store)) as opened:
            runs = await opened.runs(limit=1)
            assert runs, said
            articles = {one.identity: one async for one in opened.articles()}
            events = [one async for one in opened.events()]
        run = runs[0]
        for whole, parts in (("page/fetched", PAGES), ("record/read", RECORDS)):
            kinds = {part: run.counts.get(f"{whole.split('/')[0]}/{part}_count", 0) for part in parts}
            assert run.counts.get(f"{whole}_count", 0) == sum(kinds.values()), (whole, kinds, said)
        megabytes = int(peak.read_text()) // 1024
        assert megabytes < 400, f"{megabytes} MB\n{said}"
        assert run.exit_code == process.returncode, said
        return Crawled(process.returncode or 0, said, run, articles, events, megabytes)
