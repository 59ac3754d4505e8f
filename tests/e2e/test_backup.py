"""A backup is made while a crawl runs, and a crawl goes on from it as if nothing had happened."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp import web

from newsarchive.storage import open_store
from newsarchive.storage.copies.backup import backups_in
from newsarchive.storage.raw.reader import RawReader
from samples import SampleServer
from tests.e2e.running import DAYS, Place, lasting

CRAWL = ("crawl", "ithome", *DAYS)


class GatedServer(SampleServer):
    """Sites that answer so many requests and no more, until more are allowed."""

    allowed = 0

    async def _handle(self, request: web.Request) -> web.Response:
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.requests) < self.allowed)
        return await super()._handle(request)

    async def allow(self, requests: int) -> None:
        self.allowed = requests
        async with self._arrived:
            self._arrived.notify_all()


async def test_a_backup_of_a_running_crawl(tmp_path: Path) -> None:
    async with GatedServer() as server:
        await backed_up_while_it_runs(Place(tmp_path, server), server, tmp_path)


async def backed_up_while_it_runs(place: Place, server: GatedServer, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    crawl = await place.start(*CRAWL)
    ended = asyncio.ensure_future(crawl.communicate())
    for requests in (30, 60):
        await server.allow(requests)
        await server.wait_for_requests(requests)
        await server.allow(requests + 20)  # so it goes on while the backup is made
        backup = await place.run("backup", str(backups))
        assert backup.code == 0, backup.err
    assert crawl.returncode is None
    await server.allow(10_000)
    await ended
    assert crawl.returncode == 0
    whole = lasting(await place.articles())
    counts = []
    for number, made in enumerate(backups_in(backups)):
        restored = Place(tmp_path / f"restored-{number}", place.server)
        restored.folder.mkdir()
        back = await restored.run("restore", str(made))
        assert back.code == 0, back.err
        async with open_store(restored.address, "read") as store:
            held = [article async for article in store.articles()]
        counts.append(len(held))
        with RawReader(restored.folder / "raw") as raw:
            for article in held:
                assert article.raw is None or raw.read(article.raw).content, "its page is in the backup too"
        again = await restored.run(*CRAWL)
        assert again.code == 0, again.err
        assert lasting(await restored.articles()) == whole
    assert counts == sorted(counts)
    assert counts[0] < len(whole)
