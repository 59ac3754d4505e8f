"""The benchmark of the store makes stores that are like any other, and measures them; its figures are no test's business."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks import store


def test_a_store_is_measured_and_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--articles", "60", "--per-month", "20", "--new", "20", "--folder", str(tmp_path)]
    assert store.main(words) in {0, 1}  # the times are the machine's
    said = capsys.readouterr().out
    assert [line.split()[0] for line in said.splitlines()] == ["60", "upsert", "look-up", "month", "status"]
    assert list(tmp_path.iterdir()) == []


async def test_bare_rows_are_all_that_an_upsert_writes(tmp_path: Path) -> None:
    (rows,) = await store._rows_of(tmp_path, store._new(20, 0), 0)
    with closing(sqlite3.connect(tmp_path / "rows-0.sqlite")) as connection:
        for table in ("articles", "names", "fingerprints", "bands"):
            assert len(rows[table]) == connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0  # noqa: S608
    assert len({row[0] for row in rows["fingerprints"]}) == 20


def test_missed_targets_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert store._judge(0.6, 1.0, 1.0, 0.1) == 0
    assert store._judge(0.4, 2.0, 2.0, 2.0) == 1
    assert capsys.readouterr().err.count("MISSED") == 4
