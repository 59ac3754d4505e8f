"""python -m tests.fuzz: damage the captured pages a hundred thousand times, and look for a promise that breaks.

Ends with 1 where one did; each failure is printed with what runs it again. `--keep` also writes the damaged file.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path

from rich.progress import Progress

from tests.fuzz.promises import check
from tests.fuzz.rounds import Failure, case, chunk, prepare
from tests.fuzz.samples import Sample, collect

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
CHUNK = 100


def main(arguments: list[str] | None = None) -> int:
    """Run and print. Returns the exit code."""
    options = _options(arguments)
    samples = collect(options.corpus)
    if options.only is not None:
        return _again(samples, options)
    begin = time.monotonic()
    failures, done = _run(options, begin)
    for failure in failures:
        print(f"{failure.sample}: {failure.problem}\n    {failure.recipe}")
        print(f"    python -m tests.fuzz --seed {options.seed} --only {failure.number}")
    minutes = (time.monotonic() - begin) / 60
    stopped = "" if done >= options.rounds else f" of {options.rounds}, the time was up"
    print(
        f"fuzz: seed {options.seed}, {len(samples)} samples, {done} rounds{stopped}, {minutes:.1f} minutes:"
        f" {len(failures) or 'nothing'} found"
    )
    return 1 if failures else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="the folder of captured pages")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other damages")
    parser.add_argument("--rounds", type=int, default=100_000)
    parser.add_argument(
        "--minutes", type=float, default=60.0, help="stop after so long, however many rounds are left"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", type=int, metavar="NUMBER", help="one round, with its whole traceback")
    parser.add_argument(
        "--keep", type=Path, metavar="FILE", help="with --only: write the damaged input there"
    )
    return parser.parse_args(arguments)


def _again(samples: Sequence[Sample], options: argparse.Namespace) -> int:
    shares = list(accumulate(sample.weight for sample in samples))
    sample, damaged = case(samples, shares, options.seed, options.only)
    print(f"{sample.name}: {damaged.recipe}, {len(damaged.content)} bytes")
    if options.keep:
        options.keep.write_bytes(damaged.content)
    check(sample, damaged)
    print("fuzz: nothing found")
    return 0


def _run(options: argparse.Namespace, begin: float) -> tuple[list[Failure], int]:
    """All rounds, in processes; stops at the end of the time."""
    failures: list[Failure] = []
    done = 0
    with (
        ProcessPoolExecutor(
            options.processes, get_context("spawn"), initializer=prepare, initargs=(options.corpus,)
        ) as pool,
        Progress(disable=not sys.stdout.isatty()) as progress,
    ):
        task = progress.add_task("damaged and read", total=options.rounds)
        running = {pool.submit(chunk, options.seed, numbers): numbers for numbers in _chunks(options.rounds)}
        for future in as_completed(running):
            numbers = running[future]
            if future.cancelled():
                continue
            try:
                failures += future.result()
            except BrokenProcessPool:
                lost = f"rounds {numbers.start} to {numbers.stop - 1} or others of their time"
                return [*failures, Failure(numbers.start, lost, "?", "a process hung or died")], done
            done += len(numbers)
            progress.update(task, completed=done)
            if time.monotonic() - begin > options.minutes * 60:
                pool.shutdown(wait=False, cancel_futures=True)
    return sorted(failures, key=lambda failure: failure.number), done


def _chunks(rounds: int) -> Iterator[range]:
    for start in range(0, rounds, CHUNK):
        yield range(start, min(start + CHUNK, rounds))


if __name__ == "__main__":
    sys.exit(main())
