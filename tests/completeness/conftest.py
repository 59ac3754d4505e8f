"""An empty store of each engine."""

from __future__ import annotations

from tests.storage.conftest import mongo_uri, store, store_uri

__all__ = ["mongo_uri", "store", "store_uri"]
