"""The first process of a node's container, in namespaces as a container has them."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from samples import SampleServer
from tests.e2e.running import CHECKOUT, Place
from tests.e2e.scrapyd import running
from tests.packaging.source import build_egg, copy_source

OF_A_CONTAINER = ("unshare", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc")
DAYS = {"since": "2026-09-01", "until": "2026-10-31"}


def can_have_namespaces() -> bool:
    return (
        bool(shutil.which("unshare"))
        and not subprocess.run([*OF_A_CONTAINER, "true"], check=False).returncode
    )


def first_child(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


async def test_a_stop_ends_scrapyd_and_its_jobs_in_order(tmp_path: Path) -> None:
    if not can_have_namespaces():
        pytest.skip("this system lets nobody have a namespace of processes (unshare --map-root-user --pid)")
    egg = build_egg(copy_source(tmp_path / "source"))
    async with SampleServer() as server:
        place = Place(tmp_path, server)
        words = (*OF_A_CONTAINER, sys.executable)
        async with running(place, tmp_path / "node", *words, program="container.py") as node:
            assert (await node.deploy(egg)).code == 0
            server.world.delay("www.ithome.com", 0.1)
            await node.schedule("ithome", **DAYS)
            await asyncio.wait_for(server.wait_for_requests(20), 120)
            os.kill(first_child(node.process.pid), signal.SIGTERM)
            assert await asyncio.wait_for(node.process.wait(), 120) in {0, 2}, node.own_log()
        run = await place.last_run("ithome")
    assert (run.reason, bool(run.finished_at)) == ("shutdown", True)


def test_it_is_nothing_but_the_first_process() -> None:
    ended = subprocess.run(
        [sys.executable, CHECKOUT / "deploy" / "container.py"], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "only for the first process of a container" in ended.stderr
