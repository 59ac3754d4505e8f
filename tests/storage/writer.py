"""A process of its own that writes batches of ten articles into a store and tells what it has written."""

from __future__ import annotations

import signal
import subprocess
import sys
from itertools import islice
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
WRITER = """
import asyncio, sys
from pathlib import Path
from newsarchive.storage import open_store
from tests.storage.records import article

async def main(path, first, batches):
    async with open_store(path) as store:
        print("open", flush=True)
        for batch in range(int(batches)):
            start = int(first) + batch * 10
            await store.save_articles([article(number) for number in range(start, start + 10)])
            print(start + 10, flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


def start_writer(store: str | Path, first: int, batches: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(store), str(first), str(batches)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )


def told_before_death(store: str | Path) -> int:
    """How many articles a writer says it has written when it is killed in the middle of its work."""
    with start_writer(store, 0, 100_000) as writer:
        assert writer.stdout is not None
        told = list(islice(writer.stdout, 4))
        writer.send_signal(signal.SIGKILL)
        told += list(writer.stdout)
    return int(told[-1])
