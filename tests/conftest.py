"""What all tests share: the corpus of captured pages, where it is at hand."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.memory_disk import memory_disk
from tests.mongo import running_server

if place := memory_disk():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(place))  # where pytest makes the folders of tests

# Elsewhere examples are drawn anew each time; a failure in CI must not be a matter of luck.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")

SLOW = frozenset({"benchmarks", "cli", "e2e", "fuzz", "packaging", "tools"})
"""Folders whose tests start processes and take seconds each."""
SHARED = Path(__file__).resolve().parents[2] / "shared"
CORPUS = SHARED / "corpus"


def pytest_xdist_auto_num_workers() -> int:
    """One more worker than processors: a third of the slow tests' time is waiting, for pauses, servers and programs."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let slow tests begin: else one of them is the last, and runs while all other workers have ended."""
    here = Path(__file__).parent
    items.sort(key=lambda item: item.path.relative_to(here).parts[0] not in SLOW)


def corpus_labels(site: str | None = None) -> list[dict[str, Any]]:
    """The labels of the corpus (of one site), for parametrised tests; empty where the corpus is absent."""
    if not (CORPUS / "truth.jsonl").exists():
        return []
    lines = (CORPUS / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    labels: list[dict[str, Any]] = [json.loads(line) for line in lines]
    return [label for label in labels if site in (None, label["site"])]


def _absent(what: str) -> None:
    reason = f"{what} is not beside the checkout (../shared)"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of captured pages; the test is skipped where it is absent, and fails in CI."""
    if not CORPUS.is_dir():
        _absent("the corpus of captured pages")
    return CORPUS


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of documents that the exporters must be able to produce."""
    if not (SHARED / "seeds").is_dir():
        _absent("the folder of seed documents")
    return SHARED / "seeds"


@pytest.fixture(scope="session")
def mongo_server() -> Iterator[str]:
    """The URI of a MongoDB server that all tests of a worker share; each has a database of its own there."""
    with running_server() as uri:
        yield uri
