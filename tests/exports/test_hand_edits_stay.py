"""Random rounds of hand edits, news and exports.

A few hundred in each test run; all 10 000 with `NEWSARCHIVE_ROUNDS=10000 pytest tests/exports/test_hand_edits_stay.py`.
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from newsarchive.storage import open_store
from tests.exports.hand import Rounds

ROUNDS = int(os.environ.get("NEWSARCHIVE_ROUNDS", "400"))
HISTORIES = 20
"""Files that live through the rounds, each with a store of its own."""


@pytest.mark.parametrize("seed", range(HISTORIES))
async def test_no_hand_edit_is_lost_and_no_item_is_there_twice(tmp_path: Path, seed: int) -> None:
    left = ROUNDS // HISTORIES
    life = 0
    while left > 0:
        # A file of a month lives through a few dozen exports; then the next one begins.
        life += 1
        async with open_store(str(tmp_path / f"{life}.sqlite")) as store:
            rounds = Rounds(Random(f"{seed}/{life}"), store, tmp_path / f"out{life}")  # noqa: S311
            for _ in range(min(left, 40)):
                await rounds.round()
                if rounds.random.random() < 0.15:
                    await rounds.sync()
                left -= 1
