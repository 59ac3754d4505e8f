"""An open store for the exporters' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from newsarchive.storage import Store, open_store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store of its own for each test."""
    async with open_store(str(tmp_path / "store" / "archive.sqlite")) as opened:
        yield opened
