"""`python -m samples`: serve the sample sites until SIGINT or SIGTERM, or say what a crawl of them needs to know."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from samples import SampleServer, World, origins, seeds


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m samples", description="Serve 36kr, ithome and weixin look-alikes on loopback."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=8036, help="port; 0 takes a free one (default: %(default)s)"
    )
    parser.add_argument("--articles", type=int, default=0, metavar="N", help="add N generated articles")
    parser.add_argument(
        "--seed", type=int, default=0, help="seed of the generated articles (default: %(default)s)"
    )
    parser.add_argument(
        "--ready-file", type=Path, metavar="PATH", help="write the base URL here once the server listens"
    )
    parser.add_argument(
        "--origins",
        action="store_true",
        help="only print what NEWSARCHIVE_ORIGINS has to be for this host and port",
    )
    parser.add_argument(
        "--seeds", type=Path, metavar="FILE", help="only write the weixin URLs to FILE, one a line"
    )
    return parser.parse_args()


async def _serve(arguments: argparse.Namespace) -> None:
    world = World()
    world.generate(arguments.articles, arguments.seed)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with SampleServer(world, arguments.host, arguments.port, log=False) as server:
        sys.stdout.write(f"{server.base_url}\n")
        sys.stdout.flush()
        if arguments.ready_file:
            waiting = arguments.ready_file.with_suffix(".part")
            waiting.write_text(f"{server.base_url}\n")
            waiting.replace(arguments.ready_file)
        await stop.wait()


def main() -> None:
    """Run the command."""
    arguments = _arguments()
    if arguments.origins:
        sys.stdout.write(f"{json.dumps(origins(f'http://{arguments.host}:{arguments.port}'))}\n")
        return
    if arguments.seeds:
        lines = seeds(arguments.articles)
        arguments.seeds.write_text("".join(f"{line}\n" for line in lines))
        return
    try:
        asyncio.run(_serve(arguments))
    except OSError as error:
        sys.exit(
            f"samples: cannot listen on {arguments.host}:{arguments.port} ({error.strerror}); try --port 0"
        )


if __name__ == "__main__":
    main()
