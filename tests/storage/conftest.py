"""An empty store of each engine, for the contract's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from newsarchive.storage import Store, open_store


@pytest.fixture
def store_uri(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store' / 'news.sqlite'}"


@pytest.fixture
async def store(store_uri: str) -> AsyncIterator[Store]:
    async with open_store(store_uri) as opened:
        yield opened
