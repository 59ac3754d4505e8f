from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from samples import SampleServer
from tests.e2e.running import Place


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """An empty archive and the sample sites."""
    async with SampleServer() as server:
        yield Place(tmp_path, server)
