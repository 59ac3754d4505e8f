"""What services and containers start: Scrapyd, which ends with its jobs in order."""

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
from tests.e2e.running import Place
from tests.e2e.scrapyd import members_of, running
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


@pytest.fixture(scope="module")
def egg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_egg(copy_source(tmp_path_factory.mktemp("source")))


@pytest.mark.parametrize("before", [(), OF_A_CONTAINER], ids=["service", "container"])
async def test_a_stop_ends_scrapyd_and_its_jobs_in_order(
    egg: Path, tmp_path: Path, before: tuple[str, ...]
) -> None:
    if before and not can_have_namespaces():
        pytest.skip("this system lets nobody have a namespace of processes (unshare --map-root-user --pid)")
    async with SampleServer() as server:
        place = Place(tmp_path, server)
        async with running(place, tmp_path / "node", *before, sys.executable, program="node.py") as node:
            assert (await node.deploy(egg)).code == 0
            server.world.delay("www.ithome.com", 0.1)
            await node.schedule("ithome", **DAYS)
            await asyncio.wait_for(server.wait_for_requests(20), 120)
            program = first_child(node.process.pid) if before else node.process.pid
            scrapyd = first_child(program)
            os.kill(program, signal.SIGTERM)
            assert await asyncio.wait_for(node.process.wait(), 120) == 0, node.own_log()
            assert members_of(scrapyd) == []
        run = await place.last_run("ithome")
    assert (run.reason, bool(run.finished_at)) == ("shutdown", True)
