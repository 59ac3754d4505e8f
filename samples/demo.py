"""The demo: crawl the three sample sites, export the archive, and say what to open.

Everything goes into `demo/` beside the checkout's files. A second run finds nothing new and changes no byte.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from samples import SampleServer, seeds

HERE = Path("demo")
MONTHS = ("2026-09", "2026-10")
FIRST, LAST = "2026-09-01", "2026-10-31"


async def run(*words: str, environment: dict[str, str]) -> None:
    """Run a command of the project; its failure is the demo's."""
    print(f"$ newsarchive {' '.join(words)}", flush=True)  # noqa: T201
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from newsarchive.cli import main; main()", *words, env=environment
    )
    if code := await process.wait():
        sys.exit(code)


async def demo() -> None:
    """Start the samples, crawl, export."""
    HERE.mkdir(exist_ok=True)  # noqa: ASYNC240 - before anything runs beside it
    seed_file = HERE / "seeds.txt"
    seed_file.write_text("".join(f"{url}\n" for url in seeds()), encoding="utf-8")
    async with SampleServer() as server:
        environment = os.environ | {
            "NEWSARCHIVE_STORE": str(HERE / "newsarchive.sqlite"),
            "NEWSARCHIVE_RAW": str(HERE / "raw"),
            "NEWSARCHIVE_ORIGINS": json.dumps(server.origins),
            "NEWSARCHIVE_PACE": "0",
            "LOG_LEVEL": "WARNING",
        }
        quiet = ("-s", "LOG_LEVEL=ERROR")
        days = ("-a", f"since={FIRST}", "-a", f"until={LAST}")
        await run("crawl", "36kr", *quiet, environment=environment)
        await run("crawl", "ithome", *days, *quiet, environment=environment)
        sources = ("-a", f"seeds={seed_file}", "-a", "from_site=36kr")
        await run("crawl", "weixin", *sources, *quiet, environment=environment)
        for month in MONTHS:
            await run(
                "export", "digest", "--month", month, "--out", str(HERE / "archive"), environment=environment
            )
    digests = sorted((HERE / "archive").rglob("*.md"))
    print("\nThe archive is written. Open:")  # noqa: T201
    for digest in digests:
        print(f"  {digest}")  # noqa: T201
    print(f"Everything that was crawled is in {HERE / 'newsarchive.sqlite'},")  # noqa: T201
    print(f"the raw pages in {HERE / 'raw'}.")  # noqa: T201


if __name__ == "__main__":
    asyncio.run(demo())
