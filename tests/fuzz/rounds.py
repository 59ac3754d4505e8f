"""Rounds of damage: each is told by the seed and its number alone, so that any of them can be run again."""

from __future__ import annotations

import faulthandler
import resource
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random

from tests.fuzz.mutations import Mutant, mutant
from tests.fuzz.promises import check
from tests.fuzz.samples import Sample, collect

_MEMORY_BYTES = 6_000_000_000
_HANG_SECONDS = 600
"""After so long without a chunk's end a process is taken for stuck outside of Python, where no alarm is heard."""
_STDERR = 2
_samples: list[Sample] = []


def prepare(corpus: Path) -> None:
    """Make a process ready for `chunk`: its samples, and no more memory than a machine has."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    _samples.extend(collect(corpus))


def chunk(seed: int, numbers: range) -> list[Failure]:
    """Rounds in a process that was made ready. The process ends, and says where it was, if nothing else ends it."""
    faulthandler.dump_traceback_later(_HANG_SECONDS, exit=True, file=_STDERR)
    try:
        return run(_samples, seed, numbers)
    finally:
        faulthandler.cancel_dump_traceback_later()


@dataclass(frozen=True, slots=True)
class Failure:
    """A round in which a promise was broken."""

    number: int
    sample: str
    recipe: str
    problem: str


def run(samples: Sequence[Sample], seed: int, numbers: Iterable[int]) -> list[Failure]:
    """Run rounds; returns those that failed."""
    shares = list(accumulate(sample.weight for sample in samples))
    found = []
    for number in numbers:
        sample, damaged = case(samples, shares, seed, number)
        try:
            check(sample, damaged)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever comes out is what is looked for
            problem = f"{type(error).__name__}: {error}{_place(error)}"
            found.append(Failure(number, sample.name, damaged.recipe, problem))
    return found


def case(samples: Sequence[Sample], shares: Sequence[float], seed: int, number: int) -> tuple[Sample, Mutant]:
    """What a round reads."""
    random = Random(f"{seed}:{number}")
    sample, other = random.choices(samples, cum_weights=shares, k=2)
    return sample, mutant(random, sample.content, other.content)


def _place(error: BaseException) -> str:
    """Where in our code it happened."""
    trace, place = error.__traceback__, ""
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if "/newsarchive/" in file:
            place = f" ({file.rpartition('/newsarchive/')[2]}:{trace.tb_lineno})"
        trace = trace.tb_next
    return place
