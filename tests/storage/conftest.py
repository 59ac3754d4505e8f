"""An empty store of each engine, for the contract's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest
from pymongo import AsyncMongoClient

from newsarchive.storage import Store, open_store
from tests.mongo import database_of
from tests.storage.queries import Queries


@pytest.fixture
def mongo_uri(mongo_server: str) -> Iterator[str]:
    """An empty database; whatever the test makes the store ask there, an index has to serve."""
    queries = Queries()
    with database_of(mongo_server) as uri, pytest.MonkeyPatch.context() as patch:
        listening = partial(AsyncMongoClient, event_listeners=[queries])
        patch.setattr("newsarchive.storage.mongo.client.AsyncMongoClient", listening)
        yield uri
        assert queries.scans(uri) == []


@pytest.fixture(params=["sqlite", "mongo"])
def store_uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "mongo":
        return str(request.getfixturevalue("mongo_uri"))
    return f"sqlite:///{tmp_path / 'store' / 'news.sqlite'}"


@pytest.fixture
async def store(store_uri: str) -> AsyncIterator[Store]:
    async with open_store(store_uri) as opened:
        yield opened
