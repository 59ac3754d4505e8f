"""The sample sites' server: one loopback port, the host's name as the first part of the path, no threads."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from types import TracebackType
from typing import Self

from aiohttp import web
from multidict import CIMultiDict

from samples.answer import Answer, Asked
from samples.hosts.table import answer, origins
from samples.world import World

_SMALLEST_ZIPPED = 200


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as the server got it; `path` includes the query and begins after the host's name."""

    method: str
    host: str
    path: str
    headers: Mapping[str, str]


class SampleServer:
    """The three sites on a free port: `async with SampleServer() as server:`.

    `world` may be changed while it runs, `requests` is everything that was asked, in order (with
    `log`; a long benchmark does without). `busiest` is how many requests a host had under way at once, at most.
    """

    def __init__(
        self, world: World | None = None, host: str = "127.0.0.1", port: int = 0, *, log: bool = True
    ) -> None:
        self.world = world or World()
        self.requests: list[Seen] = []
        self.busiest: Counter[str] = Counter()
        self._under_way: Counter[str] = Counter()
        self._log = log
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None
        self._arrived = asyncio.Condition()

    @property
    def base_url(self) -> str:
        """Where the server listens, without a slash at the end."""
        return f"http://{self._host}:{self._port}"

    @property
    def origins(self) -> dict[str, str]:
        """The base URL for each origin, as the crawler's setting wants it."""
        return origins(self.base_url)

    async def start(self) -> None:
        """Listen; raises OSError where the port is taken."""
        application = web.Application(client_max_size=1 << 20)
        application.router.add_route("*", "/{host}{path:.*}", self._handle)
        self._runner = web.AppRunner(
            application, access_log=None, handler_cancellation=True, shutdown_timeout=1
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close all connections and the port."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def wait_for_requests(self, count: int) -> None:
        """Wait until the log holds `count` requests."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.requests) >= count)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _handle(self, request: web.Request) -> web.Response:
        asked = await _asked(request)
        query = f"?{asked.query}" if asked.query else ""
        if self._log:
            self.requests.append(Seen(asked.method, asked.host, asked.path + query, asked.headers))
            async with self._arrived:
                self._arrived.notify_all()
        self._under_way[asked.host] += 1
        self.busiest[asked.host] = max(self.busiest[asked.host], self._under_way[asked.host])
        try:
            if seconds := self.world.delays.get(asked.url, self.world.delays.get(asked.host)):
                await asyncio.sleep(seconds)
            return _response(answer(self.world, asked), asked)
        finally:
            self._under_way[asked.host] -= 1


async def _asked(request: web.Request) -> Asked:
    return Asked(
        method=request.method,
        host=request.match_info["host"],
        path=request.match_info["path"] or "/",
        query=request.rel_url.raw_query_string,
        headers=CIMultiDict(request.headers),
        body=await request.read(),
    )


def _response(given: Answer, asked: Asked) -> web.Response:
    headers = dict(given.headers)
    if given.modified and given.status == 200:
        tag = f'"{hashlib.blake2b(given.body, digest_size=8).hexdigest()}"'
        headers |= {
            "ETag": tag,
            "Last-Modified": format_datetime(given.modified.astimezone(UTC), usegmt=True),
        }
        if _unchanged(given, tag, asked):
            return web.Response(status=304, headers=headers)
    body = given.body
    headers["Content-Type"] = given.content_type
    if (
        "gzip" in asked.headers.get("Accept-Encoding", "")
        and _is_text(given)
        and len(body) >= _SMALLEST_ZIPPED
    ):
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        body = gzip.compress(body, 6, mtime=0)
    return web.Response(status=given.status, body=body, headers=headers)


def _is_text(given: Answer) -> bool:
    return not given.content_type.startswith("image/")


def _unchanged(given: Answer, tag: str, asked: Asked) -> bool:
    """If-None-Match decides where it is given, else If-Modified-Since (RFC 9110, 13.1)."""
    if tags := asked.headers.get("If-None-Match"):
        return tag in (part.strip().removeprefix("W/") for part in tags.split(","))
    since = asked.headers.get("If-Modified-Since")
    if not since or not given.modified:
        return False
    try:
        return given.modified <= parsedate_to_datetime(since)
    except ValueError:
        return False
