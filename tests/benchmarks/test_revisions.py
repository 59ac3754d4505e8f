"""The benchmark of differences tells every kind of edit; its figures are no test's business."""

from __future__ import annotations

import pytest

from benchmarks import revisions


def test_every_kind_of_edit_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    revisions.main(["--edits", "20", "--rounds", "1"])
    said = capsys.readouterr().out
    assert all(f"{kind}: 2 of 2 right" in said for kind in revisions.EDITS)
    assert "WRONG" not in said
    assert "a difference of 4000 characters" in said
